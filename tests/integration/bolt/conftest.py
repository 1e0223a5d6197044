"""Bolt servers to test against: ArcadeDB in a process of its own, and a Neo4j where one is given.

KG_TEST_NEO4J_URI names a Neo4j with an EMPTY database, which is emptied again after each test;
KG_TEST_NEO4J_USER (else neo4j), KG_TEST_NEO4J_PASSWORD and KG_TEST_NEO4J_DATABASE go with it.
"""

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
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

from kg.stores.neo4j import Neo4jStore

START_SECONDS = 120
SCRIPT = Path(__file__).with_name("arcadedb_server.py")


@dataclass(frozen=True)
class BoltServer:
    """Where a server is and how to get in."""

    name: str
    uri: str
    user: str
    password: str
    database: str | None

    def open(self, **options: object) -> Neo4jStore:
        """Connect to it; options replace the right ones."""
        arguments = {"user": self.user, "password": self.password, "database": self.database}
        uri = str(options.pop("uri", self.uri))
        return Neo4jStore(uri, **{**arguments, **options})  # type: ignore[arg-type]

    def clear(self) -> None:
        """Take everything out again."""
        with self.open() as store:
            store.query("MATCH (n) DETACH DELETE n", write=True)


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


@contextmanager
def neo4j_given() -> Iterator[BoltServer]:
    """The Neo4j that the environment names; its database has to be empty."""
    server = BoltServer(
        "neo4j",
        os.environ["KG_TEST_NEO4J_URI"],
        os.environ.get("KG_TEST_NEO4J_USER", "neo4j"),
        os.environ.get("KG_TEST_NEO4J_PASSWORD", ""),
        os.environ.get("KG_TEST_NEO4J_DATABASE"),
    )
    with server.open() as store:
        if store.query("MATCH (n) RETURN count(n)").rows != ((0,),):
            pytest.fail("the database of KG_TEST_NEO4J_URI is not empty")
    yield server


SERVERS = ["arcadedb", *(["neo4j"] if "KG_TEST_NEO4J_URI" in os.environ else [])]


@pytest.fixture(scope="session", params=SERVERS)
def any_server(request: pytest.FixtureRequest) -> Iterator[BoltServer]:
    if request.param == "neo4j":
        with neo4j_given() as server:
            yield server
    else:
        with arcadedb() as (server, _):
            yield server


@pytest.fixture
def server(any_server: BoltServer) -> Iterator[BoltServer]:
    """A server with nothing in it."""
    yield any_server
    any_server.clear()


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
