"""Re-read the evidence: every span of every relation against the text it points into."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.graph import KnowledgeGraph
from kg.ledger import Ledger
from kg.model import Evidence, Paper
from kg.snapshot import load_graph

__all__ = ["Failure", "verify", "verify_graph"]


@dataclass(frozen=True)
class Failure:
    """One piece of evidence that does not hold.

    Args:
        paper_id: The paper that is said to say so.
        where: Relation id, or ``start..end`` for a mention.
        reason: What is wrong.
    """

    paper_id: str
    where: str
    reason: str


def verify(target: str | Path) -> tuple[int, list[Failure]]:
    """Check the graph of a knowledge base against the texts in its ledger.

    Returns:
        Number of spans that were checked, and those that do not hold.

    Raises:
        KnowledgeBaseError: There is no knowledge base, or its files are damaged.
    """
    base = Path(target)
    graph = load_graph(base)
    with Ledger(base / "ledger.sqlite", read_only=True) as ledger:
        papers = {key: paper for key in graph.papers if (paper := ledger.paper(key)) is not None}
    return verify_graph(graph, papers)


def verify_graph(graph: KnowledgeGraph, papers: dict[str, Paper]) -> tuple[int, list[Failure]]:
    """Check a graph against texts: sentences, the spans inside them, and mentions."""
    checked = 0
    failures: list[Failure] = []
    for relation in graph.relations.values():
        for evidence in relation.evidence:
            checked += 1
            reason = _fault(evidence, papers.get(evidence.paper_id))
            if reason:
                failures.append(Failure(evidence.paper_id, relation.id, reason))
    for paper_id, held in graph.papers.items():
        paper = papers.get(paper_id)
        if paper is not None and paper.text != held.text:
            failures.append(Failure(paper_id, "paper", "the graph holds another text"))
        for mention in graph.mentions(paper_id):
            checked += 1
            place = f"{mention.start}..{mention.end}"
            if paper is None or paper.text[mention.start : mention.end] != mention.text:
                failures.append(Failure(paper_id, place, f"the text is not {mention.text!r}"))
    return checked, failures


def _fault(evidence: Evidence, paper: Paper | None) -> str:
    if paper is None:
        return "the ledger does not hold the paper"
    if paper.text[evidence.start : evidence.end] != evidence.sentence:
        return f"the text at {evidence.start}..{evidence.end} is not the sentence"
    spans = [(evidence.object_start, evidence.object_end)]
    if evidence.subject_start is not None and evidence.subject_end is not None:
        spans.append((evidence.subject_start, evidence.subject_end))
    for start, end in spans:
        if not evidence.start <= start < end <= evidence.end:
            return f"the name at {start}..{end} is not in the sentence"
    return ""
