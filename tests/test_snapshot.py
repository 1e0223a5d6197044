"""A graph on disk answers like the one in memory, and a reader never sees half of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings

from kg.graph import KnowledgeGraph
from kg.ledger import Ledger
from kg.linking import Linker, link_extractions
from kg.model import Extraction
from kg.snapshot import load_graph, open_embedded, write_linked, write_snapshot
from tests.sample_graph import sample_graph
from tests.strategies import corpora, graphs


def empty_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("base") / "a.kg"
    base.mkdir()
    Ledger(base / "ledger.sqlite", create=True).close()
    return base


@settings(max_examples=25)
@given(graphs())
def test_a_graph_comes_back_from_disk(
    tmp_path_factory: pytest.TempPathFactory, graph: KnowledgeGraph
) -> None:
    base = empty_base(tmp_path_factory)
    write_snapshot(base, graph, "state")
    stored = load_graph(base)
    assert stored == graph
    assert graph == stored
    assert list(stored.records()) == list(graph.records())
    assert stored.stats() == graph.stats()
    assert list(stored.triples()) == list(graph.triples())
    assert as_lists(stored.nodes_by_label()) == as_lists(graph.nodes_by_label())
    assert as_lists(stored.relations_by_type()) == as_lists(graph.relations_by_type())


K = TypeVar("K")
V = TypeVar("V")


def as_lists(groups: Mapping[K, Sequence[V]]) -> list[tuple[K, list[V]]]:
    for records in groups.values():
        assert list(records) == [records[place] for place in range(len(records))]
        assert list(records[1:]) == list(records)[1:]
    return [(key, list(records)) for key, records in groups.items()]


@settings(max_examples=25)
@given(corpora())
def test_papers_linked_one_by_one_make_the_graph(
    tmp_path_factory: pytest.TempPathFactory, corpus: list[Extraction]
) -> None:
    base = empty_base(tmp_path_factory)
    write_linked(base, Linker(corpus), sorted(corpus, key=lambda e: e.paper.id), "state")
    found = link_extractions(corpus)
    graph = KnowledgeGraph(found.papers, found.entities, found.relations, found.mentions)
    assert load_graph(base) == graph
    left = {path.name for path in (base / "graph").iterdir()}
    assert len(left) == 2
    assert "CURRENT" in left


def test_a_graph_that_was_opened_outlives_its_snapshot(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    base, graph = empty_base(tmp_path_factory), sample_graph()
    write_snapshot(base, graph, "one")
    stored = load_graph(base)
    write_snapshot(base, KnowledgeGraph(graph.papers.values()), "two")
    assert stored == graph
    assert load_graph(base) != graph


def test_a_reader_that_meets_a_new_snapshot_takes_it(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, graph = empty_base(tmp_path_factory), sample_graph()
    write_snapshot(base, KnowledgeGraph(graph.papers.values()), "one")
    from kg import snapshot

    known = snapshot.current_snapshot
    once: list[Path] = []

    def replaced_meanwhile(at: Path) -> Path:
        folder = known(at)
        if not once:
            once.append(folder)
            write_snapshot(at, graph, "two")
        return folder

    monkeypatch.setattr(snapshot, "current_snapshot", replaced_meanwhile)
    assert load_graph(base) == graph
    once.clear()
    with open_embedded(base) as store:
        assert store.read().relations == graph.relations
