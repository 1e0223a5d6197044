"""Files that are the same bytes every time: UTF-8 with LF, and gzip without a clock."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

__all__ = ["open_target", "write_text"]


@contextmanager
def open_target(target: Path) -> Iterator[BinaryIO]:
    """Open a file for writing bytes; gzipped, without name and time, where it ends in ``.gz``.

    Raises:
        OSError: The file cannot be written.
    """
    with target.open("wb") as file:
        if target.suffix.lower() != ".gz":
            yield file
            return
        with (
            gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed,
            io.BufferedWriter(packed, 1 << 16) as buffered,
        ):
            yield buffered


def write_text(chunks: Iterable[str], target: Path) -> None:
    """Write chunks as UTF-8; gzipped, without name and time, where the target ends in ``.gz``.

    Raises:
        OSError: The file cannot be written.
    """
    with open_target(target) as file:
        file.writelines(chunk.encode() for chunk in chunks)
