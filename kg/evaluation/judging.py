"""What is right and wrong about one paper: each found entity, link and relation with a verdict.

An entity counts once a paper, however often it is named. It is right where one of its names is
one of the gold entity's names (see ``kg.evaluation.matching``) and its kind is one that the gold
accepts. It is neither right nor wrong where it names an optional thing, whatever its kind. Where
several found entities name one gold entity, the first speaks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from kg.evaluation.gold import GoldEntity, GoldPaper, SystemEntity, SystemPaper, SystemRelation
from kg.evaluation.matching import alike, gold_names, name_key, url_key
from kg.evaluation.metrics import Counts
from kg.model import NAMED_KINDS, RELATIONS

__all__ = [
    "RELATION_TYPES",
    "JudgedEntity",
    "JudgedPaper",
    "JudgedRelation",
    "Triple",
    "Verdict",
    "count_kinds",
    "judge_entities",
    "judge_paper",
]

Verdict = Literal["right", "optional", "wrong kind", "spurious"]
Triple = tuple[int | str | None, str, int | str | None]
"""Head, type and tail; an end is the index of a gold entity, or a name that no entity has."""

RELATION_TYPES: tuple[str, ...] = tuple(
    spec.name.lower()
    for spec in RELATIONS.values()
    if "Paper" not in spec.domain and "Url" not in spec.range
)
"""Types that are always judged; a paper's gold may bring others."""

_Matches = Callable[[frozenset[str], frozenset[str]], bool]
T = TypeVar("T")


@dataclass(frozen=True)
class JudgedEntity:
    """A found entity.

    Args:
        entity: What was found.
        names: Keys of its names.
        verdict: Whether it is right.
        finds: Indices of the core gold entities that it is right about.
        about: Index of the gold entity that its names stand for, or None.
    """

    entity: SystemEntity
    names: frozenset[str]
    verdict: Verdict
    finds: tuple[int, ...]
    about: int | None


@dataclass(frozen=True)
class JudgedRelation:
    """A found relation; ``right``, ``optional`` or ``spurious``."""

    triple: Triple
    relation: SystemRelation
    verdict: Verdict


@dataclass(frozen=True)
class JudgedPaper:
    """One paper with its verdicts.

    Args:
        gold: The annotation.
        system: What was found, or None where the system has not got the paper.
        entities: Found entities, in the system's order.
        relations: Found relations, each triple once with its highest score.
        missed_relations: Core triples of the gold that were not found.
        links: Right, spurious and missed addresses.
        link_kinds_right: How many of the right ones have a kind that the gold accepts.
    """

    gold: GoldPaper
    system: SystemPaper | None
    entities: tuple[JudgedEntity, ...]
    relations: tuple[JudgedRelation, ...]
    missed_relations: tuple[Triple, ...]
    links: Counts
    link_kinds_right: int

    @property
    def found(self) -> dict[int, SystemEntity]:
        """Index of each core gold entity that was found -> the entity that speaks for it."""
        return first_finds(self.entities)


def judge_paper(gold: GoldPaper, system: SystemPaper | None) -> JudgedPaper:
    """Hold what a system says of a paper against its annotation; None says nothing."""
    said = system or SystemPaper(title=gold.title)
    entities = judge_entities(gold.entities, said.entities)
    relations, missed = _judge_relations(gold, said.relations, entities)
    wanted = {url_key(link.url): link for link in gold.links}
    found = {url_key(link.url): link for link in said.links}
    both = wanted.keys() & found.keys()
    return JudgedPaper(
        gold=gold,
        system=system,
        entities=tuple(entities),
        relations=tuple(relations),
        missed_relations=tuple(missed),
        links=Counts(len(both), len(found) - len(both), len(wanted) - len(both)),
        link_kinds_right=sum(found[key].kind in wanted[key].kinds for key in both),
    )


