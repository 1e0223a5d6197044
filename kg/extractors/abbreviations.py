"""Short forms that a text explains in brackets, and the long forms that it gives for them.

After A. S. Schwartz and M. A. Hearst, "A simple algorithm for identifying abbreviation definitions
in biomedical text", Pacific Symposium on Biocomputing 8:451-462, 2003. Their matching, character
by character from the right, is the second attempt; the first asks that every character of the short
form begin a word, be a capital, or follow the one before it, so that ``SPaRK`` finds the whole of
``Sentence PAirs with Ranked Keys`` and not a shorter run of the same letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc

from kg.extractors.candidates import Abbreviation, abbreviations, prepare_doc, text_of

__all__ = ["AbbreviationFinder", "create_abbreviation_finder", "find_abbreviations"]

_WINDOW = 300
"""Characters before a bracket, or inside it, in which a long form is looked for."""
_NUL = "\0"
"""Stands for each character of LaTeX and Markdown markup."""
_MARKUP = re.compile(r"\\[A-Za-z]+|[$*{}]")
_BREAK = re.compile(r"[.!?][\"'\u201d]*\s+(?=[^a-z\s])|\n\s*\n|[;:]\s")
_QUOTES = "\"'`\u2018\u2019\u201c\u201d~ \n"
_OPENING = {'"': '"', "\u201d": "\u201c", "''": "``", "'": "`", "\u2019": "\u2018"}
_SHORT = re.compile(
    r"(?:(?:or|henceforth|here(?:in)?after|abbreviated(?: as)?|abbr\.|short|dubbed|called|termed|"
    r"named|denoted(?: as| by)?|(?:also )?known as|a\.?k\.?a\.?|referred to as|in short)[:,]? +)?"
    r"[\"'`\u2018\u201c\0]*(?P<form>[^\s,;:=]{2,15}(?: [A-Z0-9][^\s,;:=]{0,9})?)"
    r"(?:[,;]?\s*(?:for short|in short|here(?:in)?after|henceforth)\W*|(?P<tail>\s*[;,:].*))?",
    re.DOTALL,
)
_LAST_TOKEN = re.compile(
    r"(?<![^\s,;:=\"\u201c\u201d`\0/])[^\s,;:=\"\u201c\u201d`\0][^\s,;:=\"\u201c\u201d`]{1,19}$"
)
_NO_SHORT = re.compile(
    r"(?:Fig|Eq|Sec|Tab|App|Figure|Table|Section|Ours?|Left|Right|Top|Bottom)s?\b.*|[12][09]\d\d\w?"
)
_PLURAL = re.compile(r"(?<=[A-Z0-9])s$")
_VERSION = re.compile(r"(?<=[A-Za-z])[ -]?v?[0-9][0-9.]*$")
_NUMBER_LETTERS = dict(zip("23456789", "ttffssen", strict=True))
_NUMBER = re.compile(r"two|three|third|four|five|fifth|six|seven|eight|nine", re.IGNORECASE)
_CLAUSE = re.compile(r"\b(?:we|this|which|is|are|can|propos\w+|termed|called|named|dubbed)\b")
_COINED = re.compile(r"(?>\S*?(?:[0-9]|[a-z][A-Z]))\S*+")
_TOKEN = re.compile(r"\S+")
_NOT_WORD = re.compile(r"[\W_]*")
_PART = re.compile(r"[^\W_]+|\S+")
_WORD_START = re.compile(r"(?<![^\W_])[^\W_]")
_STOP_WORDS = frozenset(
    ["a", "an", "and", "are", "as", "at", "be", "between", "both", "by", "for", "from", "in",
     "into", "is", "it", "its", "of", "on", "or", "our", "such", "than", "that", "the", "their",
     "these", "this", "through", "to", "under", "using", "via", "we", "which", "with"]
)  # fmt: skip


def _is_short(form: str) -> bool:
    """Whether a string can be a short form: 2 to 15 characters, with a capital, no citation."""
    plain = form.replace(_NUL, "")
    sized = 2 <= len(plain) <= 15 and plain[0].isalnum()
    return sized and any(c.isupper() for c in plain) and not _NO_SHORT.fullmatch(plain)


def _latin(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return name.rpartition(" ")[2][0].lower() if name.startswith("GREEK SMALL") else letter


def _keys(form: str) -> Iterator[str]:
    """What to look for in the long form, in lower case: as written, then digits read otherwise."""
    form = _PLURAL.sub("", form)
    versions = [form, _VERSION.sub("", form)]
    plain, bare = ("".join(c for c in name.lower() if c.isalnum()) for name in versions)
    yield from (plain, bare)
    latin = "".join(map(_latin, plain))
    yield latin
    if any(c.isdigit() for c in latin):
        latin = unicodedata.normalize("NFKC", latin)
        yield _NUMBER_LETTERS.get(latin[0], latin[0]) + latin[1:]
        yield re.sub(r"([a-z])([2-5])", lambda m: m[1] * int(m[2]), latin)
        yield latin.replace("2", "t").replace("4", "f")
        yield latin[0] + "".join(c for c in latin[1:] if not c.isdigit())


class _Words:
    """A stretch of text that may hold a long form, with the places where words begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lowered = "".join(c if len(c.lower()) > 1 else c.lower() for c in text)
        self.starts = {match.start() for match in _WORD_START.finditer(text)}
        self.strong = self.starts | {i for i, c in enumerate(text) if c.isupper() or c.isdigit()}

    def _places(self, character: str, end: int) -> Iterator[int]:
        while (end := self.lowered.rfind(character, 0, max(end, 0))) >= 0:
            yield end

    def strict_starts(self, key: str) -> list[int]:
        """Where the key's runs through strong places begin, last first.

        Strong: a word's start, a capital or digit, or right after the place of the one before.
        """
        places: set[int] = set()
        free = len(self.text)
        for character in reversed(key):
            reach = max(free, max(places, default=0))
            places = {i for i in self._places(character, reach) if i < free or i + 1 in places}
            free = max(places & self.strong, default=-1)
        return sorted({self._begin(i) for i in places} - {-1}, reverse=True)

    def _begin(self, place: int) -> int:
        """The word start that a place stands for: itself, or that of eXample or extended; or -1."""
        begin = next((i for i in (place, place - 1, place - 2) if i in self.starts), -1)
        marked = self.text[place].isupper() and self.text[begin].islower()
        extended = place == begin + 1 and self.lowered.startswith("ex", begin)
        return begin if begin == place or marked or extended else -1

    def loose_start(self, key: str) -> int:
        """The last word start from which the key runs through the text, or -1 (the paper's way)."""
        end = len(self.text)
        for character in reversed(key[1:]):
            end = next(self._places(character, end), -1)
        return next((i for i in self._places(key[0], end) if i in self.starts), -1)

    def widen(self, start: int, letter: str) -> int:
        """The beginning of a hyphenated or marked-up word, if the short form may begin there."""
        begin = max(self.text.rfind(blank, 0, start) for blank in " \n\t") + 1
        marks = _NOT_WORD.match(self.text, begin)
        first = marks.end() if marks else begin
        if first < start:
            return first if self.lowered[first] == letter else start
        return begin if _NUL in self.text[start:] and _NUL in self.text[begin:start] else start

    def fits(self, start: int, form: str) -> bool:
        """Whether the text from here on is fit to be the long form of a short form."""
        long_form = self.text[start:]
        words = long_form.split()
        plain = _PLURAL.sub("", form).casefold()
        parts = {_PLURAL.sub("", part).casefold() for part in _PART.findall(long_form)}
        stop = words[0].lower() in _STOP_WORDS and (words[0].islower() or start == 0)
        bare = _VERSION.sub("", plain)
        stem = bare if len(bare) > 2 else plain
        repeats = plain in parts or words[0].casefold().startswith(stem)
        sized = len(long_form) > len(form) and len(words) <= _most_words(form)
        return sized and not stop and not repeats and not _CLAUSE.search(long_form)


