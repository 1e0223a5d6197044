"""What is wrong with a knowledge base, and how to mend it; looking changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import KgError, KnowledgeBaseError
from kg.ledger import Ledger
from kg.lock import LOCK_FILES, Writer, writer_at_work
from kg.model import RELATIONS, Paper
from kg.record_files import RecordFile
from kg.snapshot import CURRENT, DATABASE, PARTS, current_snapshot, manifest_of, sha256_of
from kg.verification import texts_of, verify_files, verify_ledger

__all__ = ["Examination", "Finding", "examine"]

_SHOWN = 10
"""Findings of one kind that are told one by one."""


@dataclass(frozen=True)
class Finding:
    """Something that is wrong.

    Args:
        part: ``ledger``, ``graph``, ``database``, ``state`` or ``leftovers``.
        problem: What is wrong, one line.
        mend: What to do about it, one line.
    """

    part: str
    problem: str
    mend: str


@dataclass(frozen=True)
class Examination:
    """What ``kg doctor`` saw.

    Args:
        findings: What is wrong; empty where all is well.
        writer: Who writes to the knowledge base just now, or None.
        papers: Papers in the ledger; None where it cannot be read.
        spans: Spans that were read again.
    """

    findings: tuple[Finding, ...]
    writer: Writer | None
    papers: int | None
    spans: int


def examine(target: str | Path) -> Examination:
    """Check a knowledge base: ledger, graph, embedded database, whether they fit, leftovers.

    Args:
        target: Directory of the knowledge base.

    Raises:
        KnowledgeBaseError: There is no knowledge base.
    """
    base = Path(target)
    if not (base / "ledger.sqlite").is_file():
        raise KnowledgeBaseError(
            f"no knowledge base at '{base}'", hint=f"make one: kg build SOURCE --to {base}"
        )
    writer = writer_at_work(base)
    ledger = _Ledger(base)
    findings = list(ledger.findings())
    graph = _Graph(base, ledger)
    findings += graph.findings()
    findings += _leftovers(base, writer, graph.again)
    return Examination(tuple(findings), writer, ledger.papers, graph.spans)


def _few(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The first of many, and how many more there are."""
    more = 0
    last: Finding | None = None
    for number, finding in enumerate(findings):
        if number < _SHOWN:
            yield finding
        else:
            more, last = more + 1, finding
    if last is not None:
        yield Finding(last.part, f"and {more} more like these", last.mend)


