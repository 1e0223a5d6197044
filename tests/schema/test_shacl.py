"""The shapes accept the JSON-LD export and notice every triple that is missing or wrong."""

from __future__ import annotations

from typing import Any

import pyshacl
import pytest
import rdflib
from rdflib import RDF, SDO, XSD, Literal, Namespace, URIRef

from kg.exporters.jsonld import generate_jsonld
from kg.graph import KnowledgeGraph
from kg.model import BASE_IRI, RELATIONS, VOCABULARY_IRI, Method
from kg.schema.fields import FieldSpec, field_specs
from kg.schema.rdf import CLASS_IRIS, SELECTORS, expand_iri
from kg.schema.shacl import generate
from tests.sample_graph import DT, sample_graph

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib")

KG = Namespace(VOCABULARY_IRI)
OA = Namespace("http://www.w3.org/ns/oa#")
SHAPES = rdflib.Graph().parse(data=generate(), format="turtle")
REQUIRED = [field for field in field_specs() if field.iri and field.required]


def _data(graph: KnowledgeGraph | None = None) -> rdflib.Graph:
    text = "".join(generate_jsonld(sample_graph() if graph is None else graph))
    return rdflib.Graph().parse(data=text, format="json-ld")


def _report(data: rdflib.Graph) -> tuple[bool, str]:
    conforms, _, text = pyshacl.validate(data, shacl_graph=SHAPES)
    return bool(conforms), str(text)


def test_shapes_are_shacl() -> None:
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=SHAPES, meta_shacl=True)
    assert conforms, text


def test_the_export_conforms() -> None:
    conforms, text = _report(_data())
    assert conforms, text


def test_shapes_reach_every_node() -> None:
    data = _data()
    reached = {s for iris in CLASS_IRIS.values() for s in data.subjects(RDF.type, _iri(iris[0]))}
    selectors = set(data.objects(None, OA.hasSelector))
    assert reached | selectors == set(data.subjects(RDF.type, None))


@pytest.mark.parametrize("field", REQUIRED, ids=lambda f: f"{f.model}.{f.name}")
def test_a_missing_required_triple_is_noticed(field: FieldSpec) -> None:
    data = _data()
    subject: Any = next(iter(data.subjects(RDF.type, _iri(CLASS_IRIS[field.model][0]))))
    if field.name in SELECTORS and field.model == "Evidence":
        selector = _iri(SELECTORS[field.name])
        (subject,) = [
            s for s in data.objects(subject, OA.hasSelector) if (s, RDF.type, selector) in data
        ]
    before = len(data)
    data.remove((subject, _iri(str(field.iri)), None))
    assert len(data) < before
    conforms, text = _report(data)
    assert not conforms
    assert "Less than 1 values" in text


@pytest.mark.parametrize("model", CLASS_IRIS)
def test_a_missing_class_is_noticed(model: str) -> None:
    for iri in CLASS_IRIS[model][1:]:
        data = _data()
        subject = next(iter(data.subjects(RDF.type, _iri(CLASS_IRIS[model][0]))))
        data.remove((subject, RDF.type, _iri(iri)))
        assert not _report(data)[0]


@pytest.mark.parametrize("name", RELATIONS)
def test_a_relation_between_the_wrong_things_is_noticed(name: Any) -> None:
    spec = RELATIONS[name]
    url = URIRef(BASE_IRI + "url:a.org-x-y")
    for triple in (
        (URIRef(BASE_IRI + DT.id), _iri(spec.iri), URIRef(BASE_IRI + DT.id)),
        (url, _iri(spec.iri), URIRef(BASE_IRI + "metric:normalized-return")),
    ):
        data = _data()
        data.add(triple)
        assert not _report(data)[0]


@pytest.mark.parametrize(
    ("subject", "predicate", "value"),
    [
        ("method:cql", "skos:prefLabel", Literal("another name")),
        ("method:cql", "skos:altLabel", Literal(1)),
        ("title:0123456789abcdef", "schema:datePublished", Literal("2020")),
        ("title:0123456789abcdef", "schema:author", Literal("not in a list")),
        ("url:a.org-x-y", "schema:additionalType", KG.nothing),
        ("url:a.org-x-y", "schema:url", Literal("ftp://a.org", datatype=XSD.anyURI)),
    ],
)
def test_wrong_values_are_noticed(subject: str, predicate: str, value: Any) -> None:
    data = _data()
    node = URIRef(BASE_IRI + subject)
    if predicate in ("schema:url", "schema:additionalType"):
        data.remove((node, _iri(predicate), None))
    data.add((node, _iri(predicate), value))
    assert not _report(data)[0]


def test_a_score_above_one_is_noticed() -> None:
    data = _data()
    statement = next(iter(data.subjects(RDF.type, KG.Relation)))
    data.set((statement, KG.score, Literal("1.5", datatype=XSD.double)))
    assert not _report(data)[0]


def test_same_as_that_is_no_iri_is_noticed() -> None:
    data = _data(KnowledgeGraph(entities=(Method(id="method:x", name="x", same_as=("words",)),)))
    assert (None, SDO.sameAs, Literal("words")) in data
    assert not _report(data)[0]


def _iri(compact: str) -> URIRef:
    return URIRef(expand_iri(compact))
