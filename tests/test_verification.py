"""Tampering with a text, an offset, a record or a hash is found, wherever it is done."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.config import Config, ExtractConfig
from kg.ledger import Ledger
from kg.pipeline import build, rebuild
from kg.snapshot import current_snapshot
from kg.verification import Failure, verify

FAST = Config(extract=ExtractConfig(model="fast"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verified")
    papers = [
        {
            "id": "x:1",
            "title": "LiteRank: small models for ranking",
            "abstract": "We introduce LiteRank. LiteRank builds on BERT and outperforms BM25 on "
            "MS MARCO. Code: https://github.com/example/literank.",
        },
        {"id": "x:2", "title": "On BERT", "abstract": "We evaluate BERT on MS MARCO and GLUE."},
    ]
    source = folder / "papers.jsonl"
    source.write_text("".join(json.dumps(paper) + "\n" for paper in papers), "utf-8")
    build([source], folder / "a.kg", config=FAST)
    return folder / "a.kg"


@pytest.fixture
def base(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "a.kg"))


def failures(base: Path) -> list[Failure]:
    return verify(base)[1]


def test_what_was_built_holds(base: Path) -> None:
    checked, found = verify(base)
    assert checked > 10
    assert found == []


def change(base: Path, name: str, edit: Callable[[dict[str, object]], object]) -> str:
    """Edit the first record of a file that the edit wants to change, and give its id."""
    path = current_snapshot(base) / name
    lines = path.read_text("utf-8").splitlines()
    for place, line in enumerate(lines):
        record = json.loads(line)
        if edit(record) is not False:
            lines[place] = json.dumps(record, separators=(",", ":"), ensure_ascii=False)
            path.write_text("\n".join(lines) + "\n", "utf-8")
            return str(record["id"])
    raise AssertionError("nothing to change")


def shift(record: dict[str, object], by: int, *fields: str) -> None:
    evidence = record["evidence"][0]  # type: ignore[index]
    for field in fields:
        evidence[field] += by


def slide(mention: dict[str, int]) -> None:
    mention.update(start=mention["start"] + 1, end=mention["end"] + 1)


FILE = {f"{part}.jsonl" for part in ("papers", "entities", "relations", "mentions")}


@pytest.mark.parametrize(
    ("name", "edit", "told"),
    [
        ("papers.jsonl", lambda r: r.update(abstract="Other words."), "another text"),
        ("papers.jsonl", lambda r: r.update(id="x:0"), "does not hold the paper"),
        ("papers.jsonl", lambda r: r.update(year=1999), ""),
        ("papers.jsonl", lambda r: r.pop("title"), "a broken record"),
        ("entities.jsonl", lambda r: r.update(name="Else"), ""),
        ("entities.jsonl", lambda r: r.update(kind="Thing"), "a broken record"),
        ("relations.jsonl", lambda r: shift(r, 1, "object_start"), ""),
        ("relations.jsonl", lambda r: shift(r, 9000, "object_end"), "not in the sentence"),
        ("relations.jsonl", lambda r: shift(r, 1, "start"), "a broken record"),
        (
            "relations.jsonl",
            lambda r: shift(r, 1, "start", "end"),
            "is not the sentence",
        ),
        ("relations.jsonl", lambda r: r["evidence"][0].update(sentence="x"), "a broken record"),
        ("relations.jsonl", lambda r: r["evidence"][0].update(paper_id="x:9"), "not hold the"),
        ("relations.jsonl", lambda r: r.update(object="method:else"), "not the hash"),
        ("relations.jsonl", lambda r: r.update(score=0.0123), "not the highest"),
        ("mentions.jsonl", lambda r: slide(r["mentions"][0]), "the text is not"),
        ("mentions.jsonl", lambda r: r["mentions"][0].update(entity_id="method:else"), ""),
        ("mentions.jsonl", lambda r: r["mentions"].pop(), ""),
    ],
)
def test_tampering_with_the_graph_is_found(
    base: Path, name: str, edit: Callable[[dict[str, object]], object], told: str
) -> None:
    change(base, name, edit)
    found = failures(base)
    assert Failure("", name, "its bytes are not those that were written") in found
    assert {failure.where for failure in found} & FILE == {name}
    assert told in " ".join(failure.reason for failure in found)


def test_a_file_that_was_given_a_new_hash_still_has_to_fit_the_texts(base: Path) -> None:
    from kg.snapshot import sha256_of

    changed = change(base, "relations.jsonl", lambda r: shift(r, 1, "start", "end"))
    folder = current_snapshot(base)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["files"]["relations.jsonl"]["sha256"] = sha256_of(folder / "relations.jsonl")
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert {failure.where for failure in failures(base)} == {changed}


def test_every_line_that_fails_is_told(base: Path) -> None:
    path = current_snapshot(base) / "relations.jsonl"
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join(b"x" + line for line in lines) + b"\n")
    places = {failure.where for failure in failures(base)}
    assert places == {"relations.jsonl"} | {
        f"relations.jsonl:{n}" for n in range(1, len(lines) + 1)
    }


def test_a_file_that_is_gone_is_told(base: Path) -> None:
    (current_snapshot(base) / "mentions.jsonl").unlink()
    assert [f.where for f in failures(base)] == ["mentions.jsonl"]


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE paper SET record = replace(record, 'BERT', 'TREB')", "paper"),
        ("UPDATE paper SET content_hash = 'x' || content_hash WHERE id = 'x:1'", "paper"),
        ("UPDATE paper SET record = '{' WHERE id = 'x:2'", "paper"),
        ("UPDATE paper SET id = 'x:3' WHERE id = 'x:2'", "paper"),
        ("DELETE FROM paper WHERE id = 'x:2'", "paper"),
        ("DELETE FROM extraction WHERE paper_id = 'x:2'", "extraction"),
        ("UPDATE extraction SET record = '[' WHERE paper_id = 'x:2'", "extraction"),
        ("UPDATE extraction SET record = replace(record, 'BERT', 'TREB')", "extraction"),
        (
            "UPDATE extraction SET record = json_replace(record, '$.mentions[0].start', 0)",
            "extraction",
        ),
        (
            "UPDATE extraction SET record = json_replace(record, '$.mentions[0].score', 0.5)",
            "ledger",
        ),
        ("UPDATE extraction SET record = '{}'", "ledger"),
    ],
)
def test_tampering_with_the_ledger_is_found(base: Path, statement: str, where: str) -> None:
    with sqlite3.connect(base / "ledger.sqlite") as db:
        assert db.execute(statement).rowcount > 0
    db.close()
    assert where in {failure.where for failure in failures(base)}


def test_a_ledger_that_is_half_gone_is_told(base: Path) -> None:
    path = base / "ledger.sqlite"
    raw = bytearray(path.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    path.write_bytes(raw)
    found = failures(base)
    assert "ledger" in {failure.where for failure in found}


def test_a_stopped_build_is_no_tampering(base: Path, tmp_path: Path) -> None:
    from kg.model import Paper

    with Ledger(base / "ledger.sqlite") as ledger:
        ledger.put_papers([Paper(id="x:3", title="New", abstract="We use BERT.")])
    assert failures(base) == []
    rebuild(base)
    assert failures(base) == []
