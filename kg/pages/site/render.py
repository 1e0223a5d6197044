"""Every file of the site as text, one after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from kg.errors import InputError
from kg.graph import KnowledgeGraph, Node
from kg.model import Paper, Url
from kg.pages._shell import content_policy, page_environment, style_text
from kg.pages.payload import DEFAULT_TITLE
from kg.pages.site.entity_page import entity_context, section_contexts
from kg.pages.site.front_page import PLURALS, front_context
from kg.pages.site.lists import list_contexts, search_index
from kg.pages.site.model import SiteModel, gather
from kg.pages.site.paper_page import paper_context
from kg.pages.site.structured import structured_data
from kg.resources import page_asset

__all__ = ["MANIFEST", "SITE_FORMAT", "render_alone", "render_site"]

SITE_FORMAT = "kg-site/1"
"""What the manifest says of itself."""
MANIFEST = "site.json"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""The pages run the site's own script, wear its style sheet, and ask for nothing else."""

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that an HTML document may not hold."""
_INSIDE = re.compile(r'(<a\b[^>]*?) href="\.\./[^"]*"')
"""A link to another page of the site; quotes and angle brackets in texts are escaped."""


def render_site(graph: KnowledgeGraph, *, title: str = DEFAULT_TITLE) -> Iterator[tuple[str, str]]:
    """Render a static site: pairs of a path inside it and the text to write there.

    Pages are linked relatively and work from disk; names reach them escaped. The same graph gives
    the same texts, in the same order. The manifest comes last.

    Args:
        graph: The graph.
        title: Name of the site.

    Raises:
        InputError: A template is missing from the installation.
    """
    model = gather(graph, title)
    templates = _Templates(model)
    count = 0
    for path, text in _pages(model, templates):
        count += 1
        yield path, text
    yield "search-index.js", search_index(model)
    yield "site.js", page_asset("templates", "site/site.js")
    yield "site.css", page_asset("templates", "site/site.css")
    yield ".nojekyll", ""
    manifest = {"format": SITE_FORMAT, "title": title, "pages": count}
    yield MANIFEST, json.dumps(manifest, indent=2) + "\n"


def render_alone(graph: KnowledgeGraph, node_id: str, *, title: str = DEFAULT_TITLE) -> str:
    """Render the page of one thing or paper as a file that needs no other.

    It wears its style sheet inside, has no search box, and its links to other pages of the site
    are turned off, as it says itself; links to the outside stay.

    Args:
        graph: The graph.
        node_id: Id of the thing or paper.
        title: Name of the site.

    Raises:
        InputError: The graph has no such node, or it is an address, which has no page; or a
            template is missing from the installation.
    """
    model = gather(graph, title)
    node = graph.papers.get(node_id) or graph.entities.get(node_id)
    if node is None or isinstance(node, Url):
        raise InputError(f"the site has no page of '{node_id}'", hint="give the id of a node")
    style = style_text(page_asset("templates", "site/site.css"))
    name, context = _context(model, node)
    context |= {"alone": style, "policy": content_policy([], [style])}
    _, text = _Templates(model).render(name, context)
    return _INSIDE.sub(r"\1", text)


def _context(model: SiteModel, node: Node) -> tuple[str, dict[str, Any]]:
    """The template of a node's page, and what it wants to know."""
    if isinstance(node, Paper):
        name, context = "paper", paper_context(model, node)
    else:
        name, context = "entity", entity_context(model, node)[0]
    return name, context | {"structured": structured_data(model, node)}


def _pages(model: SiteModel, templates: _Templates) -> Iterator[tuple[str, str]]:
    yield templates.render("front", front_context(model))
    for context in list_contexts(model):
        yield templates.render("list", context)
    for entity in model.graph.entities.values():
        if isinstance(entity, Url):
            continue
        context, sections = entity_context(model, entity)
        context["structured"] = structured_data(model, entity)
        yield templates.render("entity", context)
        for section in sections:
            for context in section_contexts(model, entity, section):
                yield templates.render("section", context)
    for paper in model.graph.papers.values():
        yield templates.render(*_context(model, paper))


def _number(value: int) -> Markup:
    return Markup(f"{value:,}")


def _count(value: int, one: str, many: str) -> Markup:
    """A number with its noun, which the templates give."""
    return Markup(f"{value:,} {one if value == 1 else many}")


class _Templates:
    """The page templates, compiled once, with what every page needs."""

    def __init__(self, model: SiteModel) -> None:
        environment = page_environment()
        environment.filters.update(number=_number, count=_count)
        present = {e.kind for e in model.graph.entities.values()}
        if model.graph.papers:
            present.add("Paper")  # type: ignore[arg-type]
        environment.globals.update(
            site=model.title,
            policy=POLICY,
            menu=[(kind, words) for kind, words in PLURALS.items() if kind in present],
        )
        self._bar = environment.get_template("site/bar.html.jinja")
        self._bars: dict[tuple[str, str | None, bool], Markup] = {}
        self._templates: dict[str, Any] = {
            name: environment.get_template(f"site/{name}.html.jinja")
            for name in ("front", "list", "entity", "section", "paper")
        }

    def render(self, name: str, context: dict[str, Any]) -> tuple[str, str]:
        path, kind = context["path"], context["kind"]
        root = "../" if "/" in path else ""
        key = (root, kind, name == "list" and context["number"] == 1)
        if key not in self._bars:  # a dozen different ones, on every page
            bar = self._bar.render(root=root, here=kind, exact=key[2])
            self._bars[key] = Markup(bar)
        text: str = self._templates[name].render(context, root=root, bar=self._bars[key])
        return path, _UNFIT.sub("\ufffd", text)
