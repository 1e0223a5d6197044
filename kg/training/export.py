"""Trained networks as ONNX files: what the product runs, without torch."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import Tensor, nn

from kg.extractors.ner import PAIR_FEATURES
from kg.training.network import PairNetwork, TaggerNetwork

__all__ = ["export_pairs", "export_tagger"]

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
    """Write the tagger with weights of 7 bits, activations quantised to 8 as they come.

    With the eighth bit, processors without VNNI would saturate in the products and find other
    things than the rest.

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
        quantize_dynamic(
            str(exact),
            str(target),
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )


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
