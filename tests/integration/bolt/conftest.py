"""Bolt servers to test against: ArcadeDB in a process of its own, and the real Neo4j."""

from __future__ import annotations

import importlib.util
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

from tests.integration.bolt_server import BoltServer

START_SECONDS = 120
SCRIPT = Path(__file__).with_name("arcadedb_server.py")


@contextmanager
def arcadedb() -> Iterator[tuple[BoltServer, subprocess.Popen[str]]]:
    """An ArcadeDB server on a free loopback port."""
    for module in ("neo4j", "arcadedb_embedded"):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"needs the package {module}: pip install 'kg[dev]'")
    password = secrets.token_urlsafe(16)
    bolt_port, http_port = _free_ports()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        log = stack.enter_context(Path(folder, "server.log").open("w", encoding="utf-8"))
        process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, str(SCRIPT), folder, str(bolt_port), str(http_port)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=folder,
                env={**os.environ, "KG_TEST_PASSWORD": password},
                text=True,
            )
        )
        lines: Queue[str] = Queue()
        listener = Thread(target=_listen, args=(process, lines), daemon=True)
        stack.callback(listener.join, 10)
        stack.callback(process.kill)
        listener.start()
        if not _ready(lines):
            log.flush()
            words = Path(folder, "server.log").read_text("utf-8", errors="replace")
            pytest.fail(f"the ArcadeDB server did not start:\n{words[-4000:]}")
        uri = f"bolt://127.0.0.1:{bolt_port}"
        yield BoltServer("arcadedb", uri, "root", password, "neo4j"), process


SERVERS = [
    "arcadedb",
    pytest.param("neo4j", marks=[pytest.mark.neo4j, pytest.mark.xdist_group("neo4j")]),
]


@pytest.fixture(scope="module", params=SERVERS)
def any_server(request: pytest.FixtureRequest) -> Iterator[BoltServer]:
    if request.param == "neo4j":
        server: BoltServer = request.getfixturevalue("neo4j_server")
        yield server
        server.clear()
    else:
        with arcadedb() as (server, _):
            yield server


@pytest.fixture
def server(any_server: BoltServer) -> Iterator[BoltServer]:
    """A server with no node in it; constraints and indexes stay until the module ends."""
    yield any_server
    any_server.empty()


def _listen(process: subprocess.Popen[str], lines: Queue[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put("")


def _ready(lines: Queue[str]) -> bool:
    try:
        while line := lines.get(timeout=START_SECONDS):
            if line.strip() == "READY":
                return True
    except Empty:
        pass
    return False


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1]), int(two.getsockname()[1])
