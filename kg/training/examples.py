"""What the tagger learns from: texts with their entities, roles and relations as spans."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from kg.evaluation.corpora import read_corpus
from kg.evaluation.gold import GoldPaper
from kg.model import NAMED_KINDS, EntityKind, Extraction, Role

__all__ = [
    "PAIR_TYPES",
    "Example",
    "LabelledEntity",
    "LabelledRelation",
    "example_from_extraction",
    "example_from_gold",
    "find_surfaces",
    "read_corpus_examples",
]

PAIR_TYPES = (
    "EVALUATED_ON",
    "OUTPERFORMS",
    "EXTENDS",
    "PART_OF",
    "TRAINED_ON",
    "APPLIED_TO",
    "MEASURED_BY",
)
"""The relations between two named things that the pair classifier tells."""

Span = tuple[int, int]
_T = TypeVar("_T", bound=str)


@dataclass(frozen=True)
class LabelledEntity:
    """One thing of one text.

    Args:
        kinds: Kinds that are right, the best first.
        core: Whether a careful reader would want it as a node.
        role: What it is to the paper; None where the source does not say.
        spans: Where it is named, by place; half-open, into the text.
    """

    kinds: tuple[EntityKind, ...]
    core: bool
    role: Role | None
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class LabelledRelation:
    """A relation between two entities, by their place in ``Example.entities``."""

    head: int
    type: str
    tail: int
    core: bool


@dataclass(frozen=True)
class Example:
    """One labelled text.

    Args:
        id: Of the text.
        text: Title, blank line, abstract; or one sentence, as a text without a title.
        entities: Things named in it.
        relations: Relations between them.
        kinds: Kinds that the source annotates: elsewhere in the text anything else may stand.
        complete: Whether roles and relations are annotated too.
    """

    id: str
    text: str
    entities: tuple[LabelledEntity, ...]
    relations: tuple[LabelledRelation, ...]
    kinds: frozenset[EntityKind] = frozenset(NAMED_KINDS)
    complete: bool = True


def read_corpus_examples(path: Path) -> list[Example]:
    """Labelled texts of a public corpus: JSONL with ``doc_id``, ``text``, ``entities``.

    Raises:
        InputError: The file cannot be read, or a line does not fit.
    """
    examples = [
        Example(
            id=unit.doc_id,
            text=unit.text,
            entities=_without_overlaps(
                [
                    LabelledEntity((_one_of(NAMED_KINDS, e.kind),), True, None, ((e.start, e.end),))
                    for e in unit.entities
                    if e.kind in NAMED_KINDS
                ]
            ),
            relations=(),
            complete=False,
        )
        for unit in read_corpus(path)
    ]
    seen = frozenset(k for e in examples for x in e.entities for k in x.kinds)
    return [replace(e, kinds=seen) for e in examples]


def example_from_gold(paper: GoldPaper) -> Example:
    """An annotated paper: every string that names an entity is looked up in the text."""
    place: dict[str, int] = {}
    found = []
    for number, entity in enumerate(paper.entities):
        names = (entity.name, *entity.aliases)
        for name in names:
            place.setdefault(name, number)
        spans = tuple(find_surfaces(paper.text, (*names, *entity.surface)))
        role = entity.roles[0] if entity.roles else None
        found.append(LabelledEntity(entity.kinds, entity.tier == "core", role, spans))
    relations = []
    for relation in paper.relations:
        head, tail = place.get(relation.head), place.get(relation.tail)
        type_ = relation.type.upper()
        if head is not None and tail is not None and head != tail and type_ in PAIR_TYPES:
            relations.append(LabelledRelation(head, type_, tail, relation.tier == "core"))
    return Example(paper.id, paper.text, _without_overlaps(found), tuple(relations))


def find_surfaces(text: str, surfaces: Iterable[str]) -> Iterator[Span]:
    """Where the strings stand in a text as whole words, case as given."""
    for surface in sorted(set(surfaces)):
        start = text.find(surface) if surface else -1
        while start >= 0:
            end = start + len(surface)
            inside = (text[start - 1 : start].isalnum() and surface[0].isalnum()) or (
                text[end : end + 1].isalnum() and surface[-1].isalnum()
            )
            if not inside:
                yield start, end
            start = text.find(surface, start + 1)


def example_from_extraction(extraction: Extraction) -> Example:
    """What an extractor found, as if it were labels: to learn from a teacher."""
    by_form: dict[tuple[str, str], list[Any]] = {}
    for mention in extraction.mentions:
        if mention.kind != "Url":
            name = (mention.long_form or mention.text).lower()
            by_form.setdefault((mention.kind, name), []).append(mention)
    place: dict[str, int] = {}
    entities: list[LabelledEntity] = []
    for mentions in by_form.values():
        for mention in mentions:
            place[mention.id] = len(entities)
        entities.append(
            LabelledEntity(
                kinds=(mentions[0].kind,),
                core=True,
                role=mentions[0].role,
                spans=tuple(sorted((m.start, m.end) for m in mentions)),
            )
        )
    pairs = {
        LabelledRelation(place[r.subject], r.predicate, place[r.object], core=True)
        for r in extraction.relations
        if r.predicate in PAIR_TYPES and r.subject in place and r.object in place
    }
    relations = tuple(sorted(pairs, key=lambda r: (r.head, r.type, r.tail)))
    return Example(extraction.paper.id, extraction.paper.text, tuple(entities), relations)


def _without_overlaps(entities: Sequence[LabelledEntity]) -> tuple[LabelledEntity, ...]:
    """The longer span wins, then the core one; an entity may lose all its spans."""
    order = sorted(
        (-(end - start), not e.core, start, number)
        for number, e in enumerate(entities)
        for start, end in set(e.spans)
    )
    taken: list[Span] = []
    kept: list[list[Span]] = [[] for _ in entities]
    for length, _, start, number in order:
        span = (start, start - length)
        at = bisect_left(taken, span)
        before = at == 0 or taken[at - 1][1] <= span[0]
        after = at == len(taken) or span[1] <= taken[at][0]
        if before and after:
            taken.insert(at, span)
            kept[number].append(span)
    return tuple(
        replace(e, spans=tuple(sorted(spans))) for e, spans in zip(entities, kept, strict=True)
    )


def _one_of(known: tuple[_T, ...], value: str) -> _T:
    for item in known:
        if item == value:
            return item
    raise ValueError(f"{value!r} is none of {', '.join(known)}")
