"""Names of authors from the shapes in which files give them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kg.text import clean_text

__all__ = ["author_names", "natural_name"]

_KEYS = ("name", "display_name", "full_name", "raw_author_name", "author")
_FIRST = ("given", "first", "forenames", "first_name", "firstname")
_LAST = ("family", "last", "keyname", "last_name", "lastname")


def author_names(value: object) -> tuple[str, ...]:
    """Names in order from a list of names or objects, or from one text with all of them.

    >>> author_names([{"name": "Ada Ray"}, "Bo Li"]), author_names("Ray, Ada and Li, Bo")
    (('Ada Ray', 'Bo Li'), ('Ada Ray', 'Bo Li'))
    """
    if isinstance(value, str):
        names = _split(clean_text(value))
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        names = [clean_text(_name(item)) for item in value]
    else:
        names = [clean_text(_name(value))]
    return tuple(filter(None, names))


def natural_name(name: str) -> str:
    """The name with the first name in front, as BibTeX reads it.

    >>> natural_name("van der Berg, Jan"), natural_name("Doe, Jr, Jane"), natural_name("Bo Li")
    ('Jan van der Berg', 'Jane Doe Jr', 'Bo Li')
    """
    last, *suffixes = (part.strip() for part in name.split(","))
    first = suffixes.pop() if suffixes else ""
    return " ".join(filter(None, (first, last, *suffixes)))


def _name(value: object, depth: int = 2) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or not depth:
        return ""
    first, last = (next(filter(None, map(value.get, keys)), "") for keys in (_FIRST, _LAST))
    full = next(filter(None, map(value.get, _KEYS)), f"{first} {last}")
    return _name(full, depth - 1)


def _split(text: str) -> list[str]:
    if ";" in text:
        return [natural_name(part) for part in text.split(";")]
    parts = re.split(r" and | & ", text)
    if len(parts) > 1 and all(_is_last_first(part) for part in parts):
        return [natural_name(part) for part in parts]
    names = [part.strip() for part in re.split(r",(?: and | & )?| and | & ", text)]
    return [natural_name(text)] if len(names) == 2 and _is_last_first(text) else names


def _is_last_first(text: str) -> bool:
    """Whether a text with one comma is ``Last, First`` and not two names."""
    halves = [part.split() for part in text.split(",")]
    return len(halves) == 1 or (len(halves) == 2 and any(len(half) == 1 for half in halves))
