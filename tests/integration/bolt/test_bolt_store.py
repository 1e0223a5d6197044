from __future__ import annotations

import pytest

from kg.errors import QueryError, StoreError
from kg.graph import KnowledgeGraph
from kg.recipes import bind, recipe_named
from kg.stores import open_store
from kg.stores.embedded import EmbeddedStore
from tests.integration.bolt.conftest import arcadedb
from tests.integration.bolt_server import BoltServer
from tests.stores.recipe_rows import RECIPE_ROWS
from tests.stores.store_graph import ENTITIES, NASTY, PAPERS, RELATIONS, store_graph

pytestmark = pytest.mark.bolt
EVERYTHING = len(PAPERS) + len(ENTITIES) + len(RELATIONS)


def test_loading_twice_changes_nothing(server: BoltServer) -> None:
    graph = store_graph()
    with server.open(batch_size=3) as store:
        first = store.write(graph)
        second = store.write(graph)
        assert store.read() == graph
    assert (first.created, first.changed) == (EVERYTHING, 0)
    assert (second.created, second.changed) == (0, 0)
    assert (first.nodes, first.relations) == (len(PAPERS) + len(ENTITIES), len(RELATIONS))
    if server.name == "neo4j":
        assert first.notes == ()
    else:
        assert all("index '" in note and "left out" in note for note in first.notes)


def test_what_changed_is_updated(server: BoltServer) -> None:
    graph = store_graph()
    old = PAPERS[0].model_copy(update={"venue": "nowhere", "title": "Old"})
    with server.open() as store:
        store.write(KnowledgeGraph([old, *PAPERS[1:]], ENTITIES, RELATIONS[:-1]))
        report = store.write(graph)
        assert (report.created, report.changed) == (1, 1)
        assert store.read() == graph


def test_constraints_keep_ids_unique(server: BoltServer) -> None:
    with server.open() as store:
        store.write(store_graph())
        with pytest.raises(QueryError):
            store.query("CREATE (:Paper {id: 'lonely'})", write=True)


def test_nasty_names_survive(server: BoltServer) -> None:
    with server.open() as store:
        store.write(store_graph())
        found = store.query(
            "MATCH (m:Method {name: $name}) RETURN m.name, m.aliases", {"name": NASTY}
        )
        assert found.rows == ((NASTY, ["", "2020-01-01", '["x"]', "null"]),)
        assert store.query("MATCH (n) RETURN count(n)").rows == ((len(PAPERS) + len(ENTITIES),),)


@pytest.mark.parametrize("name", RECIPE_ROWS)
def test_recipes_answer_as_the_embedded_store_does(server: BoltServer, name: str) -> None:
    values, rows = RECIPE_ROWS[name]
    recipe = recipe_named(name)
    with server.open() as store:
        store.write(store_graph())
        result = store.query(recipe.cypher, bind(recipe, values))
    assert list(result.rows) == rows
    with EmbeddedStore() as embedded:
        embedded.write(store_graph())
        assert embedded.query(recipe.cypher, bind(recipe, values)) == result


@pytest.mark.parametrize(
    "cypher",
    [
        "MATCH (m:Method {name: 'SAC'}) RETURN m",
        "MATCH ()-[r:USES]->(m {name: 'SAC'}) RETURN r",
        "MATCH p = (:Method)-[:EXTENDS]->(b) RETURN p, [b] AS l, {x: b, y: [1, null]} AS m",
        "RETURN date('2020-01-02') AS d, null AS n, 1.5 AS f, true AS t",
        "MATCH (p:Paper {id: 'lonely'}) RETURN labels(p) AS l, p.venue AS v, p.authors AS a;",
    ],
)
def test_values_look_as_in_the_embedded_store(server: BoltServer, cypher: str) -> None:
    with server.open() as store, EmbeddedStore() as embedded:
        store.write(store_graph())
        embedded.write(store_graph())
        assert store.query(cypher) == embedded.query(cypher)


