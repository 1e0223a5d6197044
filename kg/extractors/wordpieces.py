"""Text as the tagger reads it: word pieces with their places, in windows the model can hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

__all__ = ["MAX_PIECES", "SHAPES", "Window", "load_wordpieces", "split_windows"]

MAX_PIECES = 384
"""Word pieces of one window, the three marks included."""
SHAPES = 8
"""Number of word shapes: what an uncased vocabulary does not see of a word."""
_TITLE_PIECES = 96
_LONGEST = 16  # pieces of a word; what is longer is no word
_CLS, _SEP, _UNK = "[CLS]", "[SEP]", "[UNK]"

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Window:
    """A piece of text as input of the model; n word pieces.

    Args:
        ids: (n,) word pieces by their number in the vocabulary.
        shapes: (n,) shape of the word each piece belongs to, below ``SHAPES``.
        segments: (n,) 0 for the title, 1 for the abstract.
        firsts: (w,) where the first piece of each word stands, for the words it answers for.
        starts: (w,) first character of each of these words, into the whole text.
        ends: (w,) one past its last character.
    """

    ids: Ints
    shapes: Ints
    segments: Ints
    firsts: Ints
    starts: Ints
    ends: Ints


@lru_cache(maxsize=4)
def load_wordpieces(vocabulary: Path) -> Tokenizer:
    """An uncased WordPiece tokenizer (Devlin et al. 2019, BERT) over a list of pieces.

    Args:
        vocabulary: Text file, one piece a line, in the order of their numbers.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is no list of pieces.
    """
    pieces = vocabulary.read_text("utf-8").split("\n")
    numbers = {piece: number for number, piece in enumerate(pieces) if piece}
    if lacking := [mark for mark in (_UNK, _CLS, _SEP) if mark not in numbers]:
        raise ValueError(f"'{vocabulary}' lacks {', '.join(lacking)}")
    tokenizer = Tokenizer(WordPiece(numbers, unk_token=_UNK, max_input_chars_per_word=64))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


def split_windows(tokenizer: Tokenizer, text: str) -> list[Window]:
    """Read a text: the title, then the abstract, in as many windows as it takes.

    Every window begins with the title, so that each sentence is read beside it; the title's own
    words are answered for by the first window alone.

    Args:
        tokenizer: Made by ``load_wordpieces``.
        text: Title, blank line, abstract; or one text without a blank line, read as an abstract.

    Returns:
        Windows of at most ``MAX_PIECES`` pieces; one that is empty for an empty text.
    """
    cut = text.find("\n\n")
    title = _words(tokenizer, text[:cut], 0) if cut >= 0 else []
    body = _words(tokenizer, text[cut + 2 :], cut + 2) if cut >= 0 else _words(tokenizer, text, 0)
    head, rest = _fitting(title, _TITLE_PIECES)
    room = MAX_PIECES - 3 - sum(len(w.pieces) for w in head)
    body = rest + body
    windows: list[Window] = []
    while body or not windows:
        part, body = _fitting(body, room)
        windows.append(_window(tokenizer, head, part, answer_title=not windows))
    return windows


@dataclass(frozen=True)
class _Word:
    pieces: tuple[int, ...]
    start: int
    end: int
    shape: int


def _words(tokenizer: Tokenizer, text: str, offset: int) -> list[_Word]:
    encoding = tokenizer.encode(text, add_special_tokens=False)
    words: list[_Word] = []
    rows = zip(encoding.word_ids, encoding.ids, encoding.offsets, strict=True)
    for _, pieces in groupby(rows, key=itemgetter(0)):
        of_word = list(pieces)
        start, end = of_word[0][2][0], of_word[-1][2][1]
        ids = tuple(piece[1] for piece in of_word[:_LONGEST])
        words.append(_Word(ids, start + offset, end + offset, _shape(text[start:end])))
    return words


@lru_cache(maxsize=1 << 14)
def _shape(word: str) -> int:
    """Lower, Title, UPPER, miXed, UPPER with digits, other with digits, number, other."""
    digits = any(c.isdigit() for c in word)
    if word.isdigit():
        return 6
    if digits:
        return 4 if any(c.isupper() for c in word) else 5
    if not any(c.isalpha() for c in word):
        return 7
    if word.islower():
        return 0
    if len(word) > 1 and word.isupper():
        return 2
    return 1 if word[1:].islower() or len(word) == 1 else 3


def _fitting(words: list[_Word], room: int) -> tuple[list[_Word], list[_Word]]:
    used = 0
    for number, word in enumerate(words):
        used += len(word.pieces)
        if used > room:
            return words[:number], words[number:]
    return words, []


def _window(
    tokenizer: Tokenizer, head: Sequence[_Word], part: Sequence[_Word], *, answer_title: bool
) -> Window:
    cls, sep = tokenizer.token_to_id(_CLS), tokenizer.token_to_id(_SEP)
    ids, shapes, segments = [cls], [7], [0]
    firsts: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    for segment, words in enumerate((head, part)):
        for word in words:
            if segment == 1 or answer_title:
                firsts.append(len(ids))
                starts.append(word.start)
                ends.append(word.end)
            ids.extend(word.pieces)
            shapes.extend([word.shape] * len(word.pieces))
            segments.extend([segment] * len(word.pieces))
        ids.append(sep)
        shapes.append(7)
        segments.append(segment)
    arrays = (np.array(x, dtype=np.int64) for x in (ids, shapes, segments, firsts, starts, ends))
    return Window(*arrays)
