"""SHACL shapes as Turtle.

One shape per record that has an RDF form, from its fields; one per relation type, from the
relation table; one per selector, and for what says how things were found. Not said here: the range
of years (``xsd:gYear`` has no order that validators share), and what only pydantic can check (ids
that are hashes, spans that fit their text).
"""

from __future__ import annotations

from itertools import groupby

from kg.model import NAMED_KINDS, RELATIONS, RelationSpec
from kg.schema.fields import FieldSpec, field_specs
from kg.schema.rdf import (
    CLASS_IRIS,
    EXTRACTION_CLASSES,
    IN_ORDER,
    RUN_CLASSES,
    SELECTORS,
    TERMS,
    URL_CLASSES,
    rdf_type,
)
from kg.schema.turtle import Lines, block, document, subject, text

__all__ = ["generate"]

_LISTS = {"schema:author"}
_PREFIXES = ("bibo", "dcterms", "fabio", "kg", "oa", "prov", "rdf", "schema", "sh", "skos", "xsd")
_TERMS = {term.name: term for term in TERMS}
_ONE = ["sh:minCount 1", "sh:maxCount 1"]
_IRI = "sh:nodeKind sh:IRI"


def generate() -> str:
    """Text of ``kg.shapes.ttl``."""
    shapes = [_relation_shape(spec) for spec in RELATIONS.values()]
    for model, fields in groupby(field_specs(), key=lambda field: field.model):
        if model in CLASS_IRIS:
            shapes.append(_record_shape(model, [field for field in fields if field.iri]))
    shapes += [*_selector_shapes(), *_provenance_shapes(), _code_shape()]
    return document(sorted(shapes), prefixes=_PREFIXES)


def _record_shape(model: str, fields: list[FieldSpec]) -> str:
    own, *others = CLASS_IRIS[model]
    lines = [*_head(own), *(f"sh:class {other}" for other in others)]
    lines += [block("sh:property", _constraints(field)) for field in fields]
    lists = [field.iri or "" for field in fields if field.iri in _LISTS]
    lists += [_TERMS[IN_ORDER[field.name]].iri for field in fields if field.name in IN_ORDER]
    lines += [block("sh:property", part) for iri in lists for part in _list(iri)]
    lines += [block("sh:property", part) for part in _EXTRAS.get(model, ())]
    return subject(f"kg:{model}Shape", lines)


def _head(target: str) -> Lines:
    return ["a sh:NodeShape", f"sh:targetClass {target}", _IRI]


def _constraints(field: FieldSpec) -> Lines:
    kind = rdf_type(field)
    lines = [
        f"sh:path {_path(field)}",
        f"sh:name {text(field.name)}",
        f"sh:description {text(field.description)}",
        _IRI if kind == "@id" else f"sh:datatype {kind}",
    ]
    if field.required:
        lines.append("sh:minCount 1")
    if not field.many:
        lines.append("sh:maxCount 1")
    if field.type in CLASS_IRIS:
        lines.append(f"sh:class {CLASS_IRIS[field.type][0]}")
    if field.values:
        lines.append(f"sh:in ( {' '.join(_members(field, kind))} )")
    if kind not in ("@id", "xsd:gYear"):
        limits = {"sh:minInclusive": field.minimum, "sh:maxInclusive": field.maximum}
        lines += [f'{p} "{n}"^^{kind}' for p, n in limits.items() if n is not None]
        lengths = {"sh:minLength": field.min_length, "sh:maxLength": field.max_length}
        lines += [f"{p} {n}" for p, n in lengths.items() if n is not None]
    if field.pattern:
        lines.append(f"sh:pattern {text(field.pattern)}")
    return lines


def _path(field: FieldSpec) -> str:
    iri = field.iri or ""
    if field.name in SELECTORS and field.model == "Evidence":
        return f"( oa:hasSelector {iri} )"
    if field.name in SELECTORS and field.model == "LinkedMention":
        return f"( oa:hasTarget oa:hasSelector {iri} )"
    return _members_of(iri) if iri in _LISTS else iri


def _members_of(iri: str) -> str:
    return f"( {iri} [ sh:zeroOrMorePath rdf:rest ] rdf:first )"


def _members(field: FieldSpec, kind: str) -> list[str]:
    if field.iri == "rdf:predicate":
        return [spec.iri for spec in RELATIONS.values()]
    return [f"kg:{value}" if kind == "@id" else text(value) for value in field.values]


