"""The JSON-LD 1.1 context: field and relation names -> RDF properties."""

from __future__ import annotations

import json
from typing import Any

from kg.model import RELATIONS
from kg.schema.fields import field_specs
from kg.schema.rdf import NAMESPACES, rdf_type

__all__ = ["generate", "jsonld_context"]

_STRUCTURE: dict[str, Any] = {
    "selectors": {"@id": "oa:hasSelector", "@type": "@id"},
    "code_repository": {"@id": "schema:codeRepository", "@type": "xsd:anyURI"},
}
_ORDERED = {"authors"}


def jsonld_context() -> dict[str, Any]:
    """Content of ``@context``: prefixes, then terms, each part sorted.

    A term is spelt like the field (``title``) or like the relation type in lower case
    (``evaluates_on``). Fields without an IRI have no term.
    """
    terms = dict(_STRUCTURE)
    for spec in RELATIONS.values():
        terms[spec.name.lower()] = {"@id": spec.iri, "@type": "@id"}
    for field in field_specs():
        if field.iri is None:
            continue
        kind = rdf_type(field)
        term: dict[str, str] = {"@id": field.iri}
        if kind != "xsd:string":
            term["@type"] = kind
        if field.name in _ORDERED:
            term["@container"] = "@list"
        terms[field.name] = term
    prefixes = {name: iri for name, iri in NAMESPACES.items() if name != "sh"}
    return {"@version": 1.1, **prefixes, **dict(sorted(terms.items()))}


def generate() -> str:
    """Text of ``kg.context.jsonld``."""
    return json.dumps({"@context": jsonld_context()}, indent=2, ensure_ascii=False) + "\n"
