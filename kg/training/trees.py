"""Boosted trees as ONNX files and as probabilities; needs no torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kg.extractors.ner import Floats

__all__ = ["export_scorer", "full_probabilities"]


def export_scorer(
    model: Any,
    features: Sequence[str],
    classes: Sequence[str],
    settings: dict[str, Any],
    target: Path,
) -> None:
    """Write boosted trees, and beside them a JSON file with the names of columns and classes.

    Args:
        model: A fitted ``lightgbm.LGBMClassifier`` whose classes are 0, 1, ... in order.
        features: Names of its columns.
        classes: Names of its classes.
        settings: What else the JSON file shall hold.
        target: The ``.onnx`` file.
    """
    from onnxmltools import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType

    assert list(model.classes_) == list(range(len(classes)))
    graph = convert_lightgbm(
        model,
        initial_types=[("rows", FloatTensorType([None, len(features)]))],
        name=target.stem,  # else a random one
        zipmap=False,
        target_opset=15,
    )
    # what it would print as a warning at every run: the number of labels is that of the rows
    for output in graph.graph.output:
        output.type.tensor_type.ClearField("shape")
    target.write_bytes(graph.SerializeToString())
    told = {"features": list(features), "classes": list(classes), **settings}
    target.with_suffix(".json").write_text(
        json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def full_probabilities(model: Any, rows: Floats, classes: int) -> Floats:
    """(n, classes) probabilities, 0 for classes that the model has never seen."""
    found = np.zeros((len(rows), classes), dtype=np.float32)
    if len(rows):
        found[:, model.classes_.astype(int)] = model.predict_proba(rows)
    return found
