"""A static site: an index with search and charts, a page a thing, a page a paper."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from kg.exporters._exporting import EXPORTERS
from kg.graph import KnowledgeGraph
from kg.pages.payload import DEFAULT_TITLE
from kg.pages.site import MANIFEST, SITE_FORMAT, render_site
from kg.pages.site.addresses import FOLDERS

__all__ = ["SiteExporter"]

_FOLDERS = frozenset(FOLDERS.values())
_OUR_FILES = frozenset(
    (".nojekyll", "index.html", "search-index.js", "site.css", "site.js", MANIFEST)
)
_OUR_PAGES = re.compile(r"[a-z0-9._-]+\.html")


class SiteExporter:
    """The export format: writes a folder, and knows one that it wrote."""

    def __call__(self, graph: KnowledgeGraph, target: Path, *, title: str = DEFAULT_TITLE) -> None:
        """Write the site of a graph as a new folder.

        Args:
            graph: The graph.
            target: The folder, which does not exist yet.
            title: Name of the site.

        Raises:
            OSError: A file cannot be written.
        """
        target.mkdir()
        base = f"{target}{os.sep}"
        made = {""}
        for path, text in render_site(graph, title=title):
            folder = path.rpartition("/")[0]
            if folder not in made:
                made.add(folder)
                (target / folder).mkdir()
            # Sixty thousand files: a Path for each would take as long as writing it.
            with open(base + path, "wb") as file:  # noqa: PTH123
                file.write(text.encode("utf-8", "replace"))

    def owns(self, folder: Path) -> bool:
        """Tell whether a folder holds a site and nothing else, or nothing at all."""
        with os.scandir(folder) as found:
            entries = list(found)
        if not entries:
            return True
        try:
            manifest = json.loads((folder / MANIFEST).read_bytes())
        except (OSError, ValueError):
            return False
        if not isinstance(manifest, dict) or manifest.get("format") != SITE_FORMAT:
            return False
        pages = 1
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                if entry.name not in _OUR_FILES:
                    return False
            elif entry.name not in _FOLDERS:
                return False
            else:
                names = [item.name for item in os.scandir(entry.path)]
                if not all(map(_OUR_PAGES.fullmatch, names)):
                    return False
                pages += len(names)
        written = manifest.get("pages")
        return isinstance(written, int) and pages <= written


EXPORTERS.register("site")(SiteExporter())