@pytest.mark.parametrize(
    "cypher",
    [
        "CREATE (:Paper {id: 'x'})",
        "MERGE (p:Paper {id: 'x'})",
        "MATCH (n) SET n.name = 'x'",
        "MATCH (n) REMOVE n.name",
        "MATCH (n) DETACH DELETE n",
        "FOREACH (x IN [1] | CREATE (:Paper {id: 'x'}))",
        "DROP CONSTRAINT paper_id IF EXISTS",
        "CREATE INDEX one FOR (n:Paper) ON (n.venue)",
        "CALL { CREATE (:Paper {id: 'x'}) } RETURN 1",
        "PROFILE CREATE (:Paper {id: 'x'})",
        "LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line",
    ],
)
def test_queries_only_read(server: BoltServer, cypher: str) -> None:
    with server.open() as store:
        store.write(store_graph())
        with pytest.raises(QueryError, match=r"would change the graph|LOAD CSV"):
            store.query(cypher)
        assert store.read() == store_graph()


def test_without_leave_nothing_is_committed(
    server: BoltServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.stores._statement.Statement.writing_clause", None)
    with server.open() as store:
        with pytest.raises(QueryError, match="would change the graph"):
            store.query("CREATE (:Task {id: 'task:x', name: 'x'})")
        assert store.query("MATCH (n) RETURN count(n)").rows == ((0,),)


def test_read_only_stores_do_not_write(server: BoltServer) -> None:
    with server.open(read_only=True) as store:
        with pytest.raises(StoreError, match="open to read only"):
            store.write(store_graph())
        with pytest.raises(QueryError, match="open to read only"):
            store.query("CREATE (:Task {id: 'task:x'})", write=True)


def test_query_errors_have_a_place_and_a_hint(server: BoltServer) -> None:
    with server.open() as store:
        with pytest.raises(QueryError, match="unknown word 'RETRN'") as caught:
            store.query("MATCH (n)\nRETRN n")
        assert (caught.value.place, caught.value.hint) == ("RETRN n\n^", "write RETURN")
        with pytest.raises(QueryError, match=r"parameter \$x"):
            store.query("RETURN $x")
        with pytest.raises(QueryError, match="object"):
            store.query("RETURN $x", {"x": object()})
        with pytest.raises(QueryError):
            store.query("CALL nothing.of.this()")


def test_wrong_password(server: BoltServer) -> None:
    wrong = "wrong-" + server.password
    with pytest.raises(StoreError, match=f"refuses the user '{server.user}'") as caught:
        server.open(password=wrong)
    shown = str(caught.value) + caught.value.hint
    assert "KG_NEO4J_PASSWORD" in shown
    assert wrong not in shown
    assert server.password not in shown


def test_unknown_database(server: BoltServer) -> None:
    with pytest.raises(StoreError, match="has no database 'nowhere'"):
        server.open(database="nowhere")


def test_wrong_port_and_wrong_encryption(server: BoltServer) -> None:
    with pytest.raises(StoreError, match="nothing listens on that port"):
        server.open(uri="bolt://127.0.0.1:1")
    if server.name == "arcadedb":
        with pytest.raises(StoreError, match="cannot reach") as caught:
            server.open(uri=server.uri.replace("bolt://", "bolt+s://"))
        assert "encryption" in caught.value.hint


def test_the_environment_opens_the_door(
    server: BoltServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_NEO4J_USER", server.user)
    monkeypatch.setenv("KG_NEO4J_PASSWORD", server.password)
    monkeypatch.setenv("KG_NEO4J_DATABASE", server.database or "")
    with open_store(server.uri) as store:
        assert store.write(store_graph()).created == EVERYTHING
    with open_store(server.uri.replace("bolt://", "neo4j://"), read_only=True) as store:
        assert store.read() == store_graph()


def test_foreign_nodes_are_left_alone_and_broken_ones_are_an_error(server: BoltServer) -> None:
    with server.open() as store:
        store.query("CREATE (:Person {name: 'Ada'})-[:USES]->(:Machine)", write=True)
        store.write(store_graph())
        assert store.read() == store_graph()
        store.query("CREATE (:Task {id: 'task:broken'})", write=True)
        with pytest.raises(StoreError, match="'task:broken' is not a record"):
            store.read()


def test_a_server_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.stores._neo4j_driver.CONNECT_TIMEOUT", 0.5)
    with arcadedb() as (server, process), server.open() as store:
        store.write(KnowledgeGraph(PAPERS[:1]))
        process.kill()
        process.wait()
        with pytest.raises(StoreError, match=f"the connection to {server.uri} broke") as caught:
            store.write(store_graph())
        assert "loading again is safe" in caught.value.hint
        with pytest.raises(StoreError, match="broke"):
            store.query("RETURN 1")
        store.close()
        with pytest.raises(StoreError, match="closed"):
            store.read()
