"""Charts as inline SVG: numbers in, the text of an ``svg`` element out, the same every time.

Colours and letters come from the style sheet around a chart through classes, so that it follows
the reader's light or dark setting. What a chart shows is also said in its ``desc``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from unicodedata import combining, east_asian_width

from markupsafe import Markup, escape

__all__ = [
    "CHART_WIDTH",
    "MOST_YEARS",
    "ROW_HEIGHT",
    "RankedRow",
    "Series",
    "bar",
    "columns",
    "fit_words",
    "per_year",
    "ranking",
    "sparkline",
]

MOST_YEARS = 30
"""Columns of a chart over years; what is older shares the first one."""
CHART_WIDTH = 420
"""Width of a chart in units; letters are 12 of them high."""
ROW_HEIGHT = 26
"""Height of a row of a ranking, in units."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 8, 20, 22
_NAMES_TO = 204
_NARROW = frozenset("fijlrtI.,:;!|'()[] ")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that XML or HTML may not hold."""


class Series(NamedTuple):
    """One colour of a chart of columns: its name, its class in the style sheet, its values."""

    name: str
    style: str
    values: Sequence[float]


class RankedRow(NamedTuple):
    """A row of a ranking: a name, a picture made by ``bar`` or ``sparkline``, and its number."""

    name: str
    picture: Markup
    words: str


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
    legend: bool = False,
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
        legend: Name the series at the foot, inside the height.
    """
    totals = [sum(s.values[i] for s in series) for i in range(len(labels))]
    top = 1.0 if percent else max([*totals, 1])
    foot = height - (24 if legend else 0)
    below = foot - (16 if notes else 0)
    floor, step = below - _BOTTOM, (CHART_WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
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
                    f"<title>{_safe(words)}</title></rect>"
                )
        words = _number(totals[i], percent)
        if totals[i] > 0 and step >= 7.5 * len(words):
            shapes.append(_text(middle, base - 5, "value", words))
        if (len(labels) - 1 - i) % every == 0:
            shapes.append(_text(middle, below - 6, "label", label))
            if notes:
                shapes.append(_text(middle, foot - 6, "label", notes[i]))
    if legend:
        shapes.append(_legend(series, height))
    line = f'<path class="axis" d="M{_LEFT} {floor}.5H{CHART_WIDTH - _RIGHT}"/>'
    told = _told(labels, series, percent)
    return _svg(height, key, title, told, line + "".join(shapes))


def ranking(rows: Sequence[RankedRow], *, key: str, title: str) -> Markup:
    """A list of names with a picture and a number each; ``ROW_HEIGHT`` units high a row.

    Args:
        rows: The rows, first the first.
        key: What the ids in the chart begin with; one of a kind on the page.
        title: What the chart shows.
    """
    shapes = []
    wide = _NAMES_TO - _LEFT
    numbers = max((sum(map(_letter_width, row.words)) for row in rows), default=0.0)
    pictured = max(CHART_WIDTH - _RIGHT - numbers - 12 - _NAMES_TO - 8, 40.0)
    for i, row in enumerate(rows):
        top = ROW_HEIGHT * i
        name = _text(0, 17, "name", fit_words(row.name, wide))
        shapes.append(
            # svg elements of their own: what sticks out of one is cut off
            f'<svg x="{_LEFT}" y="{top}" width="{wide}" height="{ROW_HEIGHT}">{name}</svg>'
            f'<svg x="{_NAMES_TO + 8}" y="{top + 6}" width="{_f(pictured)}" '
            f'height="14">{row.picture}</svg>'
            + _text(CHART_WIDTH - _RIGHT, top + 17, "number", row.words)
        )
    told = "; ".join(f"{i}. {fit_words(r.name, 600)}: {r.words}" for i, r in enumerate(rows, 1))
    height = ROW_HEIGHT * max(len(rows), 1)
    return _svg(height, key, title, f"{told or 'Nothing to show'}.", "".join(shapes))


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


def fit_words(words: str, width: float) -> str:
    """Words on one line, cut with an ellipsis where they are wider than a width in units.

    Widths are guessed for a sans-serif of 12 units: no font is at hand.

    >>> fit_words("A  short name", 100), fit_words("Reinforcement learning", 60)
    ('A short name', 'Reinfor…')
    """
    line = " ".join(_UNFIT.sub("\ufffd", words[:2000]).split())
    taken, room = 0.0, 0
    for place, character in enumerate(line):
        taken += _letter_width(character)
        if taken + 9 <= width:
            room = place + 1
        if taken > width:
            return f"{line[:room].rstrip()}…"
    return line


def _letter_width(character: str) -> float:
    if combining(character):
        return 0.0
    if east_asian_width(character) in "WF":
        return 12.6
    if character in "mwMW%@—→":
        return 11.6
    if character in _NARROW:
        return 4.4
    return 8.6 if character.isupper() else 7.4


def _legend(series: Sequence[Series], height: int) -> str:
    shapes, x = [], float(_LEFT)
    for one in series:
        shapes.append(
            f'<rect class="{escape(one.style)}" x="{_f(x)}" y="{height - 14}" width="10" '
            'height="10"/>' + _text(x + 15, height - 5, "name", one.name)
        )
        x += 30 + sum(map(_letter_width, one.name))
    return "".join(shapes)


def _svg(height: int, key: str, title: str, told: str, inside: str) -> Markup:
    key = str(escape(key))
    return Markup(
        f'<svg class="chart" width="{CHART_WIDTH}" height="{height}" '
        f'viewBox="0 0 {CHART_WIDTH} {height}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{_safe(title)}</title>'
        f'<desc id="{key}-desc">{_safe(told)}</desc>{inside}</svg>'
    )


def _text(x: float, y: float, style: str, words: str) -> str:
    return f'<text class="{style}" x="{_f(x)}" y="{_f(y)}">{_safe(words)}</text>'


def _safe(words: str) -> Markup:
    return escape(_UNFIT.sub("\ufffd", words))


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
