"""Figures of a system over gold papers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kg.evaluation.calibration import Calibration, calibrate
from kg.evaluation.gold import GoldPaper, SystemPaper, pair_papers
from kg.evaluation.judging import (
    RELATION_TYPES,
    JudgedPaper,
    count_kinds,
    judge_entities,
    judge_paper,
)
from kg.evaluation.metrics import (
    DECIMALS,
    Counts,
    Scored,
    ThresholdScores,
    score_curve,
    share,
)
from kg.evaluation.mistakes import Mistake, find_mistakes, first_of_each
from kg.model import NAMED_KINDS, ROLES

__all__ = ["GoldReport", "evaluate_gold"]


@dataclass(frozen=True)
class GoldReport:
    """All figures; totals are micro averages, sums over the kinds or types.

    Args:
        papers: Number of gold papers.
        missing_papers: Ids of those that the system has not got: all in them counts as missed.
        kinds: Entities by kind: a name is the same, and so is the kind.
        lenient: The same where names that share half of their words will do.
        any_kind: Entities whatever their kind.
        role_accuracy: Share of the entities found whose role is one that the gold accepts, 0..1.
        roles: Entities found, by role: a wrong one counts against both roles.
        links: Addresses.
        link_kind_accuracy: Share of the addresses found whose kind is accepted, 0..1.
        relation_types: Relations by type.
        calibration: Scores of entities against outcomes; None where an entity has no score, or
            none is right or wrong.
        relation_calibration: The same for relations.
        curve: Entities by lowest score; empty where an entity has no score.
        mistakes: Every error.
        papers_per_second: Speed of the extraction; None where none was run.
    """

    papers: int
    missing_papers: tuple[str, ...]
    kinds: dict[str, Counts]
    lenient: dict[str, Counts]
    any_kind: Counts
    role_accuracy: float
    roles: dict[str, Counts]
    links: Counts
    link_kind_accuracy: float
    relation_types: dict[str, Counts]
    calibration: Calibration | None
    relation_calibration: Calibration | None
    curve: tuple[ThresholdScores, ...]
    mistakes: tuple[Mistake, ...]
    papers_per_second: float | None = None

    @property
    def entities(self) -> Counts:
        """Entities of all kinds."""
        return Counts.total(self.kinds.values())

    @property
    def lenient_entities(self) -> Counts:
        """Entities of all kinds where similar names will do."""
        return Counts.total(self.lenient.values())

    @property
    def relations(self) -> Counts:
        """Relations of all types."""
        return Counts.total(self.relation_types.values())

    def to_json(self, errors: int = 0) -> dict[str, Any]:
        """Everything, under keys that are always there; shares have four decimals.

        Args:
            errors: How many errors of each sort.
        """
        speed, entities, relations = (
            self.papers_per_second,
            self.calibration,
            self.relation_calibration,
        )
        return {
            "layout": "gold",
            "papers": self.papers,
            "missing_papers": list(self.missing_papers),
            "entities": self.entities.to_json(),
            "kinds": _json(self.kinds),
            "lenient": {"entities": self.lenient_entities.to_json(), "kinds": _json(self.lenient)},
            "any_kind": self.any_kind.to_json(),
            "role_accuracy": round(self.role_accuracy, DECIMALS),
            "roles": _json(self.roles),
            "links": self.links.to_json(),
            "link_kind_accuracy": round(self.link_kind_accuracy, DECIMALS),
            "relations": self.relations.to_json(),
            "relation_types": _json(self.relation_types),
            "calibration": {
                "entities": None if entities is None else entities.to_json(),
                "relations": None if relations is None else relations.to_json(),
            },
            "curve": [point.to_json() for point in self.curve],
            "papers_per_second": None if speed is None else round(speed, DECIMALS),
            "errors": [m.to_json() for m in first_of_each(self.mistakes, errors)],
        }


def evaluate_gold(
    gold: Sequence[GoldPaper],
    system: Iterable[SystemPaper],
    *,
    papers_per_second: float | None = None,
) -> GoldReport:
    """Hold a system against gold papers.

    Args:
        gold: Annotated papers, from ``read_gold``.
        system: What was found, from ``read_system`` or ``system_papers``; papers that the gold has
            not got are left out.
        papers_per_second: Speed of the extraction, to be kept in the report.
    """
    judged = [judge_paper(paper, said) for paper, said in pair_papers(gold, system)]
    links = Counts.total(paper.links for paper in judged)
    roles, role_accuracy = _roles(judged)
    scored = _scored_entities(judged)
    return GoldReport(
        papers=len(judged),
        missing_papers=tuple(paper.gold.id for paper in judged if paper.system is None),
        kinds=_sum([count_kinds(paper.gold.entities, paper.entities) for paper in judged]),
        lenient=_sum([_counted(paper, lenient=True) for paper in judged]),
        any_kind=Counts.total(_sum([_counted(p, any_kind=True) for p in judged]).values()),
        role_accuracy=role_accuracy,
        roles=roles,
        links=links,
        link_kind_accuracy=share(sum(paper.link_kinds_right for paper in judged), links.tp),
        relation_types=_relation_types(judged),
        calibration=calibrate(scored or ()),
        relation_calibration=calibrate(_scored_relations(judged) or ()),
        curve=() if scored is None else score_curve(scored, _core_entities(gold)),
        mistakes=tuple(find_mistakes(judged)),
        papers_per_second=papers_per_second,
    )


def _counted(
    paper: JudgedPaper, *, lenient: bool = False, any_kind: bool = False
) -> dict[str, Counts]:
    found = paper.system.entities if paper.system else ()
    gold = paper.gold.entities
    return count_kinds(gold, judge_entities(gold, found, lenient=lenient, any_kind=any_kind))


def _sum(parts: Sequence[dict[str, Counts]]) -> dict[str, Counts]:
    return {kind: Counts.total(part[kind] for part in parts) for kind in NAMED_KINDS}


def _core_entities(gold: Sequence[GoldPaper]) -> int:
    return sum(entity.tier == "core" for paper in gold for entity in paper.entities)


def _roles(judged: Sequence[JudgedPaper]) -> tuple[dict[str, Counts], float]:
    """Counts by role, and the share of the entities found that have an accepted one.

    Of a wrong role the gold's first role was missed, and the system's is spurious.
    """
    counts: dict[str, Counts] = dict.fromkeys(ROLES, Counts())
    right = found = 0
    for paper in judged:
        for i, entity in paper.found.items():
            found += 1
            accepted = paper.gold.entities[i].roles
            if entity.role in accepted:
                right += 1
                counts[entity.role] += Counts(tp=1)
                continue
            if entity.role in counts:
                counts[entity.role] += Counts(fp=1)
            if accepted:
                counts[accepted[0]] += Counts(fn=1)
    return counts, share(right, found)


def _relation_types(judged: Sequence[JudgedPaper]) -> dict[str, Counts]:
    others = {r.type for paper in judged for r in paper.gold.relations} - set(RELATION_TYPES)
    counts: dict[str, Counts] = dict.fromkeys((*RELATION_TYPES, *sorted(others)), Counts())
    for paper in judged:
        for triple in paper.missed_relations:
            counts[triple[1]] += Counts(fn=1)
        for relation in paper.relations:
            if relation.verdict != "optional":
                right = relation.verdict == "right"
                counts[relation.triple[1]] += Counts(tp=right, fp=not right)
    return counts


def _scored_entities(judged: Sequence[JudgedPaper]) -> list[Scored] | None:
    """Entities that are right or wrong; None where one of them has no score."""
    scored: list[Scored] = []
    for paper in judged:
        for thing in paper.entities:
            if thing.verdict == "optional":
                continue
            if thing.entity.score is None:
                return None
            finds = tuple((paper.gold.id, i) for i in thing.finds)
            scored.append(Scored(thing.entity.score, finds))
    return scored


def _scored_relations(judged: Sequence[JudgedPaper]) -> list[Scored] | None:
    scored: list[Scored] = []
    for paper in judged:
        for i, thing in enumerate(paper.relations):
            if thing.verdict == "optional":
                continue
            if thing.relation.score is None:
                return None
            finds = ((paper.gold.id, i),) if thing.verdict == "right" else ()
            scored.append(Scored(thing.relation.score, finds))
    return scored


def _json(counts: dict[str, Counts]) -> dict[str, Any]:
    return {name: count.to_json() for name, count in counts.items()}
