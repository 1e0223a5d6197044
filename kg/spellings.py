"""Names of entities as people say them and as papers write them: which is meant by which."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kg.curation import Curation, NameRef
from kg.errors import InputError, UnknownNameError
from kg.graph import KnowledgeGraph
from kg.known_names import kind_group
from kg.linking.curating import apart_spellings
from kg.linking.things import apart_form
from kg.model import ENTITY_KINDS, Entity, EntityKind, LinkMethod, Url
from kg.names import normal_form

__all__ = [
    "Spellings",
    "Use",
    "Written",
    "find_entity",
    "key_of",
    "keys_of",
    "leading_name",
    "spelling_of",
    "staying_name",
]


@dataclass
class Use:
    """How the papers use one spelling for an entity, with one kind, for one reason."""

    papers: int = 0
    mentions: int = 0
    score: float = 0.0
    place: tuple[str, int, int] = ("", 0, 0)
    last: str = field(default="", repr=False)


Written = tuple[EntityKind, str, LinkMethod]
"""Kind that the text gives, spelling, and why it was linked."""


class Spellings:
    """How the papers write some entities, and which of their names are those of others too.

    Args:
        graph: The graph; all its mentions are read once.
        wanted: Ids of the entities.
        curation: The decisions that the graph was made with.
    """

    def __init__(self, graph: KnowledgeGraph, wanted: set[str], curation: Curation) -> None:
        self._apart = apart_spellings(curation)
        self.uses: dict[str, dict[Written, Use]] = {key: {} for key in wanted}
        """Entity id -> what the papers write for it."""
        self._owners: dict[tuple[str, str], set[str]] = defaultdict(set)
        for paper_id in graph.papers:
            for m in graph.mentions(paper_id):
                if m.kind != "Url":
                    self._owners[self._key(m.kind, m.text)].add(m.entity_id)
                if m.entity_id not in wanted:
                    continue
                use = self.uses[m.entity_id].setdefault((m.kind, m.text, m.link_method), Use())
                if not use.mentions:
                    use.place = (paper_id, m.start, m.end)
                use.papers += use.last != paper_id
                use.mentions += 1
                use.score, use.last = max(use.score, m.link_score), paper_id

    def spellings(self, entity: Entity) -> list[tuple[EntityKind, str]]:
        """Kind and spelling: those that only this entity has, then those of most papers."""
        counts: Counter[tuple[EntityKind, str]] = Counter()
        for (kind, text, _), use in self.uses[entity.id].items():
            counts[kind, text] += use.papers
        return sorted(counts, key=lambda s: (not self.is_its_own(s), -counts[s], s))

    def is_its_own(self, spelling: tuple[EntityKind, str]) -> bool:
        """Whether no other entity is called so: an acronym may have two meanings."""
        return len(self._owners[self._key(*spelling)]) < 2

    def _key(self, kind: EntityKind, text: str) -> tuple[str, str]:
        own = (kind_group(kind), apart_form(text))
        return own if own in self._apart else key_of(kind, text)


def find_entity(graph: KnowledgeGraph, text: str) -> Entity:
    """The entity that somebody means: by id, name, normal form of the name, or alias.

    Raises:
        UnknownNameError: There is none; the hint has the nearest names.
        InputError: There are several; the hint has their ids.
    """
    if text in graph.entities:
        return graph.entities[text]
    ref = NameRef.parse(text)
    form, fold = normal_form(ref.text), ref.text.casefold()
    ranks: dict[int, list[Entity]] = defaultdict(list)
    names: dict[str, None] = {}
    for entity in graph.entities.values():
        names.update(dict.fromkeys((entity.name, *entity.aliases)))
        if ref.kind not in (None, entity.kind):
            continue
        if entity.name.casefold() == fold or (isinstance(entity, Url) and entity.href == text):
            ranks[0].append(entity)
        elif normal_form(entity.name) == form:
            ranks[1].append(entity)
        elif any(alias.casefold() == fold for alias in entity.aliases):
            ranks[2].append(entity)
        elif any(normal_form(alias) == form for alias in entity.aliases):
            ranks[3].append(entity)
    found = ranks[min(ranks)] if ranks else []
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(
            f"'{text}' is a name of {len(found)} entities",
            hint=f"write one of {', '.join(f'{e.id}' for e in found[:6])}",
        )
    from rapidfuzz import fuzz, process
    from rapidfuzz.utils import default_process

    near = process.extract(
        ref.text,
        list(names),
        scorer=fuzz.WRatio,
        processor=default_process,
        limit=3,
        score_cutoff=60,
    )
    hint = f"nearest: {', '.join(repr(name) for name, *_ in near)}" if near else ""
    raise UnknownNameError(f"no entity '{text}' in this graph", hint=hint)


def leading_name(spelt: Spellings, entity: Entity, said: str) -> NameRef:
    """A name that leads to the entity: the one that was said, if the papers write it."""
    if isinstance(entity, Url):
        return NameRef(entity.href.partition("://")[2], "Url")
    written = spelt.spellings(entity)
    own = [s for s in written if spelt.is_its_own(s)]
    for wanted in (NameRef.parse(said).text, entity.name):
        for same in (lambda a, b: a == b, _alike):
            for kind, text in own:
                if same(text, wanted):
                    return NameRef(" ".join(text.split()), kind)
    if not own:  # it is only called by an acronym that is also another's: its name says which
        kind = written[0][0] if written else entity.kind
        return NameRef(entity.name, kind)
    kind, text = own[0]
    return NameRef(" ".join(text.split()), kind)


def spelling_of(spelt: Spellings, entity: Entity, said: str) -> tuple[EntityKind, str]:
    """The spelling of an entity that somebody means."""
    ref = NameRef.parse(said)
    ways: tuple[Callable[[str, str], bool], ...] = (
        lambda a, b: a == b,
        lambda a, b: " ".join(a.casefold().split()) == b.casefold(),
        _alike,
    )
    for same in ways:
        for kind, text in spelt.spellings(entity):
            fits = ref.kind is None or kind_group(ref.kind) == kind_group(kind)
            if fits and same(text, ref.text):
                return kind, text
    names = ", ".join(f"'{text}'" for _, text in spelt.spellings(entity)[:8])
    raise UnknownNameError(
        f"no paper writes '{said}' for '{entity.id}'", hint=f"its names are {names}"
    )


def staying_name(
    spelt: Spellings, entity: Entity, leaving: Sequence[tuple[EntityKind, str]]
) -> tuple[EntityKind, str]:
    """The name that the others leave: the entity's own, else one of another form, else any."""
    gone = {text for _, text in leaving}
    rest = [s for s in spelt.spellings(entity) if s[1] not in gone]
    if not rest:
        raise InputError(f"'{entity.id}' would have no name left")
    forms = {normal_form(text) for text in gone}
    return min(
        rest,
        key=lambda s: (
            not spelt.is_its_own(s),
            s[1] != entity.name,
            normal_form(s[1]) in forms,
            rest.index(s),
        ),
    )


def _alike(one: str, two: str) -> bool:
    return normal_form(one) == normal_form(two)


def key_of(kind: EntityKind, text: str) -> tuple[str, str]:
    """Kind group and normal form."""
    return kind_group(kind), normal_form(text)


def keys_of(ref: NameRef) -> set[tuple[str, str]]:
    """The keys that a name in an entry may mean."""
    kinds = ENTITY_KINDS if ref.kind is None else (ref.kind,)
    return {key_of(kind, ref.text) for kind in kinds}
