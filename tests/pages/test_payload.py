"""What a page knows of a graph: complete, plain, and the same for any order of input."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from kg.graph import KnowledgeGraph
from kg.model import Evidence, Paper, Relation
from kg.pages.payload import graph_payload, paper_link
from tests.pages.page_graph import large_graph, make_entity, nasty_graph, small_graph


@pytest.fixture(scope="module")
def payload() -> dict[str, Any]:
    return graph_payload(small_graph(), title="Small")


def _node(payload: dict[str, Any], label: str) -> dict[str, Any]:
    found: dict[str, Any] = next(n for n in payload["nodes"] if n["label"].startswith(label))
    return found


def test_is_json_and_comes_back_the_same(payload: dict[str, Any]) -> None:
    assert json.loads(json.dumps(payload)) == payload


def test_nodes_carry_what_the_panel_shows(payload: dict[str, Any]) -> None:
    graph = small_graph()
    assert [n["id"] for n in payload["nodes"]] == [n.id for n in graph.nodes()]
    d4rl = _node(payload, "D4RL")
    assert (d4rl["kind"], d4rl["degree"], d4rl["year"]) == ("Paper", 4, 2020)
    code = _node(payload, "github.com")
    assert (code["kind"], code["url_kind"]) == ("Url", "code")
    assert code["href"] == "https://github.com/kzl/decision-transformer"
    task = _node(payload, "offline")
    assert task["aliases"] == ["offline RL"]


def test_spans_point_at_the_words_in_the_sentence(payload: dict[str, Any]) -> None:
    seen = 0
    for edge in payload["edges"]:
        names = [payload["nodes"][edge[end]] for end in ("source", "target")]
        for _, sentence, obj, subject, _, score in edge["evidence"]:
            text = payload["sentences"][sentence]
            assert 0 <= score <= 1
            said = text[slice(*obj)].lower()
            assert said in (names[1]["label"].lower(), names[1]["href"])
            if subject is not None:
                assert text[slice(*subject)] == names[0]["label"]
                seen += 1
    assert seen >= 4


def test_a_span_outside_its_sentence_is_left_out() -> None:
    paper = Paper(id="title:1", title="About CQL", abstract="We use it.")
    cql = make_entity("Method", "CQL")
    said = Evidence(
        paper_id=paper.id,
        start=11,
        end=21,
        sentence="We use it.",
        object_start=6,
        object_end=9,
        extractor="test",
        score=1.0,
    )
    graph = KnowledgeGraph(
        [paper], [cql], [Relation.from_evidence(paper.id, "USES", cql.id, (said,))]
    )
    assert graph_payload(graph)["edges"][0]["evidence"] == [[0, 0, None, None, "", 1.0]]


def test_a_sentence_is_kept_once(payload: dict[str, Any]) -> None:
    assert len(payload["sentences"]) == len(set(payload["sentences"]))
    assert len(payload["sentences"]) < sum(len(e["evidence"]) for e in payload["edges"])


def test_the_relation_table_holds_what_occurs_with_its_meaning(payload: dict[str, Any]) -> None:
    assert {r["name"] for r in payload["relations"]} == {e["type"] for e in payload["edges"]}
    assert all(r["meaning"].endswith(".") for r in payload["relations"])


def test_order_of_input_does_not_matter(payload: dict[str, Any]) -> None:
    for seed in range(3):
        assert graph_payload(small_graph(shuffle=seed), title="Small") == payload


def test_max_nodes_keeps_the_most_connected_and_says_so() -> None:
    graph = small_graph()
    cut = graph_payload(graph, max_nodes=5)
    kept = {n["degree"] for n in cut["nodes"]}
    left = {n["degree"] for n in graph_payload(graph)["nodes"]} - kept
    assert len(cut["nodes"]) == 5
    assert min(kept) >= max(left)
    assert cut["meta"]["note"].startswith("This page shows the 5 most connected of 13 nodes; 8")
    assert graph_payload(small_graph(shuffle=1), max_nodes=5) == cut
    assert graph_payload(graph, max_nodes=13)["meta"]["note"] == ""


def test_evidence_of_a_paper_that_was_cut_still_names_it() -> None:
    graph = large_graph(300)
    cut = graph_payload(graph, max_nodes=60)
    papers = {row[0] for edge in cut["edges"] for row in edge["evidence"]}
    assert papers <= set(range(len(cut["papers"])))
    assert all(paper["title"] for paper in cut["papers"])
    nodes = [paper["node"] for paper in cut["papers"] if paper["node"] is not None]
    assert all(cut["nodes"][i]["kind"] == "Paper" for i in nodes)


def test_communities_bear_the_names_of_their_central_entities(payload: dict[str, Any]) -> None:
    names = [c["name"] for c in payload["communities"]]
    assert names[0].startswith("D4RL, ")
    assert _node(payload, "Decision Transformer")["community"] is not None
    assert _node(payload, "A Lonely Paper")["community"] is None
    sizes = Counter(n["community"] for n in payload["nodes"] if n["community"] is not None)
    assert [c["size"] for c in payload["communities"]] == [sizes[i] for i in range(len(names))]


def test_communities_are_those_the_graph_was_made_of() -> None:
    fields: dict[int, Counter[str]] = {}
    for node in graph_payload(large_graph())["nodes"]:
        if node["kind"] != "Paper" and node["community"] is not None:
            field = node["label"].partition("-")[2].partition(".")[0]
            fields.setdefault(node["community"], Counter())[field] += 1
    assert len(fields) >= 3
    assert all(max(field.values()) > 0.9 * field.total() for field in fields.values())


def test_an_empty_graph_is_a_page_too() -> None:
    empty = graph_payload(KnowledgeGraph())
    assert (empty["nodes"], empty["edges"], empty["meta"]["note"]) == ([], [], "")


def test_names_stay_as_they_are() -> None:
    labels = {n["label"] for n in graph_payload(nasty_graph())["nodes"]}
    assert any("</script>" in label for label in labels)


@pytest.mark.parametrize(
    ("fields", "link"),
    [
        ({"id": "arxiv:2106.01345v2"}, "https://arxiv.org/abs/2106.01345v2"),
        ({"id": "arxiv:cs/0601001"}, "https://arxiv.org/abs/cs/0601001"),
        ({"id": "title:1", "doi": '10.1/a"b'}, "https://doi.org/10.1/a%22b"),
        ({"id": "arxiv:1", "url": "https://a.org"}, "https://a.org"),
        ({"id": "title:1"}, None),
    ],
)
def test_a_paper_can_be_read_where_it_lies(fields: dict[str, str], link: str | None) -> None:
    assert paper_link(Paper.model_validate({"title": "T", **fields})) == link
