"""What the plots of a corpus count, and the two of them that are columns over years."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from markupsafe import Markup

from kg.model import NAMED_KINDS
from kg.pages.plots import MOST_YEARS, Series, columns
from kg.pages.site.model import SiteModel

__all__ = [
    "PLURALS",
    "CodeByYear",
    "Rise",
    "Rising",
    "ThingsByYear",
    "code_by_year",
    "most_used_benchmarks",
    "rising_methods",
    "things_by_year",
]

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


class ThingsByYear(NamedTuple):
    """How many things of each kind the papers of a year name; each counts once a year."""

    years: list[int]
    series: list[Series]
    title: str = "Things named by the papers of each year"

    def chart(self, *, height: int = 220, legend: bool = False) -> Markup:
        """Stacked columns, one a year."""
        labels = [str(year) for year in self.years]
        return columns(
            labels, self.series, key="named", title=self.title, height=height, legend=legend
        )


class CodeByYear(NamedTuple):
    """How many of the papers of a year give an address of code."""

    years: list[int]
    with_code: list[int]
    papers: list[int]
    title: str = "Papers that link to code, by year"

    def chart(self, *, height: int = 220) -> Markup:
        """Columns of shares, one a year, with the number of papers below."""
        pairs = zip(self.with_code, self.papers, strict=True)
        shares = [found / papers if papers else 0.0 for found, papers in pairs]
        return columns(
            [str(year) for year in self.years],
            [Series("of the papers", "fill-url", shares)],
            key="code",
            title=self.title,
            height=height,
            percent=True,
            notes=[f"of {papers:,}" for papers in self.papers],
        )


class Rise(NamedTuple):
    """A method, its share of the papers before and since, and its share year by year."""

    entity_id: str
    was: float
    now: float
    shares: list[float]

    @property
    def words(self) -> str:
        """Both shares, in per cent."""
        return f"{self.was * 100:.1f}% → {self.now * 100:.1f}%"


class Rising(NamedTuple):
    """Methods whose share grew most: the first recent year, papers before and since, the rows."""

    since: int
    before: int
    recent: int
    rows: list[Rise]


def things_by_year(model: SiteModel) -> ThingsByYear | None:
    """Count the things that the papers of a year name; None where no paper has a year."""
    axis = _axis(model)
    if not axis:
        return None
    counts = {kind: dict.fromkeys(axis, 0) for kind in NAMED_KINDS}
    for entity in model.graph.entities.values():
        if entity.kind != "Url":
            for year in set(model.years(model.papers_of[entity.id])):
                if year >= axis[0]:
                    counts[entity.kind][year] += 1
    series = [
        Series(PLURALS[kind].lower(), f"fill-{kind.lower()}", list(counts[kind].values()))
        for kind in NAMED_KINDS
        if any(counts[kind].values())
    ]
    return ThingsByYear(axis, series)


def code_by_year(model: SiteModel) -> CodeByYear | None:
    """Count the papers of a year that give an address of code; None where none has a year."""
    axis = _axis(model)
    if not axis:
        return None
    papers, with_code = dict.fromkeys(axis, 0), dict.fromkeys(axis, 0)
    for paper in model.graph.papers.values():
        if paper.year in papers:
            papers[paper.year] += 1
            with_code[paper.year] += model.code_of(paper.id) is not None
    return CodeByYear(axis, list(with_code.values()), list(papers.values()))


def most_used_benchmarks(model: SiteModel) -> list[tuple[str, int]]:
    """The benchmarks that most papers evaluate on, with the number of papers."""
    counts: Counter[str] = Counter()
    for relation in model.graph.relations.values():
        if relation.predicate == "EVALUATES_ON":
            counts[relation.object] += model.graph.entities[relation.object].kind == "Benchmark"
    best = sorted((key for key in counts if counts[key]), key=lambda key: (-counts[key], key))
    return [(key, counts[key]) for key in best[:RANKED]]


def rising_methods(model: SiteModel) -> Rising | None:
    """Methods whose share of the papers grew most; None where too few papers are older.

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
    rows = [
        Rise(key, was, now, [counts[y] / totals[y] if totals[y] else 0.0 for y in axis])
        for _, key, was, now, counts in found[:RANKED]
    ]
    return Rising(since, before, recent, rows)


def _axis(model: SiteModel) -> list[int]:
    """The years of the charts: without gaps, the last ones."""
    years = {paper.year for paper in model.graph.papers.values() if paper.year is not None}
    if not years:
        return []
    return list(range(max(min(years), max(years) - MOST_YEARS + 1), max(years) + 1))
