"""Rows per second of loading Neo4j, beside a bare loop of the driver, and of the bulk export.

    python benchmarks/neo4j_load.py live --nodes 100000 --relations 500000
    python benchmarks/neo4j_load.py bulk --nodes 1000000 --relations 5000000
    python benchmarks/neo4j_load.py bundle --folder FOLDER

``live`` sends one graph twice into an empty Neo4j: through kg's store (constraints, indexes,
upserts that may be repeated) and by a bare loop of ``UNWIND $rows ... CREATE`` in batches of the
same size without any constraint, which finds the ends of relations by the database's own numbers.
``bulk`` writes a bundle for neo4j-admin from a stream, imports it, and counts it in a server;
``bundle`` does so with one that is there.

The server is the one that the tests set up (Java 17 and Maven), or KG_TEST_NEO4J_URI for ``live``.
Quote the ratios: machines differ and are noisy.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import neo4j

from kg.cypher import node_batches, relation_batches
from kg.exporters.neo4j_admin import write_bundle
from kg.graph import KnowledgeGraph, Node
from kg.model import Evidence, Method, Paper, Relation
from kg.model.relation import Predicate
from tests.integration.bolt_server import BoltServer
from tests.integration.neo4j.server import Neo4jTools

WORDS = "graph policy model data learning offline language vision agent search code 雪 β".split()
MEGABYTE = 1024  # ru_maxrss is in kilobytes on Linux
PAPERS = 5
"""One node in so many is a paper."""


def papers(nodes: int) -> Iterator[Paper]:
    """A fifth of the nodes: papers with a title and an abstract of some 150 words."""
    draw = random.Random(1)
    for number in range(nodes // PAPERS):
        yield Paper(
            id=f"arxiv:{number:08}",
            title=f"Paper {number} on {_words(draw, 6)}",
            abstract=_words(draw, 150),
            year=2000 + number % 26,
            authors=(_words(draw, 2), _words(draw, 2)),
            source="arxiv",
        )


def methods(nodes: int) -> Iterator[Method]:
    """The other nodes."""
    for number in range(nodes - nodes // PAPERS):
        yield Method(id=f"method:m{number}", name=f"M{number}", aliases=(f"Method {number}",))


def relations(nodes: int, count: int, predicate: Predicate) -> Iterator[Relation]:
    """Relations with one sentence each, from papers to methods or between methods."""
    draw = random.Random(predicate)
    from_papers = predicate in ("USES", "INTRODUCES")
    papers_, methods_ = nodes // PAPERS, nodes - nodes // PAPERS
    seen = set()
    while len(seen) < count:
        paper = draw.randrange(papers_)
        start = paper if from_papers else draw.randrange(methods_)
        end = draw.randrange(methods_)
        if (start, end) in seen or (not from_papers and start == end):
            continue
        seen.add((start, end))
        sentence = _words(draw, 20)
        evidence = Evidence.of_checked(
            paper_id=f"arxiv:{paper:08}",
            start=0,
            end=len(sentence),
            sentence=sentence,
            object_start=0,
            object_end=5,
            subject_start=None,
            subject_end=None,
            cue="",
            extractor="kg_ner",
            score=0.5,
        )
        subject = f"arxiv:{start:08}" if from_papers else f"method:m{start}"
        yield Relation.from_evidence(subject, predicate, f"method:m{end}", (evidence,))


SHARES: dict[Predicate, float] = {"USES": 0.6, "EXTENDS": 0.4}


def _words(draw: random.Random, count: int) -> str:
    return " ".join(draw.choices(WORDS, k=count))


class Stream:
    """A stream that can be read again."""

    def __init__(self, make: Callable[..., Iterator[Any]], *arguments: Any) -> None:
        self.make, self.arguments = make, arguments

    def __iter__(self) -> Iterator[Any]:
        return self.make(*self.arguments)


def measure_live(nodes: int, count: int, batch_size: int, *, again: bool) -> None:
    """Load one graph by the store and by the bare loop."""
    graph = KnowledgeGraph(
        papers(nodes),
        methods(nodes),
        [r for p, share in SHARES.items() for r in relations(nodes, int(count * share), p)],
    )
    rows = len(graph.papers) + len(graph.entities) + len(graph.relations)
    tools = Neo4jTools.find()
    seconds = {}
    for name, load in (("bare loop", bare_loop), ("kg", through_the_store)):
        with tools.home() as home, tools.start(home) as server:
            warm(server)
            began = time.perf_counter()
            load(server, graph, batch_size)
            seconds[name] = time.perf_counter() - began
            [[found]] = server.rows("MATCH (n) RETURN count(n)")
            [[joined]] = server.rows("MATCH ()-[r]->() RETURN count(r)")
            assert found + joined == rows, f"{found} nodes and {joined} relations"
            print(f"{name}: {seconds[name]:.1f} s, {rows / seconds[name]:.0f} rows/s", flush=True)
            if load is through_the_store and again:
                began = time.perf_counter()
                load(server, graph, batch_size)
                print(f"kg, once more: {time.perf_counter() - began:.1f} s", flush=True)
    print(f"ratio: {seconds['bare loop'] / seconds['kg']:.2f}")


def warm(server: BoltServer) -> None:
    """Let the server compile what every load needs."""
    for _ in range(20):
        server.rows("UNWIND range(1, 1000) AS n CREATE (x:Warm {n: n}) DELETE x")


def through_the_store(server: BoltServer, graph: KnowledgeGraph, batch_size: int) -> None:
    """Load by kg."""
    with server.open(batch_size=batch_size) as store:
        store.write(graph)


def bare_loop(server: BoltServer, graph: KnowledgeGraph, batch_size: int) -> None:
    """Send the same rows without constraints, and never again."""
    auth = (server.user, server.password)
    with (
        neo4j.GraphDatabase.driver(server.uri, auth=auth) as driver,
        driver.session(database=server.database) as session,
    ):
        place: dict[str, int] = {}
        for statement, batch in node_batches(graph.nodes_by_label(), batch_size):
            label = statement.split("`")[1]
            text = f"UNWIND $rows AS row CREATE (n:`{label}`) SET n = row.properties, n.id = row.id"
            found = session.run(f"{text} RETURN n.id, id(n)", rows=batch)
            place.update((record[0], record[1]) for record in found)
        for statement, batch in relation_batches(graph.relations_by_type(), batch_size):
            kind = statement.rpartition("[r:`")[2].partition("`")[0]
            ends = [
                {"a": place[r["subject"]], "b": place[r["object"]], "p": r["properties"]}
                for r in batch
            ]
            session.run(
                "UNWIND $rows AS row MATCH (a) WHERE id(a) = row.a MATCH (b) WHERE id(b) = row.b "
                f"CREATE (a)-[r:`{kind}`]->(b) SET r = row.p",
                rows=ends,
            ).consume()


def measure_bulk(nodes: int, count: int) -> None:
    """Write, import and count a bundle."""
    labelled: dict[str, Iterable[Node]] = {
        "Paper": Stream(papers, nodes),
        "Method": Stream(methods, nodes),
    }
    joined = {
        (p, "Paper" if p in ("USES", "INTRODUCES") else "Method", "Method"): Stream(
            relations, nodes, int(count * share), p
        )
        for p, share in SHARES.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        generated = sum(1 for stream in (*labelled.values(), *joined.values()) for _ in stream)
        making = time.perf_counter() - began
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
        bundle = Path(folder) / "bundle"
        began = time.perf_counter()
        write_bundle(bundle, labelled, joined)
        writing = time.perf_counter() - began - making
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
        size = sum(path.stat().st_size for path in bundle.iterdir()) / 1e6
        print(
            f"{generated} rows: written in {writing:.1f} s (and {making:.1f} s to make them), "
            f"{size:.0f} MB; peak {peak:.0f} MB, {held:.0f} MB of it for making them",
            flush=True,
        )
        import_and_count(bundle)


def import_and_count(bundle: Path) -> None:
    """Import a bundle by neo4j-admin, start a server on it, and compare its counts.

    Raises:
        RuntimeError: They are not those of ``counts.json``.
    """
    expected = json.loads((bundle / "counts.json").read_bytes())
    tools = Neo4jTools.find()
    with tools.home() as home:
        began = time.perf_counter()
        command = ["sh", str(bundle / "import.sh")]
        tools.run_with_admin(home, command, memory=("-Xmx4g",), seconds=3600)
        print(f"imported in {time.perf_counter() - began:.1f} s", flush=True)
        with tools.start(home) as server:
            labels = dict(server.rows("MATCH (n) RETURN labels(n)[0], count(n)"))
            types = dict(server.rows("MATCH ()-[r]->() RETURN type(r), count(r)"))
    print(f"the server counts {Counter(labels)} {Counter(types)}")
    if (labels, types) != (expected["nodes"], expected["relations"]):
        raise RuntimeError(f"counts.json says {expected}")


def main() -> int:
    """Run one of the measurements."""
    logging.getLogger("neo4j").addHandler(logging.NullHandler())  # id() is on its way out
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("live", "bulk", "bundle"))
    parser.add_argument("--folder", type=Path, help="a bundle that kg export has written")
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--relations", type=int, default=500_000)
    parser.add_argument("--batch-size", type=int, default=1000)
    parser.add_argument("--again", action="store_true", help="load a second time by kg")
    given = parser.parse_args()
    if given.what == "live":
        measure_live(given.nodes, given.relations, given.batch_size, again=given.again)
    elif given.what == "bundle":
        if given.folder is None:
            parser.error("bundle wants --folder")
        import_and_count(given.folder)
    else:
        measure_bulk(given.nodes, given.relations)
    return 0


if __name__ == "__main__":
    sys.exit(main())
