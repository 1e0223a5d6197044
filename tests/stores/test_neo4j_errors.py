from __future__ import annotations

import pytest
from neo4j import exceptions as failures

from kg.errors import KgError, QueryError, StoreError
from kg.stores._neo4j_errors import Server, bad_parameter
from kg.stores._statement import Statement

QUERY = Statement("MATCH (n)\nRETRN n")


def server_says(code: str, message: str = "the server's words") -> failures.Neo4jError:
    error = failures.Neo4jError._hydrate_neo4j(code=f"Neo.{code}", message=message)
    assert isinstance(error, failures.Neo4jError)
    return error


@pytest.fixture
def server() -> Server:
    return Server("neo4j://host:7687", "ada", "papers", connected=True)


@pytest.mark.parametrize(
    ("code", "message", "hint"),
    [
        ("ClientError.Security.Unauthorized", "refuses the user 'ada'", "KG_NEO4J_PASSWORD"),
        ("ClientError.Security.AuthenticationRateLimit", "too many wrong", "wait a minute"),
        ("ClientError.Security.CredentialsExpired", "new password", "ALTER CURRENT USER"),
        ("ClientError.Security.Forbidden", "may not do this in database 'papers'", "right"),
        ("ClientError.Database.DatabaseNotFound", "has no database 'papers'", "SHOW DATABASES"),
        ("TransientError.Database.DatabaseUnavailable", "'papers' .* is not running", "start it"),
        ("ClientError.Cluster.NotALeader", "only reads", "neo4j://"),
        ("TransientError.General.OutOfMemoryError", "ran out of memory", "smaller batches"),
    ],
)
def test_one_sentence_each(server: Server, code: str, message: str, hint: str) -> None:
    for error in (
        server.explain(server_says(code)),
        server.explain_query(server_says(code), QUERY, 1.0),
    ):
        assert isinstance(error, StoreError)
        with pytest.raises(StoreError, match=message):
            raise error
        assert hint in error.hint


def test_a_broken_connection_is_told_from_a_wrong_address(server: Server) -> None:
    gone = failures.ServiceUnavailable("Failed to read from defunct connection")
    assert "broke" in server.explain(gone).message
    assert "loading again is safe" in server.explain(gone).hint
    server.connected = False
    assert server.explain(gone).message == "cannot reach neo4j://host:7687"
    unresolved = failures.ServiceUnavailable("Failed to DNS resolve address host")
    assert server.explain(unresolved).message.endswith("no such host")
    late = OSError("timed out")
    assert server.explain(late).message.endswith("no answer")
    sealed = failures.ServiceUnavailable("[SSLCertVerificationError] certificate verify failed")
    assert "encryption failed" in server.explain(sealed).hint
    other = server.explain(failures.DriverError("strange\nthings"))
    assert other.message == "neo4j://host:7687 failed: strange"


@pytest.mark.parametrize(
    ("code", "message", "expected", "place"),
    [
        (
            "ClientError.Statement.SyntaxError",
            "Invalid input 'RETRN': expected 'RETURN' (line 2, column 1 (offset: 10))\n\"MATCH\"",
            "unknown word 'RETRN'",
            "RETRN n\n^",
        ),
        (
            "ClientError.Statement.SyntaxError",
            "Variable `n` not defined (line 1, column 8 (offset: 7))",
            "Variable `n` not defined",
            "MATCH (n)\n       ^",
        ),
        ("ClientError.Procedure.ProcedureNotFound", "There is no procedure", "no procedure", ""),
        ("DatabaseError.General.UnknownError", "/ by zero", "/ by zero", ""),
        ("ClientError.Statement.AccessMode", "Writing in read access", "would change", ""),
        ("ClientError.Transaction.TransactionTimedOut", "terminated", "within 2 seconds", ""),
    ],
)
def test_queries(server: Server, code: str, message: str, expected: str, place: str) -> None:
    error: KgError = server.explain_query(server_says(code, message), QUERY, 2.0)
    assert isinstance(error, QueryError)
    assert expected in error.message
    assert error.place == place


def test_parameters() -> None:
    assert bad_parameter(TypeError("Values of type X\nare bad")).message == "Values of type X"
