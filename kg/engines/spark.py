"""The engine for Apache Spark: the extractor in its Python workers, or the whole build.

``extract`` hands groups of papers to Spark as tasks of their own and gives back what each has
found as soon as it has ended, so that the ledger keeps it; Spark repeats what an executor loses.
``build_tables`` does the whole build there, see ``kg.engines._spark_tables``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Any

import pyarrow as pa

from kg.config import Config, ExtractConfig
from kg.engines._engine import ENGINES, TablesReport
from kg.engines.batches import EXTRACTIONS, extract_batches
from kg.errors import InputError
from kg.intake import Progress, Silent

__all__ = ["SparkEngine"]

_BATCHES = 4
"""Batches of papers in a task: enough to forget what a task costs, few to lose with one."""


@ENGINES.register("spark")
class SparkEngine:
    """Extracts in the Python workers of Spark.

    Args:
        workers: Tasks at a time; 0 for as many as Spark has cores.
        master: Address of the cluster, such as ``spark://HOST:7077`` or ``yarn``; empty for what
            ``spark-submit`` or ``SPARK_MASTER`` says, else this machine.
        work: Folder for what a job that writes tables keeps until it ends; one in the target by
            default.
        conf: Settings of Spark by name, such as ``spark.executor.memory``.

    Raises:
        InputError: An option is none of these.
    """

    def __init__(self, *, workers: int = 0, master: str = "", work: str = "", **conf: str) -> None:
        for name in conf:
            if not name.startswith("spark."):
                raise InputError(
                    f"the engine 'spark' has no option '{name}'",
                    hint="it takes: master, work, and Spark's own settings, as spark.NAME",
                )
        if master.startswith("sc://"):
            raise InputError(
                "the engine 'spark' does not work through Spark Connect",
                hint="give the address of the cluster itself, such as spark://HOST:7077",
            )
        self._workers, self._master, self._work, self._conf = workers, master, work, conf

    def extract(
        self, batches: Iterator[pa.RecordBatch], config: ExtractConfig, *, total: int
    ) -> Iterator[pa.RecordBatch]:
        """Extract batches; see ``Engine.extract``."""
        from kg.engines._spark_session import explained, spark_session

        with spark_session(self._master, self._workers, self._conf) as session, explained():
            context = session.sparkContext
            tasks = self._workers or context.defaultParallelism
            size = max(1, min(_BATCHES, total // (8 * tasks * config.batch_size)))
            groups = iter(lambda: list(islice(batches, size)), [])
            for found in _run(context, groups, config, tasks):
                yield from _unpacked(found)

    def build_tables(
        self,
        sources: Sequence[str],
        target: str,
        config: Config,
        *,
        format: str | None = None,
        strict: bool = False,
        curation: str = "",
        progress: Progress | None = None,
    ) -> TablesReport:
        """Read sources and write tables; see ``TableEngine.build_tables``."""
        from kg.engines._spark_session import explained, spark_session
        from kg.engines._spark_tables import SparkTablesJob

        with spark_session(self._master, self._workers, self._conf) as session, explained():
            job = SparkTablesJob(
                session, target, config, curation, self._work, progress or Silent()
            )
            return job.run(sources, format=format, strict=strict)


def _run(
    context: Any, groups: Iterable[list[pa.RecordBatch]], config: ExtractConfig, tasks: int
) -> Iterator[bytes]:
    """Each group as a job of one task; some more than run at a time, so that none waits."""

    def submit(blob: bytes) -> list[bytes]:
        rdd = context.parallelize([blob], 1)
        return list(rdd.mapPartitions(lambda blobs: map(task, blobs)).collect())

    def task(blob: bytes) -> bytes:
        return _packed(list(extract_batches(_unpacked(blob), config)), EXTRACTIONS)

    most = tasks + max(2, tasks // 4)
    running: set[Future[list[bytes]]] = set()
    pool = ThreadPoolExecutor(most, thread_name_prefix="kg-spark")
    try:
        for group in groups:
            running.add(pool.submit(submit, _packed(group, group[0].schema)))
            if len(running) >= most:
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield from future.result()
        while running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                yield from future.result()
    finally:
        if running:
            context.cancelAllJobs()
        pool.shutdown(wait=False, cancel_futures=True)


def _packed(batches: Sequence[pa.RecordBatch], schema: pa.Schema) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return bytes(sink.getvalue())


def _unpacked(blob: bytes) -> Iterator[pa.RecordBatch]:
    with pa.ipc.open_stream(blob) as reader:
        yield from reader
