"""Models and tagger outputs made by hand: small enough to know what they say."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper

from kg.extractors.ner import ROLE_LABELS, TAGS, TaggerOutput
from kg.extractors.scorers import Scorer

__all__ = ["WIDTH", "column_scorer", "hand_made_output", "write_scorer"]

WIDTH = 3
"""Width of the states of ``hand_made_output``."""


def hand_made_output(
    text: str, tags: Mapping[int, str] | None = None, lengths: tuple[int, ...] = ()
) -> TaggerOutput:
    """What a tagger might say of the words of a text: 0.9 for the tag of each, else outside.

    The state of word n is (n, 1, -n), its likeliest role the first.
    """
    spans = [m.span() for m in re.finditer(r"\w+|[^\w\s]", text)]
    chances = np.full((len(spans), len(TAGS)), 0.1 / (len(TAGS) - 1), dtype=np.float32)
    for number in range(len(spans)):
        chances[number, TAGS.index((tags or {}).get(number, "O"))] = 0.9
    roles = np.full((len(spans), len(ROLE_LABELS)), 0.1, dtype=np.float32)
    roles[:, 0] = 0.5
    numbers = np.arange(len(spans), dtype=np.float32)
    states = np.stack([numbers, np.ones_like(numbers), -numbers], axis=1)
    starts, ends = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    return TaggerOutput(starts, ends, chances, roles, states, lengths)


def write_scorer(
    folder: Path,
    features: Sequence[str],
    classes: Mapping[str, str],
    name: str = "hand-made",
    **settings: Any,
) -> Path:
    """A model whose probability of each class is the value of one of its columns."""
    rows = helper.make_tensor_value_info("rows", TensorProto.FLOAT, [None, len(features)])
    found = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, len(classes)])
    places = [list(features).index(column) for column in classes.values()]
    columns = helper.make_tensor("columns", TensorProto.INT64, [len(places)], places)
    gather = helper.make_node("Gather", ["rows", "columns"], ["probabilities"], axis=1)
    graph = helper.make_graph([gather], "hand-made", [rows], [found], [columns])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    path = folder / f"{name}.onnx"
    path.write_bytes(model.SerializeToString())
    told = {"features": list(features), "classes": list(classes), **settings}
    path.with_suffix(".json").write_text(json.dumps(told), "utf-8")
    return path


def column_scorer(
    folder: Path,
    features: Sequence[str],
    classes: Mapping[str, str],
    name: str = "hand-made",
    **settings: Any,
) -> Scorer:
    """``write_scorer``, loaded."""
    return Scorer(write_scorer(folder, features, classes, name, **settings))
