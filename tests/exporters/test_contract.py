"""What every text exporter promises, whatever its format."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.exporters import EXPORTERS, export_graph
from kg.graph import KnowledgeGraph
from tests.sample_graph import check_golden, sample_graph, shuffled_graph

FORMATS = {
    "cypher": ".cypher",
    "gexf": ".gexf",
    "graphml": ".graphml",
    "jsonld": ".jsonld",
    "node_link": ".json",
    "nq": ".nq",
    "nt": ".nt",
    "orkg": ".orkg.csv",
    "papers": ".papers.jsonl",
    "ttl": ".ttl",
}
OF_JSONLD = {"nq", "nt", "ttl"}  # the same triples, written by a library
every_format = pytest.mark.parametrize(("name", "suffix"), FORMATS.items())
every_own_format = pytest.mark.parametrize(
    ("name", "suffix"), [(name, s) for name, s in FORMATS.items() if name not in OF_JSONLD]
)


@every_format
def test_registered_with_its_suffixes(name: str, suffix: str) -> None:
    assert EXPORTERS.name_for(f"Graph{suffix.upper()}") == name
    assert EXPORTERS.name_for(f"graph{suffix}.gz") == name


@every_own_format
def test_golden(name: str, suffix: str, tmp_path: Path) -> None:
    text = export_graph(sample_graph(), tmp_path / f"sample{suffix}").read_bytes().decode()
    assert text.endswith("\n")
    check_golden(f"sample{suffix}", text)


@every_format
def test_same_bytes_whatever_the_order_of_the_input(name: str, suffix: str, tmp_path: Path) -> None:
    for ending in (suffix, f"{suffix}.gz"):
        one = export_graph(sample_graph(), tmp_path / f"one{ending}")
        two = export_graph(shuffled_graph(), tmp_path / f"two{ending}")
        assert one.read_bytes() == two.read_bytes()


@every_format
def test_gzip_holds_the_same_text(name: str, suffix: str, tmp_path: Path) -> None:
    plain = export_graph(sample_graph(), tmp_path / f"a{suffix}")
    packed = export_graph(sample_graph(), tmp_path / f"a{suffix}.gz")
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()


@every_format
def test_lines_end_in_lf_and_text_is_utf8(name: str, suffix: str, tmp_path: Path) -> None:
    data = export_graph(sample_graph(), tmp_path / f"a{suffix}").read_bytes()
    assert b"\r" not in data
    assert "مرحبا" in data.decode()


@every_format
def test_an_empty_graph_is_a_file_too(name: str, suffix: str, tmp_path: Path) -> None:
    path = export_graph(KnowledgeGraph(), tmp_path / f"empty{suffix}")
    text = path.read_bytes().decode()
    assert text == "" or text.endswith("\n")
    if name not in OF_JSONLD:
        check_golden(f"empty{suffix}", text)


@every_format
def test_a_target_that_cannot_be_written_is_reported(
    name: str, suffix: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="no directory"):
        export_graph(sample_graph(), tmp_path / "missing" / f"a{suffix}")
