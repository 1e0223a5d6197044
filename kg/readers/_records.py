"""From a loose mapping, as files bring it, to a ``Paper``: the one place where fields are read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from pydantic import ValidationError

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._identifiers import arxiv_year, normalize_doi, paper_id
from kg.readers._names import author_names
from kg.readers._source import Source
from kg.text import clean_text

__all__ = ["has_title", "make_paper", "plain"]

_FIELDS: dict[str, tuple[str, ...]] = {
    "id": ("id", "paperid", "identifier", "key", "uid"),
    "title": ("title", "papertitle", "primarytitle", "displayname", "headline"),
    "abstract": ("abstract", "summary", "abstracttext", "paperabstract", "description"),
    "year": ("year", "publicationyear", "published", "publishedat", "publicationdate", "date"),
    "venue": ("venue", "journal", "journalref", "journalname", "booktitle", "conference"),
    "authors": ("authors", "author", "creators", "creator", "authornames"),
    "doi": ("doi",),
    "url": ("url", "urls", "link", "links", "htmlurl", "pdfurl", "paperurl", "absurl"),
    "categories": ("categories", "category", "subjects", "subject", "keywords", "tags", "topics"),
    "arxiv": ("arxiv", "arxivid", "eprint"),
    "openalex": ("openalex", "openalexid"),
    "s2": ("s2", "s2id"),
}
_NAME_KEYS = ("name", "display_name", "value", "title", "text", "id")
_UNSET = 99
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20|21)\d\d(?!\d)")
_URL = re.compile(r"https?://[^\s\x00-\x20\x7f-\x9f\ud800-\udfff<>\"]+", re.IGNORECASE)
_NOT_IN_ID = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_CLASS = re.compile(r"[a-z-]+\.[A-Za-z-]+|[a-z]{2,7}-[a-z]{2,4}|cs|math|stat|eess|econ")


def make_paper(
    record: Mapping[str, object], source: Source, *, reader: str, line: int | None = None
) -> Paper | ReadError:
    """Make a paper of a record; field names count without case, blanks and underscores.

    A missing abstract is fine, a missing title is not. Unknown fields are left out. Of a
    paper on arXiv the id tells year and address, unless the record says null to them.

    Args:
        record: Field names and values of any kind, as the file has them.
        source: Where the record is from, for messages.
        reader: Name of the reader, kept as ``Paper.source``.
        line: Line of the record.
    """
    found: dict[str, object] = dict.fromkeys(_FIELDS)
    ranks: dict[str, int] = {}
    for name, value in record.items():
        field, rank = _slot(str(name))
        if field and _usable(value) and rank < ranks.get(field, _UNSET):
            found[field], ranks[field] = value, rank
        elif field and value is None:
            ranks.setdefault(field, _UNSET)
    title = plain(found["title"])
    if not title:
        hint = "each record needs a 'title' that is not empty"
        return source.error("record without a title", line=line, hint=hint)
    doi = normalize_doi(_raw(found["doi"]))
    url = _URL.search(_raw(found["url"]))
    identifier = paper_id(
        _NOT_IN_ID.sub("_", _raw(found["id"]).strip()),
        title=title,
        doi=doi,
        reader=reader,
        arxiv=(f"arxiv:{_raw(found['arxiv'])}", _raw(found["doi"]), *_texts(found["url"])),
        known={scheme: _raw(found[scheme]) for scheme in ("openalex", "s2")},
    )
    arxiv = identifier.removeprefix("arxiv:") if identifier.startswith("arxiv:") else ""
    year = _year(found["year"])
    if arxiv and "year" not in ranks:
        year = arxiv_year(arxiv)
    address = url[0] if url else None
    if arxiv and "url" not in ranks:
        address = f"https://arxiv.org/abs/{arxiv}"
    try:
        return Paper(
            id=identifier,
            title=title,
            abstract=plain(found["abstract"]),
            year=year,
            venue=plain(found["venue"]) or None,
            authors=author_names(found["authors"]),
            doi=doi,
            url=address,
            categories=_labels(found["categories"]),
            source=reader,
        )
    except ValidationError as err:
        flaw = err.errors(include_url=False)[0]
        return source.error(f"{'.'.join(map(str, flaw['loc']))}: {flaw['msg']}", line=line)


def plain(value: object) -> str:
    """Cleaned text of a value; of a list the first, of an object its name."""
    return clean_text(_raw(value))


def _raw(value: object, depth: int = 3) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if not _usable(value) or isinstance(value, bool) or not depth:
        return ""
    if isinstance(value, Mapping):
        name = next((value[key] for key in _NAME_KEYS if _usable(value.get(key))), None)
        return _raw(name, depth - 1)
    if isinstance(value, Sequence):
        return _raw(next(filter(_usable, value), None), depth - 1)
    return str(value)


def _texts(value: object) -> list[str]:
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_raw(item) for item in value]
    return [_raw(value)]


def _usable(value: object) -> bool:
    return value is not None and value != "" and value == value and value not in ([], {}, ())


def _year(value: object) -> int | None:
    match = _YEAR.search(_raw(value)[:200])
    return int(match[0]) if match else None


def _labels(value: object) -> tuple[str, ...]:
    """Subject classes from a list, or from a text with ``;``, ``,`` or arXiv's blanks between."""
    texts = _texts(value)
    if isinstance(value, str):
        words = value.split()
        separator = ";" if ";" in value else ","
        texts = words if all(map(_CLASS.fullmatch, words)) else value.split(separator)
    return tuple(dict.fromkeys(filter(None, map(clean_text, texts))))


@lru_cache(maxsize=1024)
def _slot(name: str) -> tuple[str, int]:
    """The field that a name stands for, and how much it is preferred, from 0; or an empty one."""
    key = re.sub(r"[^a-z0-9]", "", name.lower())
    hits = ((field, names.index(key)) for field, names in _FIELDS.items() if key in names)
    return next(hits, ("", _UNSET))


def has_title(names: Sequence[str]) -> bool:
    """Whether one of the column names is one for titles."""
    return any(_slot(name)[0] == "title" for name in names)
