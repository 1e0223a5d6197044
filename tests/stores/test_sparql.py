"""SPARQL over the triples: the recipes answer as in Cypher, and a query can do nothing but read."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kg.errors import InputError, QueryError, StoreError
from kg.exporters.rdf import generate_quads
from kg.graph import KnowledgeGraph
from kg.pipeline import build_graph
from kg.recipes import Recipe, bind, recipe_named, recipes
from kg.resources import data_path
from kg.stores import sparql
from kg.stores.embedded import EmbeddedStore
from kg.stores.sparql import SparqlStore, query_form, term
from tests.sample_graph import NASTY as SAMPLE_NASTY
from tests.sample_graph import sample_graph
from tests.stores.recipe_rows import RECIPE_ROWS
from tests.stores.store_graph import INJECTION, NASTY, store_graph
from tests.strategies import graphs

IN_SPARQL = [recipe for recipe in recipes().values() if recipe.sparql is not None]
BREAK_OUT = ('"', "'", '"""', "\\", '\\"', "} DROP ALL", '" } # ', "?name", "$limit", "<http://a>")
each = pytest.mark.parametrize("recipe", IN_SPARQL, ids=lambda r: r.name)


def triples_of(graph: KnowledgeGraph) -> SparqlStore:
    return SparqlStore.of(generate_quads(graph, mentions=False))


@pytest.fixture(scope="module")
def store() -> SparqlStore:
    return triples_of(store_graph())


@pytest.fixture(scope="module")
def sample() -> tuple[SparqlStore, EmbeddedStore, KnowledgeGraph]:
    """The triples and the database of the graph of the papers that travel with the package."""
    graph = build_graph([data_path("data", "sample.jsonl")])
    embedded = EmbeddedStore()
    embedded.write(graph)
    return triples_of(graph), embedded, graph


def test_all_but_the_shortest_path_can_be_said() -> None:
    assert [name for name, recipe in recipes().items() if recipe.sparql is None] == ["path"]
    with pytest.raises(InputError, match="'path' has no SPARQL form"):
        recipe_named("path").in_sparql()


@each
def test_the_rows_of_the_hand_made_graph(store: SparqlStore, recipe: Recipe) -> None:
    values, rows = RECIPE_ROWS[recipe.name]
    found = store.query(recipe.in_sparql(), bind(recipe, values), lists=recipe.lists)
    assert list(found.rows) == rows


@each
def test_the_recipes_are_plain_sparql(recipe: Recipe) -> None:
    """Other engines take the text when its parameters have a value: every prefix is declared."""
    text = recipe.in_sparql()
    for parameter in recipe.parameters:
        assert f"${parameter.name}" in text
        value = "5" if isinstance(parameter.default, int) else '"x"'
        text = text.replace(f"${parameter.name}", value)
    pyoxigraph.Store().query(text)
    assert "$" not in text
    assert "ORDER BY" in text
    assert max(map(len, recipe.in_sparql().splitlines())) <= 100


def both(
    recipe: Recipe, values: dict[str, Any], triples: SparqlStore, embedded: EmbeddedStore
) -> list[tuple[Any, ...]]:
    """The rows in either language, which must be the same."""
    bound = bind(recipe, values)
    told = triples.query(recipe.in_sparql(), bound, lists=recipe.lists)
    expected = embedded.query(recipe.cypher, bound)
    assert told.columns == expected.columns
    assert told.rows == expected.rows, (recipe.name, values)
    return list(told.rows)


@each
def test_the_sample_answers_alike_in_both_languages(
    recipe: Recipe, sample: tuple[SparqlStore, EmbeddedStore, KnowledgeGraph]
) -> None:
    triples, embedded, graph = sample
    answered = 0
    for values in _questions(recipe, graph):
        answered += bool(both(recipe, values, triples, embedded))
    assert answered


def _questions(recipe: Recipe, graph: KnowledgeGraph) -> list[dict[str, Any]]:
    names = {p.name for p in recipe.parameters}
    if recipe.name == "top-entities":
        return [{"kind": kind} for kind in ("Method", "Task", "Url", "Nothing")]
    if "since" in names:
        return [{}, {"since": 2020, "limit": 3}, {"since": 3000}]
    if "paper" in names:
        return [{"paper": "a"}, {"paper": "learning"}, {"paper": "arxiv:1810.04805"}]
    if "from" in names:
        ends = [(graph.node(r.subject), r.object) for r in list(graph.relations.values())[::150]]
        return [{"from": getattr(s, "title", None) or s.name, "to": o} for s, o in ends]  # type: ignore[union-attr]
    some = [e.name.upper() for e in graph.entities.values()][::60]
    return [{"name": n} for n in ("ImageNet", "BERT", "question answering", "CIFAR-10", *some)]


