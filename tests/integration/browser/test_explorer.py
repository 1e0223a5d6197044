"""The explorer, opened from disk and used as a reader would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from kg.pages import graph_payload, render_explorer
from tests.integration.browser.conftest import Check, Open, Opened
from tests.pages.page_graph import NASTY, NASTY_IMAGE, large_graph, nasty_graph, small_graph

pytestmark = pytest.mark.browser


@pytest.fixture
def explorer(open_page: Open) -> Opened:
    return open_page(render_explorer(small_graph(), title="Small"))


def _title(opened: Opened) -> str:
    return opened.view.inner_text("#panel h2")


def _find(opened: Opened, text: str) -> None:
    opened.view.keyboard.press("/")
    opened.view.keyboard.type(text)
    opened.view.keyboard.press("Enter")


def _middle_of(opened: Opened, predicate: str) -> tuple[float, float]:
    """Where the middle of an edge lies in the window."""
    spot: dict[str, float] = opened.view.evaluate(
        """(type) => {
            const { model, picture } = kgExplorer;
            const edge = model.edges.find((edge) => edge.type === type);
            const [a, b] = [edge.source, edge.target].map((i) =>
                picture.renderer.framedGraphToViewport(
                    picture.renderer.getNodeDisplayData(String(i))));
            const box = document.getElementById("picture").getBoundingClientRect();
            return { x: box.x + (a.x + b.x) / 2, y: box.y + (a.y + b.y) / 2 };
        }""",
        predicate,
    )
    return spot["x"], spot["y"]


def test_opens_without_network_and_without_errors(explorer: Opened) -> None:
    assert explorer.view.title() == "Small"
    assert explorer.view.evaluate("kgExplorer.model.nodes.length") == 13
    assert explorer.view.inner_text("#status") == "11 of 13 nodes · 19 of 22 relations"
    assert explorer.view.is_visible("#picture canvas.sigma-nodes")
    explorer.quiet()


def test_search_by_keyboard_opens_the_entity(explorer: Opened) -> None:
    _find(explorer, "atari")
    assert _title(explorer) == "Atari"
    assert "Arcade Learning Environment" in explorer.view.inner_text("#panel .aliases")
    assert "node=benchmark%3A" in explorer.view.evaluate("location.hash")
    explorer.view.keyboard.press("Escape")
    assert explorer.view.locator("#panel h2").count() == 0
    assert explorer.view.evaluate("location.hash") == ""
    explorer.quiet()


def test_search_knows_aliases_and_arrows(explorer: Opened) -> None:
    view = explorer.view
    view.focus("#search")
    view.keyboard.type("soft actor")
    assert view.locator("#hits [role=option]").count() == 1
    assert "Soft Actor-Critic" in view.inner_text("#hits")
    view.fill("#search", "de")
    names = view.locator("#hits .hit-name").all_inner_texts()
    view.keyboard.press("ArrowDown")
    view.keyboard.press("Enter")
    assert _title(explorer) == names[1]
    view.fill("#search", "no such thing")
    assert view.inner_text("#hits") == "No name like this"


def test_a_relation_in_the_panel_shows_its_sentences(explorer: Opened) -> None:
    view = explorer.view
    _find(explorer, "D4RL")
    assert view.inner_text("#panel .kind").strip().startswith("Benchmark")
    headings = [text.split("\n")[0] for text in view.locator("#panel h3").all_inner_texts()]
    assert headings == [
        "Methods evaluated on it",
        "Introduced by",
        "Used for evaluation by",
        "Mentioned by",
        "Papers",
    ]
    view.click("#panel summary:has-text('Decision Transformer') >> nth=0")
    item = view.locator("details[open] .evidence li")
    assert item.locator("mark.object").inner_text() == "D4RL"
    assert item.locator("mark.subject").inner_text() == "Decision Transformer"
    assert "2021" in item.inner_text()
    links = {a.inner_text(): a for a in item.locator("a").all()}
    assert {text: a.get_attribute("href") for text, a in links.items()} == {
        "arxiv.org": "https://arxiv.org/abs/2106.01345",
        "code": "https://github.com/kzl/decision-transformer",
    }
    assert all("noopener" in (a.get_attribute("rel") or "") for a in links.values())
    item.locator(".name").click()
    assert view.inner_text("#panel .link >> nth=1") == "Code at github.com/kzl/decision-transformer"
    view.go_back()
    view.click("#panel button[aria-label='Go to CQL']")
    assert _title(explorer) == "CQL"
    view.go_back()
    assert _title(explorer) == "D4RL"
    explorer.quiet()


def test_spans_after_characters_beyond_the_basic_plane_are_right(explorer: Opened) -> None:
    _find(explorer, "Conservative Q-Learning for")
    explorer.view.click("#panel summary:has-text('D4RL')")
    explorer.view.wait_for_selector("details[open] mark >> nth=1")
    assert explorer.view.locator("details[open] mark").all_inner_texts() == ["D4RL", "D4RL"]


def test_a_click_on_an_edge_shows_who_says_so(explorer: Opened) -> None:
    x, y = _middle_of(explorer, "EXTENDS")
    explorer.view.mouse.move(x, y + 60)
    explorer.view.mouse.move(x, y, steps=20)
    explorer.view.wait_for_selector("#tip:has-text('extends')")
    explorer.view.mouse.click(x, y + 2)
    explorer.view.wait_for_selector("#panel .triple")
    assert _title(explorer).split("\n") == ["CQL", "extends", "SAC"]
    assert explorer.view.inner_text("#panel mark.object") == "SAC"
    explorer.quiet()


def test_filters_change_what_is_drawn_and_reset_brings_it_back(explorer: Opened) -> None:
    view = explorer.view
    view.click("#filters label:has-text('mentions')")
    assert view.inner_text("#status") == "12 of 13 nodes · 22 of 22 relations"
    view.click("#filters label:has-text('Papers')")
    assert view.inner_text("#status") == "6 of 13 nodes · 5 of 22 relations"
    view.click("#reset")
    assert view.inner_text("#status") == "11 of 13 nodes · 19 of 22 relations"
    assert not view.is_checked("#filters input[value=MENTIONS]")


def test_the_address_opens_the_same_node(open_page: Open) -> None:
    payload = graph_payload(small_graph())
    node = next(n for n in payload["nodes"] if n["label"] == "average return")
    opened = open_page(render_explorer(small_graph()), fragment=f"node={quote(node['id'])}")
    assert _title(opened) == "average return"
    opened.quiet()


def test_the_table_sorts_and_opens_nodes(explorer: Opened) -> None:
    view = explorer.view
    view.click("#view-table")
    assert view.locator("#table tbody tr").count() == 13
    counts = [int(cell) for cell in view.locator("#table tbody td:nth-child(4)").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)
    view.click("#table thead button:has-text('Name')")
    assert view.inner_text("#table tbody th >> nth=0") == "A Lonely Paper"
    view.click("#table tbody button:has-text('SAC')")
    assert _title(explorer) == "SAC"
    assert "view=table" in view.evaluate("location.hash")


def test_without_webgl_the_table_stands_in(open_page: Open) -> None:
    broken = "HTMLCanvasElement.prototype.getContext = () => null;"
    opened = open_page(render_explorer(small_graph()), script_before=broken)
    assert opened.view.is_visible("#table table")
    assert opened.view.is_disabled("#view-picture")
    _find(opened, "CQL")
    assert _title(opened) == "CQL"
    opened.quiet()


def test_names_that_are_markup_run_nothing(open_page: Open) -> None:
    opened = open_page(render_explorer(nasty_graph(), title=NASTY))
    view = opened.view
    elements = "document.querySelectorAll('script, img, iframe').length"
    before = view.evaluate(elements)
    for i in range(3):
        view.evaluate("(i) => kgExplorer.go({ kind: 'node', index: i })", i)
        for summary in view.locator("#panel summary").all():
            summary.click()
    view.evaluate("kgExplorer.go({ kind: 'edge', index: 0 })")
    assert NASTY in view.inner_text("#panel")
    view.fill("#search", NASTY_IMAGE)
    assert NASTY_IMAGE in view.inner_text("#hits")
    view.keyboard.press("Enter")
    view.click("#view-table")
    assert NASTY in view.inner_text("#table")
    assert view.locator("a[href^='javascript']").count() == 0
    assert "javascript:alert(1)" in view.inner_text("#panel")
    assert view.evaluate(elements) == before
    opened.quiet()


def test_a_script_that_got_in_would_not_run(explorer: Opened) -> None:
    explorer.view.evaluate(
        "document.body.append(Object.assign(document.createElement('script'),"
        " { textContent: 'alert(1)' }))"
    )
    assert explorer.dialogs == []
    assert any("Content Security Policy" in error for error in explorer.errors)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_it(open_page: Open, scheme: str) -> None:
    page = render_explorer(small_graph(), title="A rather long title for such a narrow screen")
    opened = open_page(
        page, width=390, height=844, color_scheme=scheme, has_touch=True, is_mobile=True
    )
    view = opened.view
    assert not view.is_visible("#panel")
    _find(opened, "D4RL")
    assert view.is_visible("#panel h2")
    picture: Any = view.locator("#picture").bounding_box()
    assert picture["height"] > 250
    view.click("#filters-toggle")
    view.wait_for_selector("#filters label:has-text('Methods')")
    view.click("#filters-close")
    view.click("#filters-toggle")
    view.wait_for_selector("#filters label:has-text('Methods')")
    view.mouse.click(375, 500)
    assert view.get_attribute("#filters-toggle", "aria-expanded") == "false"
    assert view.evaluate("document.documentElement.scrollWidth") == 390
    opened.quiet()


def test_on_a_phone_nothing_lies_on_anything_else(open_page: Open) -> None:
    opened = open_page(render_explorer(small_graph(), title="Small"), width=390, height=844)
    view = opened.view
    # A line as long as a graph of 20,000 nodes has.
    view.evaluate(
        "document.getElementById('status').textContent ="
        " '18,714 of 20,000 nodes · 161,484 of 163,531 relations'"
    )
    places = [view.locator(name).bounding_box() for name in ("#status", ".zoom", "#picture")]
    status, zoom, picture = [place or pytest.fail("not on the page") for place in places]
    assert status["x"] + status["width"] < zoom["x"]
    assert zoom["y"] + zoom["height"] <= picture["y"] + picture["height"]
    covered = view.evaluate(
        """() => {
            const spots = [];
            kgExplorer.picture.names.write((text, x, y) => spots.push([text, x, y]));
            const boxes = kgExplorer.picture.names.covered();
            const inside = ([, x, y]) =>
                boxes.some(([l, t, r, b]) => x > l && x < r && y > t && y < b);
            return { boxes: boxes.length, names: spots.length, covered: spots.filter(inside) };
        }"""
    )
    assert covered["boxes"] == 2
    assert covered["names"] > 3
    assert covered["covered"] == []


def test_a_phone_shows_the_same_view_as_a_wide_screen(open_page: Open) -> None:
    middle = "kgExplorer.model.nodes[kgExplorer.picture.camera.middle()].label"
    page = render_explorer(small_graph())
    wide = open_page(page).view
    name = wide.evaluate("kgExplorer.model.nodes[kgExplorer.model.byWeight[3]].label")
    wide.evaluate(
        """() => {
            const { picture, model } = kgExplorer;
            const { x, y } = picture.renderer.getNodeDisplayData(String(model.byWeight[3]));
            picture.camera.look([x, y, 0.2]);
        }"""
    )
    assert wide.evaluate(middle) == name
    at = wide.evaluate("kgExplorer.picture.camera.at()")
    fragment = f"at={','.join(f'{part:.4f}' for part in at)}"
    phone = open_page(page, width=390, height=844, fragment=fragment).view
    assert phone.evaluate("kgExplorer.picture.stretch") > 1
    assert phone.evaluate(middle) == name
    assert phone.evaluate("kgExplorer.picture.camera.at()") == pytest.approx(at, abs=1e-3)


def test_the_chosen_relation_lies_above_the_others(explorer: Opened) -> None:
    order = explorer.view.evaluate("Object.keys(kgExplorer.picture.renderer.edgePrograms)")
    drawn = explorer.view.evaluate(
        """() => {
            kgExplorer.go({ kind: "edge", index: 0 });
            const { picture } = kgExplorer;
            const types = picture.model.edges.map((_, e) => picture.edgeStyle(e).type);
            return [types[0], [...new Set(types.slice(1))]];
        }"""
    )
    assert drawn == ["stressed", ["line"]]
    assert order.index("line") < order.index("stressed")


def test_a_sentence_that_names_a_thing_twice_is_shown_once(explorer: Opened) -> None:
    explorer.view.evaluate(
        """() => {
            const { model } = kgExplorer;
            const edge = model.edges.findIndex((edge) => edge.type === "EVALUATED_ON");
            const [paper, sentence, , , , score] = model.edges[edge].evidence[0];
            model.edges[edge].evidence.push([paper, sentence, [0, 2], null, "", score]);
            kgExplorer.go({ kind: "edge", index: edge });
        }"""
    )
    assert "1 sentence says so" in explorer.view.inner_text("#panel")
    assert explorer.view.locator("#panel .evidence li").count() == 1
    assert explorer.view.locator("#panel .evidence mark").count() >= 2


def test_without_javascript_the_page_says_so(open_page: Open) -> None:
    opened = open_page(render_explorer(small_graph()), java_script_enabled=False)
    assert "graph of 13 nodes and 22 relations" in opened.view.inner_text("body")


def test_two_thousand_nodes_open_and_answer(open_page: Open) -> None:
    graph = large_graph(2_000)
    opened = open_page(render_explorer(graph, max_nodes=1_500))
    assert "the 1,500 most connected of 2,000 nodes" in opened.view.inner_text(".notice")
    assert opened.view.evaluate("kgExplorer.model.nodes.length") == 1_500
    name = max(graph.entities.values(), key=lambda e: graph.nx.degree(e.id)).name
    _find(opened, name)
    assert _title(opened) == name
    opened.quiet()


def _status(opened: Opened) -> str:
    return opened.view.inner_text("#status")


def _press(opened: Opened, *keys: str) -> None:
    for key in keys:
        opened.view.keyboard.press(key)


def _resting(opened: Opened) -> list[float]:
    """Where the picture is looked at, once it has come to rest."""
    at: list[float] = opened.view.evaluate(
        """async () => {
            const at = () => kgExplorer.picture.camera.at();
            for (let last = null; String(last) !== String(at()); ) {
                last = at();
                await new Promise((resolve) => setTimeout(resolve, 500));
            }
            return at();
        }"""
    )
    return at


def _tab_to(opened: Opened, selector: str) -> None:
    """Go to an element with the Tab key alone."""
    for _ in range(120):
        if opened.view.evaluate("(s) => document.activeElement?.matches(s)", selector):
            return
        opened.view.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {selector}")


def _download(opened: Opened, format: str) -> Path:
    with opened.view.expect_download() as caught:
        opened.view.click(f"#guide button:has-text('{format}')")
    assert caught.value.suggested_filename == f"Small.{format.lower()}"
    return Path(caught.value.path())


def test_filters_by_community_year_and_score(explorer: Opened) -> None:
    view = explorer.view
    view.hover("#filters label:has-text('CQL, SAC')")
    view.click("#filters button[aria-label='Only CQL, SAC']")
    assert _status(explorer) == "2 of 13 nodes · 1 of 22 relations"
    assert "Only CQL, SAC" in view.inner_text("#chips")
    assert "communities=2" in view.evaluate("location.hash")
    view.click("#chips button")
    assert not view.is_visible("#chips")
    view.select_option("select[aria-label='First year']", "2021")
    assert "papers of 2021" in view.inner_text("#chips").lower()
    kinds = view.evaluate("kgExplorer.model.nodes.filter((n, i) => kgExplorer.visible.nodes[i])")
    assert [n["year"] for n in kinds if n["kind"] == "Paper"] == [2021]
    view.click("#reset")
    view.focus("#filters input[type=range]")
    _press(explorer, "End")
    assert _status(explorer).startswith("0 of 13 nodes")
    assert "score=1" in view.evaluate("location.hash")
    view.reload()
    view.wait_for_selector("body.ready")
    assert _status(explorer).startswith("0 of 13 nodes")


def test_neighbourhood_path_and_pin_are_in_the_address(explorer: Opened) -> None:
    view = explorer.view
    _find(explorer, "SAC")
    view.click("[data-act=focus-1]")
    assert _status(explorer) == "3 of 13 nodes · 2 of 22 relations"
    view.click("[data-act=focus-2]")
    assert int(_status(explorer).split()[0]) > 3
    view.click("[data-act=pin]")
    view.click("[data-act=path]")
    assert "the other end" in view.inner_text("#chips")
    view.keyboard.type("Atari")
    _press(explorer, "Enter")
    assert _title(explorer) == "SAC to Atari"
    stops = view.locator("#panel .route .node-link").all_inner_texts()
    assert (stops[0], stops[-1]) == ("SAC", "Atari")
    fragment = view.evaluate("location.hash")
    assert all(part in fragment for part in ("from=", "to=", "focus=", "steps=2", "pin="))
    view.reload()
    view.wait_for_selector("body.ready")
    assert view.locator("#panel .route .node-link").all_inner_texts() == stops
    assert "1 pinned" in view.inner_text("#chips")
    view.go_back()
    assert _title(explorer) == "SAC"
    view.click("#reset")
    assert view.evaluate("location.hash") == ""
    assert _status(explorer) == "11 of 13 nodes · 19 of 22 relations"


def test_no_path_to_a_node_that_is_alone(explorer: Opened) -> None:
    _find(explorer, "SAC")
    explorer.view.click("[data-act=path]")
    explorer.view.keyboard.type("A Lonely Paper")
    _press(explorer, "Enter")
    assert "No relation of this graph" in explorer.view.inner_text("#panel")


def test_what_is_shown_can_be_saved(explorer: Opened) -> None:
    saved = json.loads(_download(explorer, "JSON").read_text("utf-8"))
    assert (len(saved["nodes"]), len(saved["relations"])) == (11, 19)
    assert all(r["evidence"][0]["sentence"] for r in saved["relations"])
    drawn = ElementTree.fromstring(_download(explorer, "SVG").read_text("utf-8"))
    tags = [element.tag.partition("}")[2] for element in drawn]
    assert tags.count("line") == 19
    shapes = sum(tags.count(tag) for tag in ("circle", "polygon"))
    assert shapes == 11
    assert "D4RL" in {element.text for element in drawn}
    assert _download(explorer, "PNG").read_bytes().startswith(b"\x89PNG")
    colours = explorer.view.evaluate(
        """() => {
            const layers = kgExplorer.picture.layers();
            const canvas = layers.find((layer) => layer.matches(".sigma-nodes"));
            const copy = document.createElement("canvas").getContext("2d");
            [copy.canvas.width, copy.canvas.height] = [canvas.width, canvas.height];
            copy.drawImage(canvas, 0, 0);
            const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
            return new Set(new Uint32Array(data.buffer)).size;
        }"""
    )
    assert colours > 5
    assert explorer.errors == []


def test_the_table_can_be_narrowed_and_follows_the_filters(explorer: Opened) -> None:
    view = explorer.view
    view.click("#view-table")
    view.fill("#find", "soft actor")
    view.wait_for_selector("#table tbody tr:only-child")
    assert view.inner_text("#table tbody th") == "SAC"
    assert view.inner_text("#table [role=status]") == "1 node"
    assert "find=soft" in view.evaluate("location.hash")
    view.fill("#find", "")
    view.click("#filters label:has-text('Papers')")
    view.wait_for_selector("#table tbody tr:nth-child(8)")
    assert view.locator("#table tbody tr").count() == 8
    view.click("#table thead button:has-text('Community')")
    assert view.get_attribute("#table th:nth-child(5)", "aria-sort") == "ascending"
    assert "sort=community" in view.evaluate("location.hash")


def test_an_arrow_ends_a_movement(explorer: Opened) -> None:
    moved, later = explorer.view.evaluate(
        """async () => {
            const camera = kgExplorer.picture.camera;
            const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
            camera.frame([0]);
            await pause(30);
            camera.move(1, 0);
            const moved = camera.at();
            await pause(900);
            return [moved, camera.at()];
        }"""
    )
    assert moved == later


def test_all_of_it_works_by_keyboard(explorer: Opened) -> None:
    view = explorer.view
    _press(explorer, "/")
    view.keyboard.type("d4rl")
    _press(explorer, "Enter")
    _tab_to(explorer, "[data-act=focus-1]")
    _press(explorer, "Enter")
    assert view.evaluate("document.activeElement.dataset.act") == "focus-1"
    _tab_to(explorer, "#panel summary")
    _press(explorer, "Enter")
    view.wait_for_selector("details[open] mark")
    _tab_to(explorer, "#panel .visit")
    _press(explorer, "Enter")
    assert _title(explorer) != "D4RL"
    _press(explorer, "Escape")
    _tab_to(explorer, "#chips button")
    _press(explorer, "Enter")
    assert not view.is_visible("#chips")
    view.focus("#skip")
    _tab_to(explorer, "#filters input[value=MENTIONS]")
    _press(explorer, "Space")
    assert _status(explorer) == "12 of 13 nodes · 22 of 22 relations"
    _tab_to(explorer, "#guide button")
    _tab_to(explorer, "#picture")
    before = _resting(explorer)
    _press(explorer, "ArrowRight", "ArrowUp")
    after = view.evaluate("kgExplorer.picture.camera.at()")
    assert after[0] > before[0]
    assert after[1] > before[1]
    view.wait_for_timeout(800)
    assert "at=" in view.evaluate("location.hash")
    _press(explorer, "Enter")
    assert _title(explorer)
    _press(explorer, "Escape")
    view.focus("#skip")
    _tab_to(explorer, "#view-table")
    _press(explorer, "Enter")
    _tab_to(explorer, "#find")
    view.keyboard.type("cql")
    view.wait_for_selector("#table tbody tr:only-child")
    _tab_to(explorer, "#table tbody button")
    _press(explorer, "Enter")
    assert _title(explorer) == "CQL"
    explorer.quiet()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious(
    open_page: Open, violations: Check, scheme: str, width: int
) -> None:
    opened = open_page(
        render_explorer(small_graph(), title="Small"), width=width, height=844, color_scheme=scheme
    )
    view = opened.view
    assert violations(opened) == []
    _find(opened, "D4RL")
    view.click("[data-act=focus-1]")
    view.click("#panel summary")
    assert violations(opened) == []
    view.click("#view-table")
    assert violations(opened) == []
    if width < 760:
        view.click("#filters-toggle")
        view.wait_for_selector("#filters label:has-text('Methods')")
        view.wait_for_timeout(300)
        assert violations(opened) == []


def test_a_large_picture_names_and_colours_its_communities(open_page: Open) -> None:
    opened = open_page(render_explorer(large_graph(3_200)))
    assert opened.view.is_checked("#filters input[value=community]")
    regions = opened.view.evaluate("kgExplorer.picture.names.regions.length")
    assert regions > 5
    opened.quiet()
