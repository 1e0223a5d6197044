"""What a graph store is: it takes a whole graph, gives it back, and answers Cypher."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

from kg.graph import KnowledgeGraph

__all__ = ["QueryResult", "Store", "WriteReport"]


@dataclass(frozen=True)
class WriteReport:
    """What a write did.

    Args:
        nodes: Nodes in the graph that was written.
        relations: Relations in it.
        created: Nodes and relations that were not in the store before; -1 where unknown.
        changed: Those that were there with other properties; -1 where unknown.
        deleted: Nodes and relations that were taken out because the graph does not hold them.
        notes: What the store could not do and the graph does not need, such as an index.
    """

    nodes: int
    relations: int
    created: int = -1
    changed: int = -1
    deleted: int = 0
    notes: tuple[str, ...] = ()

    @property
    def matched(self) -> int:
        """Nodes and relations that were there before, changed ones included."""
        return self.nodes + self.relations - max(self.created, 0)


@dataclass(frozen=True)
class QueryResult:
    """Columns and rows of an answer.

    Args:
        columns: Names, in the order of RETURN.
        rows: Plain values: null, bool, int, float, str, list, dict. A node is a dict of its
            properties after ``labels``; a relation one after ``type``, ``start`` and ``end``
            (ids of its nodes); a path one of ``nodes`` and ``relationships``; dates and times
            are ISO 8601 text.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))


class Store(Protocol):
    """A graph database; use it as a context manager."""

    def write(self, graph: KnowledgeGraph) -> WriteReport:
        """Merge a graph into the store: the second time nothing changes.

        Raises:
            StoreError: The store failed, cannot be reached, or was opened to read only.
        """

    def read(self) -> KnowledgeGraph:
        """Give back nodes and relations (without the linked mentions of the texts).

        Raises:
            StoreError: The store failed or holds something that kg did not write.
        """

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
            write: Let the query change the store; otherwise one that would is refused.
            timeout: Seconds after which the query is given up; None for the store's default.

        Raises:
            QueryError: The query is wrong, takes too long, or writes without leave.
            StoreError: The store failed or cannot be reached.
        """

    def close(self) -> None:
        """Release the store; calling it again does nothing."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
