"""What the pages need to know of a graph, gathered in one pass over its relations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.graph import KnowledgeGraph
from kg.model import Entity, Relation, Url
from kg.pages.site.addresses import page_path

__all__ = ["SiteModel", "gather"]


@dataclass(frozen=True)
class SiteModel:
    """A graph with its neighbourhoods worked out.

    Args:
        graph: The graph.
        title: Name of the site.
        paths: Id of a node -> path of its page; nodes of kind Url have none.
        outgoing: Id -> the relations that start there, in the order of their ids.
        incoming: Id -> the relations that lead there.
        papers_of: Id of a thing -> ids of the papers that name it, sorted.
        addresses_of: Id of a thing or paper -> the addresses given for it.
        stated_in: Id of a paper -> the relations between things that its sentences state.
    """

    graph: KnowledgeGraph
    title: str
    paths: dict[str, str] = field(default_factory=dict)
    outgoing: dict[str, list[Relation]] = field(default_factory=lambda: defaultdict(list))
    incoming: dict[str, list[Relation]] = field(default_factory=lambda: defaultdict(list))
    papers_of: dict[str, list[str]] = field(default_factory=dict)
    addresses_of: dict[str, list[Url]] = field(default_factory=lambda: defaultdict(list))
    stated_in: dict[str, list[Relation]] = field(default_factory=lambda: defaultdict(list))

    def things(self, kind: str) -> list[Entity]:
        """The things of a kind, those that most papers name first."""
        found = [e for e in self.graph.entities.values() if e.kind == kind]
        return sorted(found, key=lambda e: (-len(self.papers_of[e.id]), e.name.casefold(), e.id))

    def years(self, paper_ids: Iterable[str]) -> list[int]:
        """Years of papers, sorted; papers without a year are left out."""
        papers = self.graph.papers
        return sorted(year for p in paper_ids if (year := papers[p].year) is not None)

    def code_of(self, node_id: str) -> str | None:
        """An address of the code of a thing or paper, where one is given."""
        return next(
            (u.href for u in self.addresses_of.get(node_id, ()) if u.url_kind == "code"), None
        )


def gather(graph: KnowledgeGraph, title: str) -> SiteModel:
    """Work out the neighbourhoods of a graph."""
    model = SiteModel(graph, title)
    named_by: dict[str, set[str]] = {key: set() for key in graph.entities}
    entities, papers = graph.entities, graph.papers
    for relation in graph.relations.values():
        subject, target = relation.subject, relation.object
        model.outgoing[subject].append(relation)
        model.incoming[target].append(relation)
        entity = entities[target]
        if isinstance(entity, Url):
            model.addresses_of[subject].append(entity)
        if subject in papers:
            named_by[target].add(subject)
            continue
        for paper_id in {e.paper_id for e in relation.evidence if e.paper_id in papers}:
            model.stated_in[paper_id].append(relation)
            named_by[subject].add(paper_id)
            named_by[target].add(paper_id)
    for paper_id in papers:
        for mention in graph.mentions(paper_id):
            named_by[mention.entity_id].add(paper_id)
    for urls in model.addresses_of.values():
        urls.sort(key=lambda url: url.id)
    model.papers_of.update((key, sorted(found)) for key, found in named_by.items())
    for node in graph.nodes():
        if not isinstance(node, Url):
            model.paths[node.id] = page_path(node)
    return model
