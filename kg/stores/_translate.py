"""Cypher as Neo4j takes it -> Cypher that kglite answers in the same way.

Each pass reads the tokens of a reading statement and changes parts of it; what it does not
recognise stays as it is. Strings, comments and quoted names are never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from kg.stores._code import Code, Edit, applied, position_before
from kg.stores._label_expressions import Schema, label_expressions
from kg.stores._statement import Statement
from kg.stores._structural_names import map_projections, pattern_keys, structural_names

__all__ = ["Schema", "Translation", "column_names", "star_columns", "translate"]

_FUNCTIONS = {
    "CHARACTER_LENGTH": "size",
    "CHAR_LENGTH": "size",
    "LOWER": "toLower",
    "PERCENTILECONT": "percentile_cont",
    "UPPER": "toUpper",
}
_AGGREGATES = frozenset("AVG COLLECT COUNT MAX MIN PERCENTILE_CONT STDEV SUM".split())
_COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")
_BEFORE_OPERAND = frozenset(
    "AND OR XOR NOT WHERE WHEN THEN ELSE CASE RETURN WITH DISTINCT UNWIND BY ON IN AS".split()
)
_AFTER_OPERAND = frozenset(
    "AND OR XOR AS THEN ELSE END WHEN WHERE RETURN WITH ORDER SKIP OFFSET LIMIT UNION MATCH "
    "OPTIONAL UNWIND CALL ASC DESC ASCENDING DESCENDING IS IN STARTS ENDS CONTAINS".split()
)
_AFTER_ITEMS = ("ORDER", "SKIP", "OFFSET", "LIMIT", "UNION")


@dataclass(frozen=True)
class Translation:
    """What kglite gets.

    Args:
        text: The statement.
        disabled: Optimizer passes of kglite that answer this statement wrongly.
        steps: Edits of each pass, in order.
    """

    text: str
    disabled: tuple[str, ...] = ()
    steps: tuple[tuple[Edit, ...], ...] = field(default=(), repr=False)

    def source_position(self, position: int | None) -> int | None:
        """Where in the statement of the user a position of ``text`` is."""
        if position is not None:
            for edits in reversed(self.steps):
                position = position_before(edits, position)
        return position


def translate(statement: Statement, schema: Callable[[], Schema]) -> Translation:
    """Translate a statement; one that writes stays as it is.

    Args:
        statement: The statement of the user.
        schema: Labels and relation types of the store; asked only if the statement needs it.
    """
    if statement.writing_clause is not None:
        return Translation(statement.text)
    known: list[Schema] = []

    def names() -> Schema:
        if not known:
            known.append(schema())
        return known[0]

    passes: tuple[Callable[[Code], Iterator[Edit]], ...] = (
        _functions,
        _marks,
        _returns,
        lambda code: label_expressions(code, names),
        _comparisons,
        lambda code: pattern_keys(code, names),
        map_projections,
        structural_names,
    )
    text, steps = statement.text, []
    for one in passes:
        edits = tuple(sorted(one(Code(text)), key=lambda e: (e.start, e.end)))
        if edits:
            text = applied(text, edits)
            steps.append(edits)
    return Translation(text, _disabled(Code(text)), tuple(steps))


def column_names(statement: Statement, count: int) -> tuple[str, ...] | None:
    """Names of the columns, as Neo4j makes them out of the first RETURN; None where unsure.

    Args:
        statement: The statement of the user.
        count: How many columns the answer has.
    """
    code = Code(statement.text)
    found = [i for i in range(len(code.tokens)) if code.word(i) == "RETURN" and _is_outer(code, i)]
    if not found or code.word(0) == "EXPLAIN":
        return None
    start = at = found[0] + 1 + (code.word(found[0] + 1) == "DISTINCT")
    names: list[str] = []
    while at <= len(code.tokens):
        last = at == len(code.tokens) or (_is_outer(code, at) and code.word(at) in _AFTER_ITEMS)
        if last or (_is_outer(code, at) and code.text(at) == ","):
            if start == at or code.text(start) == "*":
                return None
            named = at - start > 2 and code.word(at - 2) == "AS"
            source = code.source[code.start(start) : code.end(at - 1)]
            names.append(code.tokens[at - 1].value if named else source)
            start = at + 1
        if last:
            break
        at += 1
    return tuple(names) if len(names) == count == len(set(names)) else None


def star_columns(statement: Statement, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of an answer with those that ``RETURN *`` stands for in order of their names.

    Args:
        statement: The statement of the user.
        columns: The columns in the order of kglite, which is that of the patterns.
    """
    code = Code(statement.text)
    for at in range(len(code.tokens)):
        star = at + 1 + (code.word(at + 1) == "DISTINCT")
        if code.word(at) == "RETURN" and _is_outer(code, at) and code.text(star) == "*":
            more, index = 0, star + 1
            while index < len(code.tokens) and code.word(index) not in _AFTER_ITEMS:
                more += code.text(index) == "," and _is_outer(code, index)
                index += 1
            behind = len(columns) - more
            return (*sorted(columns[:behind]), *columns[behind:])
    return columns


