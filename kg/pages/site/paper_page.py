"""The page of a paper: its abstract with the names marked in it, and what it says about them."""

from __future__ import annotations

from itertools import groupby
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from kg.model import Evidence, LinkedMention, Paper, Predicate, Relation, Url
from kg.pages.site.addresses import paper_address, safe_link
from kg.pages.site.entity_page import ADDRESS_KINDS, MOST_ADDRESSES, Address
from kg.pages.site.marks import Span, mark_evidence, mark_text
from kg.pages.site.model import SiteModel
from kg.pages.site.sections import PHRASES

__all__ = ["paper_context"]

MOST_AUTHORS = 40
MOST_NAMES = 60
MOST_SENTENCES = 60

_ROLES: dict[Predicate, str] = {
    "INTRODUCES": "Introduces",
    "ADDRESSES": "Works on",
    "EVALUATES_ON": "Evaluates on",
    "MEASURES": "Reports",
    "COMPARES_WITH": "Compares with",
    "USES": "Uses",
    "MENTIONS": "Mentions",
}
"""What a paper does with a thing, in the order of its page."""


class Name(NamedTuple):
    """A thing with a page."""

    path: str
    style: str
    name: str


class Claim(NamedTuple):
    """A relation between two things, in words; the second may be an address."""

    subject: Name
    phrase: str
    target: Name | Address


def paper_context(model: SiteModel, paper: Paper) -> dict[str, Any]:
    """All that the template of a paper's page wants to know."""
    addresses = [
        Address(safe_link(url.href), url.href, ADDRESS_KINDS.get(url.url_kind, url.url_kind), ())
        for url in _linked(model, paper)
    ]
    sentences = _sentences(model, paper)
    href = paper_address(paper)
    return {
        "path": model.paths[paper.id],
        "kind": "Paper",
        "name": paper.title,
        "heading": paper.title,
        "paper": paper,
        "authors": [a for a in paper.authors if a.strip()][:MOST_AUTHORS],
        "authors_left_out": max(0, len(paper.authors) - MOST_AUTHORS),
        "href": href,
        "unsafe_url": paper.url if paper.url and safe_link(paper.url) is None else None,
        "addresses": addresses[:MOST_ADDRESSES],
        "addresses_left_out": max(0, len(addresses) - MOST_ADDRESSES),
        "abstract": _abstract(model, paper),
        "facts": _facts(model, paper),
        "sentences": sentences[:MOST_SENTENCES],
        "sentences_left_out": max(0, len(sentences) - MOST_SENTENCES),
        "description": _description(paper),
    }


def _linked(model: SiteModel, paper: Paper) -> list[Url]:
    """The addresses that a paper gives, once each."""
    found = {url.id: url for url in model.addresses_of.get(paper.id, ())}
    return list(found.values())


def _abstract(model: SiteModel, paper: Paper) -> Markup:
    start = len(paper.title) + 2
    spans = [s for m in model.graph.mentions(paper.id) if (s := _span(model, m)) is not None]
    return mark_text(paper.text, spans, start)


def _span(model: SiteModel, mention: LinkedMention) -> Span | None:
    entity = model.graph.entities[mention.entity_id]
    if isinstance(entity, Url):
        href = safe_link(entity.href)
        if href is None:
            return None
        opening = f'<a class="url" href="{escape(href)}" rel="noopener noreferrer">'
    else:
        kind = entity.kind.lower()
        opening = f'<a class="named {kind}" href="../{model.paths[entity.id]}">'
    return mention.start, mention.end, opening, "</a>"


def _facts(model: SiteModel, paper: Paper) -> list[tuple[str, list[Name], int]]:
    found: dict[Predicate, list[Relation]] = {}
    for relation in model.outgoing.get(paper.id, ()):
        found.setdefault(relation.predicate, []).append(relation)
    facts = []
    for predicate, words in _ROLES.items():
        relations = sorted(found.get(predicate, ()), key=lambda r: r.evidence[0].object_start)
        if relations:
            names = [_name(model, r.object) for r in relations[:MOST_NAMES]]
            facts.append((words, names, len(relations) - len(names)))
    return facts


def _name(model: SiteModel, node_id: str) -> Name:
    entity = model.graph.entities[node_id]
    return Name(model.paths[node_id], entity.kind.lower(), entity.name)


def _sentences(model: SiteModel, paper: Paper) -> list[tuple[Markup, list[Claim]]]:
    """Sentences that relate two things, in the order of the text, with what they say."""
    stated = [
        (evidence, relation)
        for relation in model.stated_in.get(paper.id, ())
        for evidence in relation.evidence
        if evidence.paper_id == paper.id
    ]
    stated.sort(key=lambda pair: (*_place(pair), pair[0].object_start, pair[1].id))
    found = []
    for _, group in groupby(stated, key=_place):
        pairs = list(group)
        relations = dict.fromkeys(relation.id for _, relation in pairs)
        claims = [_claim(model, model.graph.relations[key]) for key in relations]
        found.append((mark_evidence([evidence for evidence, _ in pairs]), claims))
    return found


def _place(pair: tuple[Evidence, Relation]) -> tuple[int, int]:
    return pair[0].start, pair[0].end


def _claim(model: SiteModel, relation: Relation) -> Claim:
    entity = model.graph.entities[relation.object]
    target: Name | Address
    if isinstance(entity, Url):
        target = Address(safe_link(entity.href), entity.href, entity.url_kind, ())
    else:
        target = _name(model, entity.id)
    return Claim(_name(model, relation.subject), PHRASES[relation.predicate], target)


def _description(paper: Paper) -> str:
    words = " ".join((paper.abstract.strip() or paper.title).split()) or paper.id
    return words if len(words) <= 200 else f"{words[:199].rstrip()}…"
