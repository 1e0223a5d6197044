"""JSON-LD of a large graph: writing it, loading it into pyoxigraph, reading it back.

The graph is made of a knowledge base as in ``explorer_page.py``: 20,000 nodes and 100,000
relations with real sentences. Beside it the named alternative: the node-link form in one call of
``json.dumps``. Each step runs in a process of its own, which first loads the graph; what memory
grows by from there is what the step itself takes.

    PYTHONPATH=. python benchmarks/linked_data.py papers.kg
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STEPS = ("jsonld", "frame", "json.dumps", "parse", "pyoxigraph", "import")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kb", type=Path)
    parser.add_argument("--nodes", type=int, default=20_000)
    parser.add_argument("--relations", type=int, default=100_000)
    parser.add_argument("--whole", action="store_true", help="the graph as it is, with mentions")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        print(json.dumps(measure(given.step, given.kb)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        counts = prepare(given, folder / "graph.json")
        print(" ".join(f"{count:,} {what}" for what, count in counts.items()))
        for step in STEPS:
            command = [sys.executable, __file__, str(folder / "graph.json"), "--step", step]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=os.environ)
            figures = json.loads(done.stdout)
            print(f"{step:>12}  " + "  ".join(f"{k} {v}" for k, v in figures.items()), flush=True)


def prepare(given: argparse.Namespace, target: Path) -> dict[str, int]:
    """Write the graph where every step can load it."""
    from benchmarks.explorer_page import sized
    from kg.exporters.node_link import write_node_link
    from kg.snapshot import load_graph

    graph = load_graph(given.kb)
    if not given.whole:
        graph = sized(graph, given.nodes, given.relations)
    write_node_link(graph, target)
    stats = graph.stats()
    return {
        "nodes": sum(stats.nodes.values()),
        "relations": sum(stats.relations.values()),
        "sentences": stats.evidence,
        "mentions": stats.mentions,
    }


def measure(step: str, source: Path) -> dict[str, Any]:
    """Time, size and memory of one step."""
    from kg.exporters.jsonld import write_jsonld
    from kg.importers import load_graph_file

    target = source.with_name("graph.jsonld")
    if step == "parse":
        return timed(lambda: count_triples(target))
    if step == "pyoxigraph":
        return timed(lambda: load_store(target))
    if step == "import":
        figures = timed(lambda: load_graph_file(target))
        return figures | {"equal": load_graph_file(target) == load_graph_file(source)}
    graph = load_graph_file(source)
    if step == "json.dumps":
        return timed(lambda: dump_all(graph, source.with_name("all.json")))
    path = target if step == "jsonld" else source.with_name("framed.jsonld")
    figures = timed(lambda: write_jsonld(graph, path, frame=step == "frame"))
    return figures | {"MB written": round(path.stat().st_size / 1e6, 1)}


def timed(act: Callable[[], Any]) -> dict[str, Any]:
    """Seconds of an act, and by how many megabytes the process grew meanwhile."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)  # what loading needed is no longer counted
    highest = before = resident()
    done = threading.Event()

    def watch() -> None:
        nonlocal highest
        while not done.wait(0.02):
            highest = max(highest, resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    start, used = time.perf_counter(), time.process_time()
    found = act()
    seconds, used = time.perf_counter() - start, time.process_time() - used
    done.set()
    watcher.join()
    figures = {"seconds": round(seconds, 1), "of the processor": round(used, 1)}
    figures["MB grown"] = max(highest, resident()) - before
    return figures | (found if isinstance(found, dict) else {})


def resident() -> int:
    """Memory of this process now, in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() // 2**20


def count_triples(target: Path) -> dict[str, Any]:
    """Read the file as a stream, keeping nothing."""
    import pyoxigraph

    with target.open("rb") as file:
        quads = pyoxigraph.parse(file, pyoxigraph.RdfFormat.STREAMING_JSON_LD)
        return {"triples": sum(1 for _ in quads)}


def load_store(target: Path) -> dict[str, Any]:
    """Load the file into a store and ask it once."""
    import pyoxigraph

    store = pyoxigraph.Store()
    with target.open("rb") as file:
        store.bulk_load(file, pyoxigraph.RdfFormat.STREAMING_JSON_LD)
    start = time.perf_counter()
    rows = store.query(
        "PREFIX kg: <https://w3id.org/kg-papers/vocab#> PREFIX skos: "
        "<http://www.w3.org/2004/02/skos/core#> SELECT ?name (COUNT(?paper) AS ?papers) WHERE "
        "{ ?paper kg:evaluatesOn ?b . ?b skos:prefLabel ?name } "
        "GROUP BY ?name ORDER BY DESC(?papers) LIMIT 5"
    )
    list(rows)  # type: ignore[arg-type]
    return {"triples": len(store), "a query, ms": round((time.perf_counter() - start) * 1000)}


def dump_all(graph: Any, path: Path) -> dict[str, Any]:
    """The node-link form, whole in memory."""
    nodes = [{"kind": "Paper", **p.model_dump(mode="json")} for p in graph.papers.values()]
    nodes += [e.model_dump(mode="json") for e in graph.entities.values()]
    edges = [
        {"source": r.subject, "target": r.object, "key": r.id, **r.model_dump(mode="json")}
        for r in graph.relations.values()
    ]
    mentions = [m.model_dump(mode="json") for p in graph.papers for m in graph.mentions(p)]
    data = {"graph": {"mentions": mentions}, "nodes": nodes, "edges": edges}
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return {"MB written": round(path.stat().st_size / 1e6, 1)}


if __name__ == "__main__":
    main()
