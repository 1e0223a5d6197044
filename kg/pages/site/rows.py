"""Rows of the tables: a thing or a paper, with the sentences that say so."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup

from kg.model import Evidence, Relation
from kg.pages.site.addresses import safe_link
from kg.pages.site.marks import mark_evidence
from kg.pages.site.model import SiteModel

__all__ = ["Quote", "Row", "paper_row", "quotes", "thing_row"]

MOST_QUOTES = 8
"""Sentences of a row; how many more there are is said."""


class Quote(NamedTuple):
    """One sentence, where it stands, and the code of that paper."""

    text: Markup
    cue: str
    score: str
    path: str | None
    title: str
    year: int | None
    code: str | None


class Row(NamedTuple):
    """One row of a table: what it is about, and the sentences."""

    path: str
    style: str
    name: str
    year: int | None
    code: str | None
    papers: int
    quotes: list[Quote]
    left_out: int


def thing_row(model: SiteModel, node_id: str, relation: Relation) -> Row:
    """The row of a thing at the other end of a relation."""
    entity = model.graph.entities[node_id]
    said, left_out = quotes(model, relation.evidence)
    papers = len({e.paper_id for e in relation.evidence})
    code = safe_link(model.code_of(node_id))
    path = model.paths[node_id]
    return Row(path, entity.kind.lower(), entity.name, None, code, papers, said, left_out)


def paper_row(model: SiteModel, relation: Relation) -> Row:
    """The row of the paper that a relation starts from."""
    paper = model.graph.papers[relation.subject]
    said, left_out = quotes(model, relation.evidence)
    code = safe_link(model.code_of(paper.id))
    path = model.paths[paper.id]
    return Row(path, "paper", paper.title, paper.year, code, 1, said, left_out)


def quotes(model: SiteModel, evidence: Sequence[Evidence]) -> tuple[list[Quote], int]:
    """The best sentences first, each once, and how many are left out."""
    if len(evidence) == 1:  # nine in ten
        return [_quote(model, evidence)], 0
    sentences = [list(group) for _, group in groupby(evidence, key=_sentence)]
    sentences.sort(key=lambda group: -max(e.score for e in group))
    shown = [_quote(model, group) for group in sentences[:MOST_QUOTES]]
    return shown, len(sentences) - len(shown)


def _sentence(evidence: Evidence) -> tuple[str, int, int]:
    return evidence.paper_id, evidence.start, evidence.end


def _quote(model: SiteModel, group: Sequence[Evidence]) -> Quote:
    best = max(group, key=lambda e: e.score)
    paper = model.graph.papers.get(best.paper_id)
    cue = ", ".join(dict.fromkeys(e.cue for e in group if e.cue))
    text, score = mark_evidence(group), f"{best.score:.2f}"
    if paper is None:
        return Quote(text, cue, score, None, "a paper that is not in this graph", None, None)
    code = safe_link(model.code_of(paper.id))
    return Quote(text, cue, score, model.paths[paper.id], paper.title, paper.year, code)
