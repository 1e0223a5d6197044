"""Folders and files at addresses: the disk, and a file system that is none."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pyarrow as pa
import pytest

from kg.engines import stages
from kg.engines._fsspec import File, Folder, files_of, size_of
from kg.engines._ray_tables import RayTablesJob
from kg.engines._rows import TEXT, schema_of
from kg.errors import InputError, KgError
from kg.intake import Silent
from tests.engines.test_stages import CONFIG

SCHEMA = schema_of(name=TEXT)
ROWS = pa.record_batch([pa.array(["LoRA", "BERT"])], schema=SCHEMA)


@pytest.fixture(params=["disk", "memory"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A place for folders."""
    if request.param == "disk":
        yield str(tmp_path)
        return
    yield "memory://some"
    fsspec.filesystem("memory").store.clear()
    fsspec.filesystem("memory").pseudo_dirs[:] = [""]


def test_a_folder(root: str) -> None:
    folder = Folder(f"{root}/tables")
    assert folder.name == "tables"
    assert folder.names() == set()
    assert folder.size() == 0
    folder.remove("nothing")
    folder.delete()
    assert folder.write_part("b", [ROWS], SCHEMA) == 2
    assert folder.write_part("a", [ROWS, ROWS], SCHEMA) == 4
    assert folder.write_part("c", [], SCHEMA) == 0
    folder.write_text("manifest.json", "{}\n")
    assert folder.names() == {"a.parquet", "b.parquet", "c.parquet", "manifest.json"}
    assert folder.parts() == ["a", "b", "c"]
    assert folder.count_rows() == 6
    assert [b.num_rows for b in folder.read_part("a", rows=3)] == [3, 1]
    assert folder.size() > 0
    moved = Folder(f"{root}/deep/er")
    folder.move_to(moved)
    assert folder.names() == set()
    assert moved.parts() == ["a", "b", "c"]
    moved.remove("a.parquet")
    assert moved.parts() == ["b", "c"]
    moved.delete()
    assert moved.names() == set()


def test_a_part_that_fails_is_not_there(root: str) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield ROWS
        raise KgError("no more")

    with pytest.raises(KgError, match="no more"):
        Folder(root).write_part("a", batches(), SCHEMA)
    assert Folder(root).names() == set()


def test_what_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        Folder(str(tmp_path / "file")).names()
    with pytest.raises(InputError, match="cannot use 'nosuch://place'"):
        Folder("nosuch://place")
    for address in ("memory://run[1]/x", "memory://a*", "memory://a::b"):
        with pytest.raises(InputError, match="it has one of"):
            Folder(address)
    (tmp_path / "no folder").write_text("x")
    with pytest.raises(InputError, match="cannot use"):
        Folder(str(tmp_path / "no folder" / "in it")).write_text("manifest.json", "")


def test_odd_names_on_the_disk(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "run[1]::*"))
    (tmp_path / "run1").mkdir()
    (tmp_path / "run1" / "winners").write_text("kept")
    folder.write_text("winners", "x")
    assert (tmp_path / "run[1]::*" / "winners").read_text() == "x"
    folder.remove("winners")
    assert folder.names() == set()
    assert (tmp_path / "run1" / "winners").read_text() == "kept"
    (folder / "old").write_part("a", [ROWS], SCHEMA)
    (folder / "old").move_to(folder / "new")
    assert Folder(str(folder / "new")).parts() == ["a"]


def test_folders_beside_each_other(tmp_path: Path) -> None:
    here, there = Folder(str(tmp_path / "a")), Folder("memory://some")
    assert here.is_beside(Folder(str(tmp_path / "b")))
    assert not here.is_beside(there)
    job = RayTablesJob(None, 1, str(tmp_path / "t"), CONFIG, "", "memory://work", Silent())
    with pytest.raises(InputError, match=r"the working folder 'memory:/+work/kg-"):
        job.run(["none"], format=None, strict=False)
    assert not list(tmp_path.iterdir())


def test_the_files_of_a_source(root: str) -> None:
    fs, path = fsspec.core.url_to_fs(root)
    for name in (
        "a.jsonl",
        "b.jsonl",
        "sub/c.jsonl",
        "d.jsonl/f",
        "_work/d.jsonl",
        ".hidden",
        "sub/.e",
    ):
        fs.makedirs(f"{path}/{name}".rpartition("/")[0], exist_ok=True)
        fs.pipe_file(f"{path}/{name}", b"{}\n")

    def names(source: str) -> list[str]:
        return [found.rpartition(path)[2].lstrip("/") for found in files_of(source)]

    assert names(root) == ["a.jsonl", "b.jsonl", "d.jsonl/f", "sub/c.jsonl"]
    assert names(f"{root}/*.jsonl") == ["a.jsonl", "b.jsonl"]
    assert names(f"{root}/b.jsonl") == ["b.jsonl"]
    assert size_of(f"{root}/b.jsonl") == 3
    assert names(f"{root}/.hidden") == [".hidden"]
    for missing in (f"{root}/none", f"{root}/*.bib"):
        with pytest.raises(InputError, match=r"cannot be read: there is no such file"):
            files_of(missing)


def test_a_packed_file_is_read(root: str) -> None:
    fs, path = fsspec.core.url_to_fs(f"{root}/papers.jsonl.gz")
    fs.makedirs(path.rpartition("/")[0], exist_ok=True)
    lines = [json.dumps({"id": "x:1", "title": "A small title"}), "{"]
    fs.pipe_file(path, gzip.compress("\n".join(lines).encode()))
    (address,) = files_of(f"{root}/papers.jsonl.gz")
    with File(address) as file:
        rows = pa.Table.from_batches(stages.read_source(file)).to_pylist()
    assert [row["id"] for row in rows] == ["x:1", ""]
    assert "papers.jsonl.gz:2: not valid JSON" in rows[1]["problem"]


def test_a_file_that_is_not_there(root: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        File(f"{root}/none")
