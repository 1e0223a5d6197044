"""Which reader a source is for, from its first bytes and the suffix of its name."""

from __future__ import annotations

import re
from typing import TypeVar

from kg.errors import InputError
from kg.readers._source import Source
from kg.registry import Registry

__all__ = ["detect_format", "refuse_binary"]

T = TypeVar("T")

_HEAD = 64 * 2**10
_OPEN_SUFFIXES = (".json", ".jsonl", ".ndjson", ".xml", ".atom", ".txt", ".text")
"""Suffixes that say too little: the content decides."""
_KEY = re.compile(rb'"([A-Za-z][\w-]{0,40})"\s{0,9}:')
_JSON_KEYS: tuple[tuple[str, frozenset[bytes]], ...] = (
    ("openalex", frozenset({b"abstract_inverted_index"})),
    ("openalex", frozenset({b"authorships"})),
    ("semantic_scholar", frozenset({b"paperId"})),
    ("semantic_scholar", frozenset({b"corpusid"})),
    ("hf_daily_papers", frozenset({b"paper", b"publishedAt"})),
    ("hf_daily_papers", frozenset({b"paper", b"summary"})),
    ("arxiv_jsonl", frozenset({b"authors_parsed"})),
    ("arxiv_jsonl", frozenset({b"journal-ref"})),
    ("arxiv_jsonl", frozenset({b"update_date", b"categories"})),
)
_TEXT: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("arxiv_oai", re.compile(rb"\s*<[^>]{0,999}<?(?:[\w.-]+:)?OAI-PMH[\s>]|<OAI-PMH[\s>]")),
    ("arxiv_atom", re.compile(rb"<(?:[\w.-]+:)?feed[\s>]")),
    ("ris", re.compile(rb"(?m)^\s{0,9}TY  ?- ")),
    ("bibtex", re.compile(rb"(?m)^\s{0,9}@\w{1,30}\s{0,9}[{(]")),
    ("daily_papers", re.compile(rb"(?mi)^\s{0,9}(?:daily papers|get trending papers\b.*)\s*$")),
)
_FOREIGN = (
    (b"%PDF", "a PDF", "kg reads titles and abstracts; export them from where the PDF is listed"),
    (b"PK\x03\x04", "a zip archive or an office file", "unpack it, or save the table as CSV"),
    (b"BZh", "bzip2 data", "unpack it first, or use gzip or zstd"),
    (b"\xfd7zXZ", "xz data", "unpack it first, or use gzip or zstd"),
    (b"SQLite format 3", "an SQLite database", "export the table of papers as CSV"),
)


def refuse_binary(source: Source) -> None:
    """Refuse what is no text.

    Raises:
        InputError: The content is binary and not Parquet.
    """
    head = source.peek(_HEAD if source.filename else 512)
