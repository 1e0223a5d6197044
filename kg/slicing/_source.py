"""What a slice is taken of, as the slice sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from pathlib import Path
from typing import NamedTuple, Protocol

from kg.curation import Curation
from kg.ledger import ExtractionRow
from kg.model import RELATIONS, Entity, Paper, Predicate

__all__ = ["Head", "Kept", "ReadPaper", "Source", "Text", "is_said_by_papers"]

Kept = Set[str] | None
"""Ids of the papers of a slice; None for all of them."""
Text = Callable[[str], str | None]
"""The text of a paper by its id, or None where there is no such paper."""


class Head(NamedTuple):
    """What filters ask of a paper."""

    id: str
    year: int | None
    categories: tuple[str, ...]


class ReadPaper(NamedTuple):
    """A paper with what the ledger shall hold of it.

    Args:
        paper: The paper.
        found: What was found in it, as a row.
        fingerprint: Who found it.
    """

    paper: Paper
    found: ExtractionRow
    fingerprint: str


class Source(Protocol):
    """A knowledge base or a folder of tables; nothing of it is ever whole in memory."""

    name: str
    """What messages call it."""

    def heads(self) -> Iterator[Head]:
        """Every paper, by id."""

    def entities(self) -> Iterator[Entity]:
        """Every entity, by id."""

    def papers_naming(self, entity_ids: Set[str]) -> set[str]:
        """Papers with a span, or a sentence behind a relation, that names one of these."""

    def curation(self) -> tuple[str, Curation]:
        """What a person decided about names: the text, and what it says."""

    def papers(self, kept: Kept) -> Iterator[ReadPaper]:
        """Papers of the slice by id, for the ledger."""

    def records(self, kept: Kept, scratch: Path) -> Mapping[str, Iterable[str]]:
        """Records of the graph of the slice, as ``kg.snapshot.write_records`` takes them.

        Args:
            kept: Papers of the slice.
            scratch: A folder for files without a name.
        """


def is_said_by_papers(predicate: Predicate) -> bool:
    """Whether relations of this type start from papers."""
    return RELATIONS[predicate].domain == ("Paper",)