def _most_words(form: str) -> int:
    size = sum(c.isalnum() for c in form)
    return min(size + 5, size * 2)


def _long_start(text: str, form: str, *, whole: bool, strict: bool) -> int | None:
    """Where the long form that ends a text (or is the whole of it, but for an article) begins."""
    words = _Words(text)
    tokens = (token for token in _TOKEN.finditer(text) if token[0].lower() not in _STOP_WORDS)
    first = next((token.end() for token in tokens), 0)
    keys = [key for key in dict.fromkeys(_keys(form)) if len(key) > 1]
    starts = [(start, key[0]) for key in keys for start in words.strict_starts(key)]
    if keys and not strict and sum(c.isupper() for c in form) > 1:
        start = words.loose_start(keys[0])
        content = [word for word in text[start:].split() if word not in _STOP_WORDS]
        near = len(content) <= len(keys[0]) and "," not in text[start:]
        starts += [(start, keys[0][0])] if whole or near else []
    for start, letter in starts:
        begin = words.widen(start, letter) if start >= 0 else -1
        read = form[0].isdigit() and not letter.isdigit() and not _NUMBER.match(text, start)
        if begin >= 0 and not read and not (whole and begin >= first) and words.fits(begin, form):
            return begin
    return None


def find_abbreviations(text: str) -> list[Abbreviation]:
    """Short forms with the long forms that the text gives for them, in order.

    Both ``long form (SF)`` and ``SF (long form)``, in round or square brackets, within a sentence.

    >>> text = "We study reinforcement learning (RL)."
    >>> [text[a.long_start : a.long_end] for a in find_abbreviations(text)]
    ['reinforcement learning']
    """
    masked = _MARKUP.sub(lambda match: _NUL * len(match[0]), text)
    brackets = [match.start() for match in re.finditer(r"[()\[\]]", masked)]
    found: list[Abbreviation | None] = []
    for last, (here, after) in zip([-1, *brackets], pairwise(brackets), strict=False):
        if masked[here] in "([" and min(here - last, after - here) > 2:
            left = _left(masked, max(last + 1, here - _WINDOW), here)
            inside = (here + 1, min(after, here + 1 + _WINDOW))
            found.append(_short_inside(masked, left, inside) or _long_inside(masked, left, inside))
    return sorted(pair for pair in found if pair is not None)


