"""A real Neo4j for the tests that ask for one.

KG_TEST_NEO4J_URI names a server with an EMPTY database: after each test all nodes, constraints and
indexes are taken out of it, so two runs cannot share it.
KG_TEST_NEO4J_USER (else neo4j), KG_TEST_NEO4J_PASSWORD and KG_TEST_NEO4J_DATABASE go with it.
Without it Neo4j Community is started here, by Java and Maven. Where they are missing the tests
are skipped and a warning says so; with KG_REQUIRE_NEO4J=1 they fail.
"""

from __future__ import annotations

import importlib.util
import os
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # needs the driver, which may be missing
    from tests.integration.bolt_server import BoltServer
    from tests.integration.neo4j.server import Neo4jTools

REQUIRED = os.environ.get("KG_REQUIRE_NEO4J", "") not in ("", "0")


class Neo4jWarning(UserWarning):
    """Neo4j is not here, so nothing was tested against it."""


@pytest.fixture(scope="session")
def neo4j_tools() -> Neo4jTools:
    """The server, neo4j-admin and cypher-shell, to run on homes that are thrown away."""
    if importlib.util.find_spec("neo4j") is None:
        raise _do_without("the package neo4j is missing: pip install 'kg[dev]'")
    from tests.integration.neo4j.parts import Neo4jMissingError
    from tests.integration.neo4j.server import Neo4jTools

    try:
        return Neo4jTools.find()
    except Neo4jMissingError as err:
        raise _do_without(str(err)) from None


@pytest.fixture(scope="session")
def neo4j_server(request: pytest.FixtureRequest) -> Iterator[BoltServer]:
    """A Neo4j that runs; its database is empty at first."""
    if "KG_TEST_NEO4J_URI" in os.environ:
        yield _given()
        return
    tools: Neo4jTools = request.getfixturevalue("neo4j_tools")
    with tools.home() as home, tools.start(home) as server:
        yield server


@pytest.fixture
def neo4j_database(neo4j_server: BoltServer) -> Iterator[BoltServer]:
    """The Neo4j that runs, with nothing in its database: no node, constraint or index."""
    yield neo4j_server
    neo4j_server.clear()


def _given() -> BoltServer:
    from tests.integration.bolt_server import BoltServer

    server = BoltServer(
        "neo4j",
        os.environ["KG_TEST_NEO4J_URI"],
        os.environ.get("KG_TEST_NEO4J_USER", "neo4j"),
        os.environ.get("KG_TEST_NEO4J_PASSWORD", ""),
        os.environ.get("KG_TEST_NEO4J_DATABASE"),
    )
    if server.rows("MATCH (n) RETURN count(n)") != [[0]]:
        pytest.fail("the database of KG_TEST_NEO4J_URI is not empty")
    return server


def _do_without(reason: str) -> BaseException:
    """Make what skips the tests, and say so where nobody can miss it; or fails, where asked to."""
    reason = f"NOT TESTED AGAINST NEO4J: {reason}"
    if REQUIRED:
        return pytest.fail.Exception(f"{reason} (KG_REQUIRE_NEO4J is set)", pytrace=False)
    with warnings.catch_warnings():
        warnings.simplefilter("always", Neo4jWarning)  # shown, and no error
        warnings.warn(
            f"{reason}; or name a server in KG_TEST_NEO4J_URI", Neo4jWarning, stacklevel=2
        )
    return pytest.skip.Exception(reason)
