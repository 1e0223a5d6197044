"""The pyvis picture: a small graph as a vis-network page with everything inside it."""

from __future__ import annotations

import json
from importlib.resources import files
from math import sqrt
from typing import Any

from kg.errors import InputError
from kg.graph import KnowledgeGraph
from kg.pages._shell import content_policy, json_text, page_environment, script_text, style_text
from kg.pages.layout import EXTENT
from kg.pages.payload import DEFAULT_TITLE, graph_payload
from kg.resources import page_asset

__all__ = ["PYVIS_MAX_NODES", "render_pyvis", "shorten", "vis_page"]

PYVIS_MAX_NODES = 300
"""Nodes a pyvis page shows unless told otherwise: its canvas gets slow beyond them."""
_PHYSICS_UP_TO = 60
"""Nodes up to which the picture settles by itself; above, our positions are final."""
_NAME_LENGTH = 32
_TOLD_LENGTH = 160
_SENTENCE_LENGTH = 600
_LIBRARY = ("templates", "lib", "vis-9.1.2", "vis-network.min.js")
_SHAPES = {
    "Paper": "hexagon",
    "Method": "dot",
    "Dataset": "square",
    "Benchmark": "diamond",
    "Task": "triangle",
    "Metric": "triangleDown",
    "Url": "star",
}
_PLURALS = {
    "Paper": "Papers",
    "Method": "Methods",
    "Dataset": "Datasets",
    "Benchmark": "Benchmarks",
    "Task": "Tasks",
    "Metric": "Metrics",
    "Url": "Links",
}


def render_pyvis(
    graph: KnowledgeGraph, *, title: str = DEFAULT_TITLE, max_nodes: int = PYVIS_MAX_NODES
) -> str:
    """Render a graph with pyvis: self-contained, for a neighbourhood or a notebook.

    pyvis describes the network; the page around it is ours, since pyvis's own loads two files
    from a content delivery network and puts some tooltips into the page as markup. The same
    graph gives the same bytes.

    Args:
        graph: The graph.
        title: Title of the page.
        max_nodes: Most nodes to show; the most connected stay and the page says what went.

    Raises:
        InputError: The page's template, or the vis-network that pyvis brings, is missing.
    """
    payload = graph_payload(graph, max_nodes=max_nodes, title=title)
    return vis_page(payload, title=title, note=payload["meta"]["note"])


def vis_page(payload: dict[str, Any], *, title: str, note: str, focus: str | None = None) -> str:
    """The page of a payload.

    Args:
        payload: What ``graph_payload`` made of a graph.
        title: Title of the page.
        note: What to say of what was left out; empty where nothing was.
        focus: Id of a node to set off from the others.

    Raises:
        InputError: The page's template, or the vis-network that pyvis brings, is missing.
    """
    library = script_text(_vis_network())
    script = script_text(page_asset("templates", "pyvis.js"))
    style = style_text(page_asset("templates", "pyvis.css"))
    present = {node["kind"] for node in payload["nodes"]}
    page: str = (
        page_environment()
        .get_template("pyvis.html.jinja")
        .render(
            title=title,
            note=note,
            count=len(payload["nodes"]),
            legend=[(kind, _PLURALS[kind]) for kind in payload["kinds"] if kind in present],
            policy=content_policy([library, script], [style]),
            style=style,
            library=library,
            script=script,
            data=json_text(_describe(payload, focus)),
        )
    )
    return page


def _vis_network() -> str:
    file = files("pyvis").joinpath(*_LIBRARY)
    if not file.is_file():
        raise InputError(
            f"pyvis brings no '{'/'.join(_LIBRARY)}'", hint="pip install 'pyvis>=0.3.2,<0.4'"
        )
    return file.read_text("utf-8")


