"""Readers, addresses, abbreviations and cleaning on bytes that nobody would write."""

from __future__ import annotations

import io
import tempfile
from itertools import pairwise
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.extractors.abbreviations import find_abbreviations
from kg.extractors.urls import find_urls
from kg.model import Paper
from kg.readers import READERS, read_papers
from kg.text import clean_text

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">'
OAI = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'


def parquet_table() -> bytes:
    file = io.BytesIO()
    table = pyarrow.table({"title": ["One", "Two"], "abstract": ["A text.", None], "year": [1, 2]})
    pyarrow.parquet.write_table(table, file)
    return file.getvalue()


SEEDS: dict[str, bytes] = {
    "arxiv_atom": f"{ATOM}<entry><id>x:1</id><title>T</title></entry></feed>".encode(),
    "arxiv_jsonl": b'{"id": "2401.00001", "title": "T", "authors_parsed": [["L", "F", ""]]}\n',
    "arxiv_oai": (
        OAI + "<record><metadata><dc><title>T</title></dc></metadata></record></OAI-PMH>"
    ).encode(),
    "bibtex": b"@string{j = {J}}\n@article{k, title = {T {X}}, author = {A and B}, journal = j}\n",
    "csv": b'title,abstract\n"T, 1",x\n',
    "daily_papers": b"Daily Papers\n\nA title\n\n" + b"We study words. " * 20 + b"\n",
    "hf_daily_papers": b'[{"paper": {"id": "2401.00001", "title": "T"}, "publishedAt": "2024"}]',
    "jsonl": b'{"title": "T", "abstract": "A", "authors": [{"name": "N"}], "year": 2024}\n',
    "openalex": b'{"title": "T", "abstract_inverted_index": {"a": [0], "b": [1]}, "topics": 1}\n',
    "parquet": parquet_table(),
    "ris": b"TY  - JOUR\nTI  - T\nAU  - L, F\nPY  - 2024\nUR  - http://a.b\nER  - \n",
    "semantic_scholar": b'{"paperId": "a", "title": "T", "externalIds": {"DOI": "10.1000/x"}}\n',
    "tsv": b"title\tabstract\nT\tx\n",
}
PIECES = (
    b'"', b"'", b"\n", b"\r", b"\x00", b"\\", b"{", b"}", b"[", b"]", b"<", b">", b"&a;", b"&#x0;",
    b"\xff", b"\xed\xa0\x80", b"\\ud800", b"null", b"1e999", b"-1", b"NaN", b"@a{", b"ER  - \n",
    b"TY  - \n", b"<!--", b"<![CDATA[", b"<!DOCTYPE a>", b"\xef\xbb\xbf", b",", b"\t", b"=", b"#",
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, seed: bytes) -> bytes:
    """A good file in which a few stretches are cut, doubled, or replaced by telling pieces."""
    data = seed
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 40)))
        new = draw(st.sampled_from([b"", data[start:end] * 2, *PIECES]) | st.binary(max_size=4))
        data = data[:start] + new + data[end:]
    return data


def read(data: bytes, name: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bad.dat"
        path.write_bytes(data)
        errors: list[Exception] = []
        try:
            for paper in read_papers(path, format=name, on_error=errors.append):
                assert Paper.model_validate_json(paper.model_dump_json()) == paper
                assert paper.title == clean_text(paper.title) != ""
        except InputError as err:
            errors.append(err)
        for error in errors:
            assert str(path) in str(error)
            assert "\n" not in str(error)
            assert len(str(error)) < 1000


def test_every_reader_is_here() -> None:
    assert sorted(SEEDS) == sorted(READERS.names())
    for name, seed in SEEDS.items():
        read(seed, name)


@pytest.mark.parametrize("name", SEEDS)
@settings(max_examples=60)
@given(data=st.data())
def test_a_reader_on_mutated_files(name: str, data: st.DataObject) -> None:
    read(data.draw(mutated(SEEDS[name])), name)


@pytest.mark.parametrize("name", SEEDS)
@settings(max_examples=30)
@given(data=st.binary(max_size=300))
def test_a_reader_on_bytes(name: str, data: bytes) -> None:
    read(data, name)


@settings(max_examples=100)
@given(data=st.binary(max_size=300) | st.sampled_from(sorted(SEEDS.values())).flatmap(mutated))
def test_formats_are_detected_in_anything(data: bytes) -> None:
    read(data, None)


TEXTS = st.lists(
    st.text(max_size=8)
    | st.sampled_from(
        ["https://", "http:/", "www.", "github.com/", "doi:10.1000/", "arXiv:2401.00001", ".com",
         "@", "%", "&amp;", "\\url{", "}", "(", ")", "[", "]", "long form (LF)", "LF (long form)",
         "$", "^", "_", "{", "\\'", "\\textbf", "<sub>", "&lt;", "~", "-\n", "\n\n", "\x00"]
    ),
    max_size=20,
).map("".join)  # fmt: skip


@settings(max_examples=300)
@given(TEXTS)
def test_text_code_on_anything(text: str) -> None:
    spans = [(url.start, url.end) for url in find_urls(text)]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    for found in find_abbreviations(text):
        assert 0 <= found.short_start < found.short_end <= len(text)
        assert 0 <= found.long_start < found.long_end <= len(text)
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
