"""JSON-LD, read by rdflib, pyoxigraph and PyLD."""

from __future__ import annotations

import json
import re
import socket
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pyoxigraph
import pytest
import rdflib
from hypothesis import example, given
from hypothesis import strategies as st
from pyld import jsonld
from rdflib import DCTERMS, PROV, RDF, SDO, SKOS, XSD, Literal, Namespace, URIRef

from kg.errors import InputError
from kg.exporters.jsonld import Run, generate_jsonld
from kg.graph import KnowledgeGraph
from kg.model import (
    BASE_IRI,
    RELATIONS,
    VOCABULARY_IRI,
    LinkedMention,
    Method,
    Paper,
    Url,
    id_of_iri,
    node_iri,
)
from kg.schema.rdf import PARALLELS, Parallel, expand_iri
from tests.sample_graph import DT, EVIL, NASTY, sample_graph

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib")

KG = Namespace(VOCABULARY_IRI)
OA = Namespace("http://www.w3.org/ns/oa#")
GRAPH = sample_graph()
TEXT = "".join(generate_jsonld(GRAPH))
DT_METHOD = URIRef(BASE_IRI + "method:decision-transformer")


OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"statements": False},
    {"mentions": False},
    {"frame": True},
    {"base": "urn:x:"},
    {"run": Run("1.2.3", ("b" * 64, "a" * 64))},
)


def _rdflib(text: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="json-ld")


def _store(text: str, form: pyoxigraph.RdfFormat = pyoxigraph.RdfFormat.JSON_LD) -> set[Any]:
    """Triples for pyoxigraph, nodes without a name named canonically."""
    return _canonical(pyoxigraph.parse(text.encode(), form))


def _canonical(quads: Iterable[pyoxigraph.Quad]) -> set[Any]:
    """The same whatever a reader calls nodes without a name, and however it writes numbers."""
    found = pyoxigraph.Dataset(map(_by_value, quads))
    found.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return set(found)


def _by_value(quad: pyoxigraph.Quad) -> pyoxigraph.Quad:
    value = quad.object
    if isinstance(value, pyoxigraph.Literal) and value.datatype.value == str(XSD.double):
        value = pyoxigraph.Literal(repr(float(value.value)), datatype=value.datatype)
    return pyoxigraph.Quad(quad.subject, quad.predicate, value)


def _triples(text: str) -> int:
    return len(_store(text))


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_three_readers_find_the_same_triples(options: dict[str, Any]) -> None:
    text = "".join(generate_jsonld(GRAPH, **options))
    expected = _store(text)
    assert len(expected) > 100
    assert _store(text, pyoxigraph.RdfFormat.STREAMING_JSON_LD) == expected
    quads = jsonld.to_rdf(json.loads(text), {"format": "application/n-quads"})
    assert _store(quads, pyoxigraph.RdfFormat.N_QUADS) == expected
    lines = _rdflib(text).serialize(format="nt")
    assert _store(lines, pyoxigraph.RdfFormat.N_TRIPLES) == expected


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_no_key_is_dropped_in_expansion(options: dict[str, Any]) -> None:
    dropped: list[str] = []
    document = json.loads("".join(generate_jsonld(GRAPH, **options)))
    expanded = jsonld.expand(document, on_property_dropped=dropped.append)
    assert dropped == []
    if options == {}:
        parts = (GRAPH.nodes(), GRAPH.relations, _mentions(), {"kg_relations", "kg_gazetteer"})
        assert len(expanded) == sum(len(list(part)) for part in parts)


def test_the_frame_says_the_same_with_the_things_inside_their_papers() -> None:
    text = "".join(generate_jsonld(GRAPH, frame=True))
    assert _store(text) == _store(TEXT)
    nodes = {node["@id"]: node for node in json.loads(text)["@graph"]}
    paper = nodes[BASE_IRI + DT.id]
    assert paper["addresses"][0]["name"] == "offline reinforcement learning"
    assert paper["uses"][0]["@type"][0] == "kg:Method"
    sentences = [e["selectors"][1]["sentence"] for s in paper["statements"] for e in s["evidence"]]
    assert all(sentence in DT.text for sentence in sentences)
    assert len(paper["annotations"]) == len(GRAPH.mentions(DT.id))
    assert max(map(len, text.splitlines())) < 1000


def test_reading_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(AssertionError, match="the network was asked"):
        socket.create_connection(("127.0.0.1", 9))
    assert jsonld.expand(json.loads(TEXT), {"documentLoader": refuse})
    assert len(_rdflib(TEXT)) == _triples(TEXT)


