"""From which score on a thing is kept, and what a score is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kg.extractors.entities import ScoredThing, score_things, settle
from kg.extractors.ner import Floats
from kg.model import EntityKind
from kg.training.annotated import AnnotatedPaper

__all__ = [
    "CORE",
    "Knots",
    "calibration_knots",
    "core_entities",
    "entity_working_points",
    "f1",
    "f_measure",
    "judged_things",
]

Knots = list[list[float]]
CORE = 0.15
"""Lowest probability, 0..1, that a careful reader would want a thing as a node."""


def judged_things(
    read: Sequence[AnnotatedPaper], kept: Sequence[Sequence[ScoredThing]]
) -> list[tuple[float, bool, EntityKind]]:
    """(score, right, kind) of every kept thing that is not merely optional."""
    judged = []
    for paper, things in zip(read, kept, strict=True):
        for thing in things:
            hits = [paper.entity(n) for n in paper.matches(thing.spans, thing.form)]
            if any(e.tier == "core" and thing.kind in e.kinds for e in hits):
                judged.append((thing.score, True, thing.kind))
            elif not any(e.tier == "optional" for e in hits):
                judged.append((thing.score, False, thing.kind))
    return judged


def core_entities(read: Sequence[AnnotatedPaper]) -> int:
    """Number of entities that should be found."""
    return sum(e.tier == "core" for r in read for e in r.gold.entities)


def entity_working_points(
    read: Sequence[AnnotatedPaper], chances: Sequence[Floats]
) -> tuple[float, list[list[float]], list[list[float]]]:
    """The score from which names are kept; (score, precision, recall) rows; calibration knots."""
    loose = [
        settle(score_things(r.things, p, keep=0.05, core=CORE), r.addresses)[1]
        for r, p in zip(read, chances, strict=True)
    ]
    judged = judged_things(read, loose)
    knots = calibration_knots([s for s, _, _ in judged], [float(ok) for _, ok, _ in judged])
    right = np.array([float(ok) for _, ok, _ in judged])
    total = core_entities(read)
    best, curve = (0.0, 0.5), []
    raw, worth = zip(*knots, strict=True)
    calibrated = np.interp([s for s, _, _ in judged], raw, worth)
    for threshold in (*(round(0.05 * k, 2) for k in range(2, 20)), 0.97):
        kept = calibrated >= threshold
        hits = float(right[kept].sum())
        precision, recall = hits / max(kept.sum(), 1), hits / total
        curve.append([threshold, round(precision, 4), round(recall, 4)])
        best = max(best, (2 * precision * recall / max(precision + recall, 1e-9), threshold))
    return best[1], curve, knots


def calibration_knots(scores: Sequence[float], right: Sequence[float]) -> Knots:
    """(raw, calibrated) knots of an isotonic regression of being right on the score."""
    from sklearn.isotonic import IsotonicRegression

    line = IsotonicRegression(y_min=0.01, y_max=0.99, out_of_bounds="clip")
    line.fit(np.asarray(scores), np.asarray(right, dtype=float))
    at = np.linspace(0.0, 1.0, 21)
    values = line.predict(at)
    return [[round(float(x), 4), round(float(y), 4)] for x, y in zip(at, values, strict=True)]


def f_measure(counts: Mapping[str, int]) -> float:
    """F-measure (van Rijsbergen 1979) that leans to precision, beta 0.8.

    No edge is better than a wrong one. ``counts`` has "hit", "wrong" and "miss".
    """
    hit, wrong, miss = counts.get("hit", 0), counts.get("wrong", 0), counts.get("miss", 0)
    return 1.64 * hit / max(1.64 * hit + 0.64 * miss + wrong, 1e-9)


def f1(counts: Mapping[str, int]) -> float:
    """F1, 0..1, of counts "hit", "wrong" and "miss"."""
    hit, wrong, miss = counts.get("hit", 0), counts.get("wrong", 0), counts.get("miss", 0)
    return round(2 * hit / max(2 * hit + wrong + miss, 1), 4)
