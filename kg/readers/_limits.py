"""What a source may ask of the machine: limits that files of papers do not come near."""

from __future__ import annotations

import os

from kg.errors import ConfigError

__all__ = [
    "BROKEN_IN_A_ROW",
    "FREE_BYTES",
    "JSON_DEPTH",
    "RAISE_LIMIT",
    "RAISE_RATIO",
    "RAISE_RECORD",
    "RATIO",
    "RECORD_BYTES",
    "mebibytes",
    "ratio_limit",
    "record_limit",
]

RECORD_BYTES = 16 * 2**20
"""Longest line or record that is taken in, in bytes."""
JSON_DEPTH = 100
"""Arrays and objects inside each other in one record."""
RATIO = 200
"""How many times larger than its file compressed data may become; abstracts become 3 to 5."""
FREE_BYTES = 64 * 2**20
"""So much may come out of a compressed file in any case."""
BROKEN_IN_A_ROW = 10_000
"""Broken records one after the other, from which a source is not what it is read as."""

_RECORD = "KG_MAX_RECORD_MB"
_RATIO = "KG_MAX_RATIO"
RAISE_LIMIT = f"{_RECORD}=64 raises the limit"
"""The hint for what lies between two records."""
RAISE_RECORD = f"put one record on a line; {RAISE_LIMIT}"
"""The hint for a record that is too long."""
RAISE_RATIO = f"this looks like a bomb; if you know that it is none: {_RATIO}=5000"
"""The hint for data that becomes too much."""


def record_limit() -> int:
    """Bytes of the longest record: ``KG_MAX_RECORD_MB`` or what is usual.

    Raises:
        ConfigError: The variable is not a number from 1 to 65536.
    """
    return _variable(_RECORD, RECORD_BYTES // 2**20, 2**16) * 2**20


def ratio_limit() -> int:
    """How many times larger compressed data may become: ``KG_MAX_RATIO`` or what is usual.

    Raises:
        ConfigError: The variable is not a number from 1 to a million.
    """
    return _variable(_RATIO, RATIO, 10**6)


def mebibytes(size: int) -> str:
    """A size for a message.

    >>> mebibytes(16 * 2**20)
    '16 MiB'
    """
    return f"{size / 2**20:g} MiB"


def _variable(name: str, usual: int, most: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= most):
        raise ConfigError(f"{name} is '{text[:40]}'", hint=f"give a whole number from 1 to {most}")
    return int(text)
