"""RIS records, as reference managers and publishers export them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._names import natural_name
from kg.readers._reading import READERS
from kg.readers._records import make_paper
from kg.readers._source import Source

__all__ = ["read_ris"]

_TAG = re.compile(r"\s*+([A-Z][A-Z0-9])  ?- ?")
_VENUES = ("journal_name", "secondary_title", "alternate_title3", "alternate_title2")


@READERS.register("ris", suffixes=(".ris",))
def read_ris(source: Source) -> Iterator[Paper | ReadError]:
    """Read the records, each from ``TY`` to ``ER`` or to the next ``TY``."""
    record: list[str] = []
    start, size = 0, 0
    error: ReadError | None = None
    for number, text, broken in source.lines():
        tag = _TAG.match(text)
        name = tag[1] if tag else ""
        if start and name in {"TY", "ER"}:
            yield error or _paper(record, start, source)
            start = 0
        if name == "TY":
            record, start, size, error = [], number, 0, None
        elif broken and not start:
            yield broken
        size += len(text)
        error = error or broken
        if start and size > source.max_line_bytes and error is None:
            error = source.error("the record does not end", line=start, hint="end it with 'ER  - '")
        if start and error is None:
            record.append(f"{name}  - {text[tag.end() :]}" if tag else text)
    if start:
        yield error or _paper(record, start, source)


def _paper(record: list[str], line: int, source: Source) -> Paper | ReadError:
    import rispy

    try:
        found = rispy.loads("\n".join([*record, "ER  - ", ""]))
    except Exception as err:  # the parser has no errors of its own
        return source.error(f"broken RIS record: {err}", line=line, hint="check its tags")
    fields = found[0] if found else {}
    authors = fields.get("authors") or fields.get("first_authors") or []
    return make_paper(
        {
            "id": fields.get("id"),
            "title": fields.get("title") or fields.get("primary_title"),
            "abstract": fields.get("abstract") or fields.get("notes_abstract"),
            "year": fields.get("year") or fields.get("publication_year") or fields.get("date"),
            "venue": next((fields[name] for name in _VENUES if fields.get(name)), None),
            "authors": [natural_name(name) for name in authors],
            "doi": fields.get("doi"),
            "url": fields.get("urls"),
            "categories": fields.get("keywords"),
        },
        source,
        reader="ris",
        line=line,
    )
