"""The readable side of a knowledge base: a graph snapshot, swapped in whole by one rename.

``papers.kg/`` holds ``ledger.sqlite`` (the truth) and ``graph/``. In ``graph/`` each snapshot is a
folder of its own, and the file ``CURRENT`` names the one in force. A new snapshot is written
beside the old one and comes into force when ``CURRENT`` is replaced: one rename, so a reader sees
the old graph or the new one and nothing between. What is renamed has reached the disk before, so
the same holds for a power cut. The snapshot before the one in force stays until the next is
written, for readers who are just opening it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from pydantic_core import from_json

from kg.errors import KnowledgeBaseError, StoreError
from kg.graph import KnowledgeGraph
from kg.ledger import Ledger
from kg.linking import Linker, RelationSorter, relation_lines
from kg.model import Evidence, Extraction, LinkedMention, Paper, Relation, entity_adapter
from kg.model.base import Record
from kg.record_files import RecordFile, RecordWriter, WrittenFile, sync, sync_folder
from kg.stores.embedded import EmbeddedStore

T = TypeVar("T")

__all__ = [
    "CURRENT",
    "DATABASE",
    "EMBEDDED_RELATIONS",
    "PARTS",
    "content_fingerprint",
    "current_snapshot",
    "load_graph",
    "manifest_of",
    "mention_record",
    "open_embedded",
    "sha256_of",
    "snapshot_state",
    "write_linked",
    "write_records",
    "write_snapshot",
]

FORMAT = 2
DATABASE, MANIFEST, CURRENT = "graph.kgl", "manifest.json", "CURRENT"
PARTS = ("papers", "entities", "relations", "mentions")
"""The record files of a snapshot, ``papers.jsonl`` and so on."""
EMBEDDED_RELATIONS = 2_000_000
"""A graph with more relations gets no embedded database: such a one takes over 4 GB to write."""

Written = dict[str, WrittenFile]


def write_snapshot(
    base: Path, graph: KnowledgeGraph, state: str, *, ledger: Ledger | None = None
) -> None:
    """Write a graph as the snapshot in force; let nobody else write to the knowledge base.

    Args:
        base: The knowledge base directory.
        graph: The graph.
        state: Hash of what the graph was made from.
        ledger: What it was made from, to tell later whether that was tampered with.

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

    _replace_snapshot(base, state, ledger, write)


def write_linked(
    base: Path,
    linker: Linker,
    extractions: Iterable[Extraction],
    state: str,
    *,
    ledger: Ledger | None = None,
) -> None:
    """Link papers one by one into the snapshot in force; the graph is never whole in memory.

    Let nobody else write to the knowledge base.

    Args:
        base: The knowledge base directory.
        linker: Knows the entities of these extractions.
        extractions: What was found in each paper, by paper id.
        state: Hash of what the graph is made from.
        ledger: What it is made from, to tell later whether that was tampered with.

    Raises:
        StoreError: The embedded database did not take the graph.
        KnowledgeBaseError: The disk did not take the files.
    """

    def write(folder: Path) -> Written:
        parts = folder / "parts"
        parts.mkdir()
        done = {"entities": _write(folder, "entities", map(bytes.decode, linker.entity_lines))}
        with RelationSorter(parts) as sorter:
            with (
                RecordWriter(folder / "papers.jsonl") as papers,
                RecordWriter(folder / "mentions.jsonl") as mentions,
            ):
                for linked in map(linker.link, extractions):
                    papers.write(linked.paper.model_dump_json())
                    if linked.mentions:
                        mentions.write(_spoken(linked.paper.id, linked.mentions))
                    for key, line in relation_lines(linked):
                        sorter.add(key, line)
                done |= {"papers": papers.finish(), "mentions": mentions.finish()}
            done["relations"] = _write(folder, "relations", sorter.relations())
        parts.rmdir()
        return done

    _replace_snapshot(base, state, ledger, write)


