"""The statements, the literals, and the way back from properties to records."""

from __future__ import annotations

from typing import Any

import kglite
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.cypher import (
    EVIDENCE_PROPERTIES,
    LABELS,
    constraint_statements,
    fulltext_statements,
    index_statements,
    inline_rows,
    literal,
    node_batches,
    node_from_properties,
    node_properties,
    quote_identifier,
    relation_batches,
    relation_from_properties,
    relation_properties,
    upsert_nodes,
    upsert_relations,
)
from kg.errors import InputError
from kg.graph import KnowledgeGraph, label_of
from kg.model import ENTITY_KINDS, RELATIONS, Evidence, Paper, Predicate
from tests.sample_graph import INJECTION, NASTY, sample_graph

GRAPH = sample_graph()

# kglite holds every text, 64-bit integer and finite float; it has no surrogates, and neither does
# UTF-8, so literal() refuses them.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
)


@pytest.fixture(scope="module")
def engine() -> Any:
    return kglite.KnowledgeGraph()


@settings(deadline=None, max_examples=300)
@given(st.one_of(SCALARS, st.lists(SCALARS, max_size=4)))
@example(INJECTION)
@example(NASTY)
@example("\\")
@example("\\'")
@example("\\u0027")
@example("\\\\u0027 \\U00000027")
@example("\x00\x08\x0b\x1f\x7f\x85\u2028\u2029\ufeff\r\n\t")
@example("\u202e\u0627 🧪👩‍🔬 e\u0301")
@example("$rows {x} `y` \"z\" 'q' // /* */ ;")
@example(-(2**63))
@example(5e-324)
@example(1e16)
@example(-0.0)
@example([[], ["'"]])
def test_an_engine_reads_a_literal_as_the_value_it_was_made_from(value: object) -> None:
    engine: Any = kglite.KnowledgeGraph()
    (row,) = engine.cypher(f"RETURN {literal(value)} AS x")
    assert row["x"] == value
    assert type(row["x"]) is type(value)


@given(TEXT)
def test_a_literal_stays_on_one_line(text: str) -> None:
    assert len(literal(text).splitlines()) == 1


def test_no_unicode_escape_can_appear_that_was_not_written_by_us() -> None:
    # Neo4j 5 resolves \uXXXX in the whole query before it looks for quotes
    assert literal("\\u0027") == r"'\\\u00750027'"
    assert literal("\\\\u0027") == r"'\\\\\u00750027'"


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, float("nan"), float("inf"), "\ud800"])
def test_what_no_literal_holds_is_refused(value: object) -> None:
    with pytest.raises(InputError):
        literal([value])


def test_other_types_are_refused() -> None:
    with pytest.raises(InputError, match="no literal for a set"):
        literal({1})
    with pytest.raises(InputError, match="key"):
        literal({1: 2})


def test_map_literals_quote_odd_keys() -> None:
    assert literal({"id": 1, "a b": None}) == "{id: 1, `a b`: null}"


def test_identifiers_are_quoted() -> None:
    assert quote_identifier("Method") == "`Method`"
    assert quote_identifier("a` DETACH DELETE `b") == "`a`` DETACH DELETE ``b`"


@pytest.mark.parametrize("name", ["", "a\nb", "\\u0060", "a\x00"])
def test_identifiers_that_cannot_be_quoted_are_refused(name: str) -> None:
    with pytest.raises(InputError):
        quote_identifier(name)


def test_statements() -> None:
    assert upsert_nodes("Method") == (
        "UNWIND $rows AS row MERGE (n:`Method` {id: row.id}) SET n += row.properties"
    )
    assert upsert_relations("USES", "Paper", "Method") == (
        "UNWIND $rows AS row MATCH (a:`Paper` {id: row.subject}) "
        "MATCH (b:`Method` {id: row.object}) "
        "MERGE (a)-[r:`USES` {id: row.id}]->(b) SET r += row.properties"
    )
    assert inline_rows(upsert_nodes("Task"), [{"id": "$rows"}]) == (
        "UNWIND [{id: '$rows'}] AS row MERGE (n:`Task` {id: row.id}) SET n += row.properties"
    )


def test_every_label_has_one_constraint() -> None:
    assert ["Paper", *ENTITY_KINDS] == list(LABELS)
    assert constraint_statements()[0] == (
        "CREATE CONSTRAINT paper_id IF NOT EXISTS FOR (n:Paper) REQUIRE n.id IS UNIQUE"
    )
    assert len(set(constraint_statements())) == len(LABELS)
    assert all("IF NOT EXISTS" in s for s in (*index_statements(), *fulltext_statements()))


def test_unknown_labels_and_pairs_are_refused() -> None:
    with pytest.raises(InputError, match="no record has the label 'Person'"):
        upsert_nodes("Person")
    with pytest.raises(InputError, match="may not join"):
        upsert_relations("USES", "Method", "Paper")
    with pytest.raises(InputError, match="batch"):
        list(node_batches(GRAPH.nodes_by_label(), 0))


