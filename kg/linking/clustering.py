"""Names of all papers become clusters: union-find over names, known aliases and acronyms.

The names are numbered, and the sets of the union-find are one array of numbers: of some million
names that takes some ten megabytes, where nodes that are tuples take a gigabyte.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import combinations, groupby

from rapidfuzz.fuzz import ratio

from kg.config import LinkConfig
from kg.known_names import KnownName, KnownNames
from kg.linking.profiles import NameProfile, Node
from kg.model import EntityKind
from kg.names import normal_form, version_tokens

__all__ = ["Cluster", "cluster_names"]

_OTHER_VERSION = -1
_NONE: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Names that are one entity.

    Args:
        profiles: The names, sorted.
        known: The known name that some of them carry, if any.
        fuzzy: Normal forms that came in by similar spelling -> similarity, 0..1.
        parts: The clusters that a person united to this one; empty where linking made it.
        name: The name that a person gave it, if any.
        kind: The kind that a person gave it, if any.
        dropped: A person wants it out of the graph.
    """

    profiles: tuple[NameProfile, ...]
    known: KnownName | None
    fuzzy: dict[str, float]
    parts: tuple[Cluster, ...] = ()
    name: str | None = None
    kind: EntityKind | None = None
    dropped: bool = False

    @property
    def first(self) -> Node:
        """The least key of its things."""
        return min(profile.first for profile in self.profiles)


def cluster_names(
    profiles: Sequence[NameProfile],
    *,
    names: KnownNames,
    config: LinkConfig,
    alone: Set[tuple[str, str]] = frozenset(),
) -> list[Cluster]:
    """Partition the names into clusters.

    Four unions, each decided from the whole corpus before it is applied:

    1. a known name (by a name; by a short form only where the paper gives no long form, or one
       that is nearly the known one),
    2. equal normal forms of names inside a kind group,
    3. long forms of one short form that are spelt nearly alike, with equal version tokens,
    4. a bare acronym with the long form that at least ``config.acronym_share`` of the papers
       that spell it out agree on, unless the long form has a version that the acronym has not.

    Args:
        profiles: The names of the corpus.
        names: Names known beforehand.
        config: Thresholds.
        alone: Kind group and normal form of names that only the second union may touch.

    Returns:
        A partition of ``profiles``, in a fixed order; the same for any order of the papers.
    """
    ordered = sorted(profiles, key=lambda p: (p.group, p.names, p.shorts))
    union = _NameSets()
    known: dict[int, KnownName] = {}
    for profile in ordered:
        first = union.number(profile.group, profile.names[0])
        for name in profile.names[1:]:
            union.unite(first, union.number(profile.group, name))
        by_itself = (profile.group, profile.names[0]) in alone
        entry = None if by_itself else _known(profile, names, config.fuzzy_threshold)
        if entry is not None:
            number = union.number(f"known {profile.group}", entry.name)
            known[number] = entry
            union.unite(first, number)
    similar = _unite_similar(ordered, union, config.fuzzy_threshold)
    _unite_acronyms(ordered, union, config.acronym_share, set(known), alone)

    entries: dict[int, list[KnownName]] = defaultdict(list)
    for number, entry in known.items():
        entries[union.root(number)].append(entry)
    roots = [union.root(union.number(p.group, p.names[0])) for p in ordered]
    by_root = sorted(range(len(ordered)), key=roots.__getitem__)
    clusters = []
    for root, places in groupby(by_root, key=roots.__getitem__):
        group = tuple(ordered[place] for place in places)
        forms = {f for p in group for f in (*p.names, *p.shorts) if f in similar}
        clusters.append(
            Cluster(
                profiles=group,
                known=min(entries[root], key=lambda e: e.name) if root in entries else None,
                fuzzy={form: similar[form] for form in sorted(forms)} if forms else _NONE,
            )
        )
    return sorted(clusters, key=lambda c: c.first)


