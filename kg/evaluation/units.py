"""Figures of an extractor over the units of a corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kg.evaluation.corpora import CorpusUnit, FoundSpan, found_in
from kg.evaluation.metrics import DECIMALS, Counts
from kg.evaluation.mistakes import Mistake, MistakeKind, first_of_each
from kg.evaluation.sentences_in_view import mark_spans
from kg.evaluation.spans import (
    annotated_kinds,
    annotated_relations,
    annotated_spans,
    count_exact,
    count_names,
    count_overlapping,
    count_relations,
    relevant,
    rules_used,
)
from kg.model import PREDICATES, EntityKind, Extraction

__all__ = ["CorpusReport", "evaluate_corpus"]


@dataclass(frozen=True)
class CorpusReport:
    """All figures; totals are micro averages, sums over the kinds or predicates.

    Args:
        units: Number of units that were judged.
        skipped: Ids of units without an extraction of their very text: not judged.
        kinds: The kinds that the corpus annotates; only these were judged.
        exact: Spans by kind: same ends, same kind.
        partial: Spans by kind: any overlap, same kind, one to one.
        names: Distinct names of a unit by kind.
        exact_relations: Relations by predicate: same ends; empty where no type maps.
        partial_relations: Relations by predicate: both ends overlap.
        left_out_relations: Relations of the corpus that do not map, by the corpus's type.
        mistakes: Every span that was missed, is spurious, or has another kind.
        papers_per_second: Speed of the extraction in units; None where it is not known.
    """

    units: int
    skipped: tuple[str, ...]
    kinds: tuple[EntityKind, ...]
    exact: dict[str, Counts]
    partial: dict[str, Counts]
    names: dict[str, Counts]
    exact_relations: dict[str, Counts]
    partial_relations: dict[str, Counts]
    left_out_relations: dict[str, int]
    mistakes: tuple[Mistake, ...]
    papers_per_second: float | None = None

    def to_json(self, errors: int = 0) -> dict[str, Any]:
        """Everything, under keys that are always there; shares have four decimals.

        Args:
            errors: How many errors of each sort.
        """
        speed = self.papers_per_second
        return {
            "layout": "corpus",
            "units": self.units,
            "skipped": list(self.skipped),
            "kinds": list(self.kinds),
            "exact": _json(self.exact),
            "partial": _json(self.partial),
            "names": _json(self.names),
            "relations": {
                "exact": _json(self.exact_relations),
                "partial": _json(self.partial_relations),
                "left_out": self.left_out_relations,
            },
            "papers_per_second": None if speed is None else round(speed, DECIMALS),
            "errors": [m.to_json() for m in first_of_each(self.mistakes, errors)],
        }


def evaluate_corpus(
    units: Sequence[CorpusUnit],
    extractions: Iterable[Extraction],
    *,
    papers_per_second: float | None = None,
) -> CorpusReport:
    """Hold extractions against annotated units.

    Args:
        units: Annotated texts, from ``read_corpus``.
        extractions: What was found in the papers that ``unit_paper`` makes of them.
        papers_per_second: Speed of the extraction, to be kept in the report.
    """
    of_unit = {extraction.paper.id: extraction for extraction in extractions}
    kinds, rules = annotated_kinds(units), rules_used(units)
    predicates = [p for p in PREDICATES if p in {rule.predicate for rule in rules}]
    skipped: list[str] = []
    exact, partial, names, exact_relations, partial_relations = ([] for _ in range(5))
    left_out: Counter[str] = Counter()
    mistakes: list[Mistake] = []
    for unit in units:
        extraction = of_unit.get(unit.doc_id)
        found = found_in(unit, extraction) if extraction else None
        if found is None:
            skipped.append(unit.doc_id)
            continue
        gold = annotated_spans(unit)
        spans, relations = relevant(found, kinds, rules)
        stated, unmapped = annotated_relations(unit, rules)
        exact.append(count_exact(gold, spans))
        partial.append(count_overlapping(gold, spans))
        names.append(count_names(unit.text, gold, spans))
        exact_relations.append(count_relations(stated, relations, exact=True))
        partial_relations.append(count_relations(stated, relations, exact=False))
        left_out += unmapped
        mistakes += _mistakes(unit, gold, spans)
    return CorpusReport(
        units=len(units) - len(skipped),
        skipped=tuple(skipped),
        kinds=kinds,
        exact=_sum(exact, kinds),
        partial=_sum(partial, kinds),
        names=_sum(names, kinds),
        exact_relations=_sum(exact_relations, predicates),
        partial_relations=_sum(partial_relations, predicates),
        left_out_relations=dict(sorted(left_out.items())),
        mistakes=tuple(mistakes),
        papers_per_second=papers_per_second,
    )


def _mistakes(
    unit: CorpusUnit, gold: Sequence[FoundSpan], found: Sequence[FoundSpan]
) -> Iterator[Mistake]:
    kinds_at = {(span.start, span.end): span.kind for span in gold}
    for span in gold:
        if span not in found:
            yield _mistake("missed", unit, span, "", span.kind)
    for span in found:
        if span not in gold:
            wanted = kinds_at.get((span.start, span.end), "")
            yield _mistake("wrong kind" if wanted else "spurious", unit, span, span.kind, wanted)


def _mistake(
    sort: MistakeKind, unit: CorpusUnit, span: FoundSpan, said: str, wanted: str
) -> Mistake:
    name = unit.text[span.start : span.end]
    view = mark_spans(unit.text, [(span.start, span.end)])
    return Mistake(sort, unit.doc_id, name, said, wanted, view)


def _sum(parts: Sequence[dict[str, Counts]], names: Sequence[str]) -> dict[str, Counts]:
    return {name: Counts.total(part.get(name, Counts()) for part in parts) for name in names}


def _json(counts: dict[str, Counts]) -> dict[str, Any]:
    total = Counts.total(counts.values())
    return {"all": total.to_json(), **{name: count.to_json() for name, count in counts.items()}}
