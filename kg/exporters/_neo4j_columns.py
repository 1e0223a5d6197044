"""The columns of a bundle: for every label and for every relation, read off the models."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kg.cypher import EVIDENCE_PROPERTIES
from kg.schema.fields import field_specs

__all__ = ["Column", "node_columns", "relation_columns"]

_SCALARS = {"string": "", "integer": ":int", "number": ":double"}
_LISTS = {"string": ":string[]", "integer": ":long[]", "number": ":double[]"}


@dataclass(frozen=True)
class Column:
    """One property of the nodes of a label, or of the relations of a group.

    Args:
        name: Name of the property.
        type: ``string``, ``integer`` or ``number``.
        many: True for a list of such values.
        mark: What the header says instead of the property's name and type; empty for those.
    """

    name: str
    type: str
    many: bool = False
    mark: str = ""

    @property
    def header(self) -> str:
        """The column's field of the header.

        >>> Column("aliases", "string", many=True).header
        'aliases:string[]'
        """
        return self.mark or self.name + (_LISTS if self.many else _SCALARS)[self.type]


@cache
def node_columns(label: str) -> tuple[Column, ...]:
    """The id first, then the other fields of the record; ids are unique per label.

    A paper has its linked mentions too (see ``kg.cypher.mention_properties``).

    >>> [column.header for column in node_columns("Method")]
    ['id:ID(Method)', 'name', 'aliases:string[]', 'same_as:string[]']
    """
    columns = (
        Column(spec.name, spec.type, spec.many, f"{spec.name}:ID({label})" if spec.key else "")
        for spec in field_specs()
        if spec.model == label and spec.name != "kind"
    )
    spoken = (Column("mentions", "string", many=True),) if label == "Paper" else ()
    return (*columns, *spoken)


@cache
def relation_columns(from_label: str, to_label: str) -> tuple[Column, ...]:
    """Both ends, the id, the score, and the lists of the evidence."""
    types = {spec.name: spec.type for spec in field_specs() if spec.model == "Evidence"}
    return (
        Column("subject", "string", mark=f":START_ID({from_label})"),
        Column("object", "string", mark=f":END_ID({to_label})"),
        Column("id", "string"),
        Column("score", "number"),
        *(
            Column(name, types[fields[0]] if len(fields) == 1 else "string", many=True)
            for name, fields in EVIDENCE_PROPERTIES.items()
        ),
    )
