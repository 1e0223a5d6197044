"""Files that are the same bytes every time: UTF-8 with LF, and gzip without a clock."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

__all__ = ["read_text", "write_text"]


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
        OSError: The file cannot be read, or is no gzip although its name says so.
        UnicodeDecodeError: The file is not UTF-8.
    """
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix.lower() == ".gz" else data).decode()
