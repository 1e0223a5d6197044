"""The plots of a corpus as a file of their own: one SVG, or one small page."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup, escape

from kg.errors import InputError
from kg.graph import KnowledgeGraph
from kg.pages._saving import save_text
from kg.pages._shell import content_policy, page_environment, style_text
from kg.pages.plots import (
    CHART_WIDTH,
    MOST_YEARS,
    ROW_HEIGHT,
    RankedRow,
    bar,
    fit_words,
    ranking,
    sparkline,
)
from kg.pages.site.model import SiteModel, gather
from kg.pages.site.plots import (
    code_by_year,
    most_used_benchmarks,
    rising_methods,
    things_by_year,
)
from kg.resources import page_asset

__all__ = ["Plot", "corpus_plots", "plot_format", "render_plot_page", "render_plots", "write_plots"]

_MARGIN = 30
_SCALE = 1.5
_HEIGHT = 240
_NOTE_LETTERS = 68
"""Letters of a line of a note in the SVG, which does not wrap lines by itself."""
_NO_YEARS = "No paper of this graph has a year."


class Plot(NamedTuple):
    """One plot, and the same as a table.

    Args:
        key: A word for it, for addresses inside the file.
        title: What it shows.
        note: What was counted, and why there is no chart where there is none.
        chart: The SVG element, or None.
        height: Height of the chart in units.
        head: Headings of the table's columns.
        rows: Its rows, as text.
    """

    key: str
    title: str
    note: str
    chart: Markup | None = None
    height: int = 0
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def corpus_plots(graph: KnowledgeGraph) -> list[Plot]:
    """The four plots of a corpus: things by year, benchmarks, methods rising, code by year."""
    model = gather(graph, "")
    return [_things(model), _benchmarks(model), _rising(model), _code(model)]


def plot_format(target: str | Path) -> str:
    """Which file of plots a path asks for: ``svg`` or ``html``.

    Raises:
        InputError: It has another suffix.
    """
    suffix = Path(target).suffix.lower()
    if suffix not in _FORMATS:
        raise InputError(
            f"no plot format for '{Path(target).name}'",
            hint=f"use one of these suffixes: {', '.join(_FORMATS)}",
        )
    return suffix.removeprefix(".")


def write_plots(graph: KnowledgeGraph, target: str | Path) -> Path:
    """Write the plots of a graph to a file, format by suffix; it is whole or it is not there.

    Args:
        graph: The graph.
        target: Path of an ``.svg`` or ``.html`` file; an existing file is replaced at the end.

    Returns:
        The path that was written.

    Raises:
        InputError: The suffix is another one, or the file cannot be written.
    """
    render = _FORMATS[f".{plot_format(target)}"]
    return save_text(render(graph), target)


def render_plots(graph: KnowledgeGraph) -> str:
    """Render the plots as one SVG, one below another: the same bytes for any order of input.

    Raises:
        InputError: The style sheet is missing from the installation.
    """
    title = _title(graph)
    y = _MARGIN + 18
    parts = [f'<text class="title" x="{_MARGIN}" y="{y}">{escape(title)}</text>']
    for plot in corpus_plots(graph):
        y += 44
        parts.append(f'<text class="heading" x="{_MARGIN}" y="{y}">{escape(plot.title)}</text>')
        for line in textwrap.wrap(plot.note, _NOTE_LETTERS):
            y += 17
            parts.append(f'<text class="note" x="{_MARGIN}" y="{y}">{escape(line)}</text>')
        if plot.chart is not None:
            y += 10
            parts.append(f'<g transform="translate({_MARGIN} {y})">{plot.chart}</g>')
            y += plot.height
    width, height = CHART_WIDTH + 2 * _MARGIN, y + _MARGIN
    name = f'<title id="plots-title">{escape(title)}</title>'
    # The charts are the pictures; what holds them is a group, or readers would pass them over.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width * _SCALE:.0f}" height="{height * _SCALE:.0f}" role="group" '
        f'aria-labelledby="plots-title plots-desc">\n{name}\n'
        '<desc id="plots-desc">Four plots, one below another.</desc>\n'
        f"<style>{escape(_style())}</style>\n"
        f'<rect class="canvas" width="{width}" height="{height}"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def render_plot_page(graph: KnowledgeGraph) -> str:
    """Render the plots as one page without network, each also as a table.

    Raises:
        InputError: A template is missing from the installation.
    """
    style = _style()
    template = page_environment().get_template("plots.html.jinja")
    page: str = template.render(
        title=_title(graph),
        plots=corpus_plots(graph),
        style=style,
        policy=content_policy([], [style]),
    )
    return page


_FORMATS: dict[str, Callable[[KnowledgeGraph], str]] = {
    ".svg": render_plots,
    ".html": render_plot_page,
}


def _style() -> str:
    return style_text(page_asset("templates", "plots.css"))


def _title(graph: KnowledgeGraph) -> str:
    return f"Knowledge graph of {_count(len(graph.papers), 'paper')}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _things(model: SiteModel) -> Plot:
    found = things_by_year(model)
    if found is None:
        return Plot("things", "Things named by the papers of each year", _NO_YEARS)
    note = "Each thing counts once in every year whose papers name it."
    if not found.series:
        return Plot("things", found.title, f"The papers with a year name nothing.{_unseen(model)}")
    return Plot(
        "things",
        found.title,
        note + _unseen(model),
        found.chart(height=_HEIGHT, legend=True),
        _HEIGHT,
        ("Year", *(one.name for one in found.series)),
        [
            (str(year), *(f"{one.values[i]:,.0f}" for one in found.series))
            for i, year in enumerate(found.years)
        ],
    )


def _code(model: SiteModel) -> Plot:
    found = code_by_year(model)
    if found is None:
        return Plot("code", "Papers that link to code, by year", _NO_YEARS)
    if not any(found.with_code):
        note = "No title or abstract of a paper with a year gives an address of code."
        return Plot("code", found.title, note + _unseen(model))
    note = "Share of the papers whose title or abstract gives an address of code."
    return Plot(
        "code",
        found.title,
        note + _unseen(model),
        found.chart(height=_HEIGHT),
        _HEIGHT,
        ("Year", "with code", "papers"),
        [
            (str(year), f"{with_code:,}", f"{papers:,}")
            for year, with_code, papers in zip(*found[:3], strict=True)
        ],
    )


def _benchmarks(model: SiteModel) -> Plot:
    title, best = "Most used benchmarks", most_used_benchmarks(model)
    papers = _count(len(model.graph.papers), "paper")
    if not best:
        return Plot("benchmarks", title, "No paper says that it evaluates on a benchmark.")
    names = [model.graph.entities[key].name for key, _ in best]
    rows = [
        RankedRow(name, bar(count / best[0][1], "fill-benchmark"), f"{count:,}")
        for name, (_, count) in zip(names, best, strict=True)
    ]
    return Plot(
        "benchmarks",
        title,
        f"By the number of papers that evaluate on them, of {papers}.",
        ranking(rows, key="benchmarks", title=title),
        ROW_HEIGHT * len(rows),
        ("Benchmark", "papers"),
        [(_cell(name), row.words) for name, row in zip(names, rows, strict=True)],
    )


def _rising(model: SiteModel) -> Plot:
    title, found = "Methods rising", rising_methods(model)
    if found is None:
        return Plot("rising", title, "There are too few papers of earlier years to compare with.")
    if not found.rows:
        note = (
            f"No method is named by a larger share of the papers since {found.since} than before."
        )
        return Plot("rising", title, note)
    names = [model.graph.entities[row.entity_id].name for row in found.rows]
    rows = [
        RankedRow(name, sparkline(row.shares), row.words)
        for name, row in zip(names, found.rows, strict=True)
    ]
    return Plot(
        "rising",
        title,
        f"Share of the papers that name them, before {found.since} "
        f"({_count(found.before, 'paper')}) and since ({_count(found.recent, 'paper')}). "
        "The line shows the share year by year.",
        ranking(rows, key="rising", title=title),
        ROW_HEIGHT * len(rows),
        ("Method", f"before {found.since}", f"since {found.since}"),
        [
            (_cell(name), f"{row.was:.1%}", f"{row.now:.1%}")
            for name, row in zip(names, found.rows, strict=True)
        ],
    )


def _unseen(model: SiteModel) -> str:
    """What a chart over years leaves out, as a sentence."""
    years = [paper.year for paper in model.graph.papers.values()]
    dated = [year for year in years if year is not None]
    first = max(dated) - MOST_YEARS + 1
    older, undated = sum(year < first for year in dated), len(years) - len(dated)
    said = [f"{_count(older, 'paper')} from before {first}"] if older else []
    said += [f"{_count(undated, 'paper')} without a year"] if undated else []
    return f" Left out: {' and '.join(said)}." if said else ""


def _cell(name: str) -> str:
    """A name for a table: in full, unless nobody would read it."""
    return fit_words(name, 1500)
