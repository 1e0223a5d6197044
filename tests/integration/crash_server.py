"""A program that runs kg commands in processes that die when they are told to.

It loads the package once and forks for each command, so that a hundred dying builds take seconds.
Jobs come as JSON lines on standard input, the results of each line's jobs go to standard output.
A job has ``argv``, and ``fault``: what is to go wrong, and when.

- ``{"at": 7, "how": "exit"}``: the process is gone at its seventh operation that writes.
- ``{"at": 7, "how": "ENOSPC"}``: that operation and all later ones fail, as on a full disk.
- ``{"at": 7, "how": "EIO"}``: that operation fails, and no other.
- ``{"bytes": 9000}``: the system lets no file grow larger, whoever writes it.
- ``{"after": 0.2}``: SIGKILL after so many seconds.

Operations that write: each write to a file, fsync, rename, new folder, removal, statement that
changes the ledger, commit, and the start and end of the embedded database's own file.
"""

from __future__ import annotations

import errno
import io
import json
import os
import resource
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_CHANGES = ("INSERT", "DELETE", "CREATE", "BEGIN IMMEDIATE", "PRAGMA user_version =")


class Faults:
    """Counts the operations that write, and lets the process die, or one of them fail."""

    def __init__(self, at: int = 0, how: str = "") -> None:
        self.at, self.how = at, how
        self.done = 0

    def tick(self, *, ledger: bool = False) -> None:
        """An operation that writes is about to begin."""
        self.done += 1
        if not self.at or self.done < self.at:
            return
        if self.how == "exit":
            os._exit(137)
        if self.how == "EIO" and self.done > self.at:
            return
        if ledger:
            full = self.how == "ENOSPC"
            raise sqlite3.OperationalError("database or disk is full" if full else "disk I/O error")
        number = getattr(errno, self.how)
        raise OSError(number, os.strerror(number))

    def install(self) -> None:
        """Watch everything that this process writes from now on."""
        for name in ("fsync", "rename", "replace", "mkdir", "unlink", "rmdir"):
            setattr(os, name, self._watched(getattr(os, name)))
        self._watch_files()
        self._watch_ledger()
        from kg.stores._kglite import Database

        save = Database.save

        def saved(database: Database, path: Path) -> None:
            from kg.errors import StoreError

            try:
                self.tick()
                save(database, path)
                self.tick()
            except OSError as err:  # kglite tells it so
                raise StoreError(f"cannot write the graph database '{path}': {err}") from err

        Database.save = saved  # type: ignore[method-assign,assignment]

    def _watched(self, do: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any, **named: Any) -> Any:
            self.tick()
            return do(*given, **named)

        return watched

    def _watch_files(self) -> None:
        faults, real = self, io.open

        class File(io.FileIO):
            def write(self, data: Any, /) -> int:
                faults.tick()
                return super().write(data) or 0

        def opened(path: Any, mode: str = "r", *given: Any, **named: Any) -> Any:
            if not set(mode) & set("wxa") or isinstance(path, int):
                return real(path, mode, *given, **named)
            faults.tick()
            file = io.BufferedWriter(File(path, mode.replace("b", "").replace("t", "")))
            if "b" in mode:
                return file
            options = {k: named.get(k) for k in ("encoding", "errors", "newline")}
            return io.TextIOWrapper(file, **options)  # type: ignore[arg-type]

        io.open = opened  # type: ignore[assignment]

    def _watch_ledger(self) -> None:
        faults, real = self, sqlite3.connect

        class Connection(sqlite3.Connection):
            def execute(self, query: str, *values: Any) -> sqlite3.Cursor:
                if query.startswith(_CHANGES):
                    faults.tick(ledger=True)
                return super().execute(query, *values)

            def executemany(self, query: str, values: Any, /) -> sqlite3.Cursor:
                faults.tick(ledger=True)
                return super().executemany(query, values)

            def __exit__(self, kind: Any, error: Any, trace: Any) -> Any:
                if kind is None:
                    try:
                        faults.tick(ledger=True)
                    except sqlite3.OperationalError:
                        self.rollback()
                        raise
                return super().__exit__(kind, error, trace)

        def connect(*given: Any, **named: Any) -> sqlite3.Connection:
            return real(*given, **named, factory=Connection)

        sqlite3.connect = connect  # type: ignore[assignment]


def _child(job: dict[str, Any], told: int, output: Path) -> None:
    status = 1
    try:
        out = os.open(output, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        for stream in (1, 2):
            os.dup2(out, stream)
        fault = job.get("fault", {})
        faults = Faults(fault.get("at", 0), fault.get("how", ""))
        faults.install()
        if "bytes" in fault:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (fault["bytes"], fault["bytes"]))
        from kg.cli import main

        status = main(job["argv"])
        os.write(told, str(faults.done).encode())
    except BaseException:
        import traceback

        os.write(2, traceback.format_exc().encode())
        status = 70
    finally:
        os._exit(status)


def _start(job: dict[str, Any], output: Path) -> tuple[int, int, float]:
    reading, writing = os.pipe()
    begun = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _child(job, writing, output)
    os.close(writing)
    return pid, reading, begun


def _run(jobs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    started = [(job, *_start(job, folder / f"{n}.txt")) for n, job in enumerate(jobs)]
    results = []
    for number, (job, pid, reading, begun) in enumerate(started):
        if "after" in job.get("fault", {}):
            time.sleep(max(0.0, begun + job["fault"]["after"] - time.monotonic()))
            os.kill(pid, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        told = os.read(reading, 20)
        os.close(reading)
        results.append(
            {
                "status": status,
                "operations": int(told or 0),
                "seconds": time.monotonic() - begun,
                "said": (folder / f"{number}.txt").read_text("utf-8"),
            }
        )
    return results


def serve(warm: Path, folder: Path) -> None:
    """Load all that a build needs, then run what comes."""
    import kglite  # noqa: F401

    from kg.cli import main  # noqa: F401
    from kg.config import Config, ExtractConfig
    from kg.engines.batches import worker_pipeline
    from kg.exporters import export_graph  # noqa: F401
    from kg.extractors import extract_papers, extractor_fingerprint
    from kg.pipeline import _linker_fingerprint, assemble_graph
    from kg.readers import read_papers

    extract = ExtractConfig(model="fast")
    papers = list(read_papers(warm))
    assemble_graph(
        extract_papers(papers, config=extract, nlp=worker_pipeline(extract)),
        config=Config(extract=extract),
    )
    extractor_fingerprint(extract)
    _linker_fingerprint()
    assert threading.active_count() == 1, "a fork would leave the other threads behind"
    print(json.dumps("ready"), flush=True)  # noqa: T201
    for line in sys.stdin:
        print(json.dumps(_run(json.loads(line), folder)), flush=True)  # noqa: T201


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]))
