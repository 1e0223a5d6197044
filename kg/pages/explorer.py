"""The explorer: a graph as one HTML file with search, filters and the sentence behind an edge."""

from __future__ import annotations

from kg.graph import KnowledgeGraph
from kg.pages._shell import content_policy, packed, page_environment, script_text, style_text
from kg.pages.payload import DEFAULT_TITLE, MAX_NODES, graph_payload
from kg.resources import page_asset

__all__ = ["render_explorer"]


def render_explorer(
    graph: KnowledgeGraph, *, title: str = DEFAULT_TITLE, max_nodes: int = MAX_NODES
) -> str:
    """Render the explorer page: self-contained, works from disk, asks no network for anything.

    The data lies in the page as gzipped JSON in base64, which the page unpacks itself; names
    reach it as text and never as markup. The same graph gives the same bytes.

    Args:
        graph: The graph.
        title: Title of the page.
        max_nodes: Most nodes to show; the most connected stay and the page says what went.

    Raises:
        InputError: The page's template or bundle is missing from the installation.
    """
    script = script_text(page_asset("dist", "explorer.js"))
    style = style_text(page_asset("dist", "explorer.css"))
    payload = graph_payload(graph, max_nodes=max_nodes, title=title)
    page: str = (
        page_environment()
        .get_template("explorer.html.jinja")
        .render(
            title=title,
            meta=payload["meta"],
            policy=content_policy([script], [style]),
            script=script,
            style=style,
            data=packed(payload),
        )
    )
    return page
