"""The JSON-LD 1.1 context: field and relation names -> RDF properties."""

from __future__ import annotations

import json
from typing import Any

from kg.model import RELATIONS
from kg.schema.fields import field_specs
from kg.schema.rdf import NAMESPACES, PARALLELS, TERMS, rdf_type

__all__ = ["generate", "jsonld_context"]

_ORDERED = {"authors"}


def jsonld_context() -> dict[str, Any]:
    """Content of ``@context``: prefixes, then terms, each part sorted.

    A term is spelt like the field (``title``) or like the relation type in lower case
    (``evaluates_on``). Fields without an IRI have no term.
    """
    terms: dict[str, dict[str, str]] = {}
    for term in TERMS:
        terms[term.name] = _term(term.iri, term.type, ordered=term.ordered)
        if term.reverse:
            terms[term.name]["@reverse"] = terms[term.name].pop("@id")
    for spec in RELATIONS.values():
        terms[spec.name.lower()] = _term(spec.iri, "@id")
    for other in PARALLELS:
        terms[other.name] = _term(other.iri, "@id")
    for field in field_specs():
        if field.iri is not None:
            ordered = field.name in _ORDERED
            terms[field.name] = _term(field.iri, rdf_type(field), ordered=ordered)
    return {"@version": 1.1, **NAMESPACES, **dict(sorted(terms.items()))}


def _term(iri: str, kind: str, *, ordered: bool = False) -> dict[str, str]:
    term = {"@id": iri}
    if kind != "xsd:string":
        term["@type"] = kind
    if ordered:
        term["@container"] = "@list"
    return term


def generate() -> str:
    """Text of ``kg.context.jsonld``."""
    return json.dumps({"@context": jsonld_context()}, indent=2, ensure_ascii=False) + "\n"
