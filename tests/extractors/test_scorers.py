"""Scorers: models that say which columns they read, and refuse everything else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from kg.config import ExtractConfig
from kg.errors import ConfigError, ExtractionError, InputError
from kg.extractors import build_nlp, extract_papers
from kg.extractors.entities import ENTITY_CLASSES
from kg.extractors.entity_features import FEATURES
from kg.extractors.relation_features import PAIR_COLUMNS, PAIR_GROUPS
from kg.extractors.scorers import Scorer, load_scorer, models_folder, score_for_precision
from kg.model import ROLES, Paper
from tests.extractors.hand_made import column_scorer, write_scorer

COLUMNS = ("one", "two", "three")
CLASSES = {"yes": "one", "no": "three"}
SHIPPED: dict[str, tuple[Sequence[str] | None, Sequence[str]]] = {
    "entities": (FEATURES, ENTITY_CLASSES),
    "roles": (None, ROLES),
    **{f"relations-{g}": (PAIR_COLUMNS, (*told, "none")) for g, told in PAIR_GROUPS.items()},
}
NAMES = [f"{name}{suffix}" for name in SHIPPED for suffix in ("", "-fast")]


def test_a_scorer_says_its_columns_its_classes_and_their_probabilities(tmp_path: Path) -> None:
    scorer = column_scorer(tmp_path, COLUMNS, CLASSES, keep=0.5)
    assert (scorer.features, scorer.classes) == (COLUMNS, ("yes", "no"))
    assert scorer.settings["keep"] == 0.5
    rows = np.array([[0.25, 0.5, 0.75], [0.0, 0.0, 1.0]], dtype=np.float32)
    assert scorer(rows).tolist() == [[0.25, 0.75], [0.0, 1.0]]


def test_no_rows_have_no_probabilities(tmp_path: Path) -> None:
    found = column_scorer(tmp_path, COLUMNS, CLASSES)(np.zeros((0, 3), dtype=np.float32))
    assert found.shape == (0, 2)


@pytest.mark.parametrize("width", [0, 2, 4])
@pytest.mark.parametrize("rows", [0, 1])
def test_rows_of_another_width_are_refused(tmp_path: Path, width: int, rows: int) -> None:
    scorer = column_scorer(tmp_path, COLUMNS, CLASSES)
    with pytest.raises(ExtractionError, match=f"reads 3 features, not {width}") as caught:
        scorer(np.zeros((rows, width), dtype=np.float32))
    assert "kg train" in caught.value.hint


@pytest.mark.parametrize("suffix", [".onnx", ".json"])
def test_a_missing_file_is_named(tmp_path: Path, suffix: str) -> None:
    path = write_scorer(tmp_path, COLUMNS, CLASSES)
    path.with_suffix(suffix).unlink()
    with pytest.raises(InputError, match=rf"hand-made\{suffix}") as caught:
        Scorer(path)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        (".json", b""),
        (".json", b"\xff"),
        (".json", b"[]"),
        (".json", b"{}"),
        (".json", b'{"features": ["one"]}'),
        (".json", b'{"features": 1, "classes": []}'),
        (".onnx", b""),
        (".onnx", b"no model"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = write_scorer(tmp_path, COLUMNS, CLASSES)
    path.with_suffix(suffix).write_bytes(content)
    with pytest.raises(InputError, match=rf"hand-made\{suffix}") as caught:
        Scorer(path)
    assert caught.value.hint


def test_a_half_written_model_is_refused(tmp_path: Path) -> None:
    source = models_folder(None) / "roles-fast.onnx"
    (tmp_path / "roles.onnx").write_bytes(source.read_bytes()[:10_000])
    (tmp_path / "roles.json").write_bytes(source.with_suffix(".json").read_bytes())
    with pytest.raises(InputError, match=r"roles\.onnx"):
        load_scorer("roles", str(tmp_path))


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scorer_reads_what_the_code_writes(name: str) -> None:
    features, classes = SHIPPED[name.removesuffix("-fast")]
    scorer = load_scorer(name)
    assert scorer.classes == classes
    assert scorer.features == (features or scorer.features)
    assert len(set(scorer.features)) == len(scorer.features)


@pytest.mark.parametrize("name", NAMES)
def test_the_probabilities_of_a_shipped_scorer_add_up(name: str) -> None:
    scorer = load_scorer(name)
    draw = np.random.default_rng(7)
    rows = draw.random((200, len(scorer.features)), dtype=np.float32)
    rows[draw.random(rows.shape) < 0.3] = 0.0
    rows[draw.random(rows.shape) < 0.1] = np.nan
    found = scorer(rows)
    assert found.shape == (200, len(scorer.classes))
    assert ((found >= 0) & (found <= 1)).all()
    assert found.sum(axis=1) == pytest.approx(np.ones(200), abs=1e-4)
    assert np.array_equal(np.concatenate([scorer(rows[:1]), scorer(rows[1:])]), found)


@pytest.mark.parametrize("name", NAMES)
def test_the_settings_of_a_shipped_scorer_are_probabilities(name: str) -> None:
    settings = load_scorer(name).settings
    if name.startswith("entities"):
        assert 0 < settings["keep"] < 1
        assert 0 < settings["core"] < 1
    if name.startswith("relations"):
        assert {*settings["thresholds"], "none"} == set(load_scorer(name).classes)
        assert all(0 < t < 1 for t in settings["thresholds"].values())
    for raw, right in settings.get("calibration", []):
        assert 0 <= raw <= 1
        assert 0 <= right <= 1
    knots = settings.get("calibration", [])
    assert knots == sorted(knots)
    assert [right for _, right in knots] == sorted(right for _, right in knots)


@pytest.mark.parametrize("model", ["accurate", "fast"])
def test_a_precision_is_reached_by_the_lowest_score_that_reaches_it(
    tmp_path: Path, model: Literal["accurate", "fast"]
) -> None:
    name = "entities" if model == "accurate" else "entities-fast"
    curve = [[0.1, 0.5, 0.9], [0.4, 0.8, 0.7], [0.9, 0.95, 0.2]]
    write_scorer(tmp_path, COLUMNS, CLASSES, name, curve=curve)
    config = ExtractConfig(model=model, models=str(tmp_path))
    found = [score_for_precision(p, config) for p in (0.0, 0.5, 0.51, 0.8, 0.95)]
    assert found == [0.1, 0.1, 0.4, 0.4, 0.9]
    with pytest.raises(ConfigError, match=r"no lowest score gives a precision of 0\.96") as caught:
        score_for_precision(0.96, config)
    assert "0.950" in caught.value.hint


def test_models_that_are_nowhere_are_named_when_a_paper_is_read(tmp_path: Path) -> None:
    config = ExtractConfig(model="fast", models=str(tmp_path / "nowhere"))
    papers = [Paper(id="t:1", title="On BERT")]
    with pytest.raises(InputError, match=r"nowhere.*fast_tagger\.onnx") as caught:
        list(extract_papers(papers, config=config, nlp=build_nlp(config)))
    assert caught.value.hint
