"""The graph: what it refuses, what makes two equal, and the algebra of merging."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kg.errors import InputError
from kg.graph import KnowledgeGraph
from kg.model import (
    Benchmark,
    Dataset,
    Evidence,
    LinkedMention,
    Method,
    Paper,
    Predicate,
    Relation,
    Url,
)
from tests.strategies import graphs

PAPER = Paper(id="title:1", title="On PPO", abstract="PPO beats TRPO on D4RL.")
OTHER = Paper(id="title:2", title="On TRPO", abstract="TRPO is known.")
PPO = Method(id="method:ppo", name="PPO")
TRPO = Method(id="method:trpo", name="TRPO", aliases=("trust region",))
D4RL = Benchmark(id="benchmark:d4rl", name="D4RL")
CODE = Url(id="url:a.org", name="a.org", href="https://a.org", url_kind="code")


def evidence(paper: Paper, score: float = 0.5) -> Evidence:
    return Evidence(
        paper_id=paper.id,
        start=0,
        end=len(paper.title),
        sentence=paper.title,
        object_start=3,
        object_end=len(paper.title),
        extractor="own",
        score=score,
    )


def relation(subject: str, predicate: Predicate, object_: str, paper: Paper = PAPER) -> Relation:
    return Relation.from_evidence(subject, predicate, object_, (evidence(paper),))


def mention(paper: Paper, start: int, end: int, entity_id: str) -> LinkedMention:
    return LinkedMention(
        paper_id=paper.id,
        start=start,
        end=end,
        text=paper.text[start:end],
        kind="Method",
        extractor="own",
        score=0.9,
        entity_id=entity_id,
        link_method="exact",
        link_score=1.0,
    )


BEATS = relation("method:ppo", "OUTPERFORMS", "method:trpo")
USES = relation("title:1", "USES", "method:ppo")
TESTED = relation("method:ppo", "EVALUATED_ON", "benchmark:d4rl")
SPANS = (mention(PAPER, 8, 11, "method:ppo"), mention(OTHER, 3, 7, "method:trpo"))
GRAPH = KnowledgeGraph((OTHER, PAPER), (TRPO, PPO, D4RL), (USES, TESTED, BEATS), SPANS)

POOL = (PAPER, OTHER, Paper(id="title:3", title="王小明 🧪", abstract="a\u0301"))


def reversed_graph(graph: KnowledgeGraph) -> KnowledgeGraph:
    records = [(sort, record.model_dump()) for sort, record in graph.records()]
    return KnowledgeGraph.from_records(reversed(records))


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (((PAPER,), (PPO,), (BEATS,)), "unknown node 'method:trpo'"),
        (((), (PPO,), (USES,)), "unknown node 'title:1'"),
        (
            ((PAPER,), (D4RL,), (relation("title:1", "USES", "benchmark:d4rl"),)),
            "USES may not join Paper 'title:1' to Benchmark 'benchmark:d4rl'",
        ),
        (
            ((PAPER,), (PPO,), (relation("method:ppo", "USES", "title:1"),)),
            "USES may not join Method",
        ),
        (((PAPER, PAPER.model_copy(update={"year": 2024})),), "two different .* paper id"),
        (((), (PPO, PPO.model_copy(update={"name": "Ppo"}))), "two different .* entity id"),
        (
            ((), (PPO, Dataset(id="method:ppo", name="PPO"))),
            "two different records of one entity id 'method:ppo'",
        ),
        (((Paper(id="method:ppo", title="A"),), (PPO,)), "a paper and an entity share the id"),
        (((PAPER,), (), (), SPANS[:1]), "unknown entity 'method:ppo'"),
        (((), (PPO,), (), SPANS[:1]), "mentions of an unknown paper 'title:1'"),
    ],
)
def test_what_makes_no_graph_is_refused(parts: tuple[Any, ...], reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        KnowledgeGraph(*parts)


def test_two_different_edges_of_one_id_are_refused() -> None:
    louder = Relation.from_evidence(*BEATS_TRIPLE, (evidence(PAPER, score=0.9),))
    with pytest.raises(InputError, match="two different records of one relation id"):
        KnowledgeGraph((PAPER,), (PPO, TRPO), (BEATS, louder))


BEATS_TRIPLE: tuple[str, Predicate, str] = ("method:ppo", "OUTPERFORMS", "method:trpo")


def test_the_same_record_twice_is_one() -> None:
    twice = KnowledgeGraph(
        (PAPER, PAPER, OTHER), (PPO, PPO, TRPO, D4RL), (USES, BEATS, TESTED, BEATS), SPANS * 2
    )
    assert twice == GRAPH


def test_everything_comes_in_the_order_of_the_ids() -> None:
    assert list(GRAPH.papers) == ["title:1", "title:2"]
    assert list(GRAPH.entities) == ["benchmark:d4rl", "method:ppo", "method:trpo"]
    assert list(GRAPH.relations) == sorted((BEATS.id, USES.id, TESTED.id))
    assert [node.id for node in GRAPH.nodes()] == [*GRAPH.papers, *GRAPH.entities]


def test_nodes_are_found_by_id() -> None:
    assert GRAPH.node("title:1") == PAPER
    assert GRAPH.node("method:ppo") == PPO
    assert (GRAPH.label("title:1"), GRAPH.label("benchmark:d4rl")) == ("Paper", "Benchmark")
    with pytest.raises(InputError, match="no node 'method:dqn'"):
        GRAPH.node("method:dqn")


def test_mentions_come_by_place() -> None:
    spans = [mention(PAPER, 3, 6, "method:ppo"), mention(PAPER, 18, 22, "method:trpo"), *SPANS]
    graph = KnowledgeGraph((PAPER, OTHER), (PPO, TRPO), (), reversed(spans))
    assert [m.start for m in graph.mentions("title:1")] == [3, 8, 18]
    assert graph.mentions("title:9") == ()


def test_stats_count_what_is_there() -> None:
    linked = KnowledgeGraph((PAPER,), (CODE,), (relation("title:1", "LINKS_TO", "url:a.org"),))
    stats = GRAPH.merge(linked).stats()
    assert stats.nodes == {"Paper": 2, "Method": 2, "Benchmark": 1, "Url": 1}
    assert stats.relations == {"USES": 1, "LINKS_TO": 1, "EVALUATED_ON": 1, "OUTPERFORMS": 1}
    assert list(stats.relations) == ["USES", "LINKS_TO", "EVALUATED_ON", "OUTPERFORMS"]
    assert (stats.evidence, stats.mentions, stats.url_kinds) == (4, 2, {"code": 1})


@given(graphs())
def test_stats_add_up(graph: KnowledgeGraph) -> None:
    stats = graph.stats()
    assert sum(stats.nodes.values()) == len(graph.nx)
    assert sum(stats.relations.values()) == graph.nx.number_of_edges()
    assert stats.mentions == sum(len(graph.mentions(p)) for p in graph.papers)
    assert 0 not in (*stats.nodes.values(), *stats.relations.values())


def test_the_networkx_view_holds_the_records() -> None:
    view = GRAPH.nx
    assert {key: data["record"] for key, data in view.nodes(data=True)} == {
        node.id: node for node in GRAPH.nodes()
    }
    edges = {(s, o, key): data["record"] for s, o, key, data in view.edges(keys=True, data=True)}
    assert edges == {(r.subject, r.object, r.id): r for r in GRAPH.relations.values()}


def test_the_networkx_view_is_read_only() -> None:
    for change in (
        lambda: GRAPH.nx.add_node("x"),
        lambda: GRAPH.nx.remove_node("method:ppo"),
        lambda: GRAPH.nx.add_edge("method:ppo", "method:trpo"),
        GRAPH.nx.clear,
    ):
        with pytest.raises(nx.NetworkXError, match=r"[Ff]rozen"):
            change()


def test_a_graph_is_no_key() -> None:
    with pytest.raises(TypeError):
        hash(GRAPH)


@given(graphs())
def test_equality_does_not_see_the_order_of_the_input(graph: KnowledgeGraph) -> None:
    again = reversed_graph(graph)
    assert again == graph
    assert list(again.records()) == list(graph.records())


@given(graphs())
def test_equality_sees_every_record(graph: KnowledgeGraph) -> None:
    records = [(sort, record.model_dump()) for sort, record in graph.records()]
    for number, (sort, data) in enumerate(records):
        rest = records[:number] + records[number + 1 :]
        if sort in ("relation", "mention"):
            assert KnowledgeGraph.from_records(rest) != graph
        elif sort == "paper":
            data = {**data, "venue": "Elsewhere and later"}
            assert KnowledgeGraph.from_records([*rest, (sort, data)]) != graph
        else:
            data = {**data, "name": "another name"}
            assert KnowledgeGraph.from_records([*rest, (sort, data)]) != graph


def test_a_graph_is_equal_to_nothing_else() -> None:
    assert GRAPH != {}
    assert KnowledgeGraph() != GRAPH


@given(graphs())
def test_records_make_the_graph_again(graph: KnowledgeGraph) -> None:
    dumped = [(sort, record.model_dump(mode="json")) for sort, record in graph.records()]
    assert KnowledgeGraph.from_records(dumped) == graph


def test_a_record_of_no_sort_is_refused() -> None:
    with pytest.raises(InputError, match="unknown sort of record 'person'"):
        KnowledgeGraph.from_records([("person", {})])
    with pytest.raises(ValidationError):
        KnowledgeGraph.from_records([("paper", {"id": "x"})])


@given(graphs(), st.data())
def test_a_subgraph_is_all_that_joins_its_nodes(graph: KnowledgeGraph, data: st.DataObject) -> None:
    ids = [node.id for node in graph.nodes()]
    keep = data.draw(st.sets(st.sampled_from([*ids, "nowhere"])))
    part = graph.subgraph(keep)
    assert {node.id for node in part.nodes()} == keep & set(ids)
    assert set(part.relations) == {
        r.id for r in graph.relations.values() if {r.subject, r.object} <= keep
    }
    for paper_id in part.papers:
        kept = tuple(m for m in graph.mentions(paper_id) if m.entity_id in keep)
        assert part.mentions(paper_id) == kept
    assert graph.merge(part) == graph


def test_merging_unites_names_evidence_and_mentions() -> None:
    curated = Method(id="method:ppo", name="Proximal Policy Optimization", same_as=("https://q",))
    told = relation(*BEATS_TRIPLE, OTHER)
    other = KnowledgeGraph(
        (OTHER,), (curated, TRPO), (told,), (mention(OTHER, 3, 7, "method:trpo"),)
    )
    both = GRAPH.merge(other)
    assert both.entities["method:ppo"] == Method(
        id="method:ppo",
        name="PPO",
        aliases=("Proximal Policy Optimization",),
        same_as=("https://q",),
    )
    assert [e.paper_id for e in both.relations[BEATS.id].evidence] == ["title:1", "title:2"]
    assert both.mentions("title:2") == GRAPH.mentions("title:2")
    assert len(both.papers) == 2


def test_no_order_of_merging_decides_what_an_address_leads_to() -> None:
    alike = CODE.model_copy(update={"name": "b.org", "url_kind": "demo"})
    other = CODE.model_copy(update={"aliases": ("c.org",), "url_kind": "video"})
    one, two, three = (KnowledgeGraph((), (entity,)) for entity in (CODE, alike, other))
    first = one.merge(two).merge(three)
    for again in (one.merge(two.merge(three)), two.merge(three).merge(one)):
        assert again == first
    assert first.entities["url:a.org"].aliases == ("b.org", "c.org")


def test_merging_refuses_two_papers_of_one_id() -> None:
    other = KnowledgeGraph((PAPER.model_copy(update={"title": "On SAC"}),))
    with pytest.raises(InputError, match="two different records of one paper id 'title:1'"):
        GRAPH.merge(other)


@given(graphs(POOL), graphs(POOL))
def test_merging_is_commutative(one: KnowledgeGraph, two: KnowledgeGraph) -> None:
    assert one.merge(two) == two.merge(one)


@given(graphs(POOL), graphs(POOL), graphs(POOL))
def test_merging_is_associative(
    one: KnowledgeGraph, two: KnowledgeGraph, three: KnowledgeGraph
) -> None:
    assert one.merge(two).merge(three) == one.merge(two.merge(three))


@given(graphs(), graphs(POOL), graphs(POOL))
def test_merging_is_idempotent(
    any_graph: KnowledgeGraph, one: KnowledgeGraph, two: KnowledgeGraph
) -> None:
    assert any_graph.merge(any_graph) == any_graph
    assert any_graph.merge(KnowledgeGraph()) == any_graph
    both = one.merge(two)
    assert both.merge(one) == both.merge(two) == both.merge(both) == both


@given(graphs(POOL), graphs(POOL))
def test_merging_loses_nothing(one: KnowledgeGraph, two: KnowledgeGraph) -> None:
    both = one.merge(two)
    for part in (one, two):
        assert set(ids_of(part)) <= set(ids_of(both))
        for entity in part.entities.values():
            united = both.entities[entity.id]
            assert {entity.name, *entity.aliases} <= {united.name, *united.aliases}
            assert united.name not in united.aliases or united == entity
        for key, edge in part.relations.items():
            assert set(edge.evidence) <= set(both.relations[key].evidence)


def ids_of(graph: KnowledgeGraph) -> Iterable[str]:
    yield from (node.id for node in graph.nodes())
    yield from graph.relations


def test_the_small_graph_holds_what_its_texts_say(small_graph: KnowledgeGraph) -> None:
    assert len(small_graph.papers) == 5
    said = [e for r in small_graph.relations.values() for e in r.evidence]
    assert said
    for item in said:
        assert small_graph.papers[item.paper_id].text[item.start : item.end] == item.sentence
