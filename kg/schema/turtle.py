"""Turtle written by hand, in a fixed order, so that bytes compare."""

from __future__ import annotations

import json
from collections.abc import Iterable

from kg.schema.rdf import SCHEMA_NAMESPACES

__all__ = ["Lines", "block", "document", "subject", "text"]

Lines = list[str]


def document(subjects: Iterable[str], *, prefixes: Iterable[str]) -> str:
    """The prefixes that are used, then the subjects."""
    head = "".join(f"@prefix {p}: <{SCHEMA_NAMESPACES[p]}> .\n" for p in sorted(prefixes))
    return "\n".join([head, *subjects])


def subject(name: str, lines: Lines) -> str:
    """A subject with ``property value`` lines."""
    return f"{name}\n    " + " ;\n    ".join(lines) + " .\n"


def block(predicate: str, lines: Lines) -> str:
    """A property whose value is a node without a name."""
    body = "".join(f"        {line} ;\n" for line in lines)
    return f"{predicate} [\n{body}    ]"


def text(value: str) -> str:
    """A string literal: JSON's escapes are a subset of Turtle's."""
    return json.dumps(value, ensure_ascii=False)
