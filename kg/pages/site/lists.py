"""The lists of all things of a kind and of all papers, and the index of the search box."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from kg.model import NAMED_KINDS
from kg.pages.site.addresses import FOLDERS, safe_link
from kg.pages.site.entity_page import year_span
from kg.pages.site.front_page import PLURALS
from kg.pages.site.model import SiteModel

__all__ = ["list_contexts", "search_index"]

NAMES_PER_PAGE = 300


class Listed(NamedTuple):
    """A row of a list: a thing with its papers, or a paper with its things."""

    path: str
    name: str
    years: str
    linked: int
    code: str | None


def list_contexts(model: SiteModel) -> Iterator[dict[str, Any]]:
    """What the template of a list wants to know, page by page, of every label there is."""
    for kind in NAMED_KINDS:
        things = model.things(kind)
        rows = [
            Listed(
                model.paths[e.id],
                e.name,
                year_span(model.years(model.papers_of[e.id])),
                len(model.papers_of[e.id]),
                safe_link(model.code_of(e.id)),
            )
            for e in things
        ]
        yield from _pages(kind, rows, "Those that most papers name come first.")
    papers = sorted(model.graph.papers.values(), key=lambda p: (-(p.year or 0), p.title, p.id))
    rows = [
        Listed(
            model.paths[p.id],
            p.title,
            str(p.year or ""),
            len({r.object for r in model.outgoing.get(p.id, ()) if r.predicate != "LINKS_TO"}),
            safe_link(model.code_of(p.id)),
        )
        for p in papers
    ]
    yield from _pages("Paper", rows, "The newest come first.")


def _pages(label: str, rows: list[Listed], order: str) -> Iterator[dict[str, Any]]:
    folder, count = FOLDERS[label], -(-len(rows) // NAMES_PER_PAGE)
    paths = [f"{folder}/index{f'_{n + 1}' if n else ''}.html" for n in range(count)]
    for number, path in enumerate(paths):
        start = number * NAMES_PER_PAGE
        yield {
            "path": path,
            "kind": label,
            "heading": PLURALS[label],
            "description": f"{len(rows):,} {PLURALS[label].lower()}. {order}",
            "rows": rows[start : start + NAMES_PER_PAGE],
            "code": any(row.code for row in rows[start : start + NAMES_PER_PAGE]),
            "total": len(rows),
            "start": start + 1,
            "number": number + 1,
            "pages": paths,
        }


def search_index(model: SiteModel) -> str:
    """A script that hands the names of all pages to the search box.

    The names are one text, a page a line: number of the folder, file name without ending, name,
    then every other name, parted by tabs. Things that many papers name come first.
    """
    folders = list(FOLDERS.values())
    entities = [e for e in model.graph.entities.values() if e.id in model.paths]
    entities.sort(key=lambda e: (-len(model.papers_of[e.id]), e.id))
    rows = [(model.paths[e.id], e.name, *e.aliases) for e in entities]
    rows += [(model.paths[p.id], p.title) for p in model.graph.papers.values()]
    lines = []
    for path, *names in rows:
        folder, _, file = path.partition("/")
        words = dict.fromkeys(" ".join(name.split()) for name in names)
        fields = (str(folders.index(folder)), file.removesuffix(".html"), *filter(None, words))
        lines.append("\t".join(fields))
    data = {"folders": folders, "names": "\n".join(lines)}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"window.kgNames={text};\n".replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