@settings(max_examples=25)
@given(graphs(), st.data())
def test_any_graph_answers_alike_in_both_languages(graph: KnowledgeGraph, data: Any) -> None:
    assume(graph.relations)
    names = [
        "one",
        "ZWEI",
        "method:one",
        "é",
        *graph.papers,
        *(p.title for p in graph.papers.values()),
    ]
    triples = triples_of(graph)
    with EmbeddedStore() as embedded:
        embedded.write(graph)
        for recipe in IN_SPARQL:
            texts = [p.name for p in recipe.parameters if not isinstance(p.default, int)]
            values = {name: data.draw(st.sampled_from(names), label=name) for name in texts}
            if recipe.name == "top-entities":
                values = {"kind": data.draw(st.sampled_from(("Method", "Dataset", "Url")))}
            bound = bind(recipe, values)
            told = triples.query(recipe.in_sparql(), bound, lists=recipe.lists)
            expected = embedded.query(recipe.cypher, bound)
            assert told.columns == expected.columns
            # rows that are alike in what orders them have no order: such as two of one name
            assert sorted(map(repr, told.rows)) == sorted(map(repr, expected.rows)), recipe.name


@each
@pytest.mark.parametrize("value", [INJECTION, NASTY, "", *BREAK_OUT])
def test_values_are_never_code(store: SparqlStore, recipe: Recipe, value: str) -> None:
    texts = [p.name for p in recipe.parameters if not isinstance(p.default, int)]
    before = len(store)
    with EmbeddedStore() as embedded:
        embedded.write(store_graph())
        both(recipe, dict.fromkeys(texts, value), store, embedded)
    assert len(store) == before


def test_a_nasty_name_is_found(store: SparqlStore) -> None:
    recipe = recipe_named("timeline")
    (row,) = store.query(recipe.in_sparql(), bind(recipe, {"name": NASTY.upper()}))
    assert (row["paper"], row["role"]) == (NASTY, "INTRODUCES")


def test_lists_keep_their_items_whole() -> None:
    graph = sample_graph()
    recipe = recipe_named("neighbours")
    found = triples_of(graph).query(recipe.in_sparql(), bind(recipe, {"name": SAMPLE_NASTY}))
    assert found.rows
    text = 'SELECT ("b%25%0A1\\na" AS ?x) ("" AS ?y) ("c" AS ?z) {}'
    (row,) = SparqlStore().query(text, lists=("x", "y")).rows
    assert row == (["a", "b%\n1"], [], "c")


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_any_text_comes_back_as_it_went_in(text: str) -> None:
    (row,) = SparqlStore().query("SELECT ($x AS ?y) (STRLEN($x) AS ?n) {}", {"x": text}).rows
    assert row == (text, len(text))


def test_parameters_are_terms() -> None:
    store = SparqlStore()
    text = "SELECT (DATATYPE($x) AS ?y) ($x AS ?z) {} LIMIT $n"
    for value, kind in ((1, "integer"), (True, "boolean"), (0.5, "double"), ("1", "string")):
        (row,) = store.query(text, {"x": value, "n": 1}).rows
        assert row == (f"http://www.w3.org/2001/XMLSchema#{kind}", value)
    (row,) = store.query("SELECT (isIRI($x) AS ?y) {}", {"x": term("<http://a.org/b>")}).rows
    assert row == (True,)
    (row,) = store.query("SELECT (isIRI($x) AS ?y) {}", {"x": term("<b>")}).rows
    assert row == (False,)
    with pytest.raises(InputError, match="cannot be an RDF term"):
        store.query(text, {"x": [1], "n": 1})
    with pytest.raises(InputError, match="no Unicode text"):
        store.query(text, {"x": "\ud800", "n": 1})


