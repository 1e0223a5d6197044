"""Run Neo4j Community, its admin tool and cypher-shell, each in a home to throw away."""

from __future__ import annotations

import os
import secrets
import shlex
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.integration.bolt_server import BoltServer
from tests.integration.neo4j.parts import class_path, java

START_SECONDS = 120.0
STOP_SECONDS = 30.0
TOOL_SECONDS = 300.0
MEMORY = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
OPENED = tuple(
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in ("java.io", "java.lang", "java.nio", "java.util.concurrent", "sun.nio.ch")
)
SETTINGS = """\
dbms.usage_report.enabled=false
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.default_listen_address=127.0.0.1
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size=64m
"""


class ToolError(Exception):
    """A program of Neo4j failed; the message is the end of what it said."""


@dataclass(frozen=True)
class Neo4jHome:
    """A folder with the data, the logs and the settings of one server."""

    folder: Path
    password: str = field(repr=False)

    def log(self) -> str:
        """The end of what the server has written down."""
        files = [self.folder / "console.log", self.folder / "logs" / "neo4j.log"]
        words = [file.read_text("utf-8", errors="replace") for file in files if file.exists()]
        return "\n".join(words)[-4000:]

    def configure(self, port: int, *settings: str) -> None:
        """Write the settings: Bolt on that loopback port, nothing else, and little memory."""
        conf = self.folder / "conf" / "neo4j.conf"
        conf.parent.mkdir(exist_ok=True)
        conf.write_text(SETTINGS.format(port=port) + "".join(f"{s}\n" for s in settings), "utf-8")


@dataclass(frozen=True)
class Neo4jTools:
    """The programs of Neo4j: those of one Java and one class path."""

    java: str
    class_path: str = field(repr=False)

    @classmethod
    def find(cls) -> Self:
        """Find Java and the class path; the first time that takes a download.

        Raises:
            Neo4jMissingError: Java or Maven is missing, or Maven cannot get Neo4j.
        """
        return cls(java(), class_path())

    @contextmanager
    def home(self) -> Iterator[Neo4jHome]:
        """Make a home with a password of its own, and take it away again.

        Raises:
            ToolError: The admin tool cannot set the password.
        """
        with tempfile.TemporaryDirectory(prefix="kg-neo4j-", ignore_cleanup_errors=True) as name:
            home = Neo4jHome(Path(name), secrets.token_hex(16))
            home.configure(port=0)
            words = home.folder / "password"  # the tool reads its arguments from a file
            words.write_text(home.password, "utf-8")
            self.admin(home, "dbms", "set-initial-password", f"@{words}")
            words.unlink()
            yield home

    @contextmanager
    def start(self, home: Neo4jHome, *settings: str) -> Iterator[BoltServer]:
        """Run the server of a home on a free loopback port until the block ends.

        Args:
            home: Where its data are.
            settings: More lines for its ``neo4j.conf``.

        Raises:
            ToolError: The server ended before it answered, or does not answer in time.
        """
        port = _free_port()
        home.configure(port, *settings)
        (home.folder / "logs" / "neo4j.log").unlink(missing_ok=True)  # of an earlier start
        folders = [f"--home-dir={home.folder}", f"--config-dir={home.folder / 'conf'}"]
        main = "org.neo4j.server.CommunityEntryPoint"
        with (home.folder / "console.log").open("w", encoding="utf-8") as log:
            process = subprocess.Popen(
                [self.java, *MEMORY, *OPENED, main, *folders],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=home.folder,
                env=self._environment(home),
            )
            try:
                server = BoltServer(
                    "neo4j", f"bolt://127.0.0.1:{port}", "neo4j", home.password, "neo4j"
                )
                _wait(process, server, home)
                yield server
            finally:
                _stop(process)

    def admin(self, home: Neo4jHome, *arguments: str) -> str:
        """Run neo4j-admin on a home whose server does not run; give back what it said.

        Raises:
            ToolError: The tool failed or takes too long.
        """
        command = [self.java, *MEMORY, *OPENED, "org.neo4j.cli.AdminTool", *arguments]
        return _run(command, self._environment(home), home.folder)

    def run_with_admin(
        self,
        home: Neo4jHome,
        command: list[str],
        *,
        memory: tuple[str, ...] = MEMORY,
        seconds: float = TOOL_SECONDS,
    ) -> str:
        """Run a program that finds neo4j-admin in NEO4J_ADMIN; give back what it said.

        Raises:
            ToolError: It failed or takes too long.
        """
        admin = home.folder / "neo4j admin"
        words = [self.java, *memory, *OPENED, "org.neo4j.cli.AdminTool"]
        admin.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', "utf-8")
        admin.chmod(0o755)
        variables = {**self._environment(home), "NEO4J_ADMIN": str(admin)}
        return _run(command, variables, seconds=seconds)

    def cypher_shell(self, server: BoltServer, file: Path) -> str:
        """Run cypher-shell over a file of statements; give back its rows, in plain format.

        Raises:
            ToolError: A statement failed, the server cannot be reached, or it takes too long.
        """
        where = ["--address", server.uri, "--username", server.user]
        if server.database is not None:
            where += ["--database", server.database]
        how = ["--format", "plain", "--non-interactive", "--fail-fast", "--file", str(file)]
        command = [self.java, *MEMORY, "org.neo4j.shell.Main", *where, *how]
        return _run(command, {**self._environment(), "NEO4J_PASSWORD": server.password})

    def _environment(self, home: Neo4jHome | None = None) -> dict[str, str]:
        kept = {name: v for name, v in os.environ.items() if not name.startswith("NEO4J_")}
        kept["CLASSPATH"] = self.class_path
        if home is not None:
            kept["NEO4J_HOME"] = str(home.folder)
            kept["NEO4J_CONF"] = str(home.folder / "conf")
        return kept


def _run(
    command: list[str],
    environment: dict[str, str],
    folder: Path | None = None,
    *,
    seconds: float = TOOL_SECONDS,
) -> str:
    __tracebackhide__ = True  # the environment holds a password
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            encoding="utf-8",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as err:
        raise ToolError(f"it took more than {seconds:.0f} s") from err
    if done.returncode != 0:
        raise ToolError(done.stdout[-4000:])
    return done.stdout


def _wait(process: subprocess.Popen[bytes], server: BoltServer, home: Neo4jHome) -> None:
    """Wait until the server says that it has started, then ask it something."""
    log = home.folder / "logs" / "neo4j.log"
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        if log.exists() and "Started." in log.read_text("utf-8", errors="replace"):
            server.rows("RETURN 1")
            return
        time.sleep(0.1)
    raise ToolError(f"the Neo4j server did not start:\n{home.log()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
