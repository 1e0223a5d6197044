"""``kg validate`` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.cli import main
from kg.exporters import export_graph
from tests.sample_graph import DT, sample_graph

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib")

Captured = pytest.CaptureFixture[str]


def run(*arguments: object) -> int:
    return main(["validate", *map(str, arguments)])


@pytest.mark.parametrize("name", ["g.jsonld", "g.nt.gz", "g.json", "g.papers.jsonl"])
def test_a_valid_file(tmp_path: Path, name: str, capsys: Captured) -> None:
    path = export_graph(sample_graph(), tmp_path / name)
    assert run(path) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith(", 0 faults\n")
    assert err[0].isdigit()


def test_faults_go_to_stdout_and_the_sum_to_stderr(tmp_path: Path, capsys: Captured) -> None:
    path = export_graph(sample_graph(), tmp_path / "g.papers.jsonl")
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    lines[0]["year"] = 1200
    lines[0]["entities"][0]["name"] = "\x1b[31m\n"
    lines[0]["entities"][1]["name"] = ["\x1b[31m\nred"]
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert run(path) == 1
    out, err = capsys.readouterr()
    assert f"{path}:1: {DT.id} year: 1200 is less than the minimum of 1500 (minimum)\n" in out
    assert len(out.splitlines()) == 2
    assert "\x1b" not in out
    assert err == "3 papers checked as papers, 2 faults\n"
    assert run(path, "--limit", 1) == 1
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 1
    assert err.splitlines()[0] == "1 more; --limit shows them"


def test_the_report_for_machines(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"id": "a"}\n\n{"id": "b"}\n', "utf-8")
    assert run(path, "--json", "--limit", 1) == 1
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert told["valid"] is False
    assert (told["format"], told["checked"], told["found"]) == ("records", {"records": 2}, 2)
    assert told["faults"] == [
        {
            "node": "a",
            "field": "",
            "rule": "required",
            "message": "'title' is a required property",
            "line": 1,
        }
    ]
    assert err == "2 records checked as records, 2 faults\n"
    path.write_text("", "utf-8")
    assert run(path, "--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["valid"] is True
    assert err == "nothing checked as records, 0 faults\n"


def test_what_cannot_be_read_exits_1(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "g.jsonld"
    path.write_text('{"@context": "https://a.org/context", "@id": "a:b"}', "utf-8")
    assert run(path) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        f"error: '{path}' names a context at an address, and nothing is fetched",
        "hint: put the context into the file: kg schema show kg.context.jsonld",
    ]
    assert run(tmp_path / "none.nt") == 1
    assert run(path, "--format", "xml") == 1
    assert "one of: papers, records" in capsys.readouterr().err


def test_usage(capsys: Captured) -> None:
    assert run() == 2
    assert run("--limit", "-1", "x.json") == 2
    assert capsys.readouterr().out == ""
