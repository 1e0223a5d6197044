"""What every record is made of: a frozen, closed pydantic model with markers on its fields."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

__all__ = [
    "BASE_IRI",
    "ENTITY_KINDS",
    "HREF_PATTERN",
    "NAMED_KINDS",
    "ROLES",
    "URL_KINDS",
    "VOCABULARY_IRI",
    "EntityKind",
    "Iri",
    "Key",
    "Offset",
    "Record",
    "Role",
    "Score",
    "UrlKind",
]

HREF_PATTERN = r"^https?://[^\s<>\"]+$"
"""What an address must look like to be a link."""
BASE_IRI = "https://w3id.org/kg-papers/"
"""Default base of the identifiers of papers and entities in RDF; an option of the exporter."""
VOCABULARY_IRI = "https://w3id.org/kg-papers/vocab#"
"""Namespace of the terms that no public vocabulary has."""

EntityKind = Literal["Method", "Dataset", "Benchmark", "Task", "Metric", "Url"]
ENTITY_KINDS: tuple[EntityKind, ...] = ("Method", "Dataset", "Benchmark", "Task", "Metric", "Url")
NAMED_KINDS: tuple[EntityKind, ...] = ENTITY_KINDS[:5]
"""The kinds that have a name of their own: all but Url."""

Role = Literal["introduces", "uses", "evaluates_on", "compares_with", "addresses", "mentions"]
ROLES: tuple[Role, ...] = (
    "introduces",
    "evaluates_on",
    "compares_with",
    "uses",
    "addresses",
    "mentions",
)
"""What a thing is to the paper that names it, strongest first."""

UrlKind = Literal["code", "dataset", "model", "project_page", "paper", "demo", "video", "other"]
URL_KINDS: tuple[UrlKind, ...] = (
    "code",
    "dataset",
    "model",
    "project_page",
    "paper",
    "demo",
    "video",
    "other",
)


@dataclass(frozen=True)
class Iri:
    """Marks a field with the RDF property that it becomes, as ``prefix:local``."""

    value: str


@dataclass(frozen=True)
class Key:
    """Marks the field that identifies a record: unique per label in every store."""


def _round_score(value: object) -> object:
    return round(value, 4) + 0.0 if isinstance(value, float) else value  # no -0.0


Score = Annotated[float, Field(ge=0.0, le=1.0), BeforeValidator(_round_score)]
"""A confidence in 0..1, 1 is certain, kept to four decimals so that bytes repeat."""
Offset = Annotated[int, Field(ge=0)]
"""A character position in ``Paper.text``, from 0; spans are half-open."""


class Record(BaseModel):
    """A frozen record with no fields but the described ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def of_checked(cls, **fields: Any) -> Self:
        """Make a record of values that come from checked records, without checking them again.

        Where records are made by the hundred thousand this takes a fifth of the time, and half
        of the memory: they share one set of the names of their fields.

        Args:
            fields: Every field, as the record holds it (scores rounded, tuples for lists).

        Raises:
            KeyError: A field is missing.
        """
        names, given = _field_names(cls)
        if tuple(fields) != names:
            fields = {name: fields[name] for name in names}  # in the order of the model
        record = cls.__new__(cls)
        _set(record, "__dict__", fields)
        _set(record, "__pydantic_fields_set__", given)
        _set(record, "__pydantic_extra__", None)
        _set(record, "__pydantic_private__", None)
        return record


_set = object.__setattr__


@cache
def _field_names(cls: type[Record]) -> tuple[tuple[str, ...], set[str]]:
    return tuple(cls.model_fields), set(cls.model_fields)
