from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kg.errors import QueryError
from kg.stores.embedded import EmbeddedStore
from tests.stores.store_graph import store_graph


@pytest.fixture(scope="module")
def store() -> Iterator[EmbeddedStore]:
    with EmbeddedStore() as opened:
        opened.write(store_graph())
        yield opened


def test_a_whole_node_is_its_labels_and_properties(store: EmbeddedStore) -> None:
    ((node,),) = store.query("MATCH (m:Method {name: 'SAC'}) RETURN m").rows
    assert node == {
        "labels": ["Method"],
        "id": "method:sac",
        "name": "SAC",
        "aliases": [],
        "same_as": [],
    }


def test_a_whole_relation_knows_its_ends(store: EmbeddedStore) -> None:
    ((relation,),) = store.query("MATCH ()-[r:USES]->(m {name: 'SAC'}) RETURN r").rows
    assert list(relation)[:4] == ["type", "start", "end", "id"]
    assert (relation["type"], relation["start"], relation["end"]) == (
        "USES",
        "arxiv:2006.04779",
        "method:sac",
    )
    assert relation["sentences"] == ["We propose CQL, built on SAC."]
    assert relation["spans"] == ["25-54 50-53"]


def test_paths_lists_and_maps_are_flattened(store: EmbeddedStore) -> None:
    query = "MATCH p = (a:Method)-[:EXTENDS]->(b) RETURN p, [a] AS l, {x: b, y: [1, null]} AS m"
    ((path, listed, mapped),) = store.query(query).rows
    assert [n["name"] for n in path["nodes"]] == ["CQL", "SAC"]
    assert path["relationships"][0]["start"] == "method:cql"
    assert listed[0]["labels"] == ["Method"]
    assert mapped["x"]["id"] == "method:sac"
    assert mapped["y"] == [1, None]


def test_plain_maps_and_times_stay_what_they_are(store: EmbeddedStore) -> None:
    query = "RETURN {id: 1, labels: [], properties: {}} AS m, date('2020-01-02') AS d, 1.5 AS f"
    assert store.query(query).rows == (
        ({"id": 1, "labels": [], "properties": {}}, "2020-01-02", 1.5),
    )


def test_neo4j_users_find_what_they_expect(store: EmbeddedStore) -> None:
    query = (
        "MATCH (p:Paper {id: $id})-[r:INTRODUCES]->(m) RETURN p.title, p.year, m.name, m.title, "
        "m.id, labels(m), type(r), keys(m), keys(p), properties(m)"
    )
    ((row),) = store.query(query, {"id": "arxiv:2006.04779"}).rows
    assert row == (
        "Conservative Q-Learning",
        2020,
        "CQL",
        None,
        "method:cql",
        ["Method"],
        "INTRODUCES",
        ["aliases", "id", "name", "same_as"],
        ["abstract", "authors", "categories", "id", "source", "title", "year"],
        {
            "id": "method:cql",
            "name": "CQL",
            "aliases": ["Conservative Q-Learning"],
            "same_as": [],
        },
    )
    assert store.query("MATCH (n {title: 'CQL'}) RETURN n").rows == ()
    assert store.query("MATCH (m:Method) WHERE m.title IS NOT NULL RETURN m").rows == ()
    assert store.query("MATCH (m:Method) WHERE m.name IS NULL RETURN m").rows == ()


def test_columns_comments_and_a_closing_semicolon(store: EmbeddedStore) -> None:
    result = store.query(
        "/* how\nmany? */ MATCH (n:Paper) // papers\nRETURN count(n) AS `how many`;"
    )
    assert result.columns == ("how many",)
    assert list(result) == [{"how many": 7}]
    assert store.query("MATCH (n:Nothing) RETURN n.x AS x").columns == ("x",)


@pytest.mark.parametrize(
    "value", [None, True, 1, -1.5, "it's\n`", ["a", ["b"]], {"a": {"b": [1]}}, "'; //"]
)
def test_parameters_come_back(store: EmbeddedStore, value: Any) -> None:
    assert store.query("RETURN $value AS value", {"value": value}).rows == ((value,),)


@pytest.mark.parametrize("value", [object(), 2**70, {1: 2}, b"x"])
def test_parameters_that_no_database_holds(store: EmbeddedStore, value: Any) -> None:
    with pytest.raises(QueryError, match=r"parameter \$value"):
        store.query("RETURN $value", {"value": value})


@pytest.mark.parametrize(
    "cypher",
    [
        "CREATE (:Paper {id: 'x'})",
        "MERGE (p:Paper {id: 'lonely'})",
        "MATCH (n) SET n.name = 'x'",
        "MATCH (n) SET n:Other",
        "MATCH (n) REMOVE n.name",
        "MATCH (n) DETACH DELETE n",
        "MATCH ()-[r]->() DELETE r",
        "FOREACH (x IN [1] | CREATE (:Paper {id: 'x'}))",
        "UNWIND [1] AS x CREATE (:Paper {id: 'x'}) RETURN x",
        "INSERT (:Paper {id: 'x'})",
        "DROP INDEX anything",
        "DROP CONSTRAINT anything IF EXISTS",
        "CREATE INDEX FOR (n:Paper) ON (n.title)",
        "CREATE CONSTRAINT FOR (n:Paper) REQUIRE n.title IS UNIQUE",
        "EXPLAIN CREATE (:Paper {id: 'x'})",
        "PROFILE CREATE (:Paper {id: 'x'})",
        "CALL db.ontology.clear()",
        "CALL db.cdc.enable()",
        "CALL table.upsert({node: 1})",
        "LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line",
    ],
)
def test_queries_only_read(store: EmbeddedStore, cypher: str) -> None:
    with pytest.raises(QueryError, match=r"would change the graph|LOAD CSV reads a file") as caught:
        store.query(cypher)
    assert "write" in caught.value.hint
    assert store.read() == store_graph()


