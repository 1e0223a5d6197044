"""The page of a method, dataset, benchmark, task or metric: all that the papers say about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from kg.model import Entity, Predicate, Url
from kg.pages.plots import Series, columns, per_year
from kg.pages.site.addresses import safe_link
from kg.pages.site.model import SiteModel
from kg.pages.site.sections import SHOWN_ROWS, Section, sections_of

__all__ = ["ROWS_PER_PAGE", "Address", "entity_context", "section_contexts", "year_span"]

ROWS_PER_PAGE = 200
"""Rows on a page of a whole list."""
MOST_ALIASES = 30
MOST_ADDRESSES = 20
MOST_TOGETHER = 15
ADDRESS_KINDS = {"project_page": "project page"}
"""What an address leads to, in words; the others are called as in the model."""

_TOGETHER: dict[str, tuple[Predicate, Predicate, str, str]] = {
    "Task": (
        "ADDRESSES",
        "EVALUATES_ON",
        "Benchmarks and datasets of its papers",
        "What the papers that work on it evaluate on.",
    ),
    "Benchmark": (
        "EVALUATES_ON",
        "ADDRESSES",
        "Tasks of its papers",
        "What the papers that evaluate on it work on.",
    ),
}
_TOGETHER["Dataset"] = _TOGETHER["Benchmark"]


class Address(NamedTuple):
    """An address on a page: a link where it is safe, else text."""

    href: str | None
    text: str
    what: str
    papers: Sequence[tuple[str, str, int | None]]


class Company(NamedTuple):
    """A thing that is often in the same papers, and in how many."""

    path: str
    style: str
    name: str
    papers: int


def entity_context(model: SiteModel, entity: Entity) -> tuple[dict[str, Any], list[Section]]:
    """All that the template of a thing's page wants to know, and the page's sections."""
    papers = model.papers_of[entity.id]
    sections = sections_of(model, entity, ROWS_PER_PAGE)
    aliases = [a for a in entity.aliases if a.strip() and a != entity.name]
    addresses = _addresses(model, entity)
    years = model.years(papers)
    context = {
        "path": model.paths[entity.id],
        "kind": entity.kind,
        "name": entity.name,
        "heading": entity.name,
        "aliases": aliases[:MOST_ALIASES],
        "aliases_left_out": max(0, len(aliases) - MOST_ALIASES),
        "same_as": [(safe_link(address), address) for address in entity.same_as],
        "papers": len(papers),
        "span": year_span(years),
        "timeline": _timeline(years, entity.kind) if len(set(years)) > 1 else None,
        "addresses": addresses[:MOST_ADDRESSES],
        "addresses_left_out": max(0, len(addresses) - MOST_ADDRESSES),
        "sections": [_shown(model, section) for section in sections],
        "together": _together(model, entity),
    }
    context["description"] = _description(context)
    return context, sections


def section_contexts(
    model: SiteModel, entity: Entity, section: Section
) -> Iterator[dict[str, Any]]:
    """What the template of a whole list wants to know, page by page."""
    for number, path in enumerate(section.pages):
        start = number * ROWS_PER_PAGE
        rows = list(section.rows(model, start, start + ROWS_PER_PAGE))
        heading = f"{entity.name}: {section.kind.heading[0].lower()}{section.kind.heading[1:]}"
        yield {
            "path": path,
            "home": model.paths[entity.id],
            "kind": entity.kind,
            "name": entity.name,
            "heading": heading,
            "description": f"{len(section.relations):,} rows, page {number + 1} of "
            f"{len(section.pages)}.",
            "section": _described(section, rows),
            "start": start + 1,
            "number": number + 1,
            "pages": section.pages,
        }


def year_span(years: Sequence[int]) -> str:
    """First and last of some sorted years, such as ``2019–2023``; empty where there are none."""
    if not years:
        return ""
    return str(years[0]) if years[0] == years[-1] else f"{years[0]}–{years[-1]}"


def _timeline(years: list[int], kind: str) -> Any:
    labels, counts = per_year(years)
    series = [Series("", f"fill-{kind.lower()}", counts)]
    return columns(labels, series, key="timeline", title="Papers per year", height=116)


def _shown(model: SiteModel, section: Section) -> dict[str, Any]:
    return _described(section, list(section.rows(model, 0, SHOWN_ROWS)))


def _described(section: Section, rows: list[Any]) -> dict[str, Any]:
    return {
        "name": section.kind.name,
        "heading": section.kind.heading,
        "column": section.kind.column,
        "rows": rows,
        "code": any(row.code for row in rows),
        "total": len(section.relations),
        "whole": section.pages[0] if section.pages else None,
    }


def _addresses(model: SiteModel, entity: Entity) -> list[Address]:
    found = []
    for relation in model.outgoing.get(entity.id, ()):
        url = model.graph.entities[relation.object]
        if isinstance(url, Url):
            papers = dict.fromkeys(e.paper_id for e in relation.evidence)
            sources = [_source(model, paper_id) for paper_id in papers if paper_id in model.paths]
            what = ADDRESS_KINDS.get(url.url_kind, url.url_kind)
            found.append(Address(safe_link(url.href), url.href, what, sources[:3]))
    return sorted(found, key=lambda a: (a.what != "code", -len(a.papers), a.text))


def _source(model: SiteModel, paper_id: str) -> tuple[str, str, int | None]:
    paper = model.graph.papers[paper_id]
    return model.paths[paper_id], paper.title, paper.year


def _together(model: SiteModel, entity: Entity) -> dict[str, Any] | None:
    if entity.kind not in _TOGETHER:
        return None
    towards, onwards, heading, note = _TOGETHER[entity.kind]
    counts: Counter[str] = Counter()
    for relation in model.incoming.get(entity.id, ()):
        if relation.predicate == towards:
            counts.update(_targets(model, relation.subject, onwards))
    if not counts:
        return None
    best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    entities = model.graph.entities
    return {
        "heading": heading,
        "note": note,
        "items": [
            Company(model.paths[key], entities[key].kind.lower(), entities[key].name, count)
            for key, count in best[:MOST_TOGETHER]
        ],
        "left_out": max(0, len(best) - MOST_TOGETHER),
    }


def _targets(model: SiteModel, paper_id: str, predicate: Predicate) -> Iterable[str]:
    return (r.object for r in model.outgoing.get(paper_id, ()) if r.predicate == predicate)


def _description(context: dict[str, Any]) -> str:
    papers, span = context["papers"], context["span"]
    words = f"{context['kind']} named by {papers:,} paper{'' if papers == 1 else 's'}"
    words += f", {span}." if span else "."
    for section in context["sections"][:2]:
        names = [row.name for row in section["rows"][:3]]
        more = section["total"] - len(names)
        words += (
            f" {section['heading']}: {', '.join(names)}{f' and {more:,} more' if more else ''}."
        )
    return words if len(words) <= 300 else f"{words[:299].rstrip()}…"
