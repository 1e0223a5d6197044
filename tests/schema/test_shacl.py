"""The shapes accept the JSON-LD export and notice every triple that is missing or wrong."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib
from rdflib import PROV, RDF, SDO, SKOS, XSD, Literal, Namespace, URIRef

from kg.exporters.jsonld import Run, generate_jsonld
from kg.graph import KnowledgeGraph
from kg.model import BASE_IRI, RELATIONS, VOCABULARY_IRI, Method, Paper
from kg.readers import read_papers
from kg.schema.fields import FieldSpec, field_specs
from kg.schema.rdf import CLASS_IRIS, SELECTORS, expand_iri
from kg.schema.shacl import generate
from tests.sample_graph import DT, sample_graph

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib")

KG = Namespace(VOCABULARY_IRI)
OA = Namespace("http://www.w3.org/ns/oa#")
SH = Namespace("http://www.w3.org/ns/shacl#")
SHAPES = rdflib.Graph().parse(data=generate(), format="turtle")
REQUIRED = [f for f in field_specs() if f.iri and f.required and f.model in CLASS_IRIS]
READERS = Path(__file__).parents[1] / "data" / "readers"


@cache
def _text() -> str:
    return "".join(generate_jsonld(sample_graph(), run=Run("1.0", ("f" * 64,))))


def _data(graph: KnowledgeGraph | None = None) -> rdflib.Graph:
    text = _text() if graph is None else "".join(generate_jsonld(graph))
    return rdflib.Graph().parse(data=text, format="json-ld")


def _report(data: rdflib.Graph) -> tuple[bool, rdflib.Graph, str]:
    conforms, report, text = pyshacl.validate(data, shacl_graph=SHAPES)
    assert isinstance(report, rdflib.Graph)
    return bool(conforms), report, str(text)


def test_shapes_are_shacl() -> None:
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=SHAPES, meta_shacl=True)
    assert conforms, text


def test_the_export_conforms() -> None:
    conforms, _, text = _report(_data())
    assert conforms, text


def test_what_the_pipeline_makes_conforms(small_graph: KnowledgeGraph) -> None:
    conforms, _, text = _report(_data(small_graph))
    assert conforms, text


def test_papers_of_every_reader_conform() -> None:
    found: dict[str, Paper] = {}
    for path in sorted(READERS.iterdir()):
        papers = (p for p in read_papers(path) if isinstance(p, Paper))
        found.update((p.id, p) for p in papers)
    assert len(found) > 10
    conforms, _, text = _report(_data(KnowledgeGraph(found.values())))
    assert conforms, text


def test_shapes_reach_every_node() -> None:
    data = _data()
    targets = set(SHAPES.objects(None, SH.targetClass))
    reached = {s for target in targets for s in data.subjects(RDF.type, target)}
    inside = set(data.objects(None, OA.hasTarget))
    assert reached | inside == set(data.subjects(RDF.type, None))


@pytest.mark.parametrize("field", REQUIRED, ids=lambda f: f"{f.model}.{f.name}")
def test_a_missing_required_triple_is_noticed(field: FieldSpec) -> None:
    data = _data()
    subject: Any = next(iter(data.subjects(RDF.type, _iri(CLASS_IRIS[field.model][0]))))
    if field.name in SELECTORS and field.model in ("Evidence", "LinkedMention"):
        if field.model == "LinkedMention":
            subject = data.value(subject, OA.hasTarget)
        selector = _iri(SELECTORS[field.name])
        (subject,) = [
            s for s in data.objects(subject, OA.hasSelector) if (s, RDF.type, selector) in data
        ]
    before = len(data)
    data.remove((subject, _iri(str(field.iri)), None))
    assert len(data) < before
    conforms, _, text = _report(data)
    assert not conforms
    assert "Less than 1 values" in text


@pytest.mark.parametrize(
    ("owner", "predicate"),
    [
        ("kg:Evidence", "oa:hasSource"),
        ("kg:Evidence", "oa:hasSelector"),
        ("kg:Mention", "oa:hasTarget"),
        ("kg:Mention", "oa:motivatedBy"),
        ("oa:TextPositionSelector", "oa:start"),
        ("oa:TextPositionSelector", "oa:end"),
        ("oa:TextQuoteSelector", "oa:exact"),
        ("schema:SoftwareSourceCode", "schema:codeRepository"),
        ("kg:Extraction", "kg:component"),
        ("kg:Run", "kg:version"),
    ],
)
def test_missing_structure_is_noticed(owner: str, predicate: str) -> None:
    data = _data()
    subject = min(data.subjects(RDF.type, _iri(owner)), key=str)
    data.remove((subject, _iri(predicate), None))
    assert not _report(data)[0]


@pytest.mark.parametrize("predicate", ["oa:hasSource", "oa:hasSelector"])
def test_a_target_without_its_parts_is_noticed(predicate: str) -> None:
    data = _data()
    target = min(data.objects(None, OA.hasTarget), key=str)
    data.remove((target, _iri(predicate), None))
    assert not _report(data)[0]


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


def _broken(data: rdflib.Graph) -> dict[URIRef, tuple[Any, Any, Any]]:
    """Shape -> a triple that breaks it; each would be added to good data."""
    url = URIRef(BASE_IRI + "url:a.org-x-y")
    found: dict[URIRef, tuple[Any, Any, Any]] = {}
    for shape in SHAPES.subjects(RDF.type, SH.NodeShape):
        target = SHAPES.value(shape, SH.targetClass)
        relation = SHAPES.value(shape, SH.targetSubjectsOf)
        if target is not None:  # a thing of the class with nothing that belongs to it
            found[shape] = (URIRef("urn:x:bare"), RDF.type, target)  # type: ignore[index]
        elif relation is not None:
            found[shape] = (url, relation, url)  # type: ignore[index]
        else:
            found[shape] = (url, PROV.wasGeneratedBy, url)  # type: ignore[index]
    return found


BROKEN = _broken(SHAPES)


@pytest.mark.parametrize("shape", sorted(BROKEN), ids=lambda s: s.partition("#")[2])
def test_every_shape_can_fail(shape: URIRef) -> None:
    data = _data()
    data.add(BROKEN[shape])
    conforms, report, _ = _report(data)
    assert not conforms
    owners = set(report.objects(None, SH.sourceShape))
    assert owners & {shape, *SHAPES.objects(shape, SH.property)}


@pytest.mark.parametrize(
    ("subject", "predicate", "value"),
    [
        ("method:cql", "skos:prefLabel", Literal("another name")),
        ("method:cql", "skos:altLabel", Literal(1)),
        ("method:cql", "kg:aliasList", Literal("not in a list")),
        ("title:0123456789abcdef", "schema:datePublished", Literal("2020")),
        ("title:0123456789abcdef", "schema:author", Literal("not in a list")),
        ("title:0123456789abcdef", "schema:sameAs", Literal("words")),
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


@pytest.mark.parametrize(
    ("owner", "predicate", "value"),
    [
        (KG.Relation, KG.score, Literal("1.5", datatype=XSD.double)),
        (KG.Mention, KG.role, Literal("admires")),
        (KG.Mention, KG.linkMethod, Literal("guess")),
        (KG.Mention, KG.kind, KG.Nothing),
        (KG.Evidence, OA.hasSource, URIRef(BASE_IRI + "title:0123456789abcdef")),
        (OA.TextPositionSelector, OA.start, Literal("9999", datatype=XSD.nonNegativeInteger)),
        (KG.Method, SKOS.prefLabel, Literal("")),
    ],
)
def test_values_out_of_range_are_noticed(owner: URIRef, predicate: URIRef, value: Any) -> None:
    data = _data()
    subject = min(data.subjects(RDF.type, owner), key=str)
    assert (subject, predicate, value) not in data
    data.set((subject, predicate, value))
    assert not _report(data)[0]


def test_same_as_that_is_no_iri_is_kept_as_a_text() -> None:
    data = _data(KnowledgeGraph(entities=(Method(id="method:x", name="x", same_as=("words",)),)))
    assert (None, SDO.sameAs, None) not in data
    assert _report(data)[0]


def _iri(compact: str) -> URIRef:
    return URIRef(expand_iri(compact))