def _replace_snapshot(
    base: Path, state: str, ledger: Ledger | None, write: Callable[[Path], Written]
) -> None:
    folder = base / "graph"
    scratch: Path | None = None
    try:
        if not folder.is_dir():
            folder.mkdir()
            sync_folder(base)
        _clear(folder)
        scratch = folder / f".new-{uuid4().hex[:12]}"
        scratch.mkdir()
        written = write(scratch)
        with_database = written["relations"].records <= EMBEDDED_RELATIONS
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "state": state,
            "files": {f"{part}.jsonl": written[part]._asdict() for part in PARTS},
            "database": _write_database(scratch) if with_database else None,
        }
        if ledger is not None:
            manifest["ledger"] = {"state": ledger.state(), "sha256": ledger.digest()}
        _write_text(scratch / MANIFEST, json.dumps(manifest, indent=2) + "\n")
        sync_folder(scratch)
        name = f"{state[:16]}-{scratch.name.removeprefix('.new-')}"
        scratch = scratch.rename(folder / name)
        sync_folder(folder)
        pointer = folder / f"{CURRENT}.new"
        _write_text(pointer, name + "\n")
        pointer.replace(folder / CURRENT)
        scratch = None  # in force: from here on it is not ours to remove
        sync_folder(folder)
    except OSError as err:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        raise KnowledgeBaseError(
            f"cannot write the graph of '{base}': {err.strerror or err}",
            hint="the papers are safe in the ledger; make room and run the same again",
        ) from err
    except BaseException:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        raise


def _write_database(folder: Path) -> dict[str, str]:
    EmbeddedStore.create(folder / DATABASE, _open_graph(folder))
    with (folder / DATABASE).open("rb+") as database:
        sync(database)
    return {"sha256": sha256_of(folder / DATABASE)}


def _clear(folder: Path) -> None:
    """Remove all but the snapshot in force: what came before it, and what killed builds left."""
    kept = _pointed(folder.parent)
    for old in folder.iterdir():
        if old.is_dir() and old.name != kept:
            shutil.rmtree(old, ignore_errors=True)


def _write_text(path: Path, text: str) -> None:
    with path.open("wb") as file:
        file.write(text.encode())
        sync(file)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
    before = None
    while (name := _pointed(base)) not in (None, before):  # where builds go by quickly, look again
        folder = base / "graph" / str(name)
        if (folder / MANIFEST).is_file():
            return folder
        before = name
    raise KnowledgeBaseError(
        f"'{base}' holds papers but no finished graph",
        hint=f"an earlier build was stopped; go on with: kg build --to {base}",
    )


def _pointed(base: Path) -> str | None:
    """The name of the snapshot in force, or None where there is none."""
    try:
        return (base / "graph" / CURRENT).read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def snapshot_state(base: Path) -> str | None:
    """Hash of what the graph in force was made from, or None where there is none."""
    try:
        return str(manifest_of(current_snapshot(base))["state"])
    except (KnowledgeBaseError, OSError):
        return None


def manifest_of(folder: Path) -> dict[str, Any]:
    """What was written down about a snapshot: its format, its files, what it was made from.

    Raises:
        KnowledgeBaseError: It is damaged, or the snapshot has another format.
        OSError: It cannot be read.
    """
    base = folder.parent.parent
    damaged = KnowledgeBaseError(
        f"the graph in '{base}' is damaged: {MANIFEST}",
        hint=f"make it again from the ledger: kg rebuild {base}",
    )
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        number = manifest["format"]
    except (ValueError, KeyError, TypeError) as err:
        raise damaged from err
    if number != FORMAT:
        raise KnowledgeBaseError(
            f"the graph in '{base}' has format {number}, this kg reads {FORMAT}",
            hint=f"its papers can be used as they are: kg rebuild {base}",
        )
    try:
        for part in PARTS:
            WrittenFile(**manifest["files"][f"{part}.jsonl"])
        str(manifest["state"])
    except (KeyError, TypeError) as err:
        raise damaged from err
    return dict(manifest)


