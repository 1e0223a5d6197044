"""From sources to a knowledge base: the only place that knows the order of the stages."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path

from kg.config import Config, ExtractConfig
from kg.copies import PaperHead, find_copies
from kg.curation import FILE_NAME, Curation, read_curation, write_curation
from kg.engines import Engine, make_engine
from kg.engines.batches import extraction_rows, paper_batch
from kg.errors import InputError, KnowledgeBaseError, ReadError
from kg.extractors import check_components, extract_papers, extractor_fingerprint
from kg.graph import KnowledgeGraph
from kg.ids import content_hash
from kg.intake import BuildReport, Intake, Progress, Silent, count_papers, take_in, winner
from kg.ledger import Ledger
from kg.linking import Linker, link_extractions
from kg.lock import LOCK_FILES, Writer, ledger_to_write
from kg.model import Extraction, Paper
from kg.snapshot import load_graph, snapshot_state, write_linked

__all__ = [
    "BuildReport",
    "Progress",
    "assemble_graph",
    "build",
    "build_graph",
    "check_target",
    "finish",
    "graph_state",
    "rebuild",
    "relink",
    "remove",
]


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
    intake = Intake(strict=True)
    papers: dict[str, Paper] = {}
    for batch in intake.batches(sources, format=None, limit=None):
        for paper in batch:
            papers[paper.id] = winner(papers.get(paper.id), paper)
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
    engine: Engine | None = None,
    limit: int | None = None,
    strict: bool = False,
    dry_run: bool = False,
    rebuild: bool = False,
    wait: float = 0.0,
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
        engine: What runs the extractor (``kg.engines.make_engine``); None for a local one with
            so many workers.
        limit: Take no more than so many papers from the sources.
        strict: Stop at the first bad record instead of skipping it.
        dry_run: Read and count, write nothing.
        rebuild: Make the graph again even if nothing changed.
        wait: Seconds to wait where another process writes to the knowledge base; ``math.inf`` for
            as long as it takes.
        on_problem: Called for each bad record as it comes.
        progress: Told how far the work is.

    Raises:
        ReadError: A bad record, where ``strict``.
        InputError: A source that cannot be read, or a target that is something else.
        ConfigError: The pipeline names a component that is not there.
        KnowledgeBaseError: The knowledge base cannot be opened or written.
    """
    base = Path(target)
    settings = config or Config()
    meter = progress or Silent()
    runs = make_engine("local", workers=workers) if engine is None else engine
    check_target(base)
    check_components(settings.extract)
    intake = Intake(strict=strict, on_problem=on_problem)
    meter.start("reading", None)
    batches = intake.batches(sources, format=format, limit=limit)
    if dry_run:
        return count_papers(base, batches, intake, meter)
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
    with ledger_to_write(
        base, "kg build", create=True, wait=wait, on_wait=_waiting(meter)
    ) as ledger:
        take_in(ledger, first, batches, intake, meter)
        finish(ledger, base, settings, intake.report, engine=runs, rebuild=rebuild, meter=meter)
    if intake.fatal is not None:
        raise intake.fatal
    return intake.report


def finish(
    ledger: Ledger,
    base: Path,
    config: Config,
    report: BuildReport,
    *,
    engine: Engine | None = None,
    rebuild: bool = False,
    meter: Progress | None = None,
) -> None:
    """Read what is unread and make the graph of the ledger; let nobody else write meanwhile.

    Args:
        ledger: The ledger, open to write.
        base: The knowledge base directory.
        config: Settings.
        report: Told what was done.
        engine: What runs the extractor; this process if None.
        rebuild: Make the graph again even if nothing changed.
        meter: Told how far the work is.

    Raises:
        KnowledgeBaseError: The knowledge base cannot be read or written.
    """
    meter = meter or Silent()
    runs = engine or make_engine("local", workers=1)
    _extract_pending(ledger, config.extract, runs, report, meter)
    _refresh_graph(ledger, base, config, rebuild, report, meter)
    report.papers = len(ledger)
    report.copies = len(find_copies(ledger.heads()))


def remove(
    target: str | Path,
    paper_id: str,
    *,
    config: Config | None = None,
    wait: float = 0.0,
    progress: Progress | None = None,
) -> None:
    """Retract a paper and everything that only it says.

    Args:
        target: Directory of the knowledge base.
        paper_id: The paper; one that is still in the graph because an earlier run was stopped
            half way will do.
        config: Settings.
        wait: Seconds to wait where another process writes.
        progress: Told how far the work is.

    Raises:
        InputError: The knowledge base does not hold that paper.
        KnowledgeBaseError: There is no knowledge base, or it cannot be written.
    """
    base = Path(target)
    meter = progress or Silent()
    with ledger_to_write(base, "kg remove", wait=wait, on_wait=_waiting(meter)) as ledger:
        if not ledger.remove(paper_id) and not _shows(base, paper_id):
            raise InputError(
                f"no paper '{paper_id}' in '{base}'",
                hint=f'list them: kg query {base} "MATCH (p:Paper) RETURN p.id, p.title"',
            )
        _refresh_graph(ledger, base, config or Config(), False, BuildReport(), meter)


