"""What all records have in common: frozen, closed, described, marked, and whole after JSON."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic.fields import FieldInfo

import kg.model
from kg.model import (
    ENTITY_CLASSES,
    ENTITY_KINDS,
    MODELS,
    NAMED_KINDS,
    ROLES,
    URL_KINDS,
    EntityKind,
    Evidence,
    Iri,
    Key,
    Method,
    Paper,
    Record,
    Relation,
    Role,
    Url,
    UrlKind,
    entity_adapter,
)
from kg.model.resolution import Resolution
from kg.schema.rdf import NAMESPACES
from tests.strategies import entities, extractions, papers

GRAPH_MODELS: tuple[type[Record], ...] = (Paper, *ENTITY_CLASSES.values(), Relation, Evidence)
ALL_MODELS: tuple[type[Record], ...] = (*MODELS, Resolution)


def fields(*models: type[Record]) -> list[Any]:
    return [
        pytest.param(model, name, id=f"{model.__name__}.{name}")
        for model in models
        for name in model.model_fields
    ]


def markers(field: FieldInfo, sort: type[Any]) -> list[Any]:
    return [m for m in field.metadata if isinstance(m, sort)]


def test_the_list_of_models_is_complete() -> None:
    public = {name: getattr(kg.model, name) for name in kg.model.__all__}
    records = {n for n, c in public.items() if isinstance(c, type) and issubclass(c, Record)}
    assert sorted(["Record", *(m.__name__ for m in MODELS)]) == sorted(records)


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda m: m.__name__)
def test_records_are_closed_and_frozen(model: type[Record]) -> None:
    assert model.model_config.get("extra") == "forbid"
    assert model.model_config.get("frozen") is True


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Paper.model_validate({"id": "x", "title": "A", "pages": 3})


def test_a_record_does_not_change() -> None:
    paper = Paper(id="x", title="A")
    with pytest.raises(ValidationError, match="frozen"):
        paper.title = "B"  # type: ignore[misc]


@pytest.mark.parametrize(("model", "name"), fields(*ALL_MODELS))
def test_every_field_is_described(model: type[Record], name: str) -> None:
    description = model.model_fields[name].description or ""
    assert len(description.split()) > 1
    assert description.endswith(".")


@pytest.mark.parametrize(("model", "name"), fields(*ALL_MODELS))
def test_no_field_holds_a_list_or_a_bag(model: type[Record], name: str) -> None:
    written = str(model.model_fields[name].annotation)
    assert not any(word in written for word in ("list[", "dict[", "set[", "Any", "object"))


@pytest.mark.parametrize(("model", "name"), fields(*GRAPH_MODELS))
def test_every_field_of_a_node_or_an_edge_has_one_iri(model: type[Record], name: str) -> None:
    iris = markers(model.model_fields[name], Iri)
    if name == "kind":  # says the class, which is no property in RDF
        assert iris == []
    else:
        (iri,) = iris
        prefix, colon, local = iri.value.partition(":")
        assert prefix in NAMESPACES
        assert colon
        assert local


@pytest.mark.parametrize("model", GRAPH_MODELS, ids=lambda m: m.__name__)
def test_nodes_and_edges_have_one_key_their_id(model: type[Record]) -> None:
    keys = [n for n, field in model.model_fields.items() if markers(field, Key)]
    assert keys == ([] if model is Evidence else ["id"])


def test_the_tuples_of_names_are_the_literals() -> None:
    assert get_args(EntityKind) == ENTITY_KINDS == tuple(ENTITY_CLASSES)
    assert set(ENTITY_KINDS) - set(NAMED_KINDS) == {"Url"}
    assert set(get_args(Role)) == set(ROLES)
    assert len(ROLES) == len(get_args(Role))
    assert get_args(UrlKind) == URL_KINDS


@pytest.mark.parametrize(("kind", "model"), ENTITY_CLASSES.items())
def test_an_entity_is_told_by_its_kind(kind: EntityKind, model: type[Method]) -> None:
    data: dict[str, object] = {"id": f"{kind.lower()}:x", "name": "X", "kind": kind}
    if kind == "Url":
        data |= {"href": "https://a.org", "url_kind": "code"}
    assert type(entity_adapter.validate_python(data)) is model


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValidationError):
        entity_adapter.validate_python({"id": "person:x", "name": "X", "kind": "Person"})


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "ftp://a.org", "a.org", "https://", "https://a b", "http://<x>"]
)
def test_an_address_is_http_and_has_no_markup(href: str) -> None:
    with pytest.raises(ValidationError, match="href"):
        Url(id="url:x", name="x", href=href, url_kind="other")


@given(papers() | entities() | extractions())
def test_records_survive_json(record: Record) -> None:
    assert type(record).model_validate_json(record.model_dump_json()) == record


@given(papers() | entities() | extractions())
def test_a_record_of_checked_values_is_like_any_other(record: Record) -> None:
    fields = dict(record)
    made = type(record).of_checked(**dict(reversed(fields.items())))
    assert made == record
    assert made.model_dump_json() == record.model_dump_json()
    assert hash(made) == hash(record)
    assert made.model_copy(update={}) == record
    with pytest.raises(KeyError):
        type(record).of_checked(**dict(list(fields.items())[1:]))


@given(st.data())
def test_equal_records_hash_equal(data: st.DataObject) -> None:
    record = data.draw(papers() | extractions())
    twin = type(record).model_validate(record.model_dump())
    assert hash(twin) == hash(record)
    assert {record, twin} == {record}
