"""Schemas of whole documents, made of the schemas of the records in ``kg.schema.json``."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from typing import Any

from kg.errors import MissingExtraError
from kg.model import ENTITY_KINDS, PREDICATES
from kg.schema import generate_artifact

__all__ = ["BY_RECORD", "validator"]

Schema = dict[str, Any]

BY_RECORD = {"paper": "Paper", "relation": "Relation", "mention": "LinkedMention"}
"""Sort of record -> its schema; an ``entity`` has that of its kind."""


@cache
def validator(name: str) -> Any:
    """What checks a record, or a part of a document, against its schema.

    Args:
        name: A record of ``kg.schema.json``, or ``papers line``, ``edge``, ``graph`` or the name
            of a record with ``node`` before it, as the node-link form writes it.

    Raises:
        MissingExtraError: jsonschema is not installed.
    """
    try:
        from jsonschema import Draft202012Validator
    except ModuleNotFoundError as err:
        raise MissingExtraError("validate", needed_for="checking JSON") from err
    definitions = _definitions()
    if name not in definitions:
        raise KeyError(name)
    return Draft202012Validator({"$defs": definitions, "$ref": f"#/$defs/{_escaped(name)}"})


def _escaped(name: str) -> str:
    return name.replace(" ", "%20")


@cache
def _definitions() -> dict[str, Schema]:
    records: dict[str, Schema] = json.loads(generate_artifact("kg.schema.json"))["$defs"]
    return {
        **records,
        **{f"node {kind}": _with_kind(records[kind], kind) for kind in ("Paper", *ENTITY_KINDS)},
        "edge": _edge(records["Relation"]),
        "papers line": _papers_line(records),
    }


def _with_kind(record: Schema, kind: str) -> Schema:
    """A record that tells its kind."""
    schema = deepcopy(record)
    schema["properties"]["kind"] = {"const": kind}
    schema["required"] = sorted({*schema.get("required", ()), "kind"})
    return schema


def _edge(relation: Schema) -> Schema:
    """An edge of the node-link form: a relation with networkx's names for its ends and id."""
    names = {"id": "key", "subject": "source", "object": "target"}
    properties = {names.get(k, k): v for k, v in relation["properties"].items()}
    required = [names.get(k, k) for k in relation["required"]]
    return {**relation, "properties": properties, "required": required}


def _papers_line(records: dict[str, Schema]) -> Schema:
    """A line of the papers export: the fields of the paper, the summary, and whole records.

    Lines that hold only what no paper refers to have an empty title, and may have an empty id.
    """
    paper = deepcopy(records["Paper"])
    evidence = _without(records["Evidence"], "paper_id")
    for name in ("subject", "predicate", "object"):
        evidence["properties"][name] = records["Relation"]["properties"][name]
        evidence["required"].append(name)
    parts: dict[str, Schema] = {
        "entities": _closed(
            id={"type": "string", "minLength": 3},
            name={"type": "string", "minLength": 1},
            aliases={"type": "array", "items": {"type": "string"}},
            kind={"enum": list(ENTITY_KINDS)},
            role=records["LinkedMention"]["properties"]["role"],
            score={"type": "number", "minimum": 0, "maximum": 1},
        ),
        "links": _closed(url={"type": "string"}, kind=records["Url"]["properties"]["url_kind"]),
        "relations": _closed(
            head={"type": "string"},
            type={"enum": [name.lower() for name in PREDICATES]},
            tail={"type": "string"},
            score={"type": "number", "minimum": 0, "maximum": 1},
        ),
        "nodes": {"type": "object"},  # each is checked by its kind
        "mentions": _without(records["LinkedMention"], "paper_id"),
        "evidence": evidence,
    }
    for name, item in parts.items():
        paper["properties"][name] = {"type": "array", "items": item}
    whole = sorted({*paper["required"], "entities", "links", "relations"})
    rest = {**paper, "properties": {**paper["properties"], "id": {"type": "string"}}}
    rest["properties"]["title"] = {"const": ""}
    return {
        "if": {"properties": {"title": {"const": ""}}, "required": ["title"]},
        "then": {**rest, "required": whole},
        "else": {**paper, "required": whole},
    }


def _closed(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _without(record: Schema, name: str) -> Schema:
    schema = deepcopy(record)
    del schema["properties"][name]
    schema["required"] = [field for field in schema["required"] if field != name]
    return schema