@pytest.mark.parametrize("node", list(GRAPH.nodes()), ids=lambda n: str(n.id)[:20])
def test_nodes_come_back_from_their_properties(node: Paper) -> None:
    properties = node_properties(node)
    assert "kind" not in properties
    assert _flat(properties)
    assert node_from_properties(label_of(node), {**properties, "type": "engine's"}) == node


@pytest.mark.parametrize("relation", list(GRAPH.relations.values()), ids=lambda r: str(r.id))
def test_relations_come_back_from_their_properties(relation: Any) -> None:
    properties = relation_properties(relation)
    assert _flat(properties)
    assert list(properties) == ["id", "score", *EVIDENCE_PROPERTIES]
    ends = (relation.predicate, relation.subject, relation.object)
    assert relation_from_properties(*ends, properties) == relation


def test_every_field_of_evidence_has_its_list() -> None:
    fields = [field for held in EVIDENCE_PROPERTIES.values() for field in held]
    assert sorted(fields) == sorted(Evidence.model_fields)


def test_broken_properties_are_reported() -> None:
    with pytest.raises(InputError, match="label 'Person'"):
        node_from_properties("Person", {})
    with pytest.raises(InputError, match="Paper 'x' is not a record"):
        node_from_properties("Paper", {"id": "x"})
    relation = next(iter(GRAPH.relations.values()))
    ends = (relation.predicate, relation.subject, relation.object)
    good = relation_properties(relation)
    with pytest.raises(InputError, match="no property 'papers'"):
        relation_from_properties(*ends, {k: v for k, v in good.items() if k != "papers"})
    with pytest.raises(InputError, match="not a record"):
        relation_from_properties(*ends, {**good, "cues": []})
    for wrong in ("", "1-2", "1-2 3", "1-2 3-4 ", "1-2 3-4 5-6 7-8", "-1-2 3-4", "1-2 3-x"):
        with pytest.raises(InputError, match="not a record"):
            relation_from_properties(*ends, {**good, "spans": [wrong] * len(good["spans"])})
    with pytest.raises(InputError, match="not a record"):
        relation_from_properties(ends[0], ends[2], ends[1], good)


def test_batches_hold_everything_once_and_no_more_than_their_size() -> None:
    nodes = list(node_batches(GRAPH.nodes_by_label(), 2))
    assert max(len(rows) for _, rows in nodes) == 2
    assert sorted(row["id"] for _, rows in nodes for row in rows) == sorted(
        n.id for n in GRAPH.nodes()
    )
    relations = list(relation_batches(GRAPH.relations_by_type(), 1))
    assert all(len(rows) == 1 for _, rows in relations)
    assert {rows[0]["id"] for _, rows in relations} == set(GRAPH.relations)
    assert len({statement for statement, _ in relations}) >= len(RELATIONS)


def test_an_engine_gives_the_graph_back_and_a_second_run_changes_nothing(engine: Any) -> None:
    for _ in range(2):
        for statement in (*constraint_statements(), *index_statements()):
            engine.cypher(statement)
        created = 0
        relations = relation_batches(GRAPH.relations_by_type())
        for statement, rows in (*node_batches(GRAPH.nodes_by_label()), *relations):
            engine.cypher(statement, params={"rows": rows})
            stats = engine.last_mutation_stats
            created += stats["nodes_created"] + stats["relationships_created"]
        assert created in (len(list(GRAPH.nodes())) + len(GRAPH.relations), 0)
        assert _read(engine) == KnowledgeGraph(
            GRAPH.papers.values(), GRAPH.entities.values(), GRAPH.relations.values()
        )
    assert created == 0


def _read(engine: Any) -> KnowledgeGraph:
    nodes = [
        node_from_properties(label, row["p"])
        for label in LABELS
        for row in engine.cypher(f"MATCH (n:{label}) RETURN properties(n) AS p")
    ]
    relations = [
        relation_from_properties(row["t"], row["s"], row["o"], row["p"])
        for row in engine.cypher(
            "MATCH (a)-[r]->(b) RETURN type(r) AS t, a.id AS s, b.id AS o, properties(r) AS p"
        )
    ]
    papers = [n for n in nodes if isinstance(n, Paper)]
    return KnowledgeGraph(papers, [n for n in nodes if not isinstance(n, Paper)], relations)


def _flat(properties: dict[str, Any]) -> bool:
    scalars = (str, int, float, bool)
    return all(
        isinstance(value, scalars)
        or (isinstance(value, list) and all(isinstance(item, scalars) for item in value))
        for value in properties.values()
    )


def test_predicates_and_labels_are_plain_names() -> None:
    predicates: list[Predicate] = list(RELATIONS)
    assert all(name.replace("_", "").isalpha() for name in (*predicates, *LABELS))
