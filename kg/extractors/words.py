"""Words of a sentence, its noun phrases, and its stretches of capitalised words."""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.extractors.kinds import is_name_word
from kg.extractors.vocabulary import FUNCTION_WORDS, NOUNS_TOO, is_boundary

__all__ = ["Sentence", "Word", "phrase_start", "read_sentence"]

_WORD = re.compile(
    r"[^\W_][\w+*^]*(?:(?:[-\u2010-\u2013'\u2019]|\.(?=\d)|(?<=\d)\.(?=[a-z]))[\w+*^]+)*"
)
_VERSION = re.compile(r"v?\d+(?:\.\d+)*[A-Za-z]?")
_BEFORE_VERB = frozenset("i they to we".split())
_CONNECTORS = frozenset("of for to the with in on via from and as".split())


class Word(NamedTuple):
    """A word and its place.

    Args:
        start: First character, into the text.
        end: One past the last character.
        text: The word as written.
        lower: The word in lower case.
    """

    start: int
    end: int
    text: str
    lower: str


class Sentence(NamedTuple):
    """A sentence read once for all patterns.

    Args:
        start: First character, into the text.
        end: One past the last character.
        words: Its words, hyphenated ones whole.
        runs: Character spans of capitalised and coined words that stand together, versions
            included: what may be proper names.
    """

    start: int
    end: int
    words: list[Word]
    runs: list[tuple[int, int]]


def read_sentence(text: str, start: int, end: int) -> Sentence:
    """Split a sentence into words and find its runs of name-like words."""
    words = [Word(m.start(), m.end(), m[0], m[0].lower()) for m in _WORD.finditer(text, start, end)]
    return Sentence(start, end, words, _name_runs(text, words))


def phrase_start(
    text: str, words: list[Word], head: int, *, titled: bool = False, longest: int = 5
) -> int:
    """Walk left from a head noun to the first word of its noun phrase.

    Args:
        text: The text the words come from.
        words: Words of one sentence.
        head: Index of the head noun.
        titled: Whether the text writes all its words with capitals, as a title does; elsewhere
            a capital says that a word belongs to a name.
        longest: Most words the phrase may have; the walk stops there.

    Returns:
        Index of the phrase's first word; ``head`` itself where nothing modifies it.

    >>> text = "we study efficient open-vocabulary 3D segmentation"
    >>> words = read_sentence(text, 0, len(text)).words
    >>> words[phrase_start(text, words, 5)].text
    'open-vocabulary'
    """
    first = head
    proper = not titled and words[head].text[:1].isupper()
    while first > 0 and head - first < longest - 1:
        word = words[first - 1]
        if text[word.end : words[first].start] != " ":
            break
        capital = proper and first > 1 and word.text[:1].isupper()
        if _owns(word) or (word.lower in FUNCTION_WORDS if capital else is_boundary(word.text)):
            break
        if word.lower in NOUNS_TOO and first > 1 and words[first - 2].lower in _BEFORE_VERB:
            break
        first -= 1
    return first


def _name_runs(text: str, words: list[Word]) -> list[tuple[int, int]]:
    """Stretches of capitalised and coined words, versions included, of one sentence."""
    runs: list[tuple[int, int]] = []
    index = 0
    while index < len(words):
        if not _starts_name(words, index):
            index += 1
            continue
        last = index
        while last + 1 < len(words) and text[words[last].end : words[last + 1].start] == " ":
            step = _step(text, words, last)
            if step == 0:
                break
            last += step
        end = words[last].end
        runs.append((words[index].start, end - 2 if _owns(words[last]) else end))
        index = last + 1
    return runs


def _starts_name(words: list[Word], index: int) -> bool:
    word = words[index]
    if is_name_word(word.text):
        return True
    if not word.text[:1].isupper():
        return False
    return index > 0 or not is_boundary(word.text)


def _owns(word: Word) -> bool:
    """``GPT-4's``: the name ends before the apostrophe."""
    return len(word.text) > 3 and word.text.endswith(("'s", "\u2019s"))


def _is_result(number: str, name: str) -> bool:
    """``AIME24 56.7`` and ``MMLU 72.4`` are scores, ``Llama 3.1`` is a version."""
    whole, point, _ = number.partition(".")
    return bool(point) and (any(c.isdigit() for c in name) or (whole.isdigit() and int(whole) > 19))


def _step(text: str, words: list[Word], last: int) -> int:
    """How many words after the last one still belong to the name: 0, 1, or 2 with a connector."""
    if _owns(words[last]):
        return 0
    after = words[last + 1]
    if after.text[:1].isupper() or is_name_word(after.text):
        return 1
    if _VERSION.fullmatch(after.text) and text[after.end : after.end + 1] not in "%x":
        return 0 if _is_result(after.text, words[last].text) else 1
    if after.lower not in _CONNECTORS or last + 2 >= len(words):
        return 0
    beyond = words[last + 2]
    joined = text[after.end : beyond.start] == " " and beyond.text[:1].isupper()
    if not joined or is_name_word(beyond.text) or is_name_word(words[last].text):
        return 0
    return 2
