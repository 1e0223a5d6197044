"""Field rows say all that the generators need, and the artefacts say all that the rows do."""

from __future__ import annotations

import json

import pytest
import rdflib

from kg.cypher import EVIDENCE_PROPERTIES, LABELS, node_properties, relation_properties
from kg.model import ENTITY_CLASSES, MODELS, RELATIONS, URL_KINDS, LinkedMention
from kg.schema.fields import FieldSpec, field_specs
from kg.schema.json_schema import json_schema
from kg.schema.jsonld import jsonld_context
from kg.schema.rdf import (
    CLASS_IRIS,
    IN_ORDER,
    NAMESPACES,
    PARALLELS,
    SCHEMA_NAMESPACES,
    SELECTORS,
    TERMS,
    expand_iri,
    rdf_type,
)
from kg.schema.shacl import generate
from tests.sample_graph import sample_graph

ROWS = {(field.model, field.name): field for field in field_specs()}
IN_RDF = [field for field in field_specs() if field.iri and field.model in CLASS_IRIS]


def test_every_field_of_every_model_has_a_row() -> None:
    assert set(ROWS) == {(m.__name__, f) for m in MODELS for f in m.model_fields}


@pytest.mark.parametrize("field", field_specs(), ids=lambda f: f"{f.model}.{f.name}")
def test_every_field_is_described(field: FieldSpec) -> None:
    assert len(field.description) > 10
    assert field.description.endswith(".")


def test_rows_hold_types_limits_and_marks() -> None:
    assert ROWS["Paper", "year"].type == "integer"
    assert (ROWS["Paper", "year"].minimum, ROWS["Paper", "year"].maximum) == (1500, 2200)
    assert not ROWS["Paper", "year"].required
    assert ROWS["Paper", "authors"].many
    assert ROWS["Paper", "id"].key
    assert ROWS["Paper", "id"].max_length == 512
    assert ROWS["Url", "url_kind"].values == URL_KINDS
    assert ROWS["Url", "href"].pattern == r"^https?://[^\s<>\"]+$"
    assert ROWS["Evidence", "subject_start"].minimum == 0
    assert ROWS["Relation", "evidence"].type == "Evidence"
    assert ROWS["Relation", "evidence"].min_length == 1
    assert ROWS["Relation", "predicate"].values == tuple(RELATIONS)
    assert ROWS["RelationMention", "predicate"].iri is None
    assert ROWS["LinkedMention", "kind"].iri == ROWS["Mention", "kind"].iri == "kg:kind"


def test_every_node_and_relation_has_one_key() -> None:
    for model in (*LABELS, "Relation"):
        assert [f.name for f in field_specs() if f.model == model and f.key] == ["id"]


def test_every_iri_has_a_known_prefix_and_is_used_once_per_record() -> None:
    assert {str(field.iri).partition(":")[0] for field in IN_RDF} <= set(NAMESPACES)
    iris = [spec.iri for spec in RELATIONS.values()]
    iris += [other.iri for other in PARALLELS] + [term.iri for term in TERMS]
    assert {iri.partition(":")[0] for iri in iris} <= set(NAMESPACES)
    assert {field.model for field in IN_RDF} == set(CLASS_IRIS)
    for model in CLASS_IRIS:
        own = [field.iri for field in IN_RDF if field.model == model]
        assert len(set(own)) == len(own)


def test_a_term_means_the_same_in_every_record() -> None:
    meanings = {(f.name, f.iri, rdf_type(f)) for f in IN_RDF}
    assert len({name for name, _, _ in meanings}) == len(meanings)
    names = [name for name, _, _ in meanings] + [name.lower() for name in RELATIONS]
    names += [term.name for term in TERMS] + list({other.name for other in PARALLELS})
    assert len(set(names)) == len(names)
    assert not set(names) & set(NAMESPACES)
    assert {term.name for term in TERMS} >= set(IN_ORDER.values())


def test_every_field_is_in_the_json_schema() -> None:
    definitions = json_schema()["$defs"]
    assert set(definitions) == {model.__name__ for model in MODELS}
    for field in field_specs():
        definition = definitions[field.model]
        stated = definition["properties"][field.name]
        assert stated["description"] == field.description
        assert (field.name in definition.get("required", [])) == field.required
        assert definition["additionalProperties"] is False


def test_every_field_with_an_iri_is_in_the_context_and_the_shapes() -> None:
    context = jsonld_context()
    shapes = rdflib.Graph().parse(data=generate(), format="turtle")
    sh = rdflib.Namespace(SCHEMA_NAMESPACES["sh"])
    for field in IN_RDF:
        assert context[field.name]["@id"] == field.iri
        shape = rdflib.URIRef(expand_iri(f"kg:{field.model}Shape"))
        names = {str(shapes.value(block, sh.name)) for block in shapes.objects(shape, sh.property)}
        assert field.name in names
    for spec in RELATIONS.values():
        assert context[spec.name.lower()] == {"@id": spec.iri, "@type": "@id"}
        iri = rdflib.URIRef(expand_iri(spec.iri))
        assert (None, sh.targetSubjectsOf, iri) in shapes


def test_every_field_of_a_node_and_of_evidence_is_a_property() -> None:
    graph = sample_graph()
    for node in graph.nodes():
        assert set(node_properties(node)) <= set(type(node).model_fields) - {"kind"}
    assert set(ENTITY_CLASSES) == set(LABELS) - {"Paper"}
    relation = next(iter(graph.relations.values()))
    assert set(relation_properties(relation)) == {"id", "score", *EVIDENCE_PROPERTIES}
    assert set(SELECTORS) == {"sentence", "text"} | (
        set(EVIDENCE_PROPERTIES["spans"]) & set(LinkedMention.model_fields)
    )


def test_the_context_is_plain_json() -> None:
    assert json.loads(json.dumps(jsonld_context())) == jsonld_context()
