"""Pick an exporter, write beside the target, and rename the finished file into place."""

from __future__ import annotations

import inspect
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from kg.errors import InputError
from kg.graph import KnowledgeGraph
from kg.record_files import sync, sync_folder
from kg.registry import Registry, read_plugin_options

__all__ = [
    "EXPORTERS",
    "Exporter",
    "FolderExporter",
    "export_graph",
    "format_of",
    "read_options",
]


class Exporter(Protocol):
    """What an exporter is: it writes one file (or folder) at ``target``."""

    def __call__(self, graph: KnowledgeGraph, target: Path, *args: Any, **options: Any) -> None:
        """Write the graph at ``target``, which does not exist yet."""


@runtime_checkable
class FolderExporter(Exporter, Protocol):
    """An exporter that writes a folder, and replaces only folders that it wrote itself."""

    def owns(self, folder: Path) -> bool:
        """Tell whether nothing is lost with a folder that exists but a former export."""


EXPORTERS: Registry[Exporter] = Registry("kg.exporters", "export format")


def export_graph(
    graph: KnowledgeGraph, target: str | Path, *, format: str | None = None, **options: Any
) -> Path:
    """Write a graph to a file (or folder); it is whole or it is not there.

    Args:
        graph: The graph.
        target: Path of the file; an existing file is replaced at the end, and so is a folder
            if it holds a former export and nothing else.
        format: Name of an exporter; by default the suffix of ``target`` picks it.
        options: Passed on to the exporter.

    Returns:
        The path that was written.

    Raises:
        UnknownNameError: No exporter has that name.
        InputError: No exporter knows the suffix, it has no such option, or the target cannot be
            written.
    """
    if "\0" in str(target):
        raise InputError("the name of the target holds a NUL", hint="give another name")
    path = Path(target)
    if path.is_symlink() or path.name in ("", ".."):
        path = path.resolve()  # the link stays, its file is replaced
    name = format_of(path, format)
    exporter = EXPORTERS.get(name)
    known = list(inspect.signature(exporter).parameters)[2:]
    odd = sorted(set(options) - set(known))
    if odd:
        raise InputError(
            f"format '{name}' has no option '{odd[0]}'",
            hint=f"its options: {', '.join(known) or 'none'}",
        )
    _check_target(exporter, path)
    if not path.parent.is_dir():
        raise InputError(f"no directory '{path.parent}'", hint=f"mkdir -p '{path.parent}'")
    try:
        scratch = Path(tempfile.mkdtemp(prefix=".kg-export-", dir=path.parent))
    except OSError as err:
        raise InputError(f"cannot write to '{path.parent}': {err.strerror}") from err
    try:
        finished = scratch / path.name
        exporter(graph, finished, **options)
        _put(finished, path)
    except OSError as err:
        raise InputError(f"cannot write '{path}': {err.strerror or err}") from err
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return path


def read_options(name: str, values: Mapping[str, str]) -> dict[str, Any]:
    """Turn options given as text into what an exporter takes.

    Args:
        name: Name of the exporter.
        values: Option -> its value as text.

    Raises:
        UnknownNameError: No exporter has that name.
        InputError: A value does not fit its option.
    """
    return read_plugin_options(EXPORTERS.get(name), name, values)


def format_of(path: Path, format: str | None) -> str:
    """Name of the exporter: the one given, or the one whose suffix the path has.

    Raises:
        InputError: No exporter knows the suffix.
    """
    name = format or EXPORTERS.name_for(path.name)
    if name is None:
        suffixes = ", ".join(EXPORTERS.suffixes())
        raise InputError(
            f"no export format for '{path.name}'",
            hint=f"use --format, or one of these suffixes: {suffixes}",
        )
    return name


def _check_target(exporter: Exporter, path: Path) -> None:
    if isinstance(exporter, FolderExporter):
        if path.exists() and not path.is_dir():
            raise InputError(f"'{path}' is not a directory", hint="this format writes a folder")
        if path.exists() and not exporter.owns(path):
            raise InputError(
                f"'{path}' holds other files than an export of this format",
                hint="give the name of a new folder",
            )
    elif path.is_dir():
        raise InputError(f"'{path}' is a directory", hint="give the name of a file to write")
    elif path.exists() and not path.is_file():
        raise InputError(f"'{path}' is not a regular file", hint="- writes to standard output")


def _put(finished: Path, path: Path) -> None:
    """Rename into place; a folder that is there goes aside first, and comes back on failure."""
    if finished.is_file():
        with finished.open("rb+") as file:
            sync(file)
    if not path.is_dir():
        finished.replace(path)
        sync_folder(path.parent)
        return
    former = finished.with_name(f"{finished.name}.former")
    path.rename(former)
    try:
        finished.rename(path)
    except OSError:
        former.rename(path)
        raise
