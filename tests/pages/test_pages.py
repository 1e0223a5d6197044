"""Both pages as text: whole, the same each time, closed to the network and to markup in names."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from kg.exporters import EXPORTERS, export_graph
from kg.graph import KnowledgeGraph
from kg.pages import render_explorer, render_pyvis
from kg.pages.payload import graph_payload
from kg.resources import page_asset
from tests.pages.page_graph import NASTY, large_graph, nasty_graph, small_graph

Render = Callable[..., str]
both = pytest.mark.parametrize("render", [render_explorer, render_pyvis])


class _Page(HTMLParser):
    """The elements of a page, with their attributes and the texts of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attributes = self.elements[-1] if self.elements else ("", {})
        if tag in ("script", "style") and data.strip():
            self.raw.append((tag, attributes, data))


@both
def test_same_graph_same_bytes(render: Render) -> None:
    page = render(small_graph())
    assert page == render(small_graph(shuffle=3))
    assert page.endswith("</html>\n")
    assert "\r" not in page


@both
def test_nothing_points_to_the_network(render: Render) -> None:
    for graph in (small_graph(), nasty_graph()):
        page = _Page(render(graph))
        for tag, attributes in page.elements:
            assert tag not in {"iframe", "object", "embed", "base", "form", "img", "a"} or (
                attributes.get("href") == "#search"
            )
            for name in ("src", "href", "srcset", "data", "action", "poster"):
                value = attributes.get(name)
                assert value is None or value.startswith(("data:,", "#")), (tag, name, value)
        for _, _, text in page.raw:
            assert not re.search(r"@import|url\(\s*['\"]?(?!data:)|\bimport\s*\(\s*['\"]", text)


@both
def test_the_policy_names_the_very_scripts_and_styles(render: Render) -> None:
    page = _Page(render(nasty_graph()))
    policy = next(
        a["content"] or ""
        for tag, a in page.elements
        if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    run = [(tag, text) for tag, a, text in page.raw if a.get("type") is None]
    assert {tag for tag, _ in run} == {"script", "style"}
    for _, text in run:
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


@both
def test_names_do_not_become_markup(render: Render) -> None:
    plain = _Page(render(small_graph(), title="T"))
    nasty = _Page(render(nasty_graph(), title=NASTY))
    tags = [tag for tag, _ in plain.elements if tag not in ("li", "span")]
    assert [tag for tag, _ in nasty.elements if tag not in ("li", "span")] == tags
    assert all(not name.startswith("on") for _, a in nasty.elements for name in a)


@both
def test_a_cut_graph_says_what_is_missing(render: Render) -> None:
    assert "the 5 most connected of 13 nodes" in render(small_graph(), max_nodes=5)
    assert "most connected of" not in _without_scripts(render(small_graph()))


@both
def test_an_empty_graph_is_a_page_too(render: Render) -> None:
    assert "<title>Knowledge graph</title>" in render(KnowledgeGraph())


def test_the_explorer_holds_the_payload_and_the_bundle() -> None:
    page = render_explorer(small_graph(), title="Small")
    data = next(text for _, a, text in _Page(page).raw if a.get("id") == "data")
    packed = b64decode(data)
    assert json.loads(gzip.decompress(packed)) == graph_payload(small_graph(), title="Small")
    assert packed[4:8] == b"\0\0\0\0"
    assert page_asset("dist", "explorer.js").strip() in page
    assert page_asset("dist", "explorer.css").strip() in page


def test_the_explorer_is_small() -> None:
    assert len(render_explorer(small_graph())) < 300_000
    assert len(render_explorer(large_graph(1_000))) < 600_000


def test_pyvis_describes_every_node_and_edge_with_our_places() -> None:
    data = _network(render_pyvis(small_graph()))
    assert (len(data["nodes"]), len(data["edges"])) == (13, 22)
    assert data["options"]["physics"]["enabled"]
    assert all(isinstance(node["x"], int) for node in data["nodes"])
    large = _network(render_pyvis(large_graph(400)))
    assert len(large["nodes"]) == 300
    assert not large["options"]["physics"]["enabled"]


def test_pyvis_tooltips_say_who_says_so() -> None:
    data = _network(render_pyvis(small_graph()))
    assert any("“CQL extends SAC" in edge["title"] for edge in data["edges"])


@pytest.mark.parametrize(
    ("target", "mark"), [("a.html", 'id="filters"'), ("a.pyvis.html", "vis-network")]
)
def test_exporters_write_the_page(tmp_path: Path, target: str, mark: str) -> None:
    path = export_graph(small_graph(), tmp_path / target, title="Small & fine", max_nodes=7)
    text = path.read_text("utf-8")
    assert "<title>Small &amp; fine</title>" in text
    assert "the 7 most connected" in text
    assert mark in text


def test_exporters_are_registered_by_suffix() -> None:
    assert EXPORTERS.name_for("graph.html") == "html"
    assert EXPORTERS.name_for("graph.pyvis.html") == "pyvis"


def _network(page: str) -> Any:
    return json.loads(next(text for _, a, text in _Page(page).raw if a.get("id") == "network"))


def _without_scripts(page: str) -> str:
    return re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
