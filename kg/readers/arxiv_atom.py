"""Atom feeds, as the arXiv API answers."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._reading import READERS
from kg.readers._records import make_paper
from kg.readers._source import Source
from kg.readers._xml import line_of, read_xml, text_of, texts_of

__all__ = ["read_arxiv_atom"]


@READERS.register("arxiv_atom", suffixes=(".atom",))
def read_arxiv_atom(source: Source) -> Iterator[Paper | ReadError]:
    """Read the entries of a feed; an entry that tells of an error in the query is one."""

    def make(entry: _Element) -> Paper | ReadError:
        identifier = text_of(entry, "id")
        if "/api/errors" in identifier:
            reason = f"the arXiv API reports an error: {text_of(entry, 'summary')}"
            return source.error(reason, line=line_of(entry), hint="change the query")
        links = {
            link.get("rel", "alternate"): link.get("href") for link in entry.iterfind("{*}link")
        }
        record = {
            "id": identifier,
            "title": text_of(entry, "title"),
            "abstract": text_of(entry, "summary"),
            "published": text_of(entry, "published"),
            "venue": text_of(entry, "journal_ref"),
            "authors": texts_of(entry, "author/name"),
            "doi": text_of(entry, "doi"),
            "url": links.get("alternate") or identifier,
            "categories": [item.get("term") for item in entry.iterfind("{*}category")],
        }
        return make_paper(record, source, reader="arxiv_atom", line=line_of(entry))

    return read_xml(source, make, root="feed", tags=("entry",))