def judge_entities(
    gold: Sequence[GoldEntity],
    system: Sequence[SystemEntity],
    *,
    lenient: bool = False,
    any_kind: bool = False,
) -> list[JudgedEntity]:
    """Judge each found entity; those of other kinds than the gold has, such as Url, are left out.

    Args:
        gold: The annotation.
        system: What was found.
        lenient: Where no name is the same, names that share half of their words will do.
        any_kind: Every kind is accepted.
    """
    names = [gold_names(entity) for entity in gold]
    judged = []
    for entity in system:
        if entity.kind not in NAMED_KINDS:
            continue
        own = gold_names(entity)
        named = _naming(own, names, lambda one, two: not one.isdisjoint(two))
        if lenient and not named:
            named = _naming(own, names, alike)
        right = [i for i in named if any_kind or entity.kind in gold[i].kinds]
        finds = tuple(i for i in right if gold[i].tier == "core")
        verdict: Verdict
        if finds:
            verdict = "right"
        elif any(gold[i].tier == "optional" for i in named):
            verdict = "optional"
        else:
            verdict = "wrong kind" if named else "spurious"
        about = next(iter([*finds, *right, *named]), None)
        judged.append(JudgedEntity(entity, own, verdict, finds, about))
    return judged


def count_kinds(gold: Sequence[GoldEntity], judged: Sequence[JudgedEntity]) -> dict[str, Counts]:
    """Count by kind: the gold's best kind for gold entities, the system's for wrong ones."""
    counts: dict[str, Counts] = {kind: Counts() for kind in NAMED_KINDS}
    found = first_finds(judged)
    for i, entity in enumerate(gold):
        if entity.tier == "core":
            counts[entity.kinds[0]] += Counts(tp=1) if i in found else Counts(fn=1)
    for thing in judged:
        if thing.verdict in ("wrong kind", "spurious"):
            counts[thing.entity.kind] += Counts(fp=1)
    return counts


def first_finds(judged: Sequence[JudgedEntity]) -> dict[int, SystemEntity]:
    """Index of each core gold entity that was found -> the first entity that names it."""
    found: dict[int, SystemEntity] = {}
    for thing in judged:
        for i in thing.finds:
            found.setdefault(i, thing.entity)
    return found


def _naming(own: frozenset[str], names: Sequence[frozenset[str]], matches: _Matches) -> list[int]:
    return [i for i, theirs in enumerate(names) if matches(own, theirs)]


def _judge_relations(
    gold: GoldPaper, found: Sequence[SystemRelation], entities: Sequence[JudgedEntity]
) -> tuple[list[JudgedRelation], list[Triple]]:
    """Judge relations by the gold entities at their ends.

    A name stands for what the system's last entity of that name is about, else for the first gold
    entity that has it. Relations that touch an optional entity are never wrong.
    """
    of_name: dict[str, int] = {}
    for i, entity in reversed(list(enumerate(gold.entities))):
        of_name |= dict.fromkeys(gold_names(entity), i)
    meant = of_name | {
        name: thing.about for thing in entities if thing.about is not None for name in thing.names
    }
    core: dict[Triple, None] = {}
    stated: set[Triple] = set()
    for wanted in gold.relations:
        ends = [of_name.get(name_key(name)) for name in (wanted.head, wanted.tail)]
        triple: Triple = (ends[0], wanted.type, ends[1])
        stated.add(triple)
        if wanted.tier == "core":
            core[triple] = None
    types = {*RELATION_TYPES, *(wanted.type for wanted in gold.relations)}
    best: dict[Triple, SystemRelation] = {}
    for said in found:
        head, tail = (meant.get(name_key(name), name) for name in (said.head, said.tail))
        triple = head, said.type.lower(), tail
        if triple[1] in types:
            held = best.setdefault(triple, said)
            if (said.score or 0.0) > (held.score or 0.0):
                best[triple] = said
    optional = {i for i, entity in enumerate(gold.entities) if entity.tier == "optional"}
    judged = [
        JudgedRelation(triple, said, _relation_verdict(triple, core, stated, optional))
        for triple, said in best.items()
    ]
    return judged, [triple for triple in core if triple not in best]


def _relation_verdict(
    triple: Triple, core: Mapping[Triple, None], stated: set[Triple], optional: set[int]
) -> Verdict:
    if triple in core:
        return "right"
    if triple in stated or triple[0] in optional or triple[2] in optional:
        return "optional"
    return "spurious"
