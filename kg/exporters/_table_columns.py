"""The five tables of a graph: what their columns mean, and their rows; nothing is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kg.graph import KnowledgeGraph
from kg.model import Evidence, LinkedMention, Paper, Relation, Url
from kg.model.base import Record
from kg.schema.fields import field_specs

__all__ = ["TABLES", "Column", "Table"]

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Args:
        name: Name of the column: that of the field.
        type: ``string``, ``integer`` or ``number``.
        many: True for a list of such values.
        nullable: True where a value may be missing.
        description: What it means.
        refers_to: The column, as ``table/column``, whose values these are; empty for none.
    """

    name: str
    type: str
    many: bool
    nullable: bool
    description: str
    refers_to: str = ""


@dataclass(frozen=True)
class Table:
    """One table.

    Args:
        name: Name of the table, and of its file.
        description: What a row is.
        columns: Its columns; the first is the key where its name is ``id``.
        rows: The rows of a graph, in a fixed order, by name of the column.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    rows: Callable[[KnowledgeGraph], Iterator[Row]]


def _columns(record: type[Record], refers_to: Mapping[str, str]) -> tuple[Column, ...]:
    return tuple(
        Column(
            name=spec.name,
            type=spec.type,
            many=spec.many,
            nullable=not spec.required and record.model_fields[spec.name].default is None,
            description=spec.description,
            refers_to=refers_to.get(spec.name, ""),
        )
        for spec in field_specs()
        if spec.model == record.__name__ and spec.type in ("string", "integer", "number")
    )


def _entity_columns() -> tuple[Column, ...]:
    columns = {c.name: c for c in _columns(Url, {})}
    columns["kind"] = replace(columns["kind"], description="What sort of thing it is.")
    for name in ("href", "url_kind"):
        said = columns[name].description
        columns[name] = replace(columns[name], nullable=True, description=f"Url only: {said}")
    return tuple(columns.values())


def _dump(records: Iterable[Record], **more: str) -> Iterator[Row]:
    for record in records:
        yield more | record.__dict__


def _evidence(graph: KnowledgeGraph) -> Iterator[Row]:
    for relation in graph.relations.values():
        yield from _dump(relation.evidence, relation_id=relation.id)


def _mentions(graph: KnowledgeGraph) -> Iterator[Row]:
    for paper_id in graph.papers:
        yield from _dump(graph.mentions(paper_id))


TABLES = (
    Table("papers", "One paper.", _columns(Paper, {}), lambda graph: _dump(graph.papers.values())),
    Table(
        "entities",
        "One thing that papers name: a method, dataset, benchmark, task, metric or address.",
        _entity_columns(),
        lambda graph: _dump(graph.entities.values()),
    ),
    Table(
        "relations",
        "One relation between a paper and a thing, or between two things.",
        _columns(Relation, {"object": "entities/id"}),
        lambda graph: _dump(graph.relations.values()),
    ),
    Table(
        "evidence",
        "One sentence of one paper that states a relation.",
        (
            Column(
                "relation_id", "string", False, False, "The relation it states.", "relations/id"
            ),
            *_columns(Evidence, {"paper_id": "papers/id"}),
        ),
        _evidence,
    ),
    Table(
        "mentions",
        "One span of a paper's text that names a thing.",
        _columns(LinkedMention, {"paper_id": "papers/id", "entity_id": "entities/id"}),
        _mentions,
    ),
)
"""Every table, those that others refer to first."""
