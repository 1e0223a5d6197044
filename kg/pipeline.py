"""From sources to a knowledge base: the only place that knows the order of the stages."""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Protocol

from kg.config import Config, ExtractConfig
from kg.copies import PaperHead, find_copies
from kg.errors import InputError, KnowledgeBaseError, ReadError
from kg.extractors import extract_papers, extractor_fingerprint
from kg.graph import KnowledgeGraph
from kg.ids import content_hash
from kg.ledger import Ledger
from kg.linking import Linker, link_extractions
from kg.model import Extraction, Paper
from kg.parallel import extract_batches
from kg.readers import read_papers
from kg.snapshot import snapshot_state, write_linked

__all__ = [
    "BuildReport",
    "Progress",
    "assemble_graph",
    "build",
    "build_graph",
    "check_target",
    "graph_state",
    "remove",
]

_READ_BATCH = 256
"""Papers a transaction takes into the ledger."""


class Progress(Protocol):
    """How a build tells what it is doing; the command line draws it on stderr."""

    def start(self, stage: str, total: int | None) -> None:
        """A stage begins; ``total`` papers, or None where it is not known."""

    def advance(self, papers: int) -> None:
        """So many more papers are done."""


class _Silent:
    def start(self, stage: str, total: int | None) -> None:
        pass

    def advance(self, papers: int) -> None:
        pass


@dataclass
class BuildReport:
    """What a build did.

    Args:
        read: Good records in the sources.
        changed: Papers that were new or had changed.
        extracted: Papers that the extractor read in this run.
        papers: Papers in the knowledge base now.
        copies: Those of them that repeat another under another id; the graph leaves them out.
        problems: Records that were skipped or replaced, each a ``ReadError``.
        rebuilt: False where the graph was already that of these papers.
    """

    read: int = 0
    changed: int = 0
    extracted: int = 0
    papers: int = 0
    copies: int = 0
    problems: list[ReadError] = field(default_factory=list)
    rebuilt: bool = False


def build_graph(sources: Iterable[str | Path], *, config: Config | None = None) -> KnowledgeGraph:
    """Read sources and build the graph in memory, without a knowledge base.

    Args:
        sources: Paths of files.
        config: Settings.

    Raises:
        ReadError: A record cannot be used.
        InputError: A source cannot be read.
    """
    settings = config or Config()
    intake = _Intake(strict=True)
    papers: dict[str, Paper] = {}
    for batch in intake.batches(sources, format=None, limit=None):
        for paper in batch:
            papers[paper.id] = _winner(papers.get(paper.id), paper)
    copies = find_copies(
        PaperHead(p.id, p.title, p.year, bool(p.abstract)) for p in papers.values()
    )
    ordered = [papers[key] for key in sorted(papers) if key not in copies]
    return assemble_graph(extract_papers(ordered, config=settings.extract), config=settings)


def assemble_graph(
    extractions: Iterable[Extraction], *, config: Config | None = None
) -> KnowledgeGraph:
    """Link extractions and make the graph of them; any order gives the same graph."""
    found = link_extractions(extractions, config=(config or Config()).link)
    return KnowledgeGraph(found.papers, found.entities, found.relations, found.mentions)


