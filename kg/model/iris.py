"""IRIs of papers and things: the base and the percent-encoded id, and their addresses elsewhere.

No text becomes an IRI unescaped.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from kg.model.base import BASE_IRI
from kg.model.entity import Entity, Url
from kg.model.paper import Paper

__all__ = ["absolute_iri", "id_of_iri", "node_iri", "public_iris"]

_ABSOLUTE_IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:"  # scheme
    r"(//([\w.~%!$&'()*+,;=:-]*@)?[\w.~%!$&'()*+,;=-]*(:[0-9]*)?(?=[/?#]|$)|(?!//))"  # host
    r"[\w.~%!$&'()*+,;=:@/?-]*"  # path and query
    r"(#[\w.~%!$&'()*+,;=:@/?-]*)?"
)
_NOT_IN_IRI = re.compile(r"%(?![0-9A-Fa-f]{2})|[^\w.~%!$&'()*+,;=:@/?#-]")
_HOMES = re.compile(r"https?://(?:www\.)?(?:github\.com|huggingface\.co)/", re.IGNORECASE)
"""Where the address of a repository, model or data set is its identity."""
_PAPER_PAGE = re.compile(r"https?://(?:www\.)?huggingface\.co/papers/", re.IGNORECASE)


def node_iri(node_id: str, base: str = BASE_IRI) -> str:
    """IRI of a paper or thing.

    >>> node_iri("method:a b")
    'https://w3id.org/kg-papers/method:a%20b'
    """
    return base + quote(node_id, safe=":")


def id_of_iri(iri: str, base: str = BASE_IRI) -> str | None:
    """The id again, or None where the IRI is not of that base.

    >>> id_of_iri("https://w3id.org/kg-papers/method:a%20b")
    'method:a b'
    """
    return unquote(iri.removeprefix(base)) if iri.startswith(base) else None


def absolute_iri(text: str) -> str | None:
    """The text as an absolute IRI, with what it may not hold percent-encoded; None for no IRI.

    >>> absolute_iri("https://a.org/<b> c")
    'https://a.org/%3Cb%3E%20c'
    >>> absolute_iri("plain words") is None
    True
    """
    iri = _NOT_IN_IRI.sub(lambda match: quote(match[0], safe=""), text)
    return iri if _ABSOLUTE_IRI.fullmatch(iri) else None


def public_iris(node: Paper | Entity) -> tuple[str, ...]:
    """Where else a node is known, from what it says of itself.

    For papers the DOI, the page at arXiv and the page at Hugging Face; for addresses the
    repository, model or data set at GitHub or Hugging Face. Sorted.

    >>> public_iris(Paper(id="arxiv:1706.03762", title="A title"))
    ('https://arxiv.org/abs/1706.03762',)
    """
    found: set[str | None] = set()
    if isinstance(node, Paper):
        scheme, _, value = node.id.partition(":")
        for doi in (node.doi, value if scheme == "doi" else ""):
            if doi:
                found.add(f"https://doi.org/{quote(doi, safe='/:;()')}")
        if scheme == "arxiv" and value:
            found.add(f"https://arxiv.org/abs/{quote(value, safe='/')}")
        if node.url and _PAPER_PAGE.match(node.url):
            found.add(absolute_iri(node.url))
    elif isinstance(node, Url) and _HOMES.match(node.href):
        found.add(absolute_iri(node.href))
    return tuple(sorted(iri for iri in found if iri is not None))
