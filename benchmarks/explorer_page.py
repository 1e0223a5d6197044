"""The explorer page of a large graph in headless Chromium: size, first picture, search, frames.

The graph is cut from a knowledge base: its most connected nodes, with their relations. Where these
are too few, relations of the nodes left out are joined to kept nodes of the same kind, and, of a
small knowledge base, nodes are repeated under ids of their own; sentences are always real ones.

    python benchmarks/explorer_page.py papers.kg
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

from kg.graph import KnowledgeGraph, Node, label_of
from kg.model import Paper, Relation
from kg.pages import render_explorer
from kg.pages.payload import choose_nodes
from kg.snapshot import load_graph
from tests.integration.browser.conftest import FLAGS, NAMES

FRAMES = """async (act) => {
    const camera = kgExplorer.picture.renderer.getCamera();
    const opening = camera.getState();
    let drawn = 0;
    const count = () => (drawn += 1);
    for (const name of ["afterRender", "shifted"]) kgExplorer.picture.renderer.on(name, count);
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const start = performance.now();
    const gaps = [];
    let before = start;
    for (let i = 0; performance.now() - start < 4000; i += 1) {
        const turn = Math.sin(i / 12);
        camera.setState(act === "pan"
            ? { x: opening.x + 0.15 * turn }
            : { ratio: opening.ratio * Math.pow(4, -Math.abs(turn)) });
        await frame();
        const now = performance.now();
        gaps.push(now - before);
        before = now;
    }
    const seconds = (performance.now() - start) / 1000;
    for (const name of ["afterRender", "shifted"]) kgExplorer.picture.renderer.off(name, count);
    camera.setState(opening);
    return { rate: drawn / seconds, gaps };
}"""
REDRAW = """() => {
    const { renderer } = kgExplorer.picture;
    const gl = renderer.webGLContexts.nodes;
    const times = [0, 1, 2].map(() => {
        const start = performance.now();
        renderer.refresh();
        gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
        return performance.now() - start;
    });
    return Math.min(...times);
}"""
SEARCH = """(query) => {
    const input = document.getElementById("search");
    input.focus();
    input.value = query;
    const start = performance.now();
    input.dispatchEvent(new Event("input"));
    const spent = performance.now() - start;
    const found = document.querySelectorAll("#hits [role=option]").length;
    input.value = "";
    input.dispatchEvent(new Event("input"));
    input.blur();
    return [spent, found];
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kb", type=Path)
    parser.add_argument("--nodes", type=int, default=20_000)
    parser.add_argument("--relations", type=int, default=100_000)
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    parser.add_argument("--keep", type=Path, help="write the page here as well")
    given = parser.parse_args()
    graph = sized(load_graph(given.kb), given.nodes, given.relations)
    start = time.perf_counter()
    page = render_explorer(graph, title="Explorer benchmark", max_nodes=given.nodes)
    figures: dict[str, Any] = {
        "nodes": len(graph.papers) + len(graph.entities),
        "relations": len(graph.relations),
        "made in s": round(time.perf_counter() - start, 1),
        "file MB": round(len(page.encode()) / 1e6, 2),
    }
    if given.keep:
        given.keep.write_text(page, encoding="utf-8", newline="\n")
    figures |= measure(page, queries(graph))
    figures["machine"] = f"{platform.machine()}, software rendering (SwiftShader)"
    if given.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name:>28}  {value}" for name, value in figures.items()))


