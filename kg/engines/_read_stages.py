"""The stages before extraction: records of files, one a paper, without copies."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, BinaryIO

import pyarrow as pa
from pyarrow import parquet

from kg.copies import PaperHead, find_copies
from kg.engines._rows import TEXT, batches_of, rows_of, schema_of
from kg.errors import InputError, ReadError
from kg.ids import title_id
from kg.intake import winner
from kg.model import Paper
from kg.readers import READERS, Source
from kg.readers._sniff import detect_format

__all__ = [
    "COPIES",
    "LINES",
    "LINE_FORMATS",
    "RECORDS",
    "SOURCE",
    "WINNERS",
    "choose_winners",
    "copies_in",
    "format_of_head",
    "read_lines",
    "read_rows",
    "read_source",
]

LINE_FORMATS = ("arxiv_jsonl", "hf_daily_papers", "jsonl", "openalex", "semantic_scholar")
"""Formats whose files may be cut at the ends of lines; they and ``parquet`` are read in parts."""
SOURCE = "kg_source"
"""The column that names the file a row is from."""
LINES = schema_of(kg_source=TEXT, line=pa.binary())
"""A line of a file, without its end."""
RECORDS = schema_of(id=TEXT, record=TEXT, problem=TEXT)
"""A paper as JSON, or (with an empty id) what is wrong with a record."""
WINNERS = pa.schema(
    [
        *schema_of(id=TEXT, content_hash=TEXT, record=TEXT, title=TEXT, title_key=TEXT),
        pa.field("year", pa.int64()),
        *schema_of(has_abstract=pa.bool_(), problem=TEXT),
    ]
)
"""The one record of an id, with what tells copies; or (with an empty id) a problem."""
COPIES = schema_of(id=TEXT, original=TEXT)
"""A paper that repeats another under its own id, and that other one."""


class _Bytes(Source):
    """A source that is in memory."""

    def __init__(self, name: str, data: bytes) -> None:
        self._data = data
        super().__init__(name)

    def _open(self) -> BinaryIO:
        return io.BytesIO(self._data)

    def seekable(self) -> BinaryIO:
        """The bytes as a file."""
        return io.BytesIO(self._data)


def format_of_head(name: str, head: bytes | None, format: str | None = None) -> str:
    """Name of the reader for a source that is read in parts.

    Args:
        name: What messages call the source; its suffix counts as in ``kg build``.
        head: Its first line that is not blank; None where there is none.
        format: Name of a reader, if one was given.

    Raises:
        InputError: The source is empty, of no known format, or not one that can be cut in parts.
        UnknownNameError: No reader has the given name.
    """
    if head is None:
        raise InputError(f"{name}: the file is empty", hint="check how the file was made")
    if format is not None:
        READERS.get(format)
    with _Bytes(name, head) as source:
        found = format or detect_format(source, READERS)
    whole = found in LINE_FORMATS and (head.startswith(b"[") or not head.strip(b"{ \r\n"))
    if whole or (found not in LINE_FORMATS and found != "parquet"):
        what = "one JSON value over many lines" if whole else f"of the format '{found}'"
        raise InputError(
            f"{name}: is {what}, which cannot be read in parts",
            hint="tables are made of Parquet and of JSON with one record a line; "
            "kg build --to KB reads the others",
        )
    return found


def read_lines(batches: Iterable[pa.RecordBatch], reader: str) -> Iterator[pa.RecordBatch]:
    """Make papers of lines of JSON.

    Args:
        batches: Lines; schema ``LINES``. Which lines come together is no matter.
        reader: Name of the reader; one of ``LINE_FORMATS``.

    Yields:
        Papers and problems; schema ``RECORDS``.
    """
    for batch in batches:
        rows = zip(batch.column(SOURCE).to_pylist(), batch.column("line").to_pylist(), strict=True)
        for name, same in groupby(rows, key=lambda row: str(row[0])):
            lines = (line.removeprefix(b"\xef\xbb\xbf") for _, line in same)
            # a first line of our own: no line of the file can pass for the head of an array
            data = b"\n".join((b"{}", *lines))
            yield from _read(_Bytes(name, data), reader, ours=1)


def read_rows(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Make papers of rows whose columns are named like the fields of a paper.

    Args:
        batches: Rows as Parquet files have them, with the column ``SOURCE``.

    Yields:
        Papers and problems; schema ``RECORDS``.
    """
    for batch in batches:
        names = batch.column(SOURCE).to_pylist()
        rows = batch.drop_columns([SOURCE])
        start = 0
        for name, same in groupby(names):
            count = len(list(same))
            file = io.BytesIO()
            table = pa.Table.from_batches([rows.slice(start, count)])
            parquet.write_table(table, file, compression="none", use_dictionary=False)
            yield from _read(_Bytes(str(name), file.getvalue()), "parquet")
            start += count


