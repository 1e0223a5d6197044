"""Pick an importer by name or suffix, and open what it reads."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TextIO, cast

from kg.errors import InputError
from kg.graph import KnowledgeGraph
from kg.registry import Registry

__all__ = ["IMPORTERS", "Importer", "load_graph_file", "open_bytes", "open_text"]

RATIO = 200
"""How many times larger than its file a gzipped graph may become, beyond ``FREE_BYTES``."""
FREE_BYTES = 64 * 2**20


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


class _Unpacked(io.RawIOBase):
    """What gzipped data becomes, up to so many bytes."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._source = gzip.GzipFile(fileobj=file)
        self._most, self._left = most, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._source.read1(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise OSError(f"it becomes over {self._most} bytes: unpack it first, if you trust it")
        buffer[: len(data)] = data
        return len(data)


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
            if not packed:
                yield file
                return
            most = max(FREE_BYTES, RATIO * path.stat().st_size)
            yield cast("BinaryIO", io.BufferedReader(_Unpacked(file, most), 1 << 16))
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
