"""What an engine is, and how one is made from its name and options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

import pyarrow as pa

from kg.config import ExtractConfig
from kg.errors import UnknownNameError
from kg.registry import Registry, read_plugin_options

__all__ = ["ENGINES", "Engine", "make_engine"]


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
    known = sorted(key for key, p in parameters.items() if p.kind is p.KEYWORD_ONLY)
    for key in values:
        if key not in known and not open_ended:
            raise UnknownNameError(
                f"the engine '{name}' has no option '{key}'",
                hint=f"it takes: {', '.join(k for k in known if k != 'workers') or 'none'}",
            )
    return engine(workers=workers, **read_plugin_options(engine, name, values))
