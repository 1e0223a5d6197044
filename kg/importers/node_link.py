"""Node-link JSON: back from the file that ``kg export`` wrote, or networkx from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.graph import KnowledgeGraph
from kg.importers._importing import IMPORTERS, open_text

__all__ = ["load_node_link", "parse_node_link"]


@IMPORTERS.register("node_link", suffixes=(".json", ".json.gz"))
def load_node_link(path: Path) -> KnowledgeGraph:
    """Read the graph back that ``write_node_link`` wrote; the two are equal.

    Args:
        path: The file, gzipped or not.

    Raises:
        InputError: The file cannot be read, is not JSON, or is not one of ours.
    """
    with open_text(path) as file:
        text = file.read()
    try:
        data = json.loads(text)
    except RecursionError as err:
        raise InputError(f"'{path}' is not JSON of kg: nested too deep") from err
    except ValueError as err:
        raise InputError(f"'{path}' is not JSON: {err}") from err
    try:
        return parse_node_link(data)
    except InputError as err:
        raise InputError(f"'{path}': {err.message}", hint=err.hint) from err


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
