from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.stores._statement import Statement, place_of, position_of, tokenize


@given(st.text())
def test_tokens_lie_where_they_say_and_leave_only_blanks_out(text: str) -> None:
    rest = list(text)
    for token in tokenize(text):
        assert text[token.start : token.start + len(token.text)] == token.text
        rest[token.start : token.start + len(token.text)] = " " * len(token.text)
    assert not "".join(rest).strip()


def test_comments_become_blanks_and_everything_keeps_its_place() -> None:
    source = "/* a; */ MATCH (n) // ' one\nWHERE n.id = 'http://x; /* y */'\nRETURN n ; // end"
    statement = Statement(source)
    assert len(statement.text) == source.index(" ;")
    assert statement.text.index("WHERE") == source.index("WHERE")
    assert "'http://x; /* y */'" in statement.text
    assert "one" not in statement.text


@pytest.mark.parametrize("cypher", ["", "  \n ", "// nothing", "/* nothing", ";;"])
def test_empty(cypher: str) -> None:
    with pytest.raises(QueryError, match="empty"):
        Statement(cypher)


@pytest.mark.parametrize(
    "cypher", ["RETURN 1; RETURN 2", "MATCH (n) RETURN n; CREATE (:X)", "CREATE (:X);\nRETURN 1;"]
)
def test_only_one_statement(cypher: str) -> None:
    with pytest.raises(QueryError, match="more than one statement") as caught:
        Statement(cypher)
    assert caught.value.place.endswith("^")


def test_parameters_in_order_quoted_ones_too() -> None:
    statement = Statement("RETURN $b, $`a x`, $b, '$c', `$d`, $1 // $e")
    assert statement.parameters == ("b", "a x", "1")
    statement.check_parameters({"a x": None, "b": 1, "1": 2, "unused": 3})
    with pytest.raises(QueryError, match=r"parameters \$b, \$1$") as caught:
        statement.check_parameters({"a x": 1})
    assert caught.value.hint.endswith("-p b=VALUE -p 1=VALUE")


@pytest.mark.parametrize(
    "cypher",
    [
        "MATCH (n) WHERE n.set = 1 RETURN n.delete AS remove",
        "MATCH (n:Create)-[:SET|MERGE]->(m {merge: 'CREATE (n)'}) RETURN `DROP`",
        "RETURN 'DETACH DELETE n' // SET n.x = 1",
    ],
)
def test_reading(cypher: str) -> None:
    assert Statement(cypher).writing_clause is None


@pytest.mark.parametrize(
    ("cypher", "word"),
    [
        ("MATCH (n) set n.x = 1", "set"),
        ("MATCH (n) DETACH\nDELETE n", "DETACH"),
        ("/* c */ CREATE (n)", "CREATE"),
        ("CALL { MATCH (n) REMOVE n.x }", "REMOVE"),
        ("FOREACH (x IN [1]|CREATE (:X))", "FOREACH"),
        ("LOAD CSV FROM 'x' AS l RETURN l", "LOAD"),
        ("EXPLAIN MERGE (n)", "MERGE"),
    ],
)
def test_writing(cypher: str, word: str) -> None:
    assert Statement(cypher).writing_clause == cypher.index(word)


def test_places() -> None:
    cypher = "MATCH (n)\n\tWHERE x\nRETURN n"
    assert position_of(cypher, 2, 8) == cypher.index("x")
    assert place_of(cypher, cypher.index("x")) == " WHERE x\n       ^"
    assert place_of(cypher, 10_000) == "RETURN n\n        ^"
    assert place_of(cypher, None) == ""


def test_find_prefers_the_very_text_and_skips_labels() -> None:
    statement = Statement("MATCH (P:paper) WHERE x.paper = 1 RETURN PAPER, paper, $paper, `a b`")
    assert statement.find("paper") == statement.text.index("paper, $")
    assert statement.find("Paper") == statement.text.index("PAPER")
    assert statement.find("$paper") == statement.text.index("$paper")
    assert statement.find("a b") == statement.text.index("`a b`")
    assert statement.find("nothing") is None
