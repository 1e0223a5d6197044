"""Which reader a source is for, from its first bytes and the suffix of its name."""

from __future__ import annotations

import re
from typing import TypeVar

from kg.errors import InputError
from kg.readers._source import Source
from kg.registry import Registry

__all__ = ["detect_format"]

T = TypeVar("T")

_HEAD = 64 * 2**10
_VAGUE_SUFFIXES = (".json", ".jsonl", ".ndjson", ".xml", ".txt")
"""Suffixes that say too little: the content decides."""
_KEY = re.compile(rb'"([A-Za-z][\w-]{0,40})"\s{0,9}:')
_JSON: tuple[tuple[str, frozenset[bytes]], ...] = (
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
_XML: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("arxiv_oai", re.compile(rb"<(?:[\w.-]{1,40}:)?OAI-PMH[\s>]")),
    ("arxiv_atom", re.compile(rb"<(?:[\w.-]{1,40}:)?feed[\s>]")),
)
_TEXT: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("ris", re.compile(rb"^[ \t]{0,9}TY  ?- ?", re.MULTILINE)),
    ("bibtex", re.compile(rb"^[ \t]{0,9}@[A-Za-z]{1,30}[ \t]{0,9}[{(]", re.MULTILINE)),
    (
        "daily_papers",
        re.compile(rb"^[ \t]{0,9}(?:Daily Papers|Get trending papers )", re.MULTILINE),
    ),
)
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF", "kg reads titles and abstracts: export them from a library or an index"),
    (b"PK\x03\x04", "a zip archive or an office file", "unpack it, or save the table as CSV"),
    (b"BZh", "bzip2 data", "unpack it first, or use gzip or zstd"),
    (b"\xfd7zXZ", "xz data", "unpack it first, or use gzip or zstd"),
    (b"SQLite format 3", "an SQLite database", "export the table of papers as CSV"),
    (b"<!doctype html", "a web page", "copy its text into a .txt file, or use the site's API"),
    (b"<html", "a web page", "copy its text into a .txt file, or use the site's API"),
)


def detect_format(source: Source, readers: Registry[T]) -> str:
    """Name of the reader for a source.

    A suffix that says enough (``.csv``, ``.bib``, one of a plugin) decides; otherwise the content
    does: the first line where that is enough, so that a slow pipe need not wait for more.

    Args:
        source: The source, not read yet.
        readers: The registry, for its suffixes.

    Raises:
        InputError: The content looks like no known format.
    """
    first = source.peek_line()
    for magic, what, hint in _FOREIGN:
        if first[: len(magic)].lower() == magic.lower():
            raise InputError(f"{source.name}: is {what}", hint=hint)
    by_suffix = readers.name_for(source.filename) if source.filename else None
    if first.startswith(b"PAR1"):
        return "parquet"
    vague = by_suffix is None or source.filename.lower().endswith(_VAGUE_SUFFIXES)
    name = (_by_content(source, first) or by_suffix) if vague else by_suffix
    if name is None or b"\0" in first:
        hint = f"if it is text, name its format with --format: {', '.join(readers.names())}"
        raise InputError(f"{source.name}: looks like no known format", hint=hint)
    return name


def _by_content(source: Source, first: bytes) -> str | None:
    if first.startswith((b"{", b"[")):
        complete = first.startswith(b"{") and first.rstrip().endswith(b"}")
        keys = set(_KEY.findall(first if complete else source.peek(_HEAD)))
        return next((name for name, wanted in _JSON if wanted <= keys), "jsonl")
    if first.startswith(b"<"):
        head = source.peek(_HEAD)
        return next((name for name, pattern in _XML if pattern.search(head)), None)
    for separator, name in ((b"\t", "tsv"), (b",", "csv"), (b";", "csv")):
        cells = [cell.strip().strip(b'"').lower() for cell in first.split(separator)]
        if len(cells) > 1 and b"title" in cells:
            return name
    head = source.peek(_HEAD)
    return next((name for name, pattern in _TEXT if pattern.search(head)), None)