class _Ledger:
    """The file that all else can be made from."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.papers: int | None = None
        self.unread = 0
        self.digest: str | None = None
        self.sound = True
        self.restore = "restore it from a copy, or build the papers again into a new folder"

    def findings(self) -> Iterator[Finding]:
        try:
            with Ledger(self.base / "ledger.sqlite", read_only=True) as ledger, ledger.at_rest():
                yield from _few(self._faults(ledger))
                self.papers, self.unread = len(ledger), len(ledger.unread())
                self.digest = ledger.digest()
        except KnowledgeBaseError as err:
            self.sound = False
            yield Finding("ledger", err.message, self.restore)

    def _faults(self, ledger: Ledger) -> Iterator[Finding]:
        for said in ledger.faults():
            self.sound = False
            yield Finding("ledger", said, self.restore)
        for failure in verify_ledger(ledger, {}):
            self.sound = False
            mend = f"build again from a source that holds it: kg build SOURCE --to {self.base}"
            if failure.where == "paper":
                mend = f"kg remove {self.base} '{failure.paper_id}', then {mend}"
            yield Finding("ledger", f"{failure.paper_id}: {failure.reason}", mend)


class _Graph:
    """The snapshot in force, its embedded database, and whether they are those of the ledger."""

    def __init__(self, base: Path, ledger: _Ledger) -> None:
        self.base, self.ledger = base, ledger
        self.spans = 0
        self.rebuild = f"kg rebuild {base}" if ledger.sound else "first mend the ledger"
        self.again = self.rebuild
        if ledger.unread:
            self.again = f"go on with: kg build --to {base}, with the options of the build before"

    def findings(self) -> Iterator[Finding]:
        if self.ledger.unread:
            count = (
                "a paper has" if self.ledger.unread == 1 else f"{self.ledger.unread} papers have"
            )
            yield Finding("state", f"{count} not been read: a build was stopped", self.again)
        try:
            folder = current_snapshot(self.base)
            manifest = manifest_of(folder)
        except KnowledgeBaseError as err:
            yield Finding("graph", err.message, self.again)
            return
        noted = manifest.get("ledger", {}).get("sha256")
        current = None in (noted, self.ledger.digest) or noted == self.ledger.digest
        if not current:
            yield Finding("state", "the graph is not that of the ledger as it is now", self.again)
        yield from _few(self._records(folder, manifest, current))
        yield from self._database(folder, manifest)

    def _records(self, folder: Path, manifest: dict[str, Any], current: bool) -> Iterator[Finding]:
        with ExitStack() as stack:
            if current and self.ledger.sound:
                path = self.base / "ledger.sqlite"
                text = texts_of(stack.enter_context(Ledger(path, read_only=True)))
            else:  # the graph has to fit itself
                text = _own_texts(folder)
            self.spans, failures = verify_files(folder, manifest, text)
        for failure in failures:
            place = f"{failure.paper_id} {failure.where}".strip()
            yield Finding("graph", f"{place}: {failure.reason}", self.rebuild)
        if failures:
            return  # what is built on these records need not be looked at
        try:
            yield from (Finding("graph", said, self.rebuild) for said in _misfits(folder, manifest))
        except (KnowledgeBaseError, OSError, KeyError, TypeError, ValueError) as err:
            yield Finding("graph", _said(err), self.rebuild)

    def _database(self, folder: Path, manifest: dict[str, Any]) -> Iterator[Finding]:
        from kg.stores.embedded import EmbeddedStore

        if manifest.get("database", {}) is None:
            return  # a graph of that size has none
        expected = {name: manifest["files"][f"{name}.jsonl"]["records"] for name in PARTS[:3]}
        wanted = (expected["papers"] + expected["entities"], expected["relations"])
        try:
            with EmbeddedStore(folder / DATABASE) as store:
                nodes = store.query("MATCH (n) RETURN count(n)").rows[0][0]
                edges = store.query("MATCH ()-[r]->() RETURN count(r)").rows[0][0]
            if (nodes, edges) != wanted:
                told = f"{nodes} nodes and {edges} relations, the graph {wanted[0]} and {wanted[1]}"
                yield Finding("database", f"the embedded database holds {told}", self.rebuild)
            elif sha256_of(folder / DATABASE) != manifest["database"]["sha256"]:
                said = "the embedded database was written to since the graph was made"
                yield Finding("database", said, self.rebuild)
        except (KgError, OSError, KeyError, TypeError) as err:
            yield Finding("database", _said(err), self.rebuild)


def _own_texts(folder: Path) -> Callable[[str], str | None]:
    """The texts of the papers as the graph holds them."""
    try:
        papers = RecordFile(folder / "papers.jsonl", Paper.model_validate_json)
    except (KnowledgeBaseError, OSError):
        return lambda paper_id: None

    def text(paper_id: str) -> str | None:
        try:
            return papers[paper_id].text
        except (KnowledgeBaseError, KeyError):
            return None

    return text


def _misfits(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Where the records of a graph do not fit each other, or their indexes do not fit them."""
    files = {part: RecordFile(folder / f"{part}.jsonl", json.loads) for part in PARTS}
    for part, file in files.items():
        noted = manifest["files"][f"{part}.jsonl"]["records"]
        if len(file) != noted:
            yield f"{part}.index knows {len(file)} records of {noted}"
        last = ""
        for key, record in file.items():
            if record["id"] != key or key <= last:
                yield f"{part}.index: '{key}' is not in its place"
            last = key
    labels: dict[str, str] = {}
    for part, read in (("papers", _paper_label), ("entities", _entity_label)):
        labels.update(read(record) for record in files[part].values())
    for relation in files["relations"].values():
        ends = [labels.get(relation[end]) for end in ("subject", "object")]
        for end, label in zip(("subject", "object"), ends, strict=True):
            if label is None:
                yield f"relation {relation['id']} refers to '{relation[end]}', which is not there"
        if None not in ends and not RELATIONS[relation["predicate"]].allows(*map(str, ends)):
            yield f"relation {relation['id']} may not join {ends[0]} to {ends[1]}"
    for said in files["mentions"].values():
        for mention in said["mentions"]:
            if said["id"] not in labels or mention["entity_id"] not in labels:
                yield f"a mention in '{said['id']}' refers to what is not there"


def _paper_label(record: dict[str, Any]) -> tuple[str, str]:
    return record["id"], "Paper"


def _entity_label(record: dict[str, Any]) -> tuple[str, str]:
    return record["id"], record["kind"]


def _leftovers(base: Path, writer: Writer | None, again: str) -> Iterator[Finding]:
    """What killed commands left; nothing of it harms, and the next build takes most of it away."""
    for folder in {base, base.absolute().parent}:
        for path in sorted(folder.glob(".kg-export-*")):
            delete = f"if no export is at work, delete it: rm -r '{path}'"
            yield Finding("leftovers", f"'{path}' is of an export that was stopped", delete)
    if writer is not None:
        return  # the rest may be what it is writing
    graph = base / "graph"
    try:
        current = (graph / CURRENT).read_text("utf-8").strip()
    except OSError:
        current = ""
    folders = sorted(path for path in graph.glob("*") if path.is_dir() and path.name != current)
    former = [path for path in folders if not path.name.startswith(".")]
    for path in folders:
        if path.name.startswith("."):
            yield Finding("leftovers", f"'{path}' is of a build that was stopped", again)
    for path in sorted(former, key=lambda path: path.stat().st_mtime)[:-1]:
        yield Finding("leftovers", f"'{path}' is a graph that is no longer in force", again)
    for name in sorted(LOCK_FILES - {"lock"}):
        if (base / name).exists():
            yield Finding("leftovers", f"'{base / name}' is of a command that was stopped", again)


def _said(err: Exception) -> str:
    text = err.message if isinstance(err, KgError) else str(err)
    return " ".join(text.split())[:300] or type(err).__name__
