"""One row per field of every record: what all schema generators read.

The rows come from the models alone: types and limits from pydantic, IRIs and keys from the markers
on the fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic.fields import FieldInfo

from kg.model import MODELS, Iri, Key, Record

__all__ = ["FieldSpec", "field_specs"]

_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}


@dataclass(frozen=True)
class FieldSpec:
    """One field of one record.

    Args:
        model: Name of the record.
        name: Name of the field, spelt the same in Python, Cypher and JSON.
        type: ``string``, ``integer``, ``number``, ``boolean``, or the name of a record.
        many: True for a tuple of values.
        required: True where the field has no default.
        iri: RDF property as ``prefix:local``; None where the field stays out of RDF.
        key: True for the field that identifies the record.
        description: What the field means, with units.
        values: The only values allowed; empty for any.
        minimum: Smallest number allowed, or None.
        maximum: Largest number allowed, or None.
        min_length: Fewest characters, or items where ``many``; None for any.
        max_length: Most characters, or items where ``many``; None for any.
        pattern: Regular expression that a string must match, or None.
    """

    model: str
    name: str
    type: str
    many: bool
    required: bool
    iri: str | None
    key: bool
    description: str
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


@cache
def field_specs() -> tuple[FieldSpec, ...]:
    """Every field of every record, in the order of ``MODELS`` and of the fields in each."""
    return tuple(
        _field_spec(model, name, info)
        for model in MODELS
        for name, info in model.model_fields.items()
    )


def _field_spec(model: type[Record], name: str, info: FieldInfo) -> FieldSpec:
    kind, many, inner = _unwrap(info.annotation)
    marks = [*info.metadata, *inner]
    iris = [mark.value for mark in marks if isinstance(mark, Iri)]
    return FieldSpec(
        model=model.__name__,
        name=name,
        type="string" if get_origin(kind) is Literal else _SCALARS.get(kind, kind.__name__),
        many=many,
        required=info.is_required(),
        iri=iris[0] if iris else None,
        key=any(isinstance(mark, Key) for mark in marks),
        description=info.description or "",
        values=get_args(kind) if get_origin(kind) is Literal else (),
        minimum=_limit(marks, Ge, "ge"),
        maximum=_limit(marks, Le, "le"),
        min_length=_limit(marks, MinLen, "min_length"),
        max_length=_limit(marks, MaxLen, "max_length"),
        pattern=next((m.pattern for m in marks if getattr(m, "pattern", None)), None),
    )


def _unwrap(annotation: Any) -> tuple[Any, bool, tuple[Any, ...]]:
    """Plain type, whether there are many of it, and the markers found inside."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *marks = get_args(annotation)
        kind, many, more = _unwrap(inner)
        flat = (
            m for mark in marks for m in (mark.metadata if isinstance(mark, FieldInfo) else [mark])
        )
        return kind, many, (*flat, *more)
    if origin in (Union, UnionType):
        (inner,) = (a for a in get_args(annotation) if a is not NoneType)
        return _unwrap(inner)
    if origin is tuple:
        kind, _, marks_inside = _unwrap(get_args(annotation)[0])
        return kind, True, marks_inside
    return annotation, False, ()


def _limit(marks: list[Any], kind: type, attribute: str) -> Any:
    return next((getattr(m, attribute) for m in marks if isinstance(m, kind)), None)