def test_a_write_inside_a_subquery_is_refused_too(store: EmbeddedStore) -> None:
    with pytest.raises(QueryError):
        store.query("CALL { CREATE (:Paper {id: 'x'}) } RETURN 1")
    assert store.read() == store_graph()


def test_writing_with_leave() -> None:
    with EmbeddedStore() as store:
        store.query("CREATE (:Task {id: 'task:x', name: 'x'})", write=True)
        assert store.query("MATCH (t:Task) RETURN t.name").rows == (("x",),)
        with pytest.raises(QueryError, match="would change"):
            store.query("MATCH (t:Task) DELETE t")


ERRORS = [
    ("MATCH (n) RETRN n", "unknown word 'RETRN'", "RETRN", "write RETURN"),
    ("MATCH (n:Paper RETURN n", "RETURN", "RETURN", "a '(' lacks its other half"),
    ("MATCH (n)\nWHERE n.x == 1\nRETURN n", "=", "==", "single ="),
    ("MATCH (n) RETURN m", "Undefined variable 'm'", "m", "name it in MATCH first"),
    ("MATCH (n) RETURN toLowr(n.id)", "Unknown function", "toLowr", "did you mean toLower()?"),
    ("RETURN 'abc", "Unterminated string", "", "close the quotation mark"),
    ("SELECT * FROM papers", "not Cypher", "SELECT", "MATCH (p:Paper)"),
    ("MATCH n RETURN n", "expected '('", "MATCH", "nodes stand in parentheses"),
    ("MATCH (n)-(m) RETURN n", "expected", ")-(", "a relation is written"),
    (
        "MATCH p = SHORTEST 1 (a:Paper)-[*]-(b:Method) RETURN p",
        "SHORTEST is not known",
        "SHORTEST",
        "shortestPath(",
    ),
    ("CALL apoc.help('x')", "no APOC", "apoc", "plain Cypher"),
    ("MATCH (n:Task) RETURN COLLECT { RETURN 1 }", "COLLECT { }", "COLLECT", "comprehension"),
    ("MATCH (n) WHERE n:Task|Metric RETRN n.name", "unknown word 'RETRN'", "RETRN", "RETURN"),
    ("MATCH (n) RETURN n.name, 1 < 2 < 3, n.name +", "", "", ""),
    ("MATCH (n) RETURN split(n.id, [',', ':'])", "split by several", "split", "replace("),
    ("RETURN 'a' =~ '(?!b)a'", "Invalid regular expression", "", "AND NOT"),
    ("CALL { RETURN 1 AS x } IN TRANSACTIONS RETURN x", "IN TRANSACTIONS", "IN", "leave it out"),
    ("USE neo4j MATCH (n) RETURN n", "USE is not known", "USE", "leave it out"),
    ("RETURN 1; RETURN 2", "more than one statement", ";", "one statement at a time"),
    ("RETURN $x", "no value for the parameter $x", "$x", "-p x=VALUE"),
    ("MATCH (n) RETURN n.id FORMAT CSV", "FORMAT CSV", "FORMAT", "--format csv"),
    ("CALL nothing.of.this()", "Unknown procedure 'nothing.of.this'", "", ""),
    ("RETURN 1 / 0", "division by zero", "", ""),
]


@pytest.mark.parametrize(("cypher", "message", "at", "hint"), ERRORS)
def test_errors_teach(store: EmbeddedStore, cypher: str, message: str, at: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        store.query(cypher)
    error = caught.value
    assert message in error.message
    assert "\n" not in error.message
    assert len(error.message) <= 200
    assert hint in error.hint
    if at:
        line, caret = error.place.split("\n")
        assert line in cypher.split("\n")
        assert line[caret.index("^") :].startswith(at)


def test_shortest_path_has_to_come_first(store: EmbeddedStore) -> None:
    with pytest.raises(QueryError, match="first pattern") as caught:
        store.query("MATCH (a:Paper), p = shortestPath((a)-[*]-(b:Method)) RETURN p")
    assert "first pattern of its MATCH" in caught.value.hint


def test_time_runs_out(store: EmbeddedStore) -> None:
    slow = "UNWIND range(1, 9999) AS a UNWIND range(1, 9999) AS b UNWIND range(1, 9999) AS c "
    with pytest.raises(QueryError, match=r"no answer within 0\.05 seconds") as caught:
        store.query(f"{slow} RETURN count(*)", timeout=0.05)
    assert caught.value.hint
    with EmbeddedStore(timeout=0.05) as hasty, pytest.raises(QueryError, match="no answer"):
        hasty.query(f"{slow} RETURN count(*)")
    with EmbeddedStore(timeout=None) as patient:
        assert patient.query("RETURN 1 AS one").rows == ((1,),)


def test_nothing_is_written_to_stderr(
    store: EmbeddedStore, capfd: pytest.CaptureFixture[str]
) -> None:
    store.query("MATCH (n:Nothing) WHERE n.nothing = 1 RETURN n.nothing")
    assert capfd.readouterr() == ("", "")
