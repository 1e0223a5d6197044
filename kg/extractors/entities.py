"""The names of a paper, decided together: which are kept, of what kind, with what confidence."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.extractors.candidates import (
    Candidate,
    abbreviations,
    candidates,
    prepare_doc,
    text_of,
)
from kg.extractors.entity_features import CandidateThing, candidate_things, describe_things
from kg.extractors.ner import Floats
from kg.extractors.scorers import load_scorer, scorer_suffix
from kg.extractors.sentences import sentence_spans
from kg.model import NAMED_KINDS, EntityKind

__all__ = ["ENTITY_CLASSES", "ScoredThing", "score_things", "settle"]

ENTITY_CLASSES = (*NAMED_KINDS, "optional", "none")
"""What a candidate thing may turn out to be: worth a node, of this kind; a phrase that a reader
may or may not want; nothing."""
OCCURRENCE = "kg_document"
_WEIGHED = frozenset({"kg_gazetteer", "kg_patterns", "kg_ner"})
"""Components whose candidates are weighed; what another one proposes is taken at its word."""


@dataclass(frozen=True)
class ScoredThing:
    """A thing that is kept.

    Args:
        form: Normal form of its name.
        kind: Its likeliest kind.
        score: How sure a node of this kind is right, 0..1, phrases of no consequence left out.
        core: Probability that a careful reader would want it, 0..1.
        spans: Where it is named; after ``settle``, without those that another thing took.
        found: Its candidates.
    """

    form: str
    kind: EntityKind
    score: float
    core: float
    spans: tuple[tuple[int, int], ...]
    found: tuple[Candidate, ...]


def score_things(
    things: Sequence[CandidateThing],
    probabilities: Floats,
    *,
    keep: float,
    core: float,
    calibration: Sequence[Sequence[float]] = ((0.0, 0.0), (1.0, 1.0)),
) -> list[ScoredThing]:
    """Keep what is likely enough.

    Args:
        things: n things.
        probabilities: (n, classes) of ``ENTITY_CLASSES``.
        keep: Lowest score, 0..1.
        core: Lowest probability of being worth a node, 0..1.
        calibration: (raw, calibrated) scores, rising; between them lines are drawn (isotonic
            regression, Zadrozny and Elkan 2002).

    Returns:
        Things that reach both, in their order.
    """
    kept = []
    raw, right = zip(*calibration, strict=True)
    for thing, row in zip(things, probabilities.astype(np.float64), strict=True):
        given = [c for c in thing.found if c.extractor not in _WEIGHED]
        if given:
            kept.append(_at_its_word(thing, given))
            continue
        kinds = row[: len(NAMED_KINDS)]
        best = int(kinds.argmax())
        optional = row[len(NAMED_KINDS)]
        score = float(np.interp(kinds[best] / max(1.0 - optional, 1e-6), raw, right))
        wanted = float(kinds.sum())
        if score >= keep and wanted >= core:
            kept.append(
                ScoredThing(
                    form=thing.form,
                    kind=NAMED_KINDS[best],
                    score=round(min(score, 1.0), 4),
                    core=round(wanted, 4),
                    spans=thing.spans,
                    found=thing.found,
                )
            )
    return kept


def settle(
    things: Iterable[ScoredThing], addresses: Iterable[Candidate]
) -> tuple[list[Candidate], list[ScoredThing]]:
    """Give every character to one name: addresses first, then the surer thing, then the longer.

    Returns:
        Candidates by place, without overlaps; and the things that kept a span, with those spans.
    """
    kept: list[Candidate] = []
    for address in sorted(addresses, key=lambda a: (a.start - a.end, a)):
        _claim(kept, address)
    ordered = sorted(things, key=lambda t: (-t.core, t.form))
    claims = sorted(
        (-thing.core, start - end, start, number)
        for number, thing in enumerate(ordered)
        for start, end in thing.spans
    )
    sources: dict[tuple[int, int, int], list[Candidate]] = defaultdict(list)
    for number, thing in enumerate(ordered):
        for c in thing.found:
            sources[number, c.start, c.end].append(c)
    spans: dict[int, list[tuple[int, int]]] = {}
    for _, length, start, number in claims:
        thing, end = ordered[number], start - length
        source = sources.get((number, start, end), [])
        name = next((c.name for c in source if c.name is not None and c.kind == thing.kind), None)
        extractor = _surest(source).extractor if source else OCCURRENCE
        if _claim(kept, Candidate(start, end, thing.kind, extractor, thing.score, name=name)):
            spans.setdefault(number, []).append((start, end))
    left = [replace(ordered[n], spans=tuple(sorted(found))) for n, found in sorted(spans.items())]
    return kept, left


@Language.factory("kg_entities", default_config={"models": None, "model": "accurate"})
def make_entity_judge(
    nlp: Language, name: str, models: str | None, model: str
) -> Callable[[Doc], Doc]:
    """Replace the candidates by the settled ones, and keep the things they name.

    Args:
        nlp: The pipeline.
        name: Name of the component.
        models: Folder of the models; None for those of the package.
        model: ``accurate`` or ``fast``, as in ``ExtractConfig``.
    """
    suffix = scorer_suffix(model)

    def decide_entities(doc: Doc) -> Doc:
        text, sentences, shorts = text_of(doc), sentence_spans(doc), abbreviations(doc)
        found, output = candidates(doc), doc._.kg_tagger
        things = candidate_things(text, [c for c in found if c.kind != "Url"], shorts)
        scorer = load_scorer(f"entities{suffix}", models)
        if output is None and scorer.needs_tagger:
            kept = [_at_its_word(thing, thing.found) for thing in things]
            doc._.kg_candidates, doc._.kg_things = settle(
                kept, [c for c in found if c.kind == "Url"]
            )
            return doc
        settings = scorer.settings
        kept = score_things(
            things,
            scorer(describe_things(text, things, sentences, shorts, output)),
            keep=settings["keep"],
            core=settings["core"],
            calibration=settings["calibration"],
        )
        settled, left = settle(kept, [c for c in found if c.kind == "Url"])
        doc._.kg_candidates, doc._.kg_things = settled, left
        return doc

    return decide_entities


def _at_its_word(thing: CandidateThing, given: Sequence[Candidate]) -> ScoredThing:
    """The thing as the surest of its candidates has it."""
    best = _surest(given)
    return ScoredThing(thing.form, best.kind, best.score, best.score, thing.spans, thing.found)


def _surest(source: Sequence[Candidate]) -> Candidate:
    return min(source, key=lambda c: (-c.score, c.extractor, c.kind))


def _claim(kept: list[Candidate], candidate: Candidate) -> bool:
    """Insert by place where nothing kept overlaps."""
    at = bisect_left(kept, candidate.start, key=lambda c: c.start)
    before = at == 0 or kept[at - 1].end <= candidate.start
    after = at == len(kept) or candidate.end <= kept[at].start
    if before and after:
        kept.insert(at, candidate)
    return before and after


prepare_doc()
