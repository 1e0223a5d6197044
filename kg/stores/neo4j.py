"""A Neo4j server, or any other that speaks Bolt and Cypher, through the official driver."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from kg.cypher import (
    LABELS,
    check_prefix,
    constraint_statements,
    fulltext_statements,
    index_statements,
    mentions_from_properties,
    node_from_properties,
    quote_identifier,
    relation_from_properties,
)
from kg.errors import InputError, MissingExtraError, QueryError, StoreError
from kg.graph import KnowledgeGraph
from kg.model import RELATIONS, Entity, LinkedMention, Paper, Relation
from kg.stores._opening import STORES
from kg.stores._owned import owned_nodes, owned_relations
from kg.stores._statement import Statement
from kg.stores._upsert import Tally, batches
from kg.stores.base import QueryResult, WriteReport

__all__ = ["Neo4jStore", "open_server"]

TIMEOUT = 60.0
"""Seconds a query may take unless told otherwise."""


class Neo4jStore:
    """A database of a server; it connects at once, so that what is wrong shows at once.

    Args:
        uri: ``neo4j://``, ``bolt://`` or one of them with ``+s`` or ``+ssc``; host and port.
        user: Name at the server; of no meaning without a password.
        password: Its password; empty for a server that asks for none.
        database: Name of the database; None for the server's default.
        batch_size: Rows a statement takes at a time, from 1; 1,000 to 10,000 is usual.
        timeout: Seconds a query may take; None for the server's own limit.
        read_only: Refuse to write.
        prefix: Put before every label, for a database that other data share: ``KgPaper``.

    Raises:
        InputError: The address holds a name, a password or a path; the prefix is no name.
        MissingExtraError: The driver is not installed.
        StoreError: The server cannot be reached, refuses the login, or lacks the database.
    """

    def __init__(
        self,
        uri: str,
        *,
        user: str,
        password: str,
        database: str | None = None,
        batch_size: int = 1000,
        timeout: float | None = TIMEOUT,
        read_only: bool = False,
        prefix: str = "",
    ) -> None:
        _check_address(uri)
        self.prefix = check_prefix(prefix)
        try:
            from kg.stores import _neo4j_driver
        except ImportError as err:
            raise MissingExtraError("neo4j", needed_for=f"the store '{uri}'") from err
        self.uri = uri
        self.batch_size = batch_size
        self.timeout = timeout
        self.read_only = read_only
        self._bolt = _neo4j_driver
        self._connection = _neo4j_driver.Connection(uri, user, password, database)

    def write(
        self,
        graph: KnowledgeGraph,
        *,
        sync: bool = False,
        on_rows: Callable[[int], None] | None = None,
    ) -> WriteReport:
        """Merge a graph into the database: the second time nothing changes.

        Constraints come first, then indexes, nodes and relations; every batch is a transaction
        of its own, so that a load that is stopped can be run again. An index that the server does
        not know is left out and noted in the report.

        Args:
            graph: The graph.
            sync: Afterwards take out what is ours and not in the graph.
            on_rows: Told how many more nodes and relations are done.

        Raises:
            StoreError: The server failed, refused, or was opened to read only.
        """
        self._check_writable()
        notes = self._prepare()
        present = self._present()
        tally = Tally(Counter())
        for batch in batches(graph, self.batch_size, mentions=True, prefix=self.prefix):
            fresh = batch.name not in present
            tally.add(self._connection.execute(self._bolt.merge_batch, batch, fresh=fresh))
            if on_rows is not None:
                on_rows(len(batch.rows))
        deleted = 0
        if sync:
            deleted, kept = self._take_out(graph)
            if kept:
                notes.append(f"{kept} outdated nodes kept: relations of others hang on them")
        nodes, relations = len(graph.papers) + len(graph.entities), len(graph.relations)
        created = tally.created.total()
        return WriteReport(nodes, relations, created, tally.changed, deleted, tuple(notes))

    def wipe(self) -> int:
        """Take out all that is ours (see ``kg.stores._owned``); constraints and indexes stay.

        Returns:
            Number of nodes and relations that are gone.

        Raises:
            StoreError: The server failed, refused, or was opened to read only.
        """
        self._check_writable()
        return self._take_out(KnowledgeGraph())[0]

    def read(self) -> KnowledgeGraph:
        """Give back the nodes, relations and linked mentions of kg's labels and types.

        Raises:
            StoreError: The server failed, or a node of such a label is none that kg wrote.
        """
        papers: list[Paper] = []
        entities: list[Entity] = []
        relations: list[Relation] = []
        mentions: list[LinkedMention] = []
        try:
            for label in LABELS:
                pattern = f"MATCH (n:{quote_identifier(self.prefix + label)})"
                for (found,) in self._connection.rows(f"{pattern} RETURN properties(n)"):
                    node = node_from_properties(label, found)
                    if isinstance(node, Paper):
                        papers.append(node)
                        mentions.extend(mentions_from_properties(node, found))
                    else:
                        entities.append(node)
            for spec in RELATIONS.values():
                for start, end in spec.pairs:
                    pattern = (
                        f"MATCH (a:{quote_identifier(self.prefix + start)})"
                        f"-[r:{quote_identifier(spec.name)}]->"
                        f"(b:{quote_identifier(self.prefix + end)})"
                    )
                    for a, b, found in self._connection.rows(
                        f"{pattern} RETURN a.id, b.id, properties(r)"
                    ):
                        relations.append(relation_from_properties(spec.name, a, b, found))
            return KnowledgeGraph(papers, entities, relations, mentions)
        except InputError as err:
            raise StoreError(
                f"the database holds something else: {err.message}",
                hint="a prefix keeps two graphs apart in one database: --prefix Kg",
            ) from err

    def _check_writable(self) -> None:
        if self.read_only:
            raise StoreError(f"'{self.uri}' is open to read only", hint="open it to write")

    def _prepare(self) -> list[str]:
        """Make constraints and indexes; returns notes on what the server does not know."""
        for statement in constraint_statements(self.prefix):
            self._connection.execute(self._bolt.run_statement, statement)
        notes = []
        for statement in (*index_statements(self.prefix), *fulltext_statements(self.prefix)):
            try:
                self._connection.execute(self._bolt.run_statement, statement)
            except StoreError as err:
                name = statement.partition(" INDEX ")[2].split()[0]
                notes.append(f"index '{name}' left out: {err.message}")
        return notes

    def _present(self) -> set[str]:
        """The labels and types of which the database holds some, counted without a search."""
        texts = {n: f"MATCH (n:{quote_identifier(self.prefix + n)})" for n in LABELS}
        texts |= {str(n): f"MATCH ()-[n:{quote_identifier(n)}]->()" for n in RELATIONS}
        counts = {n: self._connection.rows(f"{t} RETURN count(n)") for n, t in texts.items()}
        return {name for name, rows in counts.items() if rows[0][0]}

    def _take_out(self, keep: KnowledgeGraph) -> tuple[int, int]:
        """Delete what is ours and not in a graph: how many are gone, how many nodes had to stay."""
        deleted = kept = 0
        for owned in (*owned_relations(self.prefix), *owned_nodes(self.prefix)):
            rows = [
                row
                for row in self._connection.rows(owned.listing)
                if row[0] not in (keep.relations if owned.name in RELATIONS else keep)
            ]
            for at in range(0, len(rows), self.batch_size):
                part = rows[at : at + self.batch_size]
                gone = self._connection.execute(self._bolt.delete_rows, owned.deletion, part)
                deleted, kept = deleted + gone, kept + len(part) - gone
        return deleted, kept

    def query(
        self,
        cypher: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        write: bool = False,
        timeout: float | None = None,
    ) -> QueryResult:
        """Answer a Cypher query.

        A query without leave to write is refused when the server plans it as one that writes, and
        runs in a transaction that is never committed.

        Args:
            cypher: The query, one statement.
            parameters: Values for ``$name`` in it.
            write: Let the query change the database; otherwise one that would is refused.
            timeout: Seconds it may take; None for the store's own limit.

        Raises:
            QueryError: The query is wrong, takes too long, or writes without leave.
            StoreError: The server failed or cannot be reached.
        """
        statement = Statement(cypher)
        given = dict(parameters or {})
        statement.check_parameters(given)
        if write and self.read_only:
            raise QueryError(f"'{self.uri}' is open to read only", hint="open it to write")
        limit = self.timeout if timeout is None else timeout
        return self._connection.query(statement, given, write=write, timeout=limit)

    def close(self) -> None:
        """Close the connections; calling it again does nothing."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@STORES.register("bolt")
