"""A static site of a graph: a page a thing, a page a paper, lists, and a front page with charts.

``render_site`` gives the files as text; ``kg.exporters.site`` writes them. ``render_alone`` gives
one of its pages as a file that needs no other. The pages are linked
relatively, need no server, and ask no network for anything.
"""

from __future__ import annotations

from kg.pages.site.render import MANIFEST, SITE_FORMAT, render_alone, render_site

__all__ = ["MANIFEST", "SITE_FORMAT", "render_alone", "render_site"]
