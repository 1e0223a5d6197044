"""What to tell somebody whose query is wrong: where it is wrong, and what to write instead."""

from __future__ import annotations

import re
from difflib import get_close_matches

from kg.errors import QueryError
from kg.stores._statement import KEYWORDS, Statement, place_of

__all__ = ["READ_ONLY_HINT", "query_error", "read_only_error", "timeout_error"]

READ_ONLY_HINT = "queries only read here; pass write=True to let one change the store"

_INSTEAD = (
    (
        r"\b(?:ANY|ALL)?\s*SHORTEST\s+(?:\d+|GROUPS?)\b|\bALL\s+SHORTEST\b",
        "write MATCH p = shortestPath((a)-[*..6]-(b)) as the first pattern of a MATCH",
    ),
    (
        r"\bshortestPath\b",
        "make shortestPath((a)-[*..6]-(b)) the first pattern of its MATCH and put what binds its "
        "ends inside it",
    ),
    (
        r"\b(?:apoc|gds)\s*\.",
        "APOC and GDS are Neo4j plug-ins: use plain Cypher, or export the graph to a Neo4j that "
        "has them (kg export ... neo4j://host)",
    ),
    (
        r"\bIN\s+(?:\d+\s+CONCURRENT\s+)?TRANSACTIONS\b",
        "leave out IN TRANSACTIONS: a query here is one transaction",
    ),
    (r"\bFULLTEXT\b", "search with toLower(n.name) CONTAINS toLower($text) instead"),
    (r"==", "Cypher compares with a single ="),
    (r":\s*\w+\s*&\s*\w+|\(\s*\w*\s*:\s*!", "a node has one label here: write (n:Method|Dataset)"),
    (r"^\s*SELECT\b", "this is Cypher: MATCH (p:Paper) RETURN p.title LIMIT 10"),
    (r"^\s*USE\b", "leave out USE: there is one graph, or name the database when you connect"),
    (
        r"\bpercentile(?:Cont|Disc)\s*\(",
        "order the values and take one: collect(x)[toInteger(size(collect(x)) * 0.9)]",
    ),
    (r"\bid\s*\(", "n.id is the identifier; elementId(n) is the database's own"),
)
_NAMED = re.compile(
    r"(?:Undefined variable|Unknown function|Unknown procedure|[Vv]ariable|UnknownFunction)"
    r"[^'`\w]*(?:Unknown function\s*)?['`]?([\w.]+)"
)
_TOKEN_SAID = re.compile(r"[Uu]nexpected (?:token|input)[^:']*[:']\s*'?([^\s']+)")


def query_error(message: str, statement: Statement, position: int | None = None) -> QueryError:
    """Make the error for a query that a store refused.

    Args:
        message: The store's reason, any number of lines.
        statement: The query.
        position: Where the store stopped reading, characters from 0; None where it does not say.
    """
    reason = _one_line(message)
    named = _NAMED.search(reason)
    if position is None and named:
        position = statement.find(named[1])
    elif position is not None:
        position = _step_back(reason, statement, position)
    hint = _hint(reason, statement)
    return QueryError(reason, place=place_of(statement.source, position), hint=hint)


def read_only_error(statement: Statement) -> QueryError:
    """The error for a query that would change a store that it may only read."""
    words = ("CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "DROP", "INSERT", "FOREACH")
    starts = [t.start for t in statement.tokens if t.kind == "name" and t.word in words]
    return QueryError(
        "the query would change the graph",
        place=place_of(statement.source, min(starts, default=None)),
        hint=READ_ONLY_HINT,
    )


def timeout_error(seconds: float) -> QueryError:
    """The error for a query that took too long."""
    return QueryError(
        f"no answer within {seconds:g} seconds",
        hint="start from a node whose id or name you give, bound paths as in [*..4], or allow more "
        "time",
    )


def _one_line(message: str) -> str:
    """The first line that says something, without the store's own prefix."""
    line = next((part.strip() for part in message.splitlines() if part.strip()), "query refused")
    line = re.sub(r"^(?:Cypher (?:syntax|execution) error|Schema error)", "", line)
    line = re.sub(r"^ at line \d+, col \d+", "", line).removeprefix(": ").strip()
    line = re.sub(r"\(in \".*\"\)", "", line.split(" Available: ")[0]).strip(" .")
    return line if len(line) <= 200 else f"{line[:197]}..."


def _step_back(reason: str, statement: Statement, position: int) -> int:
    """Move from behind the word that the store complains about to its beginning."""
    said = _TOKEN_SAID.search(reason)
    if not said:
        return position
    before = [t for t in statement.tokens if t.start <= position]
    for token in reversed(before[-2:]):
        if token.text.casefold() == said[1].casefold():
            return token.start
    return position


def _hint(reason: str, statement: Statement) -> str:
    if "Unterminated string" in reason:
        return "close the quotation mark; a quotation mark inside text is written \\'"
    code = _without_strings(statement)
    for pattern, advice in _INSTEAD:
        if re.search(pattern, code, re.IGNORECASE):
            return advice
    for token in statement.tokens:
        if token.kind == "name" and token.word not in KEYWORDS and len(token.text) > 3:
            near = get_close_matches(token.word, sorted(KEYWORDS), n=1, cutoff=0.8)
            if near and token.text.isupper():
                return f"did you mean {near[0]}? (it says {token.text})"
    for opening, closing in ("()", "[]", "{}"):
        more = code.count(opening) - code.count(closing)
        if more:
            return (
                f"there is a '{opening if more > 0 else closing}' too many or its pair is missing"
            )
    if "Undefined variable" in reason or "UndefinedVariable" in reason:
        return "name it in MATCH first, and pass it on in every WITH"
    return ""


def _without_strings(statement: Statement) -> str:
    text = statement.text
    for token in statement.tokens:
        if token.kind in ("string", "quoted"):
            filler = "'" + "_" * max(0, len(token.text) - 2) + "'"
            text = text[: token.start] + filler + text[token.start + len(token.text) :]
    return text
