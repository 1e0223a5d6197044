"""Reports as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.table import Table

from kg.evaluation.calibration import Calibration
from kg.evaluation.metrics import Counts, ThresholdScores
from kg.evaluation.papers import GoldReport
from kg.evaluation.units import CorpusReport

__all__ = ["corpus_tables", "curve_table", "gold_tables"]

_COUNT_COLUMNS = ("P", "R", "F1", "tp", "fp", "fn")


def gold_tables(report: GoldReport) -> Iterator[Table | str]:
    """Tables and lines of a report on gold papers, in order."""
    yield _entities(report)
    yield ""
    yield _counted("roles of what was found", report.roles)
    yield f"role accuracy {_share(report.role_accuracy)}"
    yield ""
    yield _counted("relations", {"all": report.relations, **report.relation_types})
    yield ""
    yield _counted("links", {"all": report.links})
    yield f"link kind accuracy {_share(report.link_kind_accuracy)}"
    for what, found in (
        ("entities", report.calibration),
        ("relations", report.relation_calibration),
    ):
        if found is not None:
            yield ""
            yield _reliability(f"scores of {what}", found)
            yield f"expected calibration error {_share(found.error)}"
    yield ""
    yield _speed(report.papers, "papers", report.papers_per_second)


def corpus_tables(report: CorpusReport) -> Iterator[Table | str]:
    """Tables and lines of a report on a corpus, in order."""
    for what, counts in (
        ("exact spans", report.exact),
        ("overlapping spans", report.partial),
        ("names of a unit", report.names),
    ):
        yield _counted(what, {"all": Counts.total(counts.values()), **counts})
        yield ""
    for what, counts in (
        ("relations, exact spans", report.exact_relations),
        ("relations, overlapping spans", report.partial_relations),
    ):
        if counts:
            yield _counted(what, {"all": Counts.total(counts.values()), **counts})
            yield ""
    if report.left_out_relations:
        types = ", ".join(f"{name} {n}" for name, n in report.left_out_relations.items())
        yield f"relations that do not map: {types}"
    if report.skipped:
        yield f"skipped, for the extraction is of another text: {len(report.skipped)} units"
    yield _speed(report.units, "units", report.papers_per_second)


def curve_table(curve: Sequence[ThresholdScores]) -> Table:
    """Figures of the entities for each lowest score."""
    table = _table("entities with score >=", *_COUNT_COLUMNS)
    for point in curve:
        table.add_row(f"{point.threshold:.2f}", *_cells(point.counts))
    return table


def _entities(report: GoldReport) -> Table:
    table = _table("entities", *_COUNT_COLUMNS, "lenient P", "R", "F1")
    strict = {"all": report.entities, **report.kinds}
    lenient = {"all": report.lenient_entities, **report.lenient}
    for name, counts in strict.items():
        table.add_row(name, *_cells(counts), *_cells(lenient[name])[:3])
    table.add_row("whatever kind", *_cells(report.any_kind))
    return table


def _counted(heading: str, rows: Mapping[str, Counts]) -> Table:
    table = _table(heading, *_COUNT_COLUMNS)
    for name, counts in rows.items():
        table.add_row(name, *_cells(counts))
    return table


def _reliability(heading: str, found: Calibration) -> Table:
    table = _table(heading, "n", "mean score", "share right")
    for group in found.bins:
        shares = (group.mean_score, group.share_right)
        cells = [_share(value) if group.n else "" for value in shares]
        table.add_row(f"{group.low:.1f} to {group.high:.1f}", f"{group.n:,}", *cells)
    return table


def _table(heading: str, *columns: str) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(heading)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _cells(counts: Counts) -> list[str]:
    shares = (counts.precision, counts.recall, counts.f1)
    return [*map(_share, shares), *(f"{n:,}" for n in (counts.tp, counts.fp, counts.fn))]


def _share(value: float) -> str:
    return f"{value:.3f}"


def _speed(number: int, what: str, speed: float | None) -> str:
    return f"{number:,} {what}" + (f", {speed:.1f} a second" if speed is not None else "")
