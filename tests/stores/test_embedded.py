from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import StoreError
from kg.graph import KnowledgeGraph
from kg.model import Method, Paper
from kg.stores import embedded, open_store
from kg.stores._kglite import Database
from kg.stores.base import WriteReport
from kg.stores.embedded import EmbeddedStore
from tests.stores.store_graph import (
    ENTITIES,
    INJECTION,
    NASTY,
    PAPERS,
    RELATIONS,
    evidence,
    store_graph,
)

EVERYTHING = len(PAPERS) + len(ENTITIES) + len(RELATIONS)


def test_what_goes_in_comes_out() -> None:
    graph = store_graph()
    with EmbeddedStore() as store:
        report = store.write(graph)
        assert store.read() == graph
    assert report == WriteReport(
        len(PAPERS) + len(ENTITIES), len(RELATIONS), created=EVERYTHING, changed=0
    )


def test_the_second_write_changes_nothing() -> None:
    graph = store_graph()
    with EmbeddedStore() as store:
        store.write(graph)
        report = store.write(graph)
        assert (report.created, report.changed) == (0, 0)
        assert store.read() == graph


def test_writes_unite_and_outdated_values_go() -> None:
    graph = store_graph()
    half = graph.subgraph([PAPERS[0].id, "method:decision-transformer", "benchmark:d4rl"])
    old = KnowledgeGraph([PAPERS[0].model_copy(update={"venue": "nowhere", "doi": None})])
    with EmbeddedStore() as store:
        store.write(old)
        assert store.write(half).changed == 1
        report = store.write(graph)
        assert report.changed == 0
        assert report.created == EVERYTHING - len(half.papers) - len(half.entities) - len(
            half.relations
        )
        assert store.read() == graph
        store.write(KnowledgeGraph([PAPERS[0].model_copy(update={"venue": None})]))
        assert store.read().papers[PAPERS[0].id].venue is None


def test_new_evidence_counts_as_a_change() -> None:
    relation = next(r for r in RELATIONS if len(r.evidence) == 2)
    shorter = type(relation).from_evidence(
        relation.subject, relation.predicate, relation.object, relation.evidence[:1]
    )
    graph = store_graph()
    with EmbeddedStore() as store:
        store.write(KnowledgeGraph(PAPERS, ENTITIES, [shorter]))
        store.write(KnowledgeGraph(PAPERS, ENTITIES, [relation]))
        assert store.write(graph).changed == 0
        assert store.read() == graph


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=60, deadline=None)
@given(
    name=_TEXT.filter(bool),
    aliases=st.lists(_TEXT, max_size=3),
    key=_TEXT,
    year=st.none() | st.integers(1500, 2200),
)
def test_any_text_survives(name: str, aliases: list[str], key: str, year: int | None) -> None:
    paper = Paper(id="p:" + key, title=name, abstract="", year=year, authors=tuple(aliases))
    method = Method(id="method:" + key, name=name, aliases=tuple(aliases))
    graph = KnowledgeGraph([paper], [method])
    with EmbeddedStore() as store:
        store.write(graph)
        assert store.read() == graph
        assert store.write(graph).changed == 0
        found = store.query("MATCH (m:Method {name: $name}) RETURN m.id", {"name": name})
        assert found.rows == ((method.id,),)


@pytest.mark.parametrize(("first", "then"), [(1, 1), (4, 2), (10, 1)])
def test_a_large_graph_is_settled_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int, then: int
) -> None:
    monkeypatch.setattr(embedded, "SETTLE_FROM", first)
    monkeypatch.setattr(embedded, "SETTLE_STEP", then)
    monkeypatch.setattr(embedded, "BATCH_SIZE", 1)
    saved: list[Path] = []
    save = Database.save

    def counted(database: Database, path: Path) -> None:
        saved.append(path)
        save(database, path)

    monkeypatch.setattr(Database, "save", counted)
    path = tmp_path / "graph.kgl"
    EmbeddedStore.create(path, store_graph())
    assert len(saved) > 2
    with EmbeddedStore(path) as store:
        assert store.read() == store_graph()


