"""The connection to a server: sessions, transactions, and what their failures mean."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, TypeVar

import neo4j
import neo4j.exceptions

from kg.errors import StoreError
from kg.stores._neo4j_errors import FAILURES, Server, bad_parameter
from kg.stores._neo4j_values import Neo4jFlattener
from kg.stores._query_errors import read_only_error
from kg.stores._statement import Statement
from kg.stores._upsert import Batch, Row, Tally
from kg.stores.base import QueryResult

__all__ = ["Connection", "delete_rows", "merge_batch", "run_statement"]

P = ParamSpec("P")
T = TypeVar("T")
Transaction = neo4j.ManagedTransaction | neo4j.Transaction
CONNECT_TIMEOUT = 10.0
"""Seconds to wait for a connection, and to go on trying after a broken one."""


class Connection:
    """One database of one server; it connects at once, so that what is wrong shows at once.

    Args:
        uri: Address without user and password.
        user: Name at the server.
        password: Its password; empty for a server that asks for none.
        database: Name of the database; None for the server's default.

    Raises:
        StoreError: The server cannot be reached, refuses the login, or lacks the database.
    """

    def __init__(self, uri: str, user: str, password: str, database: str | None) -> None:
        logging.getLogger("neo4j").addHandler(logging.NullHandler())  # what matters is raised
        self.server = Server(uri, user, database)
        try:
            self._driver: neo4j.Driver | None = neo4j.GraphDatabase.driver(
                uri,
                auth=(user, password) if password else None,
                connection_timeout=CONNECT_TIMEOUT,
                connection_acquisition_timeout=2 * CONNECT_TIMEOUT,
                max_transaction_retry_time=CONNECT_TIMEOUT,
            )
        except (ValueError, neo4j.exceptions.ConfigurationError) as err:
            hint = "write neo4j://host:7687 or bolt://host:7687"
            raise StoreError(f"'{uri}' is not the address of a server", hint=hint) from err
        try:
            self._greet()
        except BaseException:
            self.close()
            raise
        self.server.connected = True

    def close(self) -> None:
        """Close the connections; calling it again does nothing."""
        if self._driver is not None:
            self._driver.close()
            self._driver = None

    def execute(
        self,
        work: Callable[Concatenate[neo4j.ManagedTransaction, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a function in a writing transaction, again if the server asks for that.

        Raises:
            StoreError: The server failed or refused.
        """
        try:
            with self._session(write=True) as session:
                return session.execute_write(work, *args, **kwargs)
        except FAILURES as err:
            raise self.server.explain(err) from err

    def rows(self, text: str) -> list[list[Any]]:
        """Run a reading statement of our own.

        Raises:
            StoreError: The server failed or refused.
        """
        try:
            with self._session(write=False) as session:
                return session.execute_read(lambda tx: _fetch(tx, text))
        except FAILURES as err:
            raise self.server.explain(err) from err

    def query(
        self,
        statement: Statement,
        parameters: Mapping[str, Any],
        *,
        write: bool,
        timeout: float | None,
    ) -> QueryResult:
        """Run a query of the user's; without leave to write nothing is ever committed.

        What reads as a writing clause is not even sent; the rest runs in read mode, which Neo4j
        enforces, in a transaction that is rolled back, because other servers do not.

        Raises:
            QueryError: The query is wrong, takes too long, or writes without leave.
            StoreError: The server failed or cannot be reached.
        """
        if not write and statement.writing_clause is not None:
            raise read_only_error(statement)
        try:
            with (
                self._session(write=write) as session,
                session.begin_transaction(timeout=timeout) as transaction,
            ):
                result = transaction.run(statement.text, dict(parameters))
                columns = tuple(result.keys())
                flattener = Neo4jFlattener()
                rows = flattener.rows(record.values() for record in result)
                summary = result.consume()
                if not write and (summary.counters.contains_updates or summary.query_type == "s"):
                    raise read_only_error(statement)
                flattener.finish(lambda handles: _ids(transaction, handles))
                if write:
                    transaction.commit()
        except FAILURES as err:
            raise self.server.explain_query(err, statement, timeout or 0.0) from err
        except (TypeError, ValueError, OverflowError) as err:
            raise bad_parameter(err) from err
        return QueryResult(columns, rows)

    def _greet(self) -> None:
        try:
            with self._session(write=False) as session:
                session.run("RETURN 1").consume()  # no retries: a wrong address shows at once
        except FAILURES as err:
            raise self.server.explain(err) from err

    def _session(self, *, write: bool) -> neo4j.Session:
        if self._driver is None:
            raise StoreError("the store is closed")
        mode = neo4j.WRITE_ACCESS if write else neo4j.READ_ACCESS
        return self._driver.session(database=self.server.database, default_access_mode=mode)


def run_statement(transaction: neo4j.ManagedTransaction, text: str) -> None:
    """Run a statement that answers nothing."""
    transaction.run(text).consume()


def delete_rows(transaction: neo4j.ManagedTransaction, text: str, rows: list[list[Any]]) -> int:
    """Run a deletion of ours; returns how many nodes and relations are gone."""
    counters = transaction.run(text, rows=rows).consume().counters
    return counters.nodes_deleted + counters.relationships_deleted


def merge_batch(
    transaction: neo4j.ManagedTransaction, batch: Batch, *, fresh: bool = False
) -> Tally:
    """Write what is new or different of a batch.

    Args:
        transaction: Where to write.
        batch: What to write.
        fresh: The database holds nothing of that label or type, so there is nothing to look up.
    """

    def put(text: str, rows: list[Row]) -> int:
        counters = transaction.run(text, rows=rows).consume().counters
        return counters.nodes_created + counters.relationships_created

    def find(text: str, rows: list[Row]) -> list[tuple[str, dict[str, Any]]]:
        return [(key, found) for key, found in _fetch(transaction, text, rows=rows)]

    return batch.merge(None if fresh else find, put)


def _fetch(transaction: Transaction, text: str, **parameters: Any) -> list[list[Any]]:
    return [record.values() for record in transaction.run(text, parameters)]


def _ids(transaction: Transaction, handles: list[Any]) -> dict[Any, str]:
    text = "MATCH (n) WHERE elementId(n) IN $handles RETURN elementId(n), n.id"
    return dict(_fetch(transaction, text, handles=handles))
