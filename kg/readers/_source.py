"""A source of records: a file or standard input, decompressed, as bytes or as text lines."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, cast

from kg.errors import InputError, ReadError
from kg.readers._limits import RAISE_RECORD, mebibytes, record_limit
from kg.readers._streams import CHUNK, HeadStream, recode, unpack

__all__ = ["CONVERT", "Line", "Source", "one_line"]

CONVERT = "convert it first, such as: iconv -f latin1 -t utf-8 FILE > NEW_FILE"
"""The hint for text in another encoding."""
_COMPRESSED = (".gz", ".zst")


class Line(NamedTuple):
    """One line of text: its number from 1, its text without the line end, what is wrong with it."""

    number: int
    text: str
    error: ReadError | None = None


class Source:
    """One file, or standard input, read once from front to end in constant memory.

    gzip and zstd are recognised by their first bytes, UTF-8 and UTF-16 by their byte order mark;
    what comes out is decompressed and, if it is text, UTF-8 without a mark.

    Args:
        target: Path of a file, or ``-`` for standard input.
        name: What messages call the source; the target by default.
        max_line_bytes: Longest line or record that is taken in; None for what is usual.

    Raises:
        InputError: There is no such file, it cannot be opened, or it is a directory.
        ReadError: The compressed data is damaged at its very start.
    """

    def __init__(
        self,
        target: str | Path,
        name: str | None = None,
        *,
        max_line_bytes: int | None = None,
    ) -> None:
        self.target = str(target)
        self.name = one_line(name or self.target)
        self.max_line_bytes = max_line_bytes or record_limit()
        self._close = ExitStack()
        raw = sys.stdin.buffer if self.target == "-" else self._open()
        try:
            packed = HeadStream(self._guarded(getattr(raw, "read1", raw.read)))
            plain = unpack(packed, self.error)
            self._stream = recode(plain)
        except BaseException:
            self.close()
            raise
        self.recoded = self._stream is not plain
        """Whether the bytes were UTF-16, whatever their own declaration says."""
        self._direct = self.target != "-" and self._stream is packed
        self._failure: ReadError | None = None
        self._binary = io.BufferedReader(self._stream, CHUNK)

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def filename(self) -> str:
        """Last part of the path without ``.gz`` or ``.zst``; empty for standard input."""
        path = Path(self.target)
        if self.target == "-":
            return ""
        return path.stem if path.suffix.lower() in _COMPRESSED else path.name

    def peek(self, size: int) -> bytes:
        """The first ``size`` bytes, fewer where there are no more; call it before reading."""
        return self._stream.head(size)

    def peek_line(self) -> bytes:
        """The first line that is not blank, without waiting for more; cut off at 64 KiB."""
        return self._stream.head_line(CHUNK)

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes, empty at the end; nothing is lost before damaged data.

        Raises:
            ReadError: Compressed data is cut off or damaged.
        """
        if self._failure is not None:
            raise self._failure
        pieces: list[bytes] = []
        try:
            while size > 0 and (data := self._binary.read1(size)):
                pieces.append(data)
                size -= len(data)
        except ReadError as err:
            if not pieces:
                raise
            self._failure = err
        return b"".join(pieces)

    def seekable(self) -> BinaryIO:
        """The bytes as a file that can be sought in; a temporary copy where it has to be."""
        if self._direct:
            return self._close.enter_context(Path(self.target).open("rb"))
        copy = self._close.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        while data := self.read(2**20):
            copy.write(data)
        copy.seek(0)
        return cast(BinaryIO, copy)

    def lines(self) -> Iterator[Line]:
        """The text line by line; a line with an ``error`` is not to be trusted.

        Raises:
            ReadError: Compressed data is cut off or damaged.
        """
        number = 0
        while data := self._binary.readline(self.max_line_bytes + 1):
            number += 1
            if len(data) > self.max_line_bytes:
                while data and not data.endswith(b"\n"):
                    data = self._binary.readline(CHUNK)
                yield Line(number, "", self.too_long("line", number))
                continue
            try:
                yield Line(number, data.decode().rstrip("\r\n"))
            except UnicodeDecodeError as err:
                error = self.error(
                    f"not valid UTF-8: byte 0x{data[err.start]:02x} at position {err.start + 1}",
                    line=number,
                    hint=CONVERT,
                )
                yield Line(number, data.decode(errors="replace").rstrip("\r\n"), error)

    def error(self, reason: str, *, line: int | None = None, hint: str = "") -> ReadError:
        """A ReadError that names this source; the reason is put on one line."""
        return ReadError(one_line(reason), source=self.name, line=line, hint=hint)

    def too_long(self, what: str, line: int | None, hint: str = RAISE_RECORD) -> ReadError:
        """The error for a record over the limit."""
        size = mebibytes(self.max_line_bytes)
        return self.error(f"{what} is longer than {size}", line=line, hint=hint)

    def close(self) -> None:
        """Close the file and its temporary copies; standard input stays open."""
        self._close.close()

    def _guarded(self, read: Callable[[int], bytes]) -> Callable[[int], bytes]:
        def guarded(size: int) -> bytes:
            try:
                return read(size)
            except OSError as err:
                reason = f"{self.name}: cannot be read: {err.strerror or err}"
                raise InputError(reason, hint="is the disk or the pipe all right?") from err

        return guarded

    def _open(self) -> BinaryIO:
        try:
            return self._close.enter_context(Path(self.target).open("rb"))
        except FileNotFoundError as err:
            hint = "check the path; '-' reads standard input"
            raise InputError(f"{self.name}: no such file", hint=hint) from err
        except IsADirectoryError as err:
            hint = f"name the files inside it, such as {Path(self.name) / '*.jsonl'}"
            raise InputError(f"{self.name}: is a directory", hint=hint) from err
        except (OSError, ValueError) as err:
            reason = getattr(err, "strerror", None) or err
            raise InputError(f"{self.name}: cannot be opened: {one_line(str(reason))}") from err


def one_line(text: str, limit: int = 300) -> str:
    """The text with white space runs as single blanks, cut off at ``limit`` characters."""
    text = " ".join(text[: 2 * limit].split())
    return text if len(text) <= limit else text[: limit - 3] + "..."
