"""One writer at a time: a lock that dies with its process, and a note of who holds it.

The lock is the operating system's, on the file ``lock`` of a knowledge base: a killed process
holds nothing. ``lock.json`` beside it says who writes; it may outlive its writer, and means
nothing unless the lock is held. Readers need no lock.
"""

from __future__ import annotations

import json
import math
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KnowledgeBaseError
from kg.ledger import Ledger
from kg.record_files import sync_folder

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = ["LOCK_FILES", "Writer", "ledger_to_write", "writer_at_work", "writing"]

LOCK, OWNER = "lock", "lock.json"
LOCK_FILES = frozenset({LOCK, OWNER, f"{OWNER}.new"})
"""What the lock leaves in a folder that holds nothing else yet."""
_GRACE = 0.5
"""Seconds that even the impatient wait: somebody may only be looking whether it is locked."""
_PAUSE = 0.05
"""Seconds between two tries."""


@dataclass(frozen=True)
class Writer:
    """Who writes to a knowledge base.

    Args:
        command: What it runs, such as ``kg build``.
        pid: Its process; 0 where it has not said so.
        host: The machine that it runs on.
        since: When it began, in seconds since 1970.
    """

    command: str = "kg command"
    pid: int = 0
    host: str = ""
    since: float = 0.0

    def __str__(self) -> str:
        if not self.pid:
            return self.command
        age = max(0, round(time.time() - self.since))
        return f"{self.command} (process {self.pid} on {self.host}, since {age} s)"


@contextmanager
def writing(
    base: Path,
    command: str,
    *,
    wait: float = 0.0,
    on_wait: Callable[[Writer], None] | None = None,
) -> Iterator[None]:
    """Be the one who writes to a folder, which is made if it is missing.

    A folder that was made here and stays empty is taken away again.

    Args:
        base: The knowledge base directory.
        command: What to tell others who want to write.
        wait: Seconds to wait for another writer to finish; ``math.inf`` for as long as it takes.
        on_wait: Told once whom we wait for.

    Raises:
        KnowledgeBaseError: Another process writes, or the folder cannot be written to.
    """
    from filelock import FileLock

    lock = FileLock(base / LOCK)
    try:
        made = _acquire(lock, base, wait, on_wait)
    except OSError as err:
        raise KnowledgeBaseError(f"cannot write to '{base}': {err.strerror or err}") from err
    try:
        _sign(base, command)
        yield
    finally:
        with suppress(OSError):
            (base / OWNER).unlink()
        if made and {path.name for path in base.iterdir()} <= LOCK_FILES:
            with suppress(OSError):  # somebody else may just have begun to use it
                (base / LOCK).unlink()
                base.rmdir()
        lock.release()


def _acquire(
    lock: BaseFileLock, base: Path, wait: float, on_wait: Callable[[Writer], None] | None
) -> bool:
    """Take the lock; tells whether the folder had to be made for it."""
    from filelock import Timeout

    end = time.monotonic() + max(wait, _GRACE)
    told = on_wait is None or wait <= 0
    made = False
    while True:
        if not base.is_dir():
            base.mkdir(parents=True, exist_ok=True)
            sync_folder(base.parent)
            made = True
        try:
            lock.acquire(blocking=False)
        except FileNotFoundError:  # who had made the folder has just taken it away
            if time.monotonic() > end:
                raise
        except Timeout:
            if time.monotonic() > end:
                raise _refusal(base, wait) from None
            if not told and on_wait is not None:
                on_wait(_signed(base))
                told = True
        else:
            return made
        time.sleep(_PAUSE)


def _refusal(base: Path, wait: float) -> KnowledgeBaseError:
    waited = "" if wait <= 0 else f" still, after {wait:g} s"
    return KnowledgeBaseError(
        f"another {_signed(base)} is writing '{base}'{waited}",
        hint="wait for it with --wait, or --wait SECONDS; reading needs no waiting",
    )


def _sign(base: Path, command: str) -> None:
    writer = Writer(command, os.getpid(), socket.gethostname(), round(time.time(), 3))
    note = base / f"{OWNER}.new"
    with suppress(OSError):  # a full disk: the lock is held all the same
        note.write_text(json.dumps(asdict(writer)) + "\n", "utf-8")
        note.replace(base / OWNER)


def _signed(base: Path) -> Writer:
    try:
        return Writer(**json.loads((base / OWNER).read_bytes()))
    except (OSError, ValueError, TypeError):
        return Writer()  # it has just begun, or there was no room for its name


def writer_at_work(base: Path) -> Writer | None:
    """Who writes to a knowledge base now, or None."""
    from filelock import FileLock, Timeout

    if not (base / LOCK).is_file():
        return None
    try:
        with FileLock(base / LOCK, timeout=0):
            return None
    except Timeout:
        return _signed(base)
    except OSError:  # no leave to write here
        return None


@contextmanager
def ledger_to_write(
    base: Path,
    command: str,
    *,
    create: bool = False,
    wait: float = 0.0,
    on_wait: Callable[[Writer], None] | None = None,
) -> Iterator[Ledger]:
    """The ledger of a knowledge base, for the one who writes to it.

    Args:
        base: The knowledge base directory.
        command: What to tell others who want to write.
        create: Make a new knowledge base where there is none; if nothing comes into it but an
            error, it is taken away again.
        wait: Seconds to wait for another writer to finish.
        on_wait: Told once whom we wait for.

    Raises:
        KnowledgeBaseError: There is no knowledge base, it is damaged, or another process writes.
    """
    path = base / "ledger.sqlite"
    if not create and not path.is_file():
        raise KnowledgeBaseError(
            f"no knowledge base at '{base}'", hint="make one: kg build SOURCE --to DIR"
        )
    if math.isnan(wait):
        wait = 0.0
    with writing(base, command, wait=wait, on_wait=on_wait):
        fresh = not path.is_file()
        try:
            with Ledger(path, create=create) as ledger:
                try:
                    yield ledger
                finally:
                    fresh = fresh and len(ledger) == 0
        except BaseException:
            if fresh:
                for part in ("", "-wal", "-shm", "-journal"):
                    path.with_name(path.name + part).unlink(missing_ok=True)
            raise
