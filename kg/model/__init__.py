"""The records that flow between the stages: the only schema of the product."""

from __future__ import annotations

from kg.model.annotation import (
    Extraction,
    Link,
    LinkedMention,
    LinkMethod,
    Mention,
    RelationMention,
)
from kg.model.base import (
    BASE_IRI,
    ENTITY_KINDS,
    NAMED_KINDS,
    ROLES,
    URL_KINDS,
    VOCABULARY_IRI,
    EntityKind,
    Iri,
    Key,
    Record,
    Role,
    UrlKind,
)
from kg.model.entity import (
    ENTITY_CLASSES,
    Benchmark,
    Dataset,
    Entity,
    Method,
    Metric,
    Task,
    Url,
    entity_adapter,
)
from kg.model.paper import Paper
from kg.model.relation import (
    PREDICATES,
    RELATIONS,
    ROLE_PREDICATES,
    Evidence,
    Predicate,
    Relation,
    RelationSpec,
)

__all__ = [
    "BASE_IRI",
    "ENTITY_CLASSES",
    "ENTITY_KINDS",
    "MODELS",
    "NAMED_KINDS",
    "PREDICATES",
    "RELATIONS",
    "ROLES",
    "ROLE_PREDICATES",
    "URL_KINDS",
    "VOCABULARY_IRI",
    "Benchmark",
    "Dataset",
    "Entity",
    "EntityKind",
    "Evidence",
    "Extraction",
    "Iri",
    "Key",
    "Link",
    "LinkMethod",
    "LinkedMention",
    "Mention",
    "Method",
    "Metric",
    "Paper",
    "Predicate",
    "Record",
    "Relation",
    "RelationMention",
    "RelationSpec",
    "Role",
    "Task",
    "Url",
    "UrlKind",
    "entity_adapter",
]

MODELS: tuple[type[Record], ...] = (
    Paper,
    Method,
    Dataset,
    Benchmark,
    Task,
    Metric,
    Url,
    Evidence,
    Relation,
    Mention,
    LinkedMention,
    RelationMention,
    Extraction,
    Link,
)
"""Every record, in the order the schema generators write them."""
