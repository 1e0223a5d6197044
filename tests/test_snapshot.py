"""A graph on disk answers like the one in memory, and a reader never sees half of one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings

from kg.errors import KnowledgeBaseError
from kg.graph import KnowledgeGraph
from kg.ledger import Ledger
from kg.linking import Linker, link_extractions
from kg.model import Extraction
from kg.snapshot import (
    content_fingerprint,
    current_snapshot,
    load_graph,
    open_embedded,
    snapshot_state,
    write_linked,
    write_snapshot,
)
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


@pytest.mark.parametrize("builds", [1, 2])
def test_a_reader_that_meets_new_snapshots_reads_one_whole(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, builds: int
) -> None:
    base, graph = empty_base(tmp_path_factory), sample_graph()
    before = KnowledgeGraph(graph.papers.values())
    write_snapshot(base, before, "one")
    from kg import snapshot

    known = snapshot.current_snapshot
    once: list[Path] = []

    def replaced_meanwhile(at: Path) -> Path:
        folder = known(at)
        if not once:
            once.append(folder)
            for _ in range(builds):
                write_snapshot(at, graph, "two")
        return folder

    monkeypatch.setattr(snapshot, "current_snapshot", replaced_meanwhile)
    # the former snapshot stays until the build after the next
    assert load_graph(base) == (before if builds == 1 else graph)
    once.clear()
    with open_embedded(base) as store:
        assert store.read().relations == graph.relations


def test_one_former_snapshot_stays(tmp_path_factory: pytest.TempPathFactory) -> None:
    base, graph = empty_base(tmp_path_factory), sample_graph()
    for state, kept in (("one", 1), ("two", 2), ("three", 2), ("four", 2)):
        (base / "graph" / ".new-left").mkdir(parents=True)
        write_snapshot(base, graph, state)
        folders = [path.name for path in (base / "graph").iterdir() if path.is_dir()]
        assert len(folders) == kept
        assert current_snapshot(base).name.startswith(f"{state}-")


def test_the_fingerprint_is_that_of_the_content(tmp_path_factory: pytest.TempPathFactory) -> None:
    graph, bases = sample_graph(), [empty_base(tmp_path_factory) for _ in range(3)]
    write_snapshot(bases[0], graph, "one")
    write_snapshot(bases[1], graph, "two")
    write_snapshot(bases[2], KnowledgeGraph(graph.papers.values()), "one")
    first, second, other = map(content_fingerprint, bases)
    assert first == second == content_fingerprint(bases[0], check=True)
    assert first != other
    path = current_snapshot(bases[0]) / "papers.jsonl"
    path.write_bytes(path.read_bytes().replace(b"a", b"b", 1))
    assert content_fingerprint(bases[0]) == first
    with pytest.raises(KnowledgeBaseError, match=r"papers\.jsonl is not what was written"):
        content_fingerprint(bases[0], check=True)


@pytest.mark.parametrize("number", [1, 3])
def test_a_snapshot_of_another_format_is_no_damage(
    tmp_path_factory: pytest.TempPathFactory, number: int
) -> None:
    base = empty_base(tmp_path_factory)
    write_snapshot(base, sample_graph(), "one")
    manifest = current_snapshot(base) / "manifest.json"
    manifest.write_text(json.dumps({"format": number, "state": "one", "nodes": 3}), "utf-8")
    for read in (load_graph, open_embedded, content_fingerprint):
        with pytest.raises(KnowledgeBaseError, match=f"has format {number}, this kg reads") as told:
            read(base)
        assert "kg rebuild" in told.value.hint
    assert snapshot_state(base) is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 2}'])
def test_a_damaged_manifest_is_named(
    tmp_path_factory: pytest.TempPathFactory, content: str
) -> None:
    base = empty_base(tmp_path_factory)
    write_snapshot(base, sample_graph(), "one")
    (current_snapshot(base) / "manifest.json").write_text(content, "utf-8")
    with pytest.raises(KnowledgeBaseError, match=r"damaged: manifest\.json"):
        load_graph(base)
