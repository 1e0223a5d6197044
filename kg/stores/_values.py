"""Plain values out of what a database returns: nodes, relations, paths and times as dicts."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

__all__ = ["Flattener"]

Lookup = Callable[[list[Any]], Mapping[Any, str]]
"""Handles of nodes -> their ids: asked only for nodes that the answer itself does not hold."""


class Flattener:
    """Turns the values of one answer into plain ones; ``finish`` fills in the ends of relations.

    A relation comes with the database's own handles of its two nodes. Ids of nodes in the same
    answer are known; the others are looked up once, at the end.
    """

    def __init__(self) -> None:
        self._ids: dict[Any, str] = {}
        self._open: list[tuple[dict[str, Any], Any, Any]] = []

    def rows(self, rows: Iterable[Iterable[Any]]) -> tuple[tuple[Any, ...], ...]:
        """Flatten all rows of an answer."""
        return tuple(tuple(self.value(v) for v in row) for row in rows)

    def value(self, value: Any) -> Any:
        """Flatten one value."""
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        special = self.special(value)
        if special is not None:
            return special
        if isinstance(value, Mapping):
            return {str(k): self.value(v) for k, v in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.value(v) for v in value]
        if isinstance(value, (datetime.date, datetime.time)):
            return value.isoformat()
        return str(value)

    def special(self, value: Any) -> Any:
        """Flatten a node, relation, path or time of this database; None for all else."""
        raise NotImplementedError

    def node(self, handle: Any, labels: Iterable[str], properties: Mapping[str, Any]) -> Any:
        """A node as a dict: labels, then id, name or title, then the rest by name."""
        plain = _ordered({k: self.value(v) for k, v in properties.items()})
        if isinstance(plain.get("id"), str):
            self._ids[handle] = plain["id"]
        return {"labels": sorted(labels), **plain}

    def relation(self, kind: str, start: Any, end: Any, properties: Mapping[str, Any]) -> Any:
        """A relation as a dict: type, ids of its nodes, then its properties by name."""
        plain = _ordered({k: self.value(v) for k, v in properties.items()})
        record = {"type": kind, "start": None, "end": None, **plain}
        self._open.append((record, start, end))
        return record

    def finish(self, lookup: Lookup) -> None:
        """Write the ids of their nodes into the relations seen so far.

        Args:
            lookup: Finds the ids of nodes by their handles.
        """
        unknown = {h for _, *ends in self._open for h in ends if h not in self._ids}
        if unknown:
            self._ids.update(lookup(sorted(unknown)))
        for record, start, end in self._open:
            record["start"], record["end"] = self._ids.get(start), self._ids.get(end)
        self._open.clear()


def _ordered(properties: Mapping[str, Any]) -> dict[str, Any]:
    first = [k for k in ("id", "name", "title") if k in properties]
    return {k: properties[k] for k in (*first, *sorted(set(properties) - set(first)))}
