"""Plain values out of the driver's: nodes, relations, paths, points and times."""

from __future__ import annotations

from typing import Any

import neo4j.graph
import neo4j.spatial
import neo4j.time

from kg.stores._values import Flattener

__all__ = ["Neo4jFlattener"]


class Neo4jFlattener(Flattener):
    """Flattens what the official driver returns."""

    def special(self, value: Any) -> Any:
        """Flatten a node, relation, path, point or time; None for all else."""
        match value:
            case neo4j.graph.Node():
                return self.node(value.element_id, value.labels, dict(value))
            case neo4j.graph.Relationship():
                start, end = (n if n is None else n.element_id for n in value.nodes)
                return self.relation(value.type, start, end, dict(value))
            case neo4j.graph.Path():
                parts = {"nodes": value.nodes, "relationships": value.relationships}
                return {name: [self.value(v) for v in part] for name, part in parts.items()}
            case neo4j.spatial.Point():
                return {"srid": value.srid, "coordinates": list(value)}
            case neo4j.time.Date() | neo4j.time.DateTime() | neo4j.time.Time():
                return value.to_native().isoformat()
            case neo4j.time.Duration():
                return value.iso_format()
        return None
