"""The front page: how large the graph is, and the charts people expect of a corpus."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from markupsafe import Markup

from kg.model import NAMED_KINDS
from kg.pages.plots import bar, sparkline
from kg.pages.site.model import SiteModel
from kg.pages.site.plots import (
    PLURALS,
    code_by_year,
    most_used_benchmarks,
    rising_methods,
    things_by_year,
)

__all__ = ["PLURALS", "front_context"]


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
        "code": _code(model),
        "benchmarks": _benchmarks(model),
        "rising": _rising(model),
    }


def _per_year(model: SiteModel) -> dict[str, Any] | None:
    found = things_by_year(model)
    return found and {
        "title": found.title,
        "chart": found.chart(),
        "legend": [(s.name, s.style) for s in found.series],
        "labels": [str(year) for year in found.years],
        "rows": list(zip(*(s.values for s in found.series), strict=True)),
    }


def _code(model: SiteModel) -> dict[str, Any] | None:
    found = code_by_year(model)
    return found and {
        "title": found.title,
        "chart": found.chart(),
        "rows": list(zip(map(str, found.years), found.with_code, found.papers, strict=True)),
    }


def _benchmarks(model: SiteModel) -> list[Ranked]:
    best = most_used_benchmarks(model)
    return [
        Ranked(
            model.paths[key],
            "benchmark",
            model.graph.entities[key].name,
            bar(count / best[0][1], "fill-benchmark"),
            f"{count:,}",
        )
        for key, count in best
    ]


def _rising(model: SiteModel) -> dict[str, Any] | None:
    found = rising_methods(model)
    return found and {
        "since": found.since,
        "before": found.before,
        "recent": found.recent,
        "rows": [
            Ranked(
                model.paths[row.entity_id],
                "method",
                model.graph.entities[row.entity_id].name,
                sparkline(row.shares),
                row.words,
            )
            for row in found.rows
        ],
    }
