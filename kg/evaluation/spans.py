"""Found spans against annotated spans: the same, overlapping, or the same name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TypeVar

from kg.evaluation.corpora import (
    RELATION_RULES,
    CorpusUnit,
    FoundRelation,
    FoundSpan,
    FoundUnit,
    RelationRule,
)
from kg.evaluation.matching import name_key
from kg.evaluation.metrics import Counts
from kg.model import ENTITY_KINDS, EntityKind

__all__ = [
    "annotated_kinds",
    "annotated_relations",
    "annotated_spans",
    "count_exact",
    "count_names",
    "count_overlapping",
    "count_relations",
    "overlap",
    "relevant",
    "rules_used",
]

T = TypeVar("T", bound=Hashable)


def annotated_kinds(units: Iterable[CorpusUnit]) -> tuple[EntityKind, ...]:
    """Kinds that occur anywhere in a corpus: those that it annotates."""
    seen = {entity.entity_kind for unit in units for entity in unit.entities}
    return tuple(kind for kind in ENTITY_KINDS if kind in seen)


def rules_used(units: Iterable[CorpusUnit]) -> tuple[RelationRule, ...]:
    """Rules for the relation types that occur anywhere in a corpus."""
    seen = {relation.type for unit in units for relation in unit.relations}
    return tuple(rule for rule in RELATION_RULES if rule.type in seen)


def annotated_spans(unit: CorpusUnit) -> list[FoundSpan]:
    """The spans of a unit that have a kind, each once, in the order of the text."""
    spans = ((e.start, e.end, e.entity_kind) for e in unit.entities)
    return sorted({FoundSpan(start, end, kind) for start, end, kind in spans if kind})


def annotated_relations(
    unit: CorpusUnit, rules: Collection[RelationRule]
) -> tuple[set[FoundRelation], Counter[str]]:
    """The relations of a unit that map, and how many of each type do not."""
    kinds: dict[tuple[int, int], set[EntityKind]] = defaultdict(set)
    for span in annotated_spans(unit):
        kinds[span.start, span.end].add(span.kind)
    mapped: set[FoundRelation] = set()
    left_out: Counter[str] = Counter()
    for relation in unit.relations:
        head, tail = relation.head, relation.tail
        for rule in rules:
            if rule.type == relation.type and rule.head in kinds[head] and rule.tail in kinds[tail]:
                ends = FoundSpan(*head, rule.head), FoundSpan(*tail, rule.tail)
                subject, object_ = reversed(ends) if rule.reversed else ends
                mapped.add(FoundRelation(subject, rule.predicate, object_))
                break
        else:
            left_out[relation.type] += 1
    return mapped, left_out


def relevant(
    found: FoundUnit, kinds: Collection[EntityKind], rules: Collection[RelationRule]
) -> tuple[list[FoundSpan], set[FoundRelation]]:
    """What was found of the sorts that a corpus annotates.

    A benchmark counts as a data set where the corpus knows data sets only.
    """

    def as_annotated(span: FoundSpan) -> FoundSpan:
        merged = span.kind == "Benchmark" and "Benchmark" not in kinds and "Dataset" in kinds
        return span._replace(kind="Dataset") if merged else span

    spans = {as_annotated(span) for span in found.spans}
    signatures = {
        (rule.tail, rule.predicate, rule.head)
        if rule.reversed
        else (rule.head, rule.predicate, rule.tail)
        for rule in rules
    }
    relations = set()
    for subject, predicate, object_ in found.relations:
        one, two = as_annotated(subject), as_annotated(object_)
        if (one.kind, predicate, two.kind) in signatures:
            relations.add(FoundRelation(one, predicate, two))
    return sorted(span for span in spans if span.kind in kinds), relations


def count_exact(gold: Iterable[FoundSpan], found: Iterable[FoundSpan]) -> dict[str, Counts]:
    """Count spans by kind: right where both ends and the kind are the same."""
    wanted, said = set(gold), set(found)
    return _by_kind(
        Counter(s.kind for s in wanted & said),
        Counter(s.kind for s in said - wanted),
        Counter(s.kind for s in wanted - said),
    )


def count_overlapping(gold: Iterable[FoundSpan], found: Iterable[FoundSpan]) -> dict[str, Counts]:
    """Count spans by kind: right where they overlap and have one kind, one to one.

    Pairs that share most characters go first, then those of nearest length, then the leftmost.
    """
    wanted, said = sorted(set(gold)), sorted(set(found))
    pairs = sorted(
        (max(a.start, b.start) - min(a.end, b.end), max(a.end, b.end) - min(a.start, b.start), a, b)
        for a in wanted
        for b in said
        if a.kind == b.kind and overlap(a, b)
    )
    taken: set[FoundSpan] = set()
    used: set[FoundSpan] = set()
    for _, _, a, b in pairs:
        if a not in taken and b not in used:
            taken.add(a)
            used.add(b)
    return _by_kind(
        Counter(s.kind for s in taken),
        Counter(s.kind for s in said if s not in used),
        Counter(s.kind for s in wanted if s not in taken),
    )


def count_names(
    text: str, gold: Iterable[FoundSpan], found: Iterable[FoundSpan]
) -> dict[str, Counts]:
    """Count the distinct names of a unit by kind; places do not matter."""

    def names(spans: Iterable[FoundSpan]) -> set[tuple[str, str]]:
        keyed = ((name_key(text[s.start : s.end]), s.kind) for s in spans)
        return {(key, kind) for key, kind in keyed if key}

    wanted, said = names(gold), names(found)
    return _by_kind(
        Counter(kind for _, kind in wanted & said),
        Counter(kind for _, kind in said - wanted),
        Counter(kind for _, kind in wanted - said),
    )


def count_relations(
    gold: Collection[FoundRelation], found: Collection[FoundRelation], *, exact: bool
) -> dict[str, Counts]:
    """Count relations by predicate, one to one: with the same ends, or with overlapping ones."""
    left = sorted(gold)
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for relation in sorted(found, key=lambda r: (r not in gold, r)):
        match = relation if relation in left else None
        if match is None and not exact:
            match = next((wanted for wanted in left if _similar(wanted, relation)), None)
        if match is None:
            wrong[relation.predicate] += 1
        else:
            left.remove(match)
            right[relation.predicate] += 1
    return _by_kind(right, wrong, Counter(relation.predicate for relation in left))


def overlap(one: FoundSpan, two: FoundSpan) -> bool:
    """Whether two spans share a character."""
    return one.start < two.end and two.start < one.end


def _similar(one: FoundRelation, two: FoundRelation) -> bool:
    same = one.predicate == two.predicate
    return same and overlap(one.subject, two.subject) and overlap(one.object, two.object)


def _by_kind(tp: Mapping[T, int], fp: Mapping[T, int], fn: Mapping[T, int]) -> dict[T, Counts]:
    kinds = dict.fromkeys([*tp, *fp, *fn])
    return {kind: Counts(tp.get(kind, 0), fp.get(kind, 0), fn.get(kind, 0)) for kind in kinds}
