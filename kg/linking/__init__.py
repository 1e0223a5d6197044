"""Linking: the names of all papers become entities. The one barrier of the pipeline.

Inside a paper, names with one normal form are one thing, and so are an acronym and the long form
the paper gives for it. Across papers, things are united by known aliases, by the normal forms of
their names, and by acronyms where the papers that spell them out agree. Versions and sizes are
part of a normal form and never merge. Every decision is made from counts over the whole corpus,
so the order of the papers cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from kg.config import LinkConfig
from kg.known_names import KnownNames, default_names
from kg.linking.aggregate import aggregate_relations
from kg.linking.clustering import cluster_things
from kg.linking.entities import make_entities
from kg.linking.things import PaperThing, paper_things
from kg.model import Extraction, Paper, RelationMention
from kg.model.resolution import Resolution

T = TypeVar("T")

__all__ = ["PaperThing", "cluster_things", "link_extractions", "paper_things"]


def link_extractions(
    extractions: Iterable[Extraction],
    *,
    known: KnownNames | None = None,
    config: LinkConfig | None = None,
) -> Resolution:
    """Make one entity of every name of a thing, and one relation of every statement of a triple.

    Args:
        extractions: What was found in each paper, in any order; one a paper.
        known: Names known beforehand; the shipped ones by default.
        config: Thresholds.

    Returns:
        Papers, entities, linked mentions and relations, sorted; the same for any input order.
    """
    names = default_names() if known is None else known
    things: list[PaperThing] = []
    stated: list[tuple[Paper, Sequence[RelationMention]]] = []
    for extraction in extractions:  # of which no more is kept than is still needed
        things.extend(paper_things(extraction))
        stated.append((extraction.paper, extraction.relations))
    stated.sort(key=lambda item: item[0].id)
    papers = tuple(paper for paper, _ in stated)
    clusters = cluster_things(things, names=names, config=config or LinkConfig())
    del things
    entities, mentions = make_entities(clusters)
    del clusters
    relations = aggregate_relations(_taken_from(stated), mentions)
    return Resolution.of_checked(
        papers=papers,
        entities=tuple(sorted(entities, key=lambda e: e.id)),
        mentions=tuple(mentions),
        relations=tuple(sorted(relations, key=lambda r: r.id)),
    )


def _taken_from(items: list[T]) -> Iterator[T]:
    """The items in their order; the list is emptied, so that each can go when it is done with."""
    items.reverse()
    while items:
        yield items.pop()
