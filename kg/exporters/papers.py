"""One paper a line: a summary with the names that this paper itself uses, then the whole records.

The first part is for evaluation and for reading: ``"entities": [{"id", "name", "aliases", "kind",
"role", "score"}]``, ``"links": [{"url", "kind"}]``, ``"relations": [{"head", "type", "tail",
"score"}]``, where ``score``, 0..1, is the highest of the paper's mentions of the entity, or of its
evidence of the relation. It tells relations apart by the names of their ends alone.

The second part is what ``kg.importers.papers`` reads, and nothing is lost in it: the fields of the
``Paper`` record, ``nodes`` (the whole record of every entity that this line refers to),
``mentions`` (the linked spans) and ``evidence`` (each sentence with the ``subject``, ``predicate``
and ``object`` that it states). A line of a built graph stands by itself: any choice of its lines
is a graph too.

What no paper of the graph refers to follows at the end, in lines with an empty ``title``: evidence
from a paper that the graph has not got, under the id of that paper, and entities that nothing
refers to, under an empty id.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.exporters._exporting import EXPORTERS
from kg.exporters._writing import write_text
from kg.graph import KnowledgeGraph
from kg.model import (
    ENTITY_KINDS,
    PREDICATE_ROLES,
    ROLES,
    EntityKind,
    Evidence,
    Paper,
    Predicate,
    Relation,
    Role,
    Url,
)
from kg.model.base import Record

__all__ = ["generate_papers", "write_papers"]

_NOT_STATED: frozenset[Predicate] = frozenset({"AVAILABLE_AT"})


@dataclass
class _Usage:
    """What one paper does with one entity."""

    surfaces: set[str] = field(default_factory=set)
    kinds: dict[EntityKind, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, surface: str, kind: EntityKind, score: float) -> None:
        self.surfaces.add(surface)
        self.kinds[kind].append(score)

    @property
    def names(self) -> list[str]:
        """Surface forms, the longest first."""
        return sorted(self.surfaces, key=lambda text: (-len(text), text))

    @property
    def kind(self) -> EntityKind:
        """The kind used most; then the one with the higher scores; then by ENTITY_KINDS."""
        return min(
            self.kinds,
            key=lambda k: (-len(self.kinds[k]), -sum(self.kinds[k]), ENTITY_KINDS.index(k)),
        )

    @property
    def score(self) -> float:
        """The highest score, 0..1, of whatever kind."""
        return round(max(score for scores in self.kinds.values() for score in scores), 4)


def generate_papers(graph: KnowledgeGraph) -> Iterator[str]:
    """JSON lines, one paper each, in the order of the papers' ids.

    ``name`` is the longest way in which the paper writes the entity, ``aliases`` its other ways;
    ``kind`` is the kind the paper uses most; ``role`` the strongest role it gives the entity.
    Relations are those between entities for which this paper has a sentence, without AVAILABLE_AT.
    Entities without a linked mention, as in a graph read back from a store, are named by the words
    of the evidence.
    """
    stated, started = graph.relations_by_source(), graph.relations_by_subject()
    unused = dict.fromkeys(graph.entities)
    for paper in graph.papers.values():
        between = [r for r in stated.get(paper.id, ()) if r.subject not in graph.papers]
        summary = _summary(graph, paper, list(started.get(paper.id, ())), between)
        records = _records(graph, paper.id, _said(stated.pop(paper.id, ()), paper.id))
        for entity in records["nodes"]:
            unused.pop(entity["id"], None)
        yield _line(_dump(paper) | summary | records)
    for relations in stated.values():
        for relation in relations:
            unused.pop(relation.subject, None)
            unused.pop(relation.object, None)
    for paper_id in sorted({*stated, ""} if unused else stated):
        said = _said(stated.get(paper_id, ()), paper_id)
        records = _records(graph, paper_id, said, () if paper_id else unused)
        summary = {"id": paper_id, "title": "", "entities": [], "links": [], "relations": []}
        yield _line(summary | records)


def _said(relations: Iterable[Relation], paper_id: str) -> list[tuple[Relation, Evidence]]:
    """What a paper states of each relation."""
    return [(r, e) for r in relations for e in r.evidence if e.paper_id == paper_id]


@EXPORTERS.register("papers", suffixes=(".papers.jsonl", ".papers.jsonl.gz"))
def write_papers(graph: KnowledgeGraph, target: Path) -> None:
    """Write one line per paper, gzipped where the target ends in ``.gz``.

    Raises:
        OSError: The file cannot be written.
    """
    write_text(generate_papers(graph), target)


def _summary(
    graph: KnowledgeGraph, paper: Paper, own: list[Relation], stated: list[Relation]
) -> dict[str, Any]:
    between = [r for r in stated if r.predicate not in _NOT_STATED]
    usages = _usages(graph, paper, [*own, *between])
    urls = [graph.entities[r.object] for r in own if r.predicate == "LINKS_TO"]
    return {
        "entities": [
            {
                "id": entity_id,
                "name": usage.names[0],
                "aliases": usage.names[1:],
                "kind": usage.kind,
                "role": _role(r.predicate for r in own if r.object == entity_id),
                "score": usage.score,
            }
            for entity_id, usage in sorted(usages.items())
        ],
        "links": [{"url": url.href, "kind": url.url_kind} for url in urls if isinstance(url, Url)],
        "relations": [
            {
                "head": usages[r.subject].names[0],
                "type": r.predicate.lower(),
                "tail": usages[r.object].names[0],
                "score": round(max(e.score for e in r.evidence if e.paper_id == paper.id), 4),
            }
            for r in between
        ],
    }


def _records(
    graph: KnowledgeGraph,
    paper_id: str,
    said: Iterable[tuple[Relation, Evidence]],
    more: Iterable[str] = (),
) -> dict[str, Any]:
    """All that the graph has from one paper; ``more`` names entities to add."""
    mentions, used = graph.mentions(paper_id), set(more)
    used.update(m.entity_id for m in mentions)
    for relation, _ in said:
        used.update(end for end in (relation.subject, relation.object) if end in graph.entities)
    return {
        "nodes": [_dump(graph.entities[key]) for key in sorted(used)],
        "mentions": [_dump(mention, "paper_id") for mention in mentions],
        "evidence": [
            {"subject": r.subject, "predicate": r.predicate, "object": r.object}
            | _dump(evidence, "paper_id")
            for r, evidence in said
        ],
    }


def _dump(record: Record, *left_out: str) -> dict[str, Any]:
    return record.model_dump(mode="json", exclude_none=True, exclude=set(left_out))


def _line(fields: dict[str, Any]) -> str:
    r"""JSON on one line, whatever the reader takes for the end of one: ``str.splitlines`` too."""
    text = json.dumps(fields, ensure_ascii=False)
    for character in "\x85\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text + "\n"


def _usages(graph: KnowledgeGraph, paper: Paper, relations: list[Relation]) -> dict[str, _Usage]:
    usages: dict[str, _Usage] = defaultdict(_Usage)
    for mention in graph.mentions(paper.id):
        if mention.kind != "Url":
            usages[mention.entity_id].add(mention.text, mention.kind, mention.score)
    mentioned = set(usages)
    for relation in relations:
        for evidence in relation.evidence:
            if evidence.paper_id == paper.id:
                for entity_id, surface in _ends(relation, evidence, paper):
                    kind = graph.entities[entity_id].kind
                    if entity_id not in mentioned and kind != "Url":
                        name = surface or graph.entities[entity_id].name
                        usages[entity_id].add(name, kind, evidence.score)
    return dict(usages)


def _ends(relation: Relation, evidence: Evidence, paper: Paper) -> Iterator[tuple[str, str]]:
    yield relation.object, paper.text[evidence.object_start : evidence.object_end]
    if relation.subject != paper.id:
        yield relation.subject, paper.text[evidence.subject_start or 0 : evidence.subject_end or 0]


def _role(predicates: Iterable[Predicate]) -> Role:
    roles = (PREDICATE_ROLES[p] for p in predicates if p in PREDICATE_ROLES)
    return min(roles, key=ROLES.index, default="mentions")
