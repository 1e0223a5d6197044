"""Plain JSON records with the fields of ``Paper``: one a line, or in one array."""

from __future__ import annotations

from collections.abc import Iterator

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._json import Record, read_json
from kg.readers._reading import READERS
from kg.readers._records import make_paper
from kg.readers._source import Source

__all__ = ["read_jsonl"]


@READERS.register("jsonl", suffixes=(".jsonl", ".ndjson", ".json"))
def read_jsonl(source: Source) -> Iterator[Paper | ReadError]:
    """Read records whose field names are those of ``Paper`` or common other names for them."""

    def make(record: Record, line: int) -> Paper | ReadError:
        return make_paper(record, source, reader="jsonl", line=line)

    return read_json(source, make)
