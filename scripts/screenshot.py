"""Take a picture of a page on disk, as a reader would see it, with every outside host blocked.

    python scripts/screenshot.py page.html out.png --width 1400 --height 900 --dark

Needs Chromium (``KG_CHROMIUM`` or one on PATH) and playwright, a development dependency.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

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


def find_chromium() -> str | None:
    """Path of a Chromium, or None."""
    named = os.environ.get("KG_CHROMIUM")
    found = (shutil.which(name) for name in ((named,) if named else CHROMIUM_NAMES))
    return next((path for path in found if path), None)


def take(
    page: Path,
    out: Path,
    *,
    width: int,
    height: int,
    dark: bool,
    fragment: str = "",
    script: str = "",
    wait: float = 0.8,
) -> list[str]:
    """Take the picture; returns what the page wrote to its console as errors."""
    from playwright.sync_api import sync_playwright

    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("error: no Chromium\nhint: apt-get install chromium, or set KG_CHROMIUM")
    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            device_scale_factor=1,
        )
        view = context.new_page()
        view.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        view.on("pageerror", lambda error: problems.append(str(error)))
        address = page.resolve().as_uri() + (f"#{fragment}" if fragment else "")
        view.goto(address, wait_until="load")
        view.wait_for_timeout(wait * 1000)
        if script:
            view.evaluate(script)
            view.wait_for_timeout(wait * 1000)
        view.screenshot(path=str(out))
        context.close()
        browser.close()
    return problems


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
    problems = take(options.pop("page"), options.pop("out"), **options)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
