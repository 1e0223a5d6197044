"""Which paper a record is about: arXiv ids and DOIs in all the ways people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kg.ids import title_id

__all__ = ["arxiv_id", "arxiv_year", "normalize_doi", "paper_id"]

_NEW = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}"
_ARCHIVES = (
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas "
    "cond-mat cs dg-ga funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin "
    "nucl-ex nucl-th patt-sol physics plasm-ph q-alg q-bio quant-ph solv-int supr-con"
)
_OLD = rf"(?:{'|'.join(_ARCHIVES.split())})(?:\.[A-Za-z-]{{2,8}})?/\d{{7}}"
_BARE = re.compile(rf"({_NEW}|{_OLD})(?:v\d+)?", re.IGNORECASE)
_MARKED = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html|ps|e-print|format)/|arxiv:|arxiv\.org:|10\.48550/arxiv\."
    rf"|huggingface\.co/papers/)\s?({_NEW}|{_OLD})(?!\d)",
    re.IGNORECASE,
)
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+._-]*:\S+")
_LONGEST = 512


def arxiv_id(value: str, *, bare: bool = False) -> str | None:
    """The arXiv id that a text shows, without version and subject class.

    Args:
        value: An id, an address or a DOI.
        bare: Whether the id may stand alone, without anything that says arXiv.

    >>> arxiv_id("https://arxiv.org/pdf/2106.01345v2"), arxiv_id("math.GT/0309136", bare=True)
    ('2106.01345', 'math/0309136')
    """
    match = _MARKED.search(value) or (_BARE.fullmatch(value.strip()) if bare else None)
    if match is None:
        return None
    archive, slash, number = match[1].rpartition("/")
    return archive.partition(".")[0].lower() + slash + number


def arxiv_year(identifier: str) -> int:
    """Year of submission, which every arXiv id tells.

    >>> arxiv_year("2106.01345"), arxiv_year("cs/9905012")
    (2021, 1999)
    """
    year = int(identifier.rpartition("/")[2][:2])
    return year + (1900 if year > 90 else 2000)


def normalize_doi(value: str) -> str | None:
    """The first DOI in a text, in lower case and without a resolver.

    >>> normalize_doi("https://doi.org/10.1000/ABC.")
    '10.1000/abc'
    """
    match = _DOI.search(value)
    return match[0].rstrip(".,;").lower() if match else None


def paper_id(
    own: str,
    *,
    title: str,
    doi: str | None,
    reader: str,
    arxiv: Iterable[str],
    known: Mapping[str, str],
) -> str:
    """Id of a paper: the best identifier that the record shows.

    Args:
        own: The record's own id, or an empty string.
        title: Title, for a record without any identifier.
        doi: DOI, normalised.
        reader: Name of the reader, the scheme of ids that have none.
        arxiv: Other texts that may show an arXiv id: addresses, DOIs, fields for it.
        known: Identifiers under schemes of their own, best first, such as ``openalex``.
    """
    found = arxiv_id(own, bare=True) or next(filter(None, map(arxiv_id, arxiv)), None)
    if found:
        return f"arxiv:{found}"
    if doi := doi or (
        normalize_doi(own) if re.match(r"(?i)doi:|https?://(?:dx\.)?doi|10\.", own) else None
    ):
        identifier = f"doi:{doi}"
    elif scheme := next((scheme for scheme, value in known.items() if value), None):
        identifier = f"{scheme}:{known[scheme]}"
    else:
        own = re.sub(r"\s+", "_", own.strip())
        identifier = own if not own or _SCHEME.fullmatch(own) else f"{reader}:{own}"
    return identifier if 0 < len(identifier) <= _LONGEST else title_id(title)
