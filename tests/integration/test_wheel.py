"""The wheel holds all that the program needs: installed alone, it runs the demo."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kg.extractors.relation_features import PAIR_GROUPS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True, timeout=120)
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_data_and_pages(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "kg/py.typed",
        "kg/data/sample.jsonl",
        "kg/data/recipes.toml",
        "kg/data/recipes/benchmark.rq",
        "kg/extractors/data/methods.tsv",
        "kg/extractors/models/tagger.onnx",
        "kg/extractors/models/pairs.onnx",
        "kg/extractors/models/vocab.txt",
        "kg/pages/templates/explorer.html.jinja",
        "kg/pages/dist/explorer.js",
    ):
        assert name in names
    for scorer in ("entities", "roles", *(f"relations-{group}" for group in PAIR_GROUPS)):
        for name in (scorer, f"{scorer}-fast"):
            assert {f"kg/extractors/models/{name}.{end}" for end in ("onnx", "json")} <= names
    assert not [n for n in names if n.startswith(("tests/", "benchmarks/")) or "node_modules" in n]
    assert not [n for n in names if "/models/work/" in n or n.endswith(".part")]


def test_the_installed_program_runs_the_demo(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "kg", "demo", "--to", str(tmp_path / "demo")],
        env={**os.environ, "PYTHONPATH": str(site)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    assert "Open the page:" in done.stdout
    assert (tmp_path / "demo" / "sample.html").stat().st_size > 100_000
    code = "import kg; print(kg.__file__)"
    where = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={**os.environ, "PYTHONPATH": str(site)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(site))
