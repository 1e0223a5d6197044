"""Sentences of an abstract: the unit of evidence."""

from __future__ import annotations

import re
from typing import Any

import numpy
from spacy.attrs import IDX, SENT_START
from spacy.language import Language
from spacy.tokens import Doc

from kg.extractors.candidates import prepare_doc, text_of

__all__ = ["sentence_spans", "split_sentences"]

_BOUNDARY = re.compile(r"[.!?][\"'\u2019\u201d)\]]{0,3}(?=\s)|(?<=[a-z)\]])\.(?=[A-Z][a-z]+\s)")
_BLANK_LINE = "\n\n"
_OPENERS = re.compile(r"\s*[\"'`\u2018\u201c(\[]{0,3}(?:[^\W_a-z]|[a-z]+[A-Z0-9\-])")
_ABBREVIATIONS = frozenset(
    [
        "al",
        "approx",
        "cf",
        "dr",
        "e.g",
        "eq",
        "eqs",
        "etc",
        "fig",
        "figs",
        "i.e",
        "mr",
        "mrs",
        "ms",
        "no",
        "prof",
        "resp",
        "sec",
        "sect",
        "st",
        "tab",
        "viz",
        "vs",
        "w.r.t",
    ]
)
LONGEST = 2000
"""Characters that a sentence has at most."""
_LAST_WORD = re.compile(r"[^\s(\[]+$")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Split a text into sentences.

    A full stop, question or exclamation mark ends a sentence where a capital, digit or coined
    word follows; not after ``e.g.``, ``et al.``, ``Fig.`` and the like, nor after an initial.
    A blank line always does, and so does the last blank before ``LONGEST`` characters: what is
    longer is a table or a list, not a sentence. Linear in the length of the text.

    Returns:
        Character spans, half-open, without the white space around them; they cover the text.
    """
    spans: list[tuple[int, int]] = []
    offset = 0
    for block in text.split(_BLANK_LINE):
        start = 0
        for match in _BOUNDARY.finditer(block):
            end = match.end()
            if end - start > 1 and _OPENERS.match(block, end) and not _abbreviated(block, match):
                _append(spans, block, offset, start, end)
                start = end
        _append(spans, block, offset, start, len(block))
        offset += len(block) + len(_BLANK_LINE)
    return spans


def sentence_spans(doc: Doc) -> list[tuple[int, int]]:
    """The sentences that ``kg_sentences`` found; split here if it has not run."""
    found: list[tuple[int, int]] | None = doc._.kg_sentences
    return split_sentences(text_of(doc)) if found is None else found


@Language.component("kg_sentences", assigns=["token.is_sent_start"])
def mark_sentences(doc: Doc) -> Doc:
    """Set sentence starts on the tokens and keep the character spans for the evidence."""
    spans = split_sentences(text_of(doc))
    doc._.kg_sentences = spans
    places = doc.to_array([IDX])
    marks: Any = numpy.full(len(doc), -1, dtype="int64")
    if len(doc):
        marks[places.searchsorted([start for start, _ in spans], side="right") - 1] = 1
        doc.from_array([SENT_START], marks.astype("uint64"))
    return doc


def _abbreviated(block: str, match: re.Match[str]) -> bool:
    if block[match.start()] != ".":
        return False
    before = _LAST_WORD.search(block, max(0, match.start() - 12), match.start())
    word = before[0] if before else ""
    return word.casefold() in _ABBREVIATIONS or (len(word) == 1 and word.isupper())


def _last_blank(block: str, start: int, end: int) -> int:
    """Where to cut an endless sentence: before its last blank, else in the middle of a word."""
    blanks = (block.rfind(blank, start + 1, end) for blank in " \n\t")
    return max((b for b in blanks if b > start), default=end)


def _append(spans: list[tuple[int, int]], block: str, offset: int, start: int, end: int) -> None:
    while end - start > LONGEST:
        blank = _last_blank(block, start, start + LONGEST)
        _append(spans, block, offset, start, blank)
        start = blank
    piece = block[start:end]
    left = len(piece) - len(piece.lstrip())
    if piece.strip():
        spans.append((offset + start + left, offset + start + len(piece.rstrip())))


prepare_doc()
