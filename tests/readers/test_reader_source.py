"""Sources: files and standard input, compressed or not, in any encoding with a mark."""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path

import pytest
import zstandard

from kg.errors import InputError, ReadError
from kg.readers import Source, read_papers

LINES = '{"title": "Eins: Zoë"}\n{"title": "Zwei"}\n'
TITLES = ["Eins: Zoë", "Zwei"]


def titles(path: str | Path) -> list[str]:
    return [paper.title for paper in read_papers(path, strict=True)]


class Stdin:
    """Standard input that gives its bytes in small pieces."""

    def __init__(self, data: bytes) -> None:
        self.buffer: io.BufferedIOBase = io.BufferedReader(io.BytesIO(data), 16)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", LINES.encode()),
        ("a.jsonl", LINES.replace("\n", "\r\n").encode()),
        ("a.jsonl", LINES.rstrip().encode()),
        ("a.jsonl", LINES.encode("utf-8-sig")),
        ("a.jsonl", LINES.encode("utf-16")),
        ("a.jsonl", b"\xfe\xff" + LINES.encode("utf-16-be")),
        ("a.jsonl.gz", gzip.compress(LINES.encode(), mtime=0)),
        ("a.jsonl", gzip.compress(LINES.encode(), mtime=0)),
        ("a.jsonl.gz", LINES.encode()),
        (
            "a.jsonl.gz",
            gzip.compress(LINES[:23].encode(), mtime=0)
            + gzip.compress(LINES[23:].encode(), mtime=0),
        ),
        ("a.jsonl.zst", zstandard.compress(LINES.encode())),
        ("a", zstandard.compress(LINES.encode("utf-8-sig"))),
        ("a.zst", zstandard.compress(LINES[:9].encode()) + zstandard.compress(LINES[9:].encode())),
        ("a.jsonl.zst", zstandard.compress(LINES.encode("utf-16"))),
    ],
    ids=(
        "plain crlf no-final-newline bom utf16 utf16-be gz gz-by-magic not-gz two-gz-members zst "
        "zst-by-magic-bom two-zst-frames zst-utf16"
    ).split(),
)
def test_encodings_and_compression(
    name: str, data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert titles(path) == TITLES
    monkeypatch.setattr(sys, "stdin", Stdin(data))
    assert titles("-") == TITLES


def test_every_format_reads_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(__file__).parent.parent / "data" / "readers"
    for path in sorted(folder.iterdir()):
        monkeypatch.setattr(sys, "stdin", Stdin(path.read_bytes()))
        assert list(read_papers("-")) == list(read_papers(path)), path.name


def test_xml_in_utf16_may_say_so(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><feed xmlns="http://www.w3.org/2005/Atom">'
    text += "<entry><id>x:1</id><title>Zoë</title></entry></feed>"
    path = tmp_path / "a.xml"
    path.write_bytes(text.encode("utf-16"))
    assert titles(path) == ["Zoë"]


def test_parquet_may_be_compressed_again(tmp_path: Path) -> None:
    data = (Path(__file__).parent.parent / "data" / "readers" / "papers.parquet").read_bytes()
    path = tmp_path / "a.parquet.gz"
    path.write_bytes(gzip.compress(data, mtime=0))
    assert titles(path) == ["KiteFormer", "Planning with Two Hats"]


def test_peeking_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\n" * 3 + b"one\n" + b"x" * 100_000)
    with Source(path) as source:
        assert source.peek_line() == b"one"
        assert source.peek(5) == b"\n\n\non"
        assert len(source.peek(90_000)) == 90_000
        assert [(line.number, len(line.text)) for line in source.lines()] == [
            *((1, 0), (2, 0), (3, 0), (4, 3), (5, 100_000))
        ]


def test_the_first_paper_comes_before_the_rest_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            line = b'{"title": "Paper %d"}\n' % self.given
            self.given += 1
            buffer[: len(line)] = line
            return len(line)

    endless = Endless()
    stdin = Stdin(b"")
    stdin.buffer = io.BufferedReader(endless)
    monkeypatch.setattr(sys, "stdin", stdin)
    papers = read_papers("-")
    assert next(papers).title == "Paper 0"
    assert next(papers).title == "Paper 1"
    assert endless.given < 5


@pytest.mark.parametrize(
    ("name", "start", "record", "end"),
    [
        ("a.json", "[", '{"title": "A paper"},', '{"title": "Z"}]'),
        ("a.jsonl", "", '{"title": "A paper"}\n', ""),
        ("a.csv", "title\n", "A paper\n", ""),
        ("a.bib", "", "@misc{a, title={A paper}}\n", ""),
        ("a.ris", "", "TY  - JOUR\nTI  - A paper\nER  - \n", ""),
        (
            "a.xml",
            '<feed xmlns="http://www.w3.org/2005/Atom">',
            "<entry><title>A paper</title></entry>",
            "</feed>",
        ),
        ("a.txt", "Daily Papers\n", "A paper\n\n" + "We fold maps. " * 20 + "\n\n", ""),
    ],
)
def test_formats_stream(name: str, start: str, record: str, end: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(start + record * (2**20 // len(record)) + end, "utf-8")
    with Source(path) as source:
        from kg.readers import READERS
        from kg.readers._sniff import detect_format

        papers = iter(READERS.get(detect_format(source, READERS))(source))
        assert getattr(next(papers), "title", None) == "A paper"
        assert len(source.read(2**20)) > 2**19


def test_lines_that_are_too_long_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    long_line = b'{"title": "' + b"x" * 3_000_000 + b'"}'
    path.write_bytes(
        gzip.compress(b'{"title": "A"}\n' + long_line + b'\n{"title": "B"}\n', mtime=0)
    )
    errors: list[ReadError] = []
    papers = read_papers(path, on_error=errors.append, max_line_bytes=2**20)
    assert [paper.title for paper in papers] == ["A", "B"]
    assert [str(error) for error in errors] == [f"{path}:2: line is longer than 1 MiB"]


def test_a_bomb_in_an_array_stops_early(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(
        gzip.compress(b'[{"title": "A"}, {"title": "' + b"x" * 5_000_000 + b'"}]', mtime=0)
    )
    papers = read_papers(path, max_line_bytes=2**20)
    assert next(papers).title == "A"
    with pytest.raises(ReadError, match=r"a\.json:1: record is longer than 1 MiB"):
        next(papers)


def test_a_megabyte_in_one_abstract(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "A", "abstract": "' + "We fold. " * 120_000 + '"}\n', "utf-8")
    (paper,) = read_papers(path)
    assert len(paper.abstract) == 9 * 120_000 - 1


def test_files_are_closed_when_reading_stops_early(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(LINES, "utf-8")
    papers = read_papers(path)
    next(papers)
    papers.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["missing.jsonl", "a/b.jsonl", "no\0name"])
def test_what_cannot_be_opened(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        Source(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path))
