"""``kg merge``, ``split``, ``undo``, ``links`` and ``curate`` as a user types them."""

from __future__ import annotations

import json
import shlex
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from kg.cli import main
from kg.resources import data_path

EXPORTS = ("graph.jsonld", "graph.cypher", "graph.graphml", "graph.json", "graph.gexf")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("curation") / "sample.kg"
    source = data_path("data", "sample.jsonl")
    assert main(["build", str(source), "--to", str(target), "--limit", "40", "--quiet"]) == 0
    return target


@pytest.fixture
def kb(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "papers.kg"))


def run(*arguments: object) -> int:
    return main([str(a) for a in arguments])


def exported(kb: Path) -> dict[str, str]:
    """SHA-256 of what every format writes."""
    hashes = {}
    for name in EXPORTS:
        path = kb.parent / name
        assert run("export", kb, path) == 0
        hashes[name] = sha256(path.read_bytes()).hexdigest()
        path.unlink()
    return hashes


def entities(kb: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Name of each entity by id."""
    capsys.readouterr()
    query = "MATCH (n) WHERE NOT n:Paper RETURN n.id AS id, n.name AS name"
    assert run("query", kb, query, "-f", "json") == 0
    return {row["id"]: row["name"] for row in json.loads(capsys.readouterr().out)}


def listed(kb: Path, entity: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    capsys.readouterr()
    assert run("links", kb, entity, "--json") == 0
    names: list[dict[str, object]] = json.loads(capsys.readouterr().out)["names"]
    return names


def test_undo_gives_back_the_same_bytes(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = exported(kb)
    assert run("merge", kb, "BERT", "GAN", "--name", "Both") == 0
    assert run("split", kb, "DDPM", "Denoising Diffusion Probabilistic Models") == 0
    assert run("curate", "kind", kb, "SimCLR", "task") == 0
    assert run("curate", "rename", kb, "ResNet", "Residual Net") == 0
    assert run("curate", "drop", kb, "ImageNet") == 0
    found = entities(kb, capsys)
    assert found["method:both"] == "Both"
    assert "task:simclr" in found
    assert "method:residual-net" in found
    assert not {"method:bert", "method:gan", "method:simclr", "method:resnet"} & set(found)
    assert "ImageNet" not in found.values()
    assert run("verify", kb) == 0
    after = exported(kb)
    assert all(after[name] != before[name] for name in EXPORTS)
    for _ in range(5):
        assert run("undo", kb) == 0
    assert exported(kb) == before
    assert not (kb / "curation.toml").exists()
    assert run("undo", kb) == 1
    assert "nothing to undo" in capsys.readouterr().err


def test_a_decision_survives_a_build_of_its_own(
    kb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("merge", kb, "BERT", "GAN", "--name", "Both") == 0
    after = exported(kb)
    other = tmp_path / "other.kg"
    other.mkdir()
    text = (kb / "curation.toml").read_text("utf-8")
    (other / "curation.toml").write_text(f"# mine\n{text}# the end\n", "utf-8")
    source = data_path("data", "sample.jsonl")
    assert run("build", source, "--to", other, "--limit", 40, "--quiet") == 0
    assert exported(other) == after
    capsys.readouterr()
    assert run("build", "--to", other) == 0
    assert "graph unchanged" in capsys.readouterr().err


def test_links_list_every_name_and_the_command_that_takes_it_out(
    kb: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = listed(kb, "method:gan", capsys)
    by_name = {str(row["name"]): row for row in names}
    assert by_name["GAN"]["undo"] is None
    assert by_name["GANs"]["method"] == "exact"
    row = by_name["Generative adversarial nets"]
    assert (row["method"], row["papers"], row["score"]) == ("abbreviation", 1, 0.95)
    assert "Generative adversarial nets" in str(row["sentence"])
    for name in ("GANs", "Generative adversarial nets"):
        command = shlex.split(str(by_name[name]["undo"]))
        assert command[:2] == ["kg", "split"]
        assert run(*command[1:]) == 0
        assert name not in {row["name"] for row in listed(kb, "method:gan", capsys)}
        assert run("undo", kb) == 0
    assert listed(kb, "method:gan", capsys) == names


def test_a_curated_name_says_which_entry_brought_it(
    kb: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("curate", "drop", kb, "ImageNet") == 0
    assert run("merge", kb, "BERT", "GAN", "--name", "Both") == 0
    assert run("curate", "rename", kb, "ResNet", "Other") == 0
    row = next(row for row in listed(kb, "Both", capsys) if row["name"] == "BERT")
    assert row["method"] == "curated"
    assert row["undo"] == f"kg undo {shlex.quote(str(kb))} --entry 2"
    assert run("links", kb, "Both") == 0
    assert "same 'Method:BERT', 'Method:GAN' -> 'Both'" in capsys.readouterr().out
    assert run(*shlex.split(str(row["undo"]))[1:]) == 0
    assert {"BERT", "GAN", "Other"} <= set(entities(kb, capsys).values())
    assert run("curate", "list", kb) == 0
    assert capsys.readouterr().out == (
        "1  drop 'Benchmark:ImageNet'\n2  rename 'Method:ResNet' -> 'Other'\n"
    ).replace("Benchmark", json.loads(_listing(kb, capsys))[0]["names"][0].partition(":")[0])


def _listing(kb: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert run("curate", "list", kb, "--json") == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["merge", "KB", "BERT"], "give two names or more"),
        (["merge", "KB", "BERT", "method:bert"], "one entity already"),
        (["merge", "KB", "BERT", "Bertt"], "nearest: 'BERT'"),
        (["split", "KB", "BERT", "GAN"], "no paper writes 'GAN' for 'method:bert'"),
        (["split", "KB", "GPT-2", "GPT-2"], "would have no name left"),
        (["curate", "kind", "KB", "BERT", "Url"], "no kind 'Url'"),
        (["curate", "rename", "KB", "BERT", "gan"], "the name of another entity"),
        (["curate", "rename", "KB", "BERT", "a\x07b"], "one line of text"),
        (["undo", "KB", "--entry", "9"], "no entry 9"),
        (["links", "KB", "Nonsense and more"], "no entity 'Nonsense and more'"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    kb: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    text = '# mine\n[[drop]]\nname = "Method:none such"\n'
    (kb / "curation.toml").write_text(text, "utf-8")
    current = (kb / "graph" / "CURRENT").read_text()
    assert run(*(kb if a == "KB" else a for a in arguments)) in (1, 2)
    said = capsys.readouterr()
    assert reason in " ".join(said.err.split())
    assert said.out == ""
    assert (kb / "curation.toml").read_text("utf-8") == text
    assert (kb / "graph" / "CURRENT").read_text() == current


def test_a_contradiction_names_both_entries(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("split", kb, "GAN", "GANs") == 0
    text = (kb / "curation.toml").read_text("utf-8")
    capsys.readouterr()
    assert run("merge", kb, "GAN", "GANs") == 1
    said = capsys.readouterr().err
    assert "curation.toml:1 (not-same 'Method:GAN', 'Method:GANs')" in said
    assert "the new entry (same 'Method:GAN', 'Method:GANs')" in said
    assert "--entry 1" in said
    assert (kb / "curation.toml").read_text("utf-8") == text


def test_what_nobody_writes_is_a_warning(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (kb / "curation.toml").write_text('\n[[drop]]\nname = "Task:none such"\n', "utf-8")
    assert run("curate", "rename", kb, "BERT", "Bert of 2018") == 0
    assert "warning: curation.toml:2: no paper writes 'Task:none such'" in capsys.readouterr().err


def test_a_broken_file_stops_the_build_and_keeps_the_graph(
    kb: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (kb / "curation.toml").write_text("[[same]]\nnames = 'BERT'\n", "utf-8")
    assert run("build", "--to", kb) == 1
    assert "curation.toml:1: [[same]] names" in capsys.readouterr().err
    assert run("stats", kb) == 0
