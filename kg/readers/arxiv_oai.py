"""OAI-PMH answers to ListRecords, in Dublin Core (``oai_dc``) or arXiv's own metadata format."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._names import natural_name
from kg.readers._reading import READERS
from kg.readers._records import make_paper
from kg.readers._source import Source
from kg.readers._xml import line_of, local_name, read_xml, text_of, texts_of

__all__ = ["read_arxiv_oai"]


@READERS.register("arxiv_oai")
def read_arxiv_oai(source: Source) -> Iterator[Paper | ReadError]:
    """Read the records of an answer; deleted ones are skipped, an OAI error is an error."""

    def make(element: etree._Element) -> Paper | ReadError | None:
        line = line_of(element)
        if local_name(element) == "error":
            reason = f"the repository reports {element.get('code', 'an error')}: {text_of(element)}"
            return source.error(reason, line=line, hint="change the request")
        header = element.find("{*}header")
        if header is not None and header.get("status") == "deleted":
            return None
        metadata = element.find("{*}metadata/*")
        if metadata is None:
            return source.error("record without metadata", line=line)
        is_dc = local_name(metadata) == "dc"
        record = _dublin_core(metadata) if is_dc else _arxiv(metadata)
        record.setdefault("id", text_of(header, "identifier"))
        return make_paper(record, source, reader="arxiv_oai", line=line)

    return read_xml(source, make, root="OAI-PMH", tags=("record", "error"))


def _dublin_core(metadata: etree._Element) -> dict[str, object]:
    identifiers = texts_of(metadata, "identifier")
    texts = [text for text in texts_of(metadata, "description") if not text.startswith("Comment:")]
    return {
        "title": text_of(metadata, "title"),
        "abstract": max(texts, key=len, default=""),
        "date": min(texts_of(metadata, "date"), default=""),
        "authors": [natural_name(name) for name in texts_of(metadata, "creator")],
        "doi": next((text for text in identifiers if "10." in text and "arxiv" not in text), ""),
        "url": [text for text in identifiers if text.startswith("http")],
        "categories": texts_of(metadata, "subject"),
    }


def _arxiv(metadata: etree._Element) -> dict[str, object]:
    """The fields of ``arXiv`` and ``arXivRaw``."""
    parsed = [
        {"given": text_of(author, "forenames"), "family": text_of(author, "keyname")}
        for author in metadata.iterfind("{*}authors/{*}author")
    ]
    first_date = text_of(metadata, "created") or text_of(metadata.find("{*}version"), "date")
    return {
        "arxiv": text_of(metadata, "id"),
        "title": text_of(metadata, "title"),
        "abstract": text_of(metadata, "abstract"),
        "date": first_date,
        "venue": text_of(metadata, "journal-ref"),
        "authors": parsed or text_of(metadata, "authors"),
        "doi": text_of(metadata, "doi"),
        "categories": text_of(metadata, "categories").split(),
    }
