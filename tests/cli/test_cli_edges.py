"""Odd targets and outputs: a device, a link, a full disk, numbers that are none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kg.cli import main
from kg.graph import KnowledgeGraph
from kg.importing import import_graph
from kg.resources import data_path


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edges")
    lines = data_path("data", "sample.jsonl").read_text("utf-8").splitlines()[:3]
    (folder / "papers.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    target = folder / "papers.kg"
    assert main(["build", str(folder / "papers.jsonl"), "--to", str(target), "--quiet"]) == 0
    return target


def test_a_device_is_not_replaced_by_an_export(
    kb: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(kb), "/dev/null", "--format", "graphml"]) == 1
    assert "'/dev/null' is not a regular file" in capsys.readouterr().err
    assert Path("/dev/null").is_char_device()


def test_a_link_stays_and_its_file_is_replaced(kb: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link.graphml").symlink_to(tmp_path / "there" / "real.graphml")
    (tmp_path / "there" / "real.graphml").write_text("old")
    assert main(["export", str(kb), str(tmp_path / "link.graphml"), "-q"]) == 0
    assert (tmp_path / "link.graphml").is_symlink()
    assert (tmp_path / "there" / "real.graphml").read_text("utf-8").startswith("<?xml")


def test_an_export_to_standard_output(kb: Path, tmp_path: Path) -> None:
    assert main(["export", str(kb), str(tmp_path / "g.jsonld"), "-q"]) == 0
    command = [sys.executable, "-m", "kg", "export", str(kb), "-", "--format", "jsonld"]
    done = subprocess.run(command, capture_output=True, check=True, cwd=tmp_path, timeout=60)
    assert done.stdout == (tmp_path / "g.jsonld").read_bytes()
    assert main(["export", str(kb), "-"]) == 2
    assert [p.name for p in tmp_path.iterdir()] == ["g.jsonld"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full: runs on Linux only")
def test_a_full_disk_behind_standard_output(kb: Path) -> None:
    command = [sys.executable, "-m", "kg", "query", str(kb), "MATCH (p:Paper) RETURN p.abstract"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_numbers_that_are_none(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    assert main(["query", str(kb), "RETURN $a AS a", "-p", "a=NaN", "-f", "json"]) == 0
    assert json.loads(capsys.readouterr().out, parse_constant=refuse) == [{"a": "NaN"}]
    assert main(["query", str(kb), "RETURN 0.0 / 0.0 AS a", "-f", "json"]) == 0
    json.loads(capsys.readouterr().out, parse_constant=refuse)


def test_a_demo_where_a_file_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    assert main(["demo", "--to", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.startswith("error: cannot make")


def test_an_empty_source_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "", "--to", str(tmp_path / "a.kg")]) == 1
    assert "the name of a source is empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["graph.jsonld", "--sync"], "only a server keeps what was there before"),
        (["graph.jsonld", "--wipe"], "only a server keeps what was there before"),
        (["-", "--format", "neo4j-admin"], "neo4j-admin writes a folder"),
        (["graph.jsonld", "--prefix", "Kg"], "has no option 'prefix'"),
        (["graph.cypher", "--prefix", "no name"], "cannot begin a label"),
    ],
)
def test_options_that_do_not_fit_the_target_are_refused(
    small_graph: KnowledgeGraph,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    reason: str,
) -> None:
    import_graph(small_graph, tmp_path / "papers.kg")
    monkeypatch.chdir(tmp_path)
    assert main(["export", "papers.kg", *arguments]) in (1, 2)
    said = capsys.readouterr()
    assert reason in " ".join(said.err.split())
    assert said.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["papers.kg"]