class _NameSets:
    """Disjoint sets of names: a union-find whose roots are the names that came first."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = defaultdict(dict)
        self._parents = array("Q")

    def number(self, group: str, name: str) -> int:
        """The number of a name; a new one is a set of its own."""
        number = self._numbers[group].setdefault(name, len(self._parents))
        if number == len(self._parents):
            self._parents.append(number)
        return number

    def root(self, number: int) -> int:
        """The number that stands for the set of another."""
        parents = self._parents
        while (parent := parents[number]) != number:
            parents[number] = parents[parent]  # halve the path for those who come later
            number = parents[number]
        return number

    def unite(self, one: int, two: int) -> None:
        """Make one set of two."""
        low, high = sorted((self.root(one), self.root(two)))
        self._parents[high] = low


def _known(profile: NameProfile, names: KnownNames, threshold: float) -> KnownName | None:
    """A thing is known by its own names; by a short form only where the long forms agree."""
    hits = [e for e in (names.find(profile.group, n) for n in profile.names) if e is not None]
    if not hits:
        by_short = (names.find(profile.group, s) for s in profile.shorts)
        hits = [e for e in by_short if e is not None and _spelt_alike(profile, e, threshold)]
    return min(hits, key=lambda e: e.name) if hits else None


def _spelt_alike(profile: NameProfile, entry: KnownName, threshold: float) -> bool:
    """A long form of the thing is nearly one of the known names: ``adversarial nets``."""
    return any(
        _similarity(name, form) >= threshold and version_tokens(name) == version_tokens(form)
        for form in map(normal_form, entry.names)
        for name in profile.names
    )


def _unite_similar(
    profiles: Iterable[NameProfile], union: _NameSets, threshold: float
) -> dict[str, float]:
    by_short: dict[tuple[str, str], set[str]] = defaultdict(set)
    for profile in profiles:
        for short in profile.shorts:
            by_short[profile.group, short].update(profile.names)
    similar: dict[str, float] = {}
    for (group, _), names in sorted(by_short.items()):
        for one, two in combinations(sorted(names), 2):
            score = _similarity(one, two)
            if score >= threshold and version_tokens(one) == version_tokens(two):
                union.unite(union.number(group, one), union.number(group, two))
                for name in (one, two):
                    similar[name] = max(similar.get(name, 0.0), score / 100)
    return similar


def _similarity(one: str, two: str) -> float:
    """Similarity, 0..100; 0 where a word has become another one: ``self`` is not ``semi``."""
    pairs = list(zip(one.split(), two.split(), strict=False))
    if one.count(" ") == two.count(" ") and not all(_same_word(a, b) for a, b in pairs):
        return 0.0
    return ratio(one, two)


def _same_word(one: str, two: str) -> bool:
    return one.startswith(two) or two.startswith(one) or ratio(one, two) >= 75.0


def _unite_acronyms(
    profiles: Sequence[NameProfile],
    union: _NameSets,
    share: float,
    known: set[int],
    alone: Set[tuple[str, str]],
) -> None:
    spelt_out: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    bare: set[tuple[str, str]] = set()
    for profile in profiles:
        for short in profile.shorts:
            root = _OTHER_VERSION
            if _covers_version(short, profile.names):
                root = union.root(union.number(profile.group, profile.names[0]))
            spelt_out[profile.group, short][root] += profile.papers
        if not profile.shorts:
            bare.update((profile.group, name) for name in profile.names)
    bare -= alone
    known_roots = set(map(union.root, known))
    decided = []
    for (group, short), counts in sorted(spelt_out.items()):
        if (group, short) in bare:
            root, votes = max(counts.items(), key=lambda item: (item[1], item[0]))
            name = union.number(group, short)
            agreed = votes >= share * sum(counts.values()) and root != _OTHER_VERSION
            # a known thing keeps its own acronym, whatever new things are called by it
            if agreed and union.root(name) not in known_roots:
                decided.append((name, root))
    for name, root in decided:
        union.unite(name, root)


def _covers_version(short: str, names: Iterable[str]) -> bool:
    """A bare ``SAM`` is not the ``Segment Anything Model 2`` that one paper calls so."""
    held = set(version_tokens(short))
    return any(held.issuperset(version_tokens(name)) for name in names)
