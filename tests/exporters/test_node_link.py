"""Node-link JSON: networkx reads it, and we get the same graph back."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import pytest

from kg.errors import InputError
from kg.exporters import export_graph
from kg.exporters.node_link import generate_node_link
from kg.graph import KnowledgeGraph
from kg.importers.node_link import load_node_link, parse_node_link
from tests.sample_graph import sample_graph

GRAPH = sample_graph()


@pytest.mark.parametrize("name", ["graph.json", "graph.json.gz"])
def test_nothing_is_lost(name: str, tmp_path: Path) -> None:
    assert load_node_link(export_graph(GRAPH, tmp_path / name)) == GRAPH


def test_an_empty_graph_comes_back(tmp_path: Path) -> None:
    path = export_graph(KnowledgeGraph(), tmp_path / "graph.json")
    assert load_node_link(path) == KnowledgeGraph()


def test_networkx_reads_it() -> None:
    data = json.loads("".join(generate_node_link(GRAPH)))
    found = nx.node_link_graph(data, edges="edges")
    assert isinstance(found, nx.MultiDiGraph)
    assert set(found.edges(keys=True)) == set(GRAPH.nx.edges(keys=True))
    assert found.nodes["method:gpt-2"] == {
        "kind": "Method",
        "name": "GPT-2",
        "aliases": [],
        "same_as": [],
    }
    assert len(found.graph["mentions"]) == GRAPH.stats().mentions


def test_what_networkx_writes_again_is_the_same_graph() -> None:
    data = json.loads("".join(generate_node_link(GRAPH)))
    again = nx.node_link_data(nx.node_link_graph(data, edges="edges"), edges="edges")
    assert parse_node_link(again) == GRAPH


def test_files_that_are_not_ours_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "graph.json"
    with pytest.raises(InputError, match="cannot read"):
        load_node_link(path)
    path.write_text("{", "utf-8")
    with pytest.raises(InputError, match="is not JSON"):
        load_node_link(path)
    for text in ("[]", "{}", '{"nodes": [{"id": 1}], "edges": [], "graph": {"mentions": []}}'):
        path.write_text(text, "utf-8")
        with pytest.raises(InputError, match="no node-link document of kg"):
            load_node_link(path)
    data = json.loads("".join(generate_node_link(GRAPH)))
    data["edges"][0]["score"] = 2
    with pytest.raises(InputError, match="no node-link document of kg"):
        parse_node_link(data)
