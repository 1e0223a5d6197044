"""GraphML, for yEd, Cytoscape, Gephi, igraph and networkx.

The format has no lists: authors, aliases and the evidence of an edge are JSON texts. Empty values
are not written, characters that XML cannot hold become U+FFFD, and the linked mentions of the
texts are left out. Ids stand as they are, although strict validators want name tokens.
Specification: http://graphml.graphdrawing.org/specification.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from kg.exporters._exporting import EXPORTERS
from kg.exporters._writing import write_text
from kg.exporters._xml import (
    EDGE_COLUMNS,
    NODE_COLUMNS,
    edge_values,
    node_name,
    node_values,
    xml_attribute,
    xml_text,
)
from kg.graph import KnowledgeGraph

__all__ = ["generate_graphml", "write_graphml"]

_TYPES = {"string": "string", "integer": "int", "number": "double"}
_NODE_KEYS = {"label": "string", **NODE_COLUMNS}
_EDGE_KEYS = {"label": "string", "weight": "integer", **EDGE_COLUMNS}


def generate_graphml(graph: KnowledgeGraph) -> Iterator[str]:
    """GraphML text, a line or an element at a time.

    ``label`` is the title or name of a node and the type of an edge; ``kind`` the label of a node;
    ``weight`` the number of sentences behind an edge.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for owner, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        for name, kind in keys.items():
            yield (
                f'  <key id="{owner}_{name}" for="{owner}" '
                f'attr.name="{name}" attr.type="{_TYPES[kind]}"/>\n'
            )
    yield '  <graph edgedefault="directed">\n'
    for node in graph.nodes():
        yield f"    <node id={xml_attribute(node.id)}>\n"
        yield from _data("node", {"label": node_name(node), **node_values(node)})
        yield "    </node>\n"
    for edge in graph.relations.values():
        ends = f"source={xml_attribute(edge.subject)} target={xml_attribute(edge.object)}"
        yield f"    <edge id={xml_attribute(edge.id)} {ends}>\n"
        own = {"label": edge.predicate, "weight": len(edge.evidence)}
        yield from _data("edge", {**own, **edge_values(edge)})
        yield "    </edge>\n"
    yield "  </graph>\n</graphml>\n"


@EXPORTERS.register("graphml", suffixes=(".graphml", ".graphml.gz"))
def write_graphml(graph: KnowledgeGraph, target: Path) -> None:
    """Write a graph as GraphML, gzipped where the target ends in ``.gz``.

    Raises:
        OSError: The file cannot be written.
    """
    write_text(generate_graphml(graph), target)


def _data(owner: str, values: Mapping[str, str | int | float]) -> Iterator[str]:
    for name, value in values.items():
        yield f'      <data key="{owner}_{name}">{xml_text(value)}</data>\n'
