"""What a validation found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["Collector", "Fault", "Report", "shortened"]


@dataclass(frozen=True)
class Fault:
    """One thing that a schema does not allow.

    Args:
        node: Id or IRI of the record, or what it is where it has none.
        field: Where in the record, such as ``evidence[0].score`` or ``schema:headline``; empty
            for the record as a whole.
        rule: The constraint: a keyword of JSON Schema or the name of a SHACL component, such as
            ``minimum`` or ``minCount``; ``json`` where a line cannot be read at all.
        message: What is wrong, in one line.
        line: Line of the file, from 1; None where the format or its layout has none.
    """

    node: str
    field: str
    rule: str
    message: str
    line: int | None = None


@dataclass(frozen=True)
class Report:
    """What was checked in a file, and what is wrong in it.

    Args:
        format: As what it was checked.
        checked: What -> how many of them.
        faults: What is wrong, in the order of the file; cut where a limit was given.
        found: How many faults there are in all.
    """

    format: str
    checked: Mapping[str, int]
    faults: tuple[Fault, ...]
    found: int

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return self.found == 0


class Collector:
    """Counts what is checked, and keeps the first faults.

    Args:
        format: As what the file is checked.
        limit: How many faults to keep; None for all.
        note: Told, in a line, what takes long.
    """

    def __init__(
        self, format: str, limit: int | None, note: Callable[[str], None] = lambda _: None
    ) -> None:
        self.format = format
        self.limit = limit
        self.note = note
        self.checked: Counter[str] = Counter()
        self.faults: list[Fault] = []
        self.found = 0

    @property
    def is_full(self) -> bool:
        """Whether a further fault would only be counted."""
        return self.limit is not None and len(self.faults) >= self.limit

    def add(self, fault: Fault) -> None:
        """Take in one fault."""
        self.found += 1
        if not self.is_full:
            self.faults.append(fault)

    def report(self) -> Report:
        """What there is so far."""
        return Report(self.format, dict(self.checked), tuple(self.faults), self.found)


def shortened(text: str, most: int = 240) -> str:
    """A message in one line; a long one loses its middle, where only the value stands."""
    line = " ".join(text.split())
    half = (most - 5) // 2
    return line if len(line) <= most else f"{line[:half]} ... {line[-half:]}"
