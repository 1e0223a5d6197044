"""One paper a line, in the paper's own words."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given

from kg.exporters.papers import generate_papers
from kg.graph import KnowledgeGraph
from kg.model import Paper, Task
from tests.sample_graph import DT, EVIL, NASTY, PLAIN, sample_graph
from tests.strategies import graphs

GRAPH = sample_graph()


def _papers(graph: KnowledgeGraph) -> dict[str, dict[str, Any]]:
    return {paper["id"]: paper for paper in map(json.loads, generate_papers(graph))}


def _entity(paper: dict[str, Any], entity_id: str) -> dict[str, Any]:
    (found,) = [e for e in paper["entities"] if e["id"] == entity_id]
    return dict(found)


def test_one_line_a_paper_in_the_order_of_the_ids() -> None:
    assert list(_papers(GRAPH)) == list(GRAPH.papers)
    summary, records = ["entities", "links", "relations"], ["nodes", "mentions", "evidence"]
    fields = [*DT.model_dump(exclude_none=True), *summary, *records]
    assert list(_papers(GRAPH)[DT.id]) == fields


def test_names_are_the_longest_that_the_paper_writes() -> None:
    entity = _entity(_papers(GRAPH)[DT.id], "method:decision-transformer")
    assert entity["name"] == "Decision Transformer"
    assert entity["aliases"] == ["DT"]
    assert _entity(_papers(GRAPH)[EVIL.id], "method:a#b/c?d=e f%")["name"] == NASTY


def test_the_strongest_role_counts_and_measures_is_evaluates_on() -> None:
    paper = _papers(GRAPH)[DT.id]
    assert _entity(paper, "method:decision-transformer")["role"] == "introduces"
    assert _entity(paper, "metric:normalized-return")["role"] == "evaluates_on"
    assert _entity(paper, "method:self-attention")["role"] == "mentions"


def test_the_kind_is_the_one_this_paper_uses_and_scores_break_ties() -> None:
    entity = _entity(_papers(GRAPH)[PLAIN.id], "method:decision-transformer")
    assert entity["kind"] == "Benchmark"  # one mention each, the benchmark's scores higher


def test_relations_are_those_this_paper_states_without_available_at() -> None:
    papers = _papers(GRAPH)
    types = {relation["type"] for relation in papers[DT.id]["relations"]}
    assert types == {
        "evaluated_on",
        "trained_on",
        "outperforms",
        "extends",
        "part_of",
        "applied_to",
        "measured_by",
    }
    (relation,) = papers[PLAIN.id]["relations"]
    assert relation.pop("score") > 0
    assert relation == {"head": "Decision Transformer", "type": "outperforms", "tail": "CQL"}
    assert papers[EVIL.id]["relations"] == []


def test_links_stand_apart_from_entities() -> None:
    paper = _papers(GRAPH)[DT.id]
    assert paper["links"] == [
        {"url": "https://github.com/kzl/decision-transformer", "kind": "code"}
    ]
    assert not any(e["id"].startswith("url:") for e in paper["entities"])


def test_without_mentions_the_words_of_the_evidence_name_things() -> None:
    bare = KnowledgeGraph(GRAPH.papers.values(), GRAPH.entities.values(), GRAPH.relations.values())
    papers = _papers(bare)
    assert _entity(papers[DT.id], "method:cql")["name"] == "CQL"
    entity = _entity(papers[DT.id], "method:decision-transformer")
    assert (entity["name"], entity["kind"]) == ("Decision Transformer", "Method")
    assert papers[PLAIN.id]["relations"][0]["head"] == "decision transformer"


def test_names_that_relations_use_are_names_of_entities() -> None:
    for paper in _papers(GRAPH).values():
        names = {entity["name"] for entity in paper["entities"]}
        for relation in paper["relations"]:
            assert {relation["head"], relation["tail"]} <= names


def test_scores_are_the_highest_of_this_paper() -> None:
    papers = _papers(GRAPH)
    for paper_id, paper in papers.items():
        for entity in paper["entities"]:
            scores = [m.score for m in GRAPH.mentions(paper_id) if m.entity_id == entity["id"]]
            assert entity["score"] == max(scores, default=entity["score"])
    outperforms = next(r for r in GRAPH.relations.values() if r.predicate == "OUTPERFORMS")
    for paper_id in (DT.id, PLAIN.id):
        (stated,) = [r for r in papers[paper_id]["relations"] if r["type"] == "outperforms"]
        own = [e.score for e in outperforms.evidence if e.paper_id == paper_id]
        assert stated["score"] == max(own)


def test_without_mentions_the_evidence_gives_the_score() -> None:
    bare = KnowledgeGraph(GRAPH.papers.values(), GRAPH.entities.values(), GRAPH.relations.values())
    for paper in _papers(bare).values():
        assert all(0 < entity["score"] <= 1 for entity in paper["entities"])


def test_a_line_is_one_line_for_everybody() -> None:
    odd = "one\x85two\u2028three\u2029four\x0bfive\x1csix\r\nseven"
    text = "".join(generate_papers(KnowledgeGraph([Paper(id="title:1", title=odd)])))
    assert len(text.splitlines()) == 1
    assert json.loads(text)["title"] == odd


def test_what_no_paper_refers_to_follows_under_an_empty_title() -> None:
    kept = [p for p in GRAPH.papers.values() if p is not DT]
    between = [r for r in GRAPH.relations.values() if r.subject in GRAPH.entities]
    lonely = Task(id="task:lonely", name="lonely")
    graph = KnowledgeGraph(kept, (*GRAPH.entities.values(), lonely), between)
    lines = [json.loads(line) for line in generate_papers(graph)]
    assert [line["id"] for line in lines] == [*(p.id for p in kept), "", DT.id]
    for line in lines[-2:]:
        assert line["title"] == ""
        assert line["entities"] == line["links"] == line["relations"] == []
    of_evidence = {end for r in between for end in (r.subject, r.object)}
    assert {node["id"] for node in lines[-2]["nodes"]} == set(graph.entities) - of_evidence
    assert {e["subject"] for e in lines[-1]["evidence"]} == {
        r.subject for r in between if any(e.paper_id == DT.id for e in r.evidence)
    }


@given(graph=graphs())
def test_the_summary_is_made_of_the_records(graph: KnowledgeGraph) -> None:
    for line in map(json.loads, generate_papers(graph)):
        nodes = {node["id"]: node for node in line["nodes"]}
        assert {entity["id"] for entity in line["entities"]} <= set(nodes)
        mentioned = {m["entity_id"] for m in line["mentions"]}
        stated = {e[end] for e in line["evidence"] for end in ("subject", "object")}
        assert set(nodes) <= mentioned | stated or not line["id"]
        assert all(m["entity_id"] in nodes for m in line["mentions"])
