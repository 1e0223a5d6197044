"""BibTeX and BibLaTeX bibliographies, entry by entry."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._limits import mebibytes
from kg.readers._names import natural_name
from kg.readers._reading import READERS
from kg.readers._records import make_paper
from kg.readers._source import Source
from kg.text import clean_text

__all__ = ["read_bibtex"]

_START = re.compile(r"\s*@\s*([A-Za-z]+)\s*[{(]")
_STRING = re.compile(r"\s*@\s*string\s*[{(]\s*([^\s={}(),]+)", re.IGNORECASE)
_NO_ENTRY = frozenset({"comment", "preamble", "string"})
_VENUES = ("journal", "journaltitle", "booktitle", "publisher", "school")
_SILENT = logging.NullHandler()  # the parser's warnings become our errors
_HINT = "check its braces, commas and quotes"
_STRINGS = 2**20
"""Characters of all @string entries together: each is parsed with every entry that names it."""


@READERS.register("bibtex", suffixes=(".bib", ".bibtex"))
def read_bibtex(source: Source) -> Iterator[Paper | ReadError]:
    """Read the entries; one that is broken ends where a line starts the next one.

    Raises:
        ReadError: The @string entries alone are too long.
    """
    strings: dict[str, str] = {}
    room = _STRINGS
    for line, block in _blocks(source):
        kind = _START.match(block) if isinstance(block, str) else None
        if isinstance(block, ReadError):
            yield block
        elif kind and kind[1].lower() == "string":
            name = _STRING.match(block)
            room -= len(block)
            if room < 0:
                hint = "keep what its papers need"
                reason = f"the @string entries are longer than {mebibytes(_STRINGS)}"
                raise source.error(reason, line=line, hint=hint)
            if name:
                strings[name[1].lower()] = block
        elif kind and kind[1].lower() not in _NO_ENTRY:
            words = set(re.findall(r"[^\s={}(),#]+", block.lower())) if strings else set()
            needed = [text for name, text in strings.items() if name in words]
            yield from _papers("\n".join([*needed, block]), line, source)


def _blocks(source: Source) -> Iterator[tuple[int, str | ReadError]]:
    """The text from each line that starts with ``@kind{`` to the next, and its line number."""
    block: list[str] = []
    start, size = 0, 0
    error: ReadError | None = None
    for number, text, broken in source.lines():
        if _START.match(text):
            if start:
                yield start, error or "\n".join(block)
            block, start, size, error = [], number, 0, None
        elif broken and not start:
            yield number, broken
        size += len(text)
        error = error or broken
        if size > source.max_line_bytes and error is None:
            error = source.error("the entry does not end", line=start, hint=_HINT)
        if start and error is None:
            block.append(text)
    if start:
        yield start, error or "\n".join(block)


def _papers(text: str, line: int, source: Source) -> Iterator[Paper | ReadError]:
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import DuplicateFieldKeyBlock, Entry

    logging.getLogger("bibtexparser").addHandler(_SILENT)
    try:
        library = parse_string(text)
    except Exception as err:  # whatever a young parser meets
        yield source.error(f"broken BibTeX entry: {err}", line=line, hint=_HINT)
        return
    for block in library.blocks:
        entry = block.ignore_error_block if isinstance(block, DuplicateFieldKeyBlock) else block
        if isinstance(entry, Entry):
            fields = {field.key.lower(): str(field.value) for field in reversed(entry.fields)}
            yield _paper(entry.key, fields, line, source)
        elif block in library.failed_blocks:
            yield source.error("broken BibTeX entry", line=line, hint=_HINT)


def _paper(key: str, fields: dict[str, str], line: int, source: Source) -> Paper | ReadError:
    kind = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").lower()
    record = {
        "id": _plain(key),
        "arxiv": _plain(fields.get("eprint", "")) if kind == "arxiv" else "",
        "title": _plain(fields.get("title", "")),
        "abstract": _plain(fields.get("abstract", "")),
        "year": fields.get("year") or fields.get("date", ""),
        "venue": next((_plain(fields[name]) for name in _VENUES if name in fields), ""),
        "authors": [*_people(fields.get("author", ""))],
        "doi": _plain(fields.get("doi", "")),
        "url": [_plain(fields[name]) for name in ("url", "howpublished") if name in fields],
        "categories": _plain(fields.get("keywords", "")),
    }
    return make_paper(record, source, reader="bibtex", line=line)


def _plain(value: str) -> str:
    """Cleaned text without the braces that only keep capitals."""
    without = re.sub(r"(\\[A-Za-z]+)\{|[{}]", r"\1", clean_text(value))
    return clean_text(without)


def _people(value: str) -> Iterator[str]:
    """Names between ``and``; one wholly in braces is an organisation."""
    name, depth = "", 0
    for piece in [*re.split(r"([{}]|\s+and\s+)", " ".join(value.split())), " and "]:
        if piece.strip() == "and" and depth <= 0:
            whole = name.startswith("{") and name.endswith("}")
            if name.strip() not in {"", "others"}:
                yield _plain(name) if whole else natural_name(_plain(name))
            name = ""
        else:
            depth += (piece == "{") - (piece == "}")
            name += piece
