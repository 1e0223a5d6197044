"""A corpus for the plots: papers of chosen years that all name the same things."""

from __future__ import annotations

import random
from collections.abc import Sequence

from kg.graph import KnowledgeGraph
from kg.model import Entity, EntityKind, Paper, Relation, Url
from tests.pages.page_graph import NASTY, NASTY_IMAGE, make_entity, make_evidence

CODE = Url(id="url:a.org-x", name="a.org/x", href="https://a.org/x", url_kind="code")
ARABIC = "مقياس التعلم العميق للغة العربية الفصحى الحديثة"
HOSTILE = (
    NASTY,
    NASTY_IMAGE,
    ARABIC,
    "x" * 10_000,
    "王小明" * 40,
    "a\x00b\x1b\u202eevil\u202c c",
    "two\nlines ]]> &amp; <!-- -->",
)


def plot_graph(
    years: Sequence[int | None],
    *,
    names: Sequence[str] = ("Alpha",),
    benchmarks: bool = True,
    code: bool = True,
    late: int = 2020,
    shuffle: int | None = None,
) -> KnowledgeGraph:
    """One paper a year given; benchmarks are in all, methods in those of ``late`` and after.

    Papers of an even place have code, where ``code`` is asked for.
    """
    things: dict[tuple[EntityKind, str], Entity] = {
        (kind, name): make_entity(kind, name)
        for name in names
        for kind in ("Benchmark", "Method")
        if benchmarks or kind == "Method"
    }
    papers, relations = [], []
    for number, year in enumerate(years):
        text = f"We use {' ; '.join(names)} ; {CODE.href}"
        paper = Paper(id=f"arxiv:{number:04}", title=f"P{number}", abstract=text, year=year)
        papers.append(paper)
        start, end = len(paper.title) + 2, len(paper.text)
        for (kind, name), thing in things.items():
            if kind == "Benchmark" or (year or 0) >= late:
                evidence = (make_evidence(paper, start, end, name),)
                predicate = "EVALUATES_ON" if kind == "Benchmark" else "USES"
                relations.append(
                    Relation.from_evidence(paper.id, predicate, thing.id, evidence)  # type: ignore[arg-type]
                )
        if code and number % 2 == 0:
            evidence = (make_evidence(paper, start, end, CODE.href),)
            relations.append(Relation.from_evidence(paper.id, "LINKS_TO", CODE.id, evidence))
    entities = [*things.values(), *([CODE] if code else [])]
    if shuffle is not None:
        for part in (papers, entities, relations):
            random.Random(shuffle).shuffle(part)
    return KnowledgeGraph(papers, entities, relations)


YEARS = [*[2018] * 8, *[2019] * 6, *[2020] * 4, *[2021] * 6, None]
"""Years of a corpus in which something can rise."""


def hostile_graph(*, shuffle: int | None = None) -> KnowledgeGraph:
    """A corpus whose every name tries to break out of the picture."""
    return plot_graph(YEARS, names=HOSTILE, shuffle=shuffle)
