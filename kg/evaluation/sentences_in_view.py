"""The sentences of a text that hold a name, with the name marked: an error where it happened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

__all__ = ["Span", "mark_spans", "sentences_in_view"]

Span = tuple[int, int]
_BREAK = re.compile(
    r"\n\n|(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bal\.)(?<!\bvs\.)\s+(?=[^a-z\s])"
)


def sentences_in_view(text: str, *things: Sequence[str]) -> str:
    """The sentence that names all of some things, or one sentence each, the names in « ».

    Args:
        text: Text of a paper.
        things: The names of each thing; case does not count.

    Returns:
        Sentences joined by ``…``; empty where the text names none of the things.

    >>> sentences_in_view("We like BERT. It beats CNNs.", ["bert"])
    'We like «BERT».'
    """
    named = [spans for names in things if (spans := _find(text, names))]
    sentences = _split(text)
    for sentence in sentences:
        if len(named) > 1 and all(_inside(spans, sentence) for spans in named):
            return _mark(text, sentence, [s for spans in named for s in spans])
    return mark_spans(text, [spans[0] for spans in named])


def mark_spans(text: str, spans: Iterable[Span]) -> str:
    """The sentences that some spans lie in, joined by ``…``, with the spans in « »."""
    wanted = sorted(set(spans))
    shown = [s for s in _split(text) if _inside(wanted, s)]
    return " … ".join(_mark(text, sentence, wanted) for sentence in shown)


def _split(text: str) -> list[Span]:
    breaks = [(0, 0), *(m.span() for m in _BREAK.finditer(text)), (len(text), len(text))]
    return [(one[1], two[0]) for one, two in pairwise(breaks)]


def _find(text: str, names: Sequence[str]) -> list[Span]:
    known = sorted({name for name in names if name.strip()}, key=lambda n: (-len(n), n))
    if not known:
        return []
    pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)"
    return [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]


def _inside(spans: Sequence[Span], sentence: Span) -> list[Span]:
    return [s for s in spans if s[0] < sentence[1] and sentence[0] < s[1]]


def _mark(text: str, sentence: Span, spans: Sequence[Span]) -> str:
    start, end = sentence
    pieces = []
    at = start
    for low, high in sorted(_inside(spans, sentence), key=lambda s: (s[0], -s[1])):
        low = max(low, at)
        if low < high:
            pieces += [text[at:low], "«", text[low : min(high, end)], "»"]
            at = min(high, end)
    return "".join([*pieces, text[at:end]]).strip()
