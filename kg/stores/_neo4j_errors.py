"""One clear sentence for everything that can go wrong with a server; never the password."""

from __future__ import annotations

import re
from dataclasses import dataclass

import neo4j.exceptions as failures

from kg.errors import KgError, QueryError, StoreError
from kg.stores._query_errors import query_error, read_only_error, timeout_error
from kg.stores._statement import Statement, position_of

__all__ = ["FAILURES", "Server", "bad_parameter"]

FAILURES = (failures.Neo4jError, failures.DriverError, OSError)
"""What the driver may raise."""

_LOGIN = "set KG_NEO4J_USER and KG_NEO4J_PASSWORD to the name and password of the server"
_CODES = (
    ("Security.Unauthorized", "{uri} refuses the user '{user}' with this password", _LOGIN),
    ("Security.TokenExpired", "{uri} refuses the user '{user}' with this password", _LOGIN),
    (
        "Security.AuthenticationRateLimit",
        "{uri} refuses the user '{user}' after too many wrong passwords",
        "wait a minute, then check KG_NEO4J_PASSWORD",
    ),
    (
        "Security.CredentialsExpired",
        "{uri} wants a new password for the user '{user}' first",
        "change it with: ALTER CURRENT USER SET PASSWORD FROM 'old' TO 'new'",
    ),
    (
        "Security.Forbidden",
        "the user '{user}' may not do this in {database} of {uri}",
        "ask for the right to create constraints and to write, or use another KG_NEO4J_USER",
    ),
    (
        "Database.DatabaseNotFound",
        "{uri} has no {database}",
        "SHOW DATABASES lists them; choose one with KG_NEO4J_DATABASE",
    ),
    (
        "Database.DatabaseUnavailable",
        "{database} of {uri} is not running",
        "start it, or choose another one with KG_NEO4J_DATABASE",
    ),
    (
        "Cluster.NotALeader",
        "{uri} is a server that only reads",
        "address the cluster with neo4j:// so that writes find their way",
    ),
    (
        "OnReadOnly",  # of a database, or of a server that says so in its settings
        "{database} of {uri} only reads",
        "choose another one with KG_NEO4J_DATABASE",
    ),
    (
        "TransientError.General",
        "{uri} ran out of memory or time",
        "load smaller batches, or give the server more memory; loading again is safe",
    ),
)


@dataclass
class Server:
    """Where a store is connected to, for its messages.

    Args:
        uri: Address without user and password.
        user: Name at the server.
        database: Name of the database; None for the server's default.
        connected: Whether it has answered before.
    """

    uri: str
    user: str
    database: str | None
    connected: bool = False

    def explain(self, err: Exception) -> StoreError:
        """Say what a failure of the driver means."""
        known = self._known(err)
        if known:
            return known
        gone = (failures.ServiceUnavailable, failures.SessionExpired, OSError)
        if isinstance(err, failures.AuthError):
            return StoreError(f"{self.uri} refuses the user '{self.user}'", hint=_LOGIN)
        if isinstance(err, gone) and self.connected:
            return StoreError(
                f"the connection to {self.uri} broke",
                hint="is the server still running? loading again is safe: what is there stays",
            )
        if isinstance(err, gone):
            return StoreError(f"cannot reach {self.uri}{_reason(err)}", hint=_reach_hint(err))
        return StoreError(f"{self.uri} failed: {_first_line(err)}")

    def explain_query(self, err: Exception, statement: Statement, seconds: float) -> KgError:
        """Say what a failure means when a query of the user's was running.

        Args:
            err: What the driver raised.
            statement: The query.
            seconds: The time it was given.
        """
        code = getattr(err, "code", None) or ""
        if "TransactionTimedOut" in code:
            return timeout_error(seconds)
        if "Statement.AccessMode" in code:
            return read_only_error(statement)
        if isinstance(err, failures.Neo4jError) and not self._known(err):
            message = _first_line(err)
            return query_error(message, statement, _position(message, statement.source))
        return self.explain(err)

    def _known(self, err: Exception) -> StoreError | None:
        """The error for a failure that has nothing to do with what was asked."""
        name = f"database '{self.database}'" if self.database else "default database"
        code = getattr(err, "code", None) or ""
        for part, message, hint in _CODES:
            if part in code:
                text = message.format(uri=self.uri, user=self.user, database=name)
                return StoreError(text, hint=hint)
        return None


def bad_parameter(err: Exception) -> QueryError:
    """The error for a parameter that the driver cannot send."""
    return QueryError(_first_line(err), hint="parameters are null, bool, numbers, text and lists")


def _position(message: str, cypher: str) -> int | None:
    """Where the server stopped: Neo4j gives an offset, ArcadeDB line and column from 0."""
    offset = re.search(r"\(offset: (\d+)\)", message)
    if offset:
        return int(offset[1])
    found = re.search(r"line (\d+)(?:, column |:)(\d+)", message)
    return position_of(cypher, int(found[1]), int(found[2]) + 1) if found else None


def _first_line(err: Exception) -> str:
    message = str(err.message if isinstance(err, failures.Neo4jError) else err)
    return next((line.strip() for line in message.splitlines() if line.strip()), repr(err))


def _reason(err: Exception) -> str:
    text = str(err)
    if "DNS" in text:
        return ": no such host"
    if "refused" in text:
        return ": nothing listens on that port"
    if "timed out" in text.casefold():
        return ": no answer"
    return ""


def _reach_hint(err: Exception) -> str:
    if "SSL" in str(err) or "certificate" in str(err):
        return (
            "encryption failed: use bolt:// or neo4j:// for a server without it, +ssc for a "
            "certificate that nobody signed"
        )
    return "is the server running? Bolt listens on port 7687; 7474 is only its web page"
