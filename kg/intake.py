"""Reading sources into a ledger: in batches, with account of what was wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

from kg.errors import InputError, ReadError
from kg.ledger import Ledger
from kg.model import Paper
from kg.readers import read_papers

__all__ = ["BuildReport", "Intake", "Progress", "Silent", "count_papers", "take_in", "winner"]

_READ_BATCH = 256
"""Papers a transaction takes into the ledger."""
_KEPT_PROBLEMS = 1000
"""Bad records that a report keeps: a hundred million of them must not fill the memory."""


class Progress(Protocol):
    """How a build tells what it is doing; the command line draws it on stderr."""

    def start(self, stage: str, total: int | None) -> None:
        """A stage begins; ``total`` papers, or None where it is not known."""

    def advance(self, papers: int) -> None:
        """So many more papers are done."""


class Silent:
    """Tells nobody."""

    def start(self, stage: str, total: int | None) -> None:
        """Say nothing."""

    def advance(self, papers: int) -> None:
        """Say nothing."""


@dataclass
class BuildReport:
    """What a build did.

    Args:
        read: Good records in the sources.
        changed: Papers that were new or had changed.
        extracted: Papers that the extractor read in this run.
        papers: Papers in the knowledge base now.
        copies: Those of them that repeat another under another id; the graph leaves them out.
        skipped: Records that were skipped or replaced.
        problems: The first thousand of them, each a ``ReadError``.
        rebuilt: False where the graph was already that of these papers.
        unread: Papers that a stopped build has not read yet; the graph does without them.
        warnings: Entries of the curation that are about nothing here.
    """

    read: int = 0
    changed: int = 0
    extracted: int = 0
    papers: int = 0
    copies: int = 0
    skipped: int = 0
    problems: list[ReadError] = field(default_factory=list)
    rebuilt: bool = False
    unread: int = 0
    warnings: list[str] = field(default_factory=list)


class Intake:
    """Reads sources one after another and keeps account of what was wrong with them."""

    def __init__(
        self, *, strict: bool, on_problem: Callable[[ReadError], None] | None = None
    ) -> None:
        self.strict = strict
        self.report = BuildReport()
        self.fatal: InputError | None = None
        self._on_problem = on_problem

    def problem(self, error: ReadError) -> None:
        """Take note of a bad record; raise it where the run is strict."""
        self.report.skipped += 1
        if len(self.report.problems) < _KEPT_PROBLEMS:
            self.report.problems.append(error)
        if self._on_problem is not None:
            self._on_problem(error)
        if self.strict:
            raise error

    def batches(
        self, sources: Iterable[str | Path], *, format: str | None, limit: int | None
    ) -> Iterator[list[Paper]]:
        """Papers in batches; a source that fails as a whole is remembered, the rest goes on."""
        papers = islice(self._papers(sources, format), limit)
        while batch := list(islice(papers, _READ_BATCH)):
            self.report.read += len(batch)
            yield batch

    def _papers(self, sources: Iterable[str | Path], format: str | None) -> Iterator[Paper]:
        for source in sources:
            try:
                if not str(source):
                    raise InputError("the name of a source is empty", hint="- is standard input")
                yield from read_papers(
                    source, format=format, strict=self.strict, on_error=self.problem
                )
            except InputError as err:
                if self.strict:
                    raise
                if self.fatal is None:
                    self.fatal = err
                elif self._on_problem is not None:
                    self._on_problem(ReadError(err.message, hint=err.hint))


def take_in(
    ledger: Ledger,
    first: list[Paper] | None,
    rest: Iterator[list[Paper]],
    intake: Intake,
    meter: Progress,
) -> None:
    """Put batches into the ledger; of two records of one id in a run the fuller one stays."""
    seen: dict[str, str] = {}
    batch = first
    while batch is not None:
        keep: dict[str, Paper] = {}
        for paper in batch:
            if paper.id in seen:
                held = keep.get(paper.id) or ledger.paper(paper.id)
                paper = _settle_duplicate(held, paper, intake)
            seen[paper.id] = ""
            keep[paper.id] = paper
        intake.report.changed += ledger.put_papers(keep.values())
        meter.advance(len(batch))
        batch = next(rest, None)


def _settle_duplicate(held: Paper | None, paper: Paper, intake: Intake) -> Paper:
    kept = winner(held, paper)
    if held is not None and held.text != paper.text:
        intake.problem(
            ReadError(
                f"two different texts for paper '{paper.id}'; the longer abstract is kept",
                hint="give the papers ids of their own if they are two",
            )
        )
    return kept


def winner(held: Paper | None, paper: Paper) -> Paper:
    """Of two records of one id, the one with more to say; a total order, so any order of input."""
    if held is None:
        return paper
    return max(held, paper, key=lambda p: (len(p.abstract), len(r := p.model_dump_json()), r))


def count_papers(
    base: Path, batches: Iterator[list[Paper]], intake: Intake, meter: Progress
) -> BuildReport:
    """Read and compare with what a knowledge base holds, without writing."""
    ledger = (
        Ledger(base / "ledger.sqlite", read_only=True)
        if (base / "ledger.sqlite").is_file()
        else None
    )
    ids: set[str] = set()
    try:
        for batch in batches:
            known = {} if ledger is None else ledger.content_hashes(p.id for p in batch)
            intake.report.changed += sum(
                p.id not in ids and known.get(p.id) != p.content_hash for p in batch
            )
            ids.update(p.id for p in batch)
            meter.advance(len(batch))
        intake.report.papers = len(ledger) if ledger is not None else 0
    finally:
        if ledger is not None:
            ledger.close()
    if intake.fatal is not None:
        raise intake.fatal
    return intake.report
