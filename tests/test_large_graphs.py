"""A graph too large for the embedded database is left without one, and all else goes on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kg.cli import main
from kg.errors import KnowledgeBaseError
from kg.pipeline import rebuild
from kg.snapshot import (
    DATABASE,
    content_fingerprint,
    current_snapshot,
    load_graph,
    manifest_of,
    open_embedded,
)


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    records = [
        {"id": "x:1", "title": "On ranking", "abstract": "We evaluate BERT on MS MARCO."},
        {"id": "x:2", "title": "On BERT", "abstract": "We compare BERT with BM25 on GLUE."},
    ]
    source = folder / "papers.jsonl"
    source.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    assert run("build", source, "--to", folder / "a.kg", "--fast", "--quiet") == 0
    return folder / "a.kg"


@pytest.fixture
def large(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same papers where the limit is one relation less than there are."""
    base = Path(shutil.copytree(small, tmp_path / "a.kg"))
    limit = len(load_graph(base).relations) - 1
    monkeypatch.setattr("kg.snapshot.EMBEDDED_RELATIONS", limit)
    rebuild(base)
    return base


def test_the_graph_is_the_same_without_a_database(small: Path, large: Path) -> None:
    folder = current_snapshot(large)
    assert (current_snapshot(small) / DATABASE).is_file()
    assert not (folder / DATABASE).exists()
    assert manifest_of(folder)["database"] is None
    assert content_fingerprint(large, check=True) == content_fingerprint(small, check=True)


def test_as_many_relations_as_the_limit_are_not_too_many(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = Path(shutil.copytree(small, tmp_path / "a.kg"))
    monkeypatch.setattr("kg.snapshot.EMBEDDED_RELATIONS", len(load_graph(base).relations))
    rebuild(base)
    with open_embedded(base) as store:
        assert store.query("MATCH (p:Paper) RETURN count(p)").rows == ((2,),)


def test_queries_say_what_to_do_instead(large: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KnowledgeBaseError, match="too many for embedded queries"):
        open_embedded(large)
    assert run("query", large, "MATCH (n) RETURN count(n)") == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "kg slice" in told.err
    assert "--format neo4j-admin" in told.err
    assert "rebuild" not in told.err


def test_it_is_sound_and_can_be_counted_and_exported(
    large: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("doctor", large, "--json") == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []
    assert run("verify", large) == 0
    assert run("stats", large) == 0
    assert run("hash", large, "--check") == 0
    assert run("export", large, tmp_path / "bundle", "--format", "neo4j-admin") == 0
    assert run("export", large, tmp_path / "graph.jsonld") == 0


def test_a_lost_database_is_still_a_fault(small: Path, tmp_path: Path) -> None:
    base = Path(shutil.copytree(small, tmp_path / "a.kg"))
    (current_snapshot(base) / DATABASE).unlink()
    assert run("doctor", base) == 1


def test_a_build_into_it_goes_on(large: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.jsonl"
    record = {"id": "x:3", "title": "On GPT-4", "abstract": "GPT-4 outperforms BERT on GLUE."}
    more.write_text(json.dumps(record) + "\n", "utf-8")
    assert run("build", more, "--to", large, "--fast", "--quiet") == 0
    assert len(load_graph(large).papers) == 3
    assert manifest_of(current_snapshot(large))["database"] is None
