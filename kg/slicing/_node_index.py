"""What a table of nodes says of an id, in a few bytes a node: its label, and a paper's text."""

from __future__ import annotations

import mmap
import tempfile
import weakref
from array import array
from pathlib import Path
from typing import Any

import numpy

from kg.model import ENTITY_KINDS
from kg.tables import Place, TableFolder

__all__ = ["Labels", "Texts"]

_LABELS = ("Paper", *ENTITY_KINDS)


class Texts:
    """Texts of papers in a file without a name, which goes with this object; 16 bytes each here.

    Args:
        folder: Where there is room for them.

    Raises:
        OSError: The disk does not take the file.
    """

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self._keys, self._starts = array("q"), array("q", [0])
        self._sorted: tuple[Any, Any] | None = None
        self._text: mmap.mmap | bytes = b""

    def add(self, paper_id: str, text: str) -> None:
        """Keep a text; before the first is asked for."""
        size = self._file.write(text.encode())
        self._keys.append(hash(paper_id))
        self._starts.append(self._starts[-1] + size)

    def of(self, paper_id: str) -> str | None:
        """The text of a paper, or None where there is no such paper."""
        keys, order = self._sorted or self._sort()
        key = hash(paper_id)
        place = int(numpy.searchsorted(keys, key))
        if place == len(keys) or keys[place] != key:
            return None
        number = int(order[place])
        return bytes(self._text[self._starts[number] : self._starts[number + 1]]).decode()

    def _sort(self) -> tuple[Any, Any]:
        keys = numpy.array(self._keys, numpy.int64)
        order = numpy.argsort(keys, kind="stable")
        self._sorted = keys[order], order
        self._file.flush()
        if self._starts[-1]:
            self._text = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        return self._sorted


class Labels:
    """Labels of all nodes in nine bytes each: what a relation may join, and whether it is there.

    Args:
        tables: The tables; the ids of both sorts of nodes are read.

    Raises:
        InputError: A paper and an entity have one id, or a kind is unknown.
    """

    def __init__(self, tables: TableFolder) -> None:
        count = tables.rows["papers"] + tables.rows["entities"]
        self._keys = numpy.zeros(count, numpy.int64)
        self._labels = numpy.zeros(count, numpy.uint8)
        done = 0
        for _, batch in tables.batches("papers", ("id",)):
            for paper_id in batch.column("id").to_pylist():
                self._keys[done] = hash(paper_id)
                done += 1
        for place, batch in tables.batches("entities", ("id", "kind")):
            columns = (batch.column(name).to_pylist() for name in ("id", "kind"))
            for number, (key, kind) in enumerate(zip(*columns, strict=True)):
                if kind not in ENTITY_KINDS:
                    where = Place(place.file, place.row + number)
                    tables.fault("entities", where, f"there is no kind '{kind}'")
                self._keys[done] = hash(key)
                self._labels[done] = _LABELS.index(kind)
                done += 1
        order = numpy.argsort(self._keys, kind="stable")
        self._keys, self._labels = self._keys[order], self._labels[order]
        twice = self._keys[1:][self._keys[1:] == self._keys[:-1]]
        if len(twice):
            _refuse_shared_ids(tables, set(twice.tolist()))

    def of(self, node_id: str) -> str | None:
        """Label of a node, or None where there is no such node."""
        key = hash(node_id)
        place = int(numpy.searchsorted(self._keys, key))
        if place == len(self._keys) or self._keys[place] != key:
            return None
        return _LABELS[int(self._labels[place])]


def _refuse_shared_ids(tables: TableFolder, keys: set[int]) -> None:
    papers = {
        paper_id
        for _, batch in tables.batches("papers", ("id",))
        for paper_id in batch.column("id").to_pylist()
        if hash(paper_id) in keys
    }
    for place, batch in tables.batches("entities", ("id",)):
        for number, entity_id in enumerate(batch.column("id").to_pylist()):
            if entity_id in papers:
                where = Place(place.file, place.row + number)
                tables.fault("entities", where, f"'{entity_id}' is the id of a paper too")
