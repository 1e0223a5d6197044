"""The JSON of the Hugging Face Daily Papers API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._json import Record, read_json
from kg.readers._reading import READERS
from kg.readers._records import make_paper
from kg.readers._source import Source

__all__ = ["read_hf_daily_papers"]


@READERS.register("hf_daily_papers")
def read_hf_daily_papers(source: Source) -> Iterator[Paper | ReadError]:
    """Read the items; what one says beside its ``paper`` fills the gaps in it."""

    def make(record: Record, line: int) -> Paper | ReadError:
        inner = record.get("paper")
        paper = {**record, **inner} if isinstance(inner, Mapping) else record
        fields = {
            "id": paper.get("id"),
            "title": paper.get("title"),
            "abstract": paper.get("summary"),
            "authors": paper.get("authors"),
            "published": paper.get("publishedAt") or "",
        }
        return make_paper(fields, source, reader="hf_daily_papers", line=line)

    return read_json(source, make)
