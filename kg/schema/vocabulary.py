"""The vocabulary of our own terms as Turtle: OWL classes and properties with their definitions.

Every term of the namespace that an export may hold is here, from the relation table, the fields
of the records and the tables of ``kg.schema.rdf``. Terms of public vocabularies are used as they
are; where ours say the same, or nearly, the link is here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.model import MODELS, RELATIONS, URL_KINDS, VOCABULARY_IRI, RelationSpec
from kg.schema.fields import FieldSpec, field_specs
from kg.schema.rdf import CLASS_IRIS, PARALLELS, TERMS, rdf_type
from kg.schema.turtle import Lines, document, subject, text

__all__ = ["generate"]

_PREFIXES = (
    *("cito", "dcterms", "fabio", "kg", "lpwc", "oa", "owl", "prov", "rdf", "rdfs", "schema"),
    *("skos", "xsd"),
)
_LPWC_CLASSES = {label: label.lower() for label in ("Paper", "Method", "Dataset", "Task")}
_LPWC = "https://linkedpaperswithcode.com/class/"
_PROVENANCE = {
    "Extraction": "What one component of the extractor did.",
    "Run": "The reading of all the papers: which version of kg, with which code and models.",
}
_OWNERS = {
    "kg:component": ("kg:Extraction",),
    "kg:fingerprint": ("kg:Run",),
    "kg:version": ("kg:Run",),
}
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def generate() -> str:
    """Text of ``kg.vocabulary.ttl``."""
    ontology = f"<{VOCABULARY_IRI.removesuffix('#')}>"
    head = subject(
        ontology,
        [
            "a owl:Ontology",
            'dcterms:title "Vocabulary of kg"@en',
            'dcterms:description "What papers say about methods, data sets, benchmarks, tasks and '
            'metrics, and where they say it."@en',
        ],
    )
    terms = {**_classes(), **_kinds(), **_relations(), **_properties()}
    end = f"rdfs:isDefinedBy {ontology}"
    return document(
        [head, *(subject(name, [*terms[name], end]) for name in sorted(terms))],
        prefixes=_PREFIXES,
    )


def _classes() -> dict[str, Lines]:
    found: dict[str, Lines] = {}
    docs = {model.__name__: (model.__doc__ or "").partition("\n")[0] for model in MODELS}
    for model, (own, *others) in CLASS_IRIS.items():
        lines = ["a owl:Class", *_words(own, docs[model])]
        lines += [f"rdfs:subClassOf {other}" for other in others]
        if model in _LPWC_CLASSES:
            lines.append(f"skos:closeMatch <{_LPWC}{_LPWC_CLASSES[model]}>")
        found[own] = lines
    for name, meaning in _PROVENANCE.items():
        own = f"kg:{name}"
        found[own] = ["a owl:Class", *_words(own, meaning), "rdfs:subClassOf prov:Activity"]
    return found


def _kinds() -> dict[str, Lines]:
    """What an address leads to: one individual a kind."""
    kind = "kg:UrlKind"
    found = {kind: ["a owl:Class", *_words(kind, "What an address leads to.")]}
    for value in URL_KINDS:
        label = value.replace("_", " ")
        meaning = f"The address leads to: {label}."
        found[f"kg:{value}"] = [
            f"a owl:NamedIndividual , {kind}",
            f"rdfs:label {text(label)}@en",
            f"skos:definition {text(meaning)}@en",
        ]
    return found


def _relations() -> dict[str, Lines]:
    found: dict[str, Lines] = {}
    for spec in RELATIONS.values():
        if not spec.iri.startswith("kg:"):
            continue
        lines = ["a owl:ObjectProperty", *_words(spec.iri, spec.meaning)]
        lines.append(f"rdfs:domain {_union(CLASS_IRIS[label][0] for label in spec.domain)}")
        lines.append(f"rdfs:range {_union(CLASS_IRIS[label][0] for label in spec.range)}")
        found[spec.iri] = lines + _matches(spec)
    return found


def _matches(spec: RelationSpec) -> Lines:
    """Public properties that say the same: always, for some objects, or the other way round."""
    lines = []
    for other in PARALLELS:
        if other.predicate == spec.name:
            always = other.range == spec.range and not other.url_kind
            link = "rdfs:subPropertyOf" if always else "skos:closeMatch"
            lines.append(f"{'rdfs:seeAlso' if other.inverse else link} {other.iri}")
    return lines


def _properties() -> dict[str, Lines]:
    found: dict[str, Lines] = {}
    fields: dict[str, list[FieldSpec]] = {}
    for field in field_specs():
        if field.model in CLASS_IRIS and (field.iri or "").startswith("kg:"):
            fields.setdefault(field.iri or "", []).append(field)
    for iri, group in fields.items():
        kind = rdf_type(group[0])
        meanings = dict.fromkeys(field.description for field in group)
        lines = [_sort(kind), *_words(iri, " ".join(meanings))]
        lines.append(f"rdfs:domain {_union(CLASS_IRIS[field.model][0] for field in group)}")
        target = CLASS_IRIS.get(group[0].type)
        lines += [f"rdfs:range {target[0]}"] if target else []
        found[iri] = lines + ([] if kind == "@id" else [f"rdfs:range {kind}"])
    for term in TERMS:
        if term.iri.startswith("kg:"):
            kind = "@id" if term.ordered else term.type
            lines = [_sort(kind), *_words(term.iri, term.description)]
            lines += [f"rdfs:domain {_union(_OWNERS[term.iri])}"] if term.iri in _OWNERS else []
            lines.append(f"rdfs:range {'rdf:List' if term.ordered else kind}")
            found[term.iri] = lines
    return found


def _sort(kind: str) -> str:
    return f"a owl:{'Object' if kind == '@id' else 'Datatype'}Property"


def _words(iri: str, meaning: str) -> Lines:
    words = _WORDS.sub(" ", iri.partition(":")[2])
    label = words if words[0].isupper() else words.lower()
    return [f"rdfs:label {text(label)}@en", f"skos:definition {text(meaning)}@en"]


def _union(names: Iterable[str]) -> str:
    members = list(names)
    if len(members) == 1:
        return members[0]
    return f"[ a owl:Class ; owl:unionOf ( {' '.join(members)} ) ]"
