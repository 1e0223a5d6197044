"""Broken files are named with their line, and what to do about them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import InputError, ReadError
from kg.evaluation import detect_layout, read_corpus, read_gold, read_system
from tests.evaluation.samples import (
    changed,
    corpus_lines,
    entity,
    gold_lines,
    system_lines,
    write_lines,
)

GOLD, OTHER = gold_lines()
UNIT = corpus_lines()[0]


def test_files_are_read_whole(tmp_path: Path) -> None:
    gold = write_lines(tmp_path / "gold.jsonl", gold_lines())
    assert [paper.id for paper in read_gold(gold)] == ["g1", "g2"]
    assert detect_layout(gold) == "gold"
    corpus = write_lines(tmp_path / "corpus.jsonl", corpus_lines())
    assert [unit.doc_id for unit in read_corpus(corpus)] == ["u1", "u2"]
    assert detect_layout(corpus) == "corpus"
    packed = tmp_path / "x.papers.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(system_lines()[0]).encode()))
    assert read_system(packed)[0].entities[0].score == 0.9


def test_blank_lines_a_byte_order_mark_and_unknown_keys_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    lines = [json.dumps(changed(line, arxiv="2401.00001")) for line in gold_lines()]
    path.write_text("\ufeff" + "\n\n".join(lines), "utf-8")
    assert len(read_gold(path)) == 2


def test_markup_is_cleaned_as_readers_do(tmp_path: Path) -> None:
    line = changed(OTHER, abstract="We   study <i>recall</i>\nof logs.")
    (paper,) = read_gold(write_lines(tmp_path / "gold.jsonl", [line]))
    assert paper.text == "A Study of Logs\n\nWe study recall of logs."


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (changed(OTHER, abstract=None), "'abstract': field required"),
        (changed(OTHER, links=None), "'links': field required"),
        (changed(OTHER, title=" "), "'title': string should have at least 1 character"),
        (changed(OTHER, entities=[{"name": "x"}]), "'entities.0.kinds': field required"),
        (
            changed(OTHER, entities=[entity("x", "Model", "uses")]),
            "'entities.0.kinds.0': input should be 'Method', 'Dataset', 'Benchmark', 'Task' or "
            "'Metric'",
        ),
        (
            changed(OTHER, entities=[entity("x", "Task", "uses", tier="maybe")]),
            "'entities.0.tier': input should be 'core' or 'optional'",
        ),
        (GOLD, "the paper 'g1' is on line 1 already"),
        (changed(GOLD, id="g9", title="Literank; small rankers!"), "on line 1 already"),
    ],
)
def test_a_broken_gold_line_is_named(tmp_path: Path, line: dict[str, Any], reason: str) -> None:
    path = write_lines(tmp_path / "gold.jsonl", [GOLD, line])
    with pytest.raises(ReadError) as caught:
        read_gold(path)
    assert caught.value.message.startswith(f"{path}:2: ")
    assert reason in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text": "BERT was evaluated"}, "the entity at 22..26 is not inside the text"),
        ({"text": UNIT["text"].replace("GLUE", "GLOW")}, "the text at 22..26 is not 'GLUE'"),
        (
            {"relations": [{"head": [0, 4], "type": "Part-Of", "tail": [0, 3]}]},
            "Part-Of refers to 0..3, no entity",
        ),
        ({"entities": None}, "'entities': field required"),
        ({"doc_id": "u0"}, "the unit 'u0' is on line 1 already"),
        (
            {"entities": [UNIT["entities"][0] | {"kind": "Model"}]},
            "'entities.0.kind': input should be",
        ),
    ],
)
def test_a_broken_corpus_line_is_named(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    first = changed(corpus_lines()[1], doc_id="u0")
    path = write_lines(tmp_path / "corpus.jsonl", [first, changed(UNIT, **change)])
    with pytest.raises(ReadError) as caught:
        read_corpus(path)
    assert caught.value.message.startswith(f"{path}:2: ")
    assert reason in caught.value.message
    assert caught.value.hint


def test_a_broken_system_line_is_named(tmp_path: Path) -> None:
    (line,) = system_lines()
    line["entities"][0]["score"] = 1.5
    path = write_lines(tmp_path / "x.papers.jsonl", [line])
    with pytest.raises(ReadError, match=r":1: 'entities\.0\.score': input should be less than"):
        read_system(path)


@pytest.mark.parametrize("content", [b"{broken", b"[1, 2]", b'"text"', b"[" * 20_000, b"\xff\xfe"])
def test_lines_that_are_no_objects(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(json.dumps(OTHER).encode() + b"\n\n" + content + b"\n")
    with pytest.raises(ReadError) as caught:
        read_gold(path)
    assert (caught.value.source, caught.value.line) == (str(path), 3)
    assert caught.value.hint


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(content)
    for read in (read_gold, read_corpus, read_system, detect_layout):
        with pytest.raises(InputError, match=r"gold\.jsonl"):
            read(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read .*: No such file"):
        read_gold(tmp_path / "no.jsonl")
    with pytest.raises(InputError, match="cannot read"):
        read_gold(tmp_path)
    packed = tmp_path / "x.jsonl.gz"
    for data in (b"not packed", gzip.compress(b"{}" * 1000)[:-20]):
        packed.write_bytes(data)
        with pytest.raises(InputError, match="cannot unpack"):
            read_system(packed)


def test_a_file_of_another_layout(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "x.jsonl", [{"name": "x"}])
    with pytest.raises(InputError, match="neither gold papers nor a corpus") as caught:
        detect_layout(path)
    assert "--format" in caught.value.hint
