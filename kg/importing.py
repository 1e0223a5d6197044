"""A graph becomes a knowledge base again: what ``kg export`` wrote, ``kg import`` reads back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from kg.config import Config
from kg.errors import InputError
from kg.graph import KnowledgeGraph
from kg.ledger import IMPORTED, ExtractionRow
from kg.lock import ledger_to_write
from kg.model import (
    PREDICATE_ROLES,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Paper,
    Relation,
    RelationMention,
    Role,
    Url,
)
from kg.pipeline import BuildReport, check_target, finish, graph_state
from kg.snapshot import write_snapshot

__all__ = ["extractions_of", "import_graph"]

_BATCH = 256
"""Papers that are held at a time."""


def import_graph(
    graph: KnowledgeGraph,
    target: str | Path,
    *,
    config: Config | None = None,
    wait: float = 0.0,
) -> bool:
    """Put a graph into a knowledge base.

    A new knowledge base gets this graph as it is. One that holds other papers takes the papers of
    this one in with what was found in them, and links everything anew. What was found in imported
    papers stays as it is until their records change: they are not read again.

    Args:
        graph: The graph.
        target: Directory of the knowledge base; made if missing.
        config: Settings for linking.
        wait: Seconds to wait where another process writes to the knowledge base.

    Returns:
        Whether the graph was taken over as it is.

    Raises:
        InputError: The graph has no papers, its evidence does not fit its texts, or the target is
            something else.
        KnowledgeBaseError: The knowledge base cannot be opened or written.
    """
    if not graph.papers:
        raise InputError("no papers to import", hint="was this graph written by kg export?")
    base, settings = Path(target), config or Config()
    check_target(base)
    for _ in extractions_of(graph):  # what is wrong shows before anything is written
        pass
    with ledger_to_write(base, "kg import", create=True, wait=wait) as ledger:
        alone = all(head.id in graph.papers for head in ledger.heads())
        found = extractions_of(graph)
        with ledger.together():  # all of them or none: half a graph is nobody's
            while batch := list(islice(found, _BATCH)):
                ledger.put_papers(e.paper for e in batch)
                ledger.put_rows(map(ExtractionRow.of, batch), IMPORTED)
        if alone:
            write_snapshot(base, graph, graph_state(ledger, settings), ledger=ledger)
        else:
            finish(ledger, base, settings, BuildReport())
    return alone


def extractions_of(graph: KnowledgeGraph) -> Iterator[Extraction]:
    """What must have been found in each paper for linking to make this graph; by paper id.

    Where the graph has no linked mentions, the spans of the evidence are the mentions.

    Raises:
        InputError: Evidence or a mention does not fit the text of its paper.
    """
    said: dict[str, list[tuple[Relation, Evidence]]] = defaultdict(list)
    for relation in graph.relations.values():
        for evidence in relation.evidence:
            paper = graph.papers.get(evidence.paper_id)
            if paper is None:
                raise InputError(f"evidence from '{evidence.paper_id}', a paper not in the graph")
            if paper.text[evidence.start : evidence.end] != evidence.sentence:
                raise InputError(
                    f"the text of paper '{paper.id}' does not say {evidence.sentence!r} at "
                    f"{evidence.start}",
                    hint="kg verify shows what does not fit in the graph it came from",
                )
            said[paper.id].append((relation, evidence))
    for paper_id, paper in graph.papers.items():
        try:
            yield _extraction(graph, paper, said.get(paper_id, ()))
        except ValueError as err:
            raise InputError(
                f"the mentions of paper '{paper_id}' do not fit its text: "
                f"{' '.join(str(err).split())}"
            ) from err


def _extraction(
    graph: KnowledgeGraph, paper: Paper, said: Sequence[tuple[Relation, Evidence]]
) -> Extraction:
    linked = graph.mentions(paper.id)
    names = set(Mention.model_fields)
    mentions = [(m.entity_id, Mention.of_checked(**m.model_dump(include=names))) for m in linked]
    if not linked:
        mentions = _mentions_of_evidence(graph, paper, said)
    at = {(entity_id, m.start, m.end): m for entity_id, m in mentions}
    first: dict[str, Mention] = {}
    for entity_id, mention in mentions:
        first.setdefault(entity_id, mention)
    statements = []
    for relation, evidence in said:
        object_ = at.get((relation.object, evidence.object_start, evidence.object_end))
        subject_id = paper.id
        if relation.subject != paper.id:
            span = (relation.subject, evidence.subject_start, evidence.subject_end)
            subject = at.get(span) or first.get(relation.subject)  # type: ignore[arg-type]
            subject_id = subject.id if subject is not None else ""
        if object_ is None or not subject_id:
            continue  # its span is blank, or crossed by another
        statements.append(
            RelationMention(
                paper_id=paper.id,
                predicate=relation.predicate,
                subject=subject_id,
                object=object_.id,
                start=evidence.start,
                end=evidence.end,
                cue=evidence.cue,
                extractor=evidence.extractor,
                score=evidence.score,
            )
        )
    return Extraction(
        paper=paper, mentions=tuple(m for _, m in mentions), relations=tuple(statements)
    )


def _mentions_of_evidence(
    graph: KnowledgeGraph, paper: Paper, said: Sequence[tuple[Relation, Evidence]]
) -> list[tuple[str, Mention]]:
    """Entity and mention for each span that evidence names, by place and without overlaps."""
    spans: dict[tuple[int, int], tuple[str, Role, Evidence]] = {}
    for relation, evidence in said:
        role = PREDICATE_ROLES.get(relation.predicate, "mentions")
        ends = [(relation.object, evidence.object_start, evidence.object_end, role)]
        if relation.subject in graph.entities and evidence.subject_start is not None:
            ends.append(
                (relation.subject, evidence.subject_start, evidence.subject_end or 0, "mentions")
            )
        for entity_id, start, end, stated in ends:
            known = spans.get((start, end))
            if known is None or known[1] == "mentions":
                spans[start, end] = (entity_id, stated, evidence)
    mentions: list[tuple[str, Mention]] = []
    for (start, end), (entity_id, role, evidence) in sorted(
        spans.items(), key=lambda item: (item[0][0], -item[0][1])
    ):
        crossed = bool(mentions) and start < mentions[-1][1].end
        if crossed or not paper.text[start:end].strip():
            continue
        entity = graph.entities[entity_id]
        mention = Mention(
            paper_id=paper.id,
            start=start,
            end=end,
            text=paper.text[start:end],
            kind=entity.kind,
            role=role,
            extractor=evidence.extractor,
            score=evidence.score,
            **_address(entity),
        )
        mentions.append((entity_id, mention))
    return mentions


def _address(entity: Entity) -> dict[str, str]:
    return {"href": entity.href, "url_kind": entity.url_kind} if isinstance(entity, Url) else {}
