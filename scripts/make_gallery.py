"""Make the pictures of visualizations/gallery: the explorer page of the sample graph."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GALLERY = ROOT / "visualizations" / "gallery"


def main() -> int:
    """Build the sample, write its page, take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "kg", "demo", "--to", folder, "--quiet"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        page = Path(folder) / "sample.html"
        wide = ["--width", "1400", "--height", "860"]
        shots = (
            ("sample.png", [*wide, "--fragment", "node=method:bert"]),
            ("sample-dark.png", [*wide, "--dark"]),
            ("sample-phone.png", ["--width", "390", "--height", "844"]),
        )
        for name, options in shots:
            command = [
                sys.executable,
                str(ROOT / "scripts" / "screenshot.py"),
                str(page),
                str(GALLERY / name),
                *options,
            ]
            subprocess.run(command, check=True)
            print(GALLERY / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
