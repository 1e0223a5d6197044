"""Boosted trees that weigh evidence: fitted on annotated papers, run by ONNX Runtime."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.config import ExtractConfig
from kg.errors import ConfigError, ExtractionError, InputError
from kg.resources import data_path

__all__ = [
    "Scorer",
    "load_scorer",
    "models_folder",
    "open_session",
    "score_for_precision",
    "scorer_suffix",
]

Floats = NDArray[np.float32]


def open_session(path: Path) -> Any:
    """An ONNX Runtime session on one thread: papers are read side by side by processes instead.

    Raises:
        InputError: The file cannot be read, or is no model.
    """
    import onnxruntime

    try:
        model = path.read_bytes()
    except OSError as err:
        raise InputError(
            f"cannot read the model '{path}': {err.strerror}", hint="kg train makes such models"
        ) from err

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as err:  # of many sorts, none of them documented
        raise InputError(f"'{path}' is no model: {err}", hint="kg train makes such models") from err


class Scorer:
    """A classifier of rows.

    Args:
        path: The model in ONNX; beside it, with suffix ``.json``, the names of its columns
            (``features``) and of its classes (``classes``), and other settings.

    Raises:
        InputError: A file is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        try:
            self.settings = json.loads(path.with_suffix(".json").read_text("utf-8"))
            self.features: tuple[str, ...] = tuple(self.settings["features"])
            self.classes: tuple[str, ...] = tuple(self.settings["classes"])
        except (OSError, ValueError, KeyError, TypeError) as err:
            raise InputError(
                f"cannot read '{path.with_suffix('.json').name}': {err}",
                hint="reinstall kg, or train the model again",
            ) from err
        self._session = open_session(path)

    @property
    def needs_tagger(self) -> bool:
        """Whether it was fitted on what a tagger reads, and says nothing of use without."""
        return bool(self.settings.get("tagger"))

    def __call__(self, rows: Floats) -> Floats:
        """Probabilities (n, classes) of rows (n, features); missing values are NaN.

        Raises:
            ExtractionError: The rows do not have the columns of the model.
        """
        if rows.shape[1] != len(self.features):
            raise ExtractionError(
                f"the model reads {len(self.features)} features, not {rows.shape[1]}",
                hint="train it again: kg train",
            )
        if not len(rows):
            return np.zeros((0, len(self.classes)), dtype=np.float32)
        found: Floats = self._session.run(["probabilities"], {"rows": rows})[0]
        return found


@cache
def load_scorer(name: str, models: str | None = None) -> Scorer:
    """A scorer by name, loaded once a process.

    Args:
        name: Such as ``entities``.
        models: Folder that ``kg train`` made; None for the models of the package.

    Raises:
        InputError: It is not there.
    """
    return Scorer(models_folder(models) / f"{name}.onnx")


def scorer_suffix(model: str) -> str:
    """What the names of a model's scorers end in."""
    return "-fast" if model == "fast" else ""


def models_folder(models: str | None) -> Path:
    """The folder of the models: the package's own if None."""
    return data_path("extractors", "models") if models is None else Path(models)


def score_for_precision(precision: float, config: ExtractConfig) -> float:
    """The lowest score, 0..1, from which entities reach a precision on annotated papers.

    The figures are those of cross-validation when the models were made: papers of another sort
    may do better or worse.

    Args:
        precision: Share of the entities, 0..1, that shall be right.
        config: Which models are meant.

    Raises:
        ConfigError: No score reaches it.
        InputError: The models are not there.
    """
    name = f"entities{scorer_suffix(config.model)}"
    curve: list[tuple[float, float, float]] = load_scorer(name, config.models).settings["curve"]
    for score, reached, _ in curve:
        if reached >= precision:
            return score
    best = max(reached for _, reached, _ in curve)
    raise ConfigError(
        f"no lowest score gives a precision of {precision:g}",
        hint=f"the model '{config.model}' reaches {best:.3f} at most",
    )
