"""Semantic Scholar papers, from the Graph API or the bulk data sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._json import Record, read_json
from kg.readers._reading import READERS
from kg.readers._records import make_paper
from kg.readers._source import Source

__all__ = ["read_semantic_scholar"]


@READERS.register("semantic_scholar")
def read_semantic_scholar(source: Source) -> Iterator[Paper | ReadError]:
    """Read the papers; arXiv id and DOI come from ``externalIds``."""

    def make(paper: Record, line: int) -> Paper | ReadError:
        given = {name.lower(): value for name, value in paper.items()}
        external = given.get("externalids")
        others = external if isinstance(external, Mapping) else {}
        ids = {name.lower(): value for name, value in others.items()}
        corpus_id = given.get("corpusid") or ids.get("corpusid")
        own = given.get("paperid") or (f"CorpusID-{corpus_id}" if corpus_id else "")
        fields = {
            "arxiv": ids.get("arxiv"),
            "title": given.get("title"),
            "abstract": given.get("abstract"),
            "year": given.get("year") or given.get("publicationdate") or "",
            "venue": given.get("venue") or given.get("journal"),
            "authors": given.get("authors"),
            "doi": ids.get("doi"),
            "url": given.get("url") or "",
            "categories": given.get("fieldsofstudy") or _fields(given.get("s2fieldsofstudy")),
            "s2": own,
        }
        return make_paper(fields, source, reader="semantic_scholar", line=line)

    return read_json(source, make)


def _fields(value: object) -> list[object]:
    rows = value if isinstance(value, list) else []
    return [row.get("category") for row in rows if isinstance(row, Mapping)]
