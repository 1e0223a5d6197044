"""Linking: the names of all papers become entities. The one barrier of the pipeline.

Inside a paper, names with one normal form are one thing, and so are an acronym and the long form
the paper gives for it. Across papers, things are united by known aliases, by the normal forms of
their names, and by acronyms where the papers that spell them out agree. Versions and sizes are
part of a normal form and never merge. Every decision is made from counts over the whole corpus,
so the order of the papers cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.config import LinkConfig
from kg.known_names import KnownNames, default_names
from kg.linking.aggregate import aggregate_relations
from kg.linking.clustering import cluster_things
from kg.linking.entities import make_entities
from kg.linking.things import PaperThing, paper_things
from kg.model import Extraction
from kg.model.resolution import Resolution

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
    ordered = sorted(extractions, key=lambda e: e.paper.id)
    things = [thing for extraction in ordered for thing in paper_things(extraction)]
    clusters = cluster_things(things, names=names, config=config or LinkConfig())
    entities, mentions = make_entities(clusters)
    relations = aggregate_relations(ordered, mentions)
    # made of checked records: checking each of them again would take a fifth of the time
    return Resolution.model_construct(
        papers=tuple(e.paper for e in ordered),
        entities=tuple(sorted(entities, key=lambda e: e.id)),
        mentions=tuple(mentions),
        relations=tuple(sorted(relations, key=lambda r: r.id)),
    )
