"""Gold annotations of whole papers, and what a system says of the same papers.

A gold line is ``{"id", "title", "abstract", "entities": [{"name", "aliases", "surface", "kinds",
"tier", "roles"}], "relations": [{"head", "type", "tail", "tier"}], "links": [{"url", "kinds"}]}``:
``kinds`` and ``roles`` list what is accepted, the best first; a thing of tier ``optional`` is one
that careful readers disagree about, neither rewarded nor punished. A system's line has the form of
``kg.exporters.papers``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from kg.errors import InputError, ReadError
from kg.evaluation._lines import Annotation, make_record, read_objects
from kg.evaluation.matching import title_key
from kg.model import Role
from kg.model.base import Score
from kg.text import clean_text

__all__ = [
    "GoldEntity",
    "GoldLink",
    "GoldPaper",
    "GoldRelation",
    "NamedKind",
    "SystemEntity",
    "SystemLink",
    "SystemPaper",
    "SystemRelation",
    "Tier",
    "pair_papers",
    "read_gold",
    "read_system",
    "system_papers",
]

NamedKind = Literal["Method", "Dataset", "Benchmark", "Task", "Metric"]
Tier = Literal["core", "optional"]
Text = Annotated[str, Field(min_length=1)]

_GOLD_HINT = "a gold line has id, title, abstract, entities, relations, links; see --help"
_SYSTEM_HINT = "make the file with kg export KB x.papers.jsonl"


class GoldEntity(Annotation):
    """A thing that the readers found in a paper."""

    name: Text
    aliases: tuple[str, ...] = ()
    surface: tuple[str, ...] = ()
    kinds: Annotated[tuple[NamedKind, ...], Field(min_length=1)]
    tier: Tier
    roles: tuple[Role, ...]


class GoldRelation(Annotation):
    """A relation that the text states between two things, by their names."""

    head: str
    type: str
    tail: str
    tier: Tier


class GoldLink(Annotation):
    """An address of the text."""

    url: str
    kinds: tuple[str, ...]


class GoldPaper(Annotation):
    """One paper with all that was annotated; title and abstract are cleaned as readers do."""

    id: Annotated[str, Field(min_length=1, max_length=512)]
    title: Text
    abstract: str
    entities: tuple[GoldEntity, ...]
    relations: tuple[GoldRelation, ...]
    links: tuple[GoldLink, ...]

    @field_validator("title", "abstract", mode="before")
    @classmethod
    def _clean(cls, value: object) -> object:
        return clean_text(value) if isinstance(value, str) else value

    @property
    def text(self) -> str:
        """Title, blank line, abstract, as ``Paper.text``."""
        return f"{self.title}\n\n{self.abstract}"


class SystemEntity(Annotation):
    """A thing that a system found; ``score``, 0..1, is its confidence, if it tells one."""

    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    surface: tuple[str, ...] = ()
    role: str = ""
    score: Score | None = None


class SystemRelation(Annotation):
    """A relation that a system found; ``score``, 0..1, is its confidence, if it tells one."""

    head: str
    type: str
    tail: str
    score: Score | None = None


class SystemLink(Annotation):
    """An address that a system found."""

    url: str
    kind: str = ""


class SystemPaper(Annotation):
    """All that a system says of one paper."""

    id: str = ""
    title: str
    entities: tuple[SystemEntity, ...] = ()
    relations: tuple[SystemRelation, ...] = ()
    links: tuple[SystemLink, ...] = ()


def read_gold(path: Path) -> list[GoldPaper]:
    """Read gold papers.

    Raises:
        InputError: The file cannot be read, or holds no paper.
        ReadError: A line is broken, or holds a paper that an earlier line holds: the same id, or
            the same letters in the title.
    """
    papers: list[GoldPaper] = []
    lines: dict[str, int] = {}
    for number, data in read_objects(path):
        paper = make_record(GoldPaper, data, path, number, _GOLD_HINT)
        for key in (f"id {paper.id}", f"title {title_key(paper.title) or paper.id}"):
            if key in lines:
                raise ReadError(
                    f"the paper '{paper.id}' is on line {lines[key]} already",
                    source=str(path),
                    line=number,
                    hint="leave one of the two lines out: papers are told apart by id and title",
                )
            lines[key] = number
        papers.append(paper)
    if not papers:
        raise InputError(f"no papers in '{path}'", hint=_GOLD_HINT)
    return papers


def read_system(path: Path) -> list[SystemPaper]:
    """Read what a system found, as ``kg export`` writes it in the form ``papers``.

    Raises:
        InputError: The file cannot be read, or holds no paper.
        ReadError: A line is broken.
    """
    papers = list(_system(read_objects(path), path))
    if not papers:
        raise InputError(f"no papers in '{path}'", hint=_SYSTEM_HINT)
    return papers


def system_papers(lines: Iterable[dict[str, object]]) -> list[SystemPaper]:
    """Papers of lines that are at hand, such as those of ``generate_papers``.

    Raises:
        ReadError: A line is broken.
    """
    return list(_system(enumerate(lines, 1), Path("-")))


def pair_papers(
    gold: Iterable[GoldPaper], system: Iterable[SystemPaper]
) -> list[tuple[GoldPaper, SystemPaper | None]]:
    """Give each gold paper the system's paper of that title, or None.

    Case and punctuation of titles do not count. Of several papers with one title the one with the
    gold paper's id is taken, else the last.
    """
    of_title: dict[str, dict[str, SystemPaper]] = {}
    for paper in system:
        ids = of_title.setdefault(title_key(paper.title) or paper.id, {})
        ids.pop(paper.id, None)
        ids[paper.id] = paper
    pairs: list[tuple[GoldPaper, SystemPaper | None]] = []
    for wanted in gold:
        ids = of_title.get(title_key(wanted.title) or wanted.id, {})
        last = next(reversed(ids.values()), None)
        pairs.append((wanted, ids.get(wanted.id, last)))
    return pairs


def _system(objects: Iterable[tuple[int, dict[str, object]]], path: Path) -> Iterator[SystemPaper]:
    for number, data in objects:
        yield make_record(SystemPaper, data, path, number, _SYSTEM_HINT)
