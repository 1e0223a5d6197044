"""What a query asks for that no graph of kg can hold: the usual reason for an empty answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from kg.cypher import EVIDENCE_PROPERTIES, LABELS
from kg.errors import QueryError
from kg.model import PREDICATES, RELATIONS
from kg.stores._code import Code
from kg.stores._statement import KEYWORDS, Statement, Token
from kg.stores._upsert import NODE_FIELDS

__all__ = ["lint_query"]

_NODE_PROPERTIES = {label: ("id", *fields) for label, fields in NODE_FIELDS.items()}
_RELATION_PROPERTIES = ("id", "score", *EVIDENCE_PROPERTIES)
_SAME_IDEA = {
    "evidence": "sentences",
    "name": "title",
    "sentence": "sentences",
    "text": "abstract",
    "title": "name",
    "url": "href",
}
"""What people call a property -> what it may be called here."""


def lint_query(cypher: str) -> tuple[str, ...]:
    """Warnings about labels, relation types, properties and arrows that can match nothing.

    They compare the query with what kg writes, not with one graph, and never refuse anything.

    >>> lint_query("MATCH (p:Papr)-[:USES]->(m:Method) RETURN p.title")
    ("no node has the label 'Papr': did you mean Paper?",)

    Args:
        cypher: The query.

    Returns:
        One sentence a finding, in the order of the query; empty where all is known.
    """
    try:
        statement = Statement(cypher)
    except QueryError:
        return ()
    return tuple(dict.fromkeys(_Reading(statement.text).warnings()))


class _Reading(Code):
    """The patterns of a statement: which variable has which labels, and what joins what."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.names: dict[str, set[str]] = {}
        self.edges: set[str] = set()
        self.labels: list[tuple[bool, Token]] = []
        self.at: dict[int, set[str]] = {}
        self._read_patterns()

    def warnings(self) -> Iterator[str]:
        """All findings."""
        for is_edge, token in self.labels:
            known: Iterable[str] = PREDICATES if is_edge else LABELS
            if token.value not in known:
                what = "relation has the type" if is_edge else "node has the label"
                yield f"no {what} '{token.value}': {_suggest(token.value, known)}"
        for owner, token, is_edge in self._properties():
            if is_edge:
                if token.value not in _RELATION_PROPERTIES:
                    suggestion = _suggest(token.value, _RELATION_PROPERTIES)
                    yield f"no relation has a property '{token.value}': {suggestion}"
                continue
            labels = [label for label in LABELS if label in owner] if owner else list(LABELS)
            fields = [f for label in labels for f in _NODE_PROPERTIES[label]]
            if labels and token.value not in fields:
                who = f"{labels[0]} has no" if len(labels) == 1 else "no such node has a"
                yield f"{who} property '{token.value}': {_suggest(token.value, fields)}"
        yield from self._arrows()

    def _read_patterns(self) -> None:
        renamed = {self.text(i + 1) for i, t in enumerate(self.tokens) if t.word == "AS"}
        for at, token in enumerate(self.tokens):
            opened = token.text in ("(", "[") and at in self.closer
            if opened and (at in self.relations or self.is_node(at)):
                first = self.tokens[at + 1]
                named = first.kind in ("name", "quoted") and first.word not in KEYWORDS
                if named and first.value not in renamed:
                    self.names.setdefault(first.value, set())
                    if at in self.relations:
                        self.edges.add(first.value)
            if token.text == ":" and token.kind == "mark" and not self.is_key(at):
                self._read_label(at, renamed)

    def _read_label(self, at: int, renamed: set[str]) -> None:
        around = self.inside[at]
        is_edge = around in self.relations
        found = set()
        index = at + 1
        while self.text(index) in (":", "|", "&", "!") or (
            index < len(self.tokens)
            and self.tokens[index].kind in ("name", "quoted")
            and self.text(index - 1) in (":", "|", "&", "!")
        ):
            if self.tokens[index].kind != "mark":
                self.labels.append((is_edge, self.tokens[index]))
                found.add(self.tokens[index].value)
            index += 1
        owner = self.tokens[at - 1] if at else None
        if owner and owner.kind in ("name", "quoted") and owner.value not in renamed:
            self.names.setdefault(owner.value, set()).update(found)
        self.at.setdefault(around, set()).update(found)

    def _properties(self) -> Iterator[tuple[set[str], Token, bool]]:
        """Labels of the owner, the property, and whether the owner is a relation."""
        for at, token in enumerate(self.tokens):
            if token.kind not in ("name", "quoted"):
                continue
            owner = self.tokens[at - 2].value if at > 1 and self.text(at - 1) == "." else ""
            if owner in self.names and self.text(at - 3) != "." and self.text(at + 1) != "(":
                yield self.names[owner], token, owner in self.edges
            elif self.text(at + 1) == ":" and self.is_key(at + 1):
                pattern = self.inside[self.inside[at]] if self.inside[at] >= 0 else -1
                if pattern in self.relations:
                    yield set(), token, True
                elif pattern >= 0 and pattern in self.closer and self.is_node(pattern):
                    yield self._labels_at(pattern), token, False

    def _labels_at(self, at: int) -> set[str]:
        named = self.tokens[at + 1].value
        return self.at.get(at) or self.names.get(named, set())

    def _arrows(self) -> Iterator[str]:
        for at in sorted(self.relations & set(self.closer)):
            left = at - 2 - (self.text(at - 2) == "<")
            right = self.closer[at] + 2
            right += self.text(right) == ">"
            if left not in self.opener or self.text(right) != "(" or right not in self.closer:
                continue
            ends = (self._labels_at(self.opener[left]), self._labels_at(right))
            backwards, forwards = self.text(at - 2) == "<", self.text(right - 1) == ">"
            for name in PREDICATES:
                if name in self.at.get(at, ()) and "*" not in self._span(at):
                    yield from _check_arrow(name, *ends, backwards=backwards, forwards=forwards)

    def _span(self, at: int) -> list[str]:
        return [t.text for t in self.tokens[at : self.closer[at]]]


def _check_arrow(
    name: str, left: set[str], right: set[str], *, backwards: bool, forwards: bool
) -> Iterator[str]:
    spec = next(s for s in RELATIONS.values() if s.name == name)
    if not (left and right and left | right <= set(LABELS)):
        return
    ways = [(left, right)] * (forwards or not backwards) + [(right, left)] * (
        backwards or not forwards
    )
    if not any(spec.allows(a, b) for starts, ends in ways for a in starts for b in ends):
        yield (
            f"{name} leads from {' or '.join(spec.domain)} to {' or '.join(spec.range)}: "
            f"nothing matches between {'|'.join(sorted(left))} and {'|'.join(sorted(right))} here"
        )


def _suggest(name: str, known: Iterable[str]) -> str:
    by_fold = {k.casefold(): k for k in known}
    idea = _SAME_IDEA.get(name.casefold(), "")
    near = [idea] if idea in by_fold else get_close_matches(name.casefold(), by_fold, n=1)
    if near:
        return f"did you mean {by_fold[near[0]]}?"
    return f"one of {', '.join(dict.fromkeys(by_fold.values()))}"
