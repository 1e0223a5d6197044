"""Folders on any file system that fsspec knows, and Parquet files in them."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, cast
from uuid import uuid4

import pyarrow as pa
from pyarrow import parquet

from kg.engines._rows import ROWS
from kg.errors import InputError
from kg.readers import Source

__all__ = ["File", "Folder", "files_of", "size_of"]

_LOCAL = "file://"
_PACKED = 5
"""How many times smaller packed text is, about."""


def _opened(address: str) -> tuple[Any, str]:
    """A file system and a path in it."""
    from fsspec.core import url_to_fs
    from fsspec.implementations.local import LocalFileSystem

    if "://" not in address or address.startswith(_LOCAL):  # where "::" is part of a name
        local = LocalFileSystem()
        return local, str(local._strip_protocol(address.removeprefix(_LOCAL)))
    try:
        fs, path = url_to_fs(address, use_listings_cache=False)
    except (ImportError, OSError, ValueError) as err:
        raise _unusable(address, err) from err
    return fs, str(path)


def _unusable(address: object, error: Exception) -> InputError:
    return InputError(f"cannot use '{address}': {_reason(error)}", hint="check the address")


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


@contextmanager
def _reached(address: object) -> Iterator[None]:
    """What a file system raises as an error that names the address.

    Raises:
        InputError: It has failed.
    """
    try:
        yield
    except OSError as err:
        raise _unusable(address, err) from err


class Folder:
    """A folder; it need not exist. It can be sent to other processes.

    Args:
        address: Its path or address.

    Raises:
        InputError: It is no address, one with a pattern in it, or one of a file system that is not
            installed. So do all methods where the file system fails.
    """

    def __init__(self, address: str) -> None:
        self._fs, self._path = _opened(address)
        # there a name with these would be taken for a pattern, also where it is to be removed
        if not self._is_local and (glob.has_magic(address) or "::" in address):
            raise InputError(f"cannot use '{address}': it has one of * ? [ ::")

    @property
    def _is_local(self) -> bool:
        return "file" in self._fs.protocol

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
        with _reached(self):
            if self._fs.isfile(self._path):
                raise InputError(f"'{self}' is a file", hint="name a folder")
            if not self._fs.exists(self._path):
                return set()
            listed = self._fs.ls(self._path, detail=False)
        return {path.rstrip("/").rpartition("/")[2] for path in listed}

    def remove(self, name: str) -> None:
        """Remove a file or folder in it, where there is one."""
        (self / name).delete()

    def delete(self) -> None:
        """Remove it with all that is in it, or the file that it is."""
        with _reached(self):
            if self._fs.exists(self._path):
                self._fs.rm(self._path, recursive=True)

    def is_beside(self, other: Folder) -> bool:
        """Whether another folder is on the same file system."""
        return bool(self._fs == other._fs)

    def move_to(self, other: Folder) -> None:
        """Give it another address on the same file system, where nothing is yet."""
        with _reached(other):
            self._fs.makedirs(self._fs._parent(other._path), exist_ok=True)
            self._fs.mv(self._path, other._path, recursive=True)

    def write_text(self, name: str, text: str) -> None:
        """Write a file in it."""
        with _reached(self):
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
        place = f"{self._path}/{name}.parquet"
        unfinished = f"{self._path}/_{uuid4().hex}"  # Spark and others pass over such names
        rows = 0
        try:
            with _reached(self):
                self._fs.makedirs(self._path, exist_ok=True)
                with (
                    self._fs.open(unfinished, "wb") as file,
                    parquet.ParquetWriter(file, schema, compression="zstd") as writer,
                ):
                    for batch in batches:
                        rows += batch.num_rows
                        writer.write_batch(batch)
                self._fs.mv(unfinished, place)
        except BaseException:
            with suppress(Exception):  # what went wrong before is what is to be heard of
                self._fs.rm(unfinished)
            raise
        return rows

    def parts(self) -> list[str]:
        """Names of the Parquet files in it, without the suffix, in order."""
        ends = ".parquet"
        return sorted(n.removesuffix(ends) for n in self.names() if n.endswith(ends))

    def read_part(self, name: str, rows: int = ROWS) -> Iterator[pa.RecordBatch]:
        """Batches of one of them, of so many rows at most."""
        with (
            _reached(self),
            self._fs.open(f"{self._path}/{name}.parquet", "rb") as file,
            parquet.ParquetFile(file) as read,
        ):
            yield from read.iter_batches(batch_size=rows)

    def count_rows(self) -> int:
        """Rows of the Parquet files in it."""
        rows = 0
        for name in self.parts():
            with _reached(self), self._fs.open(f"{self._path}/{name}.parquet", "rb") as file:
                rows += parquet.read_metadata(file).num_rows
        return rows

    def size(self) -> int:
        """Bytes of the files in it."""
        with _reached(self):
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
        super().__init__(address.removeprefix(_LOCAL))
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
        found = fs.glob(path, detail=True) if pattern else fs.find(path, detail=True)
    except (OSError, ValueError) as err:
        raise _unreadable(source, err) from err
    files = sorted(name for name, about in found.items() if about["type"] == "file")
    if not pattern:
        files = [f for f in files if not any(n[:1] in ("_", ".") for n in _below(f, path))]
    if not files:
        raise _unreadable(source, FileNotFoundError("there is no such file"))
    return [str(fs.unstrip_protocol(file)) for file in files]


def _below(file: str, folder: str) -> list[str]:
    """The parts of a path that come after a folder; none for the folder itself."""
    return file[len(folder) :].strip("/").split("/")


def size_of(file: str) -> int:
    """Bytes of a file; of a packed one about those of its text.

    Args:
        file: Its address.

    Raises:
        InputError: It cannot be reached.
    """
    fs, path = _opened(file)
    try:
        size = int(fs.size(path) or 0)
    except (OSError, ValueError) as err:
        raise _unreadable(file, err) from err
    return _PACKED * size if path.endswith((".gz", ".zst", ".parquet")) else size


def _unreadable(source: str, error: Exception) -> InputError:
    return InputError(
        f"{source}: cannot be read: {_reason(error)}",
        hint="every machine of the cluster has to reach the files at that address",
    )
