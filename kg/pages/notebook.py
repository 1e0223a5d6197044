"""A graph in a notebook: the pyvis page inside a cell, without network and without IPython."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

from kg.errors import InputError, UnknownNameError
from kg.graph import KnowledgeGraph, Node, label_of
from kg.model import Paper
from kg.names import normal_form
from kg.pages._saving import save_text
from kg.pages.payload import DEFAULT_TITLE, graph_payload
from kg.pages.pyvis_page import PYVIS_MAX_NODES, shorten, vis_page

__all__ = ["NotebookPage", "show"]

_HEIGHT = 560
_HEIGHTS = (100, 5000)
_TITLE_LENGTH = 80
_SUGGESTED = 3
_ALIKE = 55.0
"""Per cent of likeness below which a name is no suggestion."""


@dataclass(frozen=True, repr=False)
class NotebookPage:
    """A picture of a graph: a notebook shows it, ``html`` is the page, ``save`` writes it.

    Args:
        html: The whole page, for a file of its own.
        title: What it shows.
        shown: What of it fits, in words: numbers of nodes and relations.
        note: What was left out, or an empty string.
        height: Height of the frame in a notebook, in CSS pixels.
    """

    html: str
    title: str
    shown: str
    note: str = ""
    height: int = _HEIGHT

    def _repr_html_(self) -> str:
        """The page in a frame of its own, which may run its script and nothing else."""
        return (
            f'<iframe srcdoc="{escape(self.html)}" title="{escape(self.title)}" '
            'sandbox="allow-scripts" referrerpolicy="no-referrer" width="100%" '
            f'height="{self.height}" style="border:0;width:100%"></iframe>'
        )

    def __repr__(self) -> str:
        said = f"{self.title}: {self.shown}"
        return f"<NotebookPage {said}. {self.note}>" if self.note else f"<NotebookPage {said}>"

    def save(self, path: str | Path) -> Path:
        """Write the page to a file; it is whole or it is not there.

        Returns:
            The path that was written.

        Raises:
            InputError: The file cannot be written.
        """
        return save_text(self.html, path)


def show(
    graph: KnowledgeGraph | str | Path,
    centre: str | None = None,
    *,
    steps: int = 1,
    max_nodes: int = PYVIS_MAX_NODES,
    height: int = _HEIGHT,
    title: str | None = None,
) -> NotebookPage:
    """Draw a graph, or what lies around one thing in it, as the last line of a notebook's cell.

    The picture is self-contained: it asks no network for anything, and may be saved as a page.
    Each picture brings its script with it, half a megabyte.

    Args:
        graph: A graph, or the path of a knowledge base.
        centre: An id of a thing or a paper, its name, or another of its names; the whole graph
            if None.
        steps: How far from the centre to go: 1 or 2 relations, whatever their direction.
        max_nodes: Most nodes to show: the nearest and most connected stay, and the picture and
            its ``repr`` say what went.
        height: Height in the notebook, 100 to 5000 CSS pixels.
        title: Heading of the picture; says what it shows by default.

    Raises:
        UnknownNameError: Nothing in the graph is called ``centre``, or several things are; the
            hint has the nearest names or the ids.
        KnowledgeBaseError: There is no knowledge base at that path, or it is damaged.
        InputError: A number is out of its range.
    """
    if steps not in (1, 2):
        raise InputError(f"steps is {steps!r}", hint="1 for the neighbours, 2 for theirs too")
    if max_nodes < 1:
        raise InputError(f"max_nodes is {max_nodes!r}", hint="it is 1 at least")
    if not _HEIGHTS[0] <= height <= _HEIGHTS[1]:
        raise InputError(
            f"height is {height!r}", hint="a number of pixels, {} to {}".format(*_HEIGHTS)
        )
    if not isinstance(graph, KnowledgeGraph):
        # By name: snapshots lie above the pages, and only a path needs them.
        loaded: KnowledgeGraph = import_module("kg.snapshot").load_graph(graph)
        graph = loaded
    if centre is None:
        payload = graph_payload(graph, max_nodes=max_nodes)
        return _picture(payload, title or DEFAULT_TITLE, payload["meta"]["note"], height)
    node = find_node(graph, centre)
    away = _distances(graph, node.id, steps)
    kept = sorted(away, key=lambda key: away[key])[:max_nodes]
    payload = graph_payload(graph.subgraph(kept), max_nodes=max_nodes)
    within = f"{steps} step{'s' if steps > 1 else ''}"
    note = ""
    if len(kept) < len(away):
        note = (
            f"This picture shows {len(kept):,} of the {len(away):,} nodes within {within}: the "
            f"nearest and most connected; {len(away) - len(kept):,} were left out."
        )
    name = shorten(_name(node), _TITLE_LENGTH)
    heading = title or f"{name} ({label_of(node)}) and what is within {within}"
    return _picture(payload, heading, note, height, focus=node.id)


def find_node(graph: KnowledgeGraph, wanted: str) -> Node:
    """The thing or paper of that id or name: an exact name goes before an alias, both before case.

    Raises:
        UnknownNameError: There is none, or there are several.
    """
    if wanted in graph:
        return graph.node(wanted)
    form, folded = normal_form(wanted), " ".join(wanted.casefold().split())
    found: defaultdict[int, list[Node]] = defaultdict(list)
    for node in graph.nodes():
        names = _names(node)
        if wanted in names:
            found[0 if names[0] == wanted else 1].append(node)
        elif folded in (" ".join(name.casefold().split()) for name in names):
            found[2].append(node)
        elif form and not isinstance(node, Paper) and form in map(normal_form, names):
            found[3].append(node)
    said = shorten(wanted, _TITLE_LENGTH)
    if not found:
        raise UnknownNameError(
            f"nothing in this graph is called '{said}'", hint=_hint(graph, wanted)
        )
    best = found[min(found)]
    if len(best) > 1:
        ids = ", ".join(f"'{shorten(node.id, _TITLE_LENGTH)}'" for node in best[:6])
        more = f" and {len(best) - 6} more" if len(best) > 6 else ""
        raise UnknownNameError(
            f"{len(best)} things in this graph are called '{said}'", hint=f"give an id: {ids}{more}"
        )
    return best[0]


def _picture(
    payload: dict[str, Any], title: str, note: str, height: int, focus: str | None = None
) -> NotebookPage:
    nodes, edges = payload["nodes"], payload["edges"]
    shown = f"{_count(len(nodes), 'node')}, {_count(len(edges), 'relation')}"
    html = vis_page(payload, title=title, note=note, focus=focus)
    return NotebookPage(html, title, shown, note, height)


def _distances(graph: KnowledgeGraph, start: str, steps: int) -> dict[str, tuple[int, int, str]]:
    """Ids within so many relations -> what they are sorted by: distance, connections, id."""
    near: defaultdict[str, set[str]] = defaultdict(set)
    degree: Counter[str] = Counter()
    for relation in graph.relations.values():
        near[relation.subject].add(relation.object)
        near[relation.object].add(relation.subject)
        degree.update((relation.subject, relation.object))
    away, edge = {start: 0}, {start}
    for step in range(1, steps + 1):
        edge = {key for one in edge for key in near[one] if key not in away}
        away.update(dict.fromkeys(edge, step))
    return {key: (step, -degree[key], key) for key, step in away.items()}


def _hint(graph: KnowledgeGraph, wanted: str) -> str:
    from rapidfuzz import fuzz, process

    owners: dict[str, Node] = {}
    for node in graph.nodes():
        for name in _names(node):
            owners.setdefault(name, node)
    if not owners:
        return "this graph is empty"
    names = sorted(owners)
    near = process.extract(
        wanted[:1000],
        names,
        scorer=fuzz.WRatio,
        processor=lambda name: name[:1000].casefold(),
        limit=10 * _SUGGESTED,
        score_cutoff=_ALIKE,
    )
    # A part that fits is a sign, but a name that is all alike is a better one.
    whole = {name: fuzz.ratio(wanted[:1000].casefold(), name.casefold()) for name, _, _ in near}
    near.sort(key=lambda one: (-one[1] - whole[one[0]], one[0]))
    nearest = dict.fromkeys(shorten(_name(owners[name]), _TITLE_LENGTH) for name, _, _ in near)
    best = [f"'{name}'" for name in nearest][:_SUGGESTED]
    return (
        f"did you mean {' or '.join(best)}?" if best else "give an id or a name of a thing or paper"
    )


def _name(node: Node) -> str:
    return node.title if isinstance(node, Paper) else node.name


def _names(node: Node) -> tuple[str, ...]:
    return (node.title,) if isinstance(node, Paper) else (node.name, *node.aliases)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
