"""JSON Schema 2020-12 of every record, in one bundle.

It says what one record holds. What ties fields or records together stays with pydantic: an id that
is the hash of its triple, a span that fits its text, a relation that joins the labels it may.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from kg.model import BASE_IRI, MODELS
from kg.schema.fields import field_specs

__all__ = ["generate", "json_schema"]


def json_schema() -> dict[str, Any]:
    """The bundle: ``$defs`` has one schema per record, under the record's name."""
    _, bundle = models_json_schema(
        [(model, "validation") for model in MODELS],
        title="kg",
        description="The records of a knowledge graph of papers; refer to #/$defs/<Record>.",
    )
    _complete_limits(bundle["$defs"])
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{BASE_IRI}kg.schema.json",
        "title": bundle["title"],
        "description": bundle["description"],
    }
    return {**head, "$defs": dict(sorted(bundle["$defs"].items()))}


def _complete_limits(definitions: dict[str, Any]) -> None:
    """Put in the range of every number: behind a validator pydantic writes ``ge`` and ``le``."""
    for field in field_specs():
        if field.type == "number":
            limits = {"minimum": field.minimum, "maximum": field.maximum}
            stated = definitions[field.model]["properties"][field.name]
            for unknown in ("ge", "le"):
                stated.pop(unknown, None)
            stated.update({name: value for name, value in limits.items() if value is not None})


def generate() -> str:
    """Text of ``kg.schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
