"""N-Triples, N-Quads and Turtle: the triples of the JSON-LD export, whoever reads them."""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from rdflib.compare import isomorphic

from kg.errors import InputError, MissingExtraError
from kg.exporters import EXPORTERS, export_graph, rdf
from kg.exporters.jsonld import Run, generate_jsonld
from kg.exporters.rdf import generate_quads
from kg.graph import KnowledgeGraph
from kg.model import Paper
from tests.sample_graph import sample_graph
from tests.strategies import graphs

GRAPH = sample_graph()
FORMATS = {
    "nt": (ox.RdfFormat.N_TRIPLES, "nt"),
    "nq": (ox.RdfFormat.N_QUADS, "nquads"),
    "ttl": (ox.RdfFormat.TURTLE, "turtle"),
}
every_format = pytest.mark.parametrize("name", FORMATS)


def triples(text: str | bytes, format: ox.RdfFormat) -> set[ox.Triple]:
    """Triples with canonical names of blank nodes."""
    quads = ox.Dataset(ox.parse(text, format=format))
    quads.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert all(isinstance(quad.graph_name, ox.DefaultGraph) for quad in quads)
    return {quad.triple for quad in quads}


def of_jsonld(graph: KnowledgeGraph, base: str = "https://example.org/x/") -> set[ox.Triple]:
    return triples("".join(generate_jsonld(graph, base=base)), ox.RdfFormat.JSON_LD)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of rdflib inside rdflib
@every_format
@pytest.mark.parametrize("packed", ["", ".gz"])
def test_two_readers_find_the_triples_of_the_json_ld(
    name: str, packed: str, tmp_path: Path
) -> None:
    path = export_graph(GRAPH, tmp_path / f"graph.{name}{packed}", base="https://example.org/x/")
    data = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
    for_ox, for_rdflib = FORMATS[name]
    assert triples(data, for_ox) == of_jsonld(GRAPH)
    read = rdflib.Graph()
    for subject, predicate, object_, _ in rdflib.Dataset().parse(data=data, format=for_rdflib):
        read.add((subject, predicate, object_))
    wanted = rdflib.Graph().parse(
        data="".join(generate_jsonld(GRAPH, base="https://example.org/x/")), format="json-ld"
    )
    assert len(wanted) > 500
    assert isomorphic(read, wanted)


@given(graph=graphs())
def test_the_triples_of_any_graph(graph: KnowledgeGraph) -> None:
    quads = generate_quads(graph, base="https://example.org/x/")
    text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert text is not None
    assert triples(text, ox.RdfFormat.N_QUADS) == of_jsonld(graph)


@every_format
@pytest.mark.parametrize("size", [1, 2, 7])
def test_parsing_a_few_nodes_at_a_time_changes_nothing(
    name: str, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = export_graph(GRAPH, tmp_path / f"whole.{name}").read_bytes()
    monkeypatch.setattr(rdf, "_BATCH", size)
    assert export_graph(GRAPH, tmp_path / f"parts.{name}").read_bytes() == whole


def test_nodes_are_parsed_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0

    def counted(graph: KnowledgeGraph, **options: object) -> Iterator[str]:
        nonlocal taken
        for taken, chunk in enumerate(generate_jsonld(graph)):  # noqa: B007
            yield chunk

    monkeypatch.setattr(rdf, "generate_jsonld", counted)
    graph = KnowledgeGraph(Paper(id=f"title:{n:04}", title="A title") for n in range(2000))
    quads = generate_quads(graph)
    next(quads)
    first = taken
    assert sum(1 for _ in quads)
    assert 0 < first < taken / 2


def test_json_ld_of_another_form_is_parsed_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    data = json.loads("".join(generate_jsonld(GRAPH)))

    def indented(graph: KnowledgeGraph, **options: object) -> Iterator[str]:
        yield from re.split("(?<=,)", json.dumps(data, indent=1))

    wanted = of_jsonld(GRAPH, base="https://w3id.org/kg-papers/")
    monkeypatch.setattr(rdf, "generate_jsonld", indented)
    text = ox.serialize(generate_quads(GRAPH), format=ox.RdfFormat.N_QUADS)
    assert text is not None
    assert triples(text, ox.RdfFormat.N_QUADS) == wanted


@every_format
def test_blank_nodes_are_numbered(name: str, tmp_path: Path) -> None:
    text = export_graph(GRAPH, tmp_path / f"graph.{name}").read_text("utf-8")
    written = text if name == "ttl" else re.sub(r'"(\\.|[^"\\])*"', '""', text)
    labels = re.findall(r"(?:^|(?<=\s))_:(\w+)", written, flags=re.MULTILINE)
    assert list(dict.fromkeys(labels)) == [f"b{n}" for n in range(len(set(labels)))]


def test_options_are_those_of_the_json_ld(tmp_path: Path) -> None:
    few = export_graph(GRAPH, tmp_path / "few.nt", statements=False, mentions=False).read_bytes()
    text = "".join(generate_jsonld(GRAPH, statements=False, mentions=False))
    assert triples(few, ox.RdfFormat.N_TRIPLES) == triples(text, ox.RdfFormat.JSON_LD)
    assert b"#Statement" not in few
    run = Run(version="1.2.3", fingerprints=("0123abcd",))
    ran = export_graph(GRAPH, tmp_path / "ran.nt", run=run).read_bytes()
    text = "".join(generate_jsonld(GRAPH, run=run))
    assert triples(ran, ox.RdfFormat.N_TRIPLES) == triples(text, ox.RdfFormat.JSON_LD)
    assert b"1.2.3" in ran


@every_format
def test_a_base_that_is_no_iri_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not an absolute IRI"):
        export_graph(GRAPH, tmp_path / f"graph.{name}", base="not an IRI")
    assert not list(tmp_path.iterdir())


@every_format
def test_without_the_extra_it_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyoxigraph", None)
    with pytest.raises(MissingExtraError) as caught:
        export_graph(GRAPH, tmp_path / f"graph.{name}")
    assert caught.value.hint == "pip install 'kg[rdf]'"
    assert not list(tmp_path.iterdir())


def test_formats_are_told_apart_by_suffix() -> None:
    for name in FORMATS:
        assert EXPORTERS.name_for(f"graph.{name}") == name
        assert EXPORTERS.name_for(f"graph.{name}.GZ") == name
