"""Find the format of a source, read it, and pass on what is good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from kg.errors import InputError, ReadError
from kg.model.paper import Paper
from kg.readers._limits import BROKEN_IN_A_ROW
from kg.readers._sniff import detect_format
from kg.readers._source import Source
from kg.readers._streams import CHUNK
from kg.registry import Registry

__all__ = ["READERS", "Reader", "read_papers"]

Reader: TypeAlias = Callable[[Source], Iterator[Paper | ReadError]]
"""A function that yields a paper for each good record and an error for each broken one."""

READERS: Registry[Reader] = Registry("kg.readers", "input format")


def read_papers(
    source: str | Path,
    *,
    format: str | None = None,
    strict: bool = False,
    on_error: Callable[[ReadError], None] | None = None,
    max_line_bytes: int | None = None,
) -> Iterator[Paper]:
    """Read papers from a file or standard input, one at a time, in constant memory.

    Nothing is opened before the first paper is asked for. Papers come in the order of the file;
    nothing that is built from them depends on it.

    Args:
        source: Path of a file, or ``-`` for standard input; ``.gz`` and ``.zst`` are unpacked.
        format: Name of a reader; by default the content and the suffix tell.
        strict: Raise at the first broken record.
        on_error: Called with each broken record, which is then skipped; without it broken records
            are skipped in silence, so give it, or ``strict``, where completeness matters.
        max_line_bytes: Longest line or record that is taken in, in bytes; 16 MiB, or what the
            variable ``KG_MAX_RECORD_MB`` says, by default.

    Raises:
        InputError: The source is missing, a directory, empty, or of no known format.
        ReadError: The rest of the source is lost (cut-off XML or gzip), after the papers before it;
            or a record is broken, if ``strict``.
        UnknownNameError: No reader has that name.
    """
    if format is not None:
        READERS.get(format)
    with Source(source, max_line_bytes=max_line_bytes) as opened:
        if not opened.peek_line():
            raise _nothing(opened)
        name = format or detect_format(opened, READERS)
        record: Paper | ReadError | None = None
        broken = 0
        for record in READERS.get(name)(opened):
            if isinstance(record, Paper):
                broken = 0
                yield record
                continue
            broken += 1
            if strict:
                raise record
            if on_error is not None:
                on_error(record)
            if broken == BROKEN_IN_A_ROW:
                reason = f"{broken} broken records in a row, read as {name}: the rest is left out"
                hint = "name another format with --format, if it is not one, or mend the file"
                raise opened.error(reason, line=record.line, hint=hint)
        if record is None:
            hint = "name another format with --format, if it is not one"
            raise InputError(f"{opened.name}: no papers in it, read as {name}", hint=hint)


def _nothing(source: Source) -> InputError:
    if len(source.peek(CHUNK)) == CHUNK:
        reason = f"nothing but blanks in its first {CHUNK // 2**10} KiB"
        return InputError(f"{source.name}: {reason}", hint="delete the blanks in front")
    hint = "there is nothing to read; check how the file was made"
    return InputError(f"{source.name}: the file is empty", hint=hint)
