"""Where things lie: file names that derive from ids, and addresses that may become links.

A file name has only lower-case letters, digits, ``.``, ``-`` and ``_``, is never longer than
``LONGEST`` characters without its ending, and is none that a file system keeps for itself; so it
needs no escaping in an address either. It depends on nothing but the id: links from outside
stay good when the graph grows.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from kg.graph import Node, label_of
from kg.ids import content_hash, slugify
from kg.model import NAMED_KINDS, Paper

__all__ = ["FOLDERS", "LONGEST", "page_path", "page_stem", "paper_address", "safe_link"]

FOLDERS: dict[str, str] = {label: label.lower() for label in (*NAMED_KINDS, "Paper")}
"""Label -> folder of its pages."""
LONGEST = 80
"""Most characters of a file name, without what comes after it."""

_PLAIN = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_SCHEME = re.compile(r"[a-z]+")
_RESERVED = {
    *("index", "con", "prn", "aux", "nul", "clock$"),
    *(f"{device}{number}" for device in ("com", "lpt") for number in range(10)),
}
_LINK = re.compile(r"https?://[^\s<>\"\x00-\x20\x7f]+", re.IGNORECASE)
_ODD_IN_LINK = re.compile(r"[\\^`{|}\[\]]")


def page_stem(label: str, node_id: str) -> str:
    """File name of a node's page, without its ending: no two nodes of a label share one.

    The id itself where it is tame, else a slug, ``_`` and 16 hex digits of a hash of the id. The
    two forms cannot meet, for the first has no ``_``.

    >>> page_stem("Method", "method:decision-transformer")
    'decision-transformer'
    >>> page_stem("Paper", "doi:10.1000/../x")
    'doi-10-1000-x_e3d0d3606c84cdb7'
    """
    scheme, _, value = node_id.partition(":")
    tame = _PLAIN.fullmatch(value) is not None
    if label == "Paper":
        stem = f"{scheme}-{value}"
        tame = tame and _SCHEME.fullmatch(scheme) is not None
    else:
        stem = value
        tame = tame and scheme == FOLDERS[label]
    if tame and len(stem) <= LONGEST and stem.partition(".")[0] not in _RESERVED:
        return stem
    slug = re.sub(r"[^a-z0-9]+", "-", slugify(node_id[:200] if label == "Paper" else value[:200]))
    return f"{slug[:40].strip('-') or 'page'}_{content_hash(node_id)[:16]}"


def page_path(node: Node) -> str:
    """Path of a node's page inside the site, such as ``method/bert.html``."""
    label = label_of(node)
    return f"{FOLDERS[label]}/{page_stem(label, node.id)}.html"


def safe_link(address: str | None) -> str | None:
    """An address that may become a link, ``http`` or ``https``, with odd characters encoded.

    >>> safe_link("https://a.org/{x}")
    'https://a.org/%7Bx%7D'
    >>> safe_link("javascript:alert(1)") is None
    True
    """
    if not address or _LINK.fullmatch(address) is None:
        return None
    return _ODD_IN_LINK.sub(lambda found: f"%{ord(found[0]):02X}", address)


def paper_address(paper: Paper) -> str | None:
    """Where a paper can be read: its own address, else one made from its DOI or arXiv id."""
    own = safe_link(paper.url)
    if own is not None:
        return own
    if paper.doi:
        return f"https://doi.org/{_quote(paper.doi)}"
    scheme, _, value = paper.id.partition(":")
    return f"https://arxiv.org/abs/{_quote(value)}" if scheme == "arxiv" and value else None


def _quote(text: str) -> str:
    return quote(text, safe="/:;().-_", errors="replace")
