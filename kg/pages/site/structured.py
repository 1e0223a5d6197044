"""What a page is about, for search engines: a block of JSON-LD in the words of schema.org.

The identifiers are those of the JSON-LD export, the context is in the block, and nothing in it can
close the element it stands in. Browsers do not run such a block, so no policy has to allow it.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from kg.graph import Node, label_of
from kg.model import Entity, Paper, absolute_iri, node_iri, public_iris
from kg.pages._shell import json_text
from kg.pages.site.addresses import paper_address
from kg.pages.site.model import SiteModel

__all__ = ["structured_data"]

MOST_AUTHORS = 40
MOST_THINGS = 60

_CONTEXT = {"@vocab": "https://schema.org/", "sameAs": {"@type": "@id"}, "url": {"@type": "@id"}}
_TYPES: dict[str, str | list[str]] = {
    "Paper": "ScholarlyArticle",
    "Dataset": "Dataset",
    "Benchmark": ["Dataset", "DefinedTerm"],
}
"""Label -> class; a defined term for the others."""


def structured_data(model: SiteModel, node: Node) -> Markup:
    """The block for the page of a paper or thing."""
    data = {"@context": _CONTEXT, **_brief(node), "identifier": node.id}
    data |= _paper(model, node) if isinstance(node, Paper) else {"alternateName": node.aliases}
    own = () if isinstance(node, Paper) else node.same_as
    elsewhere = {iri for value in own if (iri := absolute_iri(value)) is not None}
    data["sameAs"] = sorted(elsewhere | set(public_iris(node)))
    text = json_text({key: value for key, value in data.items() if value not in (None, "", (), [])})
    return Markup(f'<script type="application/ld+json">{text}</script>')


def _brief(node: Node) -> dict[str, Any]:
    label = label_of(node)
    name = node.title if isinstance(node, Paper) else node.name
    return {"@type": _TYPES.get(label, "DefinedTerm"), "@id": node_iri(node.id), "name": name}


def _paper(model: SiteModel, paper: Paper) -> dict[str, Any]:
    about: list[Entity] = []
    named: list[Entity] = []
    for relation in model.outgoing.get(paper.id, ()):
        thing = model.graph.entities[relation.object]
        if thing.kind != "Url":
            (about if relation.predicate == "ADDRESSES" else named).append(thing)
    return {
        "headline": paper.title,
        "abstract": paper.abstract,
        "datePublished": paper.year and f"{paper.year:04}",
        "author": [{"@type": "Person", "name": a} for a in paper.authors[:MOST_AUTHORS] if a],
        "keywords": paper.categories,
        "url": paper_address(paper),
        "about": [_brief(thing) for thing in about[:MOST_THINGS]],
        "mentions": [_brief(thing) for thing in dict.fromkeys(named[:MOST_THINGS])],
    }
