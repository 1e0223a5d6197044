"""Take a slice: choose the papers, fill a ledger, write the graph."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from kg.config import Config
from kg.curation import FILE_NAME, write_curation
from kg.errors import InputError
from kg.intake import BuildReport, Progress, Silent
from kg.ledger import Ledger
from kg.lock import Writer, ledger_to_write
from kg.pipeline import check_target, finish, graph_state
from kg.slicing._filters import Filters, select
from kg.slicing._knowledge_base import KnowledgeBaseSource
from kg.slicing._source import Kept, ReadPaper, Source
from kg.snapshot import current_snapshot, manifest_of, write_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.slicing._tables import TableSource

__all__ = ["SliceReport", "import_tables", "take_slice"]

_BATCH = 256
"""Papers that are held at a time."""


@dataclass(frozen=True)
class SliceReport:
    """What a new knowledge base holds.

    Args:
        papers: Papers in it.
        of: Papers in the source.
        entities: Entities in it.
        relations: Relations in it.
        unknown_ids: How many of the paper ids that were asked for are not in the source.
    """

    papers: int
    of: int
    entities: int
    relations: int
    unknown_ids: int = 0


def take_slice(
    source: str | Path,
    target: str | Path,
    filters: Filters | None = None,
    *,
    config: Config | None = None,
    wait: float = 0.0,
    progress: Progress | None = None,
) -> SliceReport:
    """Make a knowledge base of the papers that pass, with the graph as it is in the whole.

    Entities keep their ids, names, aliases and kinds; relations keep the evidence of these papers,
    and go where none is left; entities that no mention and no relation touches go. What was found
    in the papers is copied, so nothing is read again. Linking anew (``kg rebuild``) sees only the
    papers of the slice, and may call things otherwise.

    Args:
        source: A knowledge base, or a folder of tables (see ``kg.tables``); only read.
        target: Directory of the new knowledge base.
        filters: What a paper must pass; all papers by default, with every entity.
        config: Settings that later builds will have.
        wait: Seconds to wait where another process writes to the target.
        progress: Told how far the work is.

    Raises:
        InputError: No paper passes, the target is there already, or the tables are damaged.
        KnowledgeBaseError: The source has no graph, or the target cannot be written.
    """
    base, settings, meter = Path(target), config or Config(), progress or Silent()
    _check_new(base)
    meter.start("choosing papers", None)
    opened = _open_source(Path(source))
    selection = select(opened, filters or Filters())
    with ledger_to_write(
        base, "kg slice", create=True, wait=wait, on_wait=_waiting(meter)
    ) as ledger:
        if len(ledger):
            raise _taken(base)
        with _nothing_left(base):
            _fill(ledger, base, opened, selection.kept, selection.count, settings, meter)
    return _report(base, selection.of, selection.unknown)


def import_tables(
    folder: str | Path,
    target: str | Path,
    *,
    config: Config | None = None,
    wait: float = 0.0,
    progress: Progress | None = None,
) -> tuple[SliceReport, bool]:
    """Put the graph of tables into a knowledge base, as ``kg.importing.import_graph`` does.

    Args:
        folder: The tables, of either form.
        target: Directory of the knowledge base; made if missing.
        config: Settings for linking.
        wait: Seconds to wait where another process writes to the knowledge base.
        progress: Told how far the work is.

    Returns:
        What was imported, and whether the graph was taken over as it is.

    Raises:
        InputError: The tables have no papers or are damaged, or the target is something else.
        KnowledgeBaseError: The knowledge base cannot be opened or written.
    """
    base, settings, meter = Path(target), config or Config(), progress or Silent()
    check_target(base)
    source, rows = _open_tables(Path(folder))
    if not rows["papers"]:
        raise InputError(f"no papers to import in '{folder}'")
    with ledger_to_write(
        base, "kg import", create=True, wait=wait, on_wait=_waiting(meter)
    ) as ledger:
        with _nothing_left(base) if not len(ledger) else ledger.together():
            alone = _within((head.id for head in ledger.heads()), (h.id for h in source.heads()))
            if alone:
                _fill(ledger, base, source, None, rows["papers"], settings, meter)
            else:
                _put(ledger, source.papers(None), rows["papers"], meter)
        if not alone:
            finish(ledger, base, settings, BuildReport(), meter=meter)
    count = rows["papers"]
    return SliceReport(count, count, rows["entities"], rows["relations"]), alone


def _check_new(base: Path) -> None:
    check_target(base)
    path = base / "ledger.sqlite"
    if not path.exists():
        if (base / FILE_NAME).exists():
            raise _taken(base)
        return
    with Ledger(path, read_only=True) as ledger:
        if len(ledger):
            raise _taken(base)


def _taken(base: Path) -> InputError:
    return InputError(f"'{base}' is there already", hint="choose another --to")


def _open_source(path: Path) -> Source:
    if (path / "ledger.sqlite").is_file():
        return KnowledgeBaseSource(path)
    from kg.tables import is_table_folder

    if not is_table_folder(path):
        raise InputError(
            f"'{path}' is neither a knowledge base nor a folder of tables",
            hint="name a folder that kg build, or a job that writes tables, has made",
        )
    return _open_tables(path)[0]


def _open_tables(path: Path) -> tuple[TableSource, dict[str, int]]:
    from kg.slicing._flat_tables import FlatTableSource
    from kg.slicing._tables import TableSource
    from kg.tables import TableFolder

    tables = TableFolder.open(path)
    kind = FlatTableSource if tables.manifest is None else TableSource
    return kind(tables), dict(tables.rows)


def _fill(
    ledger: Ledger,
    base: Path,
    source: Source,
    kept: Kept,
    count: int,
    config: Config,
    meter: Progress,
) -> None:
    """Ledger and graph in one transaction: all of it is there, or nothing."""
    text, curation = source.curation()
    with ledger.together():
        _put(ledger, source.papers(kept), count, meter)
        meter.start("storing", None)
        state = graph_state(ledger, config, curation)
        write_records(base, source.records(kept, base), state, ledger=ledger)
        if text:
            write_curation(base, text)


def _put(ledger: Ledger, papers: Iterable[ReadPaper], count: int, meter: Progress) -> None:
    meter.start("copying papers", count)
    rest = iter(papers)
    with ledger.together():
        while batch := list(islice(rest, _BATCH)):
            ledger.put_papers(read.paper for read in batch)
            for fingerprint, group in groupby(batch, key=lambda read: read.fingerprint):
                ledger.put_rows((read.found for read in group), fingerprint)
            meter.advance(len(batch))


@contextmanager
def _nothing_left(base: Path) -> Iterator[None]:
    """Where an error comes, take away what was put into a folder that held nothing."""
    held = {path.name for path in base.iterdir()} & {FILE_NAME, "graph"}
    try:
        yield
    except BaseException:
        if "graph" not in held:
            shutil.rmtree(base / "graph", ignore_errors=True)
        if FILE_NAME not in held:
            (base / FILE_NAME).unlink(missing_ok=True)
        raise


def _within(some: Iterable[str], all_: Iterable[str]) -> bool:
    """Whether all ids of one sorted row are in another."""
    rest = iter(all_)
    return all(next((other for other in rest if other >= one), None) == one for one in some)


def _report(base: Path, of: int, unknown: int) -> SliceReport:
    files = manifest_of(current_snapshot(base))["files"]
    papers, entities, relations = (
        int(files[f"{part}.jsonl"]["records"]) for part in ("papers", "entities", "relations")
    )
    return SliceReport(papers, of, entities, relations, unknown)


def _waiting(meter: Progress) -> Callable[[Writer], None]:
    return lambda writer: meter.start(f"waiting for {writer}", None)
