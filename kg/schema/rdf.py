"""How records look in RDF, where the markers on their fields do not say it."""

from __future__ import annotations

from dataclasses import dataclass

from kg.model import VOCABULARY_IRI, Predicate
from kg.schema.fields import FieldSpec

__all__ = [
    "CLASS_IRIS",
    "EXTRACTION_CLASSES",
    "IN_ORDER",
    "NAMESPACES",
    "PARALLELS",
    "RUN_CLASSES",
    "SCHEMA_NAMESPACES",
    "SELECTORS",
    "TERMS",
    "URL_CLASSES",
    "Parallel",
    "Term",
    "expand_iri",
    "rdf_type",
]

NAMESPACES: dict[str, str] = {
    "bibo": "http://purl.org/ontology/bibo/",
    "cito": "http://purl.org/spar/cito/",
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "kg": VOCABULARY_IRI,
    "lpwc": "https://linkedpaperswithcode.com/property/",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefix -> namespace of every compact IRI in the models and in exports."""
SCHEMA_NAMESPACES = {
    **NAMESPACES,
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
}
"""The same, with those that only shapes and vocabulary need."""

_CONCEPT = ("schema:DefinedTerm", "skos:Concept")
CLASS_IRIS: dict[str, tuple[str, ...]] = {
    "Paper": ("kg:Paper", "schema:ScholarlyArticle", "fabio:ScholarlyWork"),
    "Method": ("kg:Method", *_CONCEPT),
    "Dataset": ("kg:Dataset", "schema:Dataset"),
    "Benchmark": ("kg:Benchmark", "schema:Dataset", *_CONCEPT),
    "Task": ("kg:Task", *_CONCEPT),
    "Metric": ("kg:Metric", *_CONCEPT),
    "Url": ("kg:Url",),
    "Evidence": ("kg:Evidence", "oa:SpecificResource"),
    "Relation": ("kg:Relation", "rdf:Statement"),
    "LinkedMention": ("kg:Mention", "oa:Annotation"),
}
"""Record -> its RDF classes, our own first; records that are not listed have no RDF form."""
EXTRACTION_CLASSES = ("kg:Extraction", "prov:Activity")
RUN_CLASSES = ("kg:Run", "prov:Activity")

URL_CLASSES = {
    "code": "schema:SoftwareSourceCode",
    "demo": "schema:WebApplication",
    "model": "schema:SoftwareApplication",
    "video": "schema:VideoObject",
}
"""Kind of an address -> its further class; ``schema:WebPage`` for the others."""

SELECTORS: dict[str, str] = {
    "start": "oa:TextPositionSelector",
    "end": "oa:TextPositionSelector",
    "sentence": "oa:TextQuoteSelector",
    "text": "oa:TextQuoteSelector",
}
"""Field of ``Evidence`` or ``LinkedMention`` -> class of the selector that holds it."""


@dataclass(frozen=True)
class Term:
    """A property that an export has beside the fields of the records.

    Args:
        name: Key in JSON-LD.
        iri: RDF property, as ``prefix:local``.
        type: Datatype as ``xsd:local``, or ``@id`` for IRIs.
        description: What it means.
        ordered: Whether its values are one RDF list.
        reverse: Whether the key stands for the property read from its object.
    """

    name: str
    iri: str
    type: str
    description: str
    ordered: bool = False
    reverse: bool = False


IN_ORDER = {"aliases": "alias_list", "categories": "category_list", "same_as": "same_as_list"}
"""Field -> the term with its values as a list, where the set of them does not say them all."""
_LIST = "The same values to the letter and in order, where the set of them does not say it."
TERMS: tuple[Term, ...] = (
    Term("alias_list", "kg:aliasList", "xsd:string", f"Aliases. {_LIST}", ordered=True),
    Term("category_list", "kg:categoryList", "xsd:string", f"Keywords. {_LIST}", ordered=True),
    Term("same_as_list", "kg:sameAsList", "xsd:string", f"schema:sameAs. {_LIST}", ordered=True),
    Term("arxiv_id", "fabio:hasArXivId", "xsd:string", "Identifier at arXiv."),
    Term("display_name", "schema:name", "xsd:string", "The preferred label, for schema.org."),
    Term("code_repository", "schema:codeRepository", "xsd:anyURI", "Address of the code."),
    Term("selectors", "oa:hasSelector", "@id", "Where in the text: by position and by quote."),
    Term("source_text", "oa:hasSource", "@id", "Paper whose text is selected from."),
    Term("target", "oa:hasTarget", "@id", "The words that name the entity."),
    Term("motivation", "oa:motivatedBy", "@id", "Always oa:identifying."),
    Term("component", "kg:component", "xsd:string", "Name of the component of the extractor."),
    Term("run", "dcterms:isPartOf", "@id", "The run that the component was a part of."),
    Term("version", "kg:version", "xsd:string", "Version of kg that wrote the file."),
    Term(
        "fingerprint",
        "kg:fingerprint",
        "xsd:string",
        "Hash of the code, models, data and settings that read the papers; 'imported' for papers "
        "that came with what was found in them.",
    ),
    Term("statements", "rdf:subject", "@id", "Statements about a node.", reverse=True),
    Term("annotations", "prov:wasDerivedFrom", "@id", "Annotations of a paper.", reverse=True),
)
"""The properties beside the fields; those of our own namespace are in the vocabulary."""


@dataclass(frozen=True)
class Parallel:
    """A property of a public vocabulary that says the same as a relation, where its ends fit.

    Args:
        name: Key in JSON-LD.
        iri: The property, as ``prefix:local``.
        predicate: Type of the relation.
        range: Labels of its object for which the property says the same.
        url_kind: For an address: the kind it must be of.
        inverse: Whether the property leads from the object to the subject.
    """

    name: str
    iri: str
    predicate: Predicate
    range: tuple[str, ...]
    url_kind: str = ""
    inverse: bool = False


_DATA = ("Dataset", "Benchmark")
PARALLELS: tuple[Parallel, ...] = (
    Parallel("has_method", "lpwc:hasMethod", "USES", ("Method",)),
    Parallel("uses_dataset", "lpwc:usesDataset", "USES", ("Dataset",)),
    Parallel("uses_dataset", "lpwc:usesDataset", "EVALUATES_ON", _DATA),
    Parallel("has_task", "lpwc:hasTask", "ADDRESSES", ("Task",)),
    Parallel("has_repository", "lpwc:hasRepository", "LINKS_TO", ("Url",), url_kind="code"),
    Parallel("introduced_by", "lpwc:introducedBy", "INTRODUCES", ("Method", *_DATA), inverse=True),
    Parallel("uses_method_in", "cito:usesMethodIn", "USES", ("Method",)),
    Parallel("uses_data_from", "cito:usesDataFrom", "USES", ("Dataset",)),
    Parallel("uses_data_from", "cito:usesDataFrom", "EVALUATES_ON", _DATA),
)
"""Linked Papers With Code and CiTO, beside our own relations.

LPWC writes ``usesDataset`` for what a paper has results on, and counts benchmarks as data sets.
"""

_REFERENCES = {
    "kg:evidence",
    "kg:kind",
    "oa:hasBody",
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
