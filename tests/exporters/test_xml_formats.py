"""GraphML and GEXF, read by networkx."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest

from kg.cypher import EVIDENCE_PROPERTIES, node_properties, relation_properties
from kg.exporters.gexf import generate_gexf
from kg.exporters.graphml import generate_graphml
from kg.graph import KnowledgeGraph, label_of
from kg.model import Method, Paper
from tests.sample_graph import sample_graph

GRAPH = sample_graph()
Generate = Callable[[KnowledgeGraph], Iterator[str]]


def _read(generate: Generate, graph: KnowledgeGraph) -> Any:
    data = io.BytesIO("".join(generate(graph)).encode())
    if generate is generate_gexf:
        return nx.read_gexf(data)
    return nx.read_graphml(data, force_multigraph=True)


both = pytest.mark.parametrize("generate", [generate_graphml, generate_gexf])


@both
def test_networkx_finds_every_node_with_its_values(generate: Generate) -> None:
    found = _read(generate, GRAPH)
    assert set(found) == {node.id for node in GRAPH.nodes()}
    for node in GRAPH.nodes():
        data = found.nodes[node.id]
        assert data["kind"] == label_of(node)
        assert data["label"] == (node.title if isinstance(node, Paper) else node.name)
        for name, value in node_properties(node).items():
            if name != "id" and value not in ("", []):
                assert _value(data[name], value) == value


@both
def test_networkx_finds_every_edge_with_its_evidence(generate: Generate) -> None:
    found = _read(generate, GRAPH)
    assert found.is_directed()
    assert found.number_of_edges() == len(GRAPH.relations)
    for relation in GRAPH.relations.values():
        data = found.edges[relation.subject, relation.object, relation.id]
        assert data["label"] == relation.predicate
        assert data["weight"] == len(relation.evidence)
        assert data["score"] == relation.score
        for name in EVIDENCE_PROPERTIES:
            assert json.loads(data[name]) == relation_properties(relation)[name]


@both
def test_characters_that_xml_cannot_hold_are_replaced(generate: Generate) -> None:
    method = Method(
        id="method:x", name="a\x00b\x0bc\ufffed\x85e\u2028f\rg\th\ni", aliases=("\x08",)
    )
    found = _read(generate, KnowledgeGraph(entities=(method,)))
    assert found.nodes["method:x"]["name"] == "a\ufffdb\ufffdc\ufffdd\x85e\u2028f\rg\th\ni"
    assert json.loads(found.nodes["method:x"]["aliases"]) == ["\x08"]


@both
def test_an_empty_graph_has_no_nodes(generate: Generate) -> None:
    assert _read(generate, KnowledgeGraph()).number_of_nodes() == 0


def test_graphml_declares_every_key_that_it_uses() -> None:
    root = ElementTree.fromstring("".join(generate_graphml(GRAPH)))
    space = "{http://graphml.graphdrawing.org/xmlns}"
    declared = {(key.get("for"), key.get("id")) for key in root.iter(f"{space}key")}
    for owner in ("node", "edge"):
        for element in root.iter(space + owner):
            assert {(owner, d.get("key")) for d in element.iter(f"{space}data")} <= declared


def _value(read: Any, expected: object) -> object:
    return json.loads(read) if isinstance(expected, list) else read
