"""What to tell somebody whose query is wrong: where it is wrong, and what to write instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from kg.errors import QueryError
from kg.stores._statement import KEYWORDS, Statement, Token, place_of

__all__ = [
    "Advice",
    "query_error",
    "read_only_error",
    "refused",
    "timeout_error",
]

READ_ONLY_HINT = "queries only read unless told otherwise: kg query --write, or write=True"
FUNCTIONS = (
    "abs all any avg ceil coalesce collect count date datetime duration elementId endNode exists "
    "floor head keys labels last left length max min nodes none properties randomUUID range reduce "
    "relationships replace reverse right round shortestPath single size split sqrt startNode sum "
    "substring tail toFloat toInteger toLower toString toUpper trim type"
).split()


@dataclass(frozen=True)
class Advice:
    """What to write instead of something that a store does not know.

    Args:
        pattern: Regular expression that finds it in a query without its strings, in any case.
        hint: What to write instead.
        message: What to say in place of the store's own words; empty to keep those.
    """

    pattern: str
    hint: str
    message: str = ""


_COMMON = (
    Advice(r"==", "Cypher compares with a single ="),
    Advice(
        r"^\s*(?:SELECT|FROM)\b",
        "for instance: MATCH (p:Paper) RETURN p.title LIMIT 10",
        "this is not Cypher",
    ),
    Advice(r"(?<!\bON )\bMATCH\s+\w+\s+(?![\s=])", "nodes stand in parentheses: MATCH (n:Paper)"),
    Advice(r"\)\s*<?-\s*\(|\)\s*>\s*\(", "a relation is written (a)-[:USES]->(b), or (a)--(b)"),
)
_NAMED = re.compile(
    r"(?:Undefined variable|Unknown (?:function|procedure)|[Vv]ariable)[^'`\w]*['`]?([\w.]+)"
)
_SAID = re.compile(r"(?:[Uu]nexpected|[Ii]nvalid) (?:token|input)[^:']*[:']\s*'?([^\s']+)")
_NOISE = (
    r"^(?:Cypher (?:syntax|execution) error|Schema error)(?: at line \d+, col \d+)?: ",
    r"^(?:Pattern parse error: |Syntax error: |\w+: (?=Unknown |Variable ))+",
    r"^Syntax error at line \d+:\d+ - ",
    r" at line \d+, column \d+",
    r" — a reserved keyword; .*$",
    r" \(in \".*\"\)",
    r" ?\(line \d+, column \d+ \(offset: \d+\)\)",
    r" Available: .*$",
    r"\. Check your pattern syntax",
    r": regex parse error:$",
)


def query_error(
    message: str,
    statement: Statement,
    position: int | None = None,
    advice: tuple[Advice, ...] = (),
) -> QueryError:
    """Make the error for a query that a store refused.

    Args:
        message: The store's reason, any number of lines.
        statement: The query.
        position: Where the store stopped reading, characters from 0; None where it does not say.
        advice: What this store does not know, and what to write instead.
    """
    reason = _one_line(message)
    code = _without_strings(statement)
    for item in advice if position is None else (*advice, *_COMMON):
        found = re.search(item.pattern, code, re.IGNORECASE)
        if found:
            start = found.end() - len(found[0].lstrip())
            place = place_of(statement.source, start)
            return QueryError(item.message or reason, place=place, hint=item.hint)
    typo = None if position is None else _typo(statement, position)
    if typo:
        token, keyword = typo
        place = place_of(statement.source, token.start)
        return QueryError(f"unknown word '{token.text}'", place=place, hint=f"write {keyword}")
    named = _NAMED.search(reason)
    if named and statement.find(named[1]) is not None:
        position = statement.find(named[1])
    elif position is not None:
        position = _step_back(reason, statement, position)
    place = place_of(statement.source, position)
    return QueryError(reason, place=place, hint=_hint(reason, code, named[1] if named else ""))


def refused(statement: Statement, advice: tuple[Advice, ...]) -> QueryError | None:
    """The error for a query that a store would answer otherwise than Neo4j does.

    Args:
        statement: The query.
        advice: What is answered otherwise, and what to write instead.
    """
    code = _without_strings(statement)
    for item in advice:
        found = re.search(item.pattern, code, re.IGNORECASE)
        if found:
            place = place_of(statement.source, found.start())
            return QueryError(item.message, place=place, hint=item.hint)
    return None


def read_only_error(statement: Statement) -> QueryError:
    """The error for a query that would change a store that it may only read."""
    if ("LOAD", "CSV") in zip(statement.words, statement.words[1:], strict=False):
        reason = "LOAD CSV reads a file that is not of the graph"
    else:
        reason = "the query would change the graph"
    place = place_of(statement.source, statement.writing_clause)
    return QueryError(reason, place=place, hint=READ_ONLY_HINT)


def timeout_error(seconds: float) -> QueryError:
    """The error for a query that took too long."""
    return QueryError(
        f"no answer within {seconds:g} seconds",
        hint="start from a node whose id or name you give, bound paths as in [*..4], or allow more "
        "time",
    )


def _one_line(message: str) -> str:
    """The first line that says something, without the store's own trimmings."""
    line = next((part.strip() for part in message.splitlines() if part.strip()), "query refused")
    for noise in _NOISE:
        line = re.sub(noise, "", line)
    line = line.strip(" .")
    return line if len(line) <= 200 else f"{line[:197]}..."


def _typo(statement: Statement, position: int) -> tuple[Token, str] | None:
    """A word at or just before a position that is nearly a keyword."""
    near_by = [t for t in statement.tokens if t.start <= position][-3:]
    for token in reversed(near_by):
        once = statement.words.count(token.word) == 1
        if once and token.kind == "name" and token.word not in KEYWORDS and len(token.text) > 3:
            near = get_close_matches(token.word, sorted(KEYWORDS), n=1, cutoff=0.8)
            if near:
                return token, near[0]
    return None


def _step_back(reason: str, statement: Statement, position: int) -> int:
    """Move from behind the word that the store complains about to its beginning."""
    said = _SAID.search(reason)
    if not said:
        return position
    for token in reversed([t for t in statement.tokens if t.start <= position][-2:]):
        if token.text.casefold() == said[1].casefold():
            return token.start
    return position


def _hint(reason: str, code: str, name: str) -> str:
    if "Unterminated string" in reason or "string literal" in reason:
        return "close the quotation mark; one inside text is written \\'"
    if "regular expression" in reason:
        return "(?=...), (?!...) and (?<...) are not known here: test twice, AND NOT x =~ '...'"
    if reason.startswith("Slice "):
        return "give a bound that is null a value: coalesce(x, 0)"
    for opening, closing in ("()", "[]", "{}"):
        more = code.count(opening) - code.count(closing)
        if more:
            return f"a '{opening if more > 0 else closing}' lacks its other half"
    if "variable" in reason.casefold() and name:
        return "name it in MATCH first, and pass it on in every WITH"
    if "nknown function" in reason:
        by_fold = {known.casefold(): known for known in FUNCTIONS}
        near = get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.8)
        return f"did you mean {by_fold[near[0]]}()?" if near else ""
    return ""


def _without_strings(statement: Statement) -> str:
    """The statement with its strings and quoted names filled up, every character in its place."""
    text = statement.text
    for token in statement.tokens:
        if token.kind in ("string", "quoted"):
            filler = "'" + "_" * max(0, len(token.text) - 2) + "'"
            text = (
                text[: token.start]
                + filler[: len(token.text)]
                + text[token.start + len(token.text) :]
            )
    return text
