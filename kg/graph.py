"""The knowledge graph: papers and entities as nodes, relations with evidence as edges."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar, overload

import networkx as nx

from kg.errors import InputError
from kg.model import (
    ENTITY_CLASSES,
    RELATIONS,
    Entity,
    LinkedMention,
    Paper,
    Predicate,
    Relation,
    entity_adapter,
)
from kg.model.base import Record
from kg.record_files import RecordFile

if TYPE_CHECKING:
    MultiDiGraph = nx.MultiDiGraph[str]
else:
    MultiDiGraph = nx.MultiDiGraph

__all__ = ["GraphStats", "KnowledgeGraph", "Node", "RelationKey"]

Node = Paper | Entity
RelationKey = tuple[Predicate, str, str]
"""Type of a relation, label of its subject, label of its object."""
R = TypeVar("R", Paper, Entity, Relation)
K = TypeVar("K")


@dataclass(frozen=True)
class GraphStats:
    """Counts of a graph.

    Args:
        nodes: Label -> number of nodes.
        relations: Relation type -> number of edges.
        evidence: Sentences over all edges.
        mentions: Linked spans over all papers.
        url_kinds: Kind of address -> number of Url nodes.
    """

    nodes: dict[str, int]
    relations: dict[str, int]
    evidence: int
    mentions: int
    url_kinds: dict[str, int]


class KnowledgeGraph:
    """A graph of papers and the things they name; equal when the content is equal.

    Nodes are ``Paper`` and ``Entity`` records under their ids, edges are ``Relation`` records
    under theirs. Iteration is always in the order of the ids, whatever the order of the input.

    Args:
        papers: Paper nodes.
        entities: Entity nodes.
        relations: Edges; both ends must be among the nodes.
        mentions: The linked spans of the papers' texts.

    Raises:
        InputError: Two different nodes have one id, an edge has no end, or a relation joins
            labels that its row of the relation table does not allow.
    """

    def __init__(
        self,
        papers: Iterable[Paper] = (),
        entities: Iterable[Entity] = (),
        relations: Iterable[Relation] = (),
        mentions: Iterable[LinkedMention] = (),
    ) -> None:
        self._papers: Mapping[str, Paper] = _by_id(papers, "paper")
        self._entities: Mapping[str, Entity] = _by_id(entities, "entity")
        for key in self._entities:
            if key in self._papers:
                raise InputError(f"a paper and an entity share the id '{key}'")
        self._relations: Mapping[str, Relation] = _by_id(relations, "relation")
        for relation in self._relations.values():
            for end in (relation.subject, relation.object):
                if end not in self._labels:
                    raise InputError(f"{relation.predicate} refers to an unknown node '{end}'")
            subject_label = self._labels[relation.subject]
            object_label = self._labels[relation.object]
            if not RELATIONS[relation.predicate].allows(subject_label, object_label):
                raise InputError(
                    f"{relation.predicate} may not join {subject_label} '{relation.subject}' "
                    f"to {object_label} '{relation.object}'"
                )
        by_paper = groupby(_in_order(mentions), key=lambda m: m.paper_id)
        self._mentions: Mapping[str, tuple[LinkedMention, ...]] = {
            paper_id: tuple(spans) for paper_id, spans in by_paper
        }
        for paper_id, spans in self._mentions.items():
            if paper_id not in self._papers:
                raise InputError(f"mentions of an unknown paper '{paper_id}'")
            for span in spans:
                if span.entity_id not in self._entities:
                    raise InputError(f"a mention refers to an unknown entity '{span.entity_id}'")

    @classmethod
    def of_checked(
        cls,
        papers: Mapping[str, Paper],
        entities: Mapping[str, Entity],
        relations: Mapping[str, Relation],
        mentions: Mapping[str, tuple[LinkedMention, ...]],
    ) -> KnowledgeGraph:
        """The graph over records that came from a graph, without checking them again.

        They need not be in memory: the graph asks for them when it is asked.

        Args:
            papers: Papers by id, in the order of the ids; so the others.
            entities: Entities by id.
            relations: Relations by id.
            mentions: Linked spans by paper, by place.
        """
        graph = cls.__new__(cls)
        graph._papers, graph._entities = papers, entities
        graph._relations, graph._mentions = relations, mentions
        return graph

    @cached_property
    def _labels(self) -> dict[str, str]:
        labels = dict.fromkeys(self._papers, "Paper")
        labels.update((entity.id, entity.kind) for entity in self._entities.values())
        return labels

    @cached_property
    def nx(self) -> MultiDiGraph:
        """The networkx graph, frozen: node and edge data hold ``record``; made when asked for."""
        graph: MultiDiGraph = nx.MultiDiGraph()
        graph.add_nodes_from((node.id, {"record": node}) for node in self.nodes())
        for relation in self._relations.values():
            graph.add_edge(relation.subject, relation.object, key=relation.id, record=relation)
        frozen: MultiDiGraph = nx.freeze(graph)
        return frozen

    @property
    def papers(self) -> Mapping[str, Paper]:
        """Papers by id, in the order of the ids."""
        return self._papers

    @property
    def entities(self) -> Mapping[str, Entity]:
        """Entities by id, in the order of the ids."""
        return self._entities

    @property
    def relations(self) -> Mapping[str, Relation]:
        """Relations by id, in the order of the ids."""
        return self._relations

    def mentions(self, paper_id: str) -> tuple[LinkedMention, ...]:
        """Linked spans of a paper's text, by place; empty for an unknown paper."""
        return self._mentions.get(paper_id, ())

    def nodes(self) -> Iterator[Node]:
        """All papers, then all entities."""
        yield from self._papers.values()
        yield from self._entities.values()

    def node(self, node_id: str) -> Node:
        """The record of a node.

        Raises:
            InputError: There is no such node.
        """
        found = self._papers.get(node_id) or self._entities.get(node_id)
        if found is None:
            raise InputError(f"no node '{node_id}' in this graph")
        return found

    def __contains__(self, node_id: object) -> bool:
        """Whether there is a node of that id."""
        return node_id in self._papers or node_id in self._entities

    def label(self, node_id: str) -> str:
        """Label of a node: ``Paper`` or the kind of the entity.

        Raises:
            InputError: There is no such node.
        """
        return self._labels.get(node_id) or label_of(self.node(node_id))  # which raises

    def triples(self) -> Iterator[tuple[str, Predicate, str]]:
        """Subject, type and object of each relation, in the order of the relations."""
        if isinstance(self._relations, RecordFile):
            heads = self._relations.heads(b',"evidence":')
            yield from ((h["subject"], h["predicate"], h["object"]) for h in heads)
        else:
            yield from ((r.subject, r.predicate, r.object) for r in self._relations.values())

    def nodes_by_label(self) -> dict[str, Sequence[Node]]:
        """Label -> its nodes by id; papers first, then the kinds, without empty ones."""
        papers = _picked(self._papers, (("Paper", place) for place in range(len(self._papers))))
        kinds = ((e.kind, place) for place, e in enumerate(self._entities.values()))
        entities = _picked(self._entities, kinds)
        return {**papers, **{kind: entities[kind] for kind in ENTITY_CLASSES if kind in entities}}

    def relations_by_type(self) -> dict[RelationKey, Sequence[Relation]]:
        """(type, label of the subject, label of the object) -> its relations by id.

        In the order of the relation table, without empty ones.
        """
        labels = self._labels
        keys = (
            ((predicate, labels[subject], labels[object_]), place)
            for place, (subject, predicate, object_) in enumerate(self.triples())
        )
        found = _picked(self._relations, keys)
        order = ((spec.name, *pair) for spec in RELATIONS.values() for pair in spec.pairs)
        return {key: found[key] for key in order if key in found}

    def relations_by_subject(self) -> dict[str, Sequence[Relation]]:
        """Node -> the relations that start there, by id."""
        subjects = ((triple[0], place) for place, triple in enumerate(self.triples()))
        return _picked(self._relations, subjects)

    def relations_by_source(self) -> dict[str, Sequence[Relation]]:
        """Paper -> the relations that one of its sentences states, by id."""
        relations = enumerate(self._relations.values())
        sources = ((p, place) for place, r in relations for p in {e.paper_id for e in r.evidence})
        return _picked(self._relations, sources)

    def relations_among(self, node_ids: Container[str]) -> list[Relation]:
        """The relations that join two of these nodes, by id."""
        among = (
            (True, place)
            for place, (subject, _, object_) in enumerate(self.triples())
            if subject in node_ids and object_ in node_ids
        )
        return list(_picked(self._relations, among).get(True, ()))

    def stats(self) -> GraphStats:
        """Count nodes, edges, evidence and mentions."""
        labels = Counter(label_of(n) for n in self.nodes())
        types = Counter(r.predicate for r in self._relations.values())
        urls = Counter(e.url_kind for e in self._entities.values() if e.kind == "Url")
        return GraphStats(
            nodes={name: labels[name] for name in ("Paper", *ENTITY_CLASSES) if labels[name]},
            relations={name: types[name] for name in RELATIONS if types[name]},
            evidence=sum(len(r.evidence) for r in self._relations.values()),
            mentions=sum(len(m) for m in self._mentions.values()),
            url_kinds=dict(sorted(urls.items())),
        )

    def subgraph(self, node_ids: Iterable[str]) -> KnowledgeGraph:
        """The graph of these nodes and all that joins them; unknown ids are ignored."""
        keep = set(node_ids)
        return KnowledgeGraph(
            (self._papers[k] for k in keep if k in self._papers),
            (self._entities[k] for k in keep if k in self._entities),
            self.relations_among(keep),
            (m for key in keep for m in self.mentions(key) if m.entity_id in keep),
        )

    def merge(self, other: KnowledgeGraph) -> KnowledgeGraph:
        """Unite two graphs: commutative, associative and idempotent.

        Evidence, aliases and mentions are united; of two names of an entity the first in
        alphabetical order stays and the other becomes an alias.

        Raises:
            InputError: The graphs hold different papers under one id.
        """
        entities = dict(self._entities)
        for key, entity in other._entities.items():
            entities[key] = _merge_entities(entities[key], entity) if key in entities else entity
        relations = dict(self._relations)
        for key, relation in other._relations.items():
            mine = relations.get(key)
            relations[key] = (
                relation
                if mine is None
                else Relation.from_evidence(
                    relation.subject,
                    relation.predicate,
                    relation.object,
                    mine.evidence + relation.evidence,
                )
            )
        return KnowledgeGraph(
            (*self._papers.values(), *other._papers.values()),
            entities.values(),
            relations.values(),
            (*self._all_mentions(), *other._all_mentions()),
        )

    def records(self) -> Iterator[tuple[str, Record]]:
        """Every record with its sort (paper, entity, relation, mention), in one fixed order."""
        yield from (("paper", p) for p in self._papers.values())
        yield from (("entity", e) for e in self._entities.values())
        yield from (("relation", r) for r in self._relations.values())
        yield from (("mention", m) for m in self._all_mentions())

    @classmethod
    def from_records(cls, records: Iterable[tuple[str, Mapping[str, Any]]]) -> KnowledgeGraph:
        """Build a graph from the dumped records of ``records()``, in any order.

        Raises:
            InputError: A sort is unknown, or the records do not make a graph.
            pydantic.ValidationError: A record does not fit its model.
        """
        papers, entities, relations, mentions = [], [], [], []
        for sort, data in records:
            match sort:
                case "paper":
                    papers.append(Paper.model_validate(data))
                case "entity":
                    entities.append(entity_adapter.validate_python(data))
                case "relation":
                    relations.append(Relation.model_validate(data))
                case "mention":
                    mentions.append(LinkedMention.model_validate(data))
                case _:
                    raise InputError(f"unknown sort of record '{sort}'")
        return cls(papers, entities, relations, mentions)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, KnowledgeGraph):
            return NotImplemented
        return (
            self._papers == other._papers
            and self._entities == other._entities
            and self._relations == other._relations
            and self._mentions == other._mentions
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return (
            f"KnowledgeGraph({len(self._papers)} papers, {len(self._entities)} entities, "
            f"{len(self._relations)} relations)"
        )

    def _all_mentions(self) -> Iterator[LinkedMention]:
        for spans in self._mentions.values():
            yield from spans


class _Picked(Sequence[R]):
    """Some of the records of a graph, by their places; none is held where they are on disk."""

    def __init__(self, at: Callable[[int], R], places: array[int]) -> None:
        self._at: Callable[[int], R] = at
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[R]:
        return map(self._at, self._places)

    @overload
    def __getitem__(self, index: int) -> R: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[R]: ...

    def __getitem__(self, index: int | slice) -> R | Sequence[R]:
        if isinstance(index, slice):
            return [self._at(place) for place in self._places[index]]
        return self._at(self._places[index])


def _picked(records: Mapping[str, R], keys: Iterable[tuple[K, int]]) -> dict[K, Sequence[R]]:
    """Group records by key, from (key, place of the record)."""
    places: dict[K, array[int]] = {}
    for key, place in keys:
        places.setdefault(key, array("Q")).append(place)
    at = records.at if isinstance(records, RecordFile) else list(records.values()).__getitem__
    return {key: _Picked(at, of_key) for key, of_key in places.items()}


def label_of(node: Node) -> str:
    """Label of a node record: ``Paper`` or the kind of the entity."""
    return "Paper" if isinstance(node, Paper) else node.kind


def _by_id(records: Iterable[R], what: str) -> dict[str, R]:
    found: dict[str, R] = {}
    for record in records:
        other = found.setdefault(record.id, record)
        if other is not record and other != record:
            raise InputError(
                f"two different records of one {what} id '{record.id}'",
                hint="build one knowledge base from all sources instead of merging graphs",
            )
    return dict(sorted(found.items()))


def _merge_entities(one: Entity, two: Entity) -> Entity:
    if one == two:
        return one
    name = min(one.name, two.name)
    aliases = ({*one.aliases, *two.aliases, one.name, two.name}) - {name}
    same_as = {*one.same_as, *two.same_as}
    # the fields united here must not decide which record gives the others: merge is associative
    base = min(one, two, key=lambda e: e.model_dump_json(exclude={"name", "aliases", "same_as"}))
    return base.model_copy(
        update={
            "name": name,
            "aliases": tuple(sorted(aliases)),
            "same_as": tuple(sorted(same_as)),
        }
    )


def _in_order(mentions: Iterable[LinkedMention]) -> Iterator[LinkedMention]:
    """By paper and place, in an order that is total, without repeats."""
    for _, same in groupby(sorted(mentions, key=_place), key=_place):
        first, *others = same
        yield from (
            sorted({first, *others}, key=LinkedMention.model_dump_json) if others else (first,)
        )


def _place(mention: LinkedMention) -> tuple[object, ...]:
    m = mention
    return m.paper_id, m.start, m.end, m.kind, m.entity_id, m.extractor