def test_create_makes_one_file_with_the_same_bytes(tmp_path: Path) -> None:
    graph = store_graph()
    one, two = tmp_path / "one.kgl", tmp_path / "two.kgl"
    EmbeddedStore.create(one, graph)
    backwards = KnowledgeGraph(PAPERS[::-1], ENTITIES[::-1], RELATIONS[::-1])
    EmbeddedStore.create(str(two), backwards)
    assert one.read_bytes() == two.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one.kgl", "two.kgl"]
    with EmbeddedStore(one) as store:
        assert store.read() == graph
    EmbeddedStore.create(one, KnowledgeGraph())
    with EmbeddedStore(one) as store:
        assert store.read() == KnowledgeGraph()


def test_files_open_to_read_unless_told_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "graph.kgl"
    EmbeddedStore.create(path, KnowledgeGraph(PAPERS))
    before = path.read_bytes()
    with EmbeddedStore(path) as store, pytest.raises(StoreError, match="open to read only"):
        store.write(store_graph())
    assert path.read_bytes() == before
    with EmbeddedStore(path, read_only=False) as store:
        store.write(store_graph())
    with EmbeddedStore(path) as store:
        assert store.read() == store_graph()


def test_a_query_that_writes_reaches_the_file(tmp_path: Path) -> None:
    path = tmp_path / "graph.kgl"
    with EmbeddedStore(path, read_only=False) as store:
        store.write(KnowledgeGraph())
        assert path.is_file()
        store.query("CREATE (:Method {id: 'method:x', name: $name})", {"name": NASTY}, write=True)
    with open_store(path) as store:
        assert store.read().entities["method:x"].name == NASTY


def test_missing_and_damaged_files(tmp_path: Path) -> None:
    path = tmp_path / "graph.kgl"
    with pytest.raises(StoreError, match=r"no graph database '.*graph\.kgl'"):
        EmbeddedStore(path)
    with pytest.raises(StoreError, match="no graph database"):
        EmbeddedStore(tmp_path, read_only=False)
    EmbeddedStore.create(path, store_graph())
    whole = path.read_bytes()
    for damaged in (b"", b"not a database at all" * 20, whole[: len(whole) // 2]):
        path.write_bytes(damaged)
        with pytest.raises(StoreError, match="not a graph database") as caught:
            EmbeddedStore(path)
        assert "kg build" in caught.value.hint


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot write the graph database"):
        EmbeddedStore.create(tmp_path / "no" / "folder" / "graph.kgl", store_graph())


def test_a_store_of_something_else() -> None:
    with EmbeddedStore() as store:
        store.query("CREATE (:Person {id: 'x'})", write=True)
        with pytest.raises(StoreError, match="'Person', which kg did not write"):
            store.read()
    with EmbeddedStore() as store:
        store.query("CREATE (:Url {id: 'url:x', name: 'x'})", write=True)
        with pytest.raises(StoreError, match="'url:x' is not a record"):
            store.read()


def test_rows_that_get_lost_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Database.put

    def forgetful(self: Database, text: str, rows: list[dict[str, object]]) -> int:
        return real(self, text, rows[1:])

    monkeypatch.setattr(Database, "put", forgetful)
    with EmbeddedStore() as store, pytest.raises(StoreError, match="holds 6 of 7 Paper after"):
        store.write(store_graph())


def test_counts_are_checked_after_a_load(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Database.put

    def liar(self: Database, text: str, rows: list[dict[str, object]]) -> int:
        real(self, text, rows[1:])
        return len(rows)

    monkeypatch.setattr(Database, "put", liar)
    with (
        EmbeddedStore() as store,
        pytest.raises(StoreError, match="6 Paper instead of 7"),
    ):
        store.write(KnowledgeGraph(PAPERS))


def test_a_closed_store_says_so() -> None:
    store = EmbeddedStore()
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.query("RETURN 1")
    with pytest.raises(StoreError, match="closed"):
        store.read()


def test_injection_is_only_a_name() -> None:
    with EmbeddedStore() as store:
        store.write(store_graph())
        query = "MATCH (n:Method) WHERE n.name CONTAINS $part RETURN n.name AS name"
        assert [row["name"] for row in store.query(query, {"part": INJECTION})] == [NASTY]
        assert evidence(PAPERS[0], "It beats CQL.", "", "method:cql", 1.0).object_start > 0
