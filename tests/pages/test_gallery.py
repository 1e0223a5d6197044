"""The gallery is current: its pages show the sample graph, its pictures show its pages.

The pages are made anew from the bundled sample. What does not depend on the machine (markup,
styles, script, policy) has to be the same to the byte everywhere. The sample graph itself does
depend on it: the model computes in 8 bits and in floats, and on processors of another family some
relations come and go. So its data, with the coordinates of the layout, has to be the same to the
last digit where the arithmetic is that of the machine which made the gallery (the manifest
records it); elsewhere all but a tenth of it has to be.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from kg.errors import InputError
from kg.pages.site import render_alone
from scripts import make_gallery
from tests.pages.page_graph import NASTY, nasty_graph, small_graph

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "visualizations" / "gallery"
MANIFEST: dict[str, Any] = json.loads((GALLERY / make_gallery.MANIFEST).read_text("utf-8"))
PAGES: dict[str, dict[str, str]] = MANIFEST["pages"]
PICTURES: dict[str, dict[str, Any]] = MANIFEST["pictures"]
AGAIN = "run make gallery, look at the pictures, and commit visualizations/gallery"
SHARED = 0.9
"""Share of nodes and relations that machines with another arithmetic have in common, at least."""

_DATA = re.compile(r'(<script id="data"[^>]*>)([^<]*)(</script>)')
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")


def _digest(name: str) -> str:
    return sha256((GALLERY / name).read_bytes()).hexdigest()


def _committed(name: str) -> str:
    return (GALLERY / name).read_text("utf-8")


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages of the gallery as this checkout makes them on this machine."""
    return make_gallery.make_pages(tmp_path_factory.mktemp("gallery"))


@pytest.fixture(scope="module")
def same_arithmetic() -> bool:
    return bool(make_gallery.arithmetic() == MANIFEST["made_with"])


def _shell_and_data(page: str) -> tuple[str, dict[str, Any]]:
    """An explorer page without its data, and the data unpacked: bytes of gzip differ by version."""
    ((_, packed, _),) = _DATA.findall(page)
    data: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed)))
    shell = _DATA.sub(r"\1\3", page)
    # Without JavaScript the page says how much it would draw.
    return re.sub(r"of [\d,]+ nodes and [\d,]+ relations", "of a graph", shell), data


def _triples(data: dict[str, Any]) -> set[tuple[str, str, str]]:
    ids = [node["id"] for node in data["nodes"]]
    return {(ids[e["source"]], e["type"], ids[e["target"]]) for e in data["edges"]}


def _share(one: Iterable[Any], two: Iterable[Any]) -> float:
    """Size of what two sets have in common, relative to the larger."""
    first, second = set(one), set(two)
    return len(first & second) / max(len(first), len(second), 1)


def test_the_explorer_page_is_current(rebuilt: dict[str, str], same_arithmetic: bool) -> None:
    old_shell, old = _shell_and_data(_committed(make_gallery.EXPLORER))
    new_shell, new = _shell_and_data(rebuilt[make_gallery.EXPLORER])
    assert old_shell == new_shell, AGAIN
    if same_arithmetic:
        assert old == new, AGAIN
    assert [p["title"] for p in old["papers"]] == [p["title"] for p in new["papers"]], AGAIN
    nodes = [{node["id"]: node for node in data["nodes"]} for data in (old, new)]
    assert _share(*nodes) >= SHARED, AGAIN
    assert _share(_triples(old), _triples(new)) >= SHARED, AGAIN
    for node_id in nodes[0].keys() & nodes[1].keys():
        assert nodes[0][node_id]["kind"] == nodes[1][node_id]["kind"]
        assert nodes[0][node_id].keys() == nodes[1][node_id].keys(), AGAIN
    assert len({(node["x"], node["y"]) for node in new["nodes"]}) == len(new["nodes"])


