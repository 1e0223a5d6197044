from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.stores._code import Code, Edit, applied, position_before
from kg.stores._statement import Statement
from kg.stores._translate import Schema, Translation, column_names, star_columns, translate
from kg.stores.embedded import EmbeddedStore
from tests.stores.store_graph import store_graph

SCHEMA = Schema(("Metric", "Paper", "Task"), ("EXTENDS", "USES"), single=True)


def translated(cypher: str, schema: Schema = SCHEMA) -> Translation:
    return translate(Statement(cypher), lambda: schema)


@pytest.mark.parametrize(
    ("cypher", "expected"),
    [
        ("RETURN upper('upper(') AS upper", "RETURN toUpper('upper(') AS upper"),
        ("MATCH (n) RETURN n.e, e(), lower(n.id)", "MATCH (n) RETURN n.e, exp(1), toLower(n.id)"),
        ("RETURN [1] || [2] || '||'", "RETURN [1]  + [2]  + '||'"),
        ("RETURN [x IN [1] | x]", "RETURN [x IN [1] | x]"),
        ("MATCH ()-[:A|:B]->() RETURN 1", "MATCH ()-[:A| B]->() RETURN 1"),
        ("MATCH (a)<-[r]->(b)<-->(c) RETURN 1", "MATCH (a) -[r]- (b)--(c) RETURN 1"),
        ("RETURN EXISTS { MATCH (a) RETURN a }", "RETURN EXISTS { MATCH (a)  }"),
        (
            "RETURN COUNT { MATCH (a) RETURN DISTINCT a }",
            "RETURN COUNT { MATCH (a) RETURN DISTINCT a }",
        ),
        ("MATCH (n:!Paper) RETURN 1", "MATCH (n:`Metric`|`Task`) RETURN 1"),
        ("MATCH (n:%) RETURN 1", "MATCH (n) RETURN 1"),
        ("MATCH (:Paper&Task) RETURN 1", "MATCH (:`no such name`) RETURN 1"),
        ("MATCH ()-[:!USES*1..2]-() RETURN 1", "MATCH ()-[:`EXTENDS`*1..2]-() RETURN 1"),
        ("MATCH (n) WHERE n:Task|Metric RETURN 1", "MATCH (n) WHERE (n:`Metric` OR n:`Task`) RET"),
        ("RETURN [n IN l WHERE n:Task | n]", "RETURN [n IN l WHERE n:Task | n]"),
        ("MATCH (n:Paper|Task) RETURN {a: 1}", "MATCH (n:Paper|Task) RETURN {a: 1}"),
        ("RETURN 1 < 2 <= 3 AS x", "RETURN (1 < 2 AND 2 <= 3) AS x"),
        ("WITH 1 AS a WHERE NOT 0 < a < 2 OR a = 1 RETURN a", "WITH 1 AS a WHERE NOT (0 < a AND "),
        ("RETURN f(1 < 2 < 3), [1 < 2, 2 < 3]", "RETURN f((1 < 2 AND 2 < 3)), [1 < 2, 2 < 3]"),
        ("MATCH p = (a)-->(b)<--(c) RETURN p", "MATCH p = (a)-->(b)<--(c) RETURN p"),
        ("MATCH (n) RETURN n.name", "MATCH (n) RETURN properties(n).name"),
        ("MATCH (n:Task) RETURN n.name", "MATCH (n:Task) RETURN n.name"),
        ("MATCH (n) WHERE n:Task RETURN n.name", "MATCH (n) WHERE n:Task RETURN properties(n).n"),
        (
            "MATCH (n:Task) WITH 1 AS x MATCH (n) RETURN n.name",
            "MATCH (n:Task) WITH 1 AS x MATCH (n) RETURN properties(n).name",
        ),
        (
            "MATCH (n:Task) WITH n, 1 AS x MATCH (n)--() RETURN n.name",
            "MATCH (n:Task) WITH n, 1 AS x MATCH (n)--() RETURN n.name",
        ),
        (
            "MATCH (m:Task) UNWIND [m] AS n MATCH (n:Task) RETURN n.name",
            "MATCH (m:Task) UNWIND [m] AS n MATCH (n:Task) RETURN properties(n).name",
        ),
        (
            "MATCH p = ()--() RETURN nodes(p)[0].name, [(startNode(r)).`name`]",
            "MATCH p = ()--() RETURN properties(nodes(p)[0]).name, [properties((startNode(r))).`na",
        ),
        ("MATCH ()-[r]->() RETURN r.name, r.type, r.start", "MATCH ()-[r]->() RETURN r.name, pro"),
        ("RETURN $p.name, $p.type, 'n.name'", "RETURN $p.name, $p.type, 'n.name'"),
        ("RETURN n['type'], n['name']", "RETURN properties(n)['type'], n['name']"),
        ("MATCH (n {name: 'x'}) RETURN 1", "MATCH (n:`Metric`|`Task` {name: 'x'}) RETURN 1"),
        ("MATCH (:Task|Paper {name: 'x'}) RETURN 1", "MATCH (:`Task` {name: 'x'}) RETURN 1"),
        ("MATCH (:Paper {id: 'x', type: 'y'}) RETURN 1", "MATCH (:`no such name` {id: 'x', type: "),
        ("MATCH (:Task {name: 'x'}) RETURN 1", "MATCH (:Task {name: 'x'}) RETURN 1"),
        ("MATCH (n) RETURN n {.id, .*}", "MATCH (n) RETURN n {.id, .*}"),
        ("MATCH (n) WITH 1 AS z RETURN n {.id, z}", "MATCH (n) WITH 1 AS z RETURN n {.id, z: z}"),
        ("RETURN m {.*}", "RETURN properties(m)"),
        ("RETURN m {.a, b: 1}", "RETURN (CASE WHEN m IS NULL THEN null ELSE {a: m.a, b: 1} END)"),
    ],
)
def test_translations(cypher: str, expected: str) -> None:
    assert translated(cypher).text.startswith(expected)


