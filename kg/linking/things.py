"""The things of one paper: mentions grouped by name, acronyms joined to their long forms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass
from urllib.parse import urlsplit

import networkx as nx

from kg.known_names import kind_group
from kg.model import ENTITY_KINDS, EntityKind, Extraction, Mention
from kg.names import normal_form, version_tokens

__all__ = ["Node", "PaperThing", "apart_form", "mention_form", "paper_things", "thing_names"]

Node = tuple[str, str]
"""Kind group and normal form."""
NOTHING: frozenset[Node] = frozenset()


@dataclass(frozen=True)
class PaperThing:
    """One thing as one paper names it.

    Args:
        paper_id: The paper.
        group: Kind group; things of different groups never merge.
        kind: What this paper's mentions call it, by summed score.
        names: Normal forms that stand for themselves, sorted.
        shorts: Normal forms that the paper defines as short for one of ``names``, sorted.
        long_forms: The long forms as the paper writes them, sorted.
        mentions: The spans, by place.
    """

    paper_id: str
    group: str
    kind: EntityKind
    names: tuple[str, ...]
    shorts: tuple[str, ...]
    long_forms: tuple[str, ...]
    mentions: tuple[Mention, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """Identifies the thing among all things of all papers."""
        return (self.paper_id, self.group, self.names[0])


def mention_form(mention: Mention) -> str:
    """The normal form of a mention: of its name, or of its address for a Url."""
    if mention.kind == "Url" and mention.href is not None:
        parts = urlsplit(mention.href)
        return f"{parts.netloc}{parts.path}{'?' if parts.query else ''}{parts.query}".lower()
    return normal_form(mention.text)


def apart_form(text: str) -> str:
    """The form of a spelling that a person took out from those with the same normal form.

    No normal form has quotation marks, so it is that of no other name.
    """
    return f'"{" ".join(text.split())}"'


def paper_things(extraction: Extraction, apart: Set[Node] = NOTHING) -> list[PaperThing]:
    """Group the mentions of one paper into things, in a fixed order.

    An acronym that the paper gives to two versions of a thing is joined to neither.

    Args:
        extraction: What was found in the paper.
        apart: Spellings that are not what their normal form says, as ``apart_form`` writes them.
    """
    members: dict[Node, list[Mention]] = defaultdict(list)
    long_texts: dict[Node, set[str]] = defaultdict(set)
    for mention in extraction.mentions:
        node = _node(mention, apart)
        members[node].append(mention)
        if mention.long_form is not None:
            long_node = _long_node(node[0], mention.long_form, apart)
            if long_node != node:
                long_texts[long_node].add(mention.long_form)
    shorts, joined = _joined(extraction.mentions, apart)
    taken = {node for nodes in joined for node in nodes}
    things = []
    for nodes in (*joined, *([node] for node in members if node not in taken)):
        mentions = sorted((m for n in nodes for m in members[n]), key=lambda m: (m.start, m.end))
        names = tuple(n[1] for n in nodes if n not in shorts)
        short_names = tuple(n[1] for n in nodes if n in shorts)
        things.append(
            PaperThing(
                paper_id=extraction.paper.id,
                group=nodes[0][0],
                kind=strongest_kind(mentions),
                names=names or short_names,
                shorts=short_names if names else (),
                long_forms=tuple(sorted({t for n in nodes for t in long_texts[n]})),
                mentions=tuple(mentions),
            )
        )
    return sorted(things, key=lambda t: t.key)


def thing_names(
    extraction: Extraction, apart: Set[Node] = NOTHING, alone: Set[Node] = NOTHING
) -> list[tuple[Mention, str, Node]]:
    """Each mention with its normal form, and the (group, first name) of its thing.

    Args:
        extraction: What was found in the paper.
        apart: As for ``paper_things``.
        alone: Names that are things of their own, whatever the paper joins them to.
    """
    shorts, joined = _joined(extraction.mentions, apart)
    leaders: dict[Node, Node] = {}
    for nodes in joined:
        rest = [node for node in nodes if node not in alone] if alone else nodes
        if rest:
            first = next((node for node in rest if node not in shorts), rest[0])
            leaders.update((node, first) for node in rest)
    found = []
    for mention in extraction.mentions:
        node = _node(mention, apart)
        found.append((mention, node[1], leaders.get(node, node)))
    return found


def _node(mention: Mention, apart: Set[Node]) -> Node:
    group = kind_group(mention.kind)
    if apart and group != "Url" and (own := (group, apart_form(mention.text))) in apart:
        return own
    return group, mention_form(mention)


def _long_node(group: str, long_form: str, apart: Set[Node]) -> Node:
    if apart and (own := (group, apart_form(long_form))) in apart:
        return own
    return group, normal_form(long_form)


def _joined(mentions: Iterable[Mention], apart: Set[Node]) -> tuple[set[Node], list[list[Node]]]:
    """The acronyms that the paper spells out, and each with its long forms, sorted."""
    spelt_out: dict[Node, set[Node]] = defaultdict(set)
    for mention in mentions:
        if mention.long_form is not None:
            node = _node(mention, apart)
            long_node = _long_node(node[0], mention.long_form, apart)
            if long_node != node:
                spelt_out[node].add(long_node)
    shorts = {
        n for n, longs in spelt_out.items() if len({version_tokens(m[1]) for m in longs}) == 1
    }
    if not shorts:
        return shorts, []
    graph: nx.Graph[Node] = nx.Graph()
    graph.add_edges_from((short, long_node) for short in shorts for long_node in spelt_out[short])
    return shorts, [sorted(component) for component in nx.connected_components(graph)]


def strongest_kind(mentions: list[Mention]) -> EntityKind:
    """The kind with the highest summed score; ties go to the first in ``ENTITY_KINDS``."""
    weights: dict[EntityKind, float] = defaultdict(float)
    for mention in mentions:
        weights[mention.kind] += mention.score
    return max((k for k in ENTITY_KINDS if k in weights), key=lambda k: round(weights[k], 6))
