"""Clusters become entities: one name, its aliases, an id, and the rules that link mentions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from kg.errors import InputError
from kg.ids import content_hash, entity_id
from kg.linking.clustering import Cluster
from kg.linking.profiles import Node
from kg.linking.things import apart_form
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
    "curated": 1.0,
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
        made: Normal form of the name that linking alone would give it; ``form`` if the same.
        brought: A person united these names with those that bear the name.
    """

    entity_id: str
    form: str
    shorts: frozenset[str]
    aliases: frozenset[str]
    fuzzy: dict[str, float]
    made: str
    brought: bool = False

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
            method = "curated" if mention.kind == "Url" and self.brought else "exact"
        elif self.brought or form == self.made:
            method = "curated"
        elif form in self.shorts or self.made in self.shorts:
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
) -> tuple[list[Entity], dict[Node, EntityRules | None]]:
    """Name each cluster.

    The name is the one that a person gave, else the known one, else the surface that most papers
    use; ties go to the one with most mentions, then to an acronym or coined word, then to
    alphabetical order. Where two clusters of a kind would bear one name (an acronym with two
    meanings), each but the known and the curated one is called by its long form instead.

    Returns:
        Entities by id, and for the node of every name the rules of its entity, None where a
        person dropped it.

    Raises:
        InputError: The name or kind that a person gave makes it bear the name of another.
    """
    rules: dict[Node, EntityRules | None] = {}
    chosen = []
    for cluster in clusters:
        if cluster.dropped:
            rules.update((profile.node, None) for profile in cluster.profiles)
        else:
            chosen.append((cluster, _kind(cluster), _name(cluster)))
    taken = Counter((kind, _form(cluster, name)) for cluster, kind, name in chosen)
    entities: list[Entity] = []
    used: set[str] = set()
    named: list[tuple[Cluster, EntityKind, str]] = []
    for cluster, kind, short_name in chosen:
        name = short_name
        settled = cluster.known is not None or cluster.name is not None
        if kind != "Url" and not settled and taken[kind, _form(cluster, name)] > 1:
            name = _long_name(cluster) or name
        named.append((cluster, kind, name))
    _refuse_taken_names(named)
    for cluster, kind, name in named:
        entity = _entity(cluster, kind, name, used)
        used.add(entity.id)
        entities.append(entity)
        for part, of_part in _rules(cluster, entity.id, _form(cluster, name)):
            rules.update((profile.node, of_part) for profile in part.profiles)
    return sorted(entities, key=lambda e: e.id), rules


def _refuse_taken_names(named: Sequence[tuple[Cluster, EntityKind, str]]) -> None:
    bearers = Counter((kind, _form(cluster, name)) for cluster, kind, name in named)
    for cluster, kind, name in named:
        given = cluster.name is not None or cluster.kind is not None
        if given and bearers[kind, _form(cluster, name)] > 1:
            written = min(_surfaces(cluster, 0))
            raise InputError(
                f"'{written}' cannot be the {kind} '{name}': that is the name of another entity",
                hint="say with [[same]] that the two are one, or choose another name",
            )


def _rules(cluster: Cluster, entity: str, form: str) -> Iterator[tuple[Cluster, EntityRules]]:
    """The rules of each part: those that a person brought together, or the cluster itself."""
    parts = cluster.parts or (cluster,)
    known = frozenset(map(normal_form, cluster.known.names if cluster.known is not None else ()))
    core = next((p for p in parts if _has(p, form)), None)
    if core is None and (len(parts) == 1 or cluster.name is None):
        core = next((p for p in parts if p.known == cluster.known), None)
    for part in parts:
        # the long form that sets an acronym of two meanings apart may be a name of no part
        made = _form(part, _name(part)) if cluster.name is not None else form
        yield (
            part,
            EntityRules(
                entity_id=entity,
                form=form,
                shorts=frozenset(s for profile in part.profiles for s in profile.shorts),
                aliases=known,
                fuzzy=cluster.fuzzy,
                made=made,
                brought=part is not core,
            ),
        )


def _has(cluster: Cluster, form: str) -> bool:
    return any(form in p.names or form in p.shorts for p in cluster.profiles)


def _form(cluster: Cluster, name: str) -> str:
    """The normal form of a cluster's name; of a spelling taken out from others, its own."""
    own = apart_form(name)
    return own if any(own in p.names for p in cluster.profiles) else normal_form(name)


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
    key = _form(cluster, name)
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
    if cluster.name is not None:
        return cluster.name
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
    """The curated kind, else the known one, else that of most papers; ties by their order."""
    if cluster.kind is not None:
        return cluster.kind
    if cluster.known is not None:
        return cluster.known.kind
    votes = _sum(profile.kinds for profile in cluster.profiles)
    return max(ENTITY_KINDS, key=lambda k: votes[k])


def _address(cluster: Cluster) -> tuple[str, UrlKind]:
    hrefs = _sum(profile.hrefs for profile in cluster.profiles)
    kinds = _sum(profile.url_kinds for profile in cluster.profiles)
    href = min(hrefs, key=lambda h: (-hrefs[h], not h.startswith("https"), h))
    return href, max(URL_KINDS, key=lambda k: kinds[k])