def _left(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a sentence that ends before a bracket; what is quoted there, without quotes."""
    start = max((stop.end() for stop in _BREAK.finditer(text, start, end)), default=start)
    kept = text[start:end].rstrip(_QUOTES + _NUL + ",-\u2013\u2014")
    closing = text[start + len(kept) : end].strip(" \n,-" + _NUL)
    opening = _OPENING.get(closing)
    begin = kept.rfind(opening) + len(opening) if opening and opening in kept else 0
    return start + begin, start + len(kept)


def _short_inside(text: str, left: tuple[int, int], inside: tuple[int, int]) -> Abbreviation | None:
    """A short form inside the bracket: ``long form (SF)``."""
    content = text[slice(*inside)].rstrip(_QUOTES + _NUL)
    match = _SHORT.fullmatch(content, len(content) - len(content.lstrip(_QUOTES + _NUL)))
    if match is None:
        return None
    form = match["form"].rstrip(_QUOTES + _NUL)
    if not _is_short(form) or left[1] - left[0] <= len(form):
        return None
    words = [word.start() for word in _TOKEN.finditer(text, *left)]
    begin = words[-_most_words(form) :][0] if words else left[1]
    strict = match["tail"] is not None
    start = _long_start(text[begin : left[1]], form, whole=False, strict=strict)
    short = inside[0] + match.start("form")
    end = _closed(text, form, short + len(form))
    return None if start is None else Abbreviation(short, end, begin + start, left[1])


def _long_inside(text: str, left: tuple[int, int], inside: tuple[int, int]) -> Abbreviation | None:
    """A long form inside the bracket: ``SF (long form)``."""
    match = _LAST_TOKEN.search(text, max(left[0], left[1] - 20), left[1])
    if match is None or not _is_short(match[0]) or inside[1] - inside[0] < 3:
        return None
    stop = _BREAK.search(text, *inside)
    content = text[inside[0] : stop.start() if stop else inside[1]]
    prefix, _, last = match[0].rpartition("-")
    for form in (match[0], last) if prefix and _is_short(last) else (match[0],):
        named = form == match[0] or prefix[-1].isupper()
        for part in dict.fromkeys((content.partition(",")[0], content)):
            kept = part.rstrip(_QUOTES + _NUL + ".,")
            if len(kept) <= len(form) or _COINED.fullmatch(kept.partition(", ")[0]):
                continue
            strict = " " not in kept or form != match[0]
            start = _long_start(kept, form, whole=True, strict=strict)
            if start is not None:
                short = match.start() if named else match.end() - len(last)
                end = _closed(text, form, match.end())
                return Abbreviation(short, end, inside[0] + start, inside[0] + len(kept))
    return None


def _closed(text: str, form: str, end: int) -> int:
    """End of a short form with the markup that closes it, as in ``Med$^3$``."""
    return end + (_NUL in form and text.startswith(_NUL, end))


class AbbreviationFinder:
    """Pipeline component: appends the abbreviations of a text."""

    def __call__(self, doc: Doc) -> Doc:
        """Append to ``abbreviations(doc)``."""
        abbreviations(doc).extend(find_abbreviations(text_of(doc)))
        return doc


@Language.factory("kg_abbreviations")
def create_abbreviation_finder(nlp: Language, name: str) -> AbbreviationFinder:
    """Make the component ``kg_abbreviations``."""
    prepare_doc()
    return AbbreviationFinder()
