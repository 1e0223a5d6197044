"""The embedded Cypher database: a graph in memory or in one file, on kglite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import kglite

from kg.cypher import LABELS, node_from_properties, quote_identifier, relation_from_properties
from kg.errors import InputError, QueryError, StoreError
from kg.graph import KnowledgeGraph
from kg.model import PREDICATES, Entity, Paper, Relation
from kg.stores._kglite import (
    Database,
    DurationFlattener,
    KgliteFlattener,
    error_position,
    return_memory,
)
from kg.stores._kglite_advice import ADVICE, REFUSED
from kg.stores._lint import lint_query
from kg.stores._opening import STORES
from kg.stores._query_errors import query_error, read_only_error, refused, timeout_error
from kg.stores._statement import Statement
from kg.stores._translate import Schema, column_names, star_columns, translate
from kg.stores._upsert import Row, Tally, batches
from kg.stores.base import QueryResult, WriteReport

__all__ = ["EmbeddedStore", "lint_query", "open_file"]

BATCH_SIZE = 5000
"""Rows a statement takes at a time."""
SETTLE_FROM, SETTLE_STEP, SETTLE_SHARE = 300_000, 200_000, 0.25
"""Rows from which a new database is saved and loaded again, and after how many more: a number of
them, or a share of those there are, whichever is more."""
TIMEOUT = 60.0
"""Seconds a query may take unless told otherwise."""


class EmbeddedStore:
    """A graph that answers Cypher in this process.

    The file is a snapshot: it is read whole, and written whole by one rename. There is no lock,
    so let one process write at a time. Queries are Cypher as Neo4j takes it; ``docs/cypher.md``
    lists what differs.

    Args:
        path: Database file; None for a graph that lives in memory only.
        read_only: Refuse to write; of no meaning without a path.
        timeout: Seconds a query may take; None for no limit.

    Raises:
        StoreError: The file is not there (and ``read_only``), or is not such a database.
    """

    def __init__(
        self,
        path: str | Path | None = None,
        *,
        read_only: bool = True,
        timeout: float | None = TIMEOUT,
    ) -> None:
        self.path = None if path is None else Path(path)
        self.read_only = read_only and path is not None
        self.timeout = timeout
        present = self.path is not None and self.path.is_file()
        if self.path is not None and not present and (read_only or self.path.exists()):
            raise StoreError(f"no graph database '{self.path}'", hint="build one with: kg build")
        self._open: Database | None = Database(self.path if present else None)

    @classmethod
    def create(cls, path: str | Path, graph: KnowledgeGraph) -> None:
        """Write a fresh database file; one that is there is replaced as a whole.

        Args:
            path: The file to write, in a folder that exists.
            graph: What it shall hold.

        Raises:
            StoreError: The file cannot be written, or does not hold the whole graph.
        """
        with cls() as store:
            store.write(graph, settle=Path(path))
            store._database().save(Path(path))

    def write(self, graph: KnowledgeGraph, *, settle: Path | None = None) -> WriteReport:
        """Merge a graph into the store and its file: the second time nothing changes.

        Args:
            graph: The graph.
            settle: File to which a large graph is saved and loaded again from time to time:
                rows that were loaded take half the memory of rows that were added.

        Raises:
            StoreError: The store is read-only or closed, the file cannot be written, or the
                counts after the write are not those of the graph.
        """
        if self.read_only:
            raise StoreError(f"'{self.path}' is open to read only", hint="open it to write")
        before = self._counts()
        tally = Tally(Counter())
        rows = settled = 0
        for batch in batches(graph, BATCH_SIZE):
            tally.add(batch.merge(self._find if before else None, self._database().put))
            rows += len(batch.rows)
            step = max(SETTLE_STEP, int(settled * SETTLE_SHARE))
            if settle is not None and rows >= max(SETTLE_FROM, settled + step):
                self._database().save(settle)
                self._open = None  # the old one goes before the new one comes
                return_memory()
                self._open = Database(settle)
                settled = rows
        expected = before + tally.created
        counted = self._counts()
        if counted != expected:
            odd = ", ".join(
                f"{counted[name]} {name} instead of {expected[name]}"
                for name in sorted(counted | expected)
                if counted[name] != expected[name]
            )
            raise StoreError(f"the database does not hold the graph: {odd}")
        created = tally.created.total()
        if self.path is not None and (created or tally.changed or not self.path.exists()):
            self._database().save(self.path)
        nodes, relations = len(graph.papers) + len(graph.entities), len(graph.relations)
        return WriteReport(nodes, relations, created, tally.changed)

    def read(self) -> KnowledgeGraph:
        """Give back nodes and relations (without the linked mentions of the texts).

        Raises:
            StoreError: The store holds something that kg did not write.
        """
        foreign = sorted(set(self._counts()) - {*LABELS, *PREDICATES})
        if foreign:
            raise StoreError(f"the store holds '{foreign[0]}', which kg did not write")
        papers: list[Paper] = []
        entities: list[Entity] = []
        relations: list[Relation] = []
        try:
            for label in LABELS:
                for (found,) in self._database().rows(
                    f"MATCH (n:{quote_identifier(label)}) RETURN n"
                ):
                    node = node_from_properties(label, found["properties"])
                    papers.append(node) if isinstance(node, Paper) else entities.append(node)
            for predicate in PREDICATES:
                pattern = f"MATCH (a)-[r:{quote_identifier(predicate)}]->(b)"
                for start, end, found in self._database().rows(f"{pattern} RETURN a.id, b.id, r"):
                    relations.append(
                        relation_from_properties(predicate, start, end, found["properties"])
                    )
            return KnowledgeGraph(papers, entities, relations)
        except InputError as err:
            raise StoreError(f"the store holds something else: {err.message}") from err

    def query(
        self,
        cypher: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        write: bool = False,
        timeout: float | None = None,
    ) -> QueryResult:
        """Answer a Cypher query.

        Args:
            cypher: The query, one statement.
            parameters: Values for ``$name`` in it.
            write: Let the query change the store (and its file); otherwise one that would, or
                that reads other files, is refused.
            timeout: Seconds it may take; None for the store's own limit.

        Raises:
            QueryError: The query is wrong, takes too long, or writes without leave.
            StoreError: The store is closed, or its file cannot be written.
        """
        statement = Statement(cypher)
        given = dict(parameters or {})
        statement.check_parameters(given)
        if write and self.read_only:
            raise QueryError(f"'{self.path}' is open to read only", hint="open it to write")
        if not write and "LOAD" in statement.words and statement.writing_clause is not None:
            raise read_only_error(statement)  # of its own, kglite lets LOAD CSV read any file
        error = refused(statement, REFUSED)
        if error is not None:
            raise error
        limit = self.timeout if timeout is None else timeout
        translation = translate(statement, self._schema)
        try:
            result = self._database().cypher(
                translation.text,
                given,
                write=write,
                timeout=limit,
                plain=True,
                disabled=translation.disabled,
            )
        except kglite.ReadOnlyError as err:
            raise read_only_error(statement) from err
        except kglite.CypherTimeoutError as err:
            raise timeout_error(limit or 0.0) from err
        except kglite.KgError as err:
            position = translation.source_position(error_position(err, translation.text))
            raise query_error(str(err), statement, position, ADVICE) from err
        except (TypeError, ValueError, OverflowError, RecursionError) as err:
            raise QueryError(str(err).splitlines()[0]) from err
        if write and self.path is not None and any((result.stats or {}).values()):
            self._database().save(self.path)
        columns = tuple(result.columns)
        if "*" in statement.words:  # Neo4j puts what * stands for in order of its name
            columns = star_columns(statement, columns)
        durations = "DURATION" in statement.words
        flattener = DurationFlattener() if durations else KgliteFlattener()
        rows = flattener.rows([row[name] for name in columns] for row in result)
        flattener.finish(self._ids)
        return QueryResult(column_names(statement, len(columns)) or columns, rows)

    def close(self) -> None:
        """Let go of the graph; calling it again does nothing."""
        self._open = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _database(self) -> Database:
        if self._open is None:
            raise StoreError("the store is closed")
        return self._open

    def _find(self, text: str, rows: list[Row]) -> list[tuple[str, dict[str, Any]]]:
        return [(key, found) for key, found in self._database().rows(text, rows=rows)]

    def _schema(self) -> Schema:
        rows = self._database().rows
        labels = rows("CALL db.labels() YIELD label RETURN label ORDER BY label")
        types = rows("CALL db.relationshipTypes() YIELD relationshipType AS t RETURN t ORDER BY t")
        several = rows("MATCH (n) WHERE size(labels(n)) > 1 RETURN 1 LIMIT 1")
        return Schema(tuple(n for (n,) in labels), tuple(n for (n,) in types), not several)

    def _counts(self) -> Counter[str]:
        nodes = self._database().rows("MATCH (n) RETURN labels(n)[0], count(*)")
        edges = self._database().rows("MATCH ()-[r]->() RETURN type(r), count(*)")
        return Counter({name: number for name, number in (*nodes, *edges) if number})

    def _ids(self, handles: list[int]) -> dict[int, str]:
        found = self._database().rows(
            "MATCH (n) WHERE elementId(n) IN $handles RETURN elementId(n), n.id",
            handles=[str(handle) for handle in handles],
        )
        return {int(handle): key for handle, key in found}


@STORES.register("file")
def open_file(target: str, **options: Any) -> EmbeddedStore:
    """Open a database file; options are those of ``EmbeddedStore``."""
    return EmbeddedStore(target, **options)
