"""What the whole corpus says of each name: counts, so that papers need not be kept.

Things of different papers that have the same names and short forms are one profile: what linking
has to hold grows with the distinct names of a corpus and not with its papers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from kg.linking.things import PaperThing
from kg.model import EntityKind, UrlKind

__all__ = ["NameProfile", "Node", "profile_things"]

K = TypeVar("K")
Node = tuple[str, str, str]


@dataclass(slots=True)
class NameProfile:
    """All things with the same group, names and short forms.

    Args:
        group: Kind group; things of different groups never merge.
        names: Normal forms that stand for themselves, sorted.
        shorts: Normal forms that papers define as short for one of ``names``, sorted.
        first: The least key of the things, whatever the order of the papers.
        papers: Number of things, one a paper.
        kinds: Kind -> papers that call it so.
        surfaces: Surface -> [papers that use it, mentions], long forms given beside an acronym
            included.
        long_forms: Long form as written -> papers that give it.
        hrefs: Address -> mentions that give it.
        url_kinds: Kind of address -> mentions.
    """

    group: str
    names: tuple[str, ...]
    shorts: tuple[str, ...]
    first: Node
    papers: int = 0
    kinds: dict[EntityKind, int] = field(default_factory=dict)
    surfaces: dict[str, list[int]] = field(default_factory=dict)
    long_forms: dict[str, int] | None = None
    hrefs: dict[str, int] | None = None
    url_kinds: dict[UrlKind, int] | None = None

    @property
    def node(self) -> Node:
        """The name that finds the profile's cluster."""
        return ("name", self.group, self.names[0])

    def add(self, thing: PaperThing) -> None:
        """Count one more thing."""
        self.papers += 1
        self.first = min(self.first, thing.key)
        _count(self.kinds, thing.kind)
        for mention in thing.mentions:
            self.surfaces.setdefault(mention.text, [0, 0])[1] += 1
            if mention.href is not None:
                self.hrefs = _count(self.hrefs, mention.href)
            if mention.url_kind is not None:
                self.url_kinds = _count(self.url_kinds, mention.url_kind)
        for surface in {m.text for m in thing.mentions} | set(thing.long_forms):
            self.surfaces.setdefault(surface, [0, 0])[0] += 1
        for long_form in thing.long_forms:
            self.long_forms = _count(self.long_forms, long_form)


def profile_things(things: Iterable[PaperThing]) -> list[NameProfile]:
    """Count things by their names; sorted, and the same for any order of the things."""
    found: dict[tuple[str, tuple[str, ...], tuple[str, ...]], NameProfile] = {}
    for thing in things:
        key = (thing.group, thing.names, thing.shorts)
        profile = found.get(key)
        if profile is None:
            profile = found[key] = NameProfile(*key, first=thing.key)
        profile.add(thing)
    return [found[key] for key in sorted(found)]


def _count(counts: dict[K, int] | None, key: K) -> dict[K, int]:
    counts = {} if counts is None else counts
    counts[key] = counts.get(key, 0) + 1
    return counts
