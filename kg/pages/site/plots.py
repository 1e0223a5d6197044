"""Charts as inline SVG: numbers in, the text of an ``svg`` element out, the same every time.

Colours and letters come from the site's style sheet through classes, so that a chart follows the
reader's light or dark setting. What a chart shows is also said in its ``desc``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

__all__ = ["Series", "bar", "columns", "per_year", "sparkline"]

MOST_YEARS = 30
"""Columns of a chart over years; what is older shares the first one."""
_WIDTH = 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 8, 20, 22


class Series(NamedTuple):
    """One colour of a chart of columns: its name, its class in the style sheet, its values."""

    name: str
    style: str
    values: Sequence[float]


def per_year(years: Iterable[int]) -> tuple[list[str], list[int]]:
    """Count years, without gaps: labels and counts.

    >>> per_year([2020, 2022, 2022])
    (['2020', '2021', '2022'], [1, 0, 2])
    """
    counts = Counter(years)
    if not counts:
        return [], []
    last = max(counts)
    first = max(min(counts), last - MOST_YEARS + 1)
    labels = [str(year) for year in range(first, last + 1)]
    values = [counts[year] for year in range(first, last + 1)]
    older = sum(count for year, count in counts.items() if year < first)
    if older:
        labels[0], values[0] = f"≤{first}", values[0] + older
    return labels, values


def columns(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    key: str,
    title: str,
    height: int = 200,
    percent: bool = False,
    notes: Sequence[str] = (),
) -> Markup:
    """A chart of columns, several series stacked.

    Args:
        labels: One a column.
        series: As many values each as there are labels, not negative.
        key: What the ids in the chart begin with; one of a kind on the page.
        title: What the chart shows.
        height: Height in units; the width is 420.
        percent: The values are shares of 1, and the chart goes to 100 %.
        notes: What to write below the labels, as many; nothing by default.
    """
    totals = [sum(s.values[i] for s in series) for i in range(len(labels))]
    top = 1.0 if percent else max([*totals, 1])
    below = height - (16 if notes else 0)
    floor, step = below - _BOTTOM, (_WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
    wide = max(min(step * 0.78, 44.0), 1.0)
    every = -(-40 // max(int(step), 1))  # a label needs 40 units
    shapes: list[str] = []
    for i, label in enumerate(labels):
        middle, base = _LEFT + step * (i + 0.5), float(floor)
        for one in series:
            size = one.values[i] / top * (floor - _TOP)
            if size > 0:
                base -= size
                words = f"{label}: {_number(one.values[i], percent)} {one.name}".rstrip()
                shapes.append(
                    f'<rect class="{escape(one.style)}" x="{_f(middle - wide / 2)}" '
                    f'y="{_f(base)}" width="{_f(wide)}" height="{_f(size)}">'
                    f"<title>{escape(words)}</title></rect>"
                )
        words = _number(totals[i], percent)
        if totals[i] > 0 and step >= 7.5 * len(words):
            shapes.append(_text(middle, base - 5, "value", words))
        if (len(labels) - 1 - i) % every == 0:
            shapes.append(_text(middle, below - 6, "label", label))
            if notes:
                shapes.append(_text(middle, height - 6, "label", notes[i]))
    line = f'<path class="axis" d="M{_LEFT} {floor}.5H{_WIDTH - _RIGHT}"/>'
    told = _told(labels, series, percent)
    return _svg(_WIDTH, height, key, title, told, line + "".join(shapes))


def bar(share: float, style: str = "fill-accent") -> Markup:
    """A bar whose length is a share of 1; a picture of a number that stands beside it."""
    size = _f(max(0.0, min(share, 1.0)) * 100)
    return Markup(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="{escape(style)}" width="{size}" height="8"/></svg>'
    )


def sparkline(values: Sequence[float], style: str = "line-accent") -> Markup:
    """A line over equal steps, without axis; a picture of numbers that stand beside it."""
    top, step = max([*values, 0]) or 1, 96 / max(len(values) - 1, 1)
    points = " ".join(f"{_f(2 + i * step)},{_f(22 - v / top * 20)}" for i, v in enumerate(values))
    return Markup(
        '<svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">'
        f'<polyline class="{escape(style)}" points="{points}"/></svg>'
    )


def _svg(width: int, height: int, key: str, title: str, told: str, inside: str) -> Markup:
    key = str(escape(key))
    return Markup(
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(told)}</desc>{inside}</svg>'
    )


def _text(x: float, y: float, style: str, words: str) -> str:
    return f'<text class="{style}" x="{_f(x)}" y="{_f(y)}">{escape(words)}</text>'


def _told(labels: Sequence[str], series: Sequence[Series], percent: bool) -> str:
    said = []
    for i, label in enumerate(labels):
        values = ", ".join(f"{_number(s.values[i], percent)} {s.name}".rstrip() for s in series)
        said.append(f"{label}: {values}")
    return "; ".join(said) + "." if said else "Nothing to show."


def _number(value: float, percent: bool) -> str:
    return f"{value * 100:.0f}%" if percent else f"{value:,.0f}"


def _f(value: float) -> str:
    """A coordinate with at most one decimal, the same on every machine.

    >>> _f(12.0), _f(0.25)
    ('12', '0.2')
    """
    return f"{value:.1f}".removesuffix(".0")
