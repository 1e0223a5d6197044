"""Files that are the same bytes every time: UTF-8 with LF, and gzip without a clock."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable
from pathlib import Path

__all__ = ["read_text", "write_text"]

_RATIO = 200
_FREE_BYTES = 64 * 2**20


def write_text(chunks: Iterable[str], target: Path) -> None:
    """Write chunks as UTF-8; gzipped, without name and time, where the target ends in ``.gz``.

    Raises:
        OSError: The file cannot be written.
    """
    with target.open("wb") as file:
        if target.suffix.lower() != ".gz":
            file.writelines(chunk.encode() for chunk in chunks)
            return
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            packed.writelines(chunk.encode() for chunk in chunks)


def read_text(path: Path) -> str:
    """Read back what ``write_text`` wrote.

    Raises:
        OSError: The file cannot be read, is no gzip although its name says so, or becomes far
            larger than graphs do.
        UnicodeDecodeError: The file is not UTF-8.
    """
    if path.suffix.lower() != ".gz":
        return path.read_bytes().decode()
    most = max(_FREE_BYTES, _RATIO * path.stat().st_size)
    try:
        with gzip.open(path) as file:
            data = file.read(most + 1)
    except (EOFError, zlib.error) as err:
        raise OSError(f"the gzip data is cut off or damaged: {err}") from err
    if len(data) > most:
        raise OSError(f"the gzip data becomes over {_RATIO} times larger: unpack it first")
    return data.decode()
