"""What went wrong, each case with the words of the paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from kg.evaluation.gold import GoldEntity, SystemEntity
from kg.evaluation.judging import JudgedPaper, JudgedRelation, Triple
from kg.evaluation.sentences_in_view import sentences_in_view

__all__ = ["MISTAKES", "Mistake", "MistakeKind", "find_mistakes", "first_of_each"]

MistakeKind = Literal[
    "missed", "spurious", "wrong kind", "wrong role", "relation missed", "relation spurious"
]
MISTAKES: tuple[MistakeKind, ...] = (
    "missed",
    "spurious",
    "wrong kind",
    "wrong role",
    "relation missed",
    "relation spurious",
)


@dataclass(frozen=True)
class Mistake:
    """One error of a system.

    Args:
        sort: What sort of error.
        paper_id: The paper.
        name: What was missed or found; of a relation, both of its ends and its type.
        said: The system's kind or role; empty where it says nothing.
        wanted: The gold's kinds or roles; empty where it says nothing.
        view: The sentences of the paper with the name in « »; empty where it does not stand there.
    """

    sort: MistakeKind
    paper_id: str
    name: str
    said: str
    wanted: str
    view: str

    @property
    def summary(self) -> str:
        """Name, what was said and what was wanted, in one line."""
        if self.sort in ("relation missed", "relation spurious"):
            return self.name
        if self.said and self.wanted:
            return f"{self.name}: {self.said}, should be {self.wanted}"
        return f"{self.name} ({self.said or self.wanted})"

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)


def find_mistakes(papers: Iterable[JudgedPaper]) -> Iterator[Mistake]:
    """Every error, paper by paper; in a paper in the order of the gold, then of the system."""
    for paper in papers:
        yield from _entity_mistakes(paper)
        yield from _relation_mistakes(paper)


def first_of_each(mistakes: Iterable[Mistake], limit: int) -> list[Mistake]:
    """The first errors of each sort, sort by sort.

    Args:
        mistakes: Errors in any order.
        limit: How many of a sort.
    """
    seen: Counter[str] = Counter()
    kept: list[Mistake] = []
    for mistake in mistakes:
        seen[mistake.sort] += 1
        if seen[mistake.sort] <= limit:
            kept.append(mistake)
    return sorted(kept, key=lambda m: MISTAKES.index(m.sort))


def _entity_mistakes(paper: JudgedPaper) -> Iterator[Mistake]:
    gold, text, found = paper.gold, paper.gold.text, paper.found
    for i, wanted in enumerate(gold.entities):
        said = found.get(i)
        view = sentences_in_view(text, _names(wanted))
        if wanted.tier == "core" and said is None:
            yield Mistake("missed", gold.id, wanted.name, "", " or ".join(wanted.kinds), view)
        elif said is not None and said.role not in wanted.roles:
            roles = " or ".join(wanted.roles)
            yield Mistake("wrong role", gold.id, wanted.name, said.role, roles, view)
    for thing in paper.entities:
        entity = thing.entity
        view = sentences_in_view(text, _names(entity))
        if thing.verdict == "spurious":
            yield Mistake("spurious", gold.id, entity.name, entity.kind, "", view)
        elif thing.verdict == "wrong kind" and thing.about is not None:
            kinds = " or ".join(gold.entities[thing.about].kinds)
            yield Mistake("wrong kind", gold.id, entity.name, entity.kind, kinds, view)


def _relation_mistakes(paper: JudgedPaper) -> Iterator[Mistake]:
    gold = paper.gold
    for triple in paper.missed_relations:
        name, view = _shown(paper, triple)
        yield Mistake("relation missed", gold.id, name, "", triple[1], view)
    for judged in paper.relations:
        if judged.verdict == "spurious":
            name, view = _shown(paper, judged.triple, judged)
            yield Mistake("relation spurious", gold.id, name, judged.triple[1], "", view)


def _shown(
    paper: JudgedPaper, triple: Triple, judged: JudgedRelation | None = None
) -> tuple[str, str]:
    """A relation in words, and the sentences of its ends."""
    ends: list[str] = []
    names: list[list[str]] = []
    said = (judged.relation.head, judged.relation.tail) if judged else ("", "")
    for end, own in zip((triple[0], triple[2]), said, strict=True):
        entity = paper.gold.entities[end] if isinstance(end, int) else None
        ends.append(own or (entity.name if entity else "?"))
        names.append([own, *(_names(entity) if entity else [])])
    return f"{ends[0]} {triple[1]} {ends[1]}", sentences_in_view(paper.gold.text, *names)


def _names(entity: GoldEntity | SystemEntity) -> list[str]:
    return [*entity.surface, entity.name, *entity.aliases]
