"""Decisions about the entities of a knowledge base: which names are meant, why, and how to undo.

People say names as they see them in the graph. What goes into ``curation.toml`` are names as the
papers write them, with their kind, so that an entry still means the same after other papers have
come in and entities have got other names.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

from kg.config import Config
from kg.curation import Action, Curation, Decision, NameRef, add_decision, read_curation, take_out
from kg.errors import InputError, UnknownNameError
from kg.model import NAMED_KINDS, Entity, EntityKind, LinkMethod, Url
from kg.pipeline import BuildReport, Progress, relink
from kg.snapshot import load_graph
from kg.spellings import (
    Spellings,
    Written,
    find_entity,
    key_of,
    keys_of,
    leading_name,
    spelling_of,
    staying_name,
)

__all__ = [
    "Decided",
    "EntityLinks",
    "NameLink",
    "Relinking",
    "drop",
    "links",
    "merge",
    "rename",
    "set_kind",
    "split",
    "undo",
]


class Relinking(TypedDict, total=False):
    """What linking again takes: settings, seconds to wait for another writer, and progress."""

    config: Config | None
    wait: float
    progress: Progress | None


@dataclass(frozen=True)
class Decided:
    """What a decision did.

    Args:
        decision: The entry that was added, or taken back.
        report: What linking said.
    """

    decision: Decision
    report: BuildReport


@dataclass(frozen=True)
class NameLink:
    """One name of an entity, and why it is one.

    Args:
        name: The name as the papers write it.
        kind: The kind that their texts give it.
        method: Why its mentions were linked to the entity.
        score: Confidence of the link, 0..1; of a fuzzy one, the similarity of the spellings.
        papers: Papers that write it so.
        mentions: Spans of their texts.
        paper_id: One of these papers.
        sentence: Words of it around the name.
        undo: The command that takes the name out; None for the entity's own name.
    """

    name: str
    kind: EntityKind
    method: LinkMethod
    score: float
    papers: int
    mentions: int
    paper_id: str
    sentence: str
    undo: str | None


@dataclass(frozen=True)
class EntityLinks:
    """All names of an entity.

    Args:
        entity: The entity.
        names: Its names, most papers first.
        decisions: What a person decided about one of them.
    """

    entity: Entity
    names: tuple[NameLink, ...]
    decisions: tuple[Decision, ...]


def merge(
    target: str | Path,
    names: Sequence[str],
    *,
    name: str | None = None,
    **how: Unpack[Relinking],
) -> Decided:
    """Make one entity of several.

    Args:
        target: Directory of the knowledge base.
        names: Names, ``Kind:name`` or ids of entities, two or more.
        name: What to call it; by default linking chooses.
        how: Settings, and whether to wait, as for ``kg.pipeline.relink``.

    Raises:
        InputError: A name is unknown or ambiguous, or the merge contradicts another decision.
        KnowledgeBaseError: There is no knowledge base, or it cannot be written.
    """
    graph = load_graph(target)
    found = [find_entity(graph, text) for text in names]
    if len({entity.id for entity in found}) < 2:
        raise InputError(f"these are one entity already: '{found[0].id}'")
    spelt = Spellings(graph, {entity.id for entity in found}, _curation(target))
    refs = [leading_name(spelt, e, text) for e, text in zip(found, names, strict=True)]
    decision = Decision("same", tuple(dict.fromkeys(map(str, refs))), name)
    return _add(target, decision, how)


def split(
    target: str | Path,
    entity: str,
    names: Sequence[str],
    **how: Unpack[Relinking],
) -> Decided:
    """Take names out of an entity; each is a thing of its own then.

    Args:
        target: Directory of the knowledge base.
        entity: Name or id of the entity.
        names: Those of its names that are something else.
        how: Settings, and whether to wait, as for ``kg.pipeline.relink``.

    Raises:
        InputError: The entity does not have such a name, or none would be left, or the split
            contradicts another decision.
        KnowledgeBaseError: There is no knowledge base, or it cannot be written.
    """
    graph = load_graph(target)
    found = find_entity(graph, entity)
    spelt = Spellings(graph, {found.id}, _curation(target))
    if isinstance(found, Url):
        raise InputError(
            f"'{found.id}' is one address", hint="undo what united it: kg curate list KB"
        )
    leaving = [spelling_of(spelt, found, text) for text in names]
    stays = staying_name(spelt, found, leaving)
    refs = [str(NameRef(" ".join(text.split()), kind)) for kind, text in (stays, *leaving)]
    return _add(target, Decision("not-same", tuple(dict.fromkeys(refs))), how)


def rename(
    target: str | Path,
    entity: str,
    to: str,
    **how: Unpack[Relinking],
) -> Decided:
    """Give an entity another name; its id follows. Raises as ``merge`` does."""
    return _about_one(target, "rename", entity, to, how)


def set_kind(
    target: str | Path,
    entity: str,
    kind: str,
    **how: Unpack[Relinking],
) -> Decided:
    """Give an entity another kind; its id follows. Raises as ``merge`` does."""
    chosen = next((k for k in NAMED_KINDS if k.lower() == kind.lower()), None)
    if chosen is None:
        raise UnknownNameError(f"no kind '{kind}'", hint=f"kinds are {', '.join(NAMED_KINDS)}")
    return _about_one(target, "kind", entity, chosen, how)


def drop(
    target: str | Path,
    entity: str,
    **how: Unpack[Relinking],
) -> Decided:
    """Take an entity out of the graph, with mentions and relations. Raises as ``merge`` does."""
    return _about_one(target, "drop", entity, None, how)


def undo(
    target: str | Path,
    entry: int | None = None,
    **how: Unpack[Relinking],
) -> Decided:
    """Take back one decision.

    Args:
        target: Directory of the knowledge base.
        entry: Its number in ``curation.toml``, from 1; the last by default.
        how: Settings, and whether to wait, as for ``kg.pipeline.relink``.

    Raises:
        InputError: There is no such entry.
        KnowledgeBaseError: There is no knowledge base, or it cannot be written.
    """
    gone: list[Decision] = []

    def edit(text: str) -> str:
        rest, decision = take_out(text, entry)
        gone.append(decision)
        return rest

    report = relink(target, edit, **how)
    return Decided(gone[0], report)


def links(target: str | Path, entity: str) -> EntityLinks:
    """Every name of an entity, why it is one, and the command that takes it out.

    Raises:
        InputError: The name is unknown or ambiguous.
        KnowledgeBaseError: There is no knowledge base.
    """
    graph = load_graph(target)
    found = find_entity(graph, entity)
    decisions = _curation(target).decisions
    uses = Spellings(graph, {found.id}, _curation(target)).uses[found.id]
    rows = []
    for (kind, text, method), use in uses.items():
        paper_id, start, end = use.place
        rows.append(
            NameLink(
                name=text,
                kind=kind,
                method=method,
                score=use.score,
                papers=use.papers,
                mentions=use.mentions,
                paper_id=paper_id,
                sentence=_around(graph.papers[paper_id].text, start, end),
                undo=_undo(Path(target), found, uses, (kind, text, method), decisions),
            )
        )
    rows.sort(key=lambda r: (-r.papers, -r.mentions, r.name, r.kind, r.method))
    return EntityLinks(found, tuple(rows), tuple(_about(decisions, uses)))


def _about_one(
    target: str | Path,
    action: Action,
    entity: str,
    to: str | None,
    how: Relinking,
) -> Decided:
    graph = load_graph(target)
    found = find_entity(graph, entity)
    ref = leading_name(Spellings(graph, {found.id}, _curation(target)), found, entity)
    return _add(target, Decision(action, (str(ref),), to), how)


def _add(target: str | Path, decision: Decision, how: Relinking) -> Decided:
    def edit(text: str) -> str:
        if decision in Curation.parse(text).decisions:
            raise InputError(f"this has been said already: {decision.words}")
        return add_decision(text, decision)

    return Decided(decision, relink(target, edit, **how))


def _curation(target: str | Path) -> Curation:
    return read_curation(Path(target))[1]


def _undo(
    base: Path,
    entity: Entity,
    uses: Iterable[Written],
    spelling: Written,
    decisions: Sequence[Decision],
) -> str | None:
    _, text, method = spelling
    place = shlex.quote(str(base))
    if method == "curated":
        giving = [d for d in decisions if d.action in ("same", "rename")]
        own = _about(giving, [spelling])
        for decision in reversed(own or _about(giving, uses) or giving):
            return f"kg undo {place} --entry {decision.number}"
    if text == entity.name or isinstance(entity, Url) or len({text for _, text, _ in uses}) < 2:
        return None
    name = shlex.quote(" ".join(text.split()))
    return f"kg split {place} {shlex.quote(entity.id)} {name}"


def _about(decisions: Iterable[Decision], uses: Iterable[Written]) -> list[Decision]:
    """The decisions that give one of these spellings."""
    mine = {key_of(kind, text) for kind, text, _ in uses}
    return [d for d in decisions if any(keys_of(ref) & mine for ref in d.refs)]


def _around(text: str, start: int, end: int, *, most: int = 70) -> str:
    """Words around a span, in one line."""
    left, right = max(0, start - most), min(len(text), end + most)
    left = text.find(" ", left, start) + 1 if left else 0
    cut = text.rfind(" ", end, right) if right < len(text) else right
    words = " ".join(text[left : cut if cut > 0 else right].split())
    return f"{'… ' if left else ''}{words}{' …' if right < len(text) else ''}"
