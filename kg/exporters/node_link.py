"""Node-link JSON, the layout of ``networkx.node_link_graph(data, edges="edges")``; nothing is lost.

Every record is written whole: nodes and edges carry the fields of their record (nulls left out),
and the linked mentions lie under ``graph``, where networkx keeps them as graph attributes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.exporters._exporting import EXPORTERS
from kg.exporters._writing import read_text, write_text
from kg.graph import KnowledgeGraph
from kg.model.base import Record

__all__ = ["generate_node_link", "load_node_link", "parse_node_link", "write_node_link"]


def generate_node_link(graph: KnowledgeGraph) -> Iterator[str]:
    """JSON text, a record a line.

    A node has ``kind`` (``Paper`` or the kind of the entity) and the fields of its record; an edge
    has ``source``, ``target``, ``key`` (its id), ``predicate``, ``score`` and ``evidence``.
    """
    mentions = (m for sort, m in graph.records() if sort == "mention")
    yield '{"directed": true, "multigraph": true,\n"graph": {"mentions": ['
    yield from _lines(map(_dump, mentions))
    yield ']},\n"nodes": ['
    papers = ({"kind": "Paper", **_dump(p)} for p in graph.papers.values())
    entities = ({"kind": e.kind, **_dump(e)} for e in graph.entities.values())
    yield from _lines(row for rows in (papers, entities) for row in rows)
    yield '],\n"edges": ['
    yield from _lines(
        {
            "source": edge.subject,
            "target": edge.object,
            "key": edge.id,
            "predicate": edge.predicate,
            "score": edge.score,
            "evidence": [_dump(evidence) for evidence in edge.evidence],
        }
        for edge in graph.relations.values()
    )
    yield "]}\n"


@EXPORTERS.register("node_link", suffixes=(".json", ".json.gz"))
def write_node_link(graph: KnowledgeGraph, target: Path) -> None:
    """Write a graph as node-link JSON, gzipped where the target ends in ``.gz``.

    Raises:
        OSError: The file cannot be written.
    """
    write_text(generate_node_link(graph), target)


def parse_node_link(data: Mapping[str, Any]) -> KnowledgeGraph:
    """Build the graph of a node-link document that kg wrote.

    Raises:
        InputError: A part is missing, or a record does not fit its model.
    """
    try:
        return KnowledgeGraph.from_records(_records(data))
    except (AttributeError, KeyError, TypeError, ValueError) as err:
        reason = " ".join(str(err).split())
        hint = "only files written by 'kg export' hold all that a graph needs"
        raise InputError(f"no node-link document of kg: {reason}", hint=hint) from err


def load_node_link(path: str | Path) -> KnowledgeGraph:
    """Read the graph back that ``write_node_link`` wrote; the two are equal.

    Raises:
        InputError: The file cannot be read, is not JSON, or is not one of ours.
    """
    place = Path(path)
    try:
        data = json.loads(read_text(place))
    except OSError as err:
        raise InputError(f"cannot read '{place}': {err.strerror or err}") from err
    except RecursionError as err:
        raise InputError(f"'{place}' is not JSON of kg: nested too deep") from err
    except ValueError as err:
        raise InputError(f"'{place}' is not JSON: {err}") from err
    return parse_node_link(data)


def _records(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for node in data["nodes"]:
        fields = dict(node)
        if node["kind"] == "Paper":
            del fields["kind"]
        yield "paper" if node["kind"] == "Paper" else "entity", fields
    for edge in data["edges"]:
        fields = {key: edge[key] for key in ("predicate", "score", "evidence")}
        ends = {"id": edge["key"], "subject": edge["source"], "object": edge["target"]}
        yield "relation", fields | ends
    for mention in data["graph"]["mentions"]:
        yield "mention", mention


def _dump(record: Record) -> dict[str, Any]:
    return record.model_dump(mode="json", exclude_none=True)


def _lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    separator = "\n"
    for row in rows:
        yield separator + json.dumps(row, ensure_ascii=False)
        separator = ",\n"
