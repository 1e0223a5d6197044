"""Whether scores mean what they say: of things with score 0.9, nine in ten should be right.

The expected calibration error is that of Naeini et al. (2015), over bins of equal width: the mean
distance between a bin's mean score and its share of right things, weighted by the bin's size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kg.evaluation.metrics import DECIMALS, Scored

__all__ = ["Bin", "Calibration", "calibrate"]

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Things whose scores lie close together.

    Args:
        low: Lowest score of the bin, 0..1; the last bin includes 1.
        high: Where the next bin begins.
        n: Number of things.
        mean_score: Mean of their scores; 0 in an empty bin.
        share_right: Share of them that is right; 0 in an empty bin.
    """

    low: float
    high: float
    n: int
    mean_score: float
    share_right: float


@dataclass(frozen=True)
class Calibration:
    """A reliability table.

    Args:
        error: Expected calibration error, 0..1.
        bins: ``BINS`` bins of equal width, the lowest first.
    """

    error: float
    bins: tuple[Bin, ...]

    def to_json(self) -> dict[str, Any]:
        """Error and bins."""
        return {
            "error": round(self.error, DECIMALS),
            "bins": [
                {
                    "low": b.low,
                    "high": b.high,
                    "n": b.n,
                    "mean_score": round(b.mean_score, DECIMALS),
                    "share_right": round(b.share_right, DECIMALS),
                }
                for b in self.bins
            ],
        }


def calibrate(found: Sequence[Scored]) -> Calibration | None:
    """Hold scores against outcomes; None where nothing has a score.

    Args:
        found: What is right or wrong; what is neither is not among it.
    """
    if not found:
        return None
    held: list[list[Scored]] = [[] for _ in range(BINS)]
    for thing in found:
        held[min(int(thing.score * BINS), BINS - 1)].append(thing)
    bins = tuple(_bin(i, things) for i, things in enumerate(held))
    error = sum(b.n * abs(b.mean_score - b.share_right) for b in bins) / len(found)
    return Calibration(error, bins)


def _bin(index: int, things: list[Scored]) -> Bin:
    n = len(things)
    return Bin(
        low=index / BINS,
        high=(index + 1) / BINS,
        n=n,
        mean_score=math.fsum(t.score for t in things) / n if n else 0.0,  # in any order the same
        share_right=sum(bool(t.finds) for t in things) / n if n else 0.0,
    )
