"""Rows of Arrow batches, in and out, for the stages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pyarrow as pa

__all__ = ["ROWS", "TEXT", "batches_of", "rows_of", "schema_of"]

TEXT = pa.string()
ROWS = 1024
"""Rows of a batch that is given out."""


def schema_of(**types: pa.DataType) -> pa.Schema:
    """A schema of columns without missing values."""
    return pa.schema([pa.field(name, type_, False) for name, type_ in types.items()])


def rows_of(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[tuple[Any, ...]]:
    """The rows of batches: the columns of a schema, in its order."""
    for batch in batches:
        yield from zip(*(batch.column(n).to_pylist() for n in schema.names), strict=True)


def batches_of(schema: pa.Schema, rows: Iterable[tuple[Any, ...]]) -> Iterator[pa.RecordBatch]:
    """Batches of some rows each; none where there are no rows."""
    rows = iter(rows)
    while some := list(islice(rows, ROWS)):
        columns = zip(*some, strict=True)
        arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
        yield pa.record_batch(arrays, schema=schema)
