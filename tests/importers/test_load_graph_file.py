"""What every importer promises, and how one is picked."""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from kg.cli import main
from kg.errors import InputError, UnknownNameError
from kg.exporters import EXPORTERS, export_graph
from kg.graph import KnowledgeGraph
from kg.importers import IMPORTERS, load_graph_file
from kg.snapshot import load_graph
from tests.sample_graph import sample_graph, shuffled_graph
from tests.strategies import graphs

every_format = pytest.mark.parametrize("name", IMPORTERS.names())


def suffix_of(name: str) -> str:
    return min((s for s, n in IMPORTERS.suffixes().items() if n == name), key=len)


@every_format
def test_an_importer_has_the_suffixes_of_its_exporter(name: str) -> None:
    of_importer = {s for s, n in IMPORTERS.suffixes().items() if n == name}
    assert of_importer == {s for s, n in EXPORTERS.suffixes().items() if n == name} != set()


@every_format
@pytest.mark.parametrize("packed", ["", ".gz"])
def test_what_was_exported_comes_back(name: str, packed: str, tmp_path: Path) -> None:
    for number, graph in enumerate((sample_graph(), shuffled_graph(), KnowledgeGraph())):
        path = export_graph(graph, tmp_path / f"{number}{suffix_of(name)}{packed}")
        assert load_graph_file(path) == graph
        other = path.rename(tmp_path / "without a suffix")
        assert load_graph_file(str(other), format=name) == graph


@every_format
def test_what_the_pipeline_made_comes_back(
    name: str, small_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    assert load_graph_file(export_graph(small_graph, tmp_path / f"g{suffix_of(name)}")) == (
        small_graph
    )


@every_format
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(graph=graphs())
def test_any_graph_comes_back(name: str, tmp_path: Path, graph: KnowledgeGraph) -> None:
    path = export_graph(graph, tmp_path / f"graph{suffix_of(name)}")
    assert load_graph_file(path) == graph


@every_format
def test_files_that_cannot_be_read_are_named(name: str, tmp_path: Path) -> None:
    missing = tmp_path / f"missing{suffix_of(name)}"
    with pytest.raises(InputError, match=r"cannot read '.*missing"):
        load_graph_file(missing)
    with pytest.raises(InputError, match="cannot read"):
        load_graph_file(tmp_path, format=name)
    odd = tmp_path / f"odd{suffix_of(name)}"
    odd.write_bytes(b"\xff\xfe{}\n")
    with pytest.raises(InputError, match=r"odd.*UTF-8"):
        load_graph_file(odd)
    path = export_graph(sample_graph(), tmp_path / f"whole{suffix_of(name)}.gz")
    cut = tmp_path / f"cut{suffix_of(name)}.gz"
    cut.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"cannot read '.*cut"):
        load_graph_file(cut)
    cut.write_bytes(gzip.compress(b"\xff\xfe"))
    with pytest.raises(InputError, match=r"cut.*UTF-8"):
        load_graph_file(cut)


def test_an_unknown_suffix_or_name_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no import format for 'graph\.txt'") as error:
        load_graph_file(tmp_path / "graph.txt")
    assert "--format" in error.value.hint
    for name in IMPORTERS.names():
        assert name in error.value.hint
        assert suffix_of(name) in error.value.hint
    with pytest.raises(UnknownNameError, match="unknown import format 'nodelink'") as unknown:
        load_graph_file(tmp_path / "graph.json", format="nodelink")
    assert "node_link" in unknown.value.hint


@every_format
def test_the_command_picks_by_suffix_by_name_and_from_standard_input(
    name: str,
    small_graph: KnowledgeGraph,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = export_graph(small_graph, tmp_path / f"graph{suffix_of(name)}")
    piped = io.TextIOWrapper(io.BytesIO(path.read_bytes()))
    other = tmp_path / "other.txt"
    other.write_bytes(path.read_bytes())
    monkeypatch.setattr(sys, "stdin", piped)
    sources = ([str(path)], [str(other), "--format", name], ["-", "--format", name])
    for number, source in enumerate(sources):
        base = tmp_path / f"{number}.kg"
        assert main(["import", *source, "--to", str(base)]) == 0, capsys.readouterr().err
        assert load_graph(base) == small_graph


def test_the_command_says_what_it_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = tmp_path / "a.kg"
    assert main(["import", str(tmp_path / "graph.txt"), "--to", str(base)]) == 1
    assert "no import format for 'graph.txt'" in capsys.readouterr().err
    assert main(["import", "-", "--to", str(base)]) == 2
    assert "standard input needs --format" in " ".join(capsys.readouterr().err.split())
    assert not base.exists()


def test_kg_plugins_lists_importers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plugins"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert "import format\tnode_link\t.json .json.gz" in listed


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "graph.json.gz"
    with gzip.open(path, "wb") as file:
        for _ in range(80):
            file.write(b" " * 2**20)
    with pytest.raises(InputError, match="unpack it first"):
        load_graph_file(path)
