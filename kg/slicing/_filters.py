"""Which papers a slice has."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.curation import NameRef
from kg.errors import InputError, UnknownNameError
from kg.graph import KnowledgeGraph
from kg.model import Entity, Url
from kg.names import normal_form
from kg.slicing._source import Head, Source
from kg.spellings import find_entity

__all__ = ["Filters", "Selection", "read_paper_ids", "select"]


@dataclass(frozen=True)
class Filters:
    """What a paper must pass: every filter that is given, with any of its values.

    Args:
        categories: Subject classes: ``cs.LG`` is that one, ``cs`` or ``cs.*`` all of an archive.
        since: First year; papers without a year do not pass.
        until: Last year.
        entities: Names or ids of things that the paper names.
        paper_ids: Ids of papers; None for any.

    Raises:
        InputError: A value is empty, or the years are the wrong way round.
    """

    categories: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    entities: tuple[str, ...] = ()
    paper_ids: frozenset[str] | None = None

    def __post_init__(self) -> None:
        for what, values in (("category", self.categories), ("entity", self.entities)):
            if not all(value.strip() for value in values):
                raise InputError(f"an empty {what} to choose papers by")
        if any(value.startswith((".", "*")) for value in self.categories):
            raise InputError("a category begins with its archive", hint="such as cs.LG, cs or cs.*")
        if None not in (self.since, self.until) and self.since > self.until:  # type: ignore[operator]
            raise InputError(
                f"no year is {self.since} or later and {self.until} or earlier",
                hint="--since is the first year, --until the last",
            )

    def __bool__(self) -> bool:
        return self != Filters()

    def passes(self, head: Head) -> bool:
        """Whether a paper passes all filters but that of entities."""
        if self.paper_ids is not None and head.id not in self.paper_ids:
            return False
        if self.since is not None and (head.year is None or head.year < self.since):
            return False
        if self.until is not None and (head.year is None or head.year > self.until):
            return False
        return not self.categories or any(
            _covers(wanted, category) for wanted in self.categories for category in head.categories
        )


def _covers(wanted: str, category: str) -> bool:
    archive = wanted.removesuffix(".*")
    if category == archive:
        return True
    return ("." not in archive or archive != wanted) and category.startswith(f"{archive}.")


@dataclass(frozen=True)
class Selection:
    """The papers that pass.

    Args:
        kept: Their ids; None for all that there are.
        of: Number of papers in the source.
        unknown: How many of the given paper ids are not in the source.
    """

    kept: frozenset[str] | None
    of: int
    unknown: int = 0

    @property
    def count(self) -> int:
        """Number of papers that pass."""
        return self.of if self.kept is None else len(self.kept)


def select(source: Source, filters: Filters) -> Selection:
    """Choose the papers of a slice.

    Raises:
        InputError: No paper passes, or an entity is unknown or ambiguous.
    """
    kept: set[str] = set()
    total = known = 0
    for head in source.heads():
        total += 1
        known += filters.paper_ids is not None and head.id in filters.paper_ids
        if filters and filters.passes(head):
            kept.add(head.id)
    if not total:
        raise InputError(f"no papers in '{source.name}'")
    if kept and filters.entities:
        kept &= source.papers_naming(_named(source, filters.entities))
    if filters and not kept:
        raise InputError(
            f"none of the {total} papers of '{source.name}' passes the filters",
            hint="a paper must pass every filter that is given, with any of its values",
        )
    unknown = 0 if filters.paper_ids is None else len(filters.paper_ids) - known
    return Selection(frozenset(kept) if filters else None, total, unknown)


def _named(source: Source, names: Collection[str]) -> set[str]:
    """Ids of the entities that are meant, read from the source once."""
    wanted = [(name, NameRef.parse(name)) for name in names]
    forms = {normal_form(ref.text) for _, ref in wanted}
    folds = {ref.text.casefold() for _, ref in wanted}
    texts = set(names)

    def may_be_meant(entity: Entity) -> bool:
        if entity.id in texts or (isinstance(entity, Url) and entity.href in texts):
            return True
        called = (entity.name, *entity.aliases)
        return any(name.casefold() in folds or normal_form(name) in forms for name in called)

    graph = KnowledgeGraph((), filter(may_be_meant, source.entities()))
    try:
        return {find_entity(graph, name).id for name in names}
    except UnknownNameError as err:
        raise UnknownNameError(
            f"{err.message.removesuffix(' in this graph')} in '{source.name}'",
            hint="a name, Kind:Name, or an id such as method:ppo",
        ) from err


def read_paper_ids(place: str | Path) -> frozenset[str]:
    """Read ids of papers, one a line; blank lines are skipped.

    Args:
        place: The file, or ``-`` for standard input.

    Raises:
        InputError: It cannot be read, is not UTF-8, or has no ids.
    """
    try:
        data = sys.stdin.buffer.read() if str(place) == "-" else Path(place).read_bytes()
        found = _lines(data.decode("utf-8-sig").splitlines())
    except OSError as err:
        raise InputError(f"cannot read '{place}': {err.strerror or err}") from err
    except UnicodeDecodeError as err:
        raise InputError(
            f"'{place}' is not UTF-8 text", hint="write one id of a paper a line"
        ) from err
    if not found:
        raise InputError(f"no ids of papers in '{place}'", hint="write one id of a paper a line")
    return found


def _lines(lines: Iterable[str]) -> frozenset[str]:
    return frozenset(line.strip() for line in lines if line.strip())
