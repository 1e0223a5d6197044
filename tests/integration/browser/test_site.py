"""The site, opened from disk: it asks for nothing, runs nothing strange, and can be used by all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from kg.exporters import export_graph
from kg.graph import KnowledgeGraph
from kg.pages.site import render_alone
from kg.pages.site.addresses import page_path
from tests.integration.browser.conftest import Check, Opened
from tests.pages.page_graph import NASTY, NASTY_IMAGE, nasty_graph, small_graph
from tests.sample_graph import DT, EVIL, sample_graph

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

KINDS = {
    "front": "index.html",
    "list": "method/index.html",
    "method": "method/decision-transformer.html",
    "benchmark": "benchmark/d4rl.html",
    "dataset": "dataset/hopper-medium.html",
    "task": "task/offline-rl.html",
    "metric": "metric/normalized-return.html",
    "paper": page_path(DT),
    "hostile paper": page_path(EVIL),
}
Visit = Callable[..., Opened]


@pytest.fixture
def visit(chromium: Browser, tmp_path: Path) -> Iterator[Visit]:
    """Write the site of a graph and open one of its pages."""
    contexts = []

    def visit_it(graph: KnowledgeGraph, page: str, *, width: int = 1280, **options: Any) -> Opened:
        site = tmp_path / "a site #1"
        if not site.exists():
            export_graph(graph, site, format="site")
        context = chromium.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        opened = Opened(context.new_page())
        view = opened.view
        view.on("request", lambda request: opened.requests.append(request.url))
        view.on("pageerror", lambda error: opened.errors.append(str(error)))
        view.on(
            "console",
            lambda message: opened.errors.append(message.text) if message.type == "error" else None,
        )

        def refuse(dialog: Any) -> None:
            opened.dialogs.append(dialog.message)
            dialog.dismiss()

        view.on("dialog", refuse)
        view.goto((site / page).as_uri())
        return opened

    yield visit_it
    for context in contexts:
        context.close()


def _names(opened: Opened) -> set[str]:
    """Files that were asked for, and a failure for all that is not one of the site's."""
    assert all(url.startswith("file:") and "/a site #1/" in unquote(url) for url in opened.requests)
    assert opened.errors == []
    assert opened.dialogs == []
    return {url.rpartition("/")[2] for url in opened.requests}


@pytest.mark.parametrize("page", KINDS.values(), ids=list(KINDS))
def test_a_page_asks_only_for_its_style_and_script(visit: Visit, page: str) -> None:
    opened = visit(sample_graph(), page)
    assert _names(opened) == {page.rpartition("/")[2], "site.css", "site.js"}
    assert opened.view.locator("form.search").is_visible()  # the script ran
    assert opened.view.evaluate("getComputedStyle(document.body).maxWidth") == "1120px"


def test_hostile_names_show_as_text_and_run_nothing(visit: Visit) -> None:
    graph = nasty_graph()
    pages = [page_path(n) for n in graph.nodes()]
    shown = ""
    for page in ["index.html", "paper/index.html", "method/index.html", *pages]:
        opened = visit(graph, page)
        shown += opened.view.inner_text("body") + "\n"
        opened.view.fill("#search", "alert")
        opened.view.wait_for_selector("#hits li")
        assert opened.view.locator("#hits li").count() == 3
        assert opened.view.locator("img, body script").count() == 0
        _names(opened)
    for words in (NASTY, NASTY_IMAGE, "javascript:alert(1)"):
        assert words in shown


def test_search_by_keyboard_finds_a_page(visit: Visit) -> None:
    opened = visit(small_graph(), "index.html")
    view = opened.view
    assert "search-index.js" not in _names(opened)  # only when it is used
    view.keyboard.press("/")
    view.keyboard.type("offline rl")
    view.wait_for_selector("#hits li[aria-selected=true]")
    assert view.get_attribute("#search", "aria-activedescendant") == "hit-0"
    view.keyboard.press("Enter")
    view.wait_for_url("**/task/*.html")
    assert view.inner_text("h1") == "offline reinforcement learning"
    view.keyboard.press("/")
    view.keyboard.type("decision")
    view.wait_for_selector("#hits li:nth-child(2)")
    view.keyboard.press("ArrowDown")
    assert view.get_attribute("#search", "aria-activedescendant") == "hit-1"
    view.keyboard.press("Escape")
    assert view.locator("#hits").is_hidden()
    view.fill("#search", "no such name")
    view.get_by_text("No name like this").wait_for()
    assert "search-index.js" in _names(opened)


def test_pages_can_be_read_without_javascript(visit: Visit) -> None:
    opened = visit(sample_graph(), KINDS["benchmark"], java_script_enabled=False)
    view = opened.view
    assert view.locator("form.search").is_hidden()
    view.click("nav[aria-label=Site] >> text=Papers")
    view.click("text=Decision Transformer: RL")
    assert view.locator(".abstract a.named.benchmark").inner_text() == "D4RL"
    view.click(".abstract a.named.benchmark")
    assert view.inner_text("h1") == "D4RL"


@pytest.mark.parametrize("page", KINDS.values(), ids=list(KINDS))
def test_nothing_is_wider_than_a_phone(visit: Visit, page: str) -> None:
    view = visit(sample_graph(), page, width=360).view
    assert view.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", KINDS.values(), ids=list(KINDS))
def test_axe_finds_nothing_serious(visit: Visit, violations: Check, page: str, scheme: str) -> None:
    opened = visit(sample_graph(), page, color_scheme=scheme)
    for width in (1280, 390):
        opened.view.set_viewport_size({"width": width, "height": 800})
        assert violations(opened) == []


def test_from_a_name_to_the_code_of_a_paper(visit: Visit) -> None:
    opened = visit(sample_graph(), "index.html")
    view = opened.view
    view.fill("#search", "d4rl")
    view.keyboard.press("Enter")
    view.wait_for_selector("h1:has-text('D4RL')")
    assert view.inner_text("main h2 >> nth=0").startswith("Methods evaluated on it")
    row = view.locator("main table >> nth=0 >> tbody tr", has_text="Decision Transformer").first
    code = row.locator("a.outside").first
    assert code.get_attribute("href") == "https://github.com/kzl/decision-transformer"
    assert "D4RL" in row.locator("mark.object").all_inner_texts()


def test_a_page_alone_asks_for_nothing(
    chromium: Browser, tmp_path: Path, violations: Check
) -> None:
    page = tmp_path / "d4rl.html"
    page.write_text(render_alone(sample_graph(), "benchmark:d4rl", title="Sample"), "utf-8")
    context = chromium.new_context()
    opened = Opened(context.new_page())
    view = opened.view
    view.on("request", lambda request: opened.requests.append(request.url))
    view.on("console", lambda message: opened.errors.append(message.text))
    view.goto(page.as_uri())
    assert view.inner_text("h1") == "D4RL"
    assert view.locator("a[href^='..']").count() == 0
    assert "turned off" in view.inner_text("footer")
    family = view.evaluate("getComputedStyle(document.body).fontFamily")
    assert "system-ui" in family  # its own style sheet holds
    opened.quiet()
    assert violations(opened) == []
    context.close()
