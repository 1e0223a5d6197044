"""What a person decided, applied to the names of a corpus.

A name that must not be the same as another leaves the cluster that linking put it into: it is a
thing of its own in every paper that writes it. After that, the clusters that must be the same are
united, and names, kinds and drops are given to the results. Nothing here depends on the order of
the entries or of the papers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import chain

from networkx.utils import UnionFind

from kg.config import LinkConfig
from kg.curation import Curation, Decision, NameRef
from kg.errors import InputError
from kg.ids import entity_id
from kg.known_names import KnownName, KnownNames, kind_group
from kg.linking.clustering import Cluster, cluster_names
from kg.linking.profiles import NameProfile
from kg.linking.things import apart_form
from kg.model import ENTITY_KINDS, NAMED_KINDS, EntityKind
from kg.names import normal_form

__all__ = ["CuratedNames", "apart_spellings"]

Name = tuple[str, str]
"""Kind group and normal form; of a name that nobody writes, the group may be empty."""
GROUPS = tuple(dict.fromkeys(kind_group(kind) for kind in ENTITY_KINDS))
NAMED_GROUPS = tuple(dict.fromkeys(kind_group(kind) for kind in NAMED_KINDS))


def apart_spellings(curation: Curation) -> frozenset[Name]:
    """Spellings with the normal form of another that a person says are not the same.

    ``Transformers`` is no plural of ``Transformer`` where ``not-same`` names the two.
    """
    found: set[Name] = set()
    for decision in curation.decisions:
        if decision.action != "not-same":
            continue
        stays, *leave = decision.refs
        for ref in leave:
            if ref.text == stays.text or normal_form(ref.text) != normal_form(stays.text):
                continue
            groups = {kind_group(r.kind) for r in (ref, stays) if r.kind} or set(NAMED_GROUPS)
            if "Url" not in groups and (len(groups) == 1 or not (ref.kind or stays.kind)):
                found.update((group, apart_form(ref.text)) for group in groups)
    return frozenset(found)


class CuratedNames:
    """The clusters of a corpus after a person's decisions.

    Args:
        profiles: The names of the corpus, with ``apart`` taken into account.
        curation: The decisions.
        apart: What ``apart_spellings`` says of them.
        names: Names known beforehand.
        config: Thresholds of linking.

    Raises:
        InputError: Decisions contradict each other, or a name needs its kind.
    """

    def __init__(
        self,
        profiles: Sequence[NameProfile],
        *,
        curation: Curation,
        apart: Set[Name],
        names: KnownNames,
        config: LinkConfig,
    ) -> None:
        self._decisions = curation.decisions
        self._apart = apart
        self._known = names
        self._config = config
        self._written: set[Name] = set()
        if self._decisions:
            said = ((p.group, form) for p in profiles for form in chain(p.names, p.shorts))
            self._written.update(said)
        self.warnings: list[str] = []
        """Entries that are about names which nobody writes."""
        self._names = {d: tuple(self._find(ref, d) for ref in d.refs) for d in self._decisions}
        self._said = self._united_by_word()
        self.alone: frozenset[Name] = frozenset(apart & self._written)
        """Names that are things of their own, whatever linking makes of them."""
        self.clusters: list[Cluster] = []
        """The clusters, in a fixed order."""
        while not self._settle(profiles):
            pass

    def _find(self, ref: NameRef, decision: Decision) -> Name:
        found = self._candidates(ref)
        if not found and ref.kind is not None:
            found = sorted(self._with_id(ref))[:1]
        if not found:
            found = self._given(ref)
        if len(found) > 1:
            kinds = ("Dataset" if group == "Data" else group for group, _ in found)
            raise InputError(
                f"{decision}: '{ref.text}' names things of several kinds",
                hint=f"write one of {', '.join(f'{kind}:{ref.text}' for kind in kinds)}",
            )
        if found:
            return found[0]
        self.warnings.append(f"{decision.place}: no paper writes '{ref}'")
        return (kind_group(ref.kind), normal_form(ref.text)) if ref.kind else ("", ref.text)

    def _candidates(self, ref: NameRef) -> list[Name]:
        groups: Iterable[str] = GROUPS if ref.kind is None else [kind_group(ref.kind)]
        return [n for n in (self._name(group, ref) for group in groups) if self._is_there(n)]

    def _given(self, ref: NameRef) -> list[Name]:
        """Names of the thing to which other decisions give this name or this kind."""
        form = normal_form(ref.text)
        found: set[Name] = set()
        for decision in self._decisions:
            first = decision.refs[0]
            if decision.action == "kind":
                meant = ref.kind == decision.to and normal_form(first.text) == form
            else:
                meant = decision.to is not None and normal_form(decision.to) == form
                meant = meant and ref.kind in (None, first.kind)
            if meant:
                found.update(self._candidates(first))
        return sorted(found)

    def _name(self, group: str, ref: NameRef) -> Name:
        if group == "Url":
            return group, ref.text.partition("://")[2].lower() or ref.text.lower()
        own = (group, apart_form(ref.text))
        return own if own in self._apart else (group, normal_form(ref.text))

    def _is_there(self, name: Name) -> bool:
        if name in self._written:
            return True
        entry = self._known.find(*name)
        return entry is not None and any(
            (name[0], normal_form(other)) in self._written for other in entry.names
        )

    def _with_id(self, ref: NameRef) -> Iterator[Name]:
        """Names whose id would be that, where the id does not say all of the name."""
        wanted = f"{(ref.kind or '').lower()}:{ref.text}"
        group = kind_group(ref.kind or "")
        for name in self._written:
            if name[0] == group and entity_id(ref.kind or "", name[1]) == wanted:
                yield name

    def _of(self, action: str) -> Iterator[tuple[Decision, tuple[Name, ...]]]:
        return ((d, names) for d, names in self._names.items() if d.action == action)

    def _united_by_word(self) -> UnionFind[Name]:
        """What ``same`` alone unites; refuses what contradicts it."""
        union: UnionFind[Name] = UnionFind()
        for decision, names in self._of("same"):
            if len({name[0] == "Url" for name in names if name[0]}) > 1:
                raise InputError(f"{decision}: an address and a name cannot be the same")
            union.union(*names)
        for decision, (stays, *leave) in self._of("not-same"):
            for name in leave:
                if name == stays:
                    raise InputError(f"{decision}: both are one name")
                if union[name] == union[stays]:
                    says_so = [d for d, names in self._of("same") if union[names[0]] == union[name]]
                    raise InputError(
                        f"{decision} contradicts {_listed(says_so)}",
                        hint=_take_back([decision, *says_so]),
                    )
        for decision, names in self._names.items():
            if decision.action in ("rename", "kind") and names[0][0] == "Url":
                raise InputError(f"{decision}: an address has no other name and no other kind")
        return union

    def _settle(self, profiles: Sequence[NameProfile]) -> bool:
        """Cluster and unite; False if names had to leave, and it must be done again."""
        if self.alone:
            profiles = [part for p in profiles for part in _without(p, self.alone, self._apart)]
        made = cluster_names(profiles, names=self._known, config=self._config, alone=self.alone)
        if not self._decisions:
            self.clusters = made
            return True
        place = _Places(made, self.alone)
        union: UnionFind[object] = UnionFind()
        for _, names in self._of("same"):
            union.union(*(place.of(name) for name in names))
        leaving: set[Name] = set()
        for decision, (stays, *leave) in self._of("not-same"):
            held = {union[number] for number in place.everywhere(stays)}
            for name in leave:
                if held & {union[number] for number in place.everywhere(name)}:
                    leaving |= self._leaves(name, stays, decision)
        self.alone |= leaving
        if not leaving:
            self.clusters = self._decided(made, place, union)
        return not leaving

    def _leaves(self, name: Name, stays: Name, decision: Decision) -> Set[Name]:
        """What must leave next so that a name is no longer with one that stays."""
        for one in (name, stays):
            mine = [n for n in self._said if self._said[n] == self._said[one]]
            for group in ([one], mine):
                if news := set(group) & self._written - self.alone:
                    return news
        raise InputError(
            f"{decision}: these are names of one known thing, and no paper writes them"
        )

    def _decided(
        self, made: Sequence[Cluster], place: _Places, union: UnionFind[object]
    ) -> list[Cluster]:
        about: dict[object, list[Decision]] = defaultdict(list)
        for decision, names in self._names.items():
            if decision.action != "not-same":
                about[union[place.of(names[0])]].append(decision)
        parts: dict[object, list[Cluster]] = defaultdict(list)
        for number, cluster in enumerate(made):
            parts[union[number]].append(cluster)
        for decisions in about.values():
            _check(decisions)
        clusters = [_united(group, about.get(root, ())) for root, group in parts.items()]
        return sorted(clusters, key=lambda c: c.first)


class _Places:
    """Which cluster a name leads to."""

    def __init__(self, clusters: Sequence[Cluster], alone: Set[Name]) -> None:
        self._alone = alone
        self._names: dict[Name, int] = {}
        self._known: dict[Name, int] = {}
        shorts: dict[Name, Counter[int]] = defaultdict(Counter)
        for number, cluster in enumerate(clusters):
            for profile in cluster.profiles:
                self._names.update(((profile.group, name), number) for name in profile.names)
                for short in profile.shorts:
                    shorts[profile.group, short][number] += profile.papers
            if cluster.known is not None:
                group = kind_group(cluster.known.kind)
                for name in cluster.known.names:
                    self._known.setdefault((group, normal_form(name)), number)
        self._shorts = shorts

    def of(self, name: Name) -> object:
        """Number of the cluster; the name itself where nobody writes it.

        An acronym that is always spelt out is what most papers spell it out as.
        """
        if name in self._names or name in self._alone:
            return self._names.get(name, name)
        if name in self._known:
            return self._known[name]
        counts = self._shorts.get(name)
        return min(counts, key=lambda n: (-counts[n], n)) if counts else name

    def everywhere(self, name: Name) -> set[object]:
        """All clusters in which some paper writes the name; an acronym may have several."""
        return {self.of(name), *self._shorts.get(name, ())}


def _without(profile: NameProfile, alone: Set[Name], apart: Set[Name]) -> Iterator[NameProfile]:
    """The profile, parted from the names that are to be alone."""
    forms = (*profile.names, *profile.shorts)
    leaving = [form for form in forms if (profile.group, form) in alone]
    if not leaving or len(forms) == 1:
        yield profile
        return
    names = tuple(n for n in profile.names if n not in leaving)
    shorts = tuple(n for n in profile.shorts if n not in leaving)
    heads = [((form,), ()) for form in leaving]
    if names or shorts:
        heads.append((names or shorts, shorts if names else ()))  # type: ignore[arg-type]
    counts = profile.counts
    for kept, short in heads:
        mine = {*kept, *short}
        surfaces = {
            text: numbers
            for text, numbers in counts.surfaces.items()
            if _form(profile.group, text, apart) in mine
        }
        if not sum(mentions for _, mentions in surfaces.values()):
            continue  # only given beside an acronym, never named
        longs = {t: n for t, n in counts.long_forms.items() if t in surfaces}
        yield replace(
            profile,
            names=kept,
            shorts=short,
            papers=max(papers for papers, _ in surfaces.values()),
            written=replace(counts, surfaces=surfaces, long_forms=longs).pack(),
        )


def _form(group: str, text: str, apart: Set[Name]) -> str:
    own = apart_form(text)
    return own if (group, own) in apart else normal_form(text)


def _check(decisions: Sequence[Decision]) -> None:
    """Refuse two names or two kinds of one thing, and words about a thing that is dropped."""
    named = [d for d in decisions if d.action in ("same", "rename") and d.to is not None]
    kinds = [d for d in decisions if d.action == "kind"]
    drops = [d for d in decisions if d.action == "drop"]
    for what, said in (("names", named), ("kinds", kinds)):
        if len({d.to for d in said}) > 1:
            raise InputError(
                f"{_listed(said)} give one thing two {what}",
                hint=f"{_take_back(said)}; or say with [[not-same]] that they are two things",
            )
    if drops and (named or kinds):
        raise InputError(
            f"{_listed(drops)} drops what {_listed([*named, *kinds])} is about",
            hint=_take_back([*drops, *named, *kinds]),
        )


def _united(parts: Sequence[Cluster], decisions: Sequence[Decision]) -> Cluster:
    if len(parts) == 1 and not decisions:
        return parts[0]
    given: Mapping[str, str | None] = {
        "kind" if d.action == "kind" else "name": d.to for d in decisions if d.to is not None
    }
    kind: EntityKind | None = next((k for k in NAMED_KINDS if k == given.get("kind")), None)
    return Cluster(
        profiles=tuple(p for part in parts for p in part.profiles),
        known=_best_known(parts),
        fuzzy={form: score for part in parts for form, score in part.fuzzy.items()},
        parts=tuple(parts),
        name=given.get("name"),
        kind=kind,
        dropped=any(d.action == "drop" for d in decisions),
    )


def _best_known(parts: Iterable[Cluster]) -> KnownName | None:
    """The known name of most papers; ties go to the first in the alphabet."""
    votes: Counter[KnownName] = Counter()
    for part in parts:
        if part.known is not None:
            votes[part.known] += sum(p.papers for p in part.profiles)
    return min(votes, key=lambda k: (-votes[k], k.name, k.kind)) if votes else None


def _take_back(decisions: Iterable[Decision]) -> str:
    numbers = sorted({d.number for d in decisions if d.number})
    options = " or ".join(f"--entry {number}" for number in numbers)
    return f"take one back: kg undo KB {options or '--entry NUMBER'}"


def _listed(decisions: Iterable[Decision]) -> str:
    ordered = sorted(set(decisions), key=lambda d: (d.line == 0, d.line, d.words))
    return " and ".join(map(str, ordered))
