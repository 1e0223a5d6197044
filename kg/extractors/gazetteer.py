"""Known names in a text: one Aho-Corasick pass, guarded by case and context."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache

import ahocorasick
from spacy.language import Language
from spacy.tokens import Doc

from kg.extractors.candidates import Candidate, candidates, prepare_doc, text_of
from kg.known_names import KnownName, KnownNames, default_names, kind_group

__all__ = ["Gazetteer", "fold"]

SCORES = {"none": 0.8, "case": 0.85, "context": 0.7}
"""Confidence by guard, from the precision on annotated papers."""

_BLANKS = str.maketrans(dict.fromkeys("-_/\u2010\u2011\u2012\u2013\u2212", " "))
_SQUEEZE = re.compile(r"[\s\-_/\u2010-\u2013\u2212]+")
_LETTER_DIGIT = re.compile(r"(?<=[^\W\d_]) (?=\d)")
_TIGHT_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)")
_ADVERBIAL = re.compile(
    r"-(?:aided|agnostic|aligned|assisted|augmented|aware|based|bench|centric|compatible|derived|"
    r"distilled|driven|enabled|enhanced|equipped|family|finetuned|fine|free|generated|guided|"
    r"inspired|integrated|labell?ed|level|like|optimized|oriented|powered|pre|pretrained|related|"
    r"series|specific|style|supervised|trained|tuned|type|wise)\b"
)
_VERSION = re.compile(
    r"(?:[- ]?v?\d+(?:\.\d+)*[A-Za-z]?\b(?!\.?\d|%)|-[A-Za-z]*\d[\w.]*\b|"
    r"[- ](?:Base|Chat|Coder|Flash|Haiku|Instruct|Large|Lite|Math|Max|Medium|Mini|Nano|Omni|Opus|"
    r"Pro|Small|Sonnet|Turbo|Ultra|Vision|VL|XL|XXL|mini|base|large|small|turbo|tiny|nano)\b)+"
)
_HEADS = {
    "Data": re.compile(
        r"[\s-](?:dataset|data set|corpus|corpora|benchmark|challenge|collection|data|suite|task|"
        r"environment|test set|leaderboard|test|split|validation)s?\b",
        re.IGNORECASE,
    ),
    "Method": re.compile(
        r"[\s-](?:algorithm|model|method|network|optimizer|architecture|framework|baseline|"
        r"backbone|encoder|decoder|agent)s?\b",
        re.IGNORECASE,
    ),
    "Metric": re.compile(r"[\s-](?:score|metric|rate|value|measure)s?\b", re.IGNORECASE),
    "Task": re.compile(r"[\s-](?:task|problem|challenge)s?\b", re.IGNORECASE),
}
_LIST_GAP = re.compile(r"\s*+(?:,|,?\s*+and|,?\s*+or|/|&)\s*+(?:the\s++)?")


@dataclass(frozen=True)
class _Hit:
    start: int
    end: int
    entry: KnownName
    surface: str


def fold(text: str) -> str:
    """Lower case, separators as blanks; the length stays, so offsets do too.

    >>> fold("BERT-Large")
    'bert large'
    """
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter whose lower case is longer, such as a dotted capital I
        lowered = "".join(map(_lower, text))
    return lowered.translate(_BLANKS)


class Gazetteer:
    """Finds the names of a knowledge base in a text.

    A match must stand between word boundaries; a plural ``s`` belongs to it; a version or size
    that follows a method's name does too (``Llama 3.1-8B-Instruct``), so that versions stay apart.

    Args:
        kb: The names to look for.
    """

    def __init__(self, kb: KnownNames) -> None:
        self._automaton = ahocorasick.Automaton()
        table: dict[str, list[tuple[KnownName, str]]] = {}
        for entry in kb:
            for surface in entry.names:
                for key in _variants(surface):
                    table.setdefault(key, []).append((entry, surface))
        for key, entries in table.items():
            self._automaton.add_word(key, (len(key), entries))
        if table:
            self._automaton.make_automaton()

    def find(self, text: str) -> list[Candidate]:
        """Every guarded match in a text, longest first at one place, by place."""
        hits = list(self._hits(text))
        sure = [h for h in hits if h.entry.guard != "context"]
        unsure = [h for h in hits if h.entry.guard == "context"]
        places = {(p, kind_group(h.entry.kind)) for h in sure for p in (h.start, h.end)}
        sure.extend(h for h in unsure if _in_context(text, h, places))
        found = {
            Candidate(
                start=h.start,
                end=h.end,
                kind=h.entry.kind,
                extractor="kg_gazetteer",
                score=SCORES[h.entry.guard],
                name=h.entry.name,
            )
            for h in sure
        }
        return sorted(found, key=lambda c: (c.start, -c.end, c.kind, c.name or ""))

    def _hits(self, text: str) -> Iterator[_Hit]:
        if not len(self._automaton):
            return
        for last, (length, entries) in self._automaton.iter(fold(text)):
            start, end = last - length + 1, last + 1
            if not _starts_word(text, start):
                continue
            end = _plural_end(text, end)
            if not _ends_word(text, end):
                continue
            squeezed = _SQUEEZE.sub("", text[start : last + 1])
            for entry, surface in entries:
                if entry.guard == "none" or squeezed == _SQUEEZE.sub("", surface):
                    stop = _version_end(text, end) if entry.kind == "Method" else end
                    if stop == end and _is_compound(text, end):
                        continue
                    yield _Hit(start, stop, entry, surface)


@cache
def default_gazetteer() -> Gazetteer:
    """The gazetteer of the shipped names; built once a process."""
    return Gazetteer(default_names())


@Language.component("kg_gazetteer")
def find_known_names(doc: Doc) -> Doc:
    """Append every known name to the candidates."""
    candidates(doc).extend(default_gazetteer().find(text_of(doc)))
    return doc


def _lower(char: str) -> str:
    lowered = char.lower()
    return lowered if len(lowered) == 1 else char


def _variants(surface: str) -> set[str]:
    folded = " ".join(fold(surface).split())
    keys = {folded, _LETTER_DIGIT.sub("", folded), _TIGHT_DIGIT.sub(" ", folded)}
    if "-" in surface:
        keys.add(fold(surface.replace("-", "")))
    return {k for k in keys if len(k) > 1}


def _starts_word(text: str, start: int) -> bool:
    if start == 0:
        return True
    before = text[start - 1]
    if before.isalnum() or before in "_\\@#":
        return False
    return not (before in "-." and start > 1 and text[start - 2].isalnum())


def _plural_end(text: str, end: int) -> int:
    return end + 1 if text[end : end + 1] == "s" and not text[end + 1 : end + 2].isalnum() else end


def _ends_word(text: str, end: int) -> bool:
    after = text[end : end + 1]
    return not (after.isalnum() or after in ("_", "@")) or bool(_VERSION.match(text, end))


def _version_end(text: str, end: int) -> int:
    match = _VERSION.match(text, end)
    return match.end() if match else end


def _is_compound(text: str, end: int) -> bool:
    """A hyphen and another word follow that change what is named, or a decimal does."""
    after = text[end : end + 2]
    if len(after) < 2 or not after[1].isalnum():
        return False
    if after[0] in "-\u2011":
        return after[1].isupper() or not _ADVERBIAL.match(text, end)
    return (after[0] == "." and after[1].isdigit()) or after[0].isalnum()


def _in_context(text: str, hit: _Hit, sure: Set[tuple[int, str]]) -> bool:
    """A word for its kind follows, or a sure name of its group stands beside it in a list.

    Args:
        text: The text.
        hit: A match that is not sure.
        sure: Where the sure matches begin and end, with their kind groups.
    """
    group = kind_group(hit.entry.kind)
    if _HEADS[group].match(text, hit.end):
        return True
    return any(
        ((hit.start - gap, group) in sure and _LIST_GAP.fullmatch(text, hit.start - gap, hit.start))
        or ((hit.end + gap, group) in sure and _LIST_GAP.fullmatch(text, hit.end, hit.end + gap))
        for gap in range(1, 11)
    )


prepare_doc()
