"""Errors with the words of the paper around them."""

from __future__ import annotations

import pytest

from kg.evaluation import SystemPaper, evaluate_gold
from kg.evaluation.mistakes import MISTAKES, Mistake, first_of_each
from kg.evaluation.sentences_in_view import mark_spans, sentences_in_view
from tests.evaluation.samples import gold_papers, system_lines

TEXT = "On BERT\n\nWe use BERT (v1.5) and CNNs. CNNs are old, e.g. LeNet. BERT is new! Is GPT?"


def _mistakes() -> tuple[Mistake, ...]:
    said = [SystemPaper.model_validate(line) for line in system_lines()]
    return evaluate_gold(gold_papers(), said).mistakes


def test_every_sort_of_error_is_found() -> None:
    found = {(m.sort, m.paper_id, m.summary) for m in _mistakes()}
    assert found == {
        ("missed", "g1", "passage ranking (Task)"),
        ("missed", "g1", "BM25 (Method)"),
        ("missed", "g2", "recall (Metric)"),
        ("wrong kind", "g1", "passage ranking: Method, should be Task"),
        ("wrong role", "g1", "MS MARCO: uses, should be evaluates_on"),
        ("spurious", "g1", "cross-encoder (Method)"),
        ("relation missed", "g1", "LiteRank outperforms BM25"),
        ("relation missed", "g2", "? extends recall"),
        ("relation spurious", "g1", "cross-encoder extends LiteRank"),
    }


def test_errors_come_with_the_sentence() -> None:
    views = {(m.sort, m.name): m.view for m in _mistakes()}
    introduced = "We introduce LiteRank, a «cross-encoder» for passage ranking."
    assert views["spurious", "cross-encoder"] == introduced
    both = "«LiteRank» is evaluated on MS MARCO, where it outperforms «BM25»."
    assert views["relation missed", "LiteRank outperforms BM25"] == both


def test_the_first_of_each_sort() -> None:
    kept = first_of_each(_mistakes(), 1)
    assert [m.sort for m in kept] == list(MISTAKES)
    assert first_of_each(_mistakes(), 0) == []


@pytest.mark.parametrize(
    ("things", "view"),
    [
        ([["BERT"]], "On «BERT»"),
        ([["cnns"]], "We use BERT (v1.5) and «CNNs»."),
        ([["CNN"]], ""),
        ([["BERT"], ["CNNs"]], "We use «BERT» (v1.5) and «CNNs»."),
        ([["LeNet"], ["GPT"]], "CNNs are old, e.g. «LeNet». … Is «GPT»?"),
        ([["GPT"], ["nothing"]], "Is «GPT»?"),
        ([["BERT (v1.5)", "BERT"], ["v1.5"]], "We use «BERT (v1.5)» and CNNs."),
        ([[""], [" "]], ""),
    ],
)
def test_sentences_in_view(things: list[list[str]], view: str) -> None:
    assert sentences_in_view(TEXT, *things) == view


def test_spans_over_two_sentences_are_shown_in_both() -> None:
    assert mark_spans("One two. Three four.", [(4, 14)]) == "One «two.» … «Three» four."
