"""Ray for one build: how it is started or joined, kept quiet, and ended."""

from __future__ import annotations

import logging
import os
import re
import secrets
import signal
import socket
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any

from kg.errors import ConfigError, KgError, MissingExtraError

__all__ = ["ACTOR_RETRIES", "explained", "ray_session"]

ACTOR_RETRIES = {"max_restarts": 4, "max_task_retries": 4}
"""A paper on which a process dies ends the job at last; Ray would go on for ever."""

_OBJECT_STORE = 512 * 2**20
"""Bytes of shared memory for Ray on this machine; what does not fit goes to disk."""
_IDLE = 60_000
"""Milliseconds that a process waits for its next task; Ray's one second makes each stage start them
all anew."""
_LONGEST = 40
"""Characters of a folder in which Ray can still make sockets, whose paths have a limit."""
_QUIET = {
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
    "RAY_USAGE_STATS_ENABLED": "0",  # or it tells its makers
}
_HINT = "finished work is kept: the same command goes on from there"


@contextmanager
def ray_session(address: str, workers: int, settings: Mapping[str, int]) -> Iterator[Any]:
    """Ray; one that is there already (a notebook's) is used, and left as it is.

    Args:
        address: Address of the cluster; empty for the variable ``RAY_ADDRESS``, else this machine.
        workers: Processes on this machine; 0 for one a core.
        settings: Arguments of ``ray.init`` for this machine.

    Yields:
        The module ``ray``, with ``ray.data``.

    Raises:
        MissingExtraError: Ray is not installed.
        ConfigError: Ray does not start, or there is no cluster.
    """
    address = address or os.environ.get("RAY_ADDRESS", "")
    address = "" if address == "local" else address
    if "ray" not in sys.modules:  # which reads these once
        for name, value in (_QUIET if address else {**_QUIET, **_token()}).items():
            os.environ.setdefault(name, value)
    try:
        with _unwarned():
            import ray
            import ray.data
    except ImportError as err:
        raise MissingExtraError("ray", needed_for="the engine 'ray'") from err
    with _unwarned(), _quiet(ray):
        if ray.is_initialized():
            yield ray
            return
        _reach(address)
        before = signal.getsignal(signal.SIGTERM)
        with (
            redirect_stdout(sys.stderr),  # there Ray is to say that it repeats something
            tempfile.TemporaryDirectory(prefix="kg-ray-", ignore_cleanup_errors=True) as folder,
        ):
            try:
                ray.init(
                    **({"address": address} if address else _local(folder, workers, settings)),
                    configure_logging=False,
                    log_to_driver=False,
                )
            except Exception as err:  # of Ray, of gRPC or of the system, by what went wrong
                said = " ".join(str(err).split())[:300]
                raise ConfigError(
                    f"Ray does not start: {said}",
                    hint="is the cluster there?" if address else "see that /dev/shm has room",
                ) from err
            try:
                yield ray
            finally:
                with suppress(Exception):  # where it died, that is what is to be heard of
                    ray.shutdown()
                if threading.current_thread() is threading.main_thread():
                    signal.signal(signal.SIGTERM, before)


def _token() -> dict[str, str]:
    """Ray listens on every interface: without a token, whoever reaches it can run code.

    It stays in the environment, for Ray reads it once a process.
    """
    if "RAY_AUTH_MODE" in os.environ:
        return {}
    return {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}


def _reach(address: str) -> None:
    """Knock at ``HOST:PORT`` first: Ray itself waits for minutes."""
    place = re.fullmatch(r"\[?([^/]+?)\]?:(\d{1,5})", address.removeprefix("ray://"))
    if place is None:
        return
    try:
        socket.create_connection((place[1], int(place[2])), timeout=10).close()
    except (OSError, OverflowError) as err:
        raise ConfigError(
            f"Ray does not start: nobody answers at {place[0]}: {err}", hint="is the cluster there?"
        ) from err


def _local(folder: str, workers: int, settings: Mapping[str, int]) -> dict[str, Any]:
    return {
        "address": "local",
        "num_cpus": workers or os.cpu_count() or 1,
        "include_dashboard": False,
        "object_store_memory": _OBJECT_STORE,
        "_system_config": {"idle_worker_killing_time_threshold_ms": _IDLE},
        **({"_temp_dir": folder} if len(folder) <= _LONGEST else {}),
        **settings,
    }


@contextmanager
def _quiet(ray: Any) -> Iterator[None]:
    """Without Ray's own lines; an error of a function comes as it was raised."""
    context = ray.data.DataContext.get_current()
    said = {
        "enable_progress_bars": False,
        "print_on_execution_start": False,
        "raise_original_map_exception": True,
    }
    before = {name: getattr(context, name) for name in said}
    loggers = [logging.getLogger(name) for name in ("ray", "ray.data")]
    levels = [logger.level for logger in loggers]
    try:
        for name, value in said.items():
            setattr(context, name, value)
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        yield
    finally:
        for name, value in before.items():
            setattr(context, name, value)
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def _unwarned() -> Iterator[None]:
    """Without what Ray says of its own settings and of the versions of others."""
    with warnings.catch_warnings():
        for category in (DeprecationWarning, FutureWarning):
            warnings.filterwarnings("ignore", category=category, module=r"ray\.")
        yield


@contextmanager
def explained() -> Iterator[None]:
    """What goes wrong inside Ray as an error of kg, in one line.

    Raises:
        KgError: The error that a worker raised, or what Ray says.
    """
    from ray.exceptions import RayError

    try:
        yield
    except RayError as err:
        cause = getattr(err, "cause", None)
        if isinstance(cause, KgError):
            raise cause from err
        said = " ".join(str(cause or err).split())[:500]
        raise KgError(f"Ray failed: {said}", hint=_HINT) from err
