"""Options of a format that have no name of their own on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.cli import main
from kg.graph import KnowledgeGraph
from kg.ledger import Ledger
from kg.snapshot import write_snapshot


@pytest.fixture
def base(tmp_path: Path, small_graph: KnowledgeGraph) -> Path:
    path = tmp_path / "a.kg"
    path.mkdir()
    with Ledger(path / "ledger.sqlite", create=True) as ledger:
        ledger.put_papers(small_graph.papers.values())
    write_snapshot(path, small_graph, "state")
    return path


def test_options_reach_the_format_as_what_it_takes(base: Path, tmp_path: Path) -> None:
    target = tmp_path / "tables"
    given = ["--option", "license=CC0-1.0", "--option", "version=1.0", "--option"]
    call = ["export", str(base), str(target), "--format", "csv", *given, "spreadsheet=true"]
    assert main(call) == 0
    said = json.loads((target / "croissant.json").read_text("utf-8"))
    assert "CC0-1.0" in json.dumps(said["license"])
    assert said["version"] == "1.0"
    assert (target / "papers.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("spreadsheet=perhaps", "option 'spreadsheet' of 'csv' takes true or false, not 'perhaps'"),
        ("nothing=1", "format 'csv' has no option 'nothing'"),
        ("license", "'license' is not NAME=VALUE"),
    ],
)
def test_an_option_that_does_not_fit_is_named(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, said: str
) -> None:
    target = tmp_path / "tables"
    call = ["export", str(base), str(target), "--format", "csv", "--option", option]
    assert main(call) in (1, 2)
    assert said in capsys.readouterr().err
    assert not target.exists()


def test_a_suffix_names_the_format_of_its_options(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "graph.cypher"
    assert main(["export", str(base), str(target), "--option", "batch_size=many"]) == 1
    assert "option 'batch_size' of 'cypher' takes a whole number" in capsys.readouterr().err
    assert main(["export", str(base), str(target), "--option", "batch_size=3"]) == 0
