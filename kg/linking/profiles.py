"""What the whole corpus says of each name: counts, so that papers need not be kept.

Things of different papers that have the same names and short forms are one profile: what linking
has to hold grows with the distinct names of a corpus and not with its papers.

Profiles of parts of a corpus can be counted apart and merged, in any order: count the things of
each part, bring profiles of one ``key`` together, and ``merge`` them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from pydantic_core import from_json, to_json

from kg.linking.things import PaperThing
from kg.model import EntityKind, UrlKind

__all__ = ["NameCounts", "NameProfile", "Node", "merge_profiles", "profile_things"]

K = TypeVar("K")
Node = tuple[str, str, str]
Names = tuple[str, tuple[str, ...], tuple[str, ...]]


@dataclass(slots=True)
class NameCounts:
    """What papers write for some names.

    Args:
        kinds: Kind -> papers that call it so.
        surfaces: Surface -> [papers that use it, mentions], long forms given beside an acronym
            included.
        long_forms: Long form as written -> papers that give it.
        hrefs: Address -> mentions that give it.
        url_kinds: Kind of address -> mentions.
    """

    kinds: dict[EntityKind, int] = field(default_factory=dict)
    surfaces: dict[str, list[int]] = field(default_factory=dict)
    long_forms: dict[str, int] = field(default_factory=dict)
    hrefs: dict[str, int] = field(default_factory=dict)
    url_kinds: dict[UrlKind, int] = field(default_factory=dict)

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """The counts that ``pack`` wrote."""
        return cls(*from_json(packed))

    def pack(self) -> bytes:
        """The counts as JSON; equal ones give equal bytes."""
        parts: list[dict[Any, Any]] = [
            self.kinds,
            self.surfaces,
            self.long_forms,
            self.hrefs,
            self.url_kinds,
        ]
        while parts and not parts[-1]:
            parts.pop()
        return to_json([dict(sorted(part.items())) if len(part) > 1 else part for part in parts])

    def add(self, thing: PaperThing) -> None:
        """Count what one paper writes."""
        _count(self.kinds, thing.kind)
        for mention in thing.mentions:
            self.surfaces.setdefault(mention.text, [0, 0])[1] += 1
            if mention.href is not None:
                _count(self.hrefs, mention.href)
            if mention.url_kind is not None:
                _count(self.url_kinds, mention.url_kind)
        for surface in {m.text for m in thing.mentions} | set(thing.long_forms):
            self.surfaces.setdefault(surface, [0, 0])[0] += 1
        for long_form in thing.long_forms:
            _count(self.long_forms, long_form)

    def update(self, other: NameCounts) -> None:
        """Add the counts of other papers."""
        for surface, (papers, mentions) in other.surfaces.items():
            counts = self.surfaces.setdefault(surface, [0, 0])
            counts[0] += papers
            counts[1] += mentions
        _add(self.kinds, other.kinds)
        _add(self.long_forms, other.long_forms)
        _add(self.hrefs, other.hrefs)
        _add(self.url_kinds, other.url_kinds)


@dataclass(slots=True, eq=False)
class NameProfile:
    """All things with the same group, names and short forms.

    Most names are those of one paper, so what is written for them is kept packed.

    Args:
        group: Kind group; things of different groups never merge.
        names: Normal forms that stand for themselves, sorted.
        shorts: Normal forms that papers define as short for one of ``names``, sorted.
        paper: The least id of the papers.
        papers: Number of things, one a paper.
        written: What the papers write, packed or not.
    """

    group: str
    names: tuple[str, ...]
    shorts: tuple[str, ...]
    paper: str
    papers: int = 0
    written: NameCounts | bytes = b"[]"

    @property
    def first(self) -> Node:
        """The least key of the things, whatever the order of the papers."""
        return (self.paper, self.group, self.names[0])

    @property
    def counts(self) -> NameCounts:
        """What the papers write; not to be changed."""
        written = self.written
        return NameCounts.unpack(written) if isinstance(written, bytes) else written

    @property
    def key(self) -> str:
        """Group, names and short forms as JSON: profiles with one key are to be merged."""
        return to_json(self._names).decode()

    @property
    def _names(self) -> Names:
        return self.group, self.names, self.shorts

    def add(self, thing: PaperThing) -> None:
        """Count one more thing."""
        counts = self.counts
        counts.add(thing)
        self.papers += 1
        self.paper = min(self.paper, thing.paper_id)
        self.written = counts if self.papers > 1 else counts.pack()

    def merge(self, other: NameProfile) -> NameProfile:
        """Count the things of both: commutative and associative.

        Args:
            other: What another part of the corpus says of the same names.

        Raises:
            ValueError: It is about other names.
        """
        if self._names != other._names:
            raise ValueError(f"profiles of different names: {self.key} and {other.key}")
        counts = NameCounts()
        counts.update(self.counts)
        counts.update(other.counts)
        first, papers = min(self.paper, other.paper), self.papers + other.papers
        return NameProfile(*self._names, first, papers, counts)

    def pack(self) -> None:
        """Take less memory."""
        if isinstance(self.written, NameCounts):
            self.written = self.written.pack()

    def dump(self) -> str:
        """The profile as one line of JSON; equal profiles give equal lines."""
        head = {
            "group": self.group,
            "names": self.names,
            "shorts": self.shorts,
            "paper": self.paper,
            "papers": self.papers,
        }
        written = self.written if isinstance(self.written, bytes) else self.written.pack()
        return f'{to_json(head)[:-1].decode()},"written":{written.decode()}}}'

    @classmethod
    def load(cls, text: str | bytes) -> Self:
        """The profile that ``dump`` wrote.

        Raises:
            ValueError: It is not JSON.
            KeyError: A field is missing.
        """
        fields: dict[str, Any] = from_json(text)
        return cls(
            group=sys.intern(fields["group"]),
            names=tuple(fields["names"]),
            shorts=tuple(fields["shorts"]),
            paper=fields["paper"],
            papers=fields["papers"],
            written=to_json(fields["written"]),
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NameProfile):
            return NotImplemented
        return self.dump() == other.dump()

    __hash__ = None  # type: ignore[assignment]


def merge_profiles(profiles: Iterable[NameProfile]) -> list[NameProfile]:
    """Merge the profiles of the same names; sorted, and the same for any order."""
    found: dict[Names, NameProfile] = {}
    for profile in profiles:
        key = (profile.group, profile.names, profile.shorts)
        known = found.get(key)
        found[key] = profile if known is None else known.merge(profile)
    return _packed(found)


def profile_things(things: Iterable[PaperThing]) -> list[NameProfile]:
    """Count things by their names; sorted, and the same for any order of the things."""
    found: dict[Names, NameProfile] = {}
    for thing in things:
        key = (thing.group, thing.names, thing.shorts)
        profile = found.get(key)
        if profile is None:
            profile = found[key] = NameProfile(*key, paper=thing.paper_id)
        profile.add(thing)
    return _packed(found)


def _packed(found: dict[Names, NameProfile]) -> list[NameProfile]:
    for profile in found.values():
        profile.pack()
    return [found[key] for key in sorted(found)]


def _count(counts: dict[K, int], key: K) -> None:
    counts[key] = counts.get(key, 0) + 1


def _add(counts: dict[K, int], others: dict[K, int]) -> None:
    for key, number in others.items():
        counts[key] = counts.get(key, 0) + number