def read_source(source: Source, format: str | None = None) -> Iterator[pa.RecordBatch]:
    """Make papers of a whole file, of any format that is read.

    Args:
        source: The file; it is closed at the end.
        format: Name of a reader; by default the content decides.

    Yields:
        Papers and problems; schema ``RECORDS``.

    Raises:
        InputError: The file is empty, or of no known format.
        UnknownNameError: No reader has the given name.
    """
    yield from _read(source, format or detect_format(source, READERS), whole=True)


def _read(
    source: Source, reader: str, *, ours: int | None = None, whole: bool = False
) -> Iterator[pa.RecordBatch]:
    def rows() -> Iterator[tuple[str, str, str]]:
        try:
            for item in READERS.get(reader)(source):
                if isinstance(item, Paper):
                    yield item.id, item.model_dump_json(), ""
                elif ours is None or item.line != ours:
                    yield problem(item)
        except ReadError as err:  # the rest of the batch is lost
            yield problem(err)

    def problem(error: ReadError) -> tuple[str, str, str]:
        # a line of a part is none of the file
        return "", "", error.message if whole else f"{source.name}: {error.reason}"

    with source:
        yield from batches_of(RECORDS, rows())


def choose_winners(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Keep one record of each id, as ``kg build`` does; problems pass through.

    Args:
        batches: Papers and problems sorted by ``id``; schema ``RECORDS``.

    Yields:
        Papers, and problems, one more for each id with different texts; schema ``WINNERS``.
    """

    def rows() -> Iterator[tuple[Any, ...]]:
        for key, same in groupby(rows_of(batches, RECORDS), key=lambda row: row[0]):
            if not key:
                yield from (_no_winner(problem) for _, _, problem in same)
                continue
            papers = (Paper.model_validate_json(record) for _, record, _ in same)
            kept = next(papers)
            apart = False
            for paper in papers:
                apart = apart or paper.text != kept.text
                kept = winner(kept, paper)
            if apart:
                yield _no_winner(
                    f"two different texts for paper '{key}'; the longer abstract is kept"
                )
            named = (kept.title, title_id(kept.title), kept.year, bool(kept.abstract))
            yield key, kept.content_hash, kept.model_dump_json(), *named, ""

    return batches_of(WINNERS, rows())


def _no_winner(problem: str) -> tuple[Any, ...]:
    return "", "", "", "", "", None, False, problem


def copies_in(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Find papers that repeat another under another id (``kg.copies``), title by title.

    Args:
        batches: Papers, no problems, sorted by ``title_key``; of schema ``WINNERS`` at least the
            columns ``id``, ``title``, ``title_key``, ``year`` and ``has_abstract``.

    Yields:
        Schema ``COPIES``.
    """
    columns = pa.schema([WINNERS.field(n) for n in ("title_key", *PaperHead._fields)])

    def rows() -> Iterator[tuple[str, str]]:
        for _, same in groupby(rows_of(batches, columns), key=lambda row: row[0]):
            yield from find_copies(PaperHead(*row[1:]) for row in same).items()

    return batches_of(COPIES, rows())
