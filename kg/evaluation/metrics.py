"""Counts of right, spurious and missed things, and the shares that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Counts", "Scored", "ThresholdScores", "score_curve", "share"]

DECIMALS = 4
"""Digits of every share in JSON."""
THRESHOLDS = tuple(n / 20 for n in range(20))
"""Lowest scores of the curve: 0.0 to 0.95 by 0.05."""


@dataclass(frozen=True)
class Counts:
    """How often a system was right and wrong about one sort of thing.

    Args:
        tp: Gold things that were found.
        fp: Things found that are not in the gold.
        fn: Gold things that were not found.
    """

    tp: int = 0
    fp: int = 0
    fn: int = 0

    @property
    def precision(self) -> float:
        """Share of what was found that is right, 0..1; 0 where nothing was found."""
        return share(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float:
        """Share of the gold that was found, 0..1; 0 where there is none."""
        return share(self.tp, self.tp + self.fn)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0..1."""
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if self.tp else 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @classmethod
    def total(cls, counts: Iterable[Counts]) -> Counts:
        """Sum of counts: the micro average is read off it."""
        return sum(counts, cls())

    def to_json(self) -> dict[str, Any]:
        """Shares and counts."""
        return {
            "precision": round(self.precision, DECIMALS),
            "recall": round(self.recall, DECIMALS),
            "f1": round(self.f1, DECIMALS),
            "tp": self.tp,
            "fp": self.fp,
            "fn": self.fn,
        }


@dataclass(frozen=True)
class Scored:
    """Something found, with its confidence.

    Args:
        score: Confidence, 0..1.
        finds: The gold things that it is right about, by any key; empty where it is wrong.
    """

    score: float
    finds: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class ThresholdScores:
    """What remains right if everything below a score is left out.

    Args:
        threshold: Lowest score that is kept, 0..1.
        counts: Right, spurious and missed things.
    """

    threshold: float
    counts: Counts

    def to_json(self) -> dict[str, Any]:
        """Threshold, shares and counts."""
        return {"threshold": self.threshold, **self.counts.to_json()}


def score_curve(found: Sequence[Scored], gold: int) -> tuple[ThresholdScores, ...]:
    """Counts for each threshold.

    Args:
        found: What is right or wrong; what is neither is not among it.
        gold: Number of gold things.
    """
    points = []
    for threshold in THRESHOLDS:
        kept = [thing for thing in found if thing.score >= threshold]
        tp = len({key for thing in kept for key in thing.finds})
        fp = sum(not thing.finds for thing in kept)
        points.append(ThresholdScores(threshold, Counts(tp, fp, gold - tp)))
    return tuple(points)


def share(part: int, whole: int) -> float:
    """Part of a whole, 0..1; 0 where the whole is nothing."""
    return part / whole if whole else 0.0
