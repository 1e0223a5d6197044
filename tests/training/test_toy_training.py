"""``kg train`` from end to end with a toy network: models that read, twice the same ones."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kg.cli import main
from kg.config import ExtractConfig
from kg.extractors import extract_papers
from kg.extractors.scorers import models_folder
from kg.model import Extraction, Paper
from tests.training.toy_papers import toy_lines, write_lines

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # torch's, about its own exporter
]

SCORERS = {
    f"{name}{suffix}.{ending}"
    for name in ("entities", "roles", "relations-methods", "relations-data", "relations-tasks",
                 "relations-metrics")
    for suffix in ("", "-fast")
    for ending in ("onnx", "json")
}  # fmt: skip
MODELS = SCORERS | {"tagger.onnx", "pairs.onnx", "fast_tagger.onnx", "vocab.txt", "report.json"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of data with a random BERT of width 32 and one layer, and settings that name it."""
    folder = tmp_path_factory.mktemp("toy")
    lines = toy_lines(14)
    write_lines(folder / "gold.jsonl", lines[:12])
    texts = [{k: line[k] for k in ("id", "title", "abstract")} for line in lines]
    write_lines(folder / "texts.jsonl", texts)
    write_base(folder / "base", layers=1)
    path = folder / "train.toml"
    path.write_text(
        'papers = ["gold.jsonl"]\ntexts = "texts.jsonl"\nbase = "base"\nlayers = 1\nsilver = 2\n'
        "epochs = 1\nfolds = 2\nlessons = 2\nlesson_epochs = 1\ntrees = 4\nworkers = 1\nseed = 3\n",
        "utf-8",
    )
    return path


def write_base(folder: Path, layers: int) -> None:
    import torch
    from safetensors.torch import save_file
    from transformers import BertConfig, BertModel

    folder.mkdir()
    pieces = (models_folder(None) / "vocab.txt").read_text("utf-8").split("\n")[:-1]
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", "utf-8")
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=64,
    )
    torch.manual_seed(1)
    model = BertModel(config, add_pooling_layer=False)
    save_file({n: t.contiguous() for n, t in model.state_dict().items()},
              folder / "model.safetensors")  # fmt: skip
    config.to_json_file(folder / "config.json")


def train(settings: Path, target: Path) -> int:
    return main(["train", str(settings), "--to", str(target), "--quiet"])


@pytest.fixture(scope="module")
def models(settings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("models")
    assert train(settings, target) == 0
    return target


def read(models: Path, model: str) -> list[Extraction]:
    config = ExtractConfig.model_validate({"model": model, "models": str(models)})
    papers = [
        Paper(id=f"t:{line['id']}", title=line["title"], abstract=line["abstract"])
        for line in toy_lines(14)[10:]
    ]
    return list(extract_papers(papers, config=config))


def test_a_run_leaves_models_and_its_figures_and_nothing_else(models: Path) -> None:
    report = json.loads((models / "report.json").read_text("utf-8"))
    assert report["papers"] == 12
    assert {"fast", "accurate"} <= set(report)
    names = {p.name for p in models.iterdir()}
    assert names >= MODELS
    assert not [p for p in models.iterdir() if p.is_dir()]


@pytest.mark.parametrize("model", ["accurate", "fast"])
def test_the_models_read_papers(models: Path, model: str) -> None:
    found = read(models, model)
    assert len(found) == 4
    for extraction in found:
        assert Extraction.model_validate(extraction.model_dump()) == extraction
    assert any(m.kind != "Url" for e in found for m in e.mentions)


def test_a_second_run_gives_models_that_do_the_same(
    settings: Path, models: Path, tmp_path: Path
) -> None:
    assert train(settings, tmp_path / "again") == 0
    for model in ("accurate", "fast"):
        assert read(tmp_path / "again", model) == read(models, model)
    for name in sorted(SCORERS | {"vocab.txt"}):
        assert (tmp_path / "again" / name).read_bytes() == (models / name).read_bytes(), name


def test_an_interrupted_run_goes_on_where_it_stopped(
    settings: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import kg.training.run as run
    from kg.training.config import load_train_config

    config, target = load_train_config(settings), tmp_path / "models"

    def stop(step: str, done: int, of: int) -> None:
        if step == "accurate scorers":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.train_models(config, target, report=stop)
    work = target / "work"
    shutil.rmtree(work / "tagger-1")
    before = {p: p.stat().st_mtime_ns for p in work.rglob("*") if p.is_file()}
    assert {p.parent.name for p in before} >= {"tagger-0", "tagger-2", "rules"}

    def stop_again(step: str, done: int, of: int) -> None:
        if step == "accurate scorers":
            after = {p: p.stat().st_mtime_ns for p in before}
            assert {p for p in before if before[p] != after[p]} <= {work / "settings.sha256"}
            assert (work / "tagger-1" / "tagger.onnx").exists()

    run.train_models(config, target, report=stop_again)
    assert not work.exists()
    assert read(target, "accurate") == read(models, "accurate")


def test_half_done_work_of_other_settings_is_not_taken_up(settings: Path, tmp_path: Path) -> None:
    from kg.training.config import load_train_config
    from kg.training.run import train_models

    class StopError(Exception):
        pass

    seen: list[str] = []

    def stop(step: str, done: int, of: int) -> None:
        seen.append(step)
        if step == "silver labels":
            raise StopError

    config = load_train_config(settings)
    with pytest.raises(StopError):
        train_models(config, tmp_path, report=stop)
    marker = tmp_path / "work" / "rules" / "entities-fast.onnx"
    first = marker.stat().st_mtime_ns
    with pytest.raises(StopError):
        train_models(config, tmp_path, report=stop)
    assert marker.stat().st_mtime_ns == first
    with pytest.raises(StopError):
        train_models(config.model_copy(update={"seed": 4}), tmp_path, report=stop)
    assert marker.stat().st_mtime_ns != first


def test_too_few_papers_are_refused(
    settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = tmp_path / "few.toml"
    write_lines(tmp_path / "gold.jsonl", toy_lines(1))
    few.write_text('papers = ["gold.jsonl"]\nfolds = 2\n', "utf-8")
    assert train(few, tmp_path / "models") == 1
    assert "too few for 2 folds" in capsys.readouterr().err
