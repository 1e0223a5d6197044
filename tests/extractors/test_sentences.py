"""Sentences of an abstract: where they end, and that nothing is lost between them."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import example, given
from hypothesis import strategies as st

from kg.extractors.sentences import LONGEST, mark_sentences, sentence_spans, split_sentences


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One thing. Another thing.", ["One thing.", "Another thing."]),
        ("Is it so? It is! Good.", ["Is it so?", "It is!", "Good."]),
        ('He said "no." She left.', ['He said "no."', "She left."]),
        ("It works (mostly.) We show it.", ["It works (mostly.)", "We show it."]),
        ("It ends here. 3D scenes follow.", ["It ends here.", "3D scenes follow."]),
        ("It ends here. iPhones follow.", ["It ends here.", "iPhones follow."]),
        ("  padded.  Twice.  ", ["padded.", "Twice."]),
        ("no stop at all", ["no stop at all"]),
    ],
)
def test_a_stop_before_a_capital_ends_a_sentence(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "We use agents, e.g. Walkers and Runners.",
        "We use agents, i.e. Walkers and Runners.",
        "Smith et al. Proved this long ago.",
        "As shown in Fig. 3 and Eq. 4 of the text.",
        "Ours vs. Theirs is the question.",
        "The test of J. R. Smith is old.",
        "A score of 0.5 is not 1.5 either.",
        "It grows. and then it shrinks.",
    ],
)
def test_an_abbreviation_or_an_initial_ends_none(text: str) -> None:
    assert pieces(text) == [text]


def test_a_missing_blank_after_a_stop_does_not_join_two_sentences() -> None:
    assert pieces("It is fast.The rest is slow.") == ["It is fast.", "The rest is slow."]
    assert pieces("It needs v2.Run it.") == ["It needs v2.Run it."]


def test_a_blank_line_ends_the_title() -> None:
    assert pieces("A title without a stop\n\nthe abstract. Two.") == [
        "A title without a stop",
        "the abstract.",
        "Two.",
    ]


def test_an_endless_sentence_is_cut_at_a_blank() -> None:
    cut = pieces("word " * 1000)
    assert len(cut) > 1
    assert all(len(piece) <= LONGEST for piece in cut)
    assert all(word == "word" for piece in cut for word in piece.split())
    assert [len(p) for p in pieces("x" * (2 * LONGEST))] == [LONGEST, LONGEST]


@given(st.text() | st.text(alphabet="aB.?! \n()'\"1"))
@example("a\n\n\n\nb")
@example(". . .")
@example("\u2003A.\u2003B")
def test_spans_are_ordered_and_disjoint_and_cover_all_that_is_not_blank(text: str) -> None:
    spans = split_sentences(text)
    covered: set[int] = set()
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        covered.update(range(start, end))
        last = end
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)


def test_the_component_marks_the_tokens_and_keeps_the_spans() -> None:
    doc = mark_sentences(spacy.blank("en")("A title\n\nOne thing. Another (thing)."))
    assert sentence_spans(doc) == split_sentences(doc.text)
    assert [s.text.strip() for s in doc.sents] == ["A title", "One thing.", "Another (thing)."]


def test_spans_are_found_without_the_component() -> None:
    doc = spacy.blank("en")("One. Two.")
    assert sentence_spans(doc) == [(0, 4), (5, 9)]


def test_an_empty_text_has_no_sentence() -> None:
    assert split_sentences("") == []
    assert sentence_spans(mark_sentences(spacy.blank("en")(""))) == []
