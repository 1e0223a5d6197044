"""A graph inside a bare page, as a notebook shows it: closed, drawn, and names that are text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.pages import show
from kg.pages.notebook import NotebookPage
from tests.integration.browser.conftest import Check, Open, Opened
from tests.pages.page_graph import NASTY, NASTY_IMAGE, large_graph, nasty_graph, small_graph

if TYPE_CHECKING:
    from playwright.sync_api import Frame

pytestmark = pytest.mark.browser


def _cell(picture: NotebookPage) -> str:
    """A bare document around what a notebook would show."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Notebook</title></head>'
        f'<body class="ready"><h1>Cell</h1>{picture._repr_html_()}</body></html>'
    )


def _frame(opened: Opened) -> Frame:
    opened.view.frame_locator("iframe").locator("body.ready").wait_for()
    [frame] = opened.view.main_frame.child_frames
    return frame


def _painted(frame: Frame) -> int:
    """How many colours the canvas holds: one where nothing was drawn."""
    colours: int = frame.evaluate(
        """() => {
            const canvas = document.querySelector("canvas");
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            return new Set(new Uint32Array(data.buffer)).size;
        }"""
    )
    return colours


def _quiet(opened: Opened) -> None:
    """Nothing was asked for but the page itself; the frame's text came with it."""
    opened.requests[:] = [url for url in opened.requests if url != "about:srcdoc"]
    opened.quiet()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("nodes", [6, 300])
def test_the_frame_draws_without_network(open_page: Open, nodes: int, scheme: str) -> None:
    picture = show(small_graph(), "CQL") if nodes == 6 else show(large_graph(400))
    opened = open_page(_cell(picture), color_scheme=scheme)
    frame = _frame(opened)
    assert frame.evaluate("kgNetwork.body.data.nodes.length") == nodes
    assert _painted(frame) > 20
    assert opened.view.locator("iframe").bounding_box()["height"] == picture.height  # type: ignore[index]
    assert ("most connected" in frame.inner_text("body")) == (nodes == 300)
    # No origin of its own: it can reach neither the notebook around it nor what that has stored.
    assert frame.evaluate("origin") == "null"
    _quiet(opened)


def test_a_request_from_the_frame_would_be_seen_and_is_refused(open_page: Open) -> None:
    opened = open_page(_cell(show(small_graph(), "CQL")))
    refused = _frame(opened).evaluate("fetch('https://a.org/x').then(() => false, () => true)")
    assert refused
    assert any("a.org" in words and "Content Security Policy" in words for words in opened.errors)
    assert not any("a.org" in url for url in opened.requests)


@pytest.mark.parametrize("centre", [NASTY, NASTY_IMAGE, "title:666", None])
def test_hostile_names_show_as_text_and_run_nothing(open_page: Open, centre: str | None) -> None:
    title = f"{NASTY}{NASTY_IMAGE}" if centre is None else None
    opened = open_page(_cell(show(nasty_graph(), centre, title=title)))
    frame = _frame(opened)
    heading = frame.inner_text("h1")
    assert heading == title if title else "alert(1)" in heading
    labels = frame.evaluate("kgNetwork.body.data.nodes.map((node) => node.title)")
    assert any(NASTY in words for words in labels)
    assert any(NASTY_IMAGE in words for words in labels)
    assert any("javascript:alert(1)" in words for words in labels)
    for document in (frame, opened.view.main_frame):
        assert document.locator("img, a").count() == 0
    assert frame.locator("script").count() == 3
    assert opened.view.locator("script").count() == 0
    _quiet(opened)


def test_axe_finds_nothing_serious(open_page: Open, violations: Check) -> None:
    opened = open_page(_cell(show(small_graph(), "CQL")))
    _frame(opened)
    assert violations(opened) == []
    assert violations(open_page(show(small_graph(), "CQL", max_nodes=3).html)) == []
