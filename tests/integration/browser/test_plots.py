"""The plots, opened from disk as a page and as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.pages import render_plot_page, write_plots
from tests.integration.browser.conftest import Check, Open
from tests.pages.page_graph import NASTY, NASTY_IMAGE
from tests.pages.plot_graph import hostile_graph

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

CUT_OFF = """() => [...document.querySelectorAll(".chart text.name, .chart text.number")]
    .filter((text) => {
        const own = text.getBoundingClientRect();
        const chart = text.closest(".chart").getBoundingClientRect();
        return own.left < chart.left || own.right > chart.right + 0.5;
    })
    .map((text) => text.textContent)"""


def _page() -> str:
    # The fixture waits for this class, which pages with a script set.
    return render_plot_page(hostile_graph()).replace("<body>", '<body class="ready">')


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_quiet_and_can_be_used_by_all(
    open_page: Open, violations: Check, scheme: str
) -> None:
    opened = open_page(_page(), color_scheme=scheme)
    view = opened.view
    assert view.locator("svg[role=img]").count() == 4
    assert view.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(22, 24, 27)" if scheme == "dark" else "rgb(251, 251, 250)"
    )
    assert view.locator("img, script, a").count() == 0
    for summary in view.locator("summary").all():
        summary.click()
    shown = view.inner_text("body")
    assert NASTY in shown
    assert NASTY_IMAGE in shown
    for width in (1280, 360):
        view.set_viewport_size({"width": width, "height": 800})
        assert view.evaluate("document.documentElement.scrollWidth") <= width
        assert view.evaluate(CUT_OFF) == []
    opened.quiet()
    assert violations(opened) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_quiet(chromium: Browser, tmp_path: Path, scheme: str) -> None:
    path = write_plots(hostile_graph(), tmp_path / "plots.svg")
    context = chromium.new_context(color_scheme="dark" if scheme == "dark" else "light")
    try:
        view = context.new_page()
        requests: list[str] = []
        problems: list[str] = []
        view.on("request", lambda request: requests.append(request.url))
        view.on("pageerror", lambda error: problems.append(str(error)))
        view.on("console", lambda message: problems.append(message.text))
        view.on("dialog", lambda dialog: problems.append(dialog.message))
        view.goto(path.as_uri())
        fill = view.evaluate("getComputedStyle(document.querySelector('.canvas')).fill")
        assert fill == ("rgb(22, 24, 27)" if scheme == "dark" else "rgb(251, 251, 250)")
        assert view.evaluate("document.documentElement.tagName") == "svg"
        assert view.evaluate("document.querySelectorAll('svg[role=img]').length") == 4
        assert requests == [path.as_uri()]
        assert problems == []
    finally:
        context.close()