def content_fingerprint(base: str | Path, *, check: bool = False) -> str:
    """One hash of all that the graph in force says: equal for equal content, and only then.

    It is made of the papers, entities, relations and mentions, and of nothing else: no path, time,
    setting or version.

    Args:
        base: The knowledge base directory.
        check: Read every byte again instead of trusting what was written down.

    Returns:
        SHA-256 as 64 hex digits.

    Raises:
        KnowledgeBaseError: There is no graph, or its files are damaged.
    """
    return _in_force(Path(base), lambda folder: _fingerprint(folder, check))


def _fingerprint(folder: Path, check: bool) -> str:
    digest = hashlib.sha256()
    files = manifest_of(folder)["files"]
    for part in PARTS:
        noted = files[f"{part}.jsonl"]["sha256"]
        if check and sha256_of(folder / f"{part}.jsonl") != noted:
            base = folder.parent.parent
            raise KnowledgeBaseError(
                f"the graph in '{base}' is damaged: {part}.jsonl is not what was written",
                hint=f"make it again from the ledger: kg rebuild {base}",
            )
        digest.update(f"{part} {noted}\n".encode())
    return digest.hexdigest()


def load_graph(base: str | Path) -> KnowledgeGraph:
    """The graph of a knowledge base, with the linked mentions of its texts.

    Its records stay on disk until they are asked for. A later build does not change it.

    Raises:
        KnowledgeBaseError: There is no graph, or its files are damaged. What is damaged inside a
            record shows when that record is asked for.
    """
    return _in_force(Path(base), _open_checked)


def _open_checked(folder: Path) -> KnowledgeGraph:
    manifest_of(folder)  # which says so where it has another format
    return _open_graph(folder)


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
        KnowledgeBaseError: There is no graph, or it is too large for that database.
        StoreError: The database file is damaged.
    """

    def open_it(folder: Path) -> EmbeddedStore:
        manifest = manifest_of(folder)
        if manifest.get("database", {}) is None:
            count = manifest["files"]["relations.jsonl"]["records"]
            raise KnowledgeBaseError(
                f"the graph of '{base}' has {count} relations, too many for embedded queries",
                hint=f"query a part: kg slice {base} --category cs.LG --since 2024 --to part.kg; "
                f"or all of it in Neo4j: kg export {base} graph --format neo4j-admin",
            )
        return EmbeddedStore(folder / DATABASE, read_only=not write)

    return _in_force(Path(base), open_it)


def _in_force(base: Path, open_it: Callable[[Path], T]) -> T:
    """Open something of the snapshot in force, or of the next if a build replaces it just now."""
    folder = current_snapshot(base)
    while True:
        try:
            return open_it(folder)
        except (OSError, KnowledgeBaseError, StoreError) as err:
            now = current_snapshot(base)
            if now != folder:
                folder = now
                continue
            if not isinstance(err, OSError):
                raise
            raise KnowledgeBaseError(
                f"the graph in '{base}' is damaged: {err.strerror or err}",
                hint=f"make it again from the ledger: kg rebuild {base}",
            ) from err


def write_records(
    base: Path, records: Mapping[str, Iterable[str]], state: str, *, ledger: Ledger | None = None
) -> None:
    """Write records that were made elsewhere as the snapshot in force; none is held in memory.

    Let nobody else write to the knowledge base.

    Args:
        base: The knowledge base directory.
        records: Name of each of ``PARTS`` -> its records as JSON, by id (``mention_record`` makes
            those of the mentions). They are written in the order of this mapping.
        state: Hash of what the graph was made from.
        ledger: What it was made from, to tell later whether that was tampered with.

    Raises:
        StoreError: The embedded database did not take the graph.
        KnowledgeBaseError: The disk did not take the files.
    """

    def write(folder: Path) -> Written:
        return {part: _write(folder, part, lines) for part, lines in records.items()}

    _replace_snapshot(base, state, ledger, write)


def mention_record(paper_id: str, mentions: Iterable[LinkedMention]) -> str:
    """The linked mentions of a paper, by place, as one record of a snapshot."""
    return _spoken(paper_id, mentions)
