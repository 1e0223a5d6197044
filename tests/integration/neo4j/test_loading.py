"""Loading into a real Neo4j: live, by script and in bulk; each gives the same graph."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.exporters import export_graph
from kg.graph import KnowledgeGraph
from kg.importing import import_graph
from kg.pipeline import build
from kg.snapshot import load_graph, open_embedded
from kg.stores.embedded import EmbeddedStore
from tests.integration.bolt_server import BoltServer
from tests.integration.neo4j.loaded_graph import (
    NAMES,
    break_out_graph,
    whole_graph,
    without_mentions,
)
from tests.integration.neo4j.server import Neo4jTools

pytestmark = [pytest.mark.neo4j, pytest.mark.xdist_group("neo4j")]


@pytest.fixture(scope="module")
def graph(small_graph: KnowledgeGraph) -> KnowledgeGraph:
    return whole_graph(small_graph)


@pytest.fixture(scope="module")
def knowledge_base(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("loading") / "papers.kg"
    import_graph(graph, base)
    return base


@pytest.fixture(scope="module")
def module_server(neo4j_server: BoltServer) -> Iterator[BoltServer]:
    yield neo4j_server
    neo4j_server.clear()


@pytest.fixture
def server(module_server: BoltServer) -> Iterator[BoltServer]:
    yield module_server
    module_server.empty()


def size(graph: KnowledgeGraph) -> int:
    return len(graph.papers) + len(graph.entities) + len(graph.relations)


def kg(
    server: BoltServer, *arguments: str | Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kg", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **login(server), **environment},
    )


def login(server: BoltServer) -> dict[str, str]:
    return {
        "KG_NEO4J_USER": server.user,
        "KG_NEO4J_PASSWORD": server.password,
        "KG_NEO4J_DATABASE": server.database or "",
    }


def test_live_twice_from_the_command_line(
    server: BoltServer, graph: KnowledgeGraph, knowledge_base: Path
) -> None:
    first = kg(server, "export", knowledge_base, server.uri)
    assert f"{size(graph)} created, 0 matched, 0 changed, 0 deleted" in first.stderr
    second = kg(server, "export", knowledge_base, server.uri, "--batch-size", "7")
    assert f"0 created, {size(graph)} matched, 0 changed, 0 deleted" in second.stderr
    assert (first.returncode, second.returncode, first.stdout) == (0, 0, "")
    anew = kg(server, "export", knowledge_base, server.uri, "--wipe", "--sync")
    assert f"{size(graph)} created, 0 matched, 0 changed, {size(graph)} deleted" in anew.stderr
    with server.open() as store, open_embedded(knowledge_base) as embedded:
        assert store.read() == graph
        assert embedded.read() == without_mentions(graph)
    kinds = server.rows("SHOW INDEXES YIELD type RETURN type, count(*) ORDER BY type")
    assert ["FULLTEXT", 2] in kinds
    assert len(server.rows("SHOW CONSTRAINTS")) == 7


def test_killed_in_the_middle_and_run_again(
    server: BoltServer, graph: KnowledgeGraph, knowledge_base: Path
) -> None:
    command = [sys.executable, "-m", "kg", "export", str(knowledge_base), server.uri]
    loading = subprocess.Popen(
        [*command, "--batch-size", "1", "--quiet"], env={**os.environ, **login(server)}
    )
    while loading.poll() is None and _count(server) < len(graph.papers) + 5:
        time.sleep(0.02)
    loading.send_signal(signal.SIGKILL)
    loading.wait()
    there = _count(server)
    assert 0 < there < len(graph.papers) + len(graph.entities), "killed too late to show anything"
    with server.open() as store:
        report = store.write(graph)
        assert store.read() == graph
    assert report.created <= size(graph) - there
    assert report.changed == 0


def test_the_script_through_the_real_shell_twice(
    server: BoltServer, graph: KnowledgeGraph, neo4j_tools: Neo4jTools, tmp_path: Path
) -> None:
    script = export_graph(graph, tmp_path / "out.cypher")
    for _ in range(2):
        neo4j_tools.cypher_shell(server, script)
        with server.open() as store:
            assert store.read() == graph
    with server.open() as store:
        report = store.write(graph)
    assert (report.created, report.changed) == (0, 0)


def test_in_bulk_through_neo4j_admin(
    graph: KnowledgeGraph, neo4j_tools: Neo4jTools, tmp_path: Path
) -> None:
    bundle = export_graph(graph, tmp_path / "bundle", format="neo4j-admin", part_rows=5)
    with neo4j_tools.home() as home:
        neo4j_tools.run_with_admin(home, ["sh", str(bundle / "import.sh")])
        with neo4j_tools.start(home) as server:
            for script in ("schema.cypher", "complete.cypher"):
                neo4j_tools.cypher_shell(server, bundle / script)
            with server.open() as store:
                report = store.write(graph)
                assert store.read() == graph
            assert (report.created, report.changed) == (0, 0)
            assert report.matched == size(graph)


def test_names_that_break_out_come_back(server: BoltServer) -> None:
    with server.open() as store:
        store.write(break_out_graph())
        found = store.query("MATCH (m:Method) RETURN m.name ORDER BY m.id").rows
        assert sorted(name for (name,) in found) == sorted(NAMES)
        assert store.read() == break_out_graph()


def test_what_the_knowledge_base_lost_is_taken_out(
    server: BoltServer, small_graph: KnowledgeGraph
) -> None:
    gone = "arxiv:2401.00001"
    smaller = without_paper(small_graph, gone)
    server.rows("CREATE (:Method {name: 'not ours'})-[:LIKES]->(:Paper {title: 'nor this'})")
    with server.open() as store:
        store.write(small_graph)
        server.rows("MATCH (m:Method {name: 'LiteRank'}) CREATE (m)-[:LIKED_BY]->(:Person)")
        report = store.write(smaller, sync=True)
        assert report.deleted == size(small_graph) - size(smaller) - 1
        assert any("1 outdated nodes kept" in note for note in report.notes)
        server.rows("MATCH (:Method {name: 'LiteRank'})-[r:LIKED_BY]->() DELETE r")
        assert store.write(smaller, sync=True).deleted == 1
        again = store.write(smaller, sync=True)
        assert (again.created, again.changed, again.deleted) == (0, 0, 0)
    server.rows("MATCH (m:Method {name: 'not ours'})-[:LIKES]->(p) DETACH DELETE m, p")
    with server.open() as store:
        assert store.read() == smaller


def test_wiping_takes_out_only_what_is_ours(
    server: BoltServer, small_graph: KnowledgeGraph
) -> None:
    server.rows("CREATE (:Method {id: 'method:x', year: 1})-[:USES]->(:Person {name: 'Ada'})")
    with server.open() as store:
        store.write(small_graph)
        assert store.wipe() == size(small_graph)
    assert server.rows("MATCH (n) RETURN count(n)") == [[2]]
    assert server.rows("MATCH ()-[r]->() RETURN count(r)") == [[1]]


def test_a_prefix_keeps_two_graphs_apart(
    server: BoltServer, graph: KnowledgeGraph, small_graph: KnowledgeGraph
) -> None:
    with server.open() as store, server.open(prefix="Kg") as other:
        store.write(small_graph)
        other.write(graph)
        assert store.read() == small_graph
        assert other.read() == graph
        assert other.wipe() == size(graph)
        assert store.read() == small_graph
    labels = {label for (label,) in server.rows("CALL db.labels()")}
    assert {"Paper", "KgPaper"} <= labels


def test_importing_from_the_server_gives_the_same_knowledge_base(
    server: BoltServer, knowledge_base: Path, graph: KnowledgeGraph, tmp_path: Path
) -> None:
    kg(server, "export", knowledge_base, server.uri)
    copy = tmp_path / "copy.kg"
    done = kg(server, "import", server.uri, "--to", copy)
    assert done.returncode == 0, done.stderr
    assert "the graph as it was" in done.stderr
    assert load_graph(copy) == graph
    assert not build([], copy).rebuilt, "nothing is left to do"
    both = [tmp_path / "one.json", tmp_path / "two.json"]
    for base, target in zip((knowledge_base, copy), both, strict=True):
        export_graph(load_graph(base), target)
    assert both[0].read_bytes() == both[1].read_bytes()


def test_each_failure_is_one_clear_line(
    server: BoltServer, knowledge_base: Path, neo4j_tools: Neo4jTools
) -> None:
    wrong = kg(server, "export", knowledge_base, server.uri, KG_NEO4J_PASSWORD="wrong-one")
    assert "refuses the user" in wrong.stderr
    assert "wrong-one" not in wrong.stderr
    port = kg(server, "export", knowledge_base, "bolt://127.0.0.1:1")
    assert "nothing listens on that port" in port.stderr
    base = kg(server, "export", knowledge_base, server.uri, "--database", "nowhere")
    assert "has no database 'nowhere'" in base.stderr
    for failed in (wrong, port, base):
        assert failed.returncode == 1
        assert failed.stderr.count("error:") == 1
        assert "hint:" in failed.stderr
        assert "Traceback" not in failed.stderr
    assert _count(server) == 0


def test_a_database_that_only_reads(
    neo4j_tools: Neo4jTools, small_graph: KnowledgeGraph, knowledge_base: Path
) -> None:
    with neo4j_tools.home() as home:
        with neo4j_tools.start(home) as server, server.open() as store:
            store.write(small_graph)
        with neo4j_tools.start(home, "server.databases.read_only=neo4j") as server:
            failed = kg(server, "export", knowledge_base, server.uri)
            assert failed.returncode == 1
            assert "only reads" in failed.stderr
            assert failed.stderr.count("error:") == 1
            with server.open() as store:
                assert store.read() == small_graph


def test_a_server_that_dies_in_the_middle(
    neo4j_tools: Neo4jTools, knowledge_base: Path, graph: KnowledgeGraph
) -> None:
    command = [sys.executable, "-m", "kg", "export", str(knowledge_base)]
    with neo4j_tools.home() as home:
        with neo4j_tools.start(home) as server:
            loading = subprocess.Popen(
                [*command, server.uri, "--batch-size", "1"],
                env={**os.environ, **login(server)},
                stderr=subprocess.PIPE,
                text=True,
            )
            while loading.poll() is None and _count(server) < 5:
                time.sleep(0.02)
        _, said = loading.communicate(timeout=120)
        assert loading.returncode == 1
        assert f"the connection to {server.uri} broke" in said
        assert said.count("error:") == 1
        assert "loading again is safe" in said
        with neo4j_tools.start(home) as server, server.open() as store:
            store.write(graph)
            assert store.read() == graph


def test_the_embedded_store_and_the_server_hold_the_same(
    server: BoltServer, graph: KnowledgeGraph
) -> None:
    with server.open() as store, EmbeddedStore() as embedded:
        store.write(graph)
        embedded.write(graph)
        assert without_mentions(store.read()) == embedded.read()


def without_paper(graph: KnowledgeGraph, paper_id: str) -> KnowledgeGraph:
    """The graph without what only that paper says."""
    relations = []
    for relation in graph.relations.values():
        rest = tuple(e for e in relation.evidence if e.paper_id != paper_id)
        if rest and relation.subject != paper_id:
            ends = (relation.subject, relation.predicate, relation.object)
            relations.append(relation.from_evidence(*ends, rest))
    kept = {r.object for r in relations} | {r.subject for r in relations}
    return KnowledgeGraph(
        (p for key, p in graph.papers.items() if key != paper_id),
        (e for key, e in graph.entities.items() if key in kept),
        relations,
        (m for key in graph.papers if key != paper_id for m in graph.mentions(key)),
    )


def _count(server: BoltServer) -> int:
    [[count]] = server.rows("MATCH (n) RETURN count(n)")
    assert isinstance(count, int)
    return count
