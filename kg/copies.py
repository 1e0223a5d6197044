"""One paper under several ids: the same title from arXiv, a publisher, or a page without ids."""

from __future__ import annotations

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
    alone: dict[bytes, _Record] = {}  # most titles; of a million papers, the leanest there is
    groups: dict[bytes, list[_Record]] = {}
    for paper in papers:
        key = title_id(paper.title).encode()
        record = _Record(paper.id, paper.year, paper.has_abstract, _says_enough(paper))
        if key in groups:
            groups[key].append(record)
        elif key in alone:
            groups[key] = [alone.pop(key), record]
        else:
            alone[key] = record
    copies: dict[str, str] = {}
    for group in groups.values():
        kept: list[_Record] = []
        for record in sorted(group, key=_preference):
            original = next((k for k in kept if _same(k, record)), None)
            if original is None:
                kept.append(record)
            else:
                copies[record.id] = original.id
    return copies


class _Record(NamedTuple):
    """What is kept of a record beside the hash of its title."""

    id: str
    year: int | None
    has_abstract: bool
    says_enough: bool


def _says_enough(paper: PaperHead) -> bool:
    return len(paper.title.split()) >= MIN_WORDS


def _preference(paper: _Record) -> tuple[bool, int, str]:
    scheme = paper.id.partition(":")[0]
    rank = SCHEMES.index(scheme) if scheme in SCHEMES else len(SCHEMES) + (scheme == "title")
    return (not paper.has_abstract, rank, paper.id)


def _same(one: _Record, two: _Record) -> bool:
    nameless = one.id.startswith("title:") or two.id.startswith("title:")
    if not (one.says_enough or nameless):
        return False
    return one.year is None or two.year is None or abs(one.year - two.year) <= 1