def test_the_page_of_a_thing_is_current(rebuilt: dict[str, str], same_arithmetic: bool) -> None:
    old, new = _committed(make_gallery.ENTITY), rebuilt[make_gallery.ENTITY]
    if same_arithmetic:
        assert old == new, AGAIN
    for part in (r"<style>.*?</style>", r"<h1>.*?</h1>", r"<footer>.*?</footer>", r"<title>.*?<"):
        shown = [re.findall(part, page, re.DOTALL) for page in (old, new)]
        assert shown[0] == shown[1] != [], AGAIN
    sentences = [re.findall(r"<blockquote>(.*?)</blockquote>", page) for page in (old, new)]
    assert _share(*sentences) >= 0.6, AGAIN


def test_the_page_of_a_thing_needs_no_other_file() -> None:
    page = _committed(make_gallery.ENTITY)
    addresses = re.findall(r'(?:href|src)="([^"]*)"', page)
    assert all(re.match(r"https://|#|data:,$", address) for address in addresses)
    assert "<script src" not in page
    assert "style-src 'sha256-" in html.unescape(page)
    assert "script-src 'none'" in html.unescape(page)
    assert "the links to the other pages are turned off" in page


def test_a_page_alone_of_hostile_names_is_harmless() -> None:
    graph = nasty_graph()
    pages = [render_alone(graph, node.id) for node in graph.nodes() if node.id in graph.papers]
    pages += [render_alone(graph, e.id) for e in graph.entities.values() if e.kind != "Url"]
    assert len(pages) == 3
    for page in pages:
        assert "<script>alert" not in page
        assert "<img" not in page
        assert 'href="../' not in page
    assert any(html.escape(NASTY) in page or NASTY in html.unescape(page) for page in pages)


def test_only_what_has_a_page_has_one_alone() -> None:
    graph = small_graph()
    url = next(e.id for e in graph.entities.values() if e.kind == "Url")
    for node_id in (url, "method:no-such-thing"):
        with pytest.raises(InputError, match="has no page"):
            render_alone(graph, node_id)


def test_the_manifest_fits_the_files() -> None:
    assert {name: row["sha256"] for name, row in (PAGES | PICTURES).items()} == {
        name: _digest(name) for name in PAGES | PICTURES
    }
    assert set(PICTURES) == set(make_gallery.SHOTS)
    for name, row in PICTURES.items():
        assert row["page_sha256"] == _digest(row["page"]), f"{name} shows another page: {AGAIN}"
        assert (GALLERY / name).read_bytes().startswith(b"\x89PNG")
    described = json.loads(make_gallery.describe(GALLERY))
    assert described["pictures"] == PICTURES, AGAIN
    assert described["pages"] == PAGES


def test_the_pages_are_of_modest_size() -> None:
    assert sum((GALLERY / name).stat().st_size for name in PAGES) < 600_000
    assert sum((GALLERY / name).stat().st_size for name in PICTURES) < 2_500_000


def test_every_picture_is_shown_and_every_shown_picture_is_there() -> None:
    shown = set()
    for readme in (ROOT / "README.md", GALLERY / "README.md"):
        for address in _PICTURE.findall(readme.read_text("utf-8")):
            if "://" not in address:
                assert (readme.parent / address).is_file(), f"{readme.name} shows {address}"
                shown.add((readme.parent / address).resolve())
    assert {GALLERY / name for name in PICTURES} == {p for p in shown if p.parent == GALLERY}
    assert {p.name for p in GALLERY.iterdir()} == {*PAGES, *PICTURES, "gallery.json", "README.md"}


def test_a_stale_page_would_be_noticed(rebuilt: dict[str, str]) -> None:
    shell, data = _shell_and_data(rebuilt[make_gallery.EXPLORER])
    assert len(data["nodes"]) > 500
    changed = rebuilt[make_gallery.EXPLORER].replace("Skip to search", "Skip to the search")
    assert _shell_and_data(changed)[0] != shell
    fewer = {**data, "edges": data["edges"][: int(len(data["edges"]) * 0.85)]}
    assert _share(_triples(data), _triples(fewer)) < SHARED
    assert make_gallery.arithmetic() == make_gallery.arithmetic()
