"""Which reader a source goes to: by content, by suffix, and when neither helps."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from kg.errors import InputError, UnknownNameError
from kg.readers import READERS, Source, read_papers
from kg.readers._sniff import detect_format

ATOM = '<?xml version="1.0"?>\n<!-- a -->\n<feed xmlns="http://www.w3.org/2005/Atom">'

TABLE = [
    ("a.jsonl", '{"title": "x"}\n', "jsonl"),
    ("a.json", '[\n{"title": "x"}]', "jsonl"),
    ("a.json", '{\n  "title": "x"\n}', "jsonl"),
    ("a", '{"title": "x"}', "jsonl"),
    ("a.txt", '\n  {"title": "x"}', "jsonl"),
    ("a.jsonl", '{"title": "cut off', "jsonl"),
    ("a.jsonl", '{"title": "' + "x" * 70_000 + '"}', "jsonl"),
    ("a.json", '{"id": "1", "update_date": "", "categories": ""}', "arxiv_jsonl"),
    ("a.jsonl", '{"id": "1", "authors_parsed": []}', "arxiv_jsonl"),
    ("a.json", '[{"paper": {"id": "1"}, "publishedAt": ""}]', "hf_daily_papers"),
    ("a.jsonl", '{"id": "W1", "abstract_inverted_index": null}', "openalex"),
    ("a.json", '{"meta": {}, "results": [{"authorships": []}]}', "openalex"),
    ("a.jsonl", '{"paperId": "1"}', "semantic_scholar"),
    ("a.jsonl", '{"corpusid": 1}', "semantic_scholar"),
    ("a.xml", ATOM, "arxiv_atom"),
    ("a", ATOM, "arxiv_atom"),
    ("a.xml", '<OAI-PMH xmlns="x">', "arxiv_oai"),
    ("a.xml", '<o:OAI-PMH xmlns:o="x">', "arxiv_oai"),
    ("a.bib", "nothing yet", "bibtex"),
    ("a.txt", "% made by hand\n@article{a, title={x}}", "bibtex"),
    ("a.RIS", "", "ris"),
    ("a.txt", "\nTY  - JOUR\n", "ris"),
    ("a.csv", "anything", "csv"),
    ("a", "id,title,abstract\n", "csv"),
    ("a.dat", '"Title";"Abstract"\n', "csv"),
    ("a", "title\tabstract\n", "tsv"),
    ("a.txt", "new\n\nDaily Papers\n", "daily_papers"),
    ("a", "new\n\nGet trending papers in your email inbox!\n", "daily_papers"),
    ("a.txt", "A title\n\nAn abstract\n", "daily_papers"),
    ("a.parquet", "PAR1", "parquet"),
    ("a", "PAR1", "parquet"),
]


@pytest.mark.parametrize(("name", "content", "format"), TABLE)
@pytest.mark.parametrize("packed", [False, True])
def test_detection(name: str, content: str, format: str, packed: bool, tmp_path: Path) -> None:
    data = content.encode()
    path = tmp_path / (name + ".gz" * packed)
    path.write_bytes(gzip.compress(data) if packed else data)
    with Source(path) as source:
        assert detect_format(source, READERS) == format


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (b"%PDF-1.7\n", "is a PDF", "kg reads titles"),
        (b"PK\x03\x04rest", "is a zip archive or an office file", "unpack it"),
        (b"BZh9", "is bzip2 data", "unpack it first"),
        (b"SQLite format 3\0", "is an SQLite database", "export the table"),
        (b"<!DOCTYPE html><html>", "is a web page", "copy its text"),
        (b"\x7fELF\0\0", "looks like no known format", "--format: arxiv_atom, arxiv_jsonl"),
        (bytes(range(256)), "looks like no known format", "--format"),
        (b"<svg></svg>", "looks like no known format", "--format"),
        (b"just some words", "looks like no known format", "--format"),
    ],
)
def test_no_known_format(content: bytes, message: str, hint: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        list(read_papers(path))
    assert str(caught.value) == f"{path}: {message}"
    assert hint in caught.value.hint


def test_an_unknown_format_is_named_before_anything_is_opened(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="unknown input format 'jsnl'") as caught:
        list(read_papers(tmp_path / "missing", format="jsnl"))
    assert caught.value.hint == "did you mean 'jsonl'?"
