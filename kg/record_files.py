"""Files of records, one JSON line each, in the order of their ids: a graph that stays on disk.

Beside ``papers.jsonl`` lies ``papers.index``: where each line starts, and last where the file
ends, as unsigned 64-bit little-endian numbers. A record is found by bisection over the ids that
the lines begin with, and decoded when it is asked for; the file is mapped, not read.
"""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import sys
from array import array
from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Generic, NamedTuple, Self, TypeVar

from pydantic_core import from_json

from kg.errors import KnowledgeBaseError

__all__ = ["RecordFile", "RecordWriter", "WrittenFile", "index_path", "sync", "sync_folder"]

R = TypeVar("R")
_HEAD = b'{"id":"'
_NUMBER = 8
"""Bytes of a number in the index."""
_MAPPED = 64 * 2**20
"""Bytes that may be read before the pages they lie on are let go."""
_KEPT = 8192
"""Decoded records that are kept for those who ask again."""


class WrittenFile(NamedTuple):
    """What a finished file holds.

    Args:
        records: Number of lines.
        size: Bytes.
        sha256: Of the bytes, as hex digits.
    """

    records: int
    size: int
    sha256: str


class RecordWriter:
    """Writes the lines of a file and its index; use it in a ``with`` block.

    Args:
        path: The file, which must not exist; the index is put beside it.

    Raises:
        OSError: The disk does not take it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO = path.open("xb")
        self._starts = array("Q", [0])
        self._digest = hashlib.sha256()

    def write(self, record: str) -> None:
        """Add a record: a JSON object that begins with its id, larger than those before."""
        line = f"{record}\n".encode()
        self._file.write(line)
        self._digest.update(line)
        self._starts.append(self._starts[-1] + len(line))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def finish(self) -> WrittenFile:
        """Write the index, and wait until the disk has both."""
        if sys.byteorder == "big":
            self._starts.byteswap()
        with index_path(self._path).open("xb") as index:
            index.write(self._starts.tobytes())
            sync(index)
        if sys.byteorder == "big":
            self._starts.byteswap()
        sync(self._file)
        return WrittenFile(len(self), self._starts[-1], self._digest.hexdigest())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()


class RecordFile(Mapping[str, R], Generic[R]):
    """Records by id, read from a file when they are asked for, always in the order of the ids.

    Args:
        path: The file; its index lies beside it.
        decode: Makes a record of a line.

    Raises:
        KnowledgeBaseError: The index does not fit the file.
        OSError: One of them cannot be read.
    """

    def __init__(self, path: Path, decode: Callable[[bytes], R]) -> None:
        self._path, self._decode = path, decode
        raw = _mapped(index_path(path))
        self._lines = _mapped(path)
        if len(raw) < _NUMBER or len(raw) % _NUMBER:
            raise self._damaged("its index is cut off")
        self._starts = _numbers(raw)
        if self._starts[-1] != len(self._lines):
            raise self._damaged("its index does not fit it")
        self._at = lru_cache(_KEPT)(self._decoded)
        self._read = 0

    def at(self, position: int) -> R:
        """The record at a place in the order, from 0."""
        return self._at(position)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, key: str) -> R:
        position = self._find(key)
        if position is None:
            raise KeyError(key)
        return self._at(position)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._find(key) is not None

    def __iter__(self) -> Iterator[str]:
        return map(self._key, range(len(self)))

    def values(self) -> ValuesView[R]:
        """The records, each decoded when its turn comes."""
        return _Values(self)

    def items(self) -> ItemsView[str, R]:
        """Ids and records, each decoded when its turn comes."""
        return _Items(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        if len(self) != len(other):
            return False
        if isinstance(other, RecordFile):
            return all(a == b for a, b in zip(self.items(), other.items(), strict=True))
        return all(other.get(key) == record for key, record in self.items())

    __hash__ = None  # type: ignore[assignment]

    def heads(self, end: bytes) -> Iterator[dict[str, Any]]:
        """The first fields of each record, up to the one whose ``,"name":`` is given."""
        for position in range(len(self)):
            line = self._line(position)
            try:
                yield from_json(line[: line.index(end)] + b"}")
            except ValueError:  # the bytes also stand in a text, or there are none
                yield from_json(line)

    def in_order(self) -> Iterator[R]:
        """The records in the order of the ids, none of them kept."""
        return map(self._decoded, range(len(self)))

    def _find(self, key: str) -> int | None:
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            found = self._key(middle)
            if found == key:
                return middle
            low, high = (middle + 1, high) if found < key else (low, middle)
        return None

    def _line(self, position: int) -> bytes:
        if position < 0:
            raise IndexError(position)
        line: bytes = self._lines[self._starts[position] : self._starts[position + 1]]
        self._read += len(line)
        if self._read > _MAPPED:
            self._let_go()
        return line

    def _let_go(self) -> None:
        """Pages that were read need not count as memory of this process: the system has them."""
        self._read = 0
        if isinstance(self._lines, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            self._lines.madvise(mmap.MADV_DONTNEED)

    def _key(self, position: int) -> str:
        start = self._starts[position] + len(_HEAD) - 1
        end = self._lines.find(b'"', start + 1) + 1
        while end > 0:
            try:
                return str(from_json(self._lines[start:end]))
            except ValueError:  # the quote was an escaped one
                end = self._lines.find(b'"', end) + 1
        raise self._damaged(f"record {position} has no id")

    def _decoded(self, position: int) -> R:
        try:
            return self._decode(self._line(position))
        except (ValueError, KeyError, TypeError, IndexError) as err:
            if isinstance(err, IndexError) and not 0 <= position < len(self):
                raise
            said = (str(err) or type(err).__name__).splitlines()[0]
            raise self._damaged(f"record {position}: {said}") from err

    def _damaged(self, what: str) -> KnowledgeBaseError:
        base = self._path.parent.parent.parent
        return KnowledgeBaseError(
            f"the graph in '{base}' is damaged: {self._path.name}: {what}",
            hint=f"make it again from the ledger: kg rebuild {base}",
        )


class _Values(ValuesView[R]):
    _mapping: RecordFile[R]

    def __iter__(self) -> Iterator[R]:
        return self._mapping.in_order()


class _Items(ItemsView[str, R]):
    _mapping: RecordFile[R]

    def __iter__(self) -> Iterator[tuple[str, R]]:
        return zip(self._mapping, self._mapping.in_order(), strict=True)


def index_path(path: Path) -> Path:
    """Where the index of a file lies."""
    return path.with_suffix(".index")


def _numbers(raw: mmap.mmap | bytes) -> Any:
    if sys.byteorder == "little":
        return memoryview(raw).cast("Q")
    numbers = array("Q", bytes(raw))
    numbers.byteswap()
    return numbers


def sync(file: BinaryIO) -> None:
    """Wait until the disk has what was written."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names of the files in a folder; where systems know how to."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as err:  # some file systems do not take it for folders, and need none
        if err.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def _mapped(path: Path) -> mmap.mmap | bytes:
    with path.open("rb") as file:
        try:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:  # an empty file cannot be mapped
            return b""
