"""A whole build inside Spark: files in, the tables of ``kg.tables`` out, nothing large here.

The steps between two shuffles are functions of ``kg.engines.stages``. What they give is written
into a working folder: what was extracted stays there if the job is stopped, task by task, and the
next one reads only the other papers. The tables are written beside those of a former job and put in
their place at the end; ``manifest.json`` comes last. Only the decision on the entities is made in
the driver, from the distinct names.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa

from kg.config import Config
from kg.engines import stages
from kg.engines._engine import TablesReport
from kg.engines._hadoop import Folder
from kg.errors import InputError, ReadError
from kg.extractors import check_components, extractor_fingerprint
from kg.ids import content_hash
from kg.intake import Progress
from kg.tables import FORMAT, MANIFEST, TABLE_KEYS, table_schema

__all__ = ["TablesJob"]

_SHOWN = 20
"""Problems that are shown."""
_LEAST, _MOST = 64, 1024
"""Papers of a task that extracts."""
_ENTITIES = 100_000
"""Entities that go to Spark at a time."""
_QUIET = {
    "compression": "zstd",
    "mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}
_KEPT = {**_QUIET, "mapreduce.fileoutputcommitter.algorithm.version": "2"}
"""What a task has written is there when the task ends, not when all do."""

Stage = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


class TablesJob:
    """One run.

    Args:
        session: The ``SparkSession``.
        target: Address of the folder.
        config: Settings.
        curation: Text of a ``curation.toml``.
        work: Address of the working folder; empty for one in the target.
        meter: Told which stage begins.

    Raises:
        InputError: The target cannot be used.
    """

    def __init__(
        self, session: Any, target: str, config: Config, curation: str, work: str, meter: Progress
    ) -> None:
        self._spark = session
        self._target = Folder(session, target)
        apart = f"{work}/kg-{content_hash(str(self._target))[:16]}"
        self._work = Folder(session, apart if work else f"{self._target}/_work")
        self._config, self._curation, self._meter = config, curation, meter
        self._fingerprint = extractor_fingerprint(config.extract)
        self._report = TablesReport()
        session.conf.set(
            "spark.sql.execution.arrow.maxRecordsPerBatch", str(config.extract.batch_size)
        )

    def run(self, sources: Sequence[str], *, format: str | None, strict: bool) -> TablesReport:
        """Do it; see ``TableEngine.build_tables``."""
        check_components(self._config.extract)
        odd = self._target.names() - {MANIFEST, self._work.name, *TABLE_KEYS}
        if odd:
            raise InputError(
                f"'{self._target}' holds other things: {min(odd)}",
                hint="choose another --tables, or an empty one",
            )
        self._meter.start("reading", None)
        self._read([self._records(source, format) for source in sources], strict)
        self._leave_out_copies()
        self._extract()
        self._link()
        self._meter.start("writing tables", None)
        self._write_tables()
        self._put_in_place()
        return self._report

    def _records(self, source: str, format: str | None) -> Any:
        """Papers and problems of one source."""
        lines = self._lines(source)
        first = lines.filter("trim(cast(line as string)) <> ''").head(1)
        reader = stages.format_of_head(source, bytes(first[0].line) if first else None, format)
        if reader != "parquet":
            return self._mapped(
                lines, lambda batches: stages.read_lines(batches, reader), stages.RECORDS
            )
        rows = self._spark.read.option("mergeSchema", "true").parquet(source)
        named = rows.selectExpr("*", f"_metadata.file_path as {stages.SOURCE}")
        return self._mapped(named, stages.read_rows, stages.RECORDS)

    def _lines(self, source: str) -> Any:
        from pyspark.errors import AnalysisException

        try:
            lines = self._spark.read.option("lineSep", "\n").text(source)
        except AnalysisException as err:
            reason = " ".join(str(err).split()).partition(" SQLSTATE")[0]
            raise InputError(
                f"{source}: cannot be read: {reason[:300]}",
                hint="every machine of the cluster has to reach the files at that address",
            ) from err
        return lines.selectExpr(
            f"_metadata.file_path as {stages.SOURCE}", "cast(value as binary) as line"
        )

    def _read(self, records: list[Any], strict: bool) -> None:
        from pyspark.sql import Observation
        from pyspark.sql import functions as f

        union = records[0]
        for other in records[1:]:
            union = union.unionAll(other)
        seen = Observation("read")
        union = union.observe(seen, f.count_if(f.col("id") != "").alias("good"))
        winners = self._by_key(union, "id", stages.choose_winners, stages.WINNERS)
        self._write(winners, self._work, "winners")
        self._report.read = int(seen.get["good"])
        wrong = self._table("winners", stages.WINNERS).filter("id = ''").select("problem")
        self._report.skipped = wrong.count()
        shown = wrong.orderBy("problem").limit(_SHOWN).collect()
        self._report.problems = [row.problem for row in shown]
        if strict and shown:
            raise ReadError(shown[0].problem, hint="without --strict such records are left out")

    def _leave_out_copies(self) -> None:
        papers = self._table("winners", stages.WINNERS).filter("id <> ''")
        heads = papers.select("id", "title", "title_key", "year", "has_abstract")
        copies = self._by_key(heads, "title_key", stages.copies_in, stages.COPIES)
        kept = papers.join(copies.select("id"), "id", "left_anti")
        self._write(kept, self._work, "papers")
        self._report.papers = self._papers().count()
        self._report.copies = papers.count() - self._report.papers
        if not self._report.papers:
            problem = f"; the first problem: {p[0]}" if (p := self._report.problems) else ""
            raise InputError(f"no papers in the sources{problem}")

    def _papers(self) -> Any:
        return self._table("papers", stages.WINNERS)

    def _extract(self) -> None:
        config, papers = self._config.extract, self._papers()
        done = self._found().select("id", "content_hash")
        pending = papers.join(done, ["id", "content_hash"], "left_anti").select("id", "record")
        total = pending.count()
        self._meter.start("extracting", None)
        if total:
            cores = self._spark.sparkContext.defaultParallelism
            size = max(_LEAST, min(_MOST, total // (16 * cores)))
            found = self._mapped(
                pending.repartition(-(-total // size)),
                lambda batches: stages.extract_rows(batches, config),
                table_schema("extractions"),
            )
            found.write.mode("append").options(**_KEPT).parquet(str(self._work / "found"))
        self._report.extracted = total
        whole = papers.join(self._found(), ["id", "content_hash"])
        self._work.remove("new")
        columns = table_schema("extractions").names
        rows = whole.select("id", "content_hash", "fingerprint", "found").toDF(*columns)
        self._write(self._in_order(rows, "paper_id"), self._work / "new", "extractions")

    def _found(self) -> Any:
        """What this extractor found in any run, by id and content hash."""
        schema = table_schema("extractions")
        folders = [str(self._work / n) for n in sorted(self._work.names()) if n[:5] == "found"]
        if "extractions" in self._target.names():
            folders.append(str(self._target / "extractions"))
        rows = (
            self._spark.read.schema(_spark_schema(schema)).parquet(*folders)
            if folders
            else self._spark.createDataFrame([], _spark_schema(schema))
        )
        ours = rows.filter(rows.fingerprint == self._fingerprint).toDF(
            "id", "content_hash", "fingerprint", "found"
        )
        return ours.dropDuplicates(["id", "content_hash"])

    def _link(self) -> None:
        self._meter.start("linking", None)
        curation, config = self._curation, self._config.link
        found = self._spark.read.parquet(str(self._work / "new" / "extractions"))
        found = found.selectExpr("paper_id as id", "record as found")
        corpus = self._papers().select("id", "record").join(found, "id")
        counted = self._mapped(
            corpus, lambda batches: stages.profile_rows(batches, curation), stages.PROFILES
        )
        merged = self._by_key(counted, "key", stages.merge_profile_rows, stages.PROFILES)
        self._write(merged, self._work, "profiles")
        with tempfile.TemporaryDirectory(prefix="kg-rules-") as scratch:
            folder = Path(scratch) / "rules"
            folder.mkdir()
            profiles = self._here(self._table("profiles", stages.PROFILES))
            self._report.warnings.extend(stages.decide(profiles, folder, config, curation))
            self._keep_entities(folder)
            name = f"kg-rules-{uuid4().hex}"
            archive = shutil.make_archive(str(Path(scratch) / name), "zip", folder)
            self._spark.sparkContext.addArchive(f"{archive}#{name}")
            linked = self._mapped(corpus, lambda batches: _linked(batches, name), stages.LINKED)
            linked.write.mode("overwrite").options(**_QUIET).partitionBy("table").parquet(
                str(self._work / "linked")
            )

    def _keep_entities(self, folder: Path) -> None:
        self._work.remove("entities")
        batches = list[pa.RecordBatch]()
        for batch in stages.entity_records(folder):
            batches.append(batch)
            if len(batches) * batch.num_rows >= _ENTITIES:
                self._append_entities(batches)
                batches = []
        self._append_entities(batches)

    def _append_entities(self, batches: list[pa.RecordBatch]) -> None:
        if batches:
            rows = self._spark.createDataFrame(pa.Table.from_batches(batches))
            rows.write.mode("append").options(**_QUIET).parquet(str(self._work / "entities"))

    def _write_tables(self) -> None:
        linked = self._table("linked", stages.LINKED)
        relations = linked.filter("table = 'relations'")
        records = {
            "papers": self._papers().selectExpr("id as key", "record"),
            "entities": self._table("entities", stages.LINKED.remove(0)),
            "relations": relations,
            "evidence": relations,
            "mentions": linked.filter("table = 'mentions'"),
        }
        for name, rows in records.items():
            made = self._mapped(self._in_order(rows, "key"), _table_stage(name), table_schema(name))
            self._write(made, self._work / "new", name)

    def _put_in_place(self) -> None:
        self._target.remove(MANIFEST)
        new = self._work / "new"
        for name in TABLE_KEYS:
            if name == "extractions" and name in self._target.names():
                (self._target / name).move_to(self._work / f"found-{uuid4().hex}")
            self._target.remove(name)
            (new / name).move_to(self._target / name)
            rows = self._spark.read.parquet(str(self._target / name)).count()
            self._report.rows[name] = rows
        said = {"format": FORMAT, "fingerprint": self._fingerprint, "rows": self._report.rows}
        self._target.write_text(MANIFEST, f"{json.dumps(said, indent=2)}\n")
        self._work.delete()

    def _mapped(self, rows: Any, stage: Stage, schema: pa.Schema) -> Any:
        return rows.mapInArrow(stage, _spark_schema(schema))

    def _by_key(self, rows: Any, key: str, stage: Stage, schema: pa.Schema) -> Any:
        """A stage over rows sorted by a key: all of one key in one task."""
        return self._mapped(rows.repartition(key).sortWithinPartitions(key), stage, schema)

    def _in_order(self, rows: Any, key: str) -> Any:
        """Rows in the order of a key, over all parts; all of one key in one of them."""
        return rows.repartitionByRange(key).sortWithinPartitions(key)

    def _table(self, name: str, schema: pa.Schema) -> Any:
        """A table of the working folder."""
        return self._spark.read.schema(_spark_schema(schema)).parquet(str(self._work / name))

    def _write(self, rows: Any, folder: Folder, name: str) -> None:
        rows.write.mode("overwrite").options(**_QUIET).parquet(str(folder / name))

    def _here(self, rows: Any) -> Iterator[pa.RecordBatch]:
        """Rows brought to the driver, a part at a time, as Arrow data."""
        packed = rows.mapInArrow(_as_blobs, "blob binary")
        for row in packed.toLocalIterator(prefetchPartitions=True):
            with pa.ipc.open_stream(row.blob) as reader:
                yield from reader


def _spark_schema(schema: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)


def _table_stage(name: str) -> Stage:
    def stage(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        united = name in ("relations", "evidence")
        return stages.table_rows(stages.unite_rows(batches) if united else batches, name)

    return stage


def _linked(batches: Iterable[pa.RecordBatch], archive: str) -> Iterator[pa.RecordBatch]:
    from pyspark import SparkFiles

    return stages.link_rows(batches, Path(SparkFiles.get(archive)))


def _as_blobs(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        yield pa.record_batch([pa.array([sink.getvalue().to_pybytes()])], names=["blob"])
