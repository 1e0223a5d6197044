"""What a whole build inside an engine is made of, whichever the engine.

What was extracted stays in a working folder if the job is stopped, and the next one reads only the
other papers. The tables are written beside those of a former job and put in their place at the end;
``manifest.json`` comes last.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, Protocol, Self, TypeVar
from uuid import uuid4

import pyarrow as pa

from kg.config import Config
from kg.engines import stages
from kg.engines._engine import TablesReport
from kg.errors import InputError, ReadError
from kg.extractors import check_components, extractor_fingerprint
from kg.ids import content_hash
from kg.intake import Progress
from kg.tables import FORMAT, MANIFEST, TABLE_KEYS

__all__ = ["SHOWN", "Folder", "Stage", "TablesJob", "table_stage", "work_address"]

SHOWN = 20
"""Problems that are shown."""

Stage = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


class Folder(Protocol):
    """A folder on a file system of the cluster; it need not exist."""

    @property
    def name(self) -> str:
        """Last part of the address."""

    def __truediv__(self, name: str) -> Self: ...

    def names(self) -> set[str]:
        """What is in it; nothing where it does not exist.

        Raises:
            InputError: It is a file.
        """

    def remove(self, name: str) -> None:
        """Remove a file or folder in it, where there is one."""

    def delete(self) -> None:
        """Remove it with all that is in it, or the file that it is."""

    def is_beside(self, other: Self) -> bool:
        """Whether another folder is on the same file system."""

    def move_to(self, other: Self) -> None:
        """Give it another address on the same file system, where nothing is yet.

        Raises:
            KgError: It was not moved.
        """

    def write_text(self, name: str, text: str) -> None:
        """Write a file in it."""


F = TypeVar("F", bound=Folder)


class TablesJob(ABC, Generic[F]):
    """One run.

    Args:
        target: The folder of the tables.
        work: The working folder.
        config: Settings.
        curation: Text of a ``curation.toml``.
        meter: Told which stage begins.
    """

    def __init__(self, target: F, work: F, config: Config, curation: str, meter: Progress) -> None:
        self._target, self._work = target, work
        self._config, self._curation, self._meter = config, curation, meter
        self._fingerprint = extractor_fingerprint(config.extract)
        self._report = TablesReport()

    def run(self, sources: Sequence[str], *, format: str | None, strict: bool) -> TablesReport:
        """Do it; see ``TableEngine.build_tables``."""
        check_components(self._config.extract)
        odd = self._target.names() - {MANIFEST, self._work.name, *TABLE_KEYS}
        if odd:
            raise InputError(
                f"'{self._target}' holds other things: {min(odd)}",
                hint="choose another --tables, or an empty one",
            )
        if not self._work.is_beside(self._target):  # found out now, not when all is done
            raise InputError(
                f"the working folder '{self._work}' is not where '{self._target}' is",
                hint="let it be on the file system of the tables",
            )
        report = self._report
        self._meter.start("reading", None)
        self._read(sources, format)
        if strict and report.problems:
            raise ReadError(report.problems[0], hint="without --strict such records are left out")
        self._leave_out_copies()
        if not report.papers:
            problem = f"; the first problem: {p[0]}" if (p := report.problems) else ""
            raise InputError(f"no papers in the sources{problem}")
        self._meter.start("extracting", None)
        self._extract()
        self._meter.start("linking", None)
        self._link()
        self._meter.start("writing tables", None)
        self._write_tables()
        self._put_in_place()
        return report

    @abstractmethod
    def _read(self, sources: Sequence[str], format: str | None) -> None:
        """One record an id; tells ``read``, ``skipped``, ``problems`` (in order)."""

    @abstractmethod
    def _leave_out_copies(self) -> None:
        """Papers under several ids but one; tells ``papers`` and ``copies``."""

    @abstractmethod
    def _extract(self) -> None:
        """What is found in each paper, of former runs where it holds; tells ``extracted``."""

    @abstractmethod
    def _link(self) -> None:
        """Entities, and what each paper states of them; tells ``warnings``."""

    @abstractmethod
    def _write_tables(self) -> None:
        """All tables, in the folder ``new`` of the working folder."""

    @abstractmethod
    def _count_rows(self, table: F) -> int:
        """Rows of a table that is written."""

    def _former(self) -> list[F]:
        """Folders with the table ``extractions`` of former runs, stopped ones too."""
        folders = [self._work / name for name in sorted(self._work.names()) if name[:5] == "found"]
        if "extractions" in self._target.names():
            folders.append(self._target / "extractions")
        return folders

    def _put_in_place(self) -> None:
        self._target.remove(MANIFEST)
        new = self._work / "new"
        for name in TABLE_KEYS:
            if name == "extractions" and name in self._target.names():
                (self._target / name).move_to(self._work / f"found-{uuid4().hex}")
            self._target.remove(name)
            (new / name).move_to(self._target / name)
            self._report.rows[name] = self._count_rows(self._target / name)
        said = {"format": FORMAT, "fingerprint": self._fingerprint, "rows": self._report.rows}
        self._target.write_text(MANIFEST, f"{json.dumps(said, indent=2)}\n")
        self._work.delete()


def work_address(target: object, work: str) -> str:
    """Address of the working folder of a target.

    Args:
        target: The folder of the tables.
        work: Folder for the working folders of all targets; empty for one in the target.
    """
    name = f"kg-{content_hash(str(target))[:16]}"
    return f"{work.rstrip('/')}/{name}" if work else f"{target}/_work"


def table_stage(name: str) -> Stage:
    """The stage that makes rows of a table of records in order of their keys."""

    def stage(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        united = name in ("relations", "evidence")
        return stages.table_rows(stages.unite_rows(batches) if united else batches, name)

    return stage
