"""JSON Schema 2020-12 of every record, in one bundle.

It says what one record holds. What ties fields or records together stays with pydantic: an id that
is the hash of its triple, a span that fits its text, a relation that joins the labels it may.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from kg.model import BASE_IRI, MODELS
from kg.schema.examples import examples

__all__ = ["generate", "json_schema"]


def json_schema() -> dict[str, Any]:
    """The bundle: ``$defs`` has one schema per record, under its name, with an example."""
    _, bundle = models_json_schema(
        [(model, "validation") for model in MODELS],
        title="kg",
        description="The records of a knowledge graph of papers; refer to #/$defs/<Record>.",
    )
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{BASE_IRI}kg.schema.json",
        "title": bundle["title"],
        "description": bundle["description"],
    }
    shown = examples()
    definitions = {
        name: {**schema, "examples": [shown[name].model_dump(mode="json")]}
        for name, schema in sorted(bundle["$defs"].items())
    }
    return {**head, "$defs": definitions}


def generate() -> str:
    """Text of ``kg.schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
