"""The parts of a JSON document with the lines on which they stand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

__all__ = ["decode", "elements"]

_BLANK = re.compile(r"[ \t\r\n]*")


def decode(text: str) -> Any:
    """Read JSON, strictly: ``NaN`` and ``Infinity`` are not JSON.

    Raises:
        ValueError: It is not JSON, or is nested too deeply to be any of ours.
    """
    try:
        return _DECODER.decode(text)
    except RecursionError as err:
        raise ValueError("it is nested too deeply") from err


def elements(text: str, paths: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, int, Any, int]]:
    """The items of some lists in a document that is one object, in the order of the text.

    Args:
        text: The document.
        paths: Keys that lead to a list, such as ``("graph", "mentions")``.

    Yields:
        Name of the list (``graph.mentions``), place of the item in it, the item, and its line.
        For another value under one of these paths, the name, -1, the value and its line.

    Raises:
        ValueError: It is not JSON; the message has line and column.
    """
    try:
        scanner = _Scanner(text, frozenset(paths))
        yield from scanner.value((), scanner.skip(0))
        scanner.at_end()
    except RecursionError as err:
        raise ValueError("it is nested too deeply") from err


class _Scanner:
    """Walks through the objects on the way to the lists; all else is decoded at once."""

    def __init__(self, text: str, paths: frozenset[tuple[str, ...]]) -> None:
        self.text = text
        self.paths = paths
        self.ways = {path[:n] for path in paths for n in range(len(path))}
        self.end = 0
        self._line, self._counted = 1, 0

    def value(self, path: tuple[str, ...], at: int) -> Iterator[tuple[str, int, Any, int]]:
        opening = self.text[at : at + 1]
        if path in self.ways and opening == "{":
            yield from self._object(path, at)
        elif path in self.paths and opening == "[":
            yield from self._list(path, at)
        else:
            line = self.line(at)
            value, self.end = _DECODER.raw_decode(self.text, at)
            if path in self.paths:
                yield ".".join(path), -1, value, line

    def _object(self, path: tuple[str, ...], at: int) -> Iterator[tuple[str, int, Any, int]]:
        at = self.skip(at + 1)
        if self.text[at : at + 1] == "}":
            self.end = at + 1
            return
        while True:
            self.expect('"', at)
            key, at = _DECODER.raw_decode(self.text, at)
            at = self.expect(":", self.skip(at))
            yield from self.value((*path, key), self.skip(at))
            at = self.skip(self.end)
            if self.text[at : at + 1] == "}":
                self.end = at + 1
                return
            at = self.skip(self.expect(",", at))

    def _list(self, path: tuple[str, ...], at: int) -> Iterator[tuple[str, int, Any, int]]:
        name, number = ".".join(path), 0
        at = self.skip(at + 1)
        if self.text[at : at + 1] == "]":
            self.end = at + 1
            return
        while True:
            line = self.line(at)
            value, at = _DECODER.raw_decode(self.text, at)
            yield name, number, value, line
            number += 1
            at = self.skip(at)
            if self.text[at : at + 1] == "]":
                self.end = at + 1
                return
            at = self.skip(self.expect(",", at))

    def skip(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def expect(self, mark: str, at: int) -> int:
        if self.text[at : at + 1] != mark:
            raise json.JSONDecodeError(f"Expecting '{mark}'", self.text, at)
        return at + 1

    def at_end(self) -> None:
        at = self.skip(self.end)
        if at != len(self.text):
            raise json.JSONDecodeError("Extra data", self.text, at)

    def line(self, at: int) -> int:
        self._line += self.text.count("\n", self._counted, at)
        self._counted = at
        return self._line


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)
