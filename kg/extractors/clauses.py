"""A sentence as the relation rules read it: its names, and the paper's own method in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.extractors.candidates import Candidate
from kg.model import Role

__all__ = ["Clause"]

_ITSELF = re.compile(
    r"\b(?:[Ww]e|[Oo]urs?|"
    r"[Tt]h(?:is|e) (?:paper|work|method|model|approach|framework|algorithm|system)|"
    r"[Tt]he (?:proposed|resulting|new) [\w-]+|[Ii]t|"
    r"[Ee]xperiment\w*|[Ee]valuation\w*|[Rr]esults)\b"
)
"""Words that stand for the paper's own method."""


@dataclass(frozen=True)
class Clause:
    """One sentence with its names.

    Args:
        text: Title, blank line, abstract.
        start: First character of the sentence.
        end: One past its last character.
        names: The names in it, by place.
        roles: What each of them is to the paper.
        own: The paper's own method: its name in this sentence, else where it is introduced.
        own_here: Whether that name stands in this sentence.
    """

    text: str
    start: int
    end: int
    names: Sequence[Candidate]
    roles: Mapping[Candidate, Role]
    own: Candidate | None
    own_here: bool

    @property
    def is_title(self) -> bool:
        """Whether this is the title."""
        return self.start == 0

    def of_kind(self, *kinds: str) -> list[Candidate]:
        """The names of these kinds, by place."""
        return [c for c in self.names if c.kind in kinds]

    def search(self, pattern: re.Pattern[str], start: int | None = None) -> re.Match[str] | None:
        """Search the sentence, or what is left of it from a place on."""
        return pattern.search(self.text, self.start if start is None else start, self.end)

    def itself(self) -> re.Match[str] | None:
        """The words that stand for the paper's own method, such as "our framework" or "we"."""
        return None if self.is_title else self.search(_ITSELF)

    def subject_before(self, place: int) -> tuple[Candidate, float] | None:
        """The method that a clause is about, with the confidence that it is that one.

        The paper's own method if it is named before the place, else the own one where "our
        method" or "we" stands for it, else the nearest method before the place.
        """
        if self.own is not None and self.own_here and self.own.end <= place:
            return self.own, 0.8
        itself = self.itself()
        if itself is not None and itself.start() < place and self.own is not None:
            return self.own, 0.7
        before = [c for c in self.names if c.kind == "Method" and c.end <= place]
        return (before[-1], 0.6) if before else None
