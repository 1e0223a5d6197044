"""The pyvis page, opened from disk."""

from __future__ import annotations

import pytest

from kg.graph import KnowledgeGraph
from kg.model import Method, Paper, Relation, Url
from kg.pages import render_pyvis
from tests.integration.browser.conftest import Check, Open, Opened
from tests.pages.page_graph import (
    NASTY,
    NASTY_IMAGE,
    large_graph,
    make_evidence,
    nasty_graph,
    small_graph,
)

pytestmark = pytest.mark.browser


def _hover(opened: Opened, node: int) -> None:
    spot = opened.view.evaluate(
        """(node) => {
            const box = document.getElementById("picture").getBoundingClientRect();
            const spot = kgNetwork.canvasToDOM(kgNetwork.getPositions([node])[node]);
            return { x: box.x + spot.x, y: box.y + spot.y };
        }""",
        node,
    )
    opened.view.mouse.move(spot["x"] + 3, spot["y"] + 3)
    opened.view.mouse.move(spot["x"], spot["y"])


@pytest.mark.parametrize("nodes", [13, 300])
def test_opens_without_network_and_without_errors(open_page: Open, nodes: int) -> None:
    graph = small_graph() if nodes == 13 else large_graph(400)
    opened = open_page(render_pyvis(graph, title="Small"))
    assert opened.view.title() == "Small"
    assert opened.view.evaluate("kgNetwork.body.data.nodes.length") == nodes
    assert ("most connected" in opened.view.inner_text("body")) == (nodes == 300)
    opened.quiet()


def _hover_edge(opened: Opened, edge: int) -> None:
    """Move the pointer to where an edge is drawn and no node is."""
    spot = opened.view.evaluate(
        """(index) => {
            const edge = kgNetwork.body.data.edges.get()[index];
            const ends = kgNetwork.getPositions([edge.from, edge.to]);
            const from = kgNetwork.canvasToDOM(ends[edge.from]);
            const to = kgNetwork.canvasToDOM(ends[edge.to]);
            const box = document.getElementById("picture").getBoundingClientRect();
            const isOn = (x, y) =>
                kgNetwork.getNodeAt({ x, y }) === undefined &&
                kgNetwork.getEdgeAt({ x, y }) === edge.id;
            // An edge is bent: look beside the straight line, until all around is on the edge.
            for (let off = 0; off < 60; off += 1) {
                for (const share of [0.5, 0.4, 0.6, 0.3, 0.7]) {
                    for (const [right, down] of [[off, 0], [-off, 0], [0, off], [0, -off]]) {
                        const x = Math.round(from.x * (1 - share) + to.x * share + right);
                        const y = Math.round(from.y * (1 - share) + to.y * share + down);
                        const around = [[0, 0], [3, 0], [-3, 0], [0, 3], [0, -3]];
                        if (around.every(([dx, dy]) => isOn(x + dx, y + dy))) {
                            return { x: box.x + x, y: box.y + y };
                        }
                    }
                }
            }
        }""",
        edge,
    )
    assert spot, "no place where only this edge is"
    opened.view.mouse.move(spot["x"] + 1, spot["y"])
    opened.view.mouse.move(spot["x"], spot["y"])


def _tooltip(opened: Opened) -> str:
    shown = opened.view.locator(".vis-tooltip")
    shown.wait_for()
    words = shown.inner_text()
    assert shown.locator(":not(br)").count() == 0  # lines of text
    opened.view.mouse.move(2, 200)
    shown.wait_for(state="hidden")
    return words


def test_tooltips_are_text(open_page: Open) -> None:
    """Names, aliases, addresses and evidence: nothing of them is markup, nothing is a link."""
    graph = nasty_graph()
    href = "https://a.org/?q='onmouseover='alert(1)//javascript:alert(2)"
    url = Url(id="url:a.org", name=f"{NASTY_IMAGE} a.org", href=href, url_kind="code")
    paper = next(iter(graph.papers.values()))
    evidence = make_evidence(paper, 0, len(paper.title), "href")
    link = Relation.from_evidence(paper.id, "LINKS_TO", url.id, (evidence,))
    graph = KnowledgeGraph(
        graph.papers.values(), [*graph.entities.values(), url], [*graph.relations.values(), link]
    )
    opened = open_page(render_pyvis(graph, title=NASTY))
    nodes, edges = [], []
    for node in range(4):
        _hover(opened, node)
        nodes.append(_tooltip(opened))
    for edge in range(3):
        _hover_edge(opened, edge)
        edges.append(_tooltip(opened))
    assert all("alert(1)" in words for words in (*nodes, *edges))
    told = "\n".join(nodes)
    for words in (
        f"{NASTY}\nMethod\nalso {NASTY_IMAGE}, <!-- <script>",
        f"{NASTY_IMAGE}\nDataset\nalso {NASTY}",
        f"{NASTY_IMAGE} a.org\nUrl\n{href}",
        "Paper\njavascript:alert(1)",
    ):
        assert words in told
    assert f"“We use {NASTY} and {NASTY_IMAGE}.”" in "\n".join(edges)
    assert opened.view.inner_text("h1") == NASTY
    assert opened.view.locator("img, a, [onmouseover]").count() == 0
    opened.quiet()


def test_very_long_names_leave_the_picture_room(open_page: Open) -> None:
    paper = Paper(id="title:long", title="y" * 10_000, abstract="")
    method = Method(id="method:x", name="مرحبا " * 2_000, aliases=("z" * 10_000,))
    opened = open_page(render_pyvis(KnowledgeGraph([paper], [method])))
    for node in range(2):
        _hover(opened, node)
        shown = opened.view.locator(".vis-tooltip")
        shown.wait_for()
        box = shown.bounding_box()
        assert box is not None
        assert box["height"] < 450
        opened.view.mouse.move(2, 200)
        shown.wait_for(state="hidden")
    opened.quiet()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page: Open, violations: Check, scheme: str) -> None:
    opened = open_page(render_pyvis(small_graph(), max_nodes=9), color_scheme=scheme)
    assert violations(opened) == []
