"""Tables for pandas, DuckDB, R and spreadsheets: a folder of CSV or of Parquet files.

``papers``, ``entities``, ``relations``, ``evidence`` and ``mentions`` have the fields of the
records under their own names, and ``croissant.json`` describes the files (Croissant 1.1, see
``kg.exporters._croissant``). Nothing is lost: texts stay as they are, line breaks and all.

CSV follows RFC 4180 but for its line ends: UTF-8 with LF, every text in quotes, a missing value as
nothing at all, a list as a JSON array. A text may begin with ``=``, ``+``, ``-`` or ``@``, which a
spreadsheet takes for a formula; ``spreadsheet=True`` is for files that are to be opened in one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.exporters._croissant import CROISSANT_FILE, About, croissant_json, is_croissant
from kg.exporters._exporting import EXPORTERS
from kg.exporters._table_columns import TABLES, Column, Table
from kg.exporters._writing import write_text
from kg.graph import KnowledgeGraph

__all__ = ["TableExporter"]

_ROW_GROUP = 50_000
"""Rows that are held before they are written to a Parquet file."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What begins a formula in a spreadsheet, after OWASP's advice on CSV injection."""


class TableExporter:
    """The formats ``csv`` and ``parquet``: each writes a folder, and knows one that it wrote.

    Args:
        suffix: ``csv`` or ``parquet``: name of the format, and suffix of its files.
    """

    def __init__(self, suffix: str) -> None:
        self._suffix = suffix

    def __call__(
        self,
        graph: KnowledgeGraph,
        target: Path,
        *,
        spreadsheet: bool = False,
        title: str = "",
        description: str = "",
        license: str = "",
        creator: str = "",
        url: str = "",
        version: str = "",
        date: str = "",
        citation: str = "",
    ) -> None:
        """Write a graph as a new folder.

        Args:
            graph: The graph.
            target: The folder, which does not exist yet.
            spreadsheet: CSV for Excel and its like: a byte order mark, and ``'`` before a text
                that would be taken for a formula. Such files differ from the graph.
            title: Name of the dataset in its description.
            description: What it holds.
            license: Address of its licence; unknown where empty, as are those that follow.
            creator: Who made it.
            url: Its web page.
            version: Its version, best MAJOR.MINOR.PATCH.
            date: When it was published, YYYY-MM-DD.
            citation: How to cite it, best in BibTeX.

        Raises:
            InputError: ``date`` is no date, or Parquet is asked for spreadsheets.
            OSError: A file cannot be written.
        """
        if spreadsheet and self._suffix != "csv":
            raise InputError(f"format '{self._suffix}' is not for spreadsheets", hint="use csv")
        about = About(title, description, license, creator, url, version, date, citation)
        target.mkdir()
        for table in TABLES:
            path = target / f"{table.name}.{self._suffix}"
            if self._suffix == "csv":
                write_text(_csv_lines(table, graph, spreadsheet=spreadsheet), path)
            else:
                _write_parquet(table, graph, path)
        write_text([croissant_json(graph, target, self._suffix, about)], target / CROISSANT_FILE)

    def owns(self, folder: Path) -> bool:
        """Tell whether a folder holds these tables and nothing else, or nothing at all."""
        found = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
        ours = {CROISSANT_FILE, *(f"{table.name}.{self._suffix}" for table in TABLES)}
        return not found or (found <= ours and is_croissant(folder / CROISSANT_FILE))


EXPORTERS.register("csv")(TableExporter("csv"))
EXPORTERS.register("parquet")(TableExporter("parquet"))


def _csv_lines(table: Table, graph: KnowledgeGraph, *, spreadsheet: bool) -> Iterator[str]:
    mark = "\ufeff" if spreadsheet else ""
    yield mark + ",".join(f'"{column.name}"' for column in table.columns) + "\n"
    for row in table.rows(graph):
        cells = (_cell(row.get(c.name), c, spreadsheet=spreadsheet) for c in table.columns)
        yield ",".join(cells) + "\n"


def _cell(value: Any, column: Column, *, spreadsheet: bool) -> str:
    if value is None:
        return ""
    if column.many:
        text = json.dumps(value, ensure_ascii=False)
    elif column.type == "string":
        text = str(value)
    else:
        return repr(int(value) if column.type == "integer" else float(value))
    if spreadsheet and text.startswith(_FORMULA):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"'


def _write_parquet(table: Table, graph: KnowledgeGraph, path: Path) -> None:
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    types = {"string": pyarrow.string(), "integer": pyarrow.int64(), "number": pyarrow.float64()}
    schema = pyarrow.schema(
        pyarrow.field(
            column.name,
            pyarrow.list_(pyarrow.field("item", types[column.type], nullable=False))
            if column.many
            else types[column.type],
            nullable=column.nullable,
            metadata={"description": column.description},
        )
        for column in table.columns
    )
    rows = table.rows(graph)
    with ParquetWriter(path, schema, compression="zstd") as writer:
        while some := list(islice(rows, _ROW_GROUP)):
            columns = [
                pyarrow.array([row.get(field.name) for row in some], field.type) for field in schema
            ]
            writer.write_batch(pyarrow.RecordBatch.from_arrays(columns, schema=schema))
