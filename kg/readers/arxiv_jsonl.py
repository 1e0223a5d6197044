"""The arXiv metadata snapshot on Kaggle: one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._json import Record, read_json
from kg.readers._reading import READERS
from kg.readers._records import make_paper
from kg.readers._source import Source

__all__ = ["read_arxiv_jsonl"]


@READERS.register("arxiv_jsonl")
def read_arxiv_jsonl(source: Source) -> Iterator[Paper | ReadError]:
    """Read the records; the year is that of the first version, not of the last update."""

    def make(record: Record, line: int) -> Paper | ReadError:
        fields = {
            "arxiv": record.get("id"),
            "title": record.get("title"),
            "abstract": record.get("abstract"),
            "venue": record.get("journal-ref"),
            "authors": _names(record.get("authors_parsed")) or record.get("authors"),
            "doi": record.get("doi"),
            "categories": str(record.get("categories") or "").split(),
        }
        versions = record.get("versions")
        if isinstance(versions, list) and versions and isinstance(versions[0], dict):
            fields["date"] = versions[0].get("created") or ""
        return make_paper(fields, source, reader="arxiv_jsonl", line=line)

    return read_json(source, make)


def _names(parsed: object) -> list[str]:
    """``["Last", "First", "Jr"]`` as ``First Last Jr``."""
    rows = parsed if isinstance(parsed, list) else []
    parts = [[str(part) for part in row] for row in rows if isinstance(row, list) and row]
    return [" ".join([*row[1:2], row[0], *row[2:]]) for row in parts]