def sized(graph: KnowledgeGraph, nodes: int, relations: int) -> KnowledgeGraph:
    """A graph with so many nodes and relations, made of the given one."""
    kept = choose_nodes(graph, nodes)
    chosen: dict[str, Node] = {n.id: n for n in graph.nodes() if n.id in kept}
    originals = list(chosen.values())
    copies = 0
    while len(chosen) < nodes:
        node = originals[copies % len(originals)]
        copy = node.model_copy(update={"id": f"{node.id}-{copies // len(originals) + 2}"})
        chosen[copy.id] = copy
        copies += 1
    like: dict[str, list[str]] = defaultdict(list)
    for node in chosen.values():
        like[label_of(node)].append(node.id)
    edges: dict[str, Relation] = {
        r.id: r for r in graph.relations.values() if r.subject in kept and r.object in kept
    }
    for relation in joined(graph, kept, like):
        if len(edges) >= relations:
            break
        edges.setdefault(relation.id, relation)
    return KnowledgeGraph(
        [n for n in chosen.values() if isinstance(n, Paper)],
        [n for n in chosen.values() if not isinstance(n, Paper)],
        list(edges.values())[:relations],
    )


def joined(graph: KnowledgeGraph, kept: set[str], like: dict[str, list[str]]) -> Iterator[Relation]:
    """Relations of nodes left out, then of all, led to other nodes of the same kind."""

    def led(node_id: str, turn: int) -> str:
        others = like[label_of(graph.node(node_id))]
        pick = int.from_bytes(sha256(f"{turn} {node_id}".encode()).digest()[:6], "big")
        return others[pick % len(others)] if others else ""

    for turn in range(50):
        for relation in graph.relations.values():
            ends = [
                end if turn == 0 and end in kept else led(end, turn)
                for end in (relation.subject, relation.object)
            ]
            if all(ends) and ends[0] != ends[1]:
                yield Relation.from_evidence(
                    ends[0], relation.predicate, ends[1], relation.evidence
                )


def queries(graph: KnowledgeGraph) -> list[str]:
    """Beginnings, middles and ends of names, common and rare, and one that is nowhere."""
    names = sorted(entity.name for entity in graph.entities.values())
    some = [names[i * len(names) // 8] for i in range(8)]
    return ["a", "re", "learn", *(n[:4] for n in some), *(n[-5:] for n in some), "zzqx"]


def measure(page: str, words: list[str]) -> dict[str, Any]:
    """Open the page from disk, three times for the first picture, then use it."""
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, (os.environ.get("KG_CHROMIUM", ""), *NAMES))))
    requests: list[str] = []
    errors: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        path = Path(folder) / "page.html"
        path.write_text(page, encoding="utf-8", newline="\n")
        browser = driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
        pictures, ready = [], []
        for _ in range(3):
            view = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
            view.set_default_timeout(120_000)
            view.on("request", lambda request: requests.append(request.url))
            view.on("pageerror", lambda error: errors.append(str(error)))
            view.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
            view.goto(path.as_uri(), wait_until="commit")
            view.wait_for_selector("body.ready")
            pictures.append(view.evaluate("performance.getEntriesByName('picture')[0].startTime"))
            ready.append(view.evaluate("performance.now()"))
            if len(pictures) < 3:
                view.context.close()
        view.wait_for_timeout(4000)
        searches = [view.evaluate(SEARCH, word) for word in words * 2]
        view.wait_for_timeout(4000)
        pan = view.evaluate(FRAMES, "pan")
        view.wait_for_timeout(4000)
        zoom = view.evaluate(FRAMES, "zoom")
        redraw = view.evaluate(REDRAW)
        shifted = view.evaluate("kgExplorer.picture.renderer.slow")
        browser.close()
    spent = [row[0] for row in searches]
    return {
        "first picture s (3 runs)": [round(ms / 1000, 2) for ms in pictures],
        "everything ready s (3 runs)": [round(ms / 1000, 2) for ms in ready],
        "search ms, median and worst": [round(median(spent), 1), round(max(spent), 1)],
        "pan frames/s": round(pan["rate"], 1),
        "zoom frames/s": round(zoom["rate"], 1),
        "worst frame ms (pan, zoom)": [round(max(part["gaps"])) for part in (pan, zoom)],
        "moves by shifting the image": shifted,
        "a frame drawn anew ms": round(redraw),
        "requests beyond the file": sum(not url.startswith("file:") for url in requests),
        "console errors": len(errors),
    }


if __name__ == "__main__":
    main()
