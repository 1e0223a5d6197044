"""Texts with some of their words marked: the only place that puts markup around words of a paper.

Spans are characters (code points), half-open, as everywhere in the model. Every piece of text is
escaped here; what comes out may stand in a page as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from markupsafe import Markup

from kg.model import Evidence

__all__ = ["Span", "mark_evidence", "mark_text"]

Span = tuple[int, int, str, str]
"""First character, one past the last, markup before, markup after."""

_OBJECT = ('<mark class="object">', "</mark>")
_SUBJECT = ('<mark class="subject">', "</mark>")


def mark_text(text: str, spans: Iterable[Span], start: int = 0, end: int | None = None) -> Markup:
    """Escape a text (or a stretch of it) and put markup around spans of it.

    Spans that reach outside the stretch, are empty, or overlap one that starts before them (of
    two that start together, the longer counts) are left out.

    Args:
        text: The text.
        spans: What to mark, in any order; the markup is trusted.
        start: Where to begin.
        end: Where to stop; by default at the end.
    """
    stop = len(text) if end is None else min(end, len(text))
    at = start
    pieces: list[str] = []
    for first, last, before, after in sorted(spans, key=lambda s: (s[0], -s[1], s[2])):
        if first < at or last > stop or first >= last:
            continue
        pieces += (escape(text[at:first]), before, escape(text[first:last]), after)
        at = last
    pieces.append(escape(text[at:stop]))
    return Markup("".join(pieces))


def mark_evidence(items: Sequence[Evidence]) -> Markup:
    """The sentence of evidence with the words for object and subject marked.

    Args:
        items: Evidence from one sentence of one paper, at least one.
    """
    first = items[0]
    spans: list[Span] = []
    for item in items:
        spans.append((item.object_start - first.start, item.object_end - first.start, *_OBJECT))
        if item.subject_start is not None and item.subject_end is not None:
            own = item.subject_start - first.start, item.subject_end - first.start
            spans.append((*own, *_SUBJECT))
    return mark_text(first.sentence, spans)
