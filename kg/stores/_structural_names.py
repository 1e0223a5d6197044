"""Property names that kglite answers though no node or relation has them.

In kglite ``p.name`` of a paper is its title, ``n.type``, ``n.label`` and ``n.node_type`` are the
label, ``r.type`` is the type of a relation, and ``r.start`` and the like are its ends. Read as
``properties(p).name`` they are null, as in Neo4j, and a map answers as before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kg.errors import QueryError
from kg.stores._code import Code, Edit
from kg.stores._label_expressions import Schema, name_list
from kg.stores._statement import place_of

__all__ = ["map_projections", "pattern_keys", "structural_names"]

_TITLE = "name"
_OF_ANY = ("type", "label", "node_type")
_OF_RELATIONS = ("connection_type", "start", "start_id", "end", "end_id")
_CLAUSES = frozenset(
    "MATCH OPTIONAL UNWIND CALL RETURN WITH ORDER WHERE SKIP OFFSET LIMIT UNION".split()
)


def structural_names(code: Code) -> Iterator[Edit]:
    """Rewrite ``x.name``, ``x.type`` and ``x['type']``."""
    names = _Names(code)
    for at, token in enumerate(code.tokens):
        owner = at - 2
        if token.kind == "string" and code.text(at - 1) == "[" and code.text(at + 1) == "]":
            name = token.text[1:-1]
        elif token.kind in ("name", "quoted") and code.text(at - 1) == ".":
            name = token.value
        else:
            continue
        if code.text(at + 1) == "(" or not _ends_operand(code, owner):
            continue
        first = code.operand_start(owner)
        if code.is_param(first) or code.word(first - 1) in ("CALL", "YIELD", "SHOW"):
            continue
        alone = first == owner
        of_relation = alone and code.tokens[owner].value in names.relations
        wanted = name in _OF_ANY or (of_relation and name in _OF_RELATIONS)
        if name == _TITLE and token.kind != "string" and not of_relation:
            wanted = not (alone and names.is_entity(owner))
        if wanted:
            yield Edit(code.start(first), code.start(first), "properties(")
            yield Edit(code.start(at - 1), code.start(at - 1), ")")


def pattern_keys(code: Code, schema: Callable[[], Schema]) -> Iterator[Edit]:
    """Rewrite the labels of ``(n {name: 'x'})`` so that no paper is found, of ``type`` nothing.

    Args:
        code: The statement.
        schema: Labels and types of the store.
    """
    seen: set[int] = set()
    for at, token in enumerate(code.tokens):
        if token.kind not in ("name", "quoted") or code.text(at + 1) != ":":
            continue
        braces = code.inside[at]
        if not code.is_key(at + 1) or braces < 0 or not code.is_node(code.inside[braces]):
            continue
        if code.inside[braces] in seen:
            continue
        pattern = code.inside[braces]
        labels = _labels_in(code, pattern)
        if token.value in _OF_ANY or (token.value == _TITLE and labels == ("Paper",)):
            others: tuple[str, ...] = ()
        elif token.value == _TITLE and (not labels or "Paper" in labels):
            others = tuple(name for name in labels or schema().labels if name != "Paper")
        else:
            continue
        first = pattern + 1 + code.is_name(pattern + 1)
        yield Edit(code.end(first - 1), code.start(braces), f":{name_list(others)} ")
        seen.add(pattern)


def map_projections(code: Code) -> Iterator[Edit]:
    """Rewrite ``x {.a, b}``, which kglite answers for nodes only.

    Raises:
        QueryError: ``x {.*, b}`` of what may be a map or a relation.
    """
    names = _Names(code)
    for at, closer in code.closer.items():
        items = list(_items(code, at, closer))
        if (
            code.text(at) != "{"
            or not code.is_name(at - 1)
            or code.text(at - 2) in (":", "|", "&", ".")
            or not any(code.text(first) == "." for first, _ in items)
        ):
            continue
        owner, node = code.text(at - 1), names.is_node(at - 1)
        if not node and any(code.text(first + 1) == "*" for first, _ in items):
            if len(items) > 1:
                raise QueryError(
                    f"all properties of '{owner}' and more are not known here as one map",
                    place=place_of(code.source, code.start(at - 1)),
                    hint=f"return properties({owner}) and the rest on their own",
                )
            yield code.replace(at - 1, closer, f"properties({owner})")
            continue
        for first, last in items:
            if code.text(first) == "." and code.text(first + 1) != "*":
                key = code.tokens[first + 1]
                if not node or key.value in (_TITLE, *_OF_ANY):
                    yield code.replace(first, last, f"{key.text}: {owner}.{key.text}")
            elif first == last and code.is_name(first):
                yield code.replace(first, last, f"{code.text(first)}: {code.text(first)}")
        if not node:
            opening = f"(CASE WHEN {owner} IS NULL THEN null ELSE {{"
            yield code.replace(at - 1, at, opening)
            yield code.replace(closer, closer, "} END)")


class _Names:
    """Which variables are relations, nodes, and nodes that are no papers."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.relations: set[str] = set()
        self.nodes: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        for at in code.closer:
            if not code.is_name(at + 1):
                continue
            name = code.tokens[at + 1].value
            if at in code.relations:
                self.relations.add(name)
            elif code.is_node(at):
                self.nodes.setdefault(name, []).append((at, _labels_in(code, at)))
        around = [(code.word(i - 1), i, code.word(i + 1)) for i in range(len(code.tokens))]
        self.changing = {
            code.tokens[i].value for before, i, after in around if before == "AS" or after == "IN"
        }
        self.changing |= {code.tokens[i].value for before, i, _ in around if before == "YIELD"}

    def is_node(self, at: int) -> bool:
        """Whether a variable is a node wherever it stands."""
        name = self.code.tokens[at].value
        return name in self.nodes and name not in self.changing | self.relations

    def is_entity(self, at: int) -> bool:
        """Whether a variable is no paper wherever it stands."""
        found = self.nodes.get(self.code.tokens[at].value, [])
        if not self.is_node(at):
            return False
        labelled = [place for place, labels in found if labels and "Paper" not in labels]
        return all(
            place in labelled or any(p < place and self._carried(p, place) for p in labelled)
            for place, _ in found
        )

    def _carried(self, start: int, end: int) -> bool:
        """Whether the variable of one pattern is still the same at a later one."""
        code, name = self.code, self.code.text(start + 1)
        for at in range(start, end):
            word = code.word(at)
            if word in ("RETURN", "UNION", "}"):
                return False
            if word != "WITH" or code.word(at - 1) in ("STARTS", "ENDS"):
                continue
            item = at + 1
            kept = False
            while item < end and code.word(item) not in _CLAUSES:
                begins = code.word(item - 1) in ("WITH", "DISTINCT", ",")
                ends = code.word(item + 1) in (",", *_CLAUSES)
                kept |= begins and (code.text(item) == "*" or (ends and code.text(item) == name))
                item += 1
            if not kept:
                return False
        return True


def _labels_in(code: Code, at: int) -> tuple[str, ...]:
    """Labels of a node pattern; empty where it has none or they are not a plain list."""
    first = at + 1 + code.is_name(at + 1)
    labels: list[str] = []
    while code.text(first) in (":", "|") and code.is_name(first + 1):
        labels.append(code.tokens[first + 1].value)
        first += 2
    return tuple(labels) if code.text(first) in (")", "{", "") else ()


def _ends_operand(code: Code, at: int) -> bool:
    return code.is_name(at) or at in code.opener or code.is_param(at)


def _items(code: Code, opening: int, closing: int) -> Iterator[tuple[int, int]]:
    first = opening + 1
    for at in range(first, closing + 1):
        comma = code.text(at) == "," and code.inside[at] == opening
        if (comma or at == closing) and first < at:
            yield first, at - 1
            first = at + 1
