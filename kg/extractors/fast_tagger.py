"""The tagger's small student: hashed words and convolutions instead of a transformer.

It was taught to say of every word what the large tagger says (distillation, Hinton et al. 2015).
Words are looked up by hashes of their letters (hash embeddings, Svenstrup et al. 2017), so it has
no vocabulary.
"""

from __future__ import annotations

from functools import cache, lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from tokenizers.pre_tokenizers import BertPreTokenizer

from kg.extractors.ner import Floats, Ints, TaggerOutput
from kg.extractors.scorers import models_folder, open_session

__all__ = ["WORD_TABLES", "FastTagger", "load_fast_tagger", "read_words"]

WORD_TABLES = {"word": 8192, "prefix": 2048, "suffix": 4096, "shape": 1024, "segment": 2}
"""Rows of the table of each feature of a word."""
_SPLIT = BertPreTokenizer()
_LONGEST = 4000
"""Words read at a time."""


class FastTagger:
    """The student.

    Args:
        models: Folder with ``fast_tagger.onnx``; None for the models of the package.

    Raises:
        InputError: The file is missing or damaged.
    """

    def __init__(self, models: str | None = None) -> None:
        self._session = open_session(models_folder(models) / "fast_tagger.onnx")

    def read(self, text: str) -> TaggerOutput:
        """Read one text: title, blank line, abstract."""
        features, starts, ends = read_words(text)
        parts = []
        for first in range(0, len(starts), _LONGEST):
            part = features[None, first : first + _LONGEST]
            parts.append(self._session.run(["tags", "roles"], {"words": part}))
        if not parts:
            return empty_output()
        tags, roles = (np.concatenate(column) for column in zip(*parts, strict=True))
        states = np.zeros((len(starts), 0), dtype=np.float32)
        return TaggerOutput(starts, ends, tags, roles, states)


def empty_output() -> TaggerOutput:
    """What a tagger reads in a text without words."""
    from kg.extractors.ner import ROLE_LABELS, TAGS

    none: Ints = np.zeros(0, dtype=np.int64)
    blank: Floats = np.zeros((0, 0), dtype=np.float32)
    return TaggerOutput(
        none,
        none,
        np.zeros((0, len(TAGS)), dtype=np.float32),
        np.zeros((0, len(ROLE_LABELS)), dtype=np.float32),
        blank,
    )


def read_words(text: str) -> tuple[NDArray[np.int64], Ints, Ints]:
    """Split a text into words and punctuation marks.

    Args:
        text: Title, blank line, abstract.

    Returns:
        (w, features) rows in ``WORD_TABLES``; first character of each word; one past its last.
    """
    cut = text.find("\n\n")
    words = _SPLIT.pre_tokenize_str(text)
    rows = [(*_hashes(word), int(span[0] > cut)) for word, span in words]
    spans = np.array([span for _, span in words], dtype=np.int64).reshape(-1, 2)
    features = np.array(rows, dtype=np.int64).reshape(-1, len(WORD_TABLES))
    return features, spans[:, 0], spans[:, 1]


@lru_cache(maxsize=1 << 16)
def _hashes(word: str) -> tuple[int, int, int, int]:
    lower = word.lower()
    return (
        crc32(lower.encode()) % WORD_TABLES["word"],
        crc32(lower[:3].encode()) % WORD_TABLES["prefix"],
        crc32(lower[-3:].encode()) % WORD_TABLES["suffix"],
        crc32(_shape(word).encode()) % WORD_TABLES["shape"],
    )


def _shape(word: str) -> str:
    """``ResNet`` is ``XxXx``, ``50`` is ``d``: runs of one sort of character count once."""
    shape = ""
    for char in word[:40]:
        sort = "X" if char.isupper() else "x" if char.isalpha() else "d" if char.isdigit() else char
        if not shape.endswith(sort):
            shape += sort
    return f"{shape}{min(len(word), 6)}"


@cache
def load_fast_tagger(models: str | None = None) -> FastTagger:
    """The student of a folder that ``kg train`` made, or of the package; once a process."""
    return FastTagger(models)