def _is_outer(code: Code, at: int) -> bool:
    return code.inside[at] == -1 and code.text(at - 1) not in (".", ":")


def _functions(code: Code) -> Iterator[Edit]:
    for at, token in enumerate(code.tokens):
        called = token.kind == "name" and code.text(at + 1) == "("
        if not called or code.text(at - 1) in (".", ":", "|", "&"):
            continue
        if token.word in _FUNCTIONS:
            yield code.replace(at, at, _FUNCTIONS[token.word])
        elif token.word == "E" and code.text(at + 2) == ")":
            yield code.replace(at, at + 1, "exp(1")


def _marks(code: Code) -> Iterator[Edit]:
    """``a || b``, ``[:A|:B]`` and arrows with two heads."""
    for at, token in enumerate(code.tokens):
        following = [code.text(at + i) for i in range(1, 4)]
        if token.text == "|" and following[0] == "|" and code.start(at + 1) == token.start + 1:
            yield code.replace(at, at + 1, " +")
        elif token.text == "|" and following[0] == ":" and code.inside[at] in code.relations:
            yield code.replace(at + 1, at + 1, " ")
        elif token.text == "<" and following[:2] == ["-", "["] and at + 2 in code.closer:
            closer = code.closer[at + 2]
            if code.text(closer + 1) == "-" and code.text(closer + 2) == ">":
                yield code.replace(at, at, " ")
                yield code.replace(closer + 2, closer + 2, " ")
        elif token.text == "<" and following == ["-", "-", ">"]:
            yield code.replace(at, at + 3, "--")


def _returns(code: Code) -> Iterator[Edit]:
    """Take a RETURN that changes nothing out of ``EXISTS { }`` and ``COUNT { }``."""
    for at, closer in code.closer.items():
        kind = code.word(at - 1)
        if code.text(at) != "{" or kind not in ("EXISTS", "COUNT"):
            continue
        words = {i: code.word(i) for i in range(at + 1, closer) if code.inside[i] == at}
        returns = [i for i, word in words.items() if word == "RETURN"]
        rest = [code.word(i) for i in range(returns[0], closer)] if returns else []
        hard = {"UNION", "SKIP", "OFFSET", "LIMIT", *_AGGREGATES}
        if kind == "COUNT":
            hard.add("DISTINCT")
        if len(returns) == 1 and not hard & set(rest):
            yield code.replace(returns[0], closer - 1, "")


def _comparisons(code: Code) -> Iterator[Edit]:
    """``a < b <= c`` becomes ``(a < b AND b <= c)``."""
    at = 0
    while at < len(code.tokens):
        if not _compares(code, at):
            at += 1
            continue
        marks, first, behind = [at], at, at + 1
        while first > 0 and not _is_edge(code, first - 1, at, _BEFORE_OPERAND):
            first -= 1
        while behind < len(code.tokens) and not _is_edge(code, behind, at, _AFTER_OPERAND):
            if code.inside[behind] == code.inside[at] and _compares(code, behind):
                marks.append(behind)
            behind += 1
        if len(marks) > 1:
            ends = [first - 1, *marks, behind]
            parts = [
                code.source[code.start(left + 1) : code.end(right - 1)]
                for left, right in pairwise(ends)
                if left + 1 < right
            ]
            if len(parts) == len(marks) + 1:
                pairs = (
                    f"{parts[i]} {code.text(mark)} {parts[i + 1]}" for i, mark in enumerate(marks)
                )
                yield code.replace(first, behind - 1, f"({' AND '.join(pairs)})")
        at = behind


def _compares(code: Code, at: int) -> bool:
    arrow = code.text(at) == ">" and code.text(at - 1) == "-"
    arrow |= code.text(at) == "<" and code.text(at + 1) == "-" and code.text(at + 2) in ("-", "[")
    around = code.inside[at]
    pattern = code.is_node(around) or around in code.relations
    return code.text(at) in _COMPARISONS and not arrow and not pattern


def _is_edge(code: Code, at: int, mark: int, words: frozenset[str]) -> bool:
    """Whether an operand ends at a token."""
    if at in code.opener and code.opener[at] == code.inside[mark]:
        return True
    if at == code.inside[mark]:
        return True
    if code.inside[at] != code.inside[mark]:
        return False
    named = code.text(at - 1) == "."
    return code.text(at) in (",", "|", ":", ";") or (code.word(at) in words and not named)


def _disabled(code: Code) -> tuple[str, ...]:
    """The pass that loses, in kglite 0.21, what a subquery imports where it sorts."""
    for at, closer in code.closer.items():
        call = code.word(at - 1) == "CALL" or (
            code.text(at - 1) == ")" and code.word(code.opener.get(at - 1, 0) - 1) == "CALL"
        )
        words = {code.word(i) for i in range(at, closer)}
        if code.text(at) == "{" and call and "ORDER" in words:
            return ("fuse_order_by_top_k",)
    return ()
