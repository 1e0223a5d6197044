"""Schemas for the world outside, generated from the models: ``schemas/`` holds their text.

The models are the only schema of kg; nothing here is read at run time. ``ARTIFACTS`` is the one
list of what is generated. The text holds no dates and no versions: equal models, equal bytes.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

from kg.errors import InputError, UnknownNameError
from kg.schema import browser_style, ddl, json_schema, jsonld, shacl, vocabulary

__all__ = ["ARTIFACTS", "diff_artifacts", "generate_artifact", "write_artifacts"]

ARTIFACTS: dict[str, Callable[[], str]] = {
    "kg.schema.json": json_schema.generate,
    "kg.context.jsonld": jsonld.generate,
    "kg.shapes.ttl": shacl.generate,
    "kg.vocabulary.ttl": vocabulary.generate,
    "neo4j.cypher": ddl.generate,
    "neo4j.grass": browser_style.generate,
}
"""File name -> function that makes its text."""


def generate_artifact(name: str) -> str:
    """Text of one artefact.

    Raises:
        UnknownNameError: There is no artefact of that name.
    """
    if name not in ARTIFACTS:
        hint = f"one of: {', '.join(ARTIFACTS)}"
        raise UnknownNameError(f"unknown schema artefact '{name}'", hint=hint)
    return ARTIFACTS[name]()


def write_artifacts(directory: str | Path) -> tuple[Path, ...]:
    """Write every artefact into a directory, which is made where it is missing.

    Returns:
        The paths of the files, in the order of ``ARTIFACTS``.

    Raises:
        InputError: The directory or a file cannot be written.
    """
    folder = Path(directory)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, generate in ARTIFACTS.items():
            (folder / name).write_bytes(generate().encode())
    except OSError as err:
        raise InputError(f"cannot write to '{folder}': {err.strerror or err}") from err
    return tuple(folder / name for name in ARTIFACTS)


def diff_artifacts(directory: str | Path) -> str:
    """Compare a directory with what the models say now.

    Returns:
        Unified diffs from the files as they are to the files as they should be; empty where they
        agree. A missing file counts as empty.

    Raises:
        InputError: A file cannot be read.
    """
    folder = Path(directory)
    diffs: list[str] = []
    for name, generate in ARTIFACTS.items():
        path = folder / name
        try:
            have = path.read_bytes().decode("utf-8", "replace") if path.exists() else ""
        except OSError as err:
            raise InputError(f"cannot read '{path}': {err.strerror or err}") from err
        lines = (have.splitlines(keepends=True), generate().splitlines(keepends=True))
        diffs.extend(difflib.unified_diff(*lines, f"{name} (in the directory)", f"{name} (models)"))
    return "".join(diffs)
