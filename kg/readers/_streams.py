"""Raw byte streams under a source: look ahead, decompress, bring UTF-16 to UTF-8."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Callable
from typing import Protocol

from kg.errors import ReadError
from kg.readers._limits import FREE_BYTES, RAISE_RATIO, mebibytes, ratio_limit

__all__ = ["CHUNK", "HeadStream", "recode", "unpack"]

CHUNK = 64 * 2**10
_ZSTD_CHUNK = 2**10  # one KiB of zstd grows to 32 MiB at most


class _ErrorMaker(Protocol):
    def __call__(self, reason: str, *, hint: str = "") -> ReadError: ...


class HeadStream(io.RawIOBase):
    """A raw stream over a read function, with a head that can be looked at beforehand."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._head = b""
        self._at = 0
        self.taken = 0
        """Bytes that have come out of the function."""

    def head(self, size: int) -> bytes:
        """The first bytes, fewer where there are no more."""
        while len(self._head) < size and self._grow():
            pass
        return self._head[:size]

    def head_line(self, limit: int) -> bytes:
        """The first line that is not blank, or as much of it as ``limit`` bytes hold."""
        while b"\n" not in self._head.lstrip() and len(self._head) < limit and self._grow():
            pass
        return self._head[:limit].lstrip().partition(b"\n")[0]

    def drop(self, size: int) -> None:
        """Forget the first bytes."""
        self._head = self._head[size:]

    def readable(self) -> bool:
        """Always: that is what it is for."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with what is there; one read at most."""
        if self._at >= len(self._head):
            self._head, self._at = self._take(len(buffer)), 0
        data = self._head[self._at : self._at + len(buffer)]
        self._at += len(data)
        buffer[: len(data)] = data
        return len(data)

    def _grow(self) -> bool:
        data = self._take(CHUNK)
        self._head += data
        return bool(data)

    def _take(self, size: int) -> bytes:
        data = self._read(size)
        self.taken += len(data)
        return data


def _zstd_reader(packed: HeadStream) -> Callable[[int], bytes]:
    """A read function over zstd frames that raises EOFError where the last one is cut off."""
    import zstandard

    reader = io.BufferedReader(packed)
    frame = zstandard.ZstdDecompressor().decompressobj()

    def read(_: int) -> bytes:
        nonlocal frame
        plain = b""
        while not plain:
            packed_data = (frame.unused_data if frame.eof else b"") or reader.read1(_ZSTD_CHUNK)
            if not packed_data and not frame.eof:
                raise EOFError
            if not packed_data:
                break
            if frame.eof:
                frame = zstandard.ZstdDecompressor().decompressobj()
            plain = frame.decompress(packed_data)
        return plain

    return read


def _utf16_reader(stream: HeadStream) -> Callable[[int], bytes]:
    """A read function that turns UTF-16 into UTF-8."""
    reader = io.BufferedReader(stream)
    decoder = codecs.getincrementaldecoder("utf-16")("replace")

    def read(size: int) -> bytes:
        text = ""
        while not text and (data := reader.read1(size)):
            text = decoder.decode(data)
        return (text or decoder.decode(b"", final=True)).encode()

    return read


def unpack(packed: HeadStream, error: _ErrorMaker) -> HeadStream:
    """A stream of what gzip or zstd data holds; other data comes as it is.

    Data that becomes far more than packed texts do is an error: it would fill the machine.
    """
    magic = packed.head(4)
    if magic.startswith(b"\x1f\x8b"):
        archive = gzip.GzipFile(fileobj=io.BufferedReader(packed))
        return HeadStream(_guarded(archive.read1, packed, "gzip", error))
    if magic == b"\x28\xb5\x2f\xfd":
        return HeadStream(_guarded(_zstd_reader(packed), packed, "zstd", error))
    return packed


def recode(stream: HeadStream) -> HeadStream:
    """The stream without its byte order mark; UTF-16 with a mark comes as UTF-8."""
    head = stream.head(4)
    if head.startswith(codecs.BOM_UTF8):
        stream.drop(len(codecs.BOM_UTF8))
    elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return HeadStream(_utf16_reader(stream))
    return stream


def _guarded(
    read: Callable[[int], bytes], packed: HeadStream, what: str, error: _ErrorMaker
) -> Callable[[int], bytes]:
    from zstandard import ZstdError

    hint = "copy or download the file again; what came before was read"
    ratio = ratio_limit()
    given = 0

    def guarded(size: int) -> bytes:
        nonlocal given
        try:
            data = read(size)
        except EOFError as err:
            raise error(f"the {what} data is cut off", hint=hint) from err
        except (zlib.error, gzip.BadGzipFile, ZstdError) as err:
            raise error(f"the {what} data is damaged: {err}", hint=hint) from err
        given += len(data)
        if given > max(FREE_BYTES, ratio * packed.taken):
            reason = (
                f"the {what} data becomes over {mebibytes(FREE_BYTES)} and {ratio} times larger"
            )
            raise error(reason, hint=RAISE_RATIO)
        return data

    return guarded
