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
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from pydantic_core import from_json

from kg.errors import KnowledgeBaseError, StoreError
from kg.graph import KnowledgeGraph
from kg.linking import Linker
from kg.linking.sorting import RelationSorter
from kg.model import Evidence, Extraction, LinkedMention, Paper, Relation, entity_adapter
from kg.model.base import Record
from kg.record_files import RecordFile, RecordWriter, WrittenFile
from kg.stores.embedded import EmbeddedStore

T = TypeVar("T")

__all__ = [
    "current_snapshot",
    "load_graph",
    "open_embedded",
    "snapshot_state",
    "write_linked",
    "write_snapshot",
]

FORMAT = 2
ABANDONED = 86_400.0
"""Seconds after which an unfinished snapshot is that of a killed build."""
DATABASE, MANIFEST, CURRENT = "graph.kgl", "manifest.json", "CURRENT"
PARTS = ("papers", "entities", "relations", "mentions")
"""The record files of a snapshot, ``papers.jsonl`` and so on."""

Written = dict[str, WrittenFile]


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

    def write(folder: Path) -> Written:
        spoken = ((key, graph.mentions(key)) for key in graph.papers)
        return {
            "papers": _write(folder, "papers", map(_json, graph.papers.values())),
            "entities": _write(folder, "entities", map(_json, graph.entities.values())),
            "relations": _write(folder, "relations", map(_json, graph.relations.values())),
            "mentions": _write(folder, "mentions", (_spoken(*item) for item in spoken if item[1])),
        }

    _replace_snapshot(base, state, write)


def write_linked(base: Path, linker: Linker, extractions: Iterable[Extraction], state: str) -> None:
    """Link papers one by one into the snapshot in force; the graph is never whole in memory.

    Args:
        base: The knowledge base directory.
        linker: Knows the entities of these extractions.
        extractions: What was found in each paper, by paper id.
        state: Hash of what the graph is made from.

    Raises:
        StoreError: The embedded database did not take the graph.
        KnowledgeBaseError: The disk did not take the files.
    """

    def write(folder: Path) -> Written:
        parts = folder / "parts"
        parts.mkdir()
        done = {"entities": _write(folder, "entities", map(_json, linker.entities))}
        with RelationSorter(parts) as sorter:
            with (
                RecordWriter(folder / "papers.jsonl") as papers,
                RecordWriter(folder / "mentions.jsonl") as mentions,
            ):
                for linked in map(linker.link, extractions):
                    papers.write(linked.paper.model_dump_json())
                    if linked.mentions:
                        mentions.write(_spoken(linked.paper.id, linked.mentions))
                    for triple, evidence in linked.evidence:
                        sorter.add(triple, evidence)
                done |= {"papers": papers.finish(), "mentions": mentions.finish()}
            done["relations"] = _write(folder, "relations", sorter.relations())
        parts.rmdir()
        return done

    _replace_snapshot(base, state, write)


def _replace_snapshot(base: Path, state: str, write: Callable[[Path], Written]) -> None:
    folder = base / "graph"
    scratch: Path | None = None
    try:
        folder.mkdir(exist_ok=True)
        scratch = folder / f".new-{uuid4().hex[:12]}"
        scratch.mkdir()
        written = write(scratch)
        EmbeddedStore.create(scratch / DATABASE, _open_graph(scratch))
        manifest = {
            "format": FORMAT,
            "state": state,
            "files": {f"{part}.jsonl": written[part]._asdict() for part in PARTS},
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


def _write(folder: Path, part: str, records: Iterable[str]) -> WrittenFile:
    with RecordWriter(folder / f"{part}.jsonl") as writer:
        for record in records:
            writer.write(record)
        return writer.finish()


def _json(record: Record) -> str:
    return record.model_dump_json()


def _spoken(paper_id: str, mentions: Iterable[LinkedMention]) -> str:
    """The mentions of a paper as one record."""
    said = ",".join(mention.model_dump_json(exclude={"paper_id"}) for mention in mentions)
    return f'{{"id":{json.dumps(paper_id, ensure_ascii=False)},"mentions":[{said}]}}'


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

    Its records stay on disk until they are asked for. A later build does not change it.

    Raises:
        KnowledgeBaseError: There is no graph, or its files are damaged. What is damaged inside a
            record shows when that record is asked for.
    """
    return _in_force(Path(base), _open_graph)


def _open_graph(folder: Path) -> KnowledgeGraph:
    return KnowledgeGraph.of_checked(
        RecordFile(folder / "papers.jsonl", Paper.model_validate_json),
        RecordFile(folder / "entities.jsonl", entity_adapter.validate_json),
        RecordFile(folder / "relations.jsonl", _relation),
        RecordFile(folder / "mentions.jsonl", _mentions),
    )


def _relation(line: bytes) -> Relation:
    fields = from_json(line)
    fields["evidence"] = tuple(Evidence.of_checked(**e) for e in fields["evidence"])
    return Relation.of_checked(**fields)


def _mentions(line: bytes) -> tuple[LinkedMention, ...]:
    fields = from_json(line)
    paper_id = fields["id"]
    return tuple(LinkedMention.of_checked(paper_id=paper_id, **m) for m in fields["mentions"])


def open_embedded(base: str | Path, *, write: bool = False) -> EmbeddedStore:
    """The embedded database of a knowledge base, for queries; close it after use.

    Raises:
        KnowledgeBaseError: There is no graph.
        StoreError: The database file is damaged.
    """
    return _in_force(Path(base), lambda at: EmbeddedStore(at / DATABASE, read_only=not write))


def _in_force(base: Path, open_it: Callable[[Path], T]) -> T:
    """Open something of the snapshot in force, or of the next if a build replaces it just now."""
    folder = current_snapshot(base)
    while True:
        try:
            return open_it(folder)
        except (OSError, StoreError) as err:
            now = current_snapshot(base)
            if now != folder:
                folder = now
                continue
            if isinstance(err, StoreError):
                raise
            raise KnowledgeBaseError(
                f"the graph in '{base}' is damaged: {err.strerror or err}",
                hint=f"it can be made again from the ledger: kg build --to {base} --rebuild",
            ) from err
