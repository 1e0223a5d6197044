"""A SPARQL query as text: its parameters, what it must not do, and where it is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

from kg.errors import QueryError
from kg.stores._statement import place_of, position_of

__all__ = [
    "BoundQuery",
    "bind_parameters",
    "names_of",
    "query_form",
    "syntax_error",
    "without_service",
]

_TOKEN = re.compile(
    r"""
      (?P<string>  \"""(?:"{0,2}(?:[^"\\]|\\.))*\""" | '''(?:'{0,2}(?:[^'\\]|\\.))*'''
                 | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
    | (?P<iri>     <(?![?$])[^<>"{}|^`\x00-\x20]*> )
    | (?P<comment> \#[^\n\r]* )
    | (?P<variable>[?$]\w+ )
    | (?P<name>    [\w\-]*:[\w\-.:%\\]*(?<!\.) )
    | (?P<number>  \d[\w.]* )
    | (?P<word>    [^\W\d]\w* )
    | (?P<mark>    \S )
    """,
    re.VERBOSE | re.DOTALL,
)
_UPDATES = frozenset("INSERT DELETE LOAD CLEAR DROP CREATE ADD MOVE COPY WITH".split())
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_KEYWORDS = (
    "ASC AS ASK AVG BASE BIND BOUND BY COALESCE CONCAT CONSTRUCT CONTAINS COUNT DESC DESCRIBE "
    "DISTINCT EXISTS FILTER FROM GRAPH GROUP GROUP_CONCAT HAVING IF IN LANG LCASE LIMIT MAX MIN "
    "MINUS NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED REGEX REPLACE SAMPLE SELECT SEPARATOR "
    "SERVICE STR STRAFTER STRBEFORE STRENDS STRLEN STRSTARTS SUBSTR SUM UCASE UNDEF UNION VALUES "
    "WHERE"
).split()
_CYPHER = ("MATCH", "RETURN", "UNWIND", "MERGE", "CALL")
_SERVICE = re.compile("service", re.IGNORECASE)
_STAND_IN = "sxrvicx"
_PLACE = re.compile(r"^error at (\d+):(\d+): expected (?:one of )?(.*)$", re.DOTALL)
_EXPECTED = re.compile(r'"[^"]+"|\b[A-Z_]{2,}\b')
_OPENING, _CLOSING = frozenset("({["), frozenset(")}]")
MOST_NESTED = 200
"""Brackets that may be open at a time, and signs that may follow each other."""
FORMS_HINT = "SELECT, ASK, CONSTRUCT and DESCRIBE are answered"


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int


@dataclass(frozen=True)
class BoundQuery:
    """A query with terms in the place of its parameters.

    Args:
        source: The query as it was written.
        text: The query as it is put to the engine.
        shifts: Where in ``text`` a term ends, and how many characters more than the source it
            has up to there; in the order of the text.
    """

    source: str
    text: str
    shifts: tuple[tuple[int, int], ...] = ()

    def origin(self, position: int) -> int:
        """The place in ``source`` of a place in ``text``."""
        before = [shift for end, shift in self.shifts if end <= position]
        return position - (before[-1] if before else 0)


def bind_parameters(sparql: str, terms: Mapping[str, str]) -> BoundQuery:
    """Put terms in the place of ``$name``, but not inside strings, comments and IRIs.

    >>> bind_parameters("ASK { ?s ?p $x } # $x", {"x": '"a"'}).text
    'ASK { ?s ?p "a" } # $x'

    Args:
        sparql: The query; ``?name`` stays a variable.
        terms: The text of an RDF term, as SPARQL writes it, for each parameter.

    Raises:
        QueryError: A parameter does not stand in the query.
    """
    parts: list[str] = []
    shifts: list[tuple[int, int]] = []
    used: set[str] = set()
    end = length = 0
    for token in _tokens(sparql):
        name = token.text[1:]
        if token.kind == "variable" and token.text[0] == "$" and name in terms:
            parts += [sparql[end : token.start], terms[name]]
            length += token.start - end + len(terms[name])
            end = token.start + len(token.text)
            shifts.append((length, length - end))
            used.add(name)
    for name in terms:
        if name not in used:
            raise QueryError(f"there is no ${name} in the query", hint=f"write ${name} for it")
    return BoundQuery(sparql, "".join(parts) + sparql[end:], tuple(shifts))


def names_of(sparql: str, prefix: str) -> list[str]:
    """The names with a prefix that stand in a query, each once.

    >>> names_of("ASK { ?s kg:uses ?o } # kg:x", "kg")
    ['kg:uses']
    """
    found = (t.text for t in _tokens(sparql) if t.kind == "name")
    return list(dict.fromkeys(name for name in found if name.startswith(f"{prefix}:")))


def query_form(sparql: str) -> str:
    """Tell SELECT, ASK, CONSTRUCT or DESCRIBE; refuse the rest before the parser stumbles.

    Raises:
        QueryError: It is an update, or does not begin like a query at all.
    """
    _refuse_depth(sparql)
    first = next(_statement_words(sparql), None)
    if first is None:
        raise QueryError("the query is empty", hint=FORMS_HINT)
    word = first.text.upper()
    place = place_of(sparql, first.start)
    if word in _UPDATES:
        hint = f"the triples are a copy of the graph; {FORMS_HINT}"
        raise QueryError("the query would change the triples", place=place, hint=hint)
    if word in _CYPHER:
        raise QueryError(
            "this is Cypher, not SPARQL", place=place, hint="leave out --sparql and --language"
        )
    if word not in _FORMS:
        near = get_close_matches(word, _FORMS, n=1)
        hint = f"write {near[0]}" if near else FORMS_HINT
        raise QueryError(f"a query does not begin with '{first.text}'", place=place, hint=hint)
    return word


