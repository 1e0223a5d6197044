"""JSON-LD, read by rdflib, pyoxigraph and PyLD."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pyoxigraph
import pytest
import rdflib
from pyld import jsonld
from rdflib import RDF, SDO, SKOS, Literal, Namespace, URIRef

from kg.errors import InputError
from kg.exporters.jsonld import generate_jsonld
from kg.graph import KnowledgeGraph
from kg.model import BASE_IRI, RELATIONS, VOCABULARY_IRI, Method
from kg.schema.rdf import expand_iri
from tests.sample_graph import DT, EVIL, NASTY, sample_graph

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib")

KG = Namespace(VOCABULARY_IRI)
OA = Namespace("http://www.w3.org/ns/oa#")
GRAPH = sample_graph()
TEXT = "".join(generate_jsonld(GRAPH))
DT_METHOD = URIRef(BASE_IRI + "method:decision-transformer")


def _rdflib(text: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="json-ld")


def _triples(text: str) -> int:
    store = pyoxigraph.Store()
    store.load(text.encode(), pyoxigraph.RdfFormat.JSON_LD)
    return len(store)


@pytest.mark.parametrize("options", [{}, {"statements": False}, {"base": "urn:x:"}])
def test_two_readers_find_the_same_triples(options: dict[str, Any]) -> None:
    text = "".join(generate_jsonld(GRAPH, **options))
    assert len(_rdflib(text)) == _triples(text) > 100


def test_no_key_is_dropped_in_expansion() -> None:
    dropped: list[str] = []
    expanded = jsonld.expand(json.loads(TEXT), on_property_dropped=dropped.append)
    assert dropped == []
    assert len(expanded) == len(list(GRAPH.nodes())) + len(GRAPH.relations)


def test_loading_twice_adds_nothing_but_the_lists_of_authors() -> None:
    store = pyoxigraph.Store()
    for _ in range(2):
        store.load(TEXT.encode(), pyoxigraph.RdfFormat.JSON_LD)
    lists = sum(1 + 2 * len(paper.authors) for paper in GRAPH.papers.values() if paper.authors)
    assert len(store) == _triples(TEXT) + lists


def test_nodes_have_the_classes_of_public_vocabularies() -> None:
    types = Counter(str(o) for _, o in _rdflib(TEXT).subject_objects(RDF.type))
    assert types[str(SDO.ScholarlyArticle)] == 3
    assert types[str(SDO.Dataset)] == 2  # the data set and the benchmark
    assert types[str(SDO.DefinedTerm)] == 8  # five methods, benchmark, task, metric
    assert types[str(SKOS.Concept)] == 7
    assert types[str(SDO.SoftwareSourceCode)] == 1
    assert types[str(SDO.WebPage)] == 1
    assert types[str(RDF.Statement)] == len(GRAPH.relations)


def test_every_relation_is_a_property_and_a_statement() -> None:
    found = _rdflib(TEXT)
    iris = {n.id: URIRef(BASE_IRI + _escaped(n.id)) for n in GRAPH.nodes()}
    for relation in GRAPH.relations.values():
        predicate = URIRef(expand_iri(RELATIONS[relation.predicate].iri))
        subject, object_ = iris[relation.subject], iris[relation.object]
        assert (subject, predicate, object_) in found
        statement = URIRef(BASE_IRI + relation.id)
        assert found.value(statement, RDF.subject) == subject
        assert found.value(statement, RDF.predicate) == predicate
        assert found.value(statement, RDF.object) == object_
        score = found.value(statement, KG.score)
        assert isinstance(score, Literal)
        assert score.toPython() == relation.score
        assert len(list(found.objects(statement, KG.evidence))) == len(relation.evidence)


def test_the_sentence_is_found_by_position_and_by_quote() -> None:
    found = _rdflib(TEXT)
    texts = {URIRef(BASE_IRI + _escaped(p.id)): p.text for p in GRAPH.papers.values()}
    prov = Namespace("http://www.w3.org/ns/prov#")
    seen = 0
    for evidence in found.subjects(RDF.type, KG.Evidence):
        paper = found.value(evidence, prov.wasDerivedFrom)
        values: dict[str, Any] = {}
        for selector in found.objects(evidence, OA.hasSelector):
            for name in ("start", "end", "exact"):
                value = found.value(selector, OA[name])
                if isinstance(value, Literal):
                    values[name] = value.toPython()
        assert isinstance(paper, URIRef)
        assert texts[paper][values["start"] : values["end"]] == values["exact"]
        seen += 1
    assert seen == GRAPH.stats().evidence


def test_values_come_through_unchanged() -> None:
    found = _rdflib(TEXT)
    evil = URIRef(BASE_IRI + _escaped(EVIL.id))
    authors = found.value(evil, SDO.author)
    assert authors is not None
    assert [str(a) for a in found.items(authors)] == list(EVIL.authors)
    assert str(found.value(evil, SDO.headline)) == f"On {NASTY}"
    dt = URIRef(BASE_IRI + DT.id)
    assert found.value(dt, SDO.datePublished) == Literal("2021", datatype=rdflib.XSD.gYear)
    assert found.value(dt, SDO.sameAs) == URIRef("https://doi.org/10.1000/dt(2021)%3C1%3E")
    assert {str(a) for a in found.objects(DT_METHOD, SKOS.altLabel)} == {
        "DT",
        "decision transformer",
    }


def test_addresses_are_literals_and_iris_are_escaped() -> None:
    found = _rdflib(TEXT)
    urls = {str(o) for o in found.objects(None, SDO.url) if isinstance(o, Literal)}
    assert "https://a.org/{x}|y" in urls
    iris = {str(term) for triple in found for term in triple if isinstance(term, URIRef)}
    assert all(re.fullmatch(r"[^\s<>\"{}|\\^`]+", iri) for iri in iris)
    assert "https://a.org/%3Cb%3E%20c" in iris


@pytest.mark.parametrize(
    ("value", "iri"),
    [
        ("https://a.org/100%", "https://a.org/100%25"),
        ("https://é.org/ü?q#f", "https://é.org/ü?q#f"),
        ("wd:Q42", "wd:Q42"),
        ("plain words", None),
        ("https://a:b/", None),
        ("https://a/#b#c", None),
        ("//a/b", None),
        ("", None),
    ],
)
def test_same_as_is_an_iri_or_a_text_for_every_reader(value: str, iri: str | None) -> None:
    method = Method(id="method:x", name="x", same_as=(value,))
    text = "".join(generate_jsonld(KnowledgeGraph(entities=(method,))))
    assert len(_rdflib(text)) == _triples(text)
    expected = Literal(value) if iri is None else URIRef(iri)
    assert _rdflib(text).value(URIRef(BASE_IRI + "method:x"), SDO.sameAs) == expected


def test_a_base_that_is_no_iri_is_refused() -> None:
    for base in ("", "papers/", "https://a.org/<x>", "https://a.org/ "):
        with pytest.raises(InputError, match="not an absolute IRI"):
            list(generate_jsonld(GRAPH, base=base))


def test_the_text_may_stand_in_a_page() -> None:
    assert "</" not in TEXT
    assert "<\\/script>" in TEXT


def _escaped(node_id: str) -> str:
    safe = set(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:")
    return "".join(chr(b) if b in safe else f"%{b:02X}" for b in node_id.encode())
