"""Pages a person looks at: the explorer and the pyvis picture, each one file without network.

``render_explorer`` and ``render_pyvis`` turn a graph into the text of a page; ``graph_payload``
is the pure part between them: all that a page knows, ready for JSON.
"""

from __future__ import annotations

from kg.pages.explorer import render_explorer
from kg.pages.payload import graph_payload
from kg.pages.pyvis_page import render_pyvis

__all__ = ["graph_payload", "render_explorer", "render_pyvis"]
