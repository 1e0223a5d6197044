"""Parquet tables whose columns are named like the fields of ``Paper``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._limits import FREE_BYTES, RAISE_RATIO, mebibytes, ratio_limit
from kg.readers._reading import READERS
from kg.readers._records import make_paper
from kg.readers._source import Source

__all__ = ["read_parquet"]

_BATCH_ROWS = 256
_BATCH_BYTES = 256 * 2**20
"""A batch becomes no larger, were every cell as long as the whole of its column's text."""


@READERS.register("parquet", suffixes=(".parquet", ".pq"))
def read_parquet(source: Source) -> Iterator[Paper | ReadError]:
    """Read the rows, a batch at a time; the line in messages is the row's number.

    Raises:
        ReadError: The file is broken, or its tables become far more than the file.
    """
    import pyarrow
    from pyarrow.parquet import ParquetFile

    row = 0
    hint = "write the file again, or copy it again from where it is whole"
    try:
        file = source.seekable()
        room = max(FREE_BYTES, ratio_limit() * file.seek(0, 2))
        file.seek(0)
        with ParquetFile(file) as table:
            chunks = list(_column_sizes(table.metadata))
            _check(sum(chunks) <= room, source)
            rows = max(1, min(_BATCH_ROWS, _BATCH_BYTES // max(*chunks, 1, 1)))
            for batch in table.iter_batches(rows):
                for record in _records(batch):
                    row += 1
                    if isinstance(record, Exception):
                        yield source.error(f"broken row: {record}", line=row, hint=hint)
                        continue
                    room -= sum(len(v) for v in record.values() if isinstance(v, str | bytes))
                    _check(room >= 0, source)
                    yield make_paper(record, source, reader="parquet", line=row)
    except (pyarrow.ArrowException, OSError, ValueError) as err:
        raise source.error(f"broken Parquet: {err}", hint=hint) from err


def _column_sizes(metadata: Any) -> Iterator[int]:
    """Bytes of each column of each row group, once unpacked."""
    for group in range(metadata.num_row_groups):
        columns = metadata.row_group(group)
        for column in range(columns.num_columns):
            yield columns.column(column).total_uncompressed_size


def _records(batch: Any) -> Iterator[Mapping[str, Any] | Exception]:
    """The rows; one that has no Python value, such as a date of the year 300,000, is an error."""
    try:
        yield from batch.to_pylist()
    except (ArithmeticError, ValueError) as whole:
        if batch.num_rows == 1:
            yield whole
            return
        for row in range(batch.num_rows):
            yield from _records(batch.slice(row, 1))


def _check(fits: bool, source: Source) -> None:
    if not fits:
        reason = f"the tables become over {mebibytes(FREE_BYTES)} and far larger than the file"
        raise source.error(reason, hint=RAISE_RATIO)
