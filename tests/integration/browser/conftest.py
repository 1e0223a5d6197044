"""A headless Chromium that reaches no network and writes down all it is asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


@dataclass
class Opened:
    """A page that was opened, and what happened in it."""

    view: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def quiet(self) -> None:
        """Fail unless the page asked for nothing but itself, and nothing went wrong in it."""
        assert [url for url in self.requests if not url.startswith("file:")] == []
        assert len(self.requests) == 1
        assert self.errors == []
        assert self.dialogs == []


Open = Callable[..., Opened]
Check = Callable[[Opened], list[str]]
EXPLORER = Path(__file__).parents[3] / "visualizations" / "explorer"


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, as the explorer's lock file names it."""
    script = Path("node_modules", "axe-core", "axe.min.js")
    if (EXPLORER / script).is_file():
        return (EXPLORER / script).read_text("utf-8")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm on PATH, which brings axe-core: apt-get install npm")
    folder = tmp_path_factory.mktemp("axe")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(EXPLORER / name, folder)
    done = subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"npm ci failed, is the registry out of reach?\n{done.stderr[-500:]!r}")
    return (folder / script).read_text("utf-8")


@pytest.fixture
def violations(axe: str) -> Check:
    """Gives what axe-core finds serious or critical in an opened page."""

    def check(opened: Opened) -> list[str]:
        # The driver evaluates it: the page's own policy would let no other script in.
        opened.view.evaluate(axe + "; undefined")
        found: list[str] = opened.view.evaluate(
            """async () => {
                const { violations } = await axe.run(document, { resultTypes: ["violations"] });
                return violations
                    .filter(({ impact }) => impact === "serious" || impact === "critical")
                    .flatMap(({ id, nodes }) => nodes.map((n) => `${id}: ${n.target} ${n.html}`));
            }"""
        )
        return found

    return check


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; a skip that says how to get one where there is none."""
    named = os.environ.get("KG_CHROMIUM")
    found = next(filter(None, map(shutil.which, (named,) if named else NAMES)), None)
    if found is None:
        pytest.skip(
            f"no Chromium: none of {', '.join((named,) if named else NAMES)} is on PATH; "
            "apt-get install chromium, or set KG_CHROMIUM to one"
        )
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="no playwright: pip install 'kg[dev]'"
    )
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, tmp_path: Path) -> Iterator[Open]:
    """Write a page to disk and open it from there."""
    contexts = []

    def open_it(
        html: str,
        *,
        fragment: str = "",
        script_before: str = "",
        width: int = 1400,
        height: int = 900,
        **options: Any,
    ) -> Opened:
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        view = context.new_page()
        view.set_default_timeout(60_000)
        opened = Opened(view)
        if script_before:
            view.add_init_script(script_before)
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
        view.goto(path.as_uri() + (f"#{fragment}" if fragment else ""))
        if options.get("java_script_enabled", True):
            view.wait_for_selector("body.ready")
        return opened

    yield open_it
    for context in contexts:
        context.close()
