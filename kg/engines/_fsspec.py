"""Folders on any file system that fsspec knows, and Parquet files in them."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO, cast
from uuid import uuid4

import pyarrow as pa
from pyarrow import parquet

from kg.engines._rows import ROWS
from kg.errors import InputError, KgError
from kg.readers import Source

__all__ = ["File", "Folder", "files_of"]

_UNFINISHED = ".unfinished"


def _opened(address: str) -> tuple[Any, str]:
    """A file system and a path in it."""
    from fsspec.core import url_to_fs

    try:
        fs, path = url_to_fs(address, use_listings_cache=False)
    except (ImportError, OSError, ValueError) as err:
        raise _unusable(address, err) from err
    return fs, str(path)


def _unusable(address: object, error: Exception) -> InputError:
    reason = " ".join(str(error).split())[:300] or type(error).__name__
    return InputError(f"cannot use '{address}': {reason}", hint="check the address")


class Folder:
    """A folder; it need not exist. It can be sent to other processes.

    Args:
        address: Its path or address.

    Raises:
        InputError: It is no address, or one of a file system that is not installed.
    """

    def __init__(self, address: str) -> None:
        self._fs, self._path = _opened(address)

    def __str__(self) -> str:
        return str(self._fs.unstrip_protocol(self._path))

    def __truediv__(self, name: str) -> Folder:
        return Folder(f"{self}/{name}")

    @property
    def name(self) -> str:
        """Last part of the address."""
        return self._path.rstrip("/").rpartition("/")[2]

    def names(self) -> set[str]:
        """What is in it; nothing where it does not exist.

        Raises:
            InputError: It is a file, or cannot be reached.
        """
        try:
            if self._fs.isfile(self._path):
                raise InputError(f"'{self}' is a file", hint="name a folder")
            if not self._fs.exists(self._path):
                return set()
            listed = self._fs.ls(self._path, detail=False)
        except (OSError, ValueError) as err:
            raise _unusable(self, err) from err
        return {path.rstrip("/").rpartition("/")[2] for path in listed}

    def remove(self, name: str) -> None:
        """Remove a file or folder in it, where there is one."""
        (self / name).delete()

    def delete(self) -> None:
        """Remove it with all that is in it, or the file that it is."""
        if self._fs.exists(self._path):
            self._fs.rm(self._path, recursive=True)

    def move_to(self, other: Folder) -> None:
        """Give it another address on the same file system, where nothing is yet.

        Raises:
            KgError: It was not moved.
        """
        if self._fs != other._fs:
            raise KgError(
                f"cannot move '{self}' to '{other}'",
                hint="let the working folder be on the file system of the tables",
            )
        self._fs.makedirs(other._fs._parent(other._path), exist_ok=True)
        self._fs.mv(self._path, other._path, recursive=True)

    def write_text(self, name: str, text: str) -> None:
        """Write a file in it."""
        self._fs.makedirs(self._path, exist_ok=True)
        with self._fs.open(f"{self._path}/{name}", "wb") as file:
            file.write(text.encode())

    def write_part(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
        """Write a Parquet file in it, which is there when it is whole.

        Args:
            name: Its name, without the suffix.
            batches: Its rows.
            schema: Their schema.

        Returns:
            The number of rows.
        """
        self._fs.makedirs(self._path, exist_ok=True)
        place = f"{self._path}/{name}.parquet"
        unfinished = f"{self._path}/{uuid4().hex}{_UNFINISHED}"
        rows = 0
        try:
            with (
                self._fs.open(unfinished, "wb") as file,
                parquet.ParquetWriter(file, schema, compression="zstd") as writer,
            ):
                for batch in batches:
                    rows += batch.num_rows
                    writer.write_batch(batch)
            self._fs.mv(unfinished, place)
        except BaseException:
            if self._fs.exists(unfinished):
                self._fs.rm(unfinished)
            raise
        return rows

    def parts(self) -> list[str]:
        """Names of the Parquet files in it, without the suffix, in order."""
        ends = ".parquet"
        return sorted(n.removesuffix(ends) for n in self.names() if n.endswith(ends))

    def read_part(
        self, name: str, columns: Sequence[str] | None = None, rows: int = ROWS
    ) -> Iterator[pa.RecordBatch]:
        """Batches of one of them, of so many rows at most."""
        with (
            self._fs.open(f"{self._path}/{name}.parquet", "rb") as file,
            parquet.ParquetFile(file) as read,
        ):
            yield from read.iter_batches(batch_size=rows, columns=columns)

    def count_rows(self) -> int:
        """Rows of the Parquet files in it."""
        rows = 0
        for name in self.parts():
            with self._fs.open(f"{self._path}/{name}.parquet", "rb") as file:
                rows += parquet.read_metadata(file).num_rows
        return rows

    def size(self) -> int:
        """Bytes of the files in it."""
        return int(self._fs.du(self._path)) if self._fs.exists(self._path) else 0


class File(Source):
    """A source of papers at an address.

    Args:
        address: Address of the file.

    Raises:
        InputError: It cannot be opened.
    """

    def __init__(self, address: str) -> None:
        self._fs, self._path = _opened(address)
        super().__init__(address.removeprefix("file://"))
        self._direct = False  # a path of another file system is none of this one

    def _open(self) -> BinaryIO:
        try:
            return cast(BinaryIO, self._close.enter_context(self._fs.open(self._path, "rb")))
        except (OSError, ValueError) as err:
            raise _unreadable(self.target, err) from err


def files_of(source: str) -> list[str]:
    """Addresses of the files that a path, a pattern or an address is about, in order.

    Args:
        source: A file, a folder (all files in it but hidden ones), or a pattern.

    Raises:
        InputError: There are none, or they cannot be reached.
    """
    fs, path = _opened(source)
    try:
        pattern = glob.has_magic(path) and not fs.exists(path)
        found = fs.glob(path) if pattern else fs.find(path)
    except (OSError, ValueError) as err:
        raise _unreadable(source, err) from err
    hidden = [p for p in found if any(n[:1] in ("_", ".") for n in p[len(path) :].split("/"))]
    shown = sorted(set(found) - set(hidden)) if not pattern else sorted(found)
    if not shown:
        raise _unreadable(source, FileNotFoundError("there is no such file"))
    return [str(fs.unstrip_protocol(p)) for p in shown]


def _unreadable(source: str, error: Exception) -> InputError:
    reason = " ".join(str(error).split())[:300] or type(error).__name__
    return InputError(
        f"{source}: cannot be read: {reason}",
        hint="every machine of the cluster has to reach the files at that address",
    )
