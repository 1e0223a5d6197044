"""Tables as text: CSV and TSV with a header row."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._reading import READERS
from kg.readers._records import has_title, make_paper
from kg.readers._source import Source

__all__ = ["read_csv", "read_tsv"]

_QUOTES = "put a cell with quotes or line ends in quotes, and double the quotes inside it"


@READERS.register("csv", suffixes=(".csv",))
def read_csv(source: Source) -> Iterator[Paper | ReadError]:
    """Read comma-separated rows; semicolons where the header has no comma."""
    header = source.peek_line()
    return _read(source, "csv", ";" if b";" in header and b"," not in header else ",")


@READERS.register("tsv", suffixes=(".tsv", ".tab"))
def read_tsv(source: Source) -> Iterator[Paper | ReadError]:
    """Read tab-separated rows, quoted as in CSV."""
    return _read(source, "tsv", "\t")


def _read(source: Source, reader: str, delimiter: str) -> Iterator[Paper | ReadError]:
    broken: list[ReadError] = []
    line, size = 1, 0

    def lines() -> Iterator[str]:
        nonlocal size
        for _, text, error in source.lines():
            if error is not None:
                broken.append(error)
            size += len(text) + 1
            if size > source.max_line_bytes:
                raise source.too_long("row", line, "a quote is not closed; " + _QUOTES)
            yield text + "\n"

    csv.field_size_limit(max(csv.field_size_limit(), 2 * source.max_line_bytes))  # we count
    rows = csv.reader(lines(), delimiter=delimiter, strict=True)
    header: list[str] = []
    while True:
        line, size = rows.line_num + 1, 0
        try:
            cells = next(rows, None)
        except csv.Error as err:
            yield source.error(f"broken row: {err}", line=line, hint=_QUOTES)
            continue
        if broken:
            yield from broken
            broken.clear()
        elif cells is None:
            return
        elif not header:
            header = [cell.strip() for cell in cells]
            if header and not has_title(header):
                names = ", ".join(header)
                hint = "name the column of the titles 'title' in the first row"
                raise source.error(f"no column 'title' among: {names}", line=line, hint=hint)
        elif len(cells) > len(header):
            reason = f"row has {len(cells)} cells, the header {len(header)}"
            yield source.error(reason, line=line, hint=_QUOTES)
        elif any(cells):
            record = dict(zip(header, cells, strict=False))
            yield make_paper(record, source, reader=reader, line=line)
