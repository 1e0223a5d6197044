"""One Cypher statement as text: its tokens, its parameters, and where in it something stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.errors import QueryError

__all__ = ["KEYWORDS", "Statement", "Token", "place_of", "position_of", "tokenize"]

KEYWORDS = frozenset(
    "ALL AND ANY AS ASC ASCENDING BY CALL CASE CONTAINS CREATE DELETE DESC DESCENDING DETACH "
    "DISTINCT DROP ELSE END ENDS EXISTS EXPLAIN FALSE FOR FOREACH IN INSERT IS LIMIT LOAD MATCH "
    "MERGE NOT NULL ON OPTIONAL OR ORDER PROFILE REMOVE RETURN SET SHOW SKIP STARTS THEN TRUE "
    "UNION UNWIND WHEN WHERE WITH XOR YIELD".split()
)
"""Words of Cypher itself, in capitals."""
WRITING = frozenset(
    ("CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "DROP", "INSERT", "FOREACH", "ALTER")
)
"""Words that begin a clause that changes something, in capitals."""

_TOKEN = re.compile(
    r"""
      (?P<comment>  //[^\n]* | /\*.*?(?:\*/|\Z) )
    | (?P<string>   '(?:\\.|[^'\\])*(?:'|\Z) | "(?:\\.|[^"\\])*(?:"|\Z) )
    | (?P<param>    \$(?:`(?:[^`]|``)*` | \w+) )
    | (?P<quoted>   `(?:[^`]|``)*(?:`|\Z) )
    | (?P<number>   \d+(?:\.\d+)?(?:[eE][+-]?\d+)? )
    | (?P<name>     [^\W\d]\w* )
    | (?P<mark>     <= | >= | <> | =~ | \+= | \.\. | :: | \S )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """One word, literal or mark of a statement.

    Args:
        kind: comment, string, param, quoted (a name in backticks), number, name or mark.
        text: As written.
        start: First character, from 0.
    """

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """Capitals of a bare name, else the text: what keywords are compared with."""
        return self.text.upper() if self.kind == "name" else self.text

    @property
    def value(self) -> str:
        """The name itself: without backticks, without ``$``."""
        text = self.text.removeprefix("$") if self.kind == "param" else self.text
        return text[1:-1].replace("``", "`") if text[:1] == "`" else text


def tokenize(cypher: str) -> tuple[Token, ...]:
    """Split a query into tokens, comments included; nothing is ever refused.

    >>> [t.text for t in tokenize("RETURN 'a;b' // c")]
    ['RETURN', "'a;b'", '// c']
    """
    return tuple(
        Token(match.lastgroup or "mark", match.group(), match.start())
        for match in _TOKEN.finditer(cypher)
    )


class Statement:
    """A single statement, checked for what no store can answer.

    Args:
        cypher: The query as the user wrote it.

    Raises:
        QueryError: It is empty, holds several statements, or asks for another output format.
    """

    def __init__(self, cypher: str) -> None:
        self.source = cypher
        everything = tokenize(cypher)
        self.tokens = tuple(t for t in everything if t.kind != "comment")
        while self.tokens and self.tokens[-1].text == ";":
            self.tokens = self.tokens[:-1]
        if not self.tokens:
            raise QueryError("the query is empty", hint="MATCH (p:Paper) RETURN p.title LIMIT 10")
        for token in self.tokens:
            if token.text == ";":
                raise QueryError(
                    "more than one statement in a query",
                    place=place_of(cypher, token.start),
                    hint="run one statement at a time; a ';' inside text needs quotes around it",
                )
        last = self.tokens[-1]
        end = last.start + len(last.text)
        if [t.word for t in self.tokens[-2:]] == ["FORMAT", "CSV"]:
            raise QueryError(
                "FORMAT CSV is not Cypher",
                place=place_of(cypher, self.tokens[-2].start),
                hint="choose the output format outside the query: kg query --format csv",
            )
        comments = (t for t in everything if t.kind == "comment" and t.start < end)
        self.text = _blank(cypher[:end], comments)
        """The statement without comments and closing ``;``, every character in its place."""

    @property
    def words(self) -> tuple[str, ...]:
        """Every token, keywords in capitals."""
        return tuple(t.word for t in self.tokens)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, in order of first use, without ``$``."""
        return tuple(dict.fromkeys(t.value for t in self.tokens if t.kind == "param"))

    @property
    def writing_clause(self) -> int | None:
        """Position of the first word that begins a writing clause, or None."""
        before = ("", *self.words)
        after = (*self.words[1:], "")
        for token, previous, following in zip(self.tokens, before, after, strict=False):
            named = previous in (".", ":", "AS", "|", "&") or following in (":", ".", "=")
            if token.kind == "name" and token.word in WRITING and not named:
                return token.start
            if (token.word, following) == ("LOAD", "CSV"):
                return token.start
        return None

    def find(self, text: str) -> int | None:
        """Position of the first token with this text that is no label, type or property.

        Case and quotes are ignored where nothing has the very text. None where there is none.
        """
        before = ("", *self.words)
        tokens = [
            t for t, b in zip(self.tokens, before, strict=False) if b not in (":", "|", ".", "&")
        ]
        exact = (t.start for t in tokens if t.text == text)
        similar = (t.start for t in tokens if t.value.casefold() == text.casefold())
        return next(exact, next(similar, None))

    def check_parameters(self, given: Mapping[str, Any]) -> None:
        """Make sure that every parameter has a value.

        Raises:
            QueryError: Some have none; the hint shows how to give them.
        """
        missing = [name for name in self.parameters if name not in given]
        if not missing:
            return
        names = ", ".join(f"${name}" for name in missing)
        raise QueryError(
            f"no value for the parameter{'s' if len(missing) > 1 else ''} {names}",
            place=place_of(self.source, self.find(f"${missing[0]}")),
            hint="give it a value: " + " ".join(f"-p {name}=VALUE" for name in missing),
        )


def place_of(cypher: str, position: int | None) -> str:
    """The line of a query around a position with a caret under it; empty without a position.

    >>> print(place_of("MATCH (n) RETRN n", 10))
    MATCH (n) RETRN n
              ^
    """
    if position is None:
        return ""
    position = max(0, min(position, len(cypher.rstrip())))
    start = cypher.rfind("\n", 0, position) + 1
    line = cypher[start:].partition("\n")[0].replace("\t", " ").rstrip()
    return f"{line}\n{' ' * (position - start)}^"


def position_of(cypher: str, line: int, column: int) -> int:
    """Character position, from 0, of a line and a column that both count from 1."""
    lines = cypher.split("\n")
    line = max(1, min(line, len(lines)))
    return sum(len(text) + 1 for text in lines[: line - 1]) + max(0, column - 1)


def _blank(text: str, comments: Iterable[Token]) -> str:
    for comment in comments:
        blank = re.sub(r"[^\n]", " ", comment.text)
        text = text[: comment.start] + blank + text[comment.start + len(blank) :]
    return text
