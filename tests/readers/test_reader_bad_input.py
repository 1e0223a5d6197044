"""Broken records and broken sources: one line that says where, what, and what to do."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from kg.errors import InputError, KgError, ReadError
from kg.readers import read_papers

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">'
ENTRY = "<entry><id>x:{0}</id><title>Paper {0}</title></entry>"
OAI = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
ONE_PER_LINE = "one JSON object per line is expected, or one JSON array of objects"
GET_AGAIN = "what came before was read; mend the file or get it again for the rest"
COPY_AGAIN = "copy or download the file again; what came before was read"
TITLE = "each record needs a 'title' that is not empty"

RECORDS: dict[str, tuple[str, bytes, list[tuple[str, str]]]] = {
    "a line that is no JSON": (
        "a.jsonl",
        b'{"title": "Good"\n{"title": "Good"}\n\noops\n',
        [
            ("1: not valid JSON: expecting ',' delimiter", ONE_PER_LINE),
            ("4: not valid JSON: expecting value", ONE_PER_LINE),
        ],
    ),
    "a record that is no object": (
        "a.jsonl",
        b'{"title": "Good"}\n"text"\n[1]\nnull\n12\n',
        [(f"{n}: the record is not a JSON object", ONE_PER_LINE) for n in (2, 3, 4, 5)],
    ),
    "a record without a title": (
        "a.jsonl",
        b'{"abstract": "x"}\n{"title": " \\u200b "}\n{"title": null}\n{"title": "Good"}\n',
        [(f"{n}: record without a title", TITLE) for n in (1, 2, 3)],
    ),
    "JSON nested deeper than 100 levels": (
        "a.jsonl",
        b'{"title": "Good"}\n{"title": ' + b"[" * 100_000 + b"\n",
        [("2: not valid JSON: nested deeper than 100 levels", ONE_PER_LINE)],
    ),
    "a number that is too long": (
        "a.jsonl",
        b'{"title": "Good"}\n{"title": "x", "year": ' + b"9" * 5000 + b"}\n",
        [("2: not valid JSON: *", ONE_PER_LINE)],
    ),
    "a line that is not UTF-8": (
        "a.jsonl",
        b'{"title": "Good"}\n{"title": "Zo\xeb"}\n',
        [
            (
                "2: not valid UTF-8: byte 0xeb at position 14",
                "convert it first, such as: iconv -f latin1 -t utf-8 FILE > NEW_FILE",
            )
        ],
    ),
    "an array with a value": (
        "a.json",
        b'[\n {"title": "Good"},\n "text"\n]',
        [("3: the record is not a JSON object", ONE_PER_LINE)],
    ),
    "a row with too many cells": (
        "a.csv",
        b"title,abstract\nGood,x\nBad,one, two\n",
        [("3: row has 3 cells, the header 2", "put a cell with quotes *")],
    ),
    "a row without a title": ("a.csv", b"title,abstract\n,x\nGood,\n", [("2: record *", TITLE)]),
    "a quote that is not closed": (
        "a.csv",
        b'title,abstract\nGood,x\nBad,"x\nWorse,x\n',
        [("3: broken row: unexpected end of data", "put a cell with quotes *")],
    ),
    "a row that is not UTF-8": (
        "a.tsv",
        b"title\tabstract\nZo\xeb\tx\nGood\tx\n",
        [("2: not valid UTF-8: byte 0xeb at position 3", "convert it first*")],
    ),
    "a BibTeX entry that does not end": (
        "a.bib",
        b"@article{a,\n title = {Bad\n}\n@article{b, title={Good}}\n",
        [("1: broken BibTeX entry", "check its braces, commas and quotes")],
    ),
    "a BibTeX entry without a title": (
        "a.bib",
        b"@article{a, year=2000}\n@article{b, title={Good}}\n",
        [("1: record without a title", TITLE)],
    ),
    "a BibTeX entry that is not UTF-8": (
        "a.bib",
        b"@article{a,\n title={Zo\xeb}}\n@article{b, title={Good}}\n",
        [("2: not valid UTF-8: *", "convert it first*")],
    ),
    "a RIS record without a title": (
        "a.ris",
        b"TY  - JOUR\nAB  - x\nER  - \nTY  - JOUR\nTI  - Good\nER  - \n",
        [("1: record without a title", TITLE)],
    ),
    "an Atom entry about an error": (
        "a.xml",
        (
            ATOM + "\n<entry><id>http://arxiv.org/api/errors#1</id><title>Error</title>"
            "<summary>bad\n query</summary></entry><entry><title>Good</title></entry></feed>"
        ).encode(),
        [("2: the arXiv API reports an error: bad query", "change the query")],
    ),
    "an OAI record without metadata": (
        "a.xml",
        (
            f"{OAI}\n<record/><record><metadata><dc><title>Good</title></dc></metadata></record>"
            "</OAI-PMH>"
        ).encode(),
        [("2: record without metadata", "")],
    ),
}


def matches(text: str, pattern: str) -> bool:
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern


@pytest.mark.parametrize("case", RECORDS)
def test_a_broken_record_is_reported_and_the_rest_is_read(case: str, tmp_path: Path) -> None:
    name, data, expected = RECORDS[case]
    path = tmp_path / name
    path.write_bytes(data)
    errors: list[ReadError] = []
    assert [paper.title for paper in read_papers(path, on_error=errors.append)] == ["Good"]
    assert len(errors) == len(expected)
    for error, (message, hint) in zip(errors, expected, strict=True):
        assert matches(str(error), f"{path}:{message}"), str(error)
        assert matches(error.hint, hint), error.hint
        assert "\n" not in str(error)
    assert [paper.title for paper in read_papers(path)] == ["Good"]
    with pytest.raises(ReadError) as caught:
        list(read_papers(path, strict=True))
    assert str(caught.value) == str(errors[0])


LINES = "".join(f'{{"title": "Paper {n}", "x": "{n * 7919 % 9973}"}}\n' for n in range(5000))
ENTRIES = "".join(ENTRY.format(n) for n in range(5000))
ARRAY = f"[{','.join(LINES.splitlines())}]"

SOURCES: dict[str, tuple[str, bytes, int, str, str]] = {
    "an empty file": (
        "a.jsonl",
        b"",
        0,
        ": the file is empty",
        "there is nothing to read; check how the file was made",
    ),
    "a blank file": ("a.csv", b" \n\n", 0, ": the file is empty", "there is *"),
    "an empty gzip": (
        "a.jsonl.gz",
        gzip.compress(b"", mtime=0),
        0,
        ": the file is empty",
        "there is *",
    ),
    "no papers": (
        "a.json",
        b"[]",
        0,
        ": no papers in it, read as jsonl",
        "name another format with --format, if it is not one",
    ),
    "a table without titles": (
        "a.csv",
        b"name,text\nA,b\n",
        0,
        ":1: no column 'title' among: name, text",
        "name the column of the titles 'title' in the first row",
    ),
    "truncated XML": (
        "a.xml",
        (ATOM + "\n" + ENTRY.format(0) + "<entry><title>Cut").encode(),
        1,
        ":2: broken XML: Premature end of data in tag title line 2",
        GET_AGAIN,
    ),
    "XML that is not well formed": (
        "a.xml",
        (ATOM + ENTRY.format(0) + "<entry></feed>").encode(),
        1,
        ":1: broken XML: *",
        GET_AGAIN,
    ),
    "XML with unknown entities": (
        "a.xml",
        (ATOM + ENTRY.format(0) + "<entry><title>&eacute;</title></entry></feed>").encode(),
        1,
        ":1: broken XML: Entity 'eacute' not defined",
        GET_AGAIN,
    ),
    "a cut-off gzip of XML": (
        "a.xml.gz",
        gzip.compress((ATOM + ENTRIES + "</feed>").encode(), mtime=0)[:-200],
        4000,
        ": the gzip data is cut off",
        COPY_AGAIN,
    ),
    "a cut-off gzip of lines": (
        "a.jsonl.gz",
        gzip.compress(LINES.encode(), mtime=0)[:-200],
        4000,
        ": the gzip data is cut off",
        COPY_AGAIN,
    ),
    "a cut-off gzip of an array": (
        "a.json.gz",
        gzip.compress(ARRAY.encode(), mtime=0)[:-200],
        4000,
        ": the gzip data is cut off",
        COPY_AGAIN,
    ),
    "a cut-off zstd": (
        "a.jsonl.zst",
        zstandard.compress(LINES.encode() * 9)[:-200],
        3000,
        ": the zstd data is cut off",
        COPY_AGAIN,
    ),
    "a damaged gzip": (
        "a.jsonl.gz",
        gzip.compress(LINES.encode(), mtime=0)[:-8] + bytes(8),
        4000,
        ": the gzip data is damaged: CRC check failed*",
        COPY_AGAIN,
    ),
    "a gzip in name only": (
        "a.jsonl.gz",
        b"\x1f\x8bnot really gzip",
        0,
        ": the gzip data is damaged: *",
        COPY_AGAIN,
    ),
    "a cut-off array": (
        "a.json",
        b'[{"title": "Paper 0"},\n{"title": "Paper 1"',
        1,
        ":2: the JSON is cut off: *",
        GET_AGAIN,
    ),
    "an array that does not end": (
        "a.json",
        b'[\n{"title": "Paper 0"},\n',
        1,
        ":3: the JSON is cut off: the array does not end",
        GET_AGAIN,
    ),
    "a broken array": (
        "a.json",
        b'[{"title": "Paper 0"},\n{"title" "Paper 1"}, {"title": "Paper 2"}]',
        1,
        ":2: not valid JSON: expecting ':' delimiter",
        GET_AGAIN,
    ),
    "an array nested deeper than 100 levels": (
        "a.json",
        b'[{"title": "Paper 0"},\n' + b"[" * 200_000,
        1,
        ":2: not valid JSON: nested deeper than 100 levels",
        GET_AGAIN,
    ),
    "broken Parquet": (
        "a.parquet",
        b"PAR1 and nothing more PAR1",
        0,
        ": broken Parquet: *",
        "write the file again, or copy it again from where it is whole",
    ),
    "an OAI answer without records": (
        "a.xml",
        f"{OAI}<ListIdentifiers/></OAI-PMH>".encode(),
        0,
        ": no papers in it, read as arxiv_oai",
        "name another *",
    ),
}


@pytest.mark.parametrize("case", SOURCES)
def test_a_broken_source_gives_what_was_good_and_then_fails(case: str, tmp_path: Path) -> None:
    name, data, least, message, hint = SOURCES[case]
    path = tmp_path / name
    path.write_bytes(data)
    titles = []
    with pytest.raises(InputError) as caught:  # noqa: PT012
        for paper in read_papers(path, strict=True):
            titles.append(paper.title)
    assert titles == [f"Paper {n % 5000}" for n in range(len(titles))]
    assert len(titles) >= least
    assert len(titles) == least or least > 100
    assert matches(str(caught.value), f"{path}{message}"), str(caught.value)
    assert matches(caught.value.hint, hint), caught.value.hint
    assert "\n" not in str(caught.value)


def test_an_oai_error_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(f'{OAI}<error code="badArgument">no such\n set</error></OAI-PMH>', "utf-8")
    with pytest.raises(ReadError, match="the repository reports badArgument: no such set"):
        list(read_papers(path, strict=True))


def test_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "missing.jsonl"
    with pytest.raises(InputError) as caught:
        list(read_papers(path))
    assert str(caught.value) == f"{path}: no such file"
    assert caught.value.hint == "check the path; '-' reads standard input"


def test_a_directory(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        list(read_papers(tmp_path))
    assert str(caught.value) == f"{tmp_path}: is a directory"
    assert caught.value.hint == f"name the files inside it, such as {tmp_path}/*.jsonl"


def test_the_outermost_element_has_to_fit_a_forced_format(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text("<html/>", "utf-8")
    with pytest.raises(InputError, match="outermost element is <html>") as caught:
        list(read_papers(path, format="arxiv_atom"))
    assert "<feed>" in caught.value.hint


def test_a_name_with_line_ends_stays_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a\nb.jsonl"
    path.write_text("oops\n", "utf-8")
    with pytest.raises(ReadError) as caught:
        list(read_papers(path, strict=True))
    assert "\n" not in str(caught.value)


BOMB = (
    "<!DOCTYPE feed ["
    + '<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)
SECRET = '<!DOCTYPE feed [<!ENTITY secret SYSTEM "{}">]>'


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("password", "utf-8")
    for number, (prologue, name) in enumerate([(BOMB, "a11"), (SECRET.format(secret), "secret")]):
        path = tmp_path / f"{number}.xml"
        entry = f"<entry><title>Title &{name};</title></entry>"
        path.write_text(f"{prologue}{ATOM}{entry}</feed>", "utf-8")
        try:
            titles = [paper.title for paper in read_papers(path)]
        except KgError as err:
            titles = [str(err)]
        assert len(titles) == 1
        assert len(titles[0]) < 500
        assert "password" not in titles[0]


def test_control_characters_in_json_are_cleaned(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    record = {
        "id": "a\x00b \x1b",
        "title": "A\x00title\x07",
        "venue": "V\ud800",
        "url": "http://a\x01",
    }
    path.write_text(json.dumps(record) + '\n{"title": "raw \x01 \t one"}\n', "utf-8")
    first, second = read_papers(path, strict=True)
    assert (first.id, first.title, first.venue) == ("jsonl:a_b_", "A title", "V\ufffd")
    assert (first.url, second.title) == ("http://a", "raw one")
