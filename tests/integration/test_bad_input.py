"""Ten kinds of bad input through the real program: one clear line each, the good kept."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = {"id": "x:good", "title": "A good paper", "abstract": "We evaluate BERT on GLUE."}


def kg(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def papers(base: Path) -> list[str]:
    done = kg("query", base, "MATCH (p:Paper) RETURN p.id AS id ORDER BY id", "--format", "json")
    assert done.returncode == 0, done.stderr
    return [row["id"] for row in json.loads(done.stdout)]


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.jsonl"
    path.write_text(json.dumps(GOOD) + "\n", "utf-8")
    return path


def build(tmp_path: Path, *sources: Path) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    base = tmp_path / "out.kg"
    done = kg("build", *sources, "--to", base)
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done, papers(base)


def problem_lines(stderr: str, name: str) -> list[str]:
    return [
        line
        for line in stderr.splitlines()
        if name in line and line.startswith(("error: ", "skipped: "))
    ]


def write_empty(folder: Path) -> Path:
    path = folder / "bad.jsonl"
    path.write_bytes(b"")
    return path


def write_binary(folder: Path) -> Path:
    path = folder / "bad.dat"
    path.write_bytes(bytes(range(256)) * 40)
    return path


def write_truncated_xml(folder: Path) -> Path:
    path = folder / "bad.xml"
    path.write_text(
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry>'
        "<id>http://arxiv.org/abs/2001.00001v1</id><title>First one</title>"
        "<summary>We propose FooNet.</summary></entry><entry><title>Cut",
        "utf-8",
    )
    return path


def make_directory(folder: Path) -> Path:
    path = folder / "bad.d"
    path.mkdir()
    return path


def missing_file(folder: Path) -> Path:
    return folder / "bad-missing.jsonl"


@pytest.mark.parametrize(
    ("make", "says", "kept"),
    [
        (write_empty, "empty", ["x:good"]),
        (write_binary, "", ["x:good"]),
        (write_truncated_xml, "", ["arxiv:2001.00001", "x:good"]),
        (make_directory, "directory", ["x:good"]),
        (missing_file, "no such file", ["x:good"]),
    ],
)
def test_a_source_that_fails_as_a_whole_exits_1(
    tmp_path: Path, good: Path, make: object, says: str, kept: list[str]
) -> None:
    bad = make(tmp_path)  # type: ignore[operator]
    done, found = build(tmp_path, bad, good)
    lines = problem_lines(done.stderr, bad.name)
    assert len(lines) == 1, done.stderr
    assert says in lines[0].lower()
    assert done.returncode == 1
    assert found == kept


def test_a_line_that_is_not_json_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    path.write_text('{"title": "cut off\n' + json.dumps(GOOD) + "\n", "utf-8")
    done, found = build(tmp_path, path)
    assert len(problem_lines(done.stderr, "mixed.jsonl:1")) == 1
    assert "1 skipped" in done.stderr
    assert (done.returncode, found) == (0, ["x:good"])


def test_a_record_without_a_title_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    path.write_text(json.dumps({"abstract": "No title."}) + "\n" + json.dumps(GOOD) + "\n", "utf-8")
    done, found = build(tmp_path, path)
    assert len(problem_lines(done.stderr, "mixed.jsonl:1")) == 1
    assert (done.returncode, found) == (0, ["x:good"])


def test_a_paper_without_an_abstract_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "bare.jsonl"
    path.write_text(json.dumps({"id": "x:bare", "title": "BERT: a title alone"}) + "\n", "utf-8")
    done, found = build(tmp_path, path)
    assert (done.returncode, found) == (0, ["x:bare"])


def test_a_megabyte_in_one_abstract(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    record = {"id": "x:long", "title": "Long", "abstract": "We evaluate BERT on GLUE. " * 40_000}
    path.write_text(json.dumps(record) + "\n", "utf-8")
    done, found = build(tmp_path, path)
    assert (done.returncode, found) == (0, ["x:long"])


def test_control_characters_are_cleaned(tmp_path: Path) -> None:
    path = tmp_path / "control.jsonl"
    record = {"id": "x:c", "title": "A\x00title\x1b[31m", "abstract": "B\x07ERT on\u202e GLUE.\x0c"}
    path.write_text(json.dumps(record) + "\n", "utf-8")
    done, found = build(tmp_path, path)
    assert (done.returncode, found) == (0, ["x:c"])
    listed = kg(
        "query",
        tmp_path / "out.kg",
        "MATCH (p:Paper) RETURN p.title, p.abstract",
        "--format",
        "csv",
    )
    assert not any(ord(c) < 32 and c != "\n" for c in listed.stdout)


def test_one_id_with_two_texts(tmp_path: Path) -> None:
    path = tmp_path / "twice.jsonl"
    other = {**GOOD, "abstract": "Other and longer: we evaluate RoBERTa on GLUE and SuperGLUE."}
    path.write_text(json.dumps(GOOD) + "\n" + json.dumps(other) + "\n", "utf-8")
    done, found = build(tmp_path, path)
    assert done.stderr.count("x:good") == 1
    assert (done.returncode, found) == (0, ["x:good"])
