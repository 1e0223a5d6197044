"""A statement as nested brackets: what opens where, what is a pattern, and how to change a part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.stores._statement import KEYWORDS, Token, tokenize

__all__ = ["Code", "Edit", "applied", "position_before"]

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_PATTERN_WORDS = ("MATCH", "CREATE", "MERGE", "EXISTS")


@dataclass(frozen=True)
class Edit:
    """A part of a text and what takes its place; nothing is inserted where both ends are one."""

    start: int
    end: int
    text: str


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; they must be in order and not overlap."""
    for edit in reversed(tuple(edits)):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def position_before(edits: Iterable[Edit], position: int) -> int:
    """Where a position of an edited text was before; the start of the edit for one inside it."""
    shift = 0
    for edit in edits:
        start = edit.start + shift
        if position < start:
            break
        if position < start + len(edit.text):
            return edit.start
        shift += len(edit.text) - (edit.end - edit.start)
    return position - shift


class Code:
    """Tokens of a statement with their brackets.

    Args:
        text: The statement; comments must be gone.
    """

    def __init__(self, text: str) -> None:
        self.source = text
        self.tokens: tuple[Token, ...] = tokenize(text)
        self.opener: dict[int, int] = {}
        self.closer: dict[int, int] = {}
        self.inside: list[int] = []
        """Index of the bracket around each token, -1 for none; a bracket is not inside itself."""
        stack: list[int] = []
        for at, token in enumerate(self.tokens):
            if stack and token.text == _PAIRS[self.text(stack[-1])]:
                self.opener[at], self.closer[stack[-1]] = stack[-1], at
                stack.pop()
            self.inside.append(stack[-1] if stack else -1)
            if token.text in _PAIRS and token.kind == "mark":
                stack.append(at)
        self.relations = {
            i for i, t in enumerate(self.tokens) if t.text == "[" and self.text(i - 1) == "-"
        }

    def text(self, at: int) -> str:
        """Text of a token; empty outside the statement."""
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def word(self, at: int) -> str:
        """The same with bare names in capitals."""
        return self.tokens[at].word if 0 <= at < len(self.tokens) else ""

    def is_name(self, at: int) -> bool:
        """Whether a token names something and is no keyword."""
        return (
            0 <= at < len(self.tokens)
            and self.tokens[at].kind in ("name", "quoted")
            and self.tokens[at].word not in KEYWORDS
        )

    def start(self, at: int) -> int:
        """Position of a token; the end of the text behind the last one."""
        return self.tokens[at].start if at < len(self.tokens) else len(self.source)

    def end(self, at: int) -> int:
        """Position behind a token."""
        return self.tokens[at].start + len(self.tokens[at].text)

    def replace(self, first: int, last: int, text: str) -> Edit:
        """Put a text in the place of the tokens from the first to the last."""
        return Edit(self.start(first), self.end(last), text)

    def is_node(self, at: int) -> bool:
        """Whether a parenthesis opens a node pattern rather than a call or a calculation."""
        if self.text(at) != "(" or at not in self.closer or self.is_name(at - 1):
            return False
        before, after = self.text(at - 1), self.text(self.closer[at] + 1)
        return (
            "-" in (before, after)
            or after == "<"
            or before in (">", ",", "=", "{")
            or self.word(at - 1) in _PATTERN_WORDS
        )

    def is_key(self, at: int) -> bool:
        """Whether a colon belongs to a key of a map."""
        around = self.inside[at]
        return self.text(around) == "{" and (
            at - 2 == around or (self.text(at - 2) == "," and self.inside[at - 2] == around)
        )

    def operand_start(self, last: int) -> int:
        """Index of the first token of what a ``.name`` hangs on, given the last one."""
        at = last
        while at >= 0:
            if at in self.opener:
                at = self.opener[at]
                called = self.is_name(at - 1) or (
                    self.text(at) == "[" and (at - 1 in self.opener or self.is_param(at - 1))
                )
                if not called:
                    return at
                at -= 1
            elif self.text(at - 1) == ".":
                at -= 2
            else:
                return at
        return 0

    def is_param(self, at: int) -> bool:
        """Whether a token is a parameter."""
        return 0 <= at < len(self.tokens) and self.tokens[at].kind == "param"
