"""Known names in a text: guards, boundaries, versions, offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extractors.gazetteer import Gazetteer, fold
from kg.known_names import KnownName, KnownNames

NAMES = KnownNames(
    [
        KnownName("imitation learning", (), "Method", "none", "own"),
        KnownName("BERT", (), "Method", "case", "own"),
        KnownName("GPT-4", ("GPT4",), "Method", "case", "own"),
        KnownName("GPT-4o", (), "Method", "case", "own"),
        KnownName("Llama", (), "Method", "case", "own"),
        KnownName("Llama 3.1", (), "Method", "case", "own"),
        KnownName("Qwen2.5", (), "Method", "case", "own"),
        KnownName("Adam", (), "Method", "context", "own"),
        KnownName("Lion", (), "Method", "context", "own"),
        KnownName("ImageNet", ("ILSVRC",), "Dataset", "case", "own"),
        KnownName("CIFAR-10", (), "Dataset", "case", "own"),
        KnownName("Pile", ("The Pile",), "Dataset", "context", "own"),
        KnownName("semantic segmentation", (), "Task", "none", "own"),
        KnownName("word error rate", (), "Metric", "none", "own"),
    ]
)
FINDER = Gazetteer(NAMES)


def found(text: str) -> list[str]:
    return [text[c.start : c.end] for c in FINDER.find(text)]


def longest(text: str) -> str:
    return max(found(text), key=len, default="")


def test_no_guard_means_any_case_and_any_separator() -> None:
    assert found("Imitation Learning and imitation-learning") == [
        "Imitation Learning",
        "imitation-learning",
    ]


def test_the_case_guard_asks_for_the_name_as_written() -> None:
    assert found("BERT, not bert or Bert") == ["BERT"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we train with the Adam optimizer", ["Adam"]),
        ("we thank Adam for his help", []),
        ("trained on the Pile dataset", ["Pile"]),
        ("the Pile of papers", []),
        ("compared with BERT, Adam and others", ["Adam", "BERT"]),
        ("the Lion algorithm", ["Lion"]),
        ("a lion algorithm", []),
    ],
)
def test_the_context_guard_asks_for_a_word_or_a_sure_neighbour(
    text: str, expected: list[str]
) -> None:
    assert sorted(found(text)) == expected


def test_a_plural_belongs_to_the_name() -> None:
    assert found("many BERTs here") == ["BERTs"]
    assert found("word error rates fall") == ["word error rates"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we prompt GPT-4o-mini today", "GPT-4o-mini"),
        ("we tune Llama 3.1-8B-Instruct today", "Llama 3.1-8B-Instruct"),
        ("we tune Llama-2-7b today", "Llama-2-7b"),
        ("we tune Qwen2.5-VL-7B today", "Qwen2.5-VL-7B"),
        ("we prompt GPT 4 today", "GPT 4"),
        ("we train on CIFAR10 today", "CIFAR10"),
        ("BERT-Large wins", "BERT-Large"),
    ],
)
def test_a_version_stays_whole(text: str, expected: str) -> None:
    assert longest(text) == expected


def test_a_number_that_is_no_version_stays_out() -> None:
    assert longest("with BERT 30% of the errors go") == "BERT"


@pytest.mark.parametrize("text", ["HuBERTs", "BERTology", "BERT_x", "@BERT", "#BERT", "RoBERT"])
def test_a_name_inside_another_word_is_no_name(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a BERT-based encoder", ["BERT"]),
        ("BERT-style pretraining", ["BERT"]),
        ("self-imitation learning", []),
        ("imitation learning-based agents", ["imitation learning"]),
        ("BERT-Sort is new", []),
    ],
)
def test_a_hyphen_makes_another_name_but_for_adverbs(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@given(st.text(max_size=30), st.text(max_size=30))
def test_offsets_are_exact_under_unicode(before: str, after: str) -> None:
    text = f"{before} BERT {after}"
    spans = [(c.start, c.end) for c in FINDER.find(text)]
    place = len(before) + 1
    assert (place, place + 4) in spans or any(s <= place < e for s, e in spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)


@given(st.text() | st.sampled_from(["İSTANBUL BERT", "ǅ-BERT", "ﬁ BERT"]))
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_a_candidate_knows_the_name_and_its_guard_sets_the_score() -> None:
    (found_alias,) = FINDER.find("on ILSVRC here")
    assert (found_alias.kind, found_alias.name) == ("Dataset", "ImageNet")
    sure, sort = FINDER.find("BERT for semantic segmentation")
    assert sure.score > sort.score


def test_an_empty_table_finds_nothing() -> None:
    assert Gazetteer(KnownNames([])).find("BERT") == []
