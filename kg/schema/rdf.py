"""How records look in RDF, where the markers on their fields do not say it."""

from __future__ import annotations

from kg.model import VOCABULARY_IRI
from kg.schema.fields import FieldSpec

__all__ = ["CLASS_IRIS", "NAMESPACES", "SELECTORS", "expand_iri", "rdf_type"]

NAMESPACES: dict[str, str] = {
    "kg": VOCABULARY_IRI,
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefix -> namespace of every compact IRI in the models and the generated files."""

_CONCEPT = ("schema:DefinedTerm", "skos:Concept")
CLASS_IRIS: dict[str, tuple[str, ...]] = {
    "Paper": ("kg:Paper", "schema:ScholarlyArticle"),
    "Method": ("kg:Method", *_CONCEPT),
    "Dataset": ("kg:Dataset", "schema:Dataset"),
    "Benchmark": ("kg:Benchmark", "schema:Dataset", "schema:DefinedTerm"),
    "Task": ("kg:Task", *_CONCEPT),
    "Metric": ("kg:Metric", *_CONCEPT),
    "Url": ("kg:Url",),
    "Evidence": ("kg:Evidence", "oa:SpecificResource"),
    "Relation": ("kg:Relation", "rdf:Statement"),
}
"""Record -> its RDF classes, our own first; records that are not listed have no RDF form."""

SELECTORS: dict[str, str] = {
    "start": "oa:TextPositionSelector",
    "end": "oa:TextPositionSelector",
    "sentence": "oa:TextQuoteSelector",
}
"""Field of ``Evidence`` -> class of the Web Annotation selector that holds it."""

_REFERENCES = {
    "kg:evidence",
    "prov:wasDerivedFrom",
    "prov:wasGeneratedBy",
    "rdf:object",
    "rdf:predicate",
    "rdf:subject",
    "schema:additionalType",
    "schema:sameAs",
}
_LITERALS = {"schema:datePublished": "xsd:gYear", "schema:url": "xsd:anyURI"}
_SCALARS = {
    "boolean": "xsd:boolean",
    "integer": "xsd:nonNegativeInteger",
    "number": "xsd:double",
    "string": "xsd:string",
}


def rdf_type(spec: FieldSpec) -> str:
    """Datatype of a field's values as ``xsd:local``, or ``@id`` where they are IRIs.

    Addresses stay literals of type ``xsd:anyURI``: papers write them with characters that no IRI
    may hold.
    """
    iri = spec.iri or ""
    return "@id" if iri in _REFERENCES else _LITERALS.get(iri) or _SCALARS[spec.type]


def expand_iri(compact: str) -> str:
    """Write a compact IRI of the models in full.

    >>> expand_iri("schema:headline")
    'https://schema.org/headline'
    """
    prefix, _, local = compact.partition(":")
    return NAMESPACES[prefix] + local
