"""Settings of a training run: closed, with errors that name the file, and data that are found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.errors import ConfigError, InputError, ReadError
from kg.training.config import TrainConfig, load_train_config
from kg.training.papers import read_annotated_papers, read_texts
from tests.training.toy_papers import toy_lines, write_lines

ROOT = Path(__file__).resolve().parents[2]


def write(folder: Path, text: str = 'papers = ["gold.jsonl"]\n') -> Path:
    (folder / "gold.jsonl").write_text("{}\n", "utf-8")
    path = folder / "train.toml"
    path.write_text(text, "utf-8")
    return path


def test_what_is_not_set_has_its_default(tmp_path: Path) -> None:
    config = load_train_config(write(tmp_path))
    assert config == TrainConfig(papers=(str(tmp_path / "gold.jsonl"),))


def test_every_setting_is_described() -> None:
    assert all(field.description for field in TrainConfig.model_fields.values())


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("", "papers"),
        ("papers = []", "papers"),
        ('papers = ["gold.jsonl"]\nepoch = 3', "epoch"),
        ('papers = ["gold.jsonl"]\nepochs = 0', "epochs"),
        ('papers = ["gold.jsonl"]\nfolds = 1', "folds"),
        ('papers = ["gold.jsonl"]\nrate = 0', "rate"),
        ('papers = ["gold.jsonl"]\nlayers = 13', "layers"),
        ('papers = ["gold.jsonl"]\nseed = "x"', "seed"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(tmp_path: Path, text: str, setting: str) -> None:
    with pytest.raises(ConfigError, match=rf"train\.toml: setting '{setting}") as caught:
        load_train_config(write(tmp_path, text))
    assert "papers" in caught.value.hint


def test_settings_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read settings '.*nowhere\.toml'"):
        load_train_config(tmp_path / "nowhere.toml")
    for content in (b"papers = [", b"\xff"):
        path = tmp_path / "bad.toml"
        path.write_bytes(content)
        with pytest.raises(ConfigError, match=r"bad\.toml' are not TOML"):
            load_train_config(path)


def test_files_are_looked_for_beside_the_settings_and_then_in_the_data(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "gold.jsonl").write_text("other", "utf-8")
    (data / "texts.jsonl").write_text("texts", "utf-8")
    (data / "base").mkdir()
    path = write(
        tmp_path, 'papers = ["gold.jsonl"]\ntexts = "texts.jsonl"\nbase = "base"\ncorpora = []\n'
    )
    config = load_train_config(path, data)
    assert config.papers == (str(tmp_path / "gold.jsonl"),)
    assert (config.texts, config.base) == (str(data / "texts.jsonl"), str(data / "base"))


@pytest.mark.parametrize("key", ["texts", "base"])
def test_a_file_that_is_nowhere_is_named(tmp_path: Path, key: str) -> None:
    path = write(tmp_path, f'papers = ["gold.jsonl"]\n{key} = "lost"\n')
    with pytest.raises(ConfigError, match=r"train\.toml: no file 'lost'") as caught:
        load_train_config(path, tmp_path / "data")
    assert str(tmp_path / "data") in caught.value.hint
    assert "--data" in caught.value.hint


def test_the_fingerprint_changes_with_what_decides_the_taggers(tmp_path: Path) -> None:
    usual = load_train_config(write(tmp_path))
    told = usual.fingerprint()
    assert told == load_train_config(write(tmp_path)).fingerprint()
    assert told == usual.model_copy(update={"workers": 7}).fingerprint()
    for other in ({"seed": 9}, {"epochs": 9}, {"layers": 2}, {"folds": 4}, {"rate": 1e-5}):
        assert told != usual.model_copy(update=other).fingerprint(), other
    Path(usual.papers[0]).write_text("{}\n{}\n", "utf-8")
    assert told != usual.fingerprint()


def test_the_fingerprint_changes_with_files_and_not_with_their_places(tmp_path: Path) -> None:
    prints = []
    for name, weights in (("a", "one"), ("b", "one"), ("c", "two")):
        folder = tmp_path / name
        (folder / "base").mkdir(parents=True)
        (folder / "base" / "model.safetensors").write_text(weights, "utf-8")
        path = write(folder, 'papers = ["gold.jsonl"]\nbase = "base"\n')
        prints.append(load_train_config(path).fingerprint())
    assert prints[0] == prints[1] != prints[2]


def test_the_settings_of_the_package_are_valid(tmp_path: Path) -> None:
    text = (ROOT / "training" / "train.toml").read_text("utf-8")
    path = tmp_path / "train.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match="no file 'gold/train"):
        load_train_config(path)


# The papers


def test_annotations_take_their_text_from_another_file(tmp_path: Path) -> None:
    lines = toy_lines(3)
    texts = read_texts(write_lines(tmp_path / "texts.jsonl", lines))
    bare = [{k: v for k, v in line.items() if k not in ("title", "abstract", "links")}
            for line in lines]  # fmt: skip
    path = write_lines(tmp_path / "notes.jsonl", bare)
    papers = read_annotated_papers([path], texts)
    assert [(p.id, p.title) for p in papers] == [(x["id"], x["title"]) for x in lines]
    assert all(p.abstract for p in papers)
    with pytest.raises(ReadError, match=r"notes\.jsonl:1") as caught:
        read_annotated_papers([path], {})
    assert "texts" in caught.value.hint


def test_a_paper_is_annotated_once(tmp_path: Path) -> None:
    one = write_lines(tmp_path / "one.jsonl", toy_lines(2))
    two = write_lines(tmp_path / "two.jsonl", toy_lines(3)[1:])
    with pytest.raises(ReadError, match=r"two\.jsonl:1: the paper 'toy-1' twice"):
        read_annotated_papers([one, two], {})


@pytest.mark.parametrize("line", ["no JSON", "[]", "3"])
def test_a_line_that_is_no_record_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(f"{json.dumps(toy_lines(1)[0])}\n\n{line}\n", "utf-8")
    with pytest.raises(ReadError, match=r"gold\.jsonl:3"):
        read_annotated_papers([path], {})
    with pytest.raises(ReadError, match=r"gold\.jsonl:3"):
        read_texts(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        read_texts(tmp_path / "nowhere.jsonl")
    (tmp_path / "odd.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="odd"):
        read_annotated_papers([tmp_path / "odd.jsonl"], {})


def test_a_text_needs_an_id_a_title_and_an_abstract(tmp_path: Path) -> None:
    for lacking in ("id", "title", "abstract"):
        line = toy_lines(1)[0]
        del line[lacking]
        with pytest.raises(ReadError, match=rf"texts\.jsonl:1: no paper: .*{lacking}"):
            read_texts(write_lines(tmp_path / "texts.jsonl", [line]))
