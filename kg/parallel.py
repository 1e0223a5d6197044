"""Extraction in several processes."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from functools import cache
from multiprocessing import connection, get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import Any

from kg.config import ExtractConfig
from kg.errors import KgError
from kg.extractors import build_nlp, extract_papers
from kg.ledger import ExtractionRow
from kg.model import Paper

__all__ = ["extract_batches"]


def extract_batches(
    batches: Iterator[list[Paper]], *, config: ExtractConfig, workers: int
) -> Iterator[list[ExtractionRow]]:
    """Extract batches of papers, in this process or in several.

    Args:
        batches: Papers; taken a few batches ahead of the work.
        config: What the extractor is to do.
        workers: Processes; 1 is this one.

    Yields:
        The extractions of a batch as rows of the ledger, as batches are finished: their order is
        not that of the input.

    Raises:
        KgError: A worker died.
    """
    if workers == 1:
        yield from (_extract_batch(batch, config) for batch in batches)
        return
    spawn = get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=spawn, initializer=_end_with_parent)
    try:
        running: set[Future[list[ExtractionRow]]] = set()
        for batch in batches:
            # the first submission starts the workers
            with nullcontext() if running else _interrupts_held():
                running.add(pool.submit(_extract_batch, batch, config))
            if len(running) >= 2 * workers:
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (f.result() for f in finished)
        while running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (f.result() for f in finished)
        pool.shutdown(wait=True)
    except BrokenProcessPool as err:
        raise KgError(
            "a worker process died",
            hint="finished work is kept; if memory ran out, build again with --workers 1",
        ) from err
    finally:
        _stop(pool)


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


@cache
def _worker_nlp(config: ExtractConfig) -> Any:
    nlp = build_nlp(config)  # one pipeline a process; its type is spaCy's own matter
    # names and models stay, and what a paper leaves is not in cycles: looking through all of it
    # for garbage again and again takes a fifth of the time
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    return nlp


def _extract_batch(batch: list[Paper], config: ExtractConfig) -> list[ExtractionRow]:
    found = extract_papers(batch, config=config, nlp=_worker_nlp(config))
    return [ExtractionRow.of(extraction) for extraction in found]
