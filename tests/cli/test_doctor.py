"""``kg doctor``, ``kg rebuild``, ``kg hash``: what is wrong is named, and the hint mends it."""

from __future__ import annotations

import json
import shlex
import shutil
import sqlite3
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.cli import main
from kg.ledger import Ledger
from kg.lock import writing
from kg.model import Paper
from kg.snapshot import content_fingerprint, current_snapshot, open_embedded


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doctor")
    records = [
        {"id": "x:1", "title": "On ranking", "abstract": "We evaluate BERT on MS MARCO."},
        {"id": "x:2", "title": "On BERT", "abstract": "We compare BERT with BM25 on GLUE."},
    ]
    source = folder / "papers.jsonl"
    source.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    assert run("build", source, "--to", folder / "a.kg", "--fast", "--quiet") == 0
    return folder / "a.kg"


@pytest.fixture
def base(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "a.kg"))


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def test_a_sound_knowledge_base(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("doctor", base) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "2 papers" in told.err
    assert "all is well" in told.err
    assert run("doctor", base, "--json", "--quiet") == 0
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert (report["well"], report["findings"], report["papers"]) == (True, [], 2)
    assert told.err == ""


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def edit_manifest(folder: Path, **fields: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps(manifest | fields), "utf-8")


def swap_index(folder: Path) -> None:
    index = folder / "entities.index"
    numbers = memoryview(index.read_bytes()).cast("Q").tolist()
    numbers[1] += 1
    index.write_bytes(array("Q", numbers).tobytes())


def query_write(folder: Path) -> None:
    with open_embedded(folder.parent.parent, write=True) as store:
        store.query("MATCH (n:Method) SET n.name = 'Else'", write=True)


def empty_database(folder: Path) -> None:
    with open_embedded(folder.parent.parent, write=True) as store:
        store.query("MATCH (n) DETACH DELETE n", write=True)


def drop_paper(folder: Path) -> None:
    with Ledger(folder.parent.parent / "ledger.sqlite") as ledger:
        ledger.remove("x:2")


@pytest.mark.parametrize(
    ("damage", "part"),
    [
        (lambda folder: cut(folder / "papers.jsonl"), "graph"),
        (lambda folder: cut(folder / "relations.jsonl"), "graph"),
        (lambda folder: cut(folder / "relations.index"), "graph"),
        (lambda folder: (folder / "mentions.index").unlink(), "graph"),
        (lambda folder: (folder / "entities.jsonl").write_bytes(b""), "graph"),
        (swap_index, "graph"),
        (lambda folder: (folder / "manifest.json").write_text("{", "utf-8"), "graph"),
        (lambda folder: edit_manifest(folder, format=1), "graph"),
        (lambda folder: edit_manifest(folder, files={}), "graph"),
        (lambda folder: shutil.rmtree(folder), "graph"),
        (lambda folder: (folder.parent / "CURRENT").unlink(), "graph"),
        (lambda folder: (folder / "graph.kgl").unlink(), "database"),
        (lambda folder: cut(folder / "graph.kgl"), "database"),
        (empty_database, "database"),
        (query_write, "database"),
        (drop_paper, "state"),
        (lambda folder: (folder.parent / ".new-1234").mkdir(), "leftovers"),
        (
            lambda folder: [(folder.parent / name).mkdir() for name in ("0-1", "0-2")],
            "leftovers",
        ),
        (lambda folder: (folder.parent.parent / "lock.json").write_text("{}"), "leftovers"),
    ],
)
def test_damage_is_named_and_the_hint_mends_it(
    base: Path,
    damage: Callable[[Path], object],
    part: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    damage(current_snapshot(base))
    assert run("doctor", base) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert {line.split(":")[0] for line in lines} == {part}
    mends = {line.rpartition("; to mend it: ")[2] for line in lines}
    assert mends == {f"kg rebuild {base}"}
    assert run(*shlex.split(mends.pop())[1:], "--quiet") == 0
    assert run("doctor", base) == 0, capsys.readouterr().out


def test_a_stopped_export_is_a_leftover(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left = base.parent / ".kg-export-abc"
    left.mkdir()
    assert run("doctor", base) == 1
    assert f"rm -r '{left}'" in capsys.readouterr().out
    left.rmdir()
    assert run("doctor", base) == 0


def test_papers_that_nobody_read_are_told(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Ledger(base / "ledger.sqlite") as ledger:
        ledger.put_papers([Paper(id="x:3", title="New", abstract="We use BERT.")])
    assert run("doctor", base) == 1
    out = capsys.readouterr().out
    assert "a paper has not been read" in out
    assert f"kg build --to {base}" in out
    assert run("rebuild", base) == 0
    assert "1 papers have not been read" in capsys.readouterr().err
    assert run("build", "--to", base, "--fast", "--quiet") == 0
    assert run("doctor", base) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE paper SET record = replace(record, 'BERT', 'TREB') WHERE id = 'x:2'", "x:2"),
        ("UPDATE extraction SET record = '[' WHERE paper_id = 'x:1'", "x:1"),
        ("INSERT INTO extraction VALUES ('x:9', 'a', 'b', '{}')", "x:9"),
    ],
)
def test_a_damaged_ledger_is_told(
    base: Path, statement: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(base / "ledger.sqlite") as db:
        db.execute(statement)
    db.close()
    assert run("doctor", base) == 1
    ledger = [x for x in capsys.readouterr().out.splitlines() if x.startswith("ledger: ")]
    assert ledger
    assert all(told in line for line in ledger)


def test_a_ledger_that_is_no_database_is_told(
    base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (base / "ledger.sqlite").write_bytes(b"not a database" * 1000)
    assert run("doctor", base) == 1
    assert "is not a ledger" in capsys.readouterr().out
    for command in ("rebuild", "verify"):
        assert run(command, base) == 1
        assert "is not a ledger" in capsys.readouterr().err


def test_who_writes_is_told(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with writing(base, "kg build"):
        (base / "graph" / ".new-1").mkdir()
        assert run("doctor", base, "--json") == 0
        assert run("rebuild", base) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["writer"]["command"] == "kg build"
    assert "another kg build (process " in told.err


def test_without_a_knowledge_base(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("doctor", "rebuild", "hash", "verify"):
        assert run(command, tmp_path / "none.kg") == 1
        assert "no knowledge base" in capsys.readouterr().err
    assert not (tmp_path / "none.kg").exists()


def test_a_rebuild_reads_no_paper_again(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = content_fingerprint(base)
    # the usual model is another one than that which read the papers
    assert run("rebuild", base) == 0
    assert "2 papers, graph made" in capsys.readouterr().err
    assert content_fingerprint(base) == before


def test_the_hash_is_one_line(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("hash", base) == 0
    assert run("hash", base, "--check") == 0
    out = capsys.readouterr().out.splitlines()
    assert out == [content_fingerprint(base)] * 2
    cut(current_snapshot(base) / "papers.jsonl")
    assert run("hash", base, "--check") == 1
    assert "is not what was written" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "--to", "KB", "--wait"),
        ("build", "--wait", "--to", "KB"),
        ("build", "--to", "KB", "--wait", "2.5"),
        ("rebuild", "KB", "--wait", "--quiet"),
        ("rebuild", "--wait", "0", "KB"),
    ],
)
def test_wait_takes_a_number_or_none(base: Path, arguments: tuple[str, ...]) -> None:
    given = [str(base) if part == "KB" else part for part in arguments]
    fast = ["--fast"] if given[0] == "build" else []
    assert run(*given, *fast) == 0


def test_wait_takes_no_other_word(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rebuild", base, "--wait", "-1") == 2
    assert "--wait" in capsys.readouterr().err
