"""What ``import kg`` offers, and what it costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import kg

HEAVY = (
    *("kglite", "networkx", "numpy", "onnxruntime", "pyarrow", "pydantic", "pyvis", "rich"),
    *("spacy", "tokenizers", "torch", "typer"),
)


def order(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions: the order that ruff keeps."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def test_the_public_names_are_sorted() -> None:
    public = [name for name in kg.__all__ if not name.startswith("__")]
    assert public == sorted(public, key=order)
    assert len(public) == len(set(public))


def test_every_public_name_has_a_home() -> None:
    assert set(kg._HOMES) == set(kg.__all__) - {"__version__"}
    assert list(kg._HOMES) == sorted(kg._HOMES)


@pytest.mark.parametrize("name", kg._HOMES)
def test_every_public_name_loads_from_its_home(name: str) -> None:
    assert getattr(kg, name) is getattr(import_module(kg._HOMES[name]), name)


@pytest.mark.parametrize("name", kg._HOMES)
def test_every_home_offers_the_name(name: str) -> None:
    assert name in import_module(kg._HOMES[name]).__all__


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(kg.__file__).read_text("utf-8"))
    (guarded,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {
        alias.name: node.module
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == kg._HOMES


def test_the_version_is_told() -> None:
    assert str(kg.__version__)[0].isdigit()


def test_dir_lists_what_is_public() -> None:
    assert set(dir(kg)) == set(kg.__all__)


def test_an_unknown_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="module 'kg' has no attribute 'extract_everything'"):
        kg.extract_everything  # noqa: B018


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import kg, sys; print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "kg" in loaded
    assert set(loaded).isdisjoint(HEAVY)
