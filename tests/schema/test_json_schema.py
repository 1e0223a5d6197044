"""JSON Schema and pydantic accept and refuse the same records."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from kg.model import MODELS, Extraction, Link, Mention, RelationMention
from kg.model.base import Record
from kg.schema.json_schema import json_schema
from tests.sample_graph import DT, sample_graph

BUNDLE = json_schema()


def _samples() -> list[Record]:
    graph = sample_graph()
    records: list[Record] = [record for _, record in graph.records()]
    linked = graph.mentions(DT.id)
    mentions = tuple(
        Mention.model_validate(m.model_dump(exclude={"entity_id", "link_method", "link_score"}))
        for m in linked
    )
    stated = RelationMention(
        paper_id=DT.id,
        predicate="USES",
        subject=DT.id,
        object=mentions[0].id,
        start=0,
        end=5,
        extractor="x",
        score=0.5,
    )
    link = Link(mention_id=mentions[0].id, entity_id="method:x", score=1, method="exact")
    evidence = [e for r in graph.relations.values() for e in r.evidence]
    extraction = Extraction(paper=DT, mentions=mentions, relations=(stated,))
    return [*records, *mentions, *evidence, stated, link, extraction]


SAMPLES = _samples()
FIRST = {type(record): record for record in reversed(SAMPLES)}


def _validator(model: type[Record]) -> Any:
    schema = {**BUNDLE, "$ref": f"#/$defs/{model.__name__}"}
    return jsonschema.Draft202012Validator(schema)


def _dump(record: Record) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(record.model_dump_json())
    return loaded


def test_the_bundle_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(BUNDLE)
    assert BUNDLE["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]
    assert BUNDLE["$id"] == "https://w3id.org/kg-papers/kg.schema.json"
    assert all(definition["description"] for definition in BUNDLE["$defs"].values())


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_every_definition_has_an_example_that_it_accepts(model: type[Record]) -> None:
    (example,) = BUNDLE["$defs"][model.__name__]["examples"]
    _validator(model).validate(example)
    assert model.model_validate(example).model_dump(mode="json") == example


def test_there_is_a_sample_of_every_model() -> None:
    assert set(FIRST) == set(MODELS)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_dumped_records_are_valid(model: type[Record]) -> None:
    validator = _validator(model)
    for record in SAMPLES:
        if type(record) is model:
            validator.validate(_dump(record))


def _mutations(model: type[Record]) -> list[tuple[str, dict[str, Any]]]:
    good = _dump(FIRST[model])
    broken = [("extra key", {**good, "no_such_field": 1})]
    for name, field in model.model_fields.items():
        if field.is_required():
            broken.append((f"no {name}", {k: v for k, v in good.items() if k != name}))
        wrong = {"a": 1} if not isinstance(good[name], dict) else [1]
        broken.append((f"wrong type of {name}", {**good, name: wrong}))
        if name.endswith("score"):
            broken += [(f"{name} {x}", {**good, name: x}) for x in (1.5, -0.1, None)]
        if name == "year":
            broken += [(f"year {x}", {**good, name: x}) for x in (1200, 3000, 2020.5)]
        if name in ("start", "object_start", "subject_start"):
            broken.append((f"negative {name}", {**good, name: -1}))
        if name in ("kind", "predicate", "role", "url_kind", "method", "link_method"):
            broken.append((f"unknown {name}", {**good, name: "nothing"}))
        if name in ("id", "title", "name", "sentence", "text") and model.__name__ != "Relation":
            broken.append((f"empty {name}", {**good, name: ""}))
        if name == "href":
            broken += [(f"{name} {x}", {**good, name: x}) for x in ("ftp://a", "https://a b")]
        if name == "evidence":
            broken.append(("no evidence", {**good, name: []}))
    return broken


@pytest.mark.parametrize(
    ("model", "data"),
    [
        pytest.param(model, data, id=f"{model.__name__}: {what}")
        for model in MODELS
        for what, data in _mutations(model)
        if not (model.__name__.endswith("Mention") and what.startswith("href"))
    ],
)
def test_broken_records_are_refused_by_both(model: type[Record], data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(data)
    with pytest.raises(jsonschema.ValidationError):
        _validator(model).validate(data)
