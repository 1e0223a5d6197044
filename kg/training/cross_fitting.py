"""Boosted trees fitted so that every paper is also scored by trees that have not seen it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kg.extractors.ner import Floats, Ints
from kg.training.trees import full_probabilities

__all__ = ["cross_fit"]


def cross_fit(
    rows: Sequence[Floats],
    targets: Sequence[Ints],
    weights: Sequence[Floats],
    *,
    classes: int,
    folds: int,
    seed: int,
    trees: int,
    leaves: int,
    columns: float = 0.5,
) -> tuple[Any, list[Floats]]:
    """A model of all papers, and the chances of each paper by a model that has not seen it.

    Rows whose target is -1 are scored, but not learnt from.
    """

    def fit(numbers: Sequence[int]) -> Any:
        x = np.concatenate([rows[n] for n in numbers])
        y = np.concatenate([targets[n] for n in numbers])
        w = np.concatenate([weights[n] for n in numbers])
        # a row of every class, of no weight, so that all models know the same classes
        extra = np.zeros((classes, x.shape[1]), dtype=x.dtype)
        x = np.concatenate([x[y >= 0], extra])
        w = np.concatenate([w[y >= 0], np.full(classes, 1e-6)])
        y = np.concatenate([y[y >= 0], np.arange(classes)])
        return _classifier(seed, trees, leaves, columns).fit(x, y, sample_weight=w)

    every = range(len(rows))
    chances: list[Floats] = [np.zeros((0, classes), dtype=np.float32)] * len(rows)
    for fold in range(folds):
        model = fit([n for n in every if n % folds != fold])
        for n in range(fold, len(rows), folds):
            chances[n] = full_probabilities(model, rows[n], classes)
    return fit(every), chances


def _classifier(seed: int, trees: int, leaves: int, columns: float = 0.5) -> Any:
    from lightgbm import LGBMClassifier

    return LGBMClassifier(
        n_estimators=trees,
        num_leaves=leaves,
        learning_rate=7.2 / trees,
        min_child_samples=25,
        subsample=0.8,
        subsample_freq=1,
        colsample_bytree=columns,
        reg_lambda=8.0,
        random_state=seed,
        n_jobs=1,
        deterministic=True,
        force_row_wise=True,
        verbose=-1,
    )
