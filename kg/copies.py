"""One paper under several ids: the same title from arXiv, a publisher, or a page without ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from kg.ids import title_id

__all__ = ["PaperHead", "find_copies"]

SCHEMES = ("arxiv", "doi", "openalex", "s2")
"""Schemes of paper ids, the preferred first; other schemes come next, ``title`` last."""
MIN_WORDS = 4
"""A title of fewer words ("Introduction") does not make two papers one, unless one has no id."""


class PaperHead(NamedTuple):
    """What decides whether two records are one paper."""

    id: str
    title: str
    year: int | None
    has_abstract: bool


def find_copies(papers: Iterable[PaperHead]) -> dict[str, str]:
    """Find records that repeat another: same title, years no further apart than one.

    Of a group the one with an abstract stays, then the one with the better id. The order of the
    input does not matter.

    Returns:
        Id of the copy -> id of the record that stays.
    """
    groups: dict[str, list[PaperHead]] = defaultdict(list)
    for paper in papers:
        groups[title_id(paper.title)].append(paper)
    copies: dict[str, str] = {}
    for group in groups.values():
        kept: list[PaperHead] = []
        for paper in sorted(group, key=_preference):
            original = next((k for k in kept if _same(k, paper)), None)
            if original is None:
                kept.append(paper)
            else:
                copies[paper.id] = original.id
    return copies


def _preference(paper: PaperHead) -> tuple[bool, int, str]:
    scheme = paper.id.partition(":")[0]
    rank = SCHEMES.index(scheme) if scheme in SCHEMES else len(SCHEMES) + (scheme == "title")
    return (not paper.has_abstract, rank, paper.id)


def _same(one: PaperHead, two: PaperHead) -> bool:
    nameless = one.id.startswith("title:") or two.id.startswith("title:")
    if len(one.title.split()) < MIN_WORDS and not nameless:
        return False
    return one.year is None or two.year is None or abs(one.year - two.year) <= 1
