"""The things papers name: one record a kind, told apart by ``kind``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from kg.model.base import HREF_PATTERN, EntityKind, Iri, Key, Record, UrlKind

__all__ = [
    "ENTITY_CLASSES",
    "Benchmark",
    "Dataset",
    "Entity",
    "Method",
    "Metric",
    "Task",
    "Url",
    "entity_adapter",
]


class _NamedThing(Record):
    id: Annotated[
        str,
        Key(),
        Iri("schema:identifier"),
        Field(
            min_length=3,
            description="kind:slug, derived from the name, such as method:decision-transformer.",
            examples=["method:decision-transformer"],
        ),
    ]
    name: Annotated[
        str,
        Iri("skos:prefLabel"),
        Field(min_length=1, description="The name most papers use, or the curated one."),
    ]
    aliases: Annotated[
        tuple[str, ...],
        Iri("skos:altLabel"),
        Field(description="Every other name the papers give it, sorted."),
    ] = ()
    same_as: Annotated[
        tuple[str, ...],
        Iri("schema:sameAs"),
        Field(description="IRIs of the same thing elsewhere, sorted."),
    ] = ()


class Method(_NamedThing):
    """A model, algorithm, framework, architecture, training technique or tool."""

    kind: Annotated[Literal["Method"], Field(description="Always Method.")] = "Method"


class Dataset(_NamedThing):
    """A named collection of data that is used, studied or made."""

    kind: Annotated[Literal["Dataset"], Field(description="Always Dataset.")] = "Dataset"


class Benchmark(_NamedThing):
    """A suite, leaderboard, environment or test set whose purpose is to measure."""

    kind: Annotated[Literal["Benchmark"], Field(description="Always Benchmark.")] = "Benchmark"


class Task(_NamedThing):
    """A named problem that methods solve."""

    kind: Annotated[Literal["Task"], Field(description="Always Task.")] = "Task"


class Metric(_NamedThing):
    """A named measure."""

    kind: Annotated[Literal["Metric"], Field(description="Always Metric.")] = "Metric"


class Url(_NamedThing):
    """An address a paper gives: its code, data, model, page, demo or video."""

    kind: Annotated[Literal["Url"], Field(description="Always Url.")] = "Url"
    href: Annotated[
        str,
        Iri("schema:url"),
        Field(
            pattern=HREF_PATTERN,
            description="The canonical address: clean, with scheme, mirrors brought back.",
            examples=["https://github.com/openai/CLIP"],
        ),
    ]
    url_kind: Annotated[
        UrlKind, Iri("schema:additionalType"), Field(description="What the address leads to.")
    ]


Entity = Annotated[Method | Dataset | Benchmark | Task | Metric | Url, Field(discriminator="kind")]
entity_adapter: TypeAdapter[Method | Dataset | Benchmark | Task | Metric | Url] = TypeAdapter(
    Entity
)
"""Validates any entity by its ``kind``."""
ENTITY_CLASSES: dict[EntityKind, type[Method | Dataset | Benchmark | Task | Metric | Url]] = {
    "Method": Method,
    "Dataset": Dataset,
    "Benchmark": Benchmark,
    "Task": Task,
    "Metric": Metric,
    "Url": Url,
}
