"""Typed Parquet tables beside the CSV files, with real lists."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow
from pyarrow.parquet import ParquetWriter

from kg.exporters._neo4j_columns import Column

__all__ = ["ParquetTable"]

_TYPES = {"string": pyarrow.string, "integer": pyarrow.int64, "number": pyarrow.float64}
_BATCH = 10_000


class ParquetTable:
    """One table, written a batch at a time; it has no file before its first row.

    Args:
        path: File to write.
        columns: Its columns, under the names of the properties.
    """

    def __init__(self, path: Path, columns: tuple[Column, ...]) -> None:
        self._path = path
        self._schema = pyarrow.schema([(column.name, _type(column)) for column in columns])
        self._rows: list[Mapping[str, Any]] = []
        self._writer: ParquetWriter | None = None

    def add(self, row: Mapping[str, Any]) -> None:
        """Add a row, given as property -> value."""
        self._rows.append(row)
        if len(self._rows) == _BATCH:
            self._flush()

    def close(self) -> None:
        """Write what is left and close the file."""
        if self._rows:
            self._flush()
        if self._writer is not None:
            self._writer.close()

    def _flush(self) -> None:
        if self._writer is None:
            self._path.parent.mkdir(exist_ok=True)
            self._writer = ParquetWriter(self._path, self._schema, compression="zstd")
        self._writer.write_batch(pyarrow.RecordBatch.from_pylist(self._rows, self._schema))
        self._rows.clear()


def _type(column: Column) -> Any:
    kind = _TYPES[column.type]()
    return pyarrow.list_(kind) if column.many else kind
