"""A Cypher script, for ``cypher-shell -f``, Neo4j Browser, and any openCypher engine.

Constraints and the range index come first, then nodes, then relations, as ``UNWIND`` batches of
literals. Each statement is one line that ends in ``;``: text breaks out of no literal, because line
breaks and every other control character are escaped. Running it again changes nothing; a value that
has become null is not taken away. The linked mentions of a paper's text are a list of JSON texts;
the evidence of a relation is a set of parallel lists. Full-text indexes are in
``schemas/neo4j.cypher``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from kg.cypher import (
    check_prefix,
    constraint_statements,
    index_statements,
    inline_rows,
    node_batches,
    relation_batches,
)
from kg.exporters._exporting import EXPORTERS
from kg.exporters._writing import write_text
from kg.graph import KnowledgeGraph

__all__ = ["generate_cypher", "write_cypher"]


def generate_cypher(
    graph: KnowledgeGraph, *, batch_size: int = 200, prefix: str = ""
) -> Iterator[str]:
    """Statements, one a line, each with its ``;``.

    Args:
        graph: The graph.
        batch_size: Nodes or relations per statement, from 1.
        prefix: Put before every label, for a database that other data share.

    Raises:
        InputError: ``batch_size`` is below 1, or the prefix cannot begin a label.
    """
    check_prefix(prefix)
    for statement in (*constraint_statements(prefix), *index_statements(prefix)):
        yield f"{statement};\n"
    by_label, by_type = graph.nodes_by_label(), graph.relations_by_type()
    nodes = node_batches(by_label, batch_size, mentions=graph.mentions, prefix=prefix)
    relations = relation_batches(by_type, batch_size, prefix=prefix)
    for statement, rows in chain(nodes, relations):
        yield f"{inline_rows(statement, rows)};\n"


@EXPORTERS.register("cypher", suffixes=(".cypher", ".cypher.gz"))
def write_cypher(
    graph: KnowledgeGraph, target: Path, *, batch_size: int = 200, prefix: str = ""
) -> None:
    """Write a graph as a Cypher script, gzipped where the target ends in ``.gz``.

    Raises:
        InputError: ``batch_size`` is below 1, or the prefix cannot begin a label.
        OSError: The file cannot be written.
    """
    write_text(generate_cypher(graph, batch_size=batch_size, prefix=prefix), target)
