"""A whole build inside Spark: files in, the tables of ``kg.tables`` out, nothing large here.

The steps between two shuffles are functions of ``kg.engines.stages``. What they give is written
into the working folder; what was extracted task by task. Only the decision on the entities is made
in the driver, from the distinct names.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa

from kg.config import Config
from kg.engines import stages
from kg.engines._hadoop import Folder
from kg.engines._tables_job import SHOWN, Stage, TablesJob, table_stage, work_address
from kg.errors import InputError
from kg.intake import Progress
from kg.tables import table_schema

__all__ = ["SparkTablesJob"]

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


class SparkTablesJob(TablesJob[Folder]):
    """One run.

    Args:
        session: The ``SparkSession``.
        target: Address of the folder.
        config: Settings.
        curation: Text of a ``curation.toml``.
        work: Address of the folder for working folders; empty for one in the target.
        meter: Told which stage begins.

    Raises:
        InputError: The target cannot be used.
    """

    def __init__(
        self, session: Any, target: str, config: Config, curation: str, work: str, meter: Progress
    ) -> None:
        folder = Folder(session, target)
        working = Folder(session, work_address(folder, work))
        super().__init__(folder, working, config, curation, meter)
        self._spark = session
        session.conf.set(
            "spark.sql.execution.arrow.maxRecordsPerBatch", str(config.extract.batch_size)
        )

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

    def _read(self, sources: Sequence[str], format: str | None) -> None:
        from pyspark.sql import Observation
        from pyspark.sql import functions as f

        records = [self._records(source, format) for source in sources]
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
        shown = wrong.orderBy("problem").limit(SHOWN).collect()
        self._report.problems = [row.problem for row in shown]

    def _leave_out_copies(self) -> None:
        papers = self._table("winners", stages.WINNERS).filter("id <> ''")
        heads = papers.select("id", "title", "title_key", "year", "has_abstract")
        copies = self._by_key(heads, "title_key", stages.copies_in, stages.COPIES)
        kept = papers.join(copies.select("id"), "id", "left_anti")
        self._write(kept, self._work, "papers")
        self._report.papers = self._papers().count()
        self._report.copies = papers.count() - self._report.papers

    def _papers(self) -> Any:
        return self._table("papers", stages.WINNERS)

    def _extract(self) -> None:
        config, papers = self._config.extract, self._papers()
        done = self._found().select("id", "content_hash")
        pending = papers.join(done, ["id", "content_hash"], "left_anti").select("id", "record")
        total = pending.count()
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
        folders = list(map(str, self._former()))
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
            made = self._mapped(self._in_order(rows, "key"), table_stage(name), table_schema(name))
            self._write(made, self._work / "new", name)

    def _count_rows(self, table: Folder) -> int:
        return int(self._spark.read.parquet(str(table)).count())

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


def _linked(batches: Iterable[pa.RecordBatch], archive: str) -> Iterator[pa.RecordBatch]:
    from pyspark import SparkFiles

    return stages.link_rows(batches, Path(SparkFiles.get(archive)))


def _as_blobs(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        yield pa.record_batch([pa.array([sink.getvalue().to_pybytes()])], names=["blob"])