def build(
    sources: Iterable[str | Path],
    target: str | Path,
    *,
    config: Config | None = None,
    format: str | None = None,
    workers: int = 1,
    limit: int | None = None,
    strict: bool = False,
    dry_run: bool = False,
    rebuild: bool = False,
    on_problem: Callable[[ReadError], None] | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Add sources to a knowledge base; what it has read before is not read again.

    The same papers give the same graph, in any order, with any number of workers, in one run or
    in several; a paper whose record has changed since an earlier run is replaced. A run that is
    stopped keeps every finished batch; the next one goes on from there.

    Args:
        sources: Paths of files, or ``-`` for standard input; none just finishes a stopped build.
        target: Directory of the knowledge base; made if missing.
        config: Settings.
        format: Reader for all sources; by default suffix and content decide.
        workers: Processes that extract; 0 picks by the work at hand. A script that asks for more
            than one needs the ``if __name__ == "__main__"`` guard of multiprocessing.
        limit: Take no more than so many papers from the sources.
        strict: Stop at the first bad record instead of skipping it.
        dry_run: Read and count, write nothing.
        rebuild: Make the graph again even if nothing changed.
        on_problem: Called for each bad record as it comes.
        progress: Told how far the work is.

    Raises:
        ReadError: A bad record, where ``strict``.
        InputError: A source that cannot be read, or a target that is something else.
        KnowledgeBaseError: The knowledge base cannot be opened or written.
    """
    base = Path(target)
    settings = config or Config()
    meter = progress or _Silent()
    check_target(base)
    intake = _Intake(strict=strict, on_problem=on_problem)
    meter.start("reading", None)
    batches = intake.batches(sources, format=format, limit=limit)
    if dry_run:
        return _count(base, batches, intake, meter)
    first = next(batches, None)
    if first is None and not (base / "ledger.sqlite").is_file():
        if intake.fatal is not None:
            raise intake.fatal
        raise InputError(
            "no papers in the sources" if intake.report.problems else "no sources and no papers",
            hint="see the messages above"
            if intake.report.problems
            else "name a file: kg build papers.jsonl --to papers.kg",
        )
    fresh = not base.exists()
    try:
        base.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise KnowledgeBaseError(f"cannot make '{base}': {err.strerror}") from err
    try:
        with Ledger(base / "ledger.sqlite", create=True) as ledger:
            _take_in(ledger, first, batches, intake, meter)
            fresh = False
            _extract_pending(ledger, settings.extract, workers, intake.report, meter)
            _refresh_graph(ledger, base, settings, rebuild, intake.report, meter)
            intake.report.papers = len(ledger)
            intake.report.copies = len(find_copies(ledger.heads()))
    finally:
        if fresh:
            shutil.rmtree(base, ignore_errors=True)
    if intake.fatal is not None:
        raise intake.fatal
    return intake.report


def remove(target: str | Path, paper_id: str, *, config: Config | None = None) -> None:
    """Retract a paper and everything that only it says.

    Raises:
        InputError: The knowledge base does not hold that paper.
        KnowledgeBaseError: There is no knowledge base.
    """
    base = Path(target)
    settings = config or Config()
    with Ledger(base / "ledger.sqlite") as ledger:
        if not ledger.remove(paper_id):
            raise InputError(
                f"no paper '{paper_id}' in '{base}'",
                hint=f'list them: kg query {base} "MATCH (p:Paper) RETURN p.id, p.title"',
            )
        _refresh_graph(ledger, base, settings, False, BuildReport(), _Silent())


class _Intake:
    """Reads sources one after another and keeps account of what was wrong with them."""

    def __init__(
        self, *, strict: bool, on_problem: Callable[[ReadError], None] | None = None
    ) -> None:
        self.strict = strict
        self.report = BuildReport()
        self.fatal: InputError | None = None
        self._on_problem = on_problem

    def problem(self, error: ReadError) -> None:
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


def check_target(base: Path) -> None:
    """See that a path is a knowledge base, or can become one.

    Raises:
        InputError: It is something else.
    """
    if base.exists() and not base.is_dir():
        raise InputError(f"'{base}' is a file, not a knowledge base", hint="choose another --to")
    if base.is_dir() and not (base / "ledger.sqlite").exists() and any(base.iterdir()):
        raise InputError(
            f"'{base}' is a directory of other things", hint="choose another --to, or an empty one"
        )


def _take_in(
    ledger: Ledger,
    first: list[Paper] | None,
    rest: Iterator[list[Paper]],
    intake: _Intake,
    meter: Progress,
) -> None:
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


def _settle_duplicate(held: Paper | None, paper: Paper, intake: _Intake) -> Paper:
    winner = _winner(held, paper)
    if held is not None and held.text != paper.text:
        intake.problem(
            ReadError(
                f"two different texts for paper '{paper.id}'; the longer abstract is kept",
                hint="give the papers ids of their own if they are two",
            )
        )
    return winner


def _winner(held: Paper | None, paper: Paper) -> Paper:
    """Of two records of one id, the one with more to say; a total order, so any order of input."""
    if held is None:
        return paper
    return max(held, paper, key=lambda p: (len(p.abstract), len(r := p.model_dump_json()), r))


def _count(
    base: Path, batches: Iterator[list[Paper]], intake: _Intake, meter: Progress
) -> BuildReport:
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


def _extract_pending(
    ledger: Ledger, config: ExtractConfig, workers: int, report: BuildReport, meter: Progress
) -> None:
    fingerprint = extractor_fingerprint(config)
    total = ledger.pending_count(fingerprint)
    if total == 0:
        return
    meter.start("extracting", total)
    pending = ledger.pending(fingerprint)
    batches = iter(lambda: list(islice(pending, config.batch_size)), [])
    count = workers or max(1, min(os.cpu_count() or 1, total // 400))
    for rows in extract_batches(batches, config=config, workers=count):
        ledger.put_rows(rows, fingerprint)
        report.extracted += len(rows)
        meter.advance(len(rows))


def _refresh_graph(
    ledger: Ledger,
    base: Path,
    config: Config,
    rebuild: bool,
    report: BuildReport,
    meter: Progress,
) -> None:
    with _collector_resting(), ledger.at_rest():
        state = graph_state(ledger, config)
        if not rebuild and snapshot_state(base) == state:
            return
        meter.start("linking", None)
        copies = find_copies(ledger.heads())
        linker = Linker(_originals(ledger, copies), config=config.link)
        meter.start("storing", None)
        write_linked(base, linker, _originals(ledger, copies), state)
    report.rebuilt = True


def _originals(
    ledger: Ledger, copies: Container[str], *, checked: bool = True
) -> Iterator[Extraction]:
    return (e for e in ledger.extractions(checked=checked) if e.paper.id not in copies)


def graph_state(ledger: Ledger, config: Config) -> str:
    """Hash of what a graph is made from: the ledger's papers, the settings and code of linking."""
    made = (_linker_fingerprint(), config.link.model_dump_json())
    return content_hash(ledger.state(), *made)


@contextmanager
def _collector_resting() -> Iterator[None]:
    """No search for reference cycles: records make none, and it would look through all of them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cache
def _linker_fingerprint() -> str:
    """SHA-256 of the code that turns extractions into a graph file."""
    digest = hashlib.sha256()
    package = Path(__file__).resolve().parent
    names = (
        "copies.py",
        "graph.py",
        "ids.py",
        "record_files.py",
        "names.py",
        "known_names.py",
        "snapshot.py",
        "cypher.py",
    )
    folders = ("linking", "model", "stores", "extractors/data")
    files = [package / n for n in names]
    files += [p for f in folders for p in (package / f).iterdir() if p.suffix in (".py", ".tsv")]
    for path in sorted(files):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
