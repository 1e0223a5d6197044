"""What has to be known about kglite: opening, running, saving, and the shape of its values."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import kglite

from kg.errors import StoreError
from kg.stores._query_errors import Advice
from kg.stores._statement import position_of
from kg.stores._values import Flattener

__all__ = ["ADVICE", "Database", "KgliteFlattener", "error_position", "without_title"]

ADVICE = (
    Advice(
        r"\b(?:ANY|ALL)?\s*SHORTEST\s+(?:\d+|GROUPS?|\()",
        "write MATCH p = shortestPath((a)-[*..6]-(b)) as the first pattern of a MATCH",
        "SHORTEST is not known here",
    ),
    Advice(
        r",[^,()]*\bshortestPath\b",
        "make shortestPath((a)-[*..6]-(b)) the first pattern of its MATCH, with what binds a and b "
        "in a MATCH before it",
    ),
    Advice(
        r"\b(?:apoc|gds)\s*\.",
        "use plain Cypher, or load the graph into a Neo4j that has them: kg export ... neo4j://host",
        "there is no APOC and no GDS here",
    ),
    Advice(
        r"\bIN\s+(?:\d+\s+CONCURRENT\s+)?TRANSACTIONS\b",
        "leave it out: a query here is one transaction",
        "IN TRANSACTIONS is not known here",
    ),
    Advice(
        r"\bFULLTEXT\b|\bdb\.index\.fulltext\b",
        "search with: WHERE toLower(n.name) CONTAINS toLower($text)",
        "there is no full-text index here",
    ),
    Advice(
        r"(?<=[\w)])\s*&\s*[!(\w]|(?<=:)\s*!\s*\w",
        "write (n:Method|Dataset), or test with: WHERE n:Method AND NOT n:Dataset",
        "labels are not combined with & and ! here",
    ),
    Advice(r"^\s*USE\b", "leave it out: there is one graph", "USE is not known here"),
    Advice(
        r"\bpercentile(?:Cont|Disc)\s*\(",
        "write percentile_cont(x, 0.9), which only this store knows, or use avg, min and max",
    ),
)
"""What users of Neo4j write and kglite does not know."""


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
    ) -> Any:
        """Run a statement; kglite's own exceptions pass.

        Args:
            text: The statement.
            parameters: Values of its parameters.
            write: Let it change the graph.
            timeout: Seconds it may take; None for no limit.
            plain: Hide from ``keys`` and ``properties`` what kglite adds to every node.

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
            self._graph.save(str(path))
        except (kglite.KgError, ValueError, OSError) as err:
            reason = str(err).splitlines()[0].removeprefix("File I/O error: ")
            raise StoreError(f"cannot write the graph database '{path}': {reason}") from err


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
