"""The things of one paper: mentions grouped by name, acronyms joined to their long forms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import networkx as nx

from kg.known_names import kind_group
from kg.model import ENTITY_KINDS, EntityKind, Extraction, Mention
from kg.names import normal_form, version_tokens

__all__ = ["PaperThing", "mention_form", "paper_things"]

Node = tuple[str, str]


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


def paper_things(extraction: Extraction) -> list[PaperThing]:
    """Group the mentions of one paper into things, in a fixed order.

    An acronym that the paper gives to two versions of a thing is joined to neither.
    """
    members: dict[Node, list[Mention]] = defaultdict(list)
    long_texts: dict[Node, set[str]] = defaultdict(set)
    spelt_out: dict[Node, set[Node]] = defaultdict(set)
    for mention in extraction.mentions:
        node = (kind_group(mention.kind), mention_form(mention))
        members[node].append(mention)
        if mention.long_form is not None:
            long_node = (node[0], normal_form(mention.long_form))
            if long_node != node:
                spelt_out[node].add(long_node)
                long_texts[long_node].add(mention.long_form)
    shorts = {
        n for n, longs in spelt_out.items() if len({version_tokens(m[1]) for m in longs}) == 1
    }
    things = []
    for nodes in _components(tuple(members), shorts, spelt_out):
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


def _components(
    names: Iterable[Node], shorts: Iterable[Node], spelt_out: Mapping[Node, Iterable[Node]]
) -> Iterator[list[Node]]:
    """Names that are one thing, each group sorted: an acronym with its long forms, or one alone."""
    graph: nx.Graph[Node] = nx.Graph()
    graph.add_edges_from((short, long_node) for short in shorts for long_node in spelt_out[short])
    yield from (sorted(component) for component in nx.connected_components(graph))
    yield from ([name] for name in names if name not in graph)


def strongest_kind(mentions: list[Mention]) -> EntityKind:
    """The kind with the highest summed score; ties go to the first in ``ENTITY_KINDS``."""
    weights: dict[EntityKind, float] = defaultdict(float)
    for mention in mentions:
        weights[mention.kind] += mention.score
    return max((k for k in ENTITY_KINDS if k in weights), key=lambda k: round(weights[k], 6))