def test_there_are_no_nodes_without_a_name_but_lists() -> None:
    nameless = {
        quad.predicate.value
        for quad in pyoxigraph.parse(TEXT.encode(), pyoxigraph.RdfFormat.JSON_LD)
        if isinstance(quad.subject, pyoxigraph.BlankNode)
    }
    assert nameless == {str(RDF.first), str(RDF.rest)}


def test_loading_twice_adds_nothing_but_the_lists() -> None:
    store = pyoxigraph.Store()
    for _ in range(2):
        store.load(TEXT.encode(), pyoxigraph.RdfFormat.JSON_LD)
    entities = GRAPH.entities.values()
    lists = [p.authors for p in GRAPH.papers.values() if p.authors] + [DT.categories]
    lists += [e.same_as for e in entities if e.same_as]
    assert len(store) == _triples(TEXT) + sum(1 + 2 * len(values) for values in lists)


def test_the_run_is_said_where_it_is_asked_for_and_nothing_else_changes() -> None:
    run = Run("1.2.3", ("b" * 64, "a" * 64))
    found = _rdflib("".join(generate_jsonld(GRAPH, run=run)))
    (node,) = found.subjects(RDF.type, KG.Run)
    assert (node, RDF.type, PROV.Activity) in found
    assert found.value(node, KG.version) == Literal("1.2.3")
    assert {str(o) for o in found.objects(node, KG.fingerprint)} == {"a" * 64, "b" * 64}
    parts = set(found.subjects(DCTERMS.isPartOf, node))
    assert parts == set(found.objects(None, PROV.wasGeneratedBy))
    before = set(_rdflib(TEXT))
    more = {t for t in found if t not in before and not isinstance(t[0], rdflib.BNode)}
    assert {t[0] for t in more if not isinstance(t[2], rdflib.BNode)} == {node, *parts}


def test_nodes_have_the_classes_of_public_vocabularies() -> None:
    types = Counter(str(o) for _, o in _rdflib(TEXT).subject_objects(RDF.type))
    assert types[str(SDO.ScholarlyArticle)] == 3
    assert types["http://purl.org/spar/fabio/ScholarlyWork"] == 3
    assert types[str(SDO.Dataset)] == 2  # the data set and the benchmark
    assert types[str(SDO.DefinedTerm)] == 8  # five methods, benchmark, task, metric
    assert types[str(SKOS.Concept)] == 8
    assert types[str(SDO.SoftwareSourceCode)] == 1
    assert types[str(SDO.WebPage)] == 1
    assert types[str(RDF.Statement)] == len(GRAPH.relations)
    assert types[str(OA.Annotation)] == GRAPH.stats().mentions


def test_code_has_its_repository() -> None:
    found = _rdflib(TEXT)
    (code,) = found.subjects(RDF.type, SDO.SoftwareSourceCode)
    assert found.value(code, SDO.codeRepository) == found.value(code, SDO.url)
    assert (code, SDO.sameAs, URIRef("https://github.com/kzl/decision-transformer")) in found


@pytest.mark.parametrize("other", PARALLELS, ids=lambda o: f"{o.iri} {o.predicate}")
def test_public_properties_stand_beside_ours_where_they_say_the_same(other: Parallel) -> None:
    found = _rdflib(TEXT)
    expected = set()
    for relation in GRAPH.relations.values():
        thing = GRAPH.entities[relation.object]
        kind = thing.url_kind if isinstance(thing, Url) else ""
        same = [p for p in PARALLELS if p.iri == other.iri]
        if any(relation.predicate == p.predicate and thing.kind in p.range for p in same) and (
            not other.url_kind or kind == other.url_kind
        ):
            ends = [URIRef(BASE_IRI + _escaped(i)) for i in (relation.subject, relation.object)]
            expected.add(tuple(reversed(ends)) if other.inverse else tuple(ends))
    assert set(found.subject_objects(URIRef(expand_iri(other.iri)))) == expected != set()


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
    seen = 0
    for evidence in found.subjects(RDF.type, KG.Evidence):
        paper = found.value(evidence, PROV.wasDerivedFrom)
        assert found.value(evidence, OA.hasSource) == paper
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


def test_mentions_are_annotations_of_the_words_with_the_thing() -> None:
    found = _rdflib(TEXT)
    said = set()
    for node in found.subjects(RDF.type, OA.Annotation):
        target = found.value(node, OA.hasTarget)
        values = {
            str(name): value.toPython()
            for selector in found.objects(target, OA.hasSelector)
            for name, value in found.predicate_objects(selector)
            if isinstance(value, Literal)
        }
        start, end, words = (values[str(OA[name])] for name in ("start", "end", "exact"))
        said.add((found.value(target, OA.hasSource), start, end, words))
        assert found.value(node, OA.motivatedBy) == OA.identifying
        assert found.value(node, OA.hasBody) in set(found.subjects(SKOS.prefLabel))
    assert said == {
        (URIRef(BASE_IRI + _escaped(m.paper_id)), m.start, m.end, m.text) for m in _mentions()
    }


