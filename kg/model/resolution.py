"""What linking hands on: entities, linked mentions and relations over the whole corpus."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kg.model.annotation import LinkedMention
from kg.model.base import Record
from kg.model.entity import Entity
from kg.model.paper import Paper
from kg.model.relation import Relation

__all__ = ["Resolution"]


class Resolution(Record):
    """Closed: every id that is referred to exists. All parts are sorted."""

    papers: Annotated[tuple[Paper, ...], Field(description="Papers by id.")]
    entities: Annotated[tuple[Entity, ...], Field(description="Entities by id.")]
    mentions: Annotated[
        tuple[LinkedMention, ...], Field(description="Linked spans by paper and place.")
    ]
    relations: Annotated[tuple[Relation, ...], Field(description="Relations by id.")]
