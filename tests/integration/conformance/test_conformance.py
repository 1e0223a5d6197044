"""One graph, two engines: the same queries, and equal answers or a difference that is known.

``answers.json`` holds what Neo4j 5 answered. The embedded store is compared with it in every run;
where there is a Neo4j, its answers are compared with it too, and KG_UPDATE_GOLDEN=1 writes them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import QueryError
from kg.stores.base import QueryResult, Store
from kg.stores.embedded import EmbeddedStore
from tests.integration.bolt_server import BoltServer
from tests.integration.conformance.pack import Query, equal, plain, queries, record, recorded
from tests.integration.conformance.papers import conformance_graph

UPDATE = os.environ.get("KG_UPDATE_GOLDEN") == "1"
DOCS = Path(__file__).parents[3] / "docs" / "cypher.md"
NEO4J = [pytest.mark.neo4j, pytest.mark.xdist_group("neo4j")]

BROKEN = [
    ("MATCH (n) RETRN n", "RETRN"),
    ("MATCH (n:Paper)\nWHERE n.year = = 2020\nRETURN n", "= 2020"),
    ("MATCH (n:Paper RETURN n", "RETURN"),
    ("MATCH (n:Paper) RETURN m.title", "m.title"),
    ("MATCH (n:Paper) RETURN n.name, toLowr(n.title)", "toLowr"),
]


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    path = tmp_path_factory.mktemp("conformance") / "graph.kgl"
    EmbeddedStore.create(path, conformance_graph())
    with EmbeddedStore(path) as store:
        yield store


@pytest.fixture(scope="module")
def neo4j(neo4j_server: BoltServer) -> Iterator[Store]:
    with neo4j_server.open() as store:
        store.write(conformance_graph())
        yield store
    neo4j_server.clear()


def _ask(store: Store, query: Query) -> QueryResult:
    return store.query(query.cypher, query.parameters)


@pytest.mark.parametrize("query", queries(), ids=lambda q: q.name)
def test_embedded(embedded: EmbeddedStore, query: Query) -> None:
    if query.embedded.startswith("refused: "):
        with pytest.raises(QueryError) as caught:
            _ask(embedded, query)
        said = f"{caught.value.message} {caught.value.hint}"
        assert query.embedded.removeprefix("refused: ") in said
        assert caught.value.hint or caught.value.place
        return
    result = _ask(embedded, query)
    rows = plain(query, result)
    if UPDATE and query.embedded:
        record(query, embedded=rows)
    answer = recorded(query)
    if query.embedded:
        assert equal(rows, answer["embedded"])
        assert not equal(rows, answer.get("rows")), "both agree now: take the note out"
        return
    assert list(result.columns) == answer["columns"]
    assert equal(rows, answer["rows"])


@pytest.mark.parametrize("query", [pytest.param(q, marks=NEO4J, id=q.name) for q in queries()])
def test_neo4j(neo4j: Store, query: Query) -> None:
    if query.embedded == "answers":
        with pytest.raises(QueryError):
            _ask(neo4j, query)
        return
    result = _ask(neo4j, query)
    rows = plain(query, result)
    if UPDATE:
        record(query, columns=list(result.columns), rows=rows)
    answer = recorded(query)
    assert list(result.columns) == answer["columns"]
    assert equal(rows, answer["rows"])


@pytest.mark.parametrize(("cypher", "at"), BROKEN)
def test_embedded_shows_where_a_query_is_wrong(
    embedded: EmbeddedStore, cypher: str, at: str
) -> None:
    _check_place(embedded, cypher, at)


@pytest.mark.parametrize(
    ("cypher", "at"), [pytest.param(*broken, marks=NEO4J) for broken in BROKEN]
)
def test_neo4j_shows_where_a_query_is_wrong(neo4j: Store, cypher: str, at: str) -> None:
    _check_place(neo4j, cypher, at)


def _check_place(store: Store, cypher: str, at: str) -> None:
    with pytest.raises(QueryError) as caught:
        store.query(cypher)
    line, caret = caught.value.place.split("\n")
    assert line in cypher.split("\n")
    assert line[caret.index("^") :].startswith(at)


def test_the_pack() -> None:
    names = [query.name for query in queries()]
    assert len(set(names)) == len(names) >= 250
    agreeing = [query for query in queries() if not query.embedded]
    assert len(agreeing) >= 200
    for query in queries():
        if query.embedded != "answers":
            assert bool(recorded(query)["rows"]) != query.empty, query.name


def test_every_difference_is_documented() -> None:
    text = DOCS.read_text("utf-8").replace("\\|", "|")
    missing = [q.construct for q in queries() if q.embedded and q.construct not in text]
    assert not missing
