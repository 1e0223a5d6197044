"""Clusters become entities: one name, its aliases, an id, and a link for every mention."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from kg.ids import content_hash, entity_id
from kg.linking.clustering import Cluster
from kg.linking.things import mention_form
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

__all__ = ["make_entities"]

LINK_SCORES: dict[LinkMethod, float] = {
    "exact": 1.0,
    "abbreviation": 0.95,
    "alias": 0.95,
    "variant": 0.9,
}
"""Confidence by reason; ``fuzzy`` carries its similarity."""


def make_entities(clusters: Iterable[Cluster]) -> tuple[list[Entity], list[LinkedMention]]:
    """Name each cluster and link its mentions.

    The name is the known one, else the surface that most papers use; ties go to the one with
    most mentions, then to an acronym or coined word, then to alphabetical order. Where two
    clusters of a kind would bear one name (an acronym with two meanings), each but the known one
    is called by its long form instead.

    Returns:
        Entities, and linked mentions sorted by paper and place.
    """
    chosen = [(cluster, _kind(cluster), _name(cluster)) for cluster in clusters]
    taken = Counter((kind, normal_form(name)) for _, kind, name in chosen)
    entities: list[Entity] = []
    mentions: list[LinkedMention] = []
    used: set[str] = set()
    for cluster, kind, short_name in chosen:
        name = short_name
        if kind != "Url" and cluster.known is None and taken[kind, normal_form(name)] > 1:
            name = _long_name(cluster) or name
        entity = _entity(cluster, kind, name, used)
        used.add(entity.id)
        entities.append(entity)
        mentions.extend(_links(cluster, entity))
    mentions.sort(key=lambda m: (m.paper_id, m.start, m.end))
    return entities, mentions


def _entity(cluster: Cluster, kind: EntityKind, name: str, used: set[str]) -> Entity:
    if kind == "Url":
        href, url_kind = _address(cluster)
        written = {m.text for t in cluster.things for m in t.mentions}
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
        entity_key = f"{entity_key}-{content_hash(*cluster.things[0].key)[:8]}"
    cls = ENTITY_CLASSES[kind]
    return cls(id=entity_key, name=name, aliases=_aliases(cluster, name))  # type: ignore[call-arg]


def _surfaces(cluster: Cluster) -> Counter[str]:
    """Surface -> number of papers that use it, long forms named beside an acronym included."""
    counts: Counter[str] = Counter()
    for thing in cluster.things:
        counts.update({m.text for m in thing.mentions} | set(thing.long_forms))
    return counts


def _name(cluster: Cluster) -> str:
    if cluster.known is not None:
        return cluster.known.name
    papers = _surfaces(cluster)
    mentions = Counter(m.text for t in cluster.things for m in t.mentions)
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
    counts = Counter(text for t in cluster.things for text in t.long_forms)
    return min(counts, key=lambda s: (-counts[s], s)) if counts else None


def _aliases(cluster: Cluster, name: str) -> tuple[str, ...]:
    """All other surfaces, one for those that differ by case alone."""
    papers = _surfaces(cluster)
    best: dict[str, str] = {}
    for surface in sorted(papers, key=lambda s: (-papers[s], s)):
        best.setdefault(surface.casefold(), surface)
    best.pop(name.casefold(), None)
    return tuple(sorted(best.values()))


def _kind(cluster: Cluster) -> EntityKind:
    """The known kind, else the kind that most papers give it; ties by ``ENTITY_KINDS``."""
    if cluster.known is not None:
        return cluster.known.kind
    votes = Counter(t.kind for t in cluster.things)
    return max(ENTITY_KINDS, key=lambda k: votes[k])


def _address(cluster: Cluster) -> tuple[str, UrlKind]:
    found = [m for t in cluster.things for m in t.mentions]
    hrefs = Counter(m.href for m in found if m.href is not None)
    kinds = Counter(m.url_kind for m in found if m.url_kind is not None)
    href = min(hrefs, key=lambda h: (-hrefs[h], not h.startswith("https"), h))
    return href, max(URL_KINDS, key=lambda k: kinds[k])


def _links(cluster: Cluster, entity: Entity) -> Iterable[LinkedMention]:
    own_form = normal_form(entity.name)
    shorts = {short for thing in cluster.things for short in thing.shorts}
    for thing in cluster.things:
        for mention in thing.mentions:
            method, score = _reason(cluster, shorts, mention, own_form)
            yield LinkedMention.of_checked(
                **mention.__dict__,
                entity_id=entity.id,
                link_method=method,
                link_score=round(score, 4),
            )


def _reason(
    cluster: Cluster, shorts: set[str], mention: Mention, own_form: str
) -> tuple[LinkMethod, float]:
    form = mention_form(mention)
    method: LinkMethod
    if mention.kind == "Url" or form == own_form:
        method = "exact"
    elif form in shorts or own_form in shorts:
        method = "abbreviation"
    elif cluster.known is not None and any(form == normal_form(n) for n in cluster.known.names):
        method = "alias"
    elif form in cluster.fuzzy:
        return "fuzzy", cluster.fuzzy[form]
    else:
        method = "variant"
    return method, LINK_SCORES[method]
