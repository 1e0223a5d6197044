"""What an engine is, and how one is made from its name and options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import pyarrow as pa

from kg.config import Config, ExtractConfig
from kg.errors import UnknownNameError
from kg.intake import Progress
from kg.registry import Registry, read_plugin_options

__all__ = ["ENGINES", "Engine", "TableEngine", "TablesReport", "make_engine"]


class Engine(Protocol):
    """Runs the extractor over batches of papers; holds nothing open between calls."""

    def extract(
        self, batches: Iterator[pa.RecordBatch], config: ExtractConfig, *, total: int
    ) -> Iterator[pa.RecordBatch]:
        """Extract batches of papers, as ``kg.engines.batches.extract_batches`` does.

        Args:
            batches: Papers; schema ``kg.engines.batches.PAPERS``.
            config: What the extractor is to do.
            total: How many papers there are.

        Yields:
            What was found, in any order and in batches of any size; schema
            ``kg.engines.batches.EXTRACTIONS``. What was yielded is kept if the run is stopped.

        Raises:
            KgError: A worker died, or the engine cannot be reached.
        """


@dataclass
class TablesReport:
    """What a job that writes tables did.

    Args:
        read: Good records in the sources.
        papers: Papers in the tables.
        copies: Papers left out, for they repeat another under another id.
        extracted: Papers that the extractor read in this run.
        skipped: Records that were skipped or replaced.
        problems: The first of them, each in a line with its file.
        warnings: Entries of the curation that are about nothing here.
        rows: Table -> its rows.
    """

    read: int = 0
    papers: int = 0
    copies: int = 0
    extracted: int = 0
    skipped: int = 0
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)


@runtime_checkable
class TableEngine(Engine, Protocol):
    """An engine that does the whole build where the data is, and writes the graph as tables."""

    def build_tables(
        self,
        sources: Sequence[str],
        target: str,
        config: Config,
        *,
        format: str | None = None,
        strict: bool = False,
        curation: str = "",
        progress: Progress | None = None,
    ) -> TablesReport:
        """Read sources, and write the tables that ``kg.tables`` describes.

        What the extractor has read before is not read again, also where a run was stopped.

        Args:
            sources: Paths, patterns or addresses of files that the cluster can read.
            target: Path or address of the folder; one that holds former tables is brought up to
                what the sources say now.
            config: Settings.
            format: Reader for all sources; by default the content decides.
            strict: Stop if a record is bad.
            curation: Text of a ``curation.toml``.
            progress: Told which stage begins.

        Raises:
            InputError: A source cannot be read, or the target holds other things.
            ReadError: A record is bad, where ``strict``.
            KgError: The job failed.
        """


ENGINES: Registry[Callable[..., Engine]] = Registry("kg.engines", "engine")
"""Engines by name: each is called with its options as keyword arguments."""


def make_engine(name: str, options: Mapping[str, str] | None = None, *, workers: int = 0) -> Engine:
    """Make the engine of that name.

    Args:
        name: Name of an engine; see ``kg plugins``.
        options: Options of the engine -> their values as text.
        workers: Processes that extract at a time; 0 lets the engine pick.

    Raises:
        UnknownNameError: There is no such engine, or it has no such option.
        InputError: A value does not fit its option.
        MissingExtraError: What the engine needs is not installed.
    """
    values = dict(options or {})
    engine = ENGINES.get(name)
    parameters = inspect.signature(engine).parameters
    open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    named = (key for key, p in parameters.items() if p.kind is p.KEYWORD_ONLY)
    known = sorted(key for key in named if key != "workers")
    for key in values:
        if key == "workers" or (key not in known and not open_ended):
            raise UnknownNameError(
                f"the engine '{name}' has no option '{key}'",
                hint=f"it takes: {', '.join(known) or 'none'}",
            )
    return engine(workers=workers, **read_plugin_options(engine, name, values))
