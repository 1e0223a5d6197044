"""Take pictures of pages on disk, as a reader would see them, with every outside host blocked.

    python scripts/screenshot.py page.html out.png --width 1400 --height 900 --dark

Needs Chromium (``KG_CHROMIUM`` or one on PATH) and playwright, a development dependency.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
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


@dataclass(frozen=True)
class View:
    """How a page is looked at.

    Args:
        width: Width of the window in pixels.
        height: Height of the window in pixels.
        dark: As on a system set to dark.
        fragment: What follows ``#`` in the address.
        script: JavaScript to run before the picture.
        wait: Seconds to let the page settle, once more after the script.
    """

    width: int = 1400
    height: int = 900
    dark: bool = False
    fragment: str = ""
    script: str = ""
    wait: float = 0.8


def find_chromium() -> str | None:
    """Path of a Chromium, or None."""
    named = os.environ.get("KG_CHROMIUM")
    found = (shutil.which(name) for name in ((named,) if named else CHROMIUM_NAMES))
    return next((path for path in found if path), None)


def take(shots: Iterable[tuple[Path, Path, View]]) -> list[str]:
    """Take pictures with one browser.

    Moves inside the page are cut short, so that it comes to rest at once.

    Args:
        shots: Page, file of the picture, how the page is looked at.

    Returns:
        What the pages wrote to their consoles as errors, with the names of the pictures.
    """
    from playwright.sync_api import sync_playwright

    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("error: no Chromium\nhint: apt-get install chromium, or set KG_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        problems = [problem for shot in shots for problem in _take(browser, *shot)]
        browser.close()
    return problems


def _take(browser: Browser, page: Path, out: Path, look: View) -> list[str]:
    problems: list[str] = []
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme="dark" if look.dark else "light",
        reduced_motion="reduce",
        device_scale_factor=1,
    )
    view = context.new_page()
    view.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    view.on("pageerror", lambda error: problems.append(str(error)))
    view.goto(page.resolve().as_uri() + (f"#{look.fragment}" if look.fragment else ""))
    if view.locator("script#data").count():  # the explorer, which says when it has drawn itself
        view.wait_for_selector("body.ready")
    view.wait_for_timeout(look.wait * 1000)
    if look.script:
        view.evaluate(look.script)
        view.wait_for_timeout(look.wait * 1000)
    view.screenshot(path=str(out))
    context.close()
    return [f"{out.name}: {problem}" for problem in problems]


def main() -> int:
    """Read the command line and take one picture."""
    parser = argparse.ArgumentParser(description="Take a picture of a page on disk.")
    parser.add_argument("page", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--width", type=int, default=1400, help="pixels")
    parser.add_argument("--height", type=int, default=900, help="pixels")
    parser.add_argument("--dark", action="store_true", help="as on a system set to dark")
    parser.add_argument("--fragment", default="", help="what follows # in the address")
    parser.add_argument("--script", default="", help="JavaScript to run before the picture")
    parser.add_argument("--wait", type=float, default=0.8, help="seconds to let it settle")
    options = vars(parser.parse_args())
    problems = take([(options.pop("page"), options.pop("out"), View(**options))])
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