def test_what_writes_stays_as_it_is() -> None:
    cypher = "MATCH (n {name: 'x'}) WHERE 1 < 2 < 3 SET n.name = n.type RETURN n.name"
    assert translated(cypher) == Translation(cypher)


def test_nodes_of_several_labels_are_not_guessed_at() -> None:
    several = Schema(SCHEMA.labels, SCHEMA.types, single=False)
    cypher = "MATCH (n:!Paper)-[:!USES]-() RETURN 1"
    assert translated(cypher, several).text == "MATCH (n:!Paper)-[:`EXTENDS`]-() RETURN 1"


def test_a_map_projection_that_cannot_be_told() -> None:
    with pytest.raises(QueryError, match="not known here as one map") as caught:
        translated("WITH {a: 1} AS m RETURN m {.*, b: 2}")
    assert caught.value.place.endswith(" ^")
    assert "properties(m)" in caught.value.hint


def test_a_subquery_that_sorts_leaves_a_pass_out() -> None:
    inner = "MATCH (p)--(m) RETURN m ORDER BY m.id LIMIT 1"
    for call in (f"CALL (p) {{ {inner} }}", f"CALL {{ WITH p {inner} }}"):
        assert translated(f"MATCH (p) {call} RETURN p").disabled == ("fuse_order_by_top_k",)
    assert translated("MATCH (p) RETURN p ORDER BY p.id LIMIT 1").disabled == ()


@pytest.mark.parametrize(
    ("cypher", "names"),
    [
        ("RETURN 1 + 1, 'a,b', [1, 2], f( x )", ("1 + 1", "'a,b'", "[1, 2]", "f( x )")),
        ("MATCH (n) RETURN DISTINCT n.name AS `a b`, n.as ORDER BY n.x", ("a b", "n.as")),
        ("RETURN 1 AS a UNION RETURN 2 AS a", ("a",)),
        ("CALL { RETURN 1 AS x } RETURN x", ("x",)),
    ],
)
def test_columns_are_named_by_their_text(cypher: str, names: tuple[str, ...]) -> None:
    assert column_names(Statement(cypher), len(names)) == names


@pytest.mark.parametrize(
    "cypher", ["RETURN *", "CALL db.labels()", "RETURN 1, 2", "EXPLAIN RETURN 1", "RETURN"]
)
def test_columns_that_cannot_be_told_keep_their_names(cypher: str) -> None:
    assert column_names(Statement(cypher), 1) is None


def test_what_a_star_stands_for_is_in_order() -> None:
    assert star_columns(Statement("RETURN *, 1 AS a"), ("z", "b", "a")) == ("b", "z", "a")
    assert star_columns(Statement("RETURN z * b AS z, b"), ("z", "b")) == ("z", "b")


def test_positions_go_back_through_every_pass() -> None:
    cypher = "MATCH (n) WHERE 1 < n.name < 3 AND n:Task|Metric RETRN n.type"
    translation = translated(cypher)
    assert len(translation.steps) == 3
    for word in ("MATCH", "AND n:Task", "RETRN"):
        position = translation.text.index(word.split()[0], 0 if word != "AND n:Task" else 50)
        assert translation.source_position(position) == cypher.index(word)
    assert translation.source_position(None) is None


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.text("xy", max_size=6))))
def test_positions_outside_of_edits_are_exact(parts: list[tuple[int, int, str]]) -> None:
    source, edits = "", []
    for gap, length, text in parts:
        source += "-" * (gap + 1)
        edits.append(Edit(len(source), len(source) + length, text))
        source += "." * length
    source += "!"
    assert position_before(edits, applied(source, edits).index("!")) == len(source) - 1


_WORDS = (
    "MATCH RETURN WHERE WITH CALL EXISTS COUNT AS IN AND NOT n m r Task Paper name type id 'x' $p "
    "1 ( ) [ ] { } < > = <= - : | & ! % . , * .."
).split()


@given(st.lists(st.sampled_from(_WORDS), max_size=25))
def test_any_words_are_taken(words: list[str]) -> None:
    try:
        statement = Statement(" ".join(words))
        translation = translate(statement, lambda: SCHEMA)
    except QueryError:
        return
    translation.source_position(len(translation.text))
    column_names(statement, 1)
    star_columns(statement, ("a",))


@given(st.text(alphabet="MATCH (n:Paper)-[r]>{}|'`.$xy<=\n", max_size=60))
def test_brackets_of_any_text(text: str) -> None:
    code = Code(text)
    for at in range(len(code.tokens)):
        assert 0 <= code.operand_start(at) <= at
        code.is_node(at)


def test_an_error_shows_the_place_in_the_text_of_the_user() -> None:
    with EmbeddedStore() as store:
        store.write(store_graph())
        with pytest.raises(QueryError) as caught:
            store.query("MATCH (n:Task|Paper)\nWHERE 1 < n.year < 3\nRETURN n.name, n.type, n.id +")
        assert caught.value.place.startswith("RETURN n.name, n.type, n.id +\n")
        with pytest.raises(QueryError) as caught:
            store.query("MATCH (n) RETURN n.name, toLowr(n.type)")
        line, caret = caught.value.place.split("\n")
        assert line[caret.index("^") :] == "toLowr(n.type)"
