"""The truth of a knowledge base: one SQLite file of what was read and what was found in it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from pydantic_core import from_json

from kg.copies import PaperHead
from kg.errors import KnowledgeBaseError
from kg.ids import content_hash
from kg.model import Extraction, Mention, Paper, RelationMention
from kg.model.base import Record

__all__ = ["IMPORTED", "LEDGER_VERSION", "ExtractionRow", "Ledger", "LedgerRow"]

R = TypeVar("R")
LEDGER_VERSION = 1
IMPORTED = "imported"
"""Fingerprint of extractions that came with a graph: no extractor takes their place."""
_TABLES = (
    """CREATE TABLE paper (
    id TEXT PRIMARY KEY,
    content_hash TEXT NOT NULL,
    record TEXT NOT NULL
) WITHOUT ROWID""",
    """CREATE TABLE extraction (
    paper_id TEXT PRIMARY KEY REFERENCES paper(id) ON DELETE CASCADE,
    content_hash TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    record TEXT NOT NULL
) WITHOUT ROWID""",
)


class ExtractionRow(NamedTuple):
    """An extraction as the ledger keeps it; quick to pass from one process to another.

    Args:
        paper_id: The paper.
        content_hash: What it said when it was read.
        record: The extraction as JSON, without the paper and without defaults.
    """

    paper_id: str
    content_hash: str
    record: str

    @classmethod
    def of(cls, extraction: Extraction) -> Self:
        """Make the row of an extraction."""
        paper = extraction.paper
        record = extraction.model_dump_json(exclude={"paper"}, exclude_defaults=True)
        return cls(paper.id, paper.content_hash, record)


class LedgerRow(NamedTuple):
    """All that the ledger holds about a paper, as it is stored.

    Args:
        paper_id: The paper.
        content_hash: Hash of its record.
        record: The paper as JSON.
        read_hash: Content hash of the paper when it was read; None where it never was.
        fingerprint: Who read it; None where nobody did.
        found: What was found in it, as JSON; None where it was never read.
    """

    paper_id: str
    content_hash: str
    record: str
    read_hash: str | None
    fingerprint: str | None
    found: str | None

    @property
    def is_read(self) -> bool:
        """Whether it was read in its present form."""
        return self.found is not None and self.read_hash == self.content_hash

    def extraction(self) -> Extraction:
        """What was found in it, checked.

        Raises:
            ValueError: The records are broken, or do not fit each other.
        """
        # the paper's JSON is put into the extraction's: both are ours, both are objects
        found = self.found or "{}"
        rest = found[1:] if found == "{}" else f",{found[1:]}"
        return Extraction.model_validate_json(f'{{"paper":{self.record}{rest}')


class Ledger:
    """Papers and their extractions; a kill loses no more than the batch it interrupts.

    Args:
        path: The SQLite file; made if it is missing and ``create`` is set.
        create: Make a new file where there is none.
        read_only: Change nothing, and need no leave to; a folder on read-only media will do.

    Raises:
        KnowledgeBaseError: The file is missing, is not a ledger, or is of another version.
    """

    def __init__(self, path: Path, *, create: bool = False, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        if not create and not path.is_file():
            raise KnowledgeBaseError(
                f"no knowledge base at '{path.parent}'", hint="make one: kg build SOURCE --to DIR"
            )
        try:
            self._db = self._connect()
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise
        except sqlite3.OperationalError as err:
            raise KnowledgeBaseError(f"cannot open the ledger '{path}': {err}") from err
        except sqlite3.Error as err:
            raise KnowledgeBaseError(
                f"'{path}' is not a ledger: {err}",
                hint="restore it from a copy, or delete the knowledge base and build it again",
            ) from err

    def _connect(self) -> sqlite3.Connection:
        if not self.read_only:
            return sqlite3.connect(self.path, timeout=30.0, isolation_level=None)
        address = self.path.resolve().as_uri()
        db = sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=30.0, isolation_level=None)
        try:
            db.execute("PRAGMA user_version")
        except sqlite3.OperationalError:
            # a write-ahead log cannot be made here, so nobody else writes here either
            db.close()
            log = self.path.with_name(f"{self.path.name}-wal")
            if log.is_file() and log.stat().st_size:  # of a killed build: part of the ledger
                raise
            db = sqlite3.connect(f"{address}?mode=ro&immutable=1", uri=True, isolation_level=None)
        return db

    def _prepare(self) -> None:
        if self.read_only:
            if self._format() == 0:
                raise sqlite3.DatabaseError("it holds no tables of kg")
            return
        if self._format() == 0:
            with self._transaction():
                if self._format() == 0:  # another process may have made it meanwhile
                    for table in _TABLES:
                        self._db.execute(table)
                    self._db.execute(f"PRAGMA user_version = {LEDGER_VERSION}")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")

    def _format(self) -> int:
        """The format of the file; 0 for an empty one."""
        tables = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        version = int(self._db.execute("PRAGMA user_version").fetchone()[0])
        if version == 0 and tables:
            raise KnowledgeBaseError(f"'{self.path}' is not a ledger: it holds other tables")
        if version not in (0, LEDGER_VERSION):
            raise KnowledgeBaseError(
                f"the ledger '{self.path}' has format {version}, this kg reads {LEDGER_VERSION}",
                hint="use the kg version that wrote it, or build the knowledge base again",
            )
        return version

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction around several changes: all of them come into force, or none."""
        with self._transaction():
            yield

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing; the error says which file failed."""
        if self._db.in_transaction:
            yield
            return
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                yield
        except sqlite3.Error as err:
            raise KnowledgeBaseError(
                f"cannot write to the ledger '{self.path}': {err}",
                hint="what was finished before is safe; make room and run the same again",
            ) from err

    def _rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Rows of a query; the error says which file is damaged."""
        try:
            cursor = self._db.execute(query, values)
            try:
                yield from iter(cursor.fetchone, None)
            finally:
                with suppress(sqlite3.ProgrammingError):  # the ledger was closed meanwhile
                    cursor.close()
        except sqlite3.Error as err:
            raise self._damaged(str(err)) from err

    def _damaged(self, what: str) -> KnowledgeBaseError:
        return KnowledgeBaseError(
            f"the ledger '{self.path}' is damaged: {what}",
            hint=f"see what is left of it: kg doctor {self.path.parent}",
        )

    def _parsed(self, parse: Callable[[], R], paper_id: str) -> R:
        try:
            return parse()
        except ValueError as err:
            said = " ".join(str(err).split())[:300]
            raise self._damaged(f"paper '{paper_id}': {said}") from err

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Read one state of the ledger, whatever other processes write meanwhile."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            with suppress(sqlite3.Error):  # of a damaged file, which the reader was told
                self._db.execute("COMMIT")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; calling it again does nothing."""
        self._db.close()

    def __len__(self) -> int:
        return self._count("SELECT count(*) FROM paper")

    def _count(self, query: str, *values: object) -> int:
        return sum(int(number) for (number,) in self._rows(query, *values))

    def content_hashes(self, paper_ids: Iterable[str]) -> dict[str, str]:
        """Content hash of each of these papers that the ledger holds."""
        found = {}
        for paper_id in paper_ids:
            for (known,) in self._rows("SELECT content_hash FROM paper WHERE id = ?", paper_id):
                found[paper_id] = str(known)
        return found

    def paper(self, paper_id: str) -> Paper | None:
        """The paper of that id, or None."""
        rows = list(self._rows("SELECT record FROM paper WHERE id = ?", paper_id))
        return self._paper(paper_id, rows[0][0]) if rows else None

    def _paper(self, paper_id: str, record: str) -> Paper:
        return self._parsed(lambda: Paper.model_validate_json(record), paper_id)

    def put_papers(self, papers: Iterable[Paper]) -> int:
        """Add or replace papers in one transaction; a changed paper loses its extraction.

        Returns:
            Number of papers that were new or changed.
        """
        rows = [(p.id, p.content_hash, p.model_dump_json()) for p in papers]
        with self._transaction():
            before = self._db.total_changes
            self._db.executemany(
                "INSERT INTO paper VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                "content_hash = excluded.content_hash, record = excluded.record "
                "WHERE content_hash <> excluded.content_hash",
                rows,
            )
            return self._db.total_changes - before

    def pending(self, fingerprint: str) -> Iterator[Paper]:
        """Papers, by id, that this extractor has not read in their present form.

        Those that were imported with what was found in them count as read.
        """
        for paper_id, record in self.pending_records(fingerprint):
            yield self._paper(paper_id, record)

    def pending_records(self, fingerprint: str) -> Iterator[tuple[str, str]]:
        """The same papers as ids and records (JSON), read as they are asked for."""
        ids = [
            paper_id
            for (paper_id,) in self._rows(
                "SELECT p.id FROM paper p LEFT JOIN extraction e ON e.paper_id = p.id "
                "AND e.content_hash = p.content_hash AND e.fingerprint IN (?, ?) "
                "WHERE e.paper_id IS NULL ORDER BY p.id",
                fingerprint,
                IMPORTED,
            )
        ]
        for paper_id in ids:
            for (record,) in self._rows("SELECT record FROM paper WHERE id = ?", paper_id):
                yield paper_id, record

    def pending_count(self, fingerprint: str) -> int:
        """Number of papers that ``pending`` would give."""
        return self._count(
            "SELECT count(*) FROM paper p LEFT JOIN extraction e ON e.paper_id = p.id "
            "AND e.content_hash = p.content_hash AND e.fingerprint IN (?, ?) "
            "WHERE e.paper_id IS NULL",
            fingerprint,
            IMPORTED,
        )

    def unread(self) -> frozenset[str]:
        """Papers that nobody has read in their present form."""
        query = (
            "SELECT p.id FROM paper p LEFT JOIN extraction e ON e.paper_id = p.id "
            "AND e.content_hash = p.content_hash WHERE e.paper_id IS NULL"
        )
        return frozenset(paper_id for (paper_id,) in self._rows(query))

    def put_extractions(self, extractions: Iterable[Extraction], fingerprint: str) -> None:
        """Add or replace extractions in one transaction."""
        self.put_rows(map(ExtractionRow.of, extractions), fingerprint)

    def put_rows(self, rows: Iterable[ExtractionRow], fingerprint: str) -> None:
        """The same for extractions that were made rows elsewhere."""
        with self._transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO extraction (paper_id, content_hash, record, fingerprint) "
                "VALUES (?, ?, ?, ?)",
                ((*row, fingerprint) for row in rows),
            )

    def heads(self) -> Iterator[PaperHead]:
        """Id, title, year and whether there is an abstract, of every paper, by id."""
        for paper_id, title, year, has_abstract in self._rows(
            "SELECT id, json_extract(record, '$.title'), json_extract(record, '$.year'), "
            "coalesce(json_extract(record, '$.abstract'), '') <> '' FROM paper ORDER BY id"
        ):
            yield PaperHead(paper_id, title, year, bool(has_abstract))

    def extractions(self, *, checked: bool = True) -> Iterator[Extraction]:
        """Every paper that has been read, with what was found in it, by paper id.

        Args:
            checked: Check every record; False for one who has just read the same ones checked.
        """
        for row in self.rows():
            if row.is_read:
                read = row.extraction if checked else partial(_trusted, row.record, row.found or "")
                yield self._parsed(read, row.paper_id)

    def rows(self) -> Iterator[LedgerRow]:
        """Everything, by paper id."""
        query = (
            "SELECT p.id, p.content_hash, p.record, e.content_hash, e.fingerprint, e.record "
            "FROM paper p LEFT JOIN extraction e ON e.paper_id = p.id ORDER BY p.id"
        )
        return (LedgerRow(*row) for row in self._rows(query))

    def fingerprints(self) -> tuple[str, ...]:
        """Fingerprints of the extractors whose findings are held, sorted."""
        rows = self._db.execute("SELECT DISTINCT fingerprint FROM extraction ORDER BY 1")
        return tuple(str(fingerprint) for (fingerprint,) in rows)

    def remove(self, paper_id: str) -> bool:
        """Retract a paper and what was found in it; False if it is not there."""
        with self._transaction():
            gone = self._db.execute("DELETE FROM paper WHERE id = ?", (paper_id,)).rowcount
        return gone > 0

    def state(self) -> str:
        """Hash of all that a graph is made from; equal states give equal graphs."""
        rows = self._rows(
            "SELECT p.id, p.content_hash, coalesce(e.fingerprint, '') FROM paper p LEFT JOIN "
            "extraction e ON e.paper_id = p.id AND e.content_hash = p.content_hash ORDER BY p.id"
        )
        return content_hash(*(part for row in rows for part in row))

    def digest(self) -> str:
        """SHA-256 over every record that a graph is made from: tells whether one was changed."""
        digest = hashlib.sha256()
        for row in self.rows():
            for part in (row.paper_id, row.record, (row.found or "") if row.is_read else ""):
                data = str(part).encode("utf-8", "surrogatepass")
                digest.update(b"%d:" % len(data))
                digest.update(data)
        return digest.hexdigest()

    def faults(self) -> Iterator[str]:
        """What SQLite itself finds wrong with the file."""
        for (said,) in self._rows("PRAGMA integrity_check(20)"):
            if said != "ok":
                yield str(said)
        for table, key, *_ in self._rows(
            "SELECT 'extraction', paper_id FROM extraction "
            "WHERE paper_id NOT IN (SELECT id FROM paper)"
        ):
            yield f"{table} of a paper that is not there: '{key}'"


def _trusted(paper: str, found: str) -> Extraction:
    fields = from_json(found)
    owner = Paper.model_validate_json(paper)
    return Extraction.of_checked(
        paper=owner,
        mentions=tuple(Mention.of_checked(**{**_MENTION, **m}) for m in fields.get("mentions", ())),
        relations=tuple(
            RelationMention.of_checked(**{**_STATEMENT, **r}) for r in fields.get("relations", ())
        ),
    )


def _defaults(record: type[Record]) -> dict[str, Any]:
    fields = record.model_fields.items()
    return {name: None if field.is_required() else field.default for name, field in fields}


_MENTION, _STATEMENT = _defaults(Mention), _defaults(RelationMention)
