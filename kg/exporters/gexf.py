"""GEXF 1.2, for Gephi and networkx.

The format has no lists that hold any text: authors, aliases and the evidence of an edge are JSON
texts. Empty values are not written, characters that XML cannot hold become U+FFFD, and the linked
mentions of the texts are left out. No date of last change is written.
Specification: https://gexf.net/1.2/
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
)
from kg.graph import KnowledgeGraph

__all__ = ["generate_gexf", "write_gexf"]

_TYPES = {"string": "string", "integer": "integer", "number": "double"}


def generate_gexf(graph: KnowledgeGraph) -> Iterator[str]:
    """GEXF text, a line or an element at a time.

    The label of a node is its title or name, that of an edge its type; ``kind`` is the label of a
    node in the graph; the weight of an edge is the number of sentences behind it.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n'
    yield '  <graph defaultedgetype="directed" mode="static">\n'
    for owner, columns in (("node", NODE_COLUMNS), ("edge", EDGE_COLUMNS)):
        yield f'    <attributes class="{owner}" mode="static">\n'
        for name, kind in columns.items():
            yield f'      <attribute id="{name}" title="{name}" type="{_TYPES[kind]}"/>\n'
        yield "    </attributes>\n"
    yield "    <nodes>\n"
    for node in graph.nodes():
        yield f"      <node id={xml_attribute(node.id)} label={xml_attribute(node_name(node))}>\n"
        yield from _values(node_values(node))
        yield "      </node>\n"
    yield "    </nodes>\n    <edges>\n"
    for edge in graph.relations.values():
        ends = f"source={xml_attribute(edge.subject)} target={xml_attribute(edge.object)}"
        yield (
            f'      <edge id={xml_attribute(edge.id)} {ends} type="directed" '
            f'label="{edge.predicate}" weight="{len(edge.evidence)}">\n'
        )
        yield from _values(edge_values(edge))
        yield "      </edge>\n"
    yield "    </edges>\n  </graph>\n</gexf>\n"


@EXPORTERS.register("gexf", suffixes=(".gexf", ".gexf.gz"))
def write_gexf(graph: KnowledgeGraph, target: Path) -> None:
    """Write a graph as GEXF, gzipped where the target ends in ``.gz``.

    Raises:
        OSError: The file cannot be written.
    """
    write_text(generate_gexf(graph), target)


def _values(values: Mapping[str, str | int | float]) -> Iterator[str]:
    yield "        <attvalues>\n"
    for name, value in values.items():
        yield f'          <attvalue for="{name}" value={xml_attribute(value)}/>\n'
    yield "        </attvalues>\n"
