"""Tasks of ``kg.engines._ray_tables``: what Ray runs on the names of parts, and on groups of rows.

A task on names reads these parts and yields rows. A task on a group gets the rows of a bucket in
the order of their key, writes the part of that bucket, and yields a row that tells what it did.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import compute

from kg.config import ExtractConfig
from kg.engines import stages
from kg.engines._fsspec import File, Folder
from kg.engines._rows import TEXT, batches_of, rows_of, schema_of
from kg.engines._tables_job import SHOWN, Stage
from kg.errors import KgError
from kg.ids import content_hash
from kg.tables import table_schema

__all__ = [
    "BUCKET",
    "EITHER",
    "ExtractParts",
    "LinkParts",
    "hashed",
    "in_order",
    "keep_merged",
    "keep_originals",
    "keep_pending",
    "keep_relations",
    "keep_whole",
    "keep_winners",
    "packed",
    "ranged",
    "read_files",
    "read_found",
    "read_papers",
    "read_parts",
    "with_buckets",
]

BUCKET = "bucket"
_NONE = -1
_BLANK = {TEXT: "", pa.bool_(): False, pa.int64(): 0}
_SAMPLES = 64
"""Keys of a part that are looked at to find where to cut."""
_PAPERS = schema_of(id=TEXT, content_hash=TEXT, record=TEXT)
EITHER = schema_of(id=TEXT, content_hash=TEXT, record=TEXT, found=TEXT)
"""A paper, or what was found in it: the other column is empty."""

Bucket = Callable[[str], int]
Told = Iterator[pa.Table]
Read = Callable[[pa.Table], Told]


def hashed(parts: int) -> Bucket:
    """Buckets of about one size, the same in every process."""
    return lambda key: zlib.crc32(key.encode()) % parts


def ranged(keys: Sequence[str], parts: int) -> Bucket:
    """Buckets in the order of their keys, of about one size by a sample of the keys."""
    keys = sorted(keys)
    cuts = sorted({keys[len(keys) * n // parts] for n in range(1, parts)})
    return lambda key: bisect_right(cuts, key)


def with_buckets(names: pa.Table, read: Read, schema: pa.Schema, key: str, bucket: Bucket) -> Told:
    """What a task reads, each row with the number of its bucket.

    One blank row more, of no bucket, is for Ray, which forgets the columns of what has no rows.
    """
    for rows in read(names):
        yield _numbered(rows, [bucket(value) for value in rows.column(key).to_pylist()])
    blank = [pa.array([_BLANK.get(field.type)], field.type) for field in schema]
    yield _numbered(pa.Table.from_arrays(blank, schema=schema), [_NONE])


def _numbered(rows: pa.Table, numbers: list[int]) -> pa.Table:
    return rows.append_column(BUCKET, pa.array(numbers, pa.int64()))


def in_order(rows: pa.Table, key: str, task: Callable[[str, pa.Table], Told]) -> Told:
    """Call a task on a bucket with its name and its rows in the order of a key."""
    number = rows.column(BUCKET)[0].as_py() if rows.num_rows else _NONE
    if number != _NONE:
        whole = rows.drop_columns([BUCKET]).sort_by(key).combine_chunks()
        for told in task(f"part-{number:08d}", whole):
            yield _numbered(told, [number])


def read_files(names: pa.Table, format: str | None) -> Told:
    """Papers and problems of files; schema ``stages.RECORDS``."""
    for name in _names(names):
        with File(name) as file:
            yield from _tables(stages.read_source(file, format))


def read_parts(names: pa.Table, folder: Folder, stage: Stage | None = None) -> Told:
    """The rows of parts, or what a stage makes of them."""
    for name in _names(names):
        batches = folder.read_part(name)
        yield from _tables(stage(batches) if stage else batches)


def read_papers(names: pa.Table, folder: Folder) -> Told:
    """Papers, to be brought together with what was found in them."""
    for name in _names(names):
        for batch in folder.read_part(name):
            ids, hashes, records = (batch.column(n) for n in _PAPERS.names)
            yield _either(ids, hashes, records, None)


def read_found(names: pa.Table, folder: Folder, fingerprint: str) -> Told:
    """What an extractor found, of parts of the table ``extractions``."""
    for name in _names(names):
        for batch in folder.read_part(name):
            same = compute.equal(batch.column("fingerprint"), fingerprint)
            ours = batch.filter(same)
            if ours.num_rows:
                ids, hashes = ours.column("paper_id"), ours.column("content_hash")
                yield _either(ids, hashes, None, ours.column("record"))


def _either(ids: pa.Array, hashes: pa.Array, record: Any, found: Any) -> pa.Table:
    none = pa.array([""] * len(ids), TEXT)
    columns = [ids, hashes, none if record is None else record, none if found is None else found]
    return pa.Table.from_arrays(columns, schema=EITHER)


def keep_winners(name: str, rows: pa.Table, folder: Folder) -> Told:
    """One record an id."""
    good = len(rows) - compute.sum(compute.equal(rows.column("id"), "")).as_py()
    problems: list[str] = []

    def papers() -> Iterator[pa.RecordBatch]:
        for batch in stages.choose_winners(rows.to_batches()):
            wrong = compute.equal(batch.column("id"), "")
            problems.extend(batch.filter(wrong).column("problem").to_pylist())
            yield batch.filter(compute.invert(wrong))

    folder.write_part(name, papers(), stages.WINNERS)
    yield _told(good=good, skipped=len(problems), problems=sorted(problems)[:SHOWN])


def keep_originals(name: str, rows: pa.Table, folder: Folder) -> Told:
    """The papers that repeat no other, from rows in the order of ``title_key``."""
    copies = {
        key for b in stages.copies_in(rows.to_batches()) for key in b.column("id").to_pylist()
    }
    ids = [key for key in rows.column("id").to_pylist() if key not in copies]
    kept = rows.filter(compute.is_in(rows.column("id"), pa.array(ids, TEXT)))
    folder.write_part(name, kept.select(_PAPERS.names).to_batches(), _PAPERS)
    yield _told(papers=len(ids), copies=len(copies), keys=_sample(ids))


def keep_pending(name: str, rows: pa.Table, folder: Folder, size: int) -> Told:
    """Papers of which nothing that holds was found, some in a part."""
    pending = [(key, paper) for key, _, paper, found in _together(rows) if found is None]
    for start in range(0, len(pending), size):
        some = iter(pending[start : start + size])
        folder.write_part(
            f"{name}-{start:06d}", batches_of(_PAPERS.remove(1), some), _PAPERS.remove(1)
        )
    yield _told(pending=len(pending))


class ExtractParts:
    """An actor that extracts parts of papers; what it finds is kept task by task."""

    def __init__(self, config: ExtractConfig, papers: Folder, found: Folder) -> None:
        self._config, self._papers, self._found = config, papers, found

    def __call__(self, names: pa.Table) -> Told:
        """Extract these parts."""
        schema = table_schema("extractions")
        for name in _names(names):
            batches = self._papers.read_part(name, rows=self._config.batch_size)
            found = list(stages.extract_rows(batches, self._config))
            said = pa.Table.from_batches(found, schema).select(schema.names[:3]).to_pylist()
            place = content_hash(repr(said))  # another run divides the papers in another way
            yield _told(papers=self._found.write_part(place, found, schema))


def keep_whole(name: str, rows: pa.Table, corpus: Folder, new: Folder, fingerprint: str) -> Told:
    """Papers with what was found in them, and the tables of both."""
    whole = list(_together(rows))
    for key, _, _, found in whole:
        if found is None:
            raise KgError(
                f"what was found in paper '{key}' is gone",
                hint="let the same job run again, and no other one on its folder",
            )
    corpus.write_part(
        name, batches_of(stages.CORPUS, ((k, p, f) for k, _, p, f in whole)), stages.CORPUS
    )
    schema = table_schema("extractions")
    extractions = ((k, said, fingerprint, f) for k, said, _, f in whole)
    (new / "extractions").write_part(name, batches_of(schema, extractions), schema)
    records = batches_of(schema_of(record=TEXT), ((p,) for _, _, p, _ in whole))
    papers = stages.table_rows(records, "papers")
    (new / "papers").write_part(name, papers, table_schema("papers"))
    yield _told(papers=len(whole))


def _together(rows: pa.Table) -> Iterator[tuple[str, str, str, str | None]]:
    """Each paper with what was found in it: id, content hash, record, found."""
    for key, same in groupby(rows_of(rows.to_batches(), EITHER), key=lambda row: row[0]):
        found = dict[str, str]()
        papers = list[tuple[str, str]]()
        for _, said, record, result in same:
            if record:
                papers.append((said, record))
            else:
                found[said] = result
        for said, record in papers:
            yield key, said, record, found.get(said)


def keep_merged(name: str, rows: pa.Table, folder: Folder) -> Told:
    """One profile a key."""
    merged = stages.merge_profile_rows(rows.to_batches())
    yield _told(keys=folder.write_part(name, merged, stages.PROFILES))


class LinkParts:
    """An actor that links parts of the corpus: mentions as a table, relations to be united."""

    def __init__(self, rules: Any, corpus: Folder, linked: Folder, mentions: Folder) -> None:
        self._corpus, self._linked, self._mentions = corpus, linked, mentions
        self._scratch = tempfile.TemporaryDirectory(prefix="kg-rules-")
        _unpack(rules, Path(self._scratch.name))

    def __call__(self, names: pa.Table) -> Told:
        """Link these parts."""
        schema = table_schema("mentions")
        for name in _names(names):
            relations: list[pa.RecordBatch] = []
            mentions = self._split(self._corpus.read_part(name), relations)
            self._mentions.write_part(name, stages.table_rows(mentions, "mentions"), schema)
            self._linked.write_part(name, relations, stages.LINKED)
            keys = [key for batch in relations for key in batch.column("key").to_pylist()]
            yield _told(relations=len(keys), keys=_sample(sorted(keys)))

    def _split(
        self, papers: Iterator[pa.RecordBatch], relations: list[pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        for batch in stages.link_rows(papers, Path(self._scratch.name)):
            stated = compute.equal(batch.column("table"), "relations")
            relations.append(batch.filter(stated))
            yield batch.filter(compute.invert(stated))


def keep_relations(name: str, rows: pa.Table, new: Folder) -> Told:
    """One relation of what several papers state of it, and its evidence."""
    united = list(stages.unite_rows(rows.to_batches()))
    for table in ("relations", "evidence"):
        made = stages.table_rows(united, table)
        (new / table).write_part(name, made, table_schema(table))
    yield _told(relations=sum(batch.num_rows for batch in united))


def packed(folder: Path) -> bytes:
    """The files of a folder."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    return data.getvalue()


def _unpack(reference: Any, folder: Path) -> None:
    import ray

    with zipfile.ZipFile(io.BytesIO(ray.get(reference))) as archive:
        archive.extractall(folder)


def _names(names: pa.Table) -> list[str]:
    return [str(name) for name in names.column("name").to_pylist()]


def _tables(batches: Iterator[pa.RecordBatch]) -> Told:
    for batch in batches:
        yield pa.Table.from_batches([batch])


def _sample(keys: Sequence[str]) -> list[str]:
    return list(keys[:: max(1, len(keys) // _SAMPLES)])


def _told(**fields: int | list[str]) -> pa.Table:
    return pa.table(
        {
            name: pa.array([value], pa.list_(TEXT) if isinstance(value, list) else pa.int64())
            for name, value in fields.items()
        }
    )