@STORES.register("neo4j")
def open_server(target: str, **options: Any) -> Neo4jStore:
    """Open a server at its address, with name and password from the environment.

    Raises:
        InputError: The address holds a name, a password or a path, or there is no password in
            the environment.
        StoreError: The server cannot be reached, refuses the login, or lacks the database.
    """
    _check_address(target)
    password = _setting("KG_NEO4J_PASSWORD", "NEO4J_PASSWORD")
    if password is None:
        raise InputError(
            f"no password for '{target}'",
            hint="set KG_NEO4J_PASSWORD; set it empty for a server that asks for none",
        )
    database = _setting("KG_NEO4J_DATABASE", "NEO4J_DATABASE")
    options["database"] = options.get("database") or database or None
    user = _setting("KG_NEO4J_USER", "NEO4J_USERNAME") or "neo4j"
    return Neo4jStore(target, user=user, password=password, **options)


def _check_address(uri: str) -> None:
    if "@" in uri:
        raise InputError(
            "the address of the server holds a name or a password",
            hint="take it out: set KG_NEO4J_USER and KG_NEO4J_PASSWORD instead",
        )
    if "?" in uri or "#" in uri:  # not shown: it may hold a password
        raise InputError(
            "the address of the server has more than host and port",
            hint="take out what begins with '?' or '#'",
        )
    wrong = InputError(f"'{uri}' is not the address of a server", hint="write neo4j://host:7687")
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError as err:
        raise wrong from err
    if not parts.hostname or port == 0:
        raise wrong
    if parts.path.strip("/"):
        raise InputError(
            f"the address '{uri}' holds a path",
            hint="name the database in KG_NEO4J_DATABASE instead",
        )


def _setting(*names: str) -> str | None:
    return next((os.environ[name] for name in names if name in os.environ), None)
