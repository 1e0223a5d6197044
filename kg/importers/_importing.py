"""Pick an importer by name or suffix, and open what it reads."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, TextIO, cast

from kg.errors import InputError
from kg.graph import KnowledgeGraph
from kg.registry import Registry

__all__ = ["IMPORTERS", "Importer", "load_graph_file", "open_bytes", "open_text"]


class Importer(Protocol):
    """What an importer is: it reads one file."""

    def __call__(self, path: Path) -> KnowledgeGraph:
        """Read the graph of the file at ``path``."""


IMPORTERS: Registry[Importer] = Registry("kg.importers", "import format")


def load_graph_file(path: str | Path, *, format: str | None = None) -> KnowledgeGraph:
    """Read back the graph that ``export_graph`` wrote to a file.

    Args:
        path: The file.
        format: Name of an importer; by default the suffix of ``path`` picks it.

    Returns:
        The graph.

    Raises:
        UnknownNameError: No importer has that name.
        InputError: No importer knows the suffix, or the file cannot be read or is not one of ours.
    """
    place = Path(path)
    name = format or IMPORTERS.name_for(place.name)
    if name is None:
        suffixes = ", ".join(IMPORTERS.suffixes())
        raise InputError(
            f"no import format for '{place.name}'",
            hint=f"use --format ({', '.join(IMPORTERS.names())}), or one of these suffixes: "
            f"{suffixes}",
        )
    return IMPORTERS.get(name)(place)


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """Open a file, unpacked where it is gzipped.

    Raises:
        InputError: The file cannot be opened, or what is read inside the block cannot be unpacked.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            yield cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file
    except (OSError, EOFError, zlib.error) as err:
        reason = err.strerror if isinstance(err, OSError) and err.strerror else err
        raise InputError(f"cannot read '{path}': {reason}") from err


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    r"""Open a UTF-8 file, unpacked where it is gzipped; lines end in ``\n`` alone.

    Raises:
        InputError: The file cannot be opened, or what is read inside the block cannot be
            unpacked or is no UTF-8.
    """
    try:
        with (
            open_bytes(path) as file,
            io.TextIOWrapper(file, encoding="utf-8-sig", newline="\n") as text,
        ):
            yield text
    except UnicodeDecodeError as err:
        raise InputError(f"'{path}' is not UTF-8 text: {err.reason}") from err
