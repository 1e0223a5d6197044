"""The sections of a thing's page: one a type of relation and direction, the telling ones first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.model import Entity, Predicate, Relation
from kg.pages.site.model import SiteModel
from kg.pages.site.rows import Row, paper_row, thing_row

__all__ = ["PHRASES", "SHOWN_ROWS", "Section", "SectionKind", "sections_of"]

SHOWN_ROWS = 25
"""Rows of a section on the thing's own page; the whole list has pages of its own."""

PHRASES: dict[Predicate, str] = {
    "EVALUATED_ON": "evaluated on",
    "TRAINED_ON": "trained on",
    "OUTPERFORMS": "outperforms",
    "EXTENDS": "extends",
    "PART_OF": "part of",
    "APPLIED_TO": "applied to",
    "MEASURED_BY": "measured by",
    "AVAILABLE_AT": "available at",
}
"""Relations between things, in words, from the side of the subject."""


@dataclass(frozen=True)
class SectionKind:
    """One sort of section.

    Args:
        name: What it is called in addresses.
        predicate: Type of the relations.
        outgoing: Whether the page's thing is their subject.
        heading: Heading of the section.
        column: Heading of its first column.
    """

    name: str
    predicate: Predicate
    outgoing: bool
    heading: str
    column: str


_KINDS = (
    SectionKind("methods-evaluated", "EVALUATED_ON", False, "Methods evaluated on it", "Method"),
    SectionKind("methods-applied", "APPLIED_TO", False, "Methods applied to it", "Method"),
    SectionKind("introduced-by", "INTRODUCES", False, "Introduced by", "Paper"),
    SectionKind("evaluated-on", "EVALUATED_ON", True, "Evaluated on", "Benchmark or dataset"),
    SectionKind("outperforms", "OUTPERFORMS", True, "Said to outperform", "Method"),
    SectionKind("outperformed-by", "OUTPERFORMS", False, "Said to be outperformed by", "Method"),
    SectionKind("compared-by", "COMPARES_WITH", False, "Papers that compare with it", "Paper"),
    SectionKind("applied-to", "APPLIED_TO", True, "Applied to", "Task"),
    SectionKind("trained-on", "TRAINED_ON", True, "Trained on", "Dataset"),
    SectionKind("methods-trained", "TRAINED_ON", False, "Methods trained on it", "Method"),
    SectionKind("measured-by", "MEASURED_BY", True, "Measured by", "Metric"),
    SectionKind("measures", "MEASURED_BY", False, "Measures results on", "Benchmark or task"),
    SectionKind("extends", "EXTENDS", True, "Extends", "Method"),
    SectionKind("extended-by", "EXTENDS", False, "Extended by", "Method"),
    SectionKind("part-of", "PART_OF", True, "Part of", "Method"),
    SectionKind("parts", "PART_OF", False, "Has the parts", "Method"),
    SectionKind("evaluating", "EVALUATES_ON", False, "Papers that evaluate on it", "Paper"),
    SectionKind("addressing", "ADDRESSES", False, "Papers that work on it", "Paper"),
    SectionKind("using", "USES", False, "Papers that use it", "Paper"),
    SectionKind("reporting", "MEASURES", False, "Papers that report it", "Paper"),
    SectionKind("mentioning", "MENTIONS", False, "Papers that mention it", "Paper"),
)
_PLACES = {(kind.predicate, kind.outgoing): place for place, kind in enumerate(_KINDS)}


@dataclass(frozen=True)
class Section:
    """The relations of one sort that a thing has.

    Args:
        kind: The sort.
        relations: The relations, those that more papers state (or the newer papers) first.
        pages: Paths of the pages with the whole list; empty where the thing's page has it all.
    """

    kind: SectionKind
    relations: Sequence[Relation]
    pages: Sequence[str] = ()

    def rows(self, model: SiteModel, start: int, end: int) -> Iterator[Row]:
        """Rows ``start`` to ``end`` of the whole list."""
        for relation in self.relations[start:end]:
            if self.kind.outgoing:
                yield thing_row(model, relation.object, relation)
            elif relation.subject in model.graph.papers:
                yield paper_row(model, relation)
            else:
                yield thing_row(model, relation.subject, relation)


def sections_of(model: SiteModel, entity: Entity, rows_per_page: int) -> list[Section]:
    """The sections of a thing's page, in order.

    Args:
        model: The site.
        entity: The thing.
        rows_per_page: Rows on a page of a whole list.
    """
    found: dict[int, list[Relation]] = {}
    for outgoing, relations in (
        (True, model.outgoing.get(entity.id, ())),
        (False, model.incoming.get(entity.id, ())),
    ):
        for relation in relations:
            place = _PLACES.get((relation.predicate, outgoing))
            if place is not None:
                found.setdefault(place, []).append(relation)
    sections = []
    for place, group in sorted(found.items()):
        kind, pages = _KINDS[place], []
        if len(group) > 1:
            group.sort(key=lambda r: _rank(model, r))
        if len(group) > SHOWN_ROWS:
            stem = model.paths[entity.id].removesuffix(".html")
            count = -(-len(group) // rows_per_page)
            pages = [f"{stem}_{kind.name}_{number + 1}.html" for number in range(count)]
        sections.append(Section(kind, group, pages))
    return sections


def _rank(model: SiteModel, relation: Relation) -> tuple[int, int, float, str]:
    paper = model.graph.papers.get(relation.subject)
    year = (paper.year or 0) if paper else 0
    papers = 0 if paper else len({e.paper_id for e in relation.evidence})
    return -papers, -year, -relation.score, relation.id
