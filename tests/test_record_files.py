"""Records on disk: found by id, decoded when asked for, and what is damaged is named."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KnowledgeBaseError
from kg.record_files import RecordFile, RecordWriter

ids = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)


def decode(line: bytes) -> dict[str, object]:
    found: dict[str, object] = json.loads(line)
    return found


def write(path: Path, records: dict[str, object], *, ascii_only: bool = False) -> Path:
    with RecordWriter(path) as writer:
        for key in sorted(records):
            head = {"id": key, "value": records[key]}
            dumped = json.dumps(head, ensure_ascii=ascii_only, separators=(",", ":"))
            writer.write(dumped)
        writer.finish()
    return path


@given(st.dictionaries(ids, st.text(max_size=20), max_size=12), ids, st.booleans())
def test_records_come_back_by_id_and_in_order(
    tmp_path_factory: pytest.TempPathFactory,
    records: dict[str, object],
    other: str,
    ascii_only: bool,
) -> None:
    folder = tmp_path_factory.mktemp("records")
    path = write(folder / "some.jsonl", records, ascii_only=ascii_only)
    found = RecordFile(path, decode)
    assert list(found) == sorted(records)
    assert len(found) == len(records)
    assert [record["value"] for record in found.values()] == [records[k] for k in sorted(records)]
    assert [key for key, _ in found.items()] == sorted(records)
    for place, key in enumerate(sorted(records)):
        assert found[key] == found.at(place) == {"id": key, "value": records[key]}
    assert (other in found) == (other in records)
    assert found.get(other, {}).get("value") == records.get(other)
    assert found == dict(found.items())
    assert found == RecordFile(path, decode)
    assert found != {**dict(found.items()), "\U0010ffff more": {}}


def test_what_was_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    with RecordWriter(path) as writer:
        writer.write('{"id":"a"}')
        writer.write('{"id":"é"}')
        told = writer.finish()
    raw = path.read_bytes()
    assert told == (2, len(raw), hashlib.sha256(raw).hexdigest())
    with pytest.raises(FileExistsError):
        RecordWriter(path)


def test_a_place_that_is_none(tmp_path: Path) -> None:
    found = RecordFile(write(tmp_path / "some.jsonl", {"a": 1}), decode)
    for place in (-1, 1):
        with pytest.raises(IndexError):
            found.at(place)
    with pytest.raises(KeyError):
        found["b"]
    other: object = 7
    assert other not in found


@pytest.mark.parametrize("size", [0, 7, 12])
def test_an_index_that_is_cut_off(tmp_path: Path, size: int) -> None:
    path = write(tmp_path / "some.jsonl", {"a": 1, "b": 2})
    index = path.with_suffix(".index")
    index.write_bytes(index.read_bytes()[:size])
    with pytest.raises(KnowledgeBaseError, match=r"some\.jsonl: its index is cut off"):
        RecordFile(path, decode)


def test_a_file_that_is_cut_off(tmp_path: Path) -> None:
    path = write(tmp_path / "some.jsonl", {"a": 1, "b": 2})
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(KnowledgeBaseError, match="its index does not fit it") as caught:
        RecordFile(path, decode)
    assert "kg rebuild" in str(caught.value.hint)


def test_a_record_that_is_damaged(tmp_path: Path) -> None:
    path = write(tmp_path / "some.jsonl", {"a": "xxxx", "b": 2})
    path.write_bytes(path.read_bytes().replace(b'"xxxx"', b"'xxxx'"))
    found = RecordFile(path, decode)
    assert found["b"] == {"id": "b", "value": 2}
    with pytest.raises(KnowledgeBaseError, match="record 0"):
        found["a"]
    with pytest.raises(KnowledgeBaseError, match="record 0"):
        list(found.values())


def test_a_record_without_an_id(tmp_path: Path) -> None:
    path = write(tmp_path / "some.jsonl", {"a": 1})
    path.write_bytes(path.read_bytes().replace(b'"', b"'"))
    found = RecordFile(path, decode)
    with pytest.raises(KnowledgeBaseError, match="record 0 has no id"):
        list(found)
