"""Relations sorted by id on disk: what papers state of one triple, far apart, comes together.

Lines of JSON go into files by the first digits of the relation's id; each file is sorted by
itself. At no time is more in memory than one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from kg.linking.aggregate import Triple
from kg.model import Evidence, Relation

__all__ = ["RelationSorter"]

_DIGITS = 2
"""Hex digits of the id that name a file: 256 files."""
_ID = slice(len('{"id":"'), len('{"id":"') + 20)


class RelationSorter:
    """Takes the evidence of triples in any order and gives the relations by id.

    Args:
        folder: An empty folder of its own, which has to stay until the relations are read.

    Raises:
        OSError: The disk does not take the files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, TextIO] = {}

    def add(self, triple: Triple, evidence: list[Evidence]) -> None:
        """Take in what one paper states of a triple."""
        relation = Relation.from_evidence(*triple, tuple(evidence))
        bucket = relation.id[:_DIGITS]
        file = self._files.get(bucket)
        if file is None:
            path = self._folder / f"{bucket}.jsonl"
            file = self._files[bucket] = path.open("x", encoding="utf-8", newline="\n")
        file.write(f"{relation.model_dump_json()}\n")

    def relations(self) -> Iterator[str]:
        """Each relation with all its evidence, as JSON, by id; call it once, at the end."""
        self._close()
        for bucket in sorted(self._files):
            path = self._folder / f"{bucket}.jsonl"
            with path.open(encoding="utf-8", newline="\n") as file:
                lines = sorted(file)
            path.unlink()
            for _, same in groupby(lines, key=lambda line: line[_ID]):
                first, *others = same
                yield _united([first, *others]) if others else first.removesuffix("\n")

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


def _united(lines: list[str]) -> str:
    parts = [Relation.model_validate_json(line) for line in lines]
    evidence = tuple(e for part in parts for e in part.evidence)
    head = parts[0]
    whole = Relation.from_evidence(head.subject, head.predicate, head.object, evidence)
    return whole.model_dump_json()
