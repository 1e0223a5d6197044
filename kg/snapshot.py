"""The readable side of a knowledge base: a graph snapshot, swapped in whole by one rename.

``papers.kg/`` holds ``ledger.sqlite`` (the truth) and ``graph/``. In ``graph/`` each snapshot is a
folder of its own, and the file ``CURRENT`` names the one in force. A new snapshot is written
beside the old one and comes into force when ``CURRENT`` is replaced: one rename, so a reader sees
the old graph or the new one and nothing between.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from kg.errors import KgError, KnowledgeBaseError
from kg.graph import KnowledgeGraph
from kg.stores.embedded import EmbeddedStore

__all__ = ["current_snapshot", "load_graph", "open_embedded", "snapshot_state", "write_snapshot"]

FORMAT = 1
ABANDONED = 86_400.0
"""Seconds after which an unfinished snapshot is that of a killed build."""
RECORDS, DATABASE, MANIFEST, CURRENT = "graph.jsonl", "graph.kgl", "manifest.json", "CURRENT"


def write_snapshot(base: Path, graph: KnowledgeGraph, state: str) -> None:
    """Write a graph as the snapshot in force, and remove the ones before it.

    Args:
        base: The knowledge base directory.
        graph: The graph.
        state: Hash of what the graph was made from.

    Raises:
        StoreError: The embedded database did not take the graph.
        KnowledgeBaseError: The disk did not take the files.
    """
    folder = base / "graph"
    scratch: Path | None = None
    try:
        folder.mkdir(exist_ok=True)
        scratch = folder / f".new-{uuid4().hex[:12]}"
        scratch.mkdir()
        with ThreadPoolExecutor(1) as pool:  # the database leaves Python free while it works
            records = pool.submit(_write_records, scratch / RECORDS, graph)
            EmbeddedStore.create(scratch / DATABASE, graph)
        records.result()
        manifest = {
            "format": FORMAT,
            "state": state,
            "nodes": len(graph.papers) + len(graph.entities),
            "relations": len(graph.relations),
        }
        (scratch / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
        name = f"{state[:16]}-{scratch.name.removeprefix('.new-')}"
        scratch = scratch.rename(folder / name)
        pointer = folder / f"{CURRENT}.new"
        pointer.write_text(name + "\n", "utf-8")
        pointer.replace(folder / CURRENT)
        scratch = None  # in force: from here on it is not ours to remove
    except OSError as err:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        raise KnowledgeBaseError(
            f"cannot write the graph of '{base}': {err.strerror or err}",
            hint="the papers are safe in the ledger; make room and build again",
        ) from err
    except BaseException:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        raise
    for old in folder.iterdir():
        unfinished = old.name.startswith(".new-")
        stale = not unfinished or time.time() - old.stat().st_mtime > ABANDONED
        if old.is_dir() and old.name != name and stale:
            shutil.rmtree(old, ignore_errors=True)


def _write_records(path: Path, graph: KnowledgeGraph) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for sort, record in graph.records():
            file.write(f'{{"record":"{sort}",{record.model_dump_json()[1:]}\n')


def current_snapshot(base: Path) -> Path:
    """The folder of the snapshot in force.

    Raises:
        KnowledgeBaseError: There is no knowledge base here, or it has no graph yet.
    """
    if not (base / "ledger.sqlite").is_file():
        raise KnowledgeBaseError(
            f"no knowledge base at '{base}'", hint=f"make one: kg build SOURCE --to {base}"
        )
    pointer = base / "graph" / CURRENT
    try:
        folder = base / "graph" / pointer.read_text("utf-8").strip()
        if (folder / MANIFEST).is_file():
            return folder
    except OSError:
        pass
    raise KnowledgeBaseError(
        f"'{base}' holds papers but no finished graph",
        hint=f"an earlier build was stopped; go on with: kg build --to {base}",
    )


def snapshot_state(base: Path) -> str | None:
    """Hash of what the graph in force was made from, or None where there is none."""
    try:
        manifest = json.loads((current_snapshot(base) / MANIFEST).read_text("utf-8"))
    except (KnowledgeBaseError, OSError, ValueError):
        return None
    return str(manifest.get("state")) if manifest.get("format") == FORMAT else None


def load_graph(base: str | Path) -> KnowledgeGraph:
    """The graph of a knowledge base, with the linked mentions of its texts.

    Raises:
        KnowledgeBaseError: There is no graph, or its files are damaged.
    """
    path = current_snapshot(Path(base)) / RECORDS
    try:
        return KnowledgeGraph.from_records(_records(path))
    except (OSError, ValueError, KeyError, ValidationError, KgError) as err:
        raise KnowledgeBaseError(
            f"the graph in '{base}' is damaged: {str(err).splitlines()[0]}",
            hint=f"it can be made again from the ledger: kg build --to {base} --rebuild",
        ) from err


def open_embedded(base: str | Path, *, write: bool = False) -> EmbeddedStore:
    """The embedded database of a knowledge base, for queries; close it after use.

    Raises:
        KnowledgeBaseError: There is no graph.
        StoreError: The database file is damaged.
    """
    return EmbeddedStore(current_snapshot(Path(base)) / DATABASE, read_only=not write)


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            data = json.loads(line)
            yield data.pop("record"), data
