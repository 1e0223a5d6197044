"""The triples of a knowledge base: in memory, or kept in the snapshot and safe from crashes."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg import triples
from kg.errors import KnowledgeBaseError, StoreError
from kg.ledger import Ledger
from kg.snapshot import current_snapshot, write_snapshot
from kg.stores.sparql import SparqlStore
from kg.triples import open_triples
from tests.stores.store_graph import store_graph

NAMES = "SELECT ?n { ?m skos:prefLabel ?n } ORDER BY ?n"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "papers.kg"
    folder.mkdir()
    Ledger(folder / "ledger.sqlite", create=True).close()
    write_snapshot(folder, store_graph(), "0" * 64)
    return folder


def kept(base: Path) -> list[str]:
    names = (path.name for path in current_snapshot(base).iterdir() if path.is_dir())
    return sorted(names)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triples, "LARGE", 1)


def test_a_small_graph_leaves_nothing_behind(base: Path) -> None:
    with open_triples(base, on_note=pytest.fail) as store:
        assert len(store.query(NAMES).rows) == len(store_graph().entities)
    assert kept(base) == []


@pytest.mark.usefixtures("large")
def test_a_large_graph_is_written_once(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes: list[str] = []
    with open_triples(base, on_note=notes.append) as store:
        first = store.query(NAMES).rows
    assert len(notes) == 1
    assert len(kept(base)) == 1
    monkeypatch.setattr(triples, "load_graph", lambda _: pytest.fail("read again"))
    with open_triples(base, on_note=pytest.fail) as one, open_triples(base) as other:
        assert one.query(NAMES).rows == other.query(NAMES).rows == first


@pytest.mark.usefixtures("large")
def test_a_new_graph_has_new_triples(base: Path) -> None:
    open_triples(base).close()
    smaller = store_graph().subgraph(["method:cql", "method:sac"])
    write_snapshot(base, smaller, "1" * 64)
    assert kept(base) == []
    with open_triples(base) as store:
        assert store.query(NAMES).rows == (("CQL",), ("SAC",))


@pytest.mark.usefixtures("large")
def test_a_killed_writer_leaves_nothing_that_is_read(base: Path, monkeypatch: Any) -> None:
    def killed(path: Path, quads: Iterator[Any]) -> None:
        path.mkdir()
        (path / "half").write_bytes(b"...")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SparqlStore, "create", killed)
        with pytest.raises(KeyboardInterrupt):
            open_triples(base)
    (left,) = kept(base)
    assert left.startswith(".new-triples-")
    with open_triples(base) as store:
        assert len(store.query(NAMES).rows) == len(store_graph().entities)
    assert left in kept(base)  # another process may still write it
    whole = next(name for name in kept(base) if not name.startswith("."))
    shutil.rmtree(current_snapshot(base) / whole)
    long_ago = time.time() - 2 * triples.ABANDONED
    os.utime(current_snapshot(base) / left, (long_ago, long_ago))
    open_triples(base).close()
    assert kept(base) == [whole]


@pytest.mark.usefixtures("large")
def test_damaged_triples_are_made_again(base: Path) -> None:
    open_triples(base).close()
    folder = current_snapshot(base) / kept(base)[0]
    (folder / "CURRENT").write_bytes(b"")
    with open_triples(base) as store:
        assert len(store.query(NAMES).rows) == len(store_graph().entities)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("full", [True, False])
def test_a_full_disk_and_a_faster_process(base: Path, full: bool, monkeypatch: Any) -> None:
    real = SparqlStore.create
    notes: list[str] = []

    def create(path: Path, quads: Iterator[Any]) -> None:
        if full:
            raise StoreError("cannot write: no space left")
        real(path, quads)
        shutil.copytree(path, path.parent / triples._folder_name())

    monkeypatch.setattr(SparqlStore, "create", create)
    with open_triples(base, on_note=notes.append) as store:
        assert len(store.query(NAMES).rows) == len(store_graph().entities)
    assert [("in memory only" in note) for note in notes] == ([False, True] if full else [False])
    assert not [name for name in kept(base) if name.startswith(".new-")]


def test_no_knowledge_base(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeBaseError, match="no knowledge base"):
        open_triples(tmp_path)