def test_values_come_through_unchanged() -> None:
    found = _rdflib(TEXT)
    evil = URIRef(BASE_IRI + _escaped(EVIL.id))
    authors = found.value(evil, SDO.author)
    assert authors is not None
    assert [str(a) for a in found.items(authors)] == list(EVIL.authors)
    assert str(found.value(evil, SDO.headline)) == f"On {NASTY}"
    dt = URIRef(BASE_IRI + DT.id)
    assert found.value(dt, SDO.datePublished) == Literal("2021", datatype=rdflib.XSD.gYear)
    assert set(found.objects(dt, SDO.sameAs)) == {
        URIRef("https://doi.org/10.1000/dt(2021)%3C1%3E"),
        URIRef("https://arxiv.org/abs/2106.01345"),
    }
    assert found.value(dt, URIRef(expand_iri("bibo:doi"))) == Literal(DT.doi)
    assert found.value(dt, URIRef(expand_iri("fabio:hasArXivId"))) == Literal("2106.01345")
    assert set(found.objects(dt, SDO.keywords)) == set(map(Literal, DT.categories))
    categories = found.value(dt, KG.categoryList)
    assert categories is not None
    assert [str(value) for value in found.items(categories)] == list(DT.categories)
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
        ("schema:Thing", None),
        ("doi:10.1000/x", "doi:10.1000/x"),
        ('https://a.org/ <>"{}|\\^`', "https://a.org/%20%3C%3E%22%7B%7D%7C%5C%5E%60"),
        ("", None),
    ],
)
def test_same_as_is_an_iri_or_only_a_text_for_every_reader(value: str, iri: str | None) -> None:
    method = Method(id="method:x", name="x", same_as=(value,))
    text = "".join(generate_jsonld(KnowledgeGraph(entities=(method,))))
    found = _rdflib(text)
    assert len(found) == _triples(text)
    node = URIRef(BASE_IRI + "method:x")
    assert found.value(node, SDO.sameAs) == (None if iri is None else URIRef(iri))
    listed = found.value(node, KG.sameAsList)
    if iri == value:
        assert listed is None
    else:
        assert listed is not None
        assert list(found.items(listed)) == [Literal(value)]


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60))
@example('<>"{}|\\^` %zz#?/..')
@example("..")
def test_any_name_gives_iris_that_every_reader_takes(name: str) -> None:
    paper = Paper(id=name, title=name, url=name, doi=name)
    method = Method(id=f"m:{name}", name=name, same_as=(name,), aliases=(name,))
    text = "".join(generate_jsonld(KnowledgeGraph([paper], [method])))
    quads = list(pyoxigraph.parse(text.encode(), pyoxigraph.RdfFormat.JSON_LD))
    iris = {
        term.value
        for quad in quads
        for term in (quad.subject, quad.predicate, quad.object)
        if isinstance(term, pyoxigraph.NamedNode)
    }
    assert {node_iri(paper.id), node_iri(method.id)} <= iris
    assert id_of_iri(node_iri(name)) == name
    for iri in iris:
        assert re.fullmatch(r"[^\s<>\"{}|\\^`]+", iri)
        assert pyoxigraph.NamedNode(iri).value == iri
    names = {q.object.value for q in quads if q.predicate.value == str(SKOS.prefLabel)}
    assert names == {name}


def test_a_base_that_is_no_iri_is_refused() -> None:
    for base in ("", "papers/", "https://a.org/<x>", "https://a.org/ ", "schema:x/"):
        with pytest.raises(InputError, match="not an absolute IRI"):
            list(generate_jsonld(GRAPH, base=base))
    for base in ("https://a.org", "https://a.org:80"):
        with pytest.raises(InputError, match="no name can follow") as error:
            list(generate_jsonld(GRAPH, base=base))
        assert base + "/" in error.value.hint


def test_the_text_may_stand_in_a_page() -> None:
    assert "</" not in TEXT
    assert "<\\/script>" in TEXT


def _mentions() -> list[LinkedMention]:
    return [m for paper in GRAPH.papers for m in GRAPH.mentions(paper)]


def _escaped(node_id: str) -> str:
    safe = set(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:")
    return "".join(chr(b) if b in safe else f"%{b:02X}" for b in node_id.encode())
