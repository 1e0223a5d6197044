"""SHACL shapes as Turtle, written by hand and in a fixed order so that bytes compare.

One shape per record that has an RDF form, from its fields; one per relation type, from the
relation table. Not said here: the range of years (``xsd:gYear`` has no order that validators
share), and what only pydantic can check (ids that are hashes, spans that fit their text).
"""

from __future__ import annotations

import json
from itertools import groupby

from kg.model import RELATIONS, RelationSpec
from kg.schema.fields import FieldSpec, field_specs
from kg.schema.rdf import CLASS_IRIS, NAMESPACES, SELECTORS, rdf_type

__all__ = ["generate"]

_LISTS = {"schema:author"}
Lines = list[str]


def generate() -> str:
    """Text of ``kg.shapes.ttl``."""
    prefixes = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in sorted(NAMESPACES.items()))
    shapes = [_relation_shape(spec) for spec in RELATIONS.values()]
    for model, fields in groupby(field_specs(), key=lambda field: field.model):
        if model in CLASS_IRIS:
            shapes.append(_record_shape(model, [field for field in fields if field.iri]))
    return "\n".join([prefixes, *sorted(shapes)])


def _record_shape(model: str, fields: list[FieldSpec]) -> str:
    own, *others = CLASS_IRIS[model]
    lines = ["a sh:NodeShape", f"sh:targetClass {own}", "sh:nodeKind sh:IRI"]
    lines += [f"sh:class {other}" for other in others]
    lines += [_block("sh:property", _constraints(field)) for field in fields]
    lists = [field.iri for field in fields if field.iri in _LISTS]
    lines += [
        _block("sh:property", [f"sh:path {iri}", "sh:nodeKind sh:BlankNodeOrIRI", "sh:maxCount 1"])
        for iri in lists
    ]
    return _subject(f"kg:{model}Shape", lines)


def _constraints(field: FieldSpec) -> Lines:
    kind = rdf_type(field)
    lines = [
        f"sh:path {_path(field)}",
        f"sh:name {_text(field.name)}",
        f"sh:description {_text(field.description)}",
        "sh:nodeKind sh:IRI" if kind == "@id" else f"sh:datatype {kind}",
    ]
    if field.required:
        lines.append("sh:minCount 1")
    if not field.many:
        lines.append("sh:maxCount 1")
    if field.type in CLASS_IRIS:
        lines.append(f"sh:class {CLASS_IRIS[field.type][0]}")
    if field.values:
        lines.append(f"sh:in ( {' '.join(_members(field))} )")
    if kind not in ("@id", "xsd:gYear"):
        limits = {"sh:minInclusive": field.minimum, "sh:maxInclusive": field.maximum}
        lines += [f'{p} "{n}"^^{kind}' for p, n in limits.items() if n is not None]
        lengths = {"sh:minLength": field.min_length, "sh:maxLength": field.max_length}
        lines += [f"{p} {n}" for p, n in lengths.items() if n is not None]
    if field.pattern:
        lines.append(f"sh:pattern {_text(field.pattern)}")
    return lines


def _path(field: FieldSpec) -> str:
    iri = field.iri or ""
    if field.model == "Evidence" and field.name in SELECTORS:
        return f"( oa:hasSelector {iri} )"
    if iri in _LISTS:
        return f"( {iri} [ sh:zeroOrMorePath rdf:rest ] rdf:first )"
    return iri


def _members(field: FieldSpec) -> list[str]:
    if field.iri == "rdf:predicate":
        return [spec.iri for spec in RELATIONS.values()]
    return [f"kg:{value}" for value in field.values]


def _relation_shape(spec: RelationSpec) -> str:
    name = spec.iri.partition(":")[2]
    target = [f"sh:path {spec.iri}", "sh:nodeKind sh:IRI", *_one_of(spec.range)]
    lines = [
        "a sh:NodeShape",
        f"sh:description {_text(spec.meaning)}",
        f"sh:targetSubjectsOf {spec.iri}",
        *_one_of(spec.domain),
        _block("sh:property", target),
    ]
    return _subject(f"kg:{name[0].upper()}{name[1:]}Shape", lines)


def _one_of(labels: tuple[str, ...]) -> Lines:
    classes = [f"sh:class {CLASS_IRIS[label][0]}" for label in labels]
    return classes if len(classes) == 1 else [f"sh:or ( {' '.join(f'[ {c} ]' for c in classes)} )"]


def _block(predicate: str, lines: Lines) -> str:
    body = "".join(f"        {line} ;\n" for line in lines)
    return f"{predicate} [\n{body}    ]"


def _subject(name: str, lines: Lines) -> str:
    return f"{name}\n    " + " ;\n    ".join(lines) + " .\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # a subset of Turtle's escapes
