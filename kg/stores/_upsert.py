"""Merging a graph into a store: which rows are new, which differ, which can stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kg.cypher import (
    node_batches,
    quote_identifier,
    relation_batches,
)
from kg.errors import StoreError
from kg.graph import KnowledgeGraph
from kg.model import ENTITY_CLASSES, Paper

__all__ = ["NODE_FIELDS", "Batch", "Tally", "batches"]

Row = dict[str, Any]
Find = Callable[[str, list[Row]], Iterable[tuple[str, Mapping[str, Any]]]]
"""Runs a statement that looks rows up and gives back (id, properties) of those it finds."""
Put = Callable[[str, list[Row]], int]
"""Runs a statement that upserts rows and gives back how many nodes or relations it created."""

NODE_FIELDS: dict[str, tuple[str, ...]] = {
    str(label): tuple(f for f in record.model_fields if f not in ("id", "kind"))
    for label, record in (("Paper", Paper), *ENTITY_CLASSES.items())
}
"""Label -> the properties its nodes may have besides ``id``."""


@dataclass(frozen=True)
class Batch:
    """Rows that one statement takes.

    Args:
        name: Label or relation type of the rows.
        find: Statement that looks up which rows are there: returns id and properties.
        upsert: Statement that writes them.
        rows: Rows with id and properties, relations with subject and object too.
    """

    name: str
    find: str
    upsert: str
    rows: list[Row]

    def keys(self) -> list[Row]:
        """The rows without their properties: all that ``find`` needs."""
        return [{k: v for k, v in row.items() if k != "properties"} for row in self.rows]

    def merge(self, find: Find | None, put: Put) -> Tally:
        """Write what is new or different.

        Args:
            find: Looks rows up; None where the store is known to hold none of this name.
            put: Writes rows.

        Raises:
            StoreError: Rows got lost, because a node they need is not there.
        """
        stored = {} if find is None else dict(find(self.find, self.keys()))
        todo = [row for row in self.rows if not _same(row, stored.get(row["id"]))]
        created = put(self.upsert, todo) if todo else 0
        changed = sum(row["id"] in stored for row in todo)
        if created + len(stored) != len(self.rows):
            raise StoreError(
                f"the store holds {created + len(stored)} of {len(self.rows)} {self.name} after "
                "they were written",
                hint="did something else change the store meanwhile? run it again",
            )
        return Tally(Counter({self.name: created}), changed)


@dataclass
class Tally:
    """What was written so far: label or type -> created, and how many were changed."""

    created: Counter[str]
    changed: int = 0

    def add(self, other: Tally) -> None:
        """Add the counts of another part."""
        self.created += other.created
        self.changed += other.changed


def batches(
    graph: KnowledgeGraph, size: int, *, mentions: bool = False, prefix: str = ""
) -> Iterator[Batch]:
    """The whole graph, nodes before relations, at most ``size`` rows at a time.

    Fields without a value travel as null, which takes an outdated value away.

    Args:
        graph: The graph.
        size: Rows of a batch, from 1.
        mentions: Let papers carry their linked mentions.
        prefix: Put before every label in the store.
    """
    spoken = graph.mentions if mentions else None
    for label, members in graph.nodes_by_label().items():
        absent = dict.fromkeys(NODE_FIELDS[label])
        find = (
            f"UNWIND $rows AS row MATCH (n:{quote_identifier(prefix + label)} {{id: row.id}}) "
            "RETURN n.id AS id, properties(n) AS properties"
        )
        for upsert, rows in node_batches({label: members}, size, mentions=spoken, prefix=prefix):
            full = [{**row, "properties": absent | row["properties"]} for row in rows]
            yield Batch(label, find, upsert, full)
    for (predicate, start, end), edges in graph.relations_by_type().items():
        find = (
            "UNWIND $rows AS row "
            f"MATCH (a:{quote_identifier(prefix + start)} {{id: row.subject}})"
            f"-[r:{quote_identifier(predicate)} {{id: row.id}}]->"
            f"(b:{quote_identifier(prefix + end)} {{id: row.object}}) "
            "RETURN r.id AS id, properties(r) AS properties"
        )
        key = (predicate, start, end)
        for upsert, rows in relation_batches({key: edges}, size, prefix=prefix):
            yield Batch(predicate, find, upsert, rows)


def _same(row: Row, stored: Mapping[str, Any] | None) -> bool:
    if stored is None:
        return False
    return all(stored.get(name) == value for name, value in row["properties"].items())