def test_parameters_stand_only_where_terms_may() -> None:
    text = "SELECT ('$x' AS ?a) (<http://e.org/?q=$x> AS ?b) ($x AS ?c) {} # $x"
    (row,) = SparqlStore().query(text, {"x": 7}).rows
    assert row == ("$x", "http://e.org/?q=$x", 7)
    with pytest.raises(QueryError, match=r"no \$y in the query"):
        SparqlStore().query("SELECT ?y { ?y ?p '$y' } # $y", {"y": 1})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("DELETE WHERE { ?s ?p ?o }", "would change the triples"),
        ("PREFIX a: <http://a#> # x\nINSERT DATA { a:b a:c a:d }", "would change the triples"),
        ("drop all", "would change the triples"),
        ("LOAD <http://a.org/x.ttl>", "would change the triples"),
        ("SELECT * { ?s ?p ?o } ; DROP ALL", "not SPARQL at this place"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "another server"),
        ("SELECT * {{ SELECT * { sErVice?x{ ?s ?p ?o }}}}", "another server"),
        ("ASK { FILTER(1<2#>'''\n) SERVICE <http://a.org/> { ?s ?p ?o }} #'''", "."),
        ("ASK { ?s ?p ?o FILTER EXISTS { SERVICE SILENT <http://a/> { ?s ?p ?o } } }", "another"),
    ],
)
def test_only_reading_and_only_here(store: SparqlStore, text: str, message: str) -> None:
    before = len(store)
    with pytest.raises(QueryError, match=message):
        store.query(text)
    assert len(store) == before


def test_the_word_service_may_be_said(store: SparqlStore) -> None:
    text = (
        "ASK { ?service ?p ?o FILTER(?o != 'web SERVICE' && ?p != <http://a/service>) } # service"
    )
    assert store.query(text).rows == ((True,),)


@pytest.mark.parametrize(
    ("text", "message", "column", "hint"),
    [
        ("", "is empty", None, "SELECT"),
        ("SELEC ?x { ?x ?p ?o }", "begin with 'SELEC'", 0, "write SELECT"),
        ("MATCH (n) RETURN n", "Cypher, not SPARQL", 0, "leave out"),
        ("SELECT ?x { ?x foaf:name ?n }", "'foaf:' is not declared", 15, "PREFIX foaf: <...>"),
        ("SELECT ?x { ?x ?p ?o", "'{' is not closed", 10, "other half"),
        ("SELECT ?x { ?x ?p ?o ) }", "')' closes nothing", 21, "'('?"),
        ("SELECT ?x { ?x ?p 'a }", "quotation mark is not closed", 18, "\\'"),
        ("SELECT ?x { ?x ?p ?o FILTR(?o) }", "unknown word 'FILTR'", 21, "write FILTER"),
        ("SELECT ?x { ?x ?p ?o } LIMIT $n", "wants a whole number", 29, "-p n=10"),
        ("SELECT ?x ?y { ?x ?p ?y } GROUP BY ?x", "no value", None, "GROUP BY"),
        ("SELECT ?x { ?x ?p }", "not SPARQL at this place", None, ""),
    ],
)
def test_a_wrong_query_shows_place_and_hint(
    store: SparqlStore, text: str, message: str, column: int | None, hint: str
) -> None:
    with pytest.raises(QueryError) as caught:
        store.query(text)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "\n" not in caught.value.message + caught.value.hint
    if column is not None:
        assert caught.value.place.splitlines()[-1] == " " * column + "^"


@pytest.mark.parametrize("start", ["SELECT * " + "{" * 50_000, "ASK { FILTER(" + "! " * 50_000])
def test_a_query_that_would_use_up_the_stack_is_refused(store: SparqlStore, start: str) -> None:
    with pytest.raises(QueryError, match="nested too deeply"):
        store.query(start)


def test_a_place_behind_a_parameter_is_that_of_the_query_as_written(store: SparqlStore) -> None:
    with pytest.raises(QueryError) as caught:
        store.query("SELECT ?x { ?x ?p $v . ?x ?p }", {"v": "long " * 50})
    line, caret = caught.value.place.split("\n")
    assert line == "SELECT ?x { ?x ?p $v . ?x ?p }"
    assert 23 <= len(caret) <= len(line) + 1


def test_every_form_of_query_has_an_answer(store: SparqlStore) -> None:
    select = store.query("SELECT ?n ?none { ?m a kg:Task ; skos:prefLabel ?n }")
    assert (select.kind, select.columns, select.rows) == (
        "table",
        ("n", "none"),
        (("offline RL", None),),
    )
    assert store.query("ASK { ?m a kg:Task }").rows == ((True,),)
    graph = store.query("CONSTRUCT { ?n kg:was ?m } WHERE { ?m a kg:Task . BIND(BNODE() AS ?n) }")
    ((subject, predicate, _),) = graph.rows
    assert graph.kind == "graph"
    assert subject.startswith("_:")
    assert predicate.endswith("vocab#was")
    told = store.query('DESCRIBE ?m { ?m skos:prefLabel "GPT" }')
    assert ("https://schema.org/name", "GPT") in {row[1:] for row in told.rows}


