"""Relations sorted by id on disk: what papers state of one triple, far apart, comes together.

Lines of JSON go into files by the first digits of the relation's id; each file is sorted by
itself. At no time is more in memory than one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from kg.linking.rules import LinkedPaper
from kg.model import Relation

__all__ = ["RelationSorter", "relation_lines", "unite_relations"]

_DIGITS = 2
"""Hex digits of the id that name a file: 256 files."""
_ID = slice(len('{"id":"'), len('{"id":"') + 20)


class RelationSorter:
    """Takes the relations of papers in any order and gives the relations by id.

    Args:
        folder: An empty folder of its own, which has to stay until the relations are read.

    Raises:
        OSError: The disk does not take the files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, TextIO] = {}

    def add(self, key: str, line: str) -> None:
        """Take in one of the ``relation_lines`` of a paper."""
        bucket = key[:_DIGITS]
        file = self._files.get(bucket)
        if file is None:
            path = self._folder / f"{bucket}.jsonl"
            file = self._files[bucket] = path.open("x", encoding="utf-8", newline="\n")
        file.write(f"{line}\n")

    def relations(self) -> Iterator[str]:
        """Each relation with all its evidence, as JSON, by id; call it once, at the end."""
        self._close()
        for bucket in sorted(self._files):
            path = self._folder / f"{bucket}.jsonl"
            with path.open(encoding="utf-8", newline="\n") as file:
                lines = sorted(file)
            path.unlink()
            for _, same in groupby(lines, key=lambda line: line[_ID]):
                yield unite_relations(same)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def _close(self) -> None:
        for file in self._files.values():
            file.close()


def relation_lines(linked: LinkedPaper) -> Iterator[tuple[str, str]]:
    """What a paper states of each triple, as a relation by itself.

    Returns:
        The relation's id and the relation as JSON, which begins with the id; in no order.
    """
    for triple, evidence in linked.evidence:
        relation = Relation.from_evidence(*triple, tuple(evidence))
        yield relation.id, relation.model_dump_json()


def unite_relations(lines: Iterable[str]) -> str:
    """Make one relation of what several papers state of it; the order of the lines is no matter.

    Args:
        lines: Lines of one relation id, as ``relation_lines`` gives them; at least one.

    Returns:
        The relation with all the evidence, as JSON without a line end.
    """
    first, *others = lines
    if not others:
        return first.removesuffix("\n")
    parts = [Relation.model_validate_json(line) for line in (first, *others)]
    evidence = tuple(e for part in parts for e in part.evidence)
    head = parts[0]
    whole = Relation.from_evidence(head.subject, head.predicate, head.object, evidence)
    return whole.model_dump_json()
