"""HTML: the explorer page, one file to open, mail or publish."""

from __future__ import annotations

from pathlib import Path

from kg.exporters._exporting import EXPORTERS
from kg.graph import KnowledgeGraph
from kg.pages.explorer import render_explorer
from kg.pages.payload import DEFAULT_TITLE, MAX_NODES

__all__ = ["write_html"]


@EXPORTERS.register("html", suffixes=(".html",))
def write_html(
    graph: KnowledgeGraph,
    target: Path,
    *,
    title: str = DEFAULT_TITLE,
    max_nodes: int = MAX_NODES,
) -> None:
    """Write the explorer page of a graph.

    Args:
        graph: The graph.
        target: File to write.
        title: Title of the page.
        max_nodes: Most nodes to show; the most connected stay and the page says what went.
    """
    page = render_explorer(graph, title=title, max_nodes=max_nodes)
    target.write_text(page, encoding="utf-8", newline="\n")
