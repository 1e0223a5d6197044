"""Clusters become entities: one name, its aliases, an id, and the rules that link mentions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from kg.ids import content_hash, entity_id
from kg.linking.clustering import Cluster
from kg.linking.profiles import Node
from kg.model import (
    ENTITY_CLASSES,
    ENTITY_KINDS,
    URL_KINDS,
    Entity,
    EntityKind,
    LinkedMention,
    LinkMethod,
    Mention,
    Url,
    UrlKind,
)
from kg.names import is_acronym, is_coined, normal_form

__all__ = ["EntityRules", "make_entities"]

K = TypeVar("K")

LINK_SCORES: dict[LinkMethod, float] = {
    "exact": 1.0,
    "abbreviation": 0.95,
    "alias": 0.95,
    "variant": 0.9,
}
"""Confidence by reason; ``fuzzy`` carries its similarity."""


@dataclass(frozen=True, slots=True)
class EntityRules:
    """Why a mention belongs to an entity.

    Args:
        entity_id: The entity.
        form: Normal form of its name.
        shorts: Normal forms that papers define as short for it.
        aliases: Normal forms of its known names.
        fuzzy: Normal forms that came in by similar spelling -> similarity, 0..1.
    """

    entity_id: str
    form: str
    shorts: frozenset[str]
    aliases: frozenset[str]
    fuzzy: dict[str, float]

    def link(self, mention: Mention, form: str) -> LinkedMention:
        """Link a mention whose name, of this normal form, led here."""
        method, score = self._reason(mention, form)
        return LinkedMention.of_checked(
            **mention.__dict__,
            entity_id=self.entity_id,
            link_method=method,
            link_score=round(score, 4),
        )

    def _reason(self, mention: Mention, form: str) -> tuple[LinkMethod, float]:
        method: LinkMethod
        if mention.kind == "Url" or form == self.form:
            method = "exact"
        elif form in self.shorts or self.form in self.shorts:
            method = "abbreviation"
        elif form in self.aliases:
            method = "alias"
        elif form in self.fuzzy:
            return "fuzzy", self.fuzzy[form]
        else:
            method = "variant"
        return method, LINK_SCORES[method]


def make_entities(
    clusters: Iterable[Cluster],
) -> tuple[list[Entity], dict[Node, EntityRules]]:
    """Name each cluster.

    The name is the known one, else the surface that most papers use; ties go to the one with
    most mentions, then to an acronym or coined word, then to alphabetical order. Where two
    clusters of a kind would bear one name (an acronym with two meanings), each but the known one
    is called by its long form instead.

    Returns:
        Entities by id, and for the node of every name the rules of its entity.
    """
    chosen = [(cluster, _kind(cluster), _name(cluster)) for cluster in clusters]
    taken = Counter((kind, normal_form(name)) for _, kind, name in chosen)
    entities: list[Entity] = []
    rules: dict[Node, EntityRules] = {}
    used: set[str] = set()
    for cluster, kind, short_name in chosen:
        name = short_name
        if kind != "Url" and cluster.known is None and taken[kind, normal_form(name)] > 1:
            name = _long_name(cluster) or name
        entity = _entity(cluster, kind, name, used)
        used.add(entity.id)
        entities.append(entity)
        known = cluster.known.names if cluster.known is not None else ()
        of_entity = EntityRules(
            entity_id=entity.id,
            form=normal_form(entity.name),
            shorts=frozenset(short for profile in cluster.profiles for short in profile.shorts),
            aliases=frozenset(map(normal_form, known)),
            fuzzy=cluster.fuzzy,
        )
        rules.update((profile.node, of_entity) for profile in cluster.profiles)
    return sorted(entities, key=lambda e: e.id), rules


def _entity(cluster: Cluster, kind: EntityKind, name: str, used: set[str]) -> Entity:
    if kind == "Url":
        href, url_kind = _address(cluster)
        written = {surface for profile in cluster.profiles for surface in profile.surfaces}
        return Url(
            id=entity_id("Url", href.partition("://")[2].lower()),
            name=href.partition("://")[2],
            aliases=tuple(sorted(written - {href, href.partition("://")[2]})),
            href=href,
            url_kind=url_kind,
        )
    key = normal_form(name)
    entity_key = entity_id(kind, key)
    if entity_key in used:  # two meanings of one acronym, and no paper spells this one out
        entity_key = f"{entity_key}-{content_hash(*cluster.first)[:8]}"
    cls = ENTITY_CLASSES[kind]
    return cls(id=entity_key, name=name, aliases=_aliases(cluster, name))  # type: ignore[call-arg]


def _surfaces(cluster: Cluster, column: int) -> Counter[str]:
    """Surface -> papers that use it (column 0), or mentions (1)."""
    counts: Counter[str] = Counter()
    for profile in cluster.profiles:
        for surface, numbers in profile.surfaces.items():
            counts[surface] += numbers[column]
    return counts


def _sum(parts: Iterable[Mapping[K, int] | None]) -> Counter[K]:
    counts: Counter[K] = Counter()
    for part in parts:
        counts.update(part or {})
    return counts


def _name(cluster: Cluster) -> str:
    if cluster.known is not None:
        return cluster.known.name
    papers, mentions = _surfaces(cluster, 0), _surfaces(cluster, 1)
    by_form: dict[str, list[str]] = defaultdict(list)
    for surface in sorted(papers):
        by_form[normal_form(surface)].append(surface)

    def form_rank(form: str) -> tuple[int, int, bool, str]:
        group = by_form[form]
        coined = any(is_acronym(s) or is_coined(s.split()[-1]) for s in group)
        return (
            -sum(papers[s] for s in group),
            -sum(mentions[s] for s in group),
            not coined,
            form,
        )

    best = min(by_form, key=form_rank)
    return min(by_form[best], key=lambda s: (-papers[s], -mentions[s], len(s), s))


def _long_name(cluster: Cluster) -> str | None:
    counts = _sum(profile.long_forms for profile in cluster.profiles)
    return min(counts, key=lambda s: (-counts[s], s)) if counts else None


def _aliases(cluster: Cluster, name: str) -> tuple[str, ...]:
    """All other surfaces, one for those that differ by case alone."""
    papers = _surfaces(cluster, 0)
    best: dict[str, str] = {}
    for surface in sorted(papers, key=lambda s: (-papers[s], s)):
        best.setdefault(surface.casefold(), surface)
    best.pop(name.casefold(), None)
    return tuple(sorted(best.values()))


def _kind(cluster: Cluster) -> EntityKind:
    """The known kind, else the kind that most papers give it; ties by ``ENTITY_KINDS``."""
    if cluster.known is not None:
        return cluster.known.kind
    votes = _sum(profile.kinds for profile in cluster.profiles)
    return max(ENTITY_KINDS, key=lambda k: votes[k])


def _address(cluster: Cluster) -> tuple[str, UrlKind]:
    hrefs = _sum(profile.hrefs for profile in cluster.profiles)
    kinds = _sum(profile.url_kinds for profile in cluster.profiles)
    href = min(hrefs, key=lambda h: (-hrefs[h], not h.startswith("https"), h))
    return href, max(URL_KINDS, key=lambda k: kinds[k])
