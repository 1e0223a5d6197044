"""Clusters become entities: one name, its aliases, an id, and the rules that link mentions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from kg.errors import InputError
from kg.ids import content_hash, entity_id
from kg.linking.clustering import Cluster
from kg.linking.profiles import NameCounts
from kg.linking.rules import EntityRules, RulesByName
from kg.linking.things import apart_form
from kg.model import (
    ENTITY_CLASSES,
    ENTITY_KINDS,
    URL_KINDS,
    Entity,
    EntityKind,
    Url,
    UrlKind,
)
from kg.names import is_acronym, is_coined, normal_form

__all__ = ["make_entities"]


class _Choice(NamedTuple):
    """A cluster with what it is called."""

    cluster: Cluster
    kind: EntityKind
    name: str
    form: str


def make_entities(clusters: Iterable[Cluster]) -> tuple[list[bytes], RulesByName]:
    """Name each cluster.

    The name is the one that a person gave, else the known one, else the surface that most papers
    use; ties go to the one with most mentions, then to an acronym or coined word, then to
    alphabetical order. Where two clusters of a kind would bear one name (an acronym with two
    meanings), each but the known and the curated one is called by its long form instead.

    Returns:
        Entities by id, as JSON, for there may be millions; and for every kind group and name the
        rules of its entity, None where a person dropped it.

    Raises:
        InputError: The name or kind that a person gave makes it bear the name of another.
    """
    rules: RulesByName = defaultdict(dict)
    chosen: list[_Choice] = []
    for cluster in clusters:
        if cluster.dropped:
            _assign(rules, cluster, None)
        else:
            chosen.append(_choice(cluster))
    taken = _bearers(chosen)
    for place, (cluster, kind, _, form) in enumerate(chosen):
        settled = cluster.known is not None or cluster.name is not None
        if kind != "Url" and not settled and taken[kind][form] > 1:
            name = _long_name(cluster)
            if name:
                chosen[place] = _Choice(cluster, kind, name, _form(cluster, name))
    _refuse_taken_names(chosen)
    lines: list[bytes] = []
    used: set[str] = set()
    for cluster, kind, name, form in chosen:
        entity = _entity(cluster, kind, name, form, used)
        used.add(entity.id)
        lines.append(entity.model_dump_json().encode())
        for part, of_part in _rules(cluster, entity.id, form):
            _assign(rules, part, of_part)
    return sorted(lines, key=_id_of), rules


def _id_of(line: bytes) -> bytes:
    return line[len(b'{"id":"') : line.index(b'"', len(b'{"id":"'))]  # no quotes in what we made


def _choice(cluster: Cluster) -> _Choice:
    counts = _counts(cluster)
    kind, name = _kind(cluster, counts), _name(cluster, counts)
    return _Choice(cluster, kind, name, _form(cluster, name))


def _bearers(chosen: Iterable[_Choice]) -> dict[EntityKind, Counter[str]]:
    """Kind and form of a name -> clusters that bear it."""
    found: dict[EntityKind, Counter[str]] = defaultdict(Counter)
    for choice in chosen:
        found[choice.kind][choice.form] += 1
    return found


def _assign(rules: RulesByName, cluster: Cluster, of_cluster: EntityRules | None) -> None:
    for profile in cluster.profiles:
        rules[profile.group][profile.names[0]] = of_cluster


def _refuse_taken_names(chosen: Sequence[_Choice]) -> None:
    given = [c for c in chosen if c.cluster.name is not None or c.cluster.kind is not None]
    bearers = _bearers(chosen) if given else {}
    for cluster, kind, name, form in given:
        if bearers[kind][form] > 1:
            written = min(_counts(cluster).surfaces)
            raise InputError(
                f"'{written}' cannot be the {kind} '{name}': that is the name of another entity",
                hint="say with [[same]] that the two are one, or choose another name",
            )


def _rules(cluster: Cluster, entity: str, form: str) -> Iterator[tuple[Cluster, EntityRules]]:
    """The rules of each part: those that a person brought together, or the cluster itself."""
    parts = cluster.parts or (cluster,)
    known: frozenset[str] = frozenset()
    if cluster.known is not None:
        known = frozenset(map(normal_form, cluster.known.names))
    core = next((p for p in parts if _has(p, form)), None)
    if core is None and (len(parts) == 1 or cluster.name is None):
        core = next((p for p in parts if p.known == cluster.known), None)
    for part in parts:
        # the long form that sets an acronym of two meanings apart may be a name of no part
        made = _form(part, _name(part, _counts(part))) if cluster.name is not None else form
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
    own, form = apart_form(name), normal_form(name)
    for profile in cluster.profiles:
        for held in profile.names:
            if held == own:
                return held
            if held == form:
                form = held  # one string for both
    return form


def _entity(cluster: Cluster, kind: EntityKind, name: str, form: str, used: set[str]) -> Entity:
    counts = _counts(cluster)
    if kind == "Url":
        href, url_kind = _address(counts)
        return Url(
            id=entity_id("Url", href.partition("://")[2].lower()),
            name=href.partition("://")[2],
            aliases=tuple(sorted(counts.surfaces.keys() - {href, href.partition("://")[2]})),
            href=href,
            url_kind=url_kind,
        )
    entity_key = entity_id(kind, form)
    if entity_key in used:  # two meanings of one acronym, and no paper spells this one out
        entity_key = f"{entity_key}-{content_hash(*cluster.first)[:8]}"
    cls = ENTITY_CLASSES[kind]
    return cls(id=entity_key, name=name, aliases=_aliases(counts, name))  # type: ignore[call-arg]


def _counts(cluster: Cluster) -> NameCounts:
    """What papers write for all names of a cluster."""
    if len(cluster.profiles) == 1:
        return cluster.profiles[0].counts
    counts = NameCounts()
    for profile in cluster.profiles:
        counts.update(profile.counts)
    return counts


def _name(cluster: Cluster, counts: NameCounts) -> str:
    if cluster.name is not None:
        return cluster.name
    if cluster.known is not None:
        return cluster.known.name
    written = counts.surfaces
    if len(written) == 1:
        return next(iter(written))
    by_form: dict[str, list[str]] = defaultdict(list)
    for surface in sorted(written):
        by_form[normal_form(surface)].append(surface)

    def form_rank(form: str) -> tuple[int, int, bool, str]:
        group = by_form[form]
        coined = any(is_acronym(s) or is_coined(s.split()[-1]) for s in group)
        return (
            -sum(written[s][0] for s in group),
            -sum(written[s][1] for s in group),
            not coined,
            form,
        )

    best = min(by_form, key=form_rank)
    return min(by_form[best], key=lambda s: (-written[s][0], -written[s][1], len(s), s))


def _long_name(cluster: Cluster) -> str | None:
    counts = _counts(cluster).long_forms
    return min(counts, key=lambda s: (-counts[s], s)) if counts else None


def _aliases(counts: NameCounts, name: str) -> tuple[str, ...]:
    """All other surfaces, one for those that differ by case alone."""
    written = counts.surfaces
    best: dict[str, str] = {}
    for surface in sorted(written, key=lambda s: (-written[s][0], s)):
        best.setdefault(surface.casefold(), surface)
    best.pop(name.casefold(), None)
    return tuple(sorted(best.values()))


def _kind(cluster: Cluster, counts: NameCounts) -> EntityKind:
    """The curated kind, else the known one, else that of most papers; ties by their order."""
    if cluster.kind is not None:
        return cluster.kind
    if cluster.known is not None:
        return cluster.known.kind
    return max(ENTITY_KINDS, key=lambda k: counts.kinds.get(k, 0))


def _address(counts: NameCounts) -> tuple[str, UrlKind]:
    hrefs, kinds = counts.hrefs, counts.url_kinds
    href = min(hrefs, key=lambda h: (-hrefs[h], not h.startswith("https"), h))
    return href, max(URL_KINDS, key=lambda k: kinds.get(k, 0))
