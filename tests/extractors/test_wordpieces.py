"""Text as the tagger reads it: every word once, in order, where it stands, in every window."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from kg.extractors.scorers import models_folder
from kg.extractors.wordpieces import MAX_PIECES, SHAPES, Window, load_wordpieces, split_windows
from tests.strategies import texts

PIECES = load_wordpieces(models_folder(None) / "vocab.txt")
MARKS = ("[CLS]", "[SEP]")


def spans(windows: list[Window]) -> list[tuple[int, int]]:
    return [
        (int(start), int(end)) for w in windows for start, end in zip(w.starts, w.ends, strict=True)
    ]


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(split_windows(PIECES, text))]


def test_words_and_marks_stand_where_the_text_has_them() -> None:
    text = "ZapNet: Fast\n\nWe track (clouds), e.g. at 70.5%."
    assert words(text) == ("ZapNet : Fast We track ( clouds ) , e . g . at 70 . 5 % .".split(" "))


def test_the_title_is_one_segment_and_the_abstract_another() -> None:
    text = "ZapNet is fast\n\nWe track clouds."
    (window,) = split_windows(PIECES, text)
    of_words = dict(zip(words(text), window.segments[window.firsts], strict=True))
    assert of_words == {"ZapNet": 0, "is": 0, "fast": 0, "We": 1, "track": 1, "clouds": 1, ".": 1}


def test_a_text_without_a_title_is_an_abstract() -> None:
    (window,) = split_windows(PIECES, "We track clouds.")
    assert set(window.segments[window.firsts]) == {1}
    assert len(window.firsts) == 4


def test_a_title_without_an_abstract_is_a_title() -> None:
    (window,) = split_windows(PIECES, "ZapNet is fast\n\n")
    assert set(window.segments[window.firsts]) == {0}
    assert len(window.firsts) == 3


@pytest.mark.parametrize("text", ["", "\n\n", " \n\n \t", "\x00\n\n\x00"])
def test_a_text_without_words_is_a_window_without_words(text: str) -> None:
    (window,) = split_windows(PIECES, text)
    assert (len(window.ids), len(window.firsts), len(window.starts)) == (3, 0, 0)


def test_a_window_begins_and_ends_with_marks() -> None:
    (window,) = split_windows(PIECES, "ZapNet is fast\n\nWe track clouds.")
    cls, sep = map(PIECES.token_to_id, MARKS)
    assert (window.ids[0], window.ids[-1], list(window.ids).count(sep)) == (cls, sep, 2)


def test_a_long_text_is_read_in_windows_that_all_begin_with_the_title() -> None:
    title, body = "ZapNet tracks clouds", " ".join(f"word{n}" for n in range(2000))
    windows = split_windows(PIECES, f"{title}\n\n{body}")
    assert len(windows) > 10
    assert all(len(w.ids) <= MAX_PIECES for w in windows)
    head = list(windows[0].ids[windows[0].segments == 0])
    assert all(list(w.ids[w.segments == 0]) == head for w in windows)
    found = spans(windows)
    assert len(found) == len(set(found)) == 2003
    assert found == sorted(found)


def test_an_endless_title_is_read_to_its_end() -> None:
    title = " ".join(f"word{n}" for n in range(600))
    assert words(f"{title}\n\nWe end.") == [*title.split(" "), "We", "end", "."]


def test_an_unbroken_string_is_one_word() -> None:
    text = f"On\n\nA {'x' * 5000} b"
    assert words(text) == ["On", "A", "x" * 5000, "b"]
    assert len(words("On\n\n" + "a-" * 5000)) == 1 + 10_000


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\u738b\u5c0f\u660e", ["\u738b", "\u5c0f", "\u660e"]),
        ("a \U0001f9ea b", ["a", "\U0001f9ea", "b"]),
        ("na\u00efve \u0130stanbul", ["na\u00efve", "\u0130stanbul"]),
        ("\U0001d4ac-learning", ["\U0001d4ac", "-", "learning"]),
        ("Zap\u200bNet", ["Zap\u200bNet"]),
        ("\u03c0\u2080", ["\u03c0\u2080"]),
    ],
)
def test_characters_that_the_vocabulary_lacks_have_their_place_too(
    text: str, found: list[str]
) -> None:
    assert words(f"On\n\n{text}") == ["On", *found]


@pytest.mark.parametrize(
    "alike",
    [("the", "of"), ("Zap", "The"), ("ZAP", "GPT"), ("ZapNet", "iPod"), ("B2", "T5"), ("b2", "v1"),
     ("12", "7"), ("%", "+")],
)  # fmt: skip
def test_words_of_one_shape_are_told_from_all_others(alike: tuple[str, str]) -> None:
    def shape(word: str) -> int:
        (window,) = split_windows(PIECES, word)
        return int(window.shapes[window.firsts[0]])

    others = {shape(w) for w in ("and", "Net", "BERT", "FooBar", "A1", "a1", "3", "=")}
    assert shape(alike[0]) == shape(alike[1])
    assert len(others) == SHAPES


_any = st.text(max_size=60) | texts
_long = st.lists(
    st.sampled_from(("word", "Zap-Net2", "\U0001f9ea", "x" * 70, "\u0130")), max_size=600
)


@given(_any, _any | _long.map(" ".join))
@example("\u0301", "a\u0301\n\n\ud7ff")
@example("\ufb01\u200d", "\u00ad \ufffd")
def test_every_word_is_in_the_text_once_and_in_order(title: str, abstract: str) -> None:
    text = f"{title}\n\n{abstract}"
    windows = split_windows(PIECES, text)
    found = spans(windows)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    for window in windows:
        size = len(window.ids)
        assert size == len(window.shapes) == len(window.segments) <= MAX_PIECES
        assert len(window.firsts) == len(window.starts) == len(window.ends)
        assert set(window.shapes) <= set(range(SHAPES))
        assert set(window.segments) <= {0, 1}
        assert (np.diff(window.firsts) > 0).all()
        assert not {PIECES.id_to_token(int(i)) for i in window.ids[window.firsts]} & set(MARKS)


@given(_any)
def test_every_letter_and_digit_belongs_to_a_word(text: str) -> None:
    covered = {
        place for start, end in spans(split_windows(PIECES, text)) for place in range(start, end)
    }
    plain = {place for place, c in enumerate(text) if c.isascii() and c.isalnum()}
    assert plain <= covered


def test_a_file_that_is_no_vocabulary_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    with pytest.raises(OSError, match="vocab"):
        load_wordpieces(path)
    path.write_text("zap\n[UNK]\n", "utf-8")
    with pytest.raises(ValueError, match=r"lacks \[CLS\], \[SEP\]"):
        load_wordpieces(path)


def test_a_vocabulary_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    path.write_text("[UNK]\n[CLS]\n[SEP]\nzap\n##net\n", "utf-8")
    tokenizer: Tokenizer = load_wordpieces(path)
    (window,) = split_windows(tokenizer, "ZapNet flies")
    assert window.ids.tolist() == [1, 2, 3, 4, 0, 2]
    assert window.firsts.tolist() == [2, 4]