def _list(iri: str) -> tuple[Lines, Lines]:
    """At most one list, and texts in it."""
    head = [f"sh:path {iri}", "sh:nodeKind sh:BlankNodeOrIRI", "sh:maxCount 1"]
    return head, [f"sh:path {_members_of(iri)}", "sh:datatype xsd:string"]


def _text(path: str, *more: str) -> Lines:
    return [f"sh:path {path}", "sh:datatype xsd:string", *more]


_EXTRAS: dict[str, tuple[Lines, ...]] = {
    "Paper": (
        ["sh:path schema:sameAs", _IRI],
        _text("fabio:hasArXivId", "sh:maxCount 1"),
    ),
    **{kind: (_text("schema:name", "sh:maxCount 1"),) for kind in (*NAMED_KINDS, "Url")},
    "Evidence": (
        ["sh:path oa:hasSource", *_ONE, "sh:equals prov:wasDerivedFrom"],
        ["sh:path oa:hasSelector", _IRI, "sh:minCount 2", "sh:maxCount 2"],
    ),
    "LinkedMention": (
        ["sh:path oa:hasTarget", _IRI, *_ONE, "sh:class oa:SpecificResource"],
        ["sh:path ( oa:hasTarget oa:hasSource )", *_ONE, "sh:equals prov:wasDerivedFrom"],
        ["sh:path ( oa:hasTarget oa:hasSelector )", _IRI, "sh:minCount 2", "sh:maxCount 2"],
        ["sh:path oa:motivatedBy", *_ONE, "sh:hasValue oa:identifying"],
    ),
}
"""What stands beside the fields of a record."""


def _selector_shapes() -> list[str]:
    place = "sh:datatype xsd:nonNegativeInteger"
    start = ["sh:path oa:start", place, *_ONE, "sh:lessThan oa:end"]
    parts = {
        "Position": [start, ["sh:path oa:end", place, *_ONE]],
        "Quote": [_text("oa:exact", *_ONE, "sh:minLength 1")],
    }
    return [
        subject(
            f"kg:{name}Shape",
            [*_head(f"oa:Text{name}Selector"), *(block("sh:property", p) for p in properties)],
        )
        for name, properties in parts.items()
    ]


def _provenance_shapes() -> list[str]:
    """What found things, and the run that it was a part of; what a statement rests on is one."""
    own, activity = EXTRACTION_CLASSES
    run = RUN_CLASSES[0]
    found = [
        *_head(own),
        f"sh:class {activity}",
        block("sh:property", _text("kg:component", *_ONE)),
        block("sh:property", ["sh:path dcterms:isPartOf", "sh:maxCount 1", f"sh:class {run}"]),
    ]
    whole = [
        *_head(run),
        f"sh:class {activity}",
        block("sh:property", _text("kg:version", *_ONE, "sh:minLength 1")),
        block("sh:property", _text("kg:fingerprint", "sh:minLength 1")),
    ]
    by = [
        "a sh:NodeShape",
        "sh:targetObjectsOf prov:wasGeneratedBy",
        _IRI,
        f"sh:class {own}",
    ]
    return [
        subject("kg:ExtractionShape", found),
        subject("kg:RunShape", whole),
        subject("kg:WasGeneratedByShape", by),
    ]


def _code_shape() -> str:
    target = URL_CLASSES["code"]
    code = ["sh:path schema:codeRepository", *_ONE, "sh:equals schema:url"]
    return subject("kg:SourceCodeShape", [*_head(target), block("sh:property", code)])


def _relation_shape(spec: RelationSpec) -> str:
    name = spec.iri.partition(":")[2]
    target = [f"sh:path {spec.iri}", _IRI, *_one_of(spec.range)]
    lines = [
        "a sh:NodeShape",
        f"sh:description {text(spec.meaning)}",
        f"sh:targetSubjectsOf {spec.iri}",
        *_one_of(spec.domain),
        block("sh:property", target),
    ]
    return subject(f"kg:{name[0].upper()}{name[1:]}Shape", lines)


def _one_of(labels: tuple[str, ...]) -> Lines:
    classes = [f"sh:class {CLASS_IRIS[label][0]}" for label in labels]
    return classes if len(classes) == 1 else [f"sh:or ( {' '.join(f'[ {c} ]' for c in classes)} )"]
