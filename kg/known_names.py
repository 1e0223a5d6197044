"""Names known beforehand: what the gazetteer looks for and the linker calls things by."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from kg.errors import InputError
from kg.model import NAMED_KINDS, EntityKind
from kg.names import normal_form
from kg.resources import data_path

__all__ = ["Guard", "KnownName", "KnownNames", "default_names", "read_names"]

Guard = Literal["none", "case", "context"]
COLUMNS = ("name", "aliases", "kind", "guard", "source")


@dataclass(frozen=True)
class KnownName:
    """One known thing.

    Args:
        name: Its usual name.
        aliases: Its other names.
        kind: What it is.
        guard: How a text must write it to count: ``none`` in any case, ``case`` as written
            here, ``context`` as written here with a word for its kind beside it.
        source: Where the name comes from, keys joined by ``+``.
    """

    name: str
    aliases: tuple[str, ...]
    kind: EntityKind
    guard: Guard
    source: str

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)


class KnownNames:
    """Known things, and the normal forms of their names.

    Args:
        entries: Known names, in any order.
    """

    def __init__(self, entries: Iterable[KnownName]) -> None:
        self.entries = tuple(sorted(entries, key=lambda e: (e.name, e.kind, e.aliases)))
        self._by_form: dict[tuple[str, str], KnownName] = {}
        for entry in self.entries:
            self._by_form.setdefault((kind_group(entry.kind), normal_form(entry.name)), entry)
        for entry in self.entries:
            for alias in entry.aliases:
                self._by_form.setdefault((kind_group(entry.kind), normal_form(alias)), entry)

    def __iter__(self) -> Iterator[KnownName]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def find(self, group: str, form: str) -> KnownName | None:
        """The known thing of a kind group that has this normal form, by name before alias."""
        return self._by_form.get((group, form))


def kind_group(kind: str) -> str:
    """Dataset and Benchmark are one group: what one paper trains on another measures with.

    >>> kind_group("Dataset") == kind_group("Benchmark")
    True
    """
    return "Data" if kind in ("Dataset", "Benchmark") else kind


def read_names(path: Path) -> Iterator[KnownName]:
    """Read a table of known names: tab-separated, columns name, aliases, kind, guard, source.

    Raises:
        InputError: A line does not fit; the message names file and line.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(next(rows, ())) != COLUMNS:
            raise InputError(f"{path.name}:1: the header is not {' '.join(COLUMNS)}")
        for number, row in enumerate(rows, start=2):
            if len(row) != len(COLUMNS):
                raise InputError(f"{path.name}:{number}: {len(row)} columns, not {len(COLUMNS)}")
            name, aliases, kind, guard, source = row
            known = next((k for k in NAMED_KINDS if k == kind), None)
            fence = next((g for g in get_args(Guard) if g == guard), None)
            if not name or known is None or fence is None:
                raise InputError(f"{path.name}:{number}: bad name, kind or guard in {row!r}")
            yield KnownName(name, tuple(a for a in aliases.split("|") if a), known, fence, source)


@cache
def default_names() -> KnownNames:
    """The names that ship with the package."""
    folder = data_path("extractors", "data")
    return KnownNames(name for path in sorted(folder.glob("*.tsv")) for name in read_names(path))
