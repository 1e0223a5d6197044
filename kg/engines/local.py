"""The engine of one machine: this process, or a pool of processes."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from multiprocessing import connection, get_context, parent_process
from multiprocessing.process import BaseProcess

import pyarrow as pa

from kg.config import ExtractConfig
from kg.engines._engine import ENGINES
from kg.engines.batches import extract_batches
from kg.errors import KgError

__all__ = ["LocalEngine"]

_WORTH_A_PROCESS = 400
"""Papers from which another process is worth the time it takes to start."""


@ENGINES.register("local")
class LocalEngine:
    """Extracts in this process, or in several.

    Args:
        workers: Processes; 1 is this one, 0 picks by the cores and the papers there are.
    """

    def __init__(self, *, workers: int = 0) -> None:
        self._workers = workers

    def extract(
        self, batches: Iterator[pa.RecordBatch], config: ExtractConfig, *, total: int
    ) -> Iterator[pa.RecordBatch]:
        """Extract batches, taken a few ahead of the work; see ``Engine.extract``."""
        most = min(os.cpu_count() or 1, total // _WORTH_A_PROCESS)
        count = self._workers or max(1, most)
        if count == 1:
            yield from extract_batches(batches, config)
        else:
            yield from _extract_in_pool(batches, config, count)


def _extract_in_pool(
    batches: Iterator[pa.RecordBatch], config: ExtractConfig, workers: int
) -> Iterator[pa.RecordBatch]:
    spawn = get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=spawn, initializer=_end_with_parent)
    try:
        running: set[Future[list[pa.RecordBatch]]] = set()
        for batch in batches:
            # the first submission starts the workers
            with nullcontext() if running else _interrupts_held():
                running.add(pool.submit(_extract_batch, batch, config))
            if len(running) >= 2 * workers:
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield from future.result()
        while running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                yield from future.result()
        pool.shutdown(wait=True)
    except BrokenProcessPool as err:
        raise KgError(
            "a worker process died",
            hint="finished work is kept; if memory ran out, build again with --workers 1",
        ) from err
    finally:
        _stop(pool)


def _extract_batch(batch: pa.RecordBatch, config: ExtractConfig) -> list[pa.RecordBatch]:
    return list(extract_batches([batch], config))


def _stop(pool: ProcessPoolExecutor) -> None:
    """End the workers at once; nothing to do where they have ended.

    An interrupted pool that is asked to finish in order may wait for its workers for ever, as they
    do for it. What this does by hand is ``terminate_workers`` from Python 3.14 on.
    """
    processes: dict[int, BaseProcess] = getattr(pool, "_processes", None) or {}
    for process in list(processes.values()):
        process.terminate()
    pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ignore SIGINT for a moment: processes started now go on ignoring it, the parent stops them.

    Only the main thread has the signal; elsewhere nothing is held.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end_with_parent() -> None:
    """A worker waits for work for ever, also where nobody is left to give it any."""
    parent = parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def watch() -> None:
        connection.wait([sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
