"""An annotated paper on its way through the extractor: what is found, and which of it is right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc

from kg.config import ExtractConfig
from kg.evaluation.gold import GoldEntity, GoldPaper
from kg.evaluation.matching import gold_names, name_keys
from kg.extractors.candidates import Abbreviation, Candidate, abbreviations, candidates
from kg.extractors.entities import ENTITY_CLASSES, ScoredThing
from kg.extractors.entity_features import CandidateThing, candidate_things, describe_things
from kg.extractors.ner import Floats, TaggerOutput, decode_names
from kg.extractors.nlp import build_nlp
from kg.extractors.relation_features import PaperThing
from kg.extractors.roles import RoleEvidence, RoleStatement
from kg.extractors.sentences import sentence_spans
from kg.names import normal_form

__all__ = ["AnnotatedPaper", "entity_class", "read_annotated"]

_COMPONENTS = ("kg_sentences", "kg_urls", "kg_abbreviations", "kg_gazetteer", "kg_patterns")
"""The components before the tagger and the scorers."""


@dataclass
class AnnotatedPaper:
    """One gold paper as far as the stages have come."""

    gold: GoldPaper
    text: str
    sentences: list[tuple[int, int]]
    shorts: list[Abbreviation]
    addresses: list[Candidate]
    things: list[CandidateThing]
    rows: Floats
    output: TaggerOutput | None
    names: list[frozenset[str]]
    settled: list[Candidate] = field(default_factory=list)
    kept: list[ScoredThing] = field(default_factory=list)
    evidence: list[RoleEvidence] = field(default_factory=list)
    roles: list[RoleStatement] = field(default_factory=list)
    told: list[PaperThing] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)

    def matches(self, spans: Iterable[tuple[int, int]], form: str) -> list[int]:
        """The gold entities that a thing may be, by any of its names."""
        surfaces = [self.text[s:e] for s, e in spans]
        for pair in self.shorts:
            long_form = self.text[pair.long_start : pair.long_end]
            if normal_form(long_form) == form:
                surfaces += [long_form, self.text[pair.short_start : pair.short_end]]
        keys = name_keys(surfaces)
        return [n for n, names in enumerate(self.names) if names & keys]

    def entity(self, number: int) -> GoldEntity:
        """A gold entity by its place."""
        return self.gold.entities[number]

    def gold_of(self, thing: ScoredThing) -> int | None:
        """The gold entity that a kept thing is: a core one of its kind before others."""
        hits = self.matches(thing.spans, thing.form)

        def order(number: int) -> tuple[bool, bool]:
            entity = self.entity(number)
            return entity.tier != "core", thing.kind not in entity.kinds

        return min(hits, key=order, default=None)


def read_annotated(
    gold: Sequence[GoldPaper], outputs: Mapping[str, TaggerOutput] | None
) -> list[AnnotatedPaper]:
    """Find the candidate things of annotated papers.

    Args:
        gold: The papers.
        outputs: Paper id -> what a tagger reads in it; None for an extractor without one.
    """
    nlp = build_nlp(ExtractConfig(pipeline=_COMPONENTS))
    read = []
    for paper, doc in zip(gold, nlp.pipe(p.text for p in gold), strict=True):
        output = outputs[paper.id] if outputs is not None else None
        read.append(_read_one(paper, doc, output))
    return read


def _read_one(paper: GoldPaper, doc: Doc, output: TaggerOutput | None) -> AnnotatedPaper:
    text, sentences, shorts = paper.text, list(sentence_spans(doc)), abbreviations(doc)
    found = candidates(doc)
    addresses = [c for c in found if c.kind == "Url"]
    named = [c for c in found if c.kind != "Url"]
    if output is not None:
        named += [
            c
            for c in decode_names(text, output)
            if not any(a.start < c.end and c.start < a.end for a in addresses)
        ]
    things = candidate_things(text, named, shorts)
    rows = describe_things(text, things, sentences, shorts, output)
    names = [gold_names(e) for e in paper.entities]
    return AnnotatedPaper(paper, text, sentences, shorts, addresses, things, rows, output, names)


def entity_class(read: AnnotatedPaper, thing: CandidateThing) -> int:
    """Which of ``ENTITY_CLASSES`` a candidate thing is, by its place there."""
    hits = [read.entity(n) for n in read.matches(thing.spans, thing.form)]
    core = [e for e in hits if e.tier == "core"]
    if core:
        return ENTITY_CLASSES.index(core[0].kinds[0])
    return ENTITY_CLASSES.index("optional" if hits else "none")
