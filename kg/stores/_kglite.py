"""What has to be known about kglite: opening, running, saving, and the shape of its values."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import kglite

from kg.errors import StoreError
from kg.stores._statement import position_of
from kg.stores._values import Flattener

__all__ = [
    "Database",
    "DurationFlattener",
    "KgliteFlattener",
    "error_position",
    "return_memory",
    "without_title",
]


class Database:
    """A kglite graph that only reads unless it is told to write.

    Args:
        path: File to load; None for an empty graph.

    Raises:
        StoreError: The file is not a database that this version of kglite can read.
    """

    def __init__(self, path: Path | None) -> None:
        kglite.set_query_warning_policy("silent")  # else it writes to stderr; see lint_query
        try:
            self._graph = kglite.KnowledgeGraph() if path is None else kglite.load(str(path))
        except kglite.KgError as err:
            raise StoreError(
                f"'{path}' is not a graph database that this version of kg can read",
                hint="rebuild it from its sources with: kg build",
            ) from err
        self._graph.read_only(True)

    def cypher(
        self,
        text: str,
        parameters: Mapping[str, Any],
        *,
        write: bool = False,
        timeout: float | None = None,
        plain: bool = False,
        disabled: tuple[str, ...] = (),
    ) -> Any:
        """Run a statement; kglite's own exceptions pass.

        Args:
            text: The statement.
            parameters: Values of its parameters.
            write: Let it change the graph.
            timeout: Seconds it may take; None for no limit.
            plain: Hide from ``keys`` and ``properties`` what kglite adds to every node.
            disabled: Passes of the optimizer to leave out.

        Raises:
            StoreError: The engine panicked.
        """
        self._graph.read_only(not write)
        try:
            return self._graph.cypher(
                text,
                params=dict(parameters),
                timeout_ms=0 if timeout is None else max(1, math.ceil(timeout * 1000)),
                hide_structural_keys=plain,
                disabled_passes=list(disabled) or None,
            )
        except BaseException as err:
            if type(err).__module__ == "pyo3_runtime":  # a panic is no Exception
                raise StoreError(f"the embedded database broke down: {err}") from err
            raise
        finally:
            self._graph.read_only(True)

    def rows(self, text: str, **parameters: Any) -> list[list[Any]]:
        """Run a reading statement of our own.

        Raises:
            StoreError: It failed.
        """
        try:
            result = self.cypher(text, parameters)
        except kglite.KgError as err:
            raise StoreError(f"the embedded database failed: {err}") from err
        columns = result.columns
        return [[row[name] for name in columns] for row in result]

    def put(self, text: str, rows: list[dict[str, Any]]) -> int:
        """Run an upsert of our own; returns how many nodes and relations it created.

        Raises:
            StoreError: It failed.
        """
        try:
            result = self.cypher(text, {"rows": [without_title(r) for r in rows]}, write=True)
        except (kglite.KgError, TypeError, ValueError, OverflowError) as err:
            raise StoreError(f"the embedded database refused the graph: {err}") from err
        return int(result.stats["nodes_created"] + result.stats["relationships_created"])

    def save(self, path: Path) -> None:
        """Write the graph to a file, by one rename.

        Raises:
            StoreError: The file cannot be written.
        """
        try:
            with warnings.catch_warnings():
                # it speaks of what a mapped load would hold; ours are not mapped
                warnings.simplefilter("ignore", kglite.MappedFallbackWarning)
                self._graph.save(str(path))
        except (kglite.KgError, ValueError, OSError) as err:
            reason = str(err).splitlines()[0].removeprefix("File I/O error: ")
            raise StoreError(f"cannot write the graph database '{path}': {reason}") from err


def return_memory() -> None:
    """Give back to the system what a dropped database held; kglite would keep it for the next."""
    kglite.trim_memory()


class KgliteFlattener(Flattener):
    """Tells kglite's nodes, relations and paths, which are dicts, from ordinary maps."""

    def special(self, value: Any) -> Any:
        """Flatten a node, relation or path; None for all else."""
        if not isinstance(value, dict):
            return None
        match value:
            case {"id": int(), "labels": [str() as label, *_], "properties": dict()}:
                return self.node(value["id"], value["labels"], _own(label, value["properties"]))
            case {"id": int(), "start": start, "end": end, "type": str(), "properties": dict()}:
                return self.relation(value["type"], start, end, value["properties"])
            case {"nodes": list(), "relationships": list()} if len(value) == 2:
                return {name: [self.value(v) for v in value[name]] for name in value}
        return None


class DurationFlattener(KgliteFlattener):
    """The same for an answer that may hold durations, which are maps of three whole numbers."""

    def special(self, value: Any) -> Any:
        """Flatten a duration to ISO 8601 text, and all else as before."""
        match value:
            case {"months": int(months), "days": int(days), "seconds": int(seconds)}:
                if len(value) == 3:
                    return _iso_duration(months, days, seconds)
        return super().special(value)


def without_title(row: dict[str, Any]) -> dict[str, Any]:
    """Say that an entity has no title: kglite would otherwise answer ``n.title`` with its name."""
    properties = row["properties"]
    if "name" not in properties or "title" in properties:
        return row
    return {**row, "properties": {**properties, "title": None}}


def error_position(err: kglite.KgError, cypher: str) -> int | None:
    """Where in a query kglite stopped, characters from 0; None where it does not say."""
    line, column = getattr(err, "line", None), getattr(err, "col", None)
    if line is not None and column is not None:
        return position_of(cypher, line, column)
    found = re.search(r"at position (\d+)", str(err))
    return int(found[1]) if found else None


def _own(label: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Properties without the ``type`` that kglite adds to every node, and without nulls."""
    return {
        name: value
        for name, value in properties.items()
        if value is not None and not (name == "type" and value == label)
    }


def _iso_duration(months: int, days: int, seconds: int) -> str:
    """Text of a duration, as Neo4j writes it: signs stay with the parts."""
    hours, rest = divmod(abs(seconds), 3600)
    sign = -1 if seconds < 0 else 1
    years, left = divmod(abs(months), 12)
    turn = -1 if months < 0 else 1
    date = ((turn * years, "Y"), (turn * left, "M"), (days, "D"))
    time = ((sign * hours, "H"), (sign * (rest // 60), "M"), (sign * (rest % 60), "S"))
    first, second = ("".join(f"{n}{unit}" for n, unit in parts if n) for parts in (date, time))
    return f"P{first}{'T' + second if second or not first else ''}{'' if first or second else '0S'}"
