"""The vocabulary defines every term of ours that exports and shapes use, and agrees with them."""

from __future__ import annotations

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, URIRef
from rdflib.collection import Collection

from kg.exporters.jsonld import Run, generate_jsonld
from kg.model import RELATIONS, URL_KINDS, VOCABULARY_IRI, RelationSpec
from kg.schema.rdf import CLASS_IRIS, PARALLELS, expand_iri
from kg.schema.shacl import generate as generate_shapes
from kg.schema.vocabulary import generate
from tests.sample_graph import sample_graph

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib")

VOCABULARY = rdflib.Graph().parse(data=generate(), format="turtle")
DEFINED = set(VOCABULARY.subjects(RDFS.isDefinedBy))
OWN = [spec for spec in RELATIONS.values() if spec.iri.startswith("kg:")]


def _used(text: str, form: str) -> set[URIRef]:
    graph = rdflib.Graph().parse(data=text, format=form)
    terms = {term for triple in graph for term in triple if isinstance(term, URIRef)}
    return {term for term in terms if term.startswith(VOCABULARY_IRI)}


def test_every_term_of_an_export_is_defined() -> None:
    text = "".join(generate_jsonld(sample_graph(), run=Run("1", ("f",))))
    used = _used(text, "json-ld")
    assert len(used) > 25
    assert used <= DEFINED


def test_every_term_of_the_shapes_is_defined() -> None:
    terms = {term for term in _used(generate_shapes(), "turtle") if not term.endswith("Shape")}
    assert len(terms) > 40
    assert terms <= DEFINED


def test_every_term_has_one_label_one_definition_and_a_sort() -> None:
    for term in DEFINED:
        for words in (RDFS.label, SKOS.definition):
            (value,) = VOCABULARY.objects(term, words)
            assert getattr(value, "language", None) == "en"
            assert len(str(value)) > 1
        assert len(set(VOCABULARY.objects(term, RDF.type)) & _SORTS) == 1


_SORTS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.NamedIndividual}


def test_classes_are_below_those_of_the_exports() -> None:
    for own, *others in CLASS_IRIS.values():
        above = set(VOCABULARY.objects(_iri(own), RDFS.subClassOf))
        assert above == {_iri(other) for other in others}


@pytest.mark.parametrize("spec", OWN, ids=lambda s: s.name)
def test_domain_and_range_are_those_of_the_relation_table(spec: RelationSpec) -> None:
    for end, labels in ((RDFS.domain, spec.domain), (RDFS.range, spec.range)):
        (value,) = VOCABULARY.objects(_iri(spec.iri), end)
        union = VOCABULARY.value(value, OWL.unionOf)
        members = [value] if union is None else list(Collection(VOCABULARY, union))
        assert members == [_iri(CLASS_IRIS[label][0]) for label in labels]


def test_parallels_are_declared_and_only_the_exact_ones_are_above_ours() -> None:
    said = {
        (predicate, subject, object_)
        for predicate in (RDFS.subPropertyOf, SKOS.closeMatch, RDFS.seeAlso)
        for subject, object_ in VOCABULARY.subject_objects(predicate)
        if (subject, RDF.type, OWL.ObjectProperty) in VOCABULARY
    }
    assert {(s, o) for _, s, o in said} == {
        (_iri(RELATIONS[other.predicate].iri), _iri(other.iri)) for other in PARALLELS
    }
    assert {(s, o) for p, s, o in said if p == RDFS.subPropertyOf} == {
        (_iri("kg:addresses"), _iri("lpwc:hasTask")),
        (_iri("kg:evaluatesOn"), _iri("lpwc:usesDataset")),
        (_iri("kg:evaluatesOn"), _iri("cito:usesDataFrom")),
    }


def test_every_kind_of_address_is_an_individual() -> None:
    found = set(VOCABULARY.subjects(RDF.type, _iri("kg:UrlKind")))
    assert found == {_iri(f"kg:{kind}") for kind in URL_KINDS}


def _iri(compact: str) -> URIRef:
    return URIRef(expand_iri(compact))
