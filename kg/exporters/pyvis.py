"""pyvis: a small graph or a neighbourhood as a vis-network page."""

from __future__ import annotations

from pathlib import Path

from kg.exporters._exporting import EXPORTERS
from kg.graph import KnowledgeGraph
from kg.pages.payload import DEFAULT_TITLE
from kg.pages.pyvis_page import PYVIS_MAX_NODES, render_pyvis

__all__ = ["write_pyvis"]


@EXPORTERS.register("pyvis", suffixes=(".pyvis.html",))
def write_pyvis(
    graph: KnowledgeGraph,
    target: Path,
    *,
    title: str = DEFAULT_TITLE,
    max_nodes: int = PYVIS_MAX_NODES,
) -> None:
    """Write the pyvis page of a graph.

    Args:
        graph: The graph.
        target: File to write.
        title: Title of the page.
        max_nodes: Most nodes to show; the most connected stay and the page says what went.
    """
    page = render_pyvis(graph, title=title, max_nodes=max_nodes)
    target.write_text(page, encoding="utf-8", newline="\n")
