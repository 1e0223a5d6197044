"""Parquet tables whose columns are named like the fields of ``Paper``."""

from __future__ import annotations

from collections.abc import Iterator

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._reading import READERS
from kg.readers._records import make_paper
from kg.readers._source import Source

__all__ = ["read_parquet"]

_BATCH_ROWS = 256


@READERS.register("parquet", suffixes=(".parquet", ".pq"))
def read_parquet(source: Source) -> Iterator[Paper | ReadError]:
    """Read the rows, a batch at a time; the line in messages is the row's number."""
    import pyarrow
    from pyarrow.parquet import ParquetFile

    row = 0
    try:
        with ParquetFile(source.seekable()) as table:
            for batch in table.iter_batches(_BATCH_ROWS):
                for record in batch.to_pylist():
                    row += 1
                    yield make_paper(record, source, reader="parquet", line=row)
    except (pyarrow.ArrowException, OSError) as err:
        hint = "write the file again, or copy it again from where it is whole"
        raise source.error(f"broken Parquet: {err}", hint=hint) from err
