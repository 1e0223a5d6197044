"""The committed bundle is what the source builds, and the source passes its own tests."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from kg.pages._shell import script_text, style_text

EXPLORER = Path(__file__).parents[2] / "visualizations" / "explorer"
BUILT = ("explorer.js", "explorer.css", "LICENSES.txt")


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("no node on PATH: install Node.js 20 or later (apt-get install nodejs npm)")
    version = _run(EXPLORER, found, "--version").stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < 20:
        pytest.skip(f"node {version} is too old: install Node.js 20 or later")
    return found


def test_the_source_passes_its_own_tests(node: str) -> None:
    files = sorted(str(path) for path in (EXPLORER / "test").glob("*.test.mjs"))
    done = _run(EXPLORER, node, "--test", *files)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_bundle_is_what_the_source_builds(node: str, tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm on PATH: apt-get install npm")
    copy = tmp_path / "explorer"
    shutil.copytree(EXPLORER, copy, ignore=shutil.ignore_patterns("node_modules", "dist"))
    installed = _run(copy, npm, "ci", "--no-audit", "--no-fund")
    if installed.returncode != 0:
        pytest.skip(f"npm ci failed, is the registry out of reach?\n{installed.stderr[-500:]}")
    built = _run(copy, node, "build.mjs", str(tmp_path / "dist"))
    assert built.returncode == 0, built.stderr
    for name in BUILT:
        committed = (EXPLORER / "dist" / name).read_bytes()
        assert committed == (tmp_path / "dist" / name).read_bytes(), (
            f"{name} is not what the source builds: run npm ci && npm run build in {EXPLORER.name}"
        )


def test_the_bundle_may_stand_in_a_page_as_it_is() -> None:
    script = (EXPLORER / "dist" / "explorer.js").read_text("utf-8")
    style = (EXPLORER / "dist" / "explorer.css").read_text("utf-8")
    assert script_text(script) == script.strip()
    assert style_text(style) == style.strip()
    assert "http://" not in script + style
    assert "https://" not in script + style


def test_the_bundle_carries_the_notices_of_what_is_in_it() -> None:
    script = (EXPLORER / "dist" / "explorer.js").read_text("utf-8")
    notices = (EXPLORER / "dist" / "LICENSES.txt").read_text("utf-8")
    for name in ("sigma 3.", "graphology 0.", "events 3."):
        assert name in script[:6000]
        assert name in notices
    assert script.count("Permission is hereby granted") >= 3


def test_the_lock_names_no_registry() -> None:
    assert "://" not in (EXPLORER / "package-lock.json").read_text("utf-8")
