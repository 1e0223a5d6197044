"""The truth of a knowledge base: one SQLite file of what was read and what was found in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from pydantic_core import from_json

from kg.copies import PaperHead
from kg.errors import KnowledgeBaseError
from kg.ids import content_hash
from kg.model import Extraction, Mention, Paper, RelationMention
from kg.model.base import Record

__all__ = ["IMPORTED", "LEDGER_VERSION", "ExtractionRow", "Ledger"]

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
        except sqlite3.Error as err:
            raise KnowledgeBaseError(f"cannot open the ledger '{path}': {err}") from err
        try:
            self._prepare()
        except sqlite3.OperationalError as err:
            self._db.close()
            raise KnowledgeBaseError(f"cannot open the ledger '{path}': {err}") from err
        except sqlite3.Error as err:
            self._db.close()
            raise KnowledgeBaseError(
                f"'{path}' is not a ledger: {err}",
                hint="restore it from a copy, or delete the knowledge base and build it again",
            ) from err
        except BaseException:
            self._db.close()
            raise

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
    def _transaction(self) -> Iterator[None]:
        """All or nothing; the error says which file failed."""
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                yield
        except sqlite3.Error as err:
            raise KnowledgeBaseError(
                f"cannot write to the ledger '{self.path}': {err}",
                hint="is another build at work on it, or the disk full?",
            ) from err

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Read one state of the ledger, whatever other processes write meanwhile."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
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
        return int(self._db.execute("SELECT count(*) FROM paper").fetchone()[0])

    def content_hashes(self, paper_ids: Iterable[str]) -> dict[str, str]:
        """Content hash of each of these papers that the ledger holds."""
        found = {}
        for paper_id in paper_ids:
            row = self._db.execute(
                "SELECT content_hash FROM paper WHERE id = ?", (paper_id,)
            ).fetchone()
            if row is not None:
                found[paper_id] = str(row[0])
        return found

    def paper(self, paper_id: str) -> Paper | None:
        """The paper of that id, or None."""
        row = self._db.execute("SELECT record FROM paper WHERE id = ?", (paper_id,)).fetchone()
        return None if row is None else Paper.model_validate_json(row[0])

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
        with closing(
            self._db.execute(
                "SELECT p.record FROM paper p LEFT JOIN extraction e ON e.paper_id = p.id "
                "AND e.content_hash = p.content_hash AND e.fingerprint IN (?, ?) "
                "WHERE e.paper_id IS NULL ORDER BY p.id",
                (fingerprint, IMPORTED),
            )
        ) as rows:
            found = [str(row[0]) for row in rows]
        for record in found:
            yield Paper.model_validate_json(record)

    def pending_count(self, fingerprint: str) -> int:
        """Number of papers that ``pending`` would give."""
        row = self._db.execute(
            "SELECT count(*) FROM paper p LEFT JOIN extraction e ON e.paper_id = p.id "
            "AND e.content_hash = p.content_hash AND e.fingerprint IN (?, ?) "
            "WHERE e.paper_id IS NULL",
            (fingerprint, IMPORTED),
        ).fetchone()
        return int(row[0])

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
        with closing(
            self._db.execute(
                "SELECT id, json_extract(record, '$.title'), json_extract(record, '$.year'), "
                "coalesce(json_extract(record, '$.abstract'), '') <> '' FROM paper ORDER BY id"
            )
        ) as rows:
            for paper_id, title, year, has_abstract in rows:
                yield PaperHead(paper_id, title, year, bool(has_abstract))

    def extractions(self, *, checked: bool = True) -> Iterator[Extraction]:
        """Every paper that has been read, with what was found in it, by paper id.

        Args:
            checked: Check every record; False for one who has just read the same ones checked.
        """
        with closing(
            self._db.execute(
                "SELECT p.record, e.record FROM paper p JOIN extraction e ON e.paper_id = p.id "
                "AND e.content_hash = p.content_hash ORDER BY p.id"
            )
        ) as rows:
            for paper, found in rows:
                if not checked:
                    yield _trusted(paper, found)
                    continue
                # the paper's JSON is put into the extraction's: both are ours, both are objects
                rest = found[1:] if found == "{}" else f",{found[1:]}"
                yield Extraction.model_validate_json(f'{{"paper":{paper}{rest}')

    def remove(self, paper_id: str) -> bool:
        """Retract a paper and what was found in it; False if it is not there."""
        with self._transaction():
            gone = self._db.execute("DELETE FROM paper WHERE id = ?", (paper_id,)).rowcount
        return gone > 0

    def state(self) -> str:
        """Hash of all that a graph is made from; equal states give equal graphs."""
        rows = self._db.execute(
            "SELECT p.id, p.content_hash, coalesce(e.fingerprint, '') FROM paper p LEFT JOIN "
            "extraction e ON e.paper_id = p.id AND e.content_hash = p.content_hash ORDER BY p.id"
        )
        return content_hash(*(part for row in rows for part in row))


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
