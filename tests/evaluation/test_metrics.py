"""Shares, curves and reliability tables, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.evaluation.calibration import calibrate
from kg.evaluation.metrics import Counts, Scored, score_curve


def test_shares_by_hand() -> None:
    counts = Counts(tp=3, fp=1, fn=2)
    assert counts.to_json() == {
        "precision": 0.75,
        "recall": 0.6,
        "f1": 0.6667,
        "tp": 3,
        "fp": 1,
        "fn": 2,
    }


def test_nothing_found_is_zero_and_not_an_error() -> None:
    assert Counts().f1 == Counts(fn=3).precision == Counts(fp=3).recall == 0.0


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_f1_lies_between_precision_and_recall(tp: int, fp: int, fn: int) -> None:
    counts = Counts(tp, fp, fn)
    low, high = sorted((counts.precision, counts.recall))
    assert 0 <= counts.f1 <= high + 1e-12
    assert counts.f1 >= low - 1e-12 or low == 0
    assert Counts.total([counts, counts]) == Counts(2 * tp, 2 * fp, 2 * fn)


def test_calibration_by_hand() -> None:
    right = (("p", 0),)
    found = [Scored(0.9, right), Scored(1.0), Scored(0.15, right), Scored(0.12), Scored(0.1)]
    table = calibrate(found)
    assert table is not None
    first, last = table.bins[1], table.bins[9]
    assert [b.n for b in table.bins] == [0, 3, 0, 0, 0, 0, 0, 0, 0, 2]
    assert first.mean_score == pytest.approx(0.37 / 3)
    assert first.share_right == pytest.approx(1 / 3)
    assert (last.mean_score, last.share_right) == (0.95, 0.5)
    # 3/5 * |0.37/3 - 1/3| + 2/5 * |0.95 - 0.5|
    assert table.error == pytest.approx(0.306)
    assert table.to_json()["error"] == 0.306


def test_no_scores_no_calibration() -> None:
    assert calibrate([]) is None


def test_the_curve_by_hand() -> None:
    found = [Scored(0.9, (("p", 0),)), Scored(0.5, (("p", 0), ("p", 1))), Scored(0.7), Scored(0.0)]
    curve = {point.threshold: point.counts for point in score_curve(found, gold=3)}
    assert len(curve) == 20
    assert curve[0.0] == Counts(2, 2, 1)
    assert curve[0.5] == Counts(2, 1, 1)
    assert curve[0.55] == Counts(1, 1, 2)
    assert curve[0.75] == Counts(1, 0, 2)
    assert curve[0.95] == Counts(0, 0, 3)