@pytest.mark.parametrize("form", ["turtle", "ntriples", "rdf-xml"])
def test_graphs_are_written_in_one_order(form: str) -> None:
    text = "DESCRIBE ?p { ?p a kg:Paper }"
    written = {triples_of(sample_graph()).serialize(text, format=form) for _ in range(3)}
    assert len(written) == 1
    names = {"turtle": "TURTLE", "ntriples": "N_TRIPLES", "rdf-xml": "RDF_XML"}
    chosen = getattr(pyoxigraph.RdfFormat, names[form])
    read = pyoxigraph.parse(written.pop(), format=chosen)
    assert len(list(read)) == len(triples_of(sample_graph()).query(text).rows)


def test_tables_in_the_forms_of_the_w3c(store: SparqlStore) -> None:
    text = "SELECT ?n { ?m a kg:Metric ; skos:prefLabel ?n }"
    told = json.loads(store.serialize(text, format="sparql-json"))
    assert told["results"]["bindings"][0]["n"]["value"] == "average return"
    assert b"<literal>average return</literal>" in store.serialize(text, format="sparql-xml")
    assert store.serialize(text, format="tsv") == b'?n\n"average return"\n'
    assert json.loads(store.serialize("ASK { }", format="sparql-json"))["boolean"] is True


@pytest.mark.parametrize(
    ("text", "form"),
    [("SELECT * { }", "turtle"), ("ASK { }", "tsv"), ("DESCRIBE <http://a.org>", "sparql-json")],
)
def test_a_form_that_does_not_fit_is_refused(store: SparqlStore, text: str, form: str) -> None:
    with pytest.raises(InputError, match=f"has no form '{form}'") as caught:
        store.serialize(text, format=form)
    assert caught.value.hint.startswith("one of: ")


def test_a_query_without_end_is_given_up(sample: tuple[SparqlStore, Any, Any]) -> None:
    running = threading.active_count()
    with pytest.raises(QueryError, match=r"no answer within 0\.2 seconds"):
        sample[0].query("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", timeout=0.2)
    for thread in threading.enumerate():
        if thread.name == "sparql":
            thread.join(60)  # it stops at its next row
    assert threading.active_count() <= running


def test_terms_that_no_triple_has_are_named(store: SparqlStore) -> None:
    text = "SELECT * { ?p kg:use ?m . ?m a kg:Methd ; kg:uses 'kg:notthis' ; schema:nothing ?x }"
    assert store.unknown_terms(text) == [
        "no triple has kg:use; did you mean kg:uses?",
        "no triple has kg:Methd; did you mean kg:Method?",
    ]


def test_numbers_come_as_numbers_and_the_rest_as_text() -> None:
    text = """SELECT ("7"^^xsd:nonNegativeInteger AS ?a) (0.5 AS ?b) ("x"@en AS ?c)
      ("2021"^^xsd:gYear AS ?d) ("odd"^^xsd:integer AS ?e) (true AS ?f) (1e0 AS ?g) {}"""
    (row,) = SparqlStore().query(text).rows
    assert row == (7, 0.5, "x", "2021", "odd", True, 1.0)


def test_the_form_is_told_before_anything_runs() -> None:
    assert query_form("base <http://a/> # x\nprefix a: <b> ask { }") == "ASK"


def test_a_store_on_disk_answers_as_one_in_memory(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(sparql, "BATCH", 100)
    SparqlStore.create(tmp_path / "t", generate_quads(store_graph(), mentions=False))
    text = "SELECT ?n { ?m skos:prefLabel ?n } ORDER BY ?n"
    with SparqlStore(tmp_path / "t") as one, SparqlStore(tmp_path / "t") as other:
        expected = triples_of(store_graph()).query(text)
        assert one.query(text) == other.query(text) == expected
        assert len(one) == len(triples_of(store_graph()))


def test_a_damaged_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_bytes(b"nothing")
    with pytest.raises(StoreError, match="are damaged"):
        SparqlStore(tmp_path)
