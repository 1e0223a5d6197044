"""Trained models as ONNX files: what the product runs, without torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from kg.extractors.ner import PAIR_FEATURES, Floats
from kg.training.network import PairNetwork, TaggerNetwork

__all__ = ["export_pairs", "export_scorer", "export_tagger", "full_probabilities"]

_OPSET = 17


class _TaggerGraph(nn.Module):  # type: ignore[misc]
    """The tagger as it is run: one window without padding in, probabilities out."""

    def __init__(self, network: TaggerNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, ids: Tensor, shapes: Tensor, segments: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        states, tags, roles = self.network(ids, shapes, segments, torch.ones_like(ids))
        return states[0], torch.softmax(tags[0], dim=-1), torch.softmax(roles[0], dim=-1)


def export_tagger(network: TaggerNetwork, target: Path) -> None:
    """Write the tagger with weights of 8 bits, activations quantised as they come.

    Inputs ``ids``, ``shapes``, ``segments``: (1, n) int64; outputs ``states`` (n, width), ``tags``
    and ``roles`` (n, labels): probabilities.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    network.eval()
    example = torch.randint(5, 100, (1, 24))
    inputs = (example, torch.zeros_like(example), torch.ones_like(example))
    with TemporaryDirectory() as folder:
        exact = Path(folder) / "tagger.onnx"
        torch.onnx.export(
            _TaggerGraph(network),
            inputs,
            str(exact),
            input_names=["ids", "shapes", "segments"],
            output_names=["states", "tags", "roles"],
            dynamic_axes={
                **{name: {1: "n"} for name in ("ids", "shapes", "segments")},
                **{name: {0: "n"} for name in ("states", "tags", "roles")},
            },
            opset_version=_OPSET,
            dynamo=False,
        )
        quantize_dynamic(str(exact), str(target), per_channel=True, weight_type=QuantType.QInt8)


def export_pairs(network: PairNetwork, width: int, target: Path) -> None:
    """Write the pair network: ``vectors`` (p, 5 * width + features) to ``probabilities``."""
    network.eval()
    torch.onnx.export(
        nn.Sequential(network, nn.Sigmoid()),
        (torch.zeros(2, 5 * width + PAIR_FEATURES),),
        str(target),
        input_names=["vectors"],
        output_names=["probabilities"],
        dynamic_axes={"vectors": {0: "p"}, "probabilities": {0: "p"}},
        opset_version=_OPSET,
        dynamo=False,
    )


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