def _refuse_depth(sparql: str) -> None:
    """Refuse what the engine's parser would follow down until the process has no stack left."""
    depth = signs = 0
    for token in _tokens(sparql):
        signs = signs + 1 if token.kind == "mark" and token.text in "!^+-" else 0
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if max(depth, signs) > MOST_NESTED:
            raise QueryError(
                "the query is nested too deeply",
                place=place_of(sparql[: token.start + 1][-60:], 60),
                hint=f"at most {MOST_NESTED} brackets may be open at a time",
            )


def without_service(sparql: str) -> str | None:
    """The query with every word ``service`` made meaningless; None where there is none.

    What still parses so did not ask another server: the word stood in a text, a comment or a
    name. Only the engine's own parser can tell that for certain.
    """
    text, found = _SERVICE.subn(_STAND_IN, sparql)
    return text if found else None


def syntax_error(query: BoundQuery, message: str, known: Mapping[str, str]) -> QueryError:
    """Say what is wrong with a query that the engine's parser refused.

    Args:
        query: The query.
        message: The parser's words.
        known: The prefixes that need not be declared.
    """
    source = query.source
    tokens = [t for t in _tokens(source) if t.kind not in ("comment", "string")]
    for check in (_service, _prefix, _limit, _brackets, _quotes, _typo):
        found = check(source, tokens, known)
        if found is not None:
            position, reason, hint = found
            return QueryError(reason, place=place_of(source, position), hint=hint)
    told = _PLACE.match(message)
    if told is None:
        return QueryError(" ".join(message.split())[:200])
    expected = [part.strip('"') for part in _EXPECTED.findall(re.sub(r"\[.*\]", "", told[3]))]
    position = position_of(query.text, int(told[1]), int(told[2]))
    # the parser counts a word that it tried in vain as read
    words = [len(word) for word in expected if word.isupper()]
    position = query.origin(max(0, position - max(words, default=0)))
    place = place_of(source, position)
    if "variable that is unbound" in told[3]:
        hint = "name it in GROUP BY, or give it a value in WHERE"
        return QueryError("a variable after SELECT has no value", place=place, hint=hint)
    hint = f"expected here: {', '.join(expected[:6])}" if expected else ""
    return QueryError(
        "the query is not SPARQL at this place, or just before it", place=place, hint=hint
    )


_Found = tuple[int, str, str] | None


def _service(source: str, tokens: list[_Token], known: Mapping[str, str]) -> _Found:
    for token in tokens:
        if token.kind == "word" and token.text.upper() == "SERVICE":
            hint = "nothing is ever asked over the network; export the graph and join it there"
            return token.start, "SERVICE would ask another server", hint
    return None


def _prefix(source: str, tokens: list[_Token], known: Mapping[str, str]) -> _Found:
    declared = {
        name.text.rstrip(":") for word, name in pairwise(tokens) if word.text.upper() == "PREFIX"
    }
    for token in tokens:
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and prefix not in declared and prefix not in known:
            hint = f"write PREFIX {prefix}: <...> in front; known without: {', '.join(known)}"
            return token.start, f"the prefix '{prefix}:' is not declared", hint
    return None


def _limit(source: str, tokens: list[_Token], known: Mapping[str, str]) -> _Found:
    for word, token in pairwise(tokens):
        if word.text.upper() in ("LIMIT", "OFFSET") and token.kind == "variable":
            hint = f"write one, or give the parameter: -p {token.text[1:]}=10"
            return token.start, f"{word.text} wants a whole number", hint
    return None


def _brackets(source: str, tokens: list[_Token], known: Mapping[str, str]) -> _Found:
    pairs = {")": "(", "}": "{", "]": "["}
    opened: list[_Token] = []
    for token in tokens:
        if token.text in pairs.values():
            opened.append(token)
        elif token.text in pairs:
            if not opened or opened[-1].text != pairs[token.text]:
                return token.start, f"a '{token.text}' closes nothing", f"'{pairs[token.text]}'?"
            opened.pop()
    if opened:
        return opened[-1].start, f"a '{opened[-1].text}' is not closed", "add its other half"
    return None


def _quotes(source: str, tokens: list[_Token], known: Mapping[str, str]) -> _Found:
    for token in tokens:
        if token.kind == "mark" and token.text in "\"'":
            hint = f"one inside a text is written \\{token.text}"
            return token.start, "a quotation mark is not closed", hint
    return None


def _typo(source: str, tokens: list[_Token], known: Mapping[str, str]) -> _Found:
    for token in tokens:
        word = token.text.upper()
        if token.kind == "word" and word not in _KEYWORDS and len(word) > 3:
            near = get_close_matches(word, _KEYWORDS, n=1, cutoff=0.8)
            if near:
                return token.start, f"unknown word '{token.text}'", f"write {near[0]}"
    return None


def _tokens(sparql: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(sparql):
        yield _Token(match.lastgroup or "mark", match.group(), match.start())


def _statement_words(sparql: str) -> Iterator[_Token]:
    """The words after the declarations of base and prefixes."""
    tokens = (t for t in _tokens(sparql) if t.kind != "comment")
    for token in tokens:
        if token.text.upper() == "PREFIX":
            next(tokens, None)
            next(tokens, None)
        elif token.text.upper() == "BASE":
            next(tokens, None)
        else:
            yield token