def _describe(payload: dict[str, Any], focus: str | None) -> dict[str, Any]:
    """What vis-network draws, collected by pyvis."""
    from pyvis.network import Network

    nodes, edges = payload["nodes"], payload["edges"]
    network = Network(directed=True, cdn_resources="in_line")
    spread = 60 * sqrt(max(len(nodes), 4)) / EXTENT
    spots = [(round(node["x"] * spread), round(-node["y"] * spread)) for node in nodes]
    named = _named(nodes, spots, focus)
    for i, (node, (x, y)) in enumerate(zip(nodes, spots, strict=True)):
        network.add_node(
            i,
            label=shorten(node["label"]) if i in named else " ",
            title=_node_tooltip(node),
            shape=_SHAPES[node["kind"]],
            size=_size(node),
            x=x,
            y=y,
            group=node["kind"],
            **({"borderWidth": 3} if node["id"] == focus else {}),
        )
    for edge in edges:
        network.add_edge(
            edge["source"],
            edge["target"],
            title=_edge_tooltip(payload, edge),
            dashes=edge["type"] == "MENTIONS",
            width=1.0 if edge["type"] == "MENTIONS" else 1.5,
        )
    network.set_options(json.dumps(_options(len(nodes))))
    nodes, edges, _, _, _, options = network.get_network_data()
    return {"nodes": nodes, "edges": edges, "options": json.loads(options)}


def _size(node: dict[str, Any]) -> float:
    return round(6 + 2.2 * sqrt(node["degree"]), 1)


def _font(count: int) -> int:
    return round(15 * min(2.0, max(1.0, sqrt(count) / 8)))


def _named(
    nodes: list[dict[str, Any]], spots: list[tuple[int, int]], focus: str | None
) -> set[int]:
    """Nodes whose name is written out: all while they move, else those that find room.

    The one in focus comes first, then the more connected; the others show their name under the
    pointer.
    """
    if len(nodes) <= _PHYSICS_UP_TO:
        return set(range(len(nodes)))
    font = _font(len(nodes))
    named: set[int] = set()
    taken: list[tuple[float, float, float, float]] = []
    order = [(node["id"] != focus, -node["degree"], i) for i, node in enumerate(nodes)]
    for _, _, i in sorted(order):
        (x, y), size = spots[i], _size(nodes[i])
        half = len(shorten(nodes[i]["label"])) * font * 0.3 + 4
        box = (x - half, y + size, x + half, y + size + font * 1.4)
        if all(box[2] < b[0] or b[2] < box[0] or box[3] < b[1] or b[3] < box[1] for b in taken):
            named.add(i)
            taken += [box, (x - size, y - size, x + size, y + size)]
    return named


def _options(count: int) -> dict[str, Any]:
    return {
        "layout": {"randomSeed": 0, "improvedLayout": False},
        "interaction": {"hover": True, "tooltipDelay": 120, "hideEdgesOnDrag": count > 150},
        "nodes": {
            "font": {"size": _font(count), "face": "system-ui, sans-serif"},
            "borderWidth": 0,
        },
        "edges": {
            "arrows": {"to": {"enabled": True, "scaleFactor": 0.5}},
            "smooth": {"enabled": count <= _PHYSICS_UP_TO, "type": "continuous"},
        },
        "physics": {
            "enabled": count <= _PHYSICS_UP_TO,
            "barnesHut": {"springLength": 120, "avoidOverlap": 0.4},
            "stabilization": {"iterations": 250, "fit": True},
        },
    }


def shorten(text: str, length: int = _NAME_LENGTH) -> str:
    """A text of at most so many characters, with an ellipsis where it was cut.

    >>> shorten("Proximal Policy Optimization", 12)
    'Proximal Po…'
    """
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def _node_tooltip(node: dict[str, Any]) -> str:
    kind = f"{node['kind']}, {node['year']}" if node["year"] else node["kind"]
    also = [shorten(name, _TOLD_LENGTH) for name in node["aliases"][:6]]
    lines = (
        shorten(node["label"], _TOLD_LENGTH),
        kind,
        f"also {', '.join(also)}" if also else "",
        shorten(node["href"] or "", _TOLD_LENGTH),
    )
    return "\n".join(line for line in lines if line)


def _edge_tooltip(payload: dict[str, Any], edge: dict[str, Any]) -> str:
    source, target = (
        shorten(payload["nodes"][edge[end]]["label"], _TOLD_LENGTH) for end in ("source", "target")
    )
    words = edge["type"].lower().replace("_", " ")
    said = [shorten(payload["sentences"][row[1]], _SENTENCE_LENGTH) for row in edge["evidence"]]
    more = f"\n(and {len(said) - 2} more)" if len(said) > 2 else ""
    quotes = "\n".join(f"“{sentence}”" for sentence in said[:2])
    return f"{source} {words} {target}\n{quotes}{more}"