def _shows(base: Path, paper_id: str) -> bool:
    try:
        return paper_id in load_graph(base).papers
    except KnowledgeBaseError:
        return False


def rebuild(
    target: str | Path,
    *,
    config: Config | None = None,
    wait: float = 0.0,
    progress: Progress | None = None,
) -> BuildReport:
    """Make the graph again from what the ledger holds; no paper is read again.

    Args:
        target: Directory of the knowledge base.
        config: Settings of linking.
        wait: Seconds to wait where another process writes.
        progress: Told how far the work is.

    Raises:
        KnowledgeBaseError: There is no knowledge base, or its ledger is damaged.
    """
    base, report = Path(target), BuildReport()
    meter = progress or Silent()
    with ledger_to_write(base, "kg rebuild", wait=wait, on_wait=_waiting(meter)) as ledger:
        _refresh_graph(ledger, base, config or Config(), True, report, meter)
        report.papers, report.unread = len(ledger), len(ledger.unread())
        report.copies = len(find_copies(ledger.heads()))
    return report


def relink(
    target: str | Path,
    edit: Callable[[str], str],
    *,
    config: Config | None = None,
    wait: float = 0.0,
    progress: Progress | None = None,
) -> BuildReport:
    """Change the curation and link the papers again; none is read again.

    Args:
        target: Directory of the knowledge base.
        edit: Makes the new text of ``curation.toml`` of the old one.
        config: Settings of linking.
        wait: Seconds to wait where another process writes.
        progress: Told how far the work is.

    Raises:
        InputError: The new decisions contradict each other; nothing has been changed.
        KnowledgeBaseError: There is no knowledge base, or it cannot be written.
    """
    base, report = Path(target), BuildReport()
    meter = progress or Silent()
    with ledger_to_write(base, "kg curate", wait=wait, on_wait=_waiting(meter)) as ledger:
        before, old = read_curation(base)
        text = edit(before)
        decisions = Curation.parse(text, written=len(old.decisions))

        def keep() -> None:
            write_curation(base, text)

        _refresh_graph(ledger, base, config or Config(), False, report, meter, decisions, keep)
    return report


def _waiting(meter: Progress) -> Callable[[Writer], None]:
    return lambda writer: meter.start(f"waiting for {writer}", None)


def check_target(base: Path) -> None:
    """See that a path is a knowledge base, or can become one.

    Raises:
        InputError: It is something else.
    """
    if base.exists() and not base.is_dir():
        raise InputError(f"'{base}' is a file, not a knowledge base", hint="choose another --to")
    if not base.is_dir() or (base / "ledger.sqlite").exists():
        return
    if {path.name for path in base.iterdir()} - LOCK_FILES - {FILE_NAME}:
        raise InputError(
            f"'{base}' is a directory of other things", hint="choose another --to, or an empty one"
        )


def _extract_pending(
    ledger: Ledger, config: ExtractConfig, engine: Engine, report: BuildReport, meter: Progress
) -> None:
    fingerprint = extractor_fingerprint(config)
    total = ledger.pending_count(fingerprint)
    if total == 0:
        return
    meter.start("extracting", total)
    pending = ledger.pending_records(fingerprint)
    batches = iter(lambda: list(islice(pending, config.batch_size)), [])
    for found in engine.extract(map(paper_batch, batches), config, total=total):
        ledger.put_rows(extraction_rows(found), fingerprint)
        report.extracted += len(found)
        meter.advance(len(found))


def _refresh_graph(
    ledger: Ledger,
    base: Path,
    config: Config,
    rebuild: bool,
    report: BuildReport,
    meter: Progress,
    curation: Curation | None = None,
    on_checked: Callable[[], None] = lambda: None,
) -> None:
    decisions = read_curation(base)[1] if curation is None else curation
    with _collector_resting(), ledger.at_rest():
        state = graph_state(ledger, config, decisions)
        if not rebuild and snapshot_state(base) == state:
            on_checked()
            return
        meter.start("linking", None)
        copies = find_copies(ledger.heads())
        linker = Linker(_originals(ledger, copies), config=config.link, curation=decisions)
        report.warnings.extend(linker.warnings)
        on_checked()  # they fit: nothing is written before that
        meter.start("storing", None)
        again = _originals(ledger, copies, checked=False)  # the same that were checked above
        write_linked(base, linker, again, state, ledger=ledger)
    report.rebuilt = True


def _originals(
    ledger: Ledger, copies: Container[str], *, checked: bool = True
) -> Iterator[Extraction]:
    return (e for e in ledger.extractions(checked=checked) if e.paper.id not in copies)


def graph_state(ledger: Ledger, config: Config, curation: Curation | None = None) -> str:
    """Hash of what a graph is made from: papers, settings, decisions, and the code of linking."""
    made = [_linker_fingerprint(), config.link.model_dump_json()]
    return content_hash(ledger.state(), *made, *([curation.key] if curation else ()))


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
        "curation.py",
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
