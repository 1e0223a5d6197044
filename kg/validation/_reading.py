"""The bytes and texts of a file to check, unpacked where it is gzipped."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from kg.errors import InputError

__all__ = ["open_lines", "read_bytes", "read_text"]


@contextmanager
def open_lines(path: Path) -> Iterator[BinaryIO]:
    """Open a file whose lines are read one by one.

    Raises:
        InputError: The file cannot be opened, or what is read inside the block cannot be
            unpacked.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            yield cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file
    except (OSError, EOFError, zlib.error) as err:
        reason = err.strerror if isinstance(err, OSError) and err.strerror else err
        raise InputError(f"cannot read '{path}': {reason}") from err


def read_bytes(path: Path) -> bytes:
    """All bytes of a file.

    Raises:
        InputError: The file cannot be read or unpacked.
    """
    with open_lines(path) as file:
        return file.read()


def read_text(path: Path) -> str:
    """The whole text of a file in UTF-8, without a byte order mark.

    Raises:
        InputError: The file cannot be read or unpacked, or is no UTF-8.
    """
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as err:
        raise InputError(f"'{path}' is not UTF-8 text: byte {err.start} ({err.reason})") from err
