"""The front page: how large the graph is, and the charts people expect of a corpus."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from markupsafe import Markup

from kg.model import NAMED_KINDS
from kg.pages.site.model import SiteModel
from kg.pages.site.plots import MOST_YEARS, Series, bar, columns, sparkline

__all__ = ["PLURALS", "front_context"]

PLURALS = {
    "Method": "Methods",
    "Dataset": "Datasets",
    "Benchmark": "Benchmarks",
    "Task": "Tasks",
    "Metric": "Metrics",
    "Paper": "Papers",
}
RANKED = 12
"""Rows of a ranked list."""
FEWEST_BEFORE = 10
"""Papers before the recent years without which nothing can be said to rise."""


class Ranked(NamedTuple):
    """A row of a ranked list: a thing, a picture, and the number it stands for."""

    path: str
    style: str
    name: str
    picture: Markup
    words: str


def front_context(model: SiteModel) -> dict[str, Any]:
    """All that the template of the front page wants to know."""
    counts = Counter(entity.kind for entity in model.graph.entities.values())
    papers = model.graph.papers
    dated = sum(paper.year is not None for paper in papers.values())
    return {
        "path": "index.html",
        "kind": None,
        "heading": model.title,
        "description": f"A knowledge graph of {len(papers):,} papers: their methods, datasets, "
        "benchmarks, tasks and metrics, with the sentence behind every statement.",
        "tiles": [(kind, PLURALS[kind], counts[kind]) for kind in NAMED_KINDS if counts[kind]]
        + ([("Paper", PLURALS["Paper"], len(papers))] if papers else []),
        "addresses": counts["Url"],
        "statements": len(model.graph.relations),
        "undated": len(papers) - dated,
        "per_year": _per_year(model),
        "code": _code_by_year(model),
        "benchmarks": _most_used(model),
        "rising": _rising(model),
    }


def _axis(model: SiteModel) -> list[int]:
    """The years of the charts: without gaps, the last ones."""
    years = {paper.year for paper in model.graph.papers.values() if paper.year is not None}
    if not years:
        return []
    return list(range(max(min(years), max(years) - MOST_YEARS + 1), max(years) + 1))


def _per_year(model: SiteModel) -> dict[str, Any] | None:
    """Things of each kind that the papers of a year name."""
    axis = _axis(model)
    if not axis:
        return None
    counts = {kind: dict.fromkeys(axis, 0) for kind in NAMED_KINDS}
    for entity in model.graph.entities.values():
        if entity.kind != "Url":
            for year in set(model.years(model.papers_of[entity.id])):
                if year >= axis[0]:
                    counts[entity.kind][year] += 1
    labels = [str(year) for year in axis]
    series = [
        Series(PLURALS[kind].lower(), f"fill-{kind.lower()}", list(counts[kind].values()))
        for kind in NAMED_KINDS
        if any(counts[kind].values())
    ]
    title = "Things named by the papers of each year"
    return {
        "title": title,
        "chart": columns(labels, series, key="named", title=title, height=220),
        "legend": [(s.name, s.style) for s in series],
        "labels": labels,
        "rows": list(zip(*(s.values for s in series), strict=True)),
    }


def _code_by_year(model: SiteModel) -> dict[str, Any] | None:
    """Share of the papers of a year that give an address of code."""
    axis = _axis(model)
    if not axis:
        return None
    papers, with_code = dict.fromkeys(axis, 0), dict.fromkeys(axis, 0)
    for paper in model.graph.papers.values():
        if paper.year in papers:
            papers[paper.year] += 1
            with_code[paper.year] += model.code_of(paper.id) is not None
    shares = [with_code[year] / papers[year] if papers[year] else 0.0 for year in axis]
    labels = [str(year) for year in axis]
    title = "Papers that link to code, by year"
    series = [Series("of the papers", "fill-url", shares)]
    chart = columns(
        labels,
        series,
        key="code",
        title=title,
        height=220,
        percent=True,
        notes=[f"of {papers[year]}" for year in axis],
    )
    return {
        "title": title,
        "chart": chart,
        "rows": [(str(y), with_code[y], papers[y]) for y in axis],
    }


def _most_used(model: SiteModel) -> list[Ranked]:
    """The benchmarks that most papers evaluate on."""
    counts: Counter[str] = Counter()
    for relation in model.graph.relations.values():
        if relation.predicate == "EVALUATES_ON":
            counts[relation.object] += model.graph.entities[relation.object].kind == "Benchmark"
    best = sorted((key for key in counts if counts[key]), key=lambda key: (-counts[key], key))
    return [
        Ranked(
            model.paths[key],
            "benchmark",
            model.graph.entities[key].name,
            bar(counts[key] / counts[best[0]], "fill-benchmark"),
            f"{counts[key]:,}",
        )
        for key in best[:RANKED]
    ]


def _rising(model: SiteModel) -> dict[str, Any] | None:
    """Methods whose share of the papers grew most.

    The recent years are the last ones that hold a third of the dated papers; the share of these
    papers that name a method is set against its share of all papers before.
    """
    totals = Counter(p.year for p in model.graph.papers.values() if p.year is not None)
    axis, dated, recent = _axis(model), sum(totals.values()), 0
    since = None
    for year in reversed(axis):
        recent += totals[year]
        since = year
        if recent * 3 >= dated:
            break
    before = dated - recent
    if since is None or before < FEWEST_BEFORE:
        return None
    found = []
    for entity in model.graph.entities.values():
        papers = model.papers_of[entity.id]
        if entity.kind == "Method" and len(papers) >= 3:
            counts = Counter(model.years(papers))
            late = sum(count for year, count in counts.items() if year >= since)
            was, now = (counts.total() - late) / before, late / recent
            if late >= 3 and now > was:
                found.append((was - now, entity.id, was, now, counts))
    found.sort(key=lambda item: item[:2])
    return {
        "since": since,
        "before": before,
        "recent": recent,
        "rows": [
            Ranked(
                model.paths[key],
                "method",
                model.graph.entities[key].name,
                sparkline([counts[y] / totals[y] if totals[y] else 0 for y in axis]),
                f"{was * 100:.1f}% → {now * 100:.1f}%",
            )
            for _, key, was, now, counts in found[:RANKED]
        ],
    }
