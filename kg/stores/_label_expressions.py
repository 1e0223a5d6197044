"""Label expressions of Neo4j 5 (``A&!B``, ``%``) as plain lists of labels or types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kg.cypher import quote_identifier
from kg.stores._code import Code, Edit

__all__ = ["NOTHING", "Schema", "label_expressions", "name_list"]

NOTHING = "`no such name`"
"""A label, type or property that nothing has."""


@dataclass(frozen=True)
class Schema:
    """What a store holds.

    Args:
        labels: Every label of a node.
        types: Every type of a relation.
        single: No node has more than one label.
    """

    labels: tuple[str, ...]
    types: tuple[str, ...]
    single: bool


def name_list(names: Iterator[str] | tuple[str, ...]) -> str:
    """Names joined by ``|``; ``NOTHING`` for none."""
    return "|".join(quote_identifier(name) for name in names) or NOTHING


def label_expressions(code: Code, schema: Callable[[], Schema]) -> Iterator[Edit]:
    """Write out what kglite does not read, for nodes of one label and relations of one type.

    Args:
        code: The statement.
        schema: Labels and types of the store.
    """
    for at, token in enumerate(code.tokens):
        if token.text != ":" or token.kind != "mark" or code.is_key(at):
            continue
        around = code.inside[at]
        relation, node = around in code.relations, code.is_node(around)
        reader = _Reader(code, at + 1)
        if not reader.read() or reader.marks <= ({"|"} if relation or node else {":"}):
            continue
        named = code.is_name(at - 1)
        if not (relation or node or named):
            continue
        known = schema()
        if not known.single and not relation:
            continue
        everything = known.types if relation else known.labels
        chosen = tuple(name for name in everything if reader.holds(name))
        last = reader.at - 1
        if relation or node:
            whole = len(chosen) == len(everything)
            yield code.replace(at, last, "" if whole else f":{name_list(chosen)}")
        else:
            owner = code.text(at - 1)
            tests = (f"{owner}:{quote_identifier(name)}" for name in chosen)
            yield code.replace(at - 1, last, f"({' OR '.join(tests) or f'{owner}:{NOTHING}'})")


class _Reader:
    """Reads one expression; ``holds`` then tells whether a node of one label is meant."""

    def __init__(self, code: Code, at: int) -> None:
        self.code = code
        self.at = at
        self.marks: set[str] = set()
        self.holds: Callable[[str], bool] = lambda _: False

    def read(self) -> bool:
        """Read as far as it goes; False where there is no expression."""
        test = self._either()
        if test is not None:
            self.holds = test
        return test is not None

    def _either(self) -> Callable[[str], bool] | None:
        tests = [self._both()]
        while self.code.text(self.at) == "|" and not self._in_list():
            self._take()
            if self.code.text(self.at) == ":":
                self._take()
            tests.append(self._both())
        known = [t for t in tests if t is not None]
        return (lambda n: any(t(n) for t in known)) if len(known) == len(tests) else None

    def _both(self) -> Callable[[str], bool] | None:
        tests = [self._one()]
        while self.code.text(self.at) in ("&", ":"):
            self._take()
            tests.append(self._one())
        known = [t for t in tests if t is not None]
        return (lambda n: all(t(n) for t in known)) if len(known) == len(tests) else None

    def _one(self) -> Callable[[str], bool] | None:
        at, text = self.at, self.code.text(self.at)
        if text == "!":
            self._take()
            inner = self._one()
            return None if inner is None else _opposite(inner)
        if text == "(":
            self._take()
            inner = self._either()
            if inner is None or self.code.text(self.at) != ")":
                return None
            self._take()
            return inner
        if text == "%":
            self._take()
            return lambda _: True
        if at < len(self.code.tokens) and self.code.tokens[at].kind in ("name", "quoted"):
            self.at += 1
            name = self.code.tokens[at].value
            return lambda n: n == name
        return None

    def _in_list(self) -> bool:
        """Whether a ``|`` belongs to a comprehension around the expression."""
        around = self.code.inside[self.at]
        return self.code.text(around) == "[" and around not in self.code.relations

    def _take(self) -> None:
        self.marks.add(self.code.text(self.at))
        self.at += 1


def _opposite(test: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda name: not test(name)
