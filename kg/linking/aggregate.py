"""Statements of sentences become relations between entities, with the sentences as evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kg.model import (
    RELATIONS,
    Evidence,
    LinkedMention,
    Paper,
    Predicate,
    RelationMention,
)

__all__ = ["Triple", "paper_evidence"]

Triple = tuple[str, Predicate, str]

REPLACEMENTS: dict[tuple[Predicate, str], Predicate] = {
    ("USES", "Benchmark"): "EVALUATES_ON",
    ("USES", "Metric"): "MEASURES",
    ("USES", "Task"): "ADDRESSES",
}
"""What a role of a paper becomes where linking gave its object another kind; else the weak one."""

SILENCED_BY_INTRODUCES: frozenset[Predicate] = frozenset(
    {"USES", "COMPARES_WITH", "ADDRESSES", "MEASURES", "MENTIONS"}
)
"""Roles that say nothing more about a thing which the same paper introduces."""


def paper_evidence(
    paper: Paper, statements: Iterable[RelationMention], mentions: Iterable[LinkedMention]
) -> list[tuple[Triple, list[Evidence]]]:
    """What one paper states of each triple.

    Statements whose types no longer fit after linking are replaced (see ``REPLACEMENTS``) or,
    between two entities, dropped; so are relations of a thing with itself, and those of things
    that were dropped. ``MENTIONS`` is kept
    only where the paper has no stronger relation to the thing.

    Args:
        paper: The paper.
        statements: Its statements.
        mentions: Its linked mentions.
    """
    linked = {m.id: m for m in mentions}
    text = paper.text
    sentences: dict[tuple[int, int], str] = {}  # several statements share one
    found: dict[Triple, list[Evidence]] = defaultdict(list)
    for statement in statements:
        triple = _triple(statement, paper.id, linked)
        if triple is not None:
            span = (statement.start, statement.end)
            sentence = sentences.setdefault(span, text[slice(*span)])
            found[triple].append(_evidence(statement, sentence, linked))
    return list(_keep_strong(found, paper.id))


def _triple(
    statement: RelationMention, paper_id: str, linked: dict[str, LinkedMention]
) -> Triple | None:
    object_ = linked.get(statement.object)
    if object_ is None:  # a person dropped it
        return None
    object_label = object_.entity_id.partition(":")[0].capitalize()
    predicate = statement.predicate
    if statement.subject == paper_id:
        if not RELATIONS[predicate].allows("Paper", object_label):
            weak: Predicate = "LINKS_TO" if object_label == "Url" else "MENTIONS"
            predicate = REPLACEMENTS.get((predicate, object_label), weak)
        return (paper_id, predicate, object_.entity_id)
    subject = linked.get(statement.subject)
    if subject is None:
        return None
    subject_label = subject.entity_id.partition(":")[0].capitalize()
    if subject.entity_id == object_.entity_id:
        return None
    if not RELATIONS[predicate].allows(subject_label, object_label):
        return None
    return (subject.entity_id, predicate, object_.entity_id)


def _evidence(
    statement: RelationMention, sentence: str, linked: dict[str, LinkedMention]
) -> Evidence:
    object_ = linked[statement.object]
    subject = linked.get(statement.subject)
    # a subject in another sentence ("our method ...") has no words in this one
    inside = subject is not None and statement.start <= subject.start < statement.end
    return Evidence.of_checked(
        paper_id=statement.paper_id,
        start=statement.start,
        end=statement.end,
        sentence=sentence,
        object_start=object_.start,
        object_end=object_.end,
        subject_start=subject.start if subject is not None and inside else None,
        subject_end=subject.end if subject is not None and inside else None,
        cue=statement.cue,
        extractor=statement.extractor,
        score=statement.score,
    )


def _keep_strong(
    of_paper: dict[Triple, list[Evidence]], paper_id: str
) -> Iterable[tuple[Triple, list[Evidence]]]:
    roles: dict[str, set[Predicate]] = defaultdict(set)
    for subject, predicate, object_ in of_paper:
        if subject == paper_id:
            roles[object_].add(predicate)
    for triple, evidence in of_paper.items():
        subject, predicate, object_ = triple
        if subject == paper_id:
            if predicate == "MENTIONS" and len(roles[object_]) > 1:
                continue
            if predicate in SILENCED_BY_INTRODUCES and "INTRODUCES" in roles[object_]:
                continue
        yield triple, evidence
