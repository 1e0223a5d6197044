"""Pages a person looks at: the explorer and the pyvis picture, each one file without network.

``render_explorer`` and ``render_pyvis`` turn a graph into the text of a page, ``show`` draws one
in a notebook; ``graph_payload`` is the pure part between them: all that a page knows, ready for
JSON. Names are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.pages.explorer import render_explorer
    from kg.pages.notebook import NotebookPage, show
    from kg.pages.payload import graph_payload
    from kg.pages.plot_page import render_plot_page, render_plots, write_plots
    from kg.pages.pyvis_page import render_pyvis

_HOMES = {
    "NotebookPage": "kg.pages.notebook",
    "graph_payload": "kg.pages.payload",
    "render_explorer": "kg.pages.explorer",
    "render_plot_page": "kg.pages.plot_page",
    "render_plots": "kg.pages.plot_page",
    "render_pyvis": "kg.pages.pyvis_page",
    "show": "kg.pages.notebook",
    "write_plots": "kg.pages.plot_page",
}

__all__ = [
    "NotebookPage",
    "graph_payload",
    "render_explorer",
    "render_plot_page",
    "render_plots",
    "render_pyvis",
    "show",
    "write_plots",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'kg.pages' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
