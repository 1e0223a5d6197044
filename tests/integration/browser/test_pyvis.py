"""The pyvis page, opened from disk."""

from __future__ import annotations

import pytest

from kg.pages import render_pyvis
from tests.integration.browser.conftest import Open, Opened
from tests.pages.page_graph import NASTY, large_graph, nasty_graph, small_graph

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


def test_tooltips_are_text(open_page: Open) -> None:
    opened = open_page(render_pyvis(nasty_graph(), title=NASTY))
    for node in range(3):
        _hover(opened, node)
        opened.view.wait_for_selector(".vis-tooltip:has-text('alert(1)')")
        opened.view.mouse.move(2, 200)
    assert opened.view.inner_text("h1") == NASTY
    assert opened.view.locator("img").count() == 0
    opened.quiet()
