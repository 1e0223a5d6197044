from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from kg.errors import InputError, UnknownNameError
from kg.recipes import Recipe, bind, recipe_named, recipes
from kg.stores import lint_query
from kg.stores.embedded import EmbeddedStore
from tests.stores.recipe_rows import RECIPE_ROWS
from tests.stores.store_graph import INJECTION, NASTY, store_graph


@pytest.fixture(scope="module")
def store() -> Iterator[EmbeddedStore]:
    with EmbeddedStore() as opened:
        opened.write(store_graph())
        yield opened


def test_every_recipe_has_expected_rows() -> None:
    assert set(RECIPE_ROWS) == set(recipes())
    assert len(recipes()) >= 12


@pytest.mark.parametrize("name", RECIPE_ROWS)
def test_rows(store: EmbeddedStore, name: str) -> None:
    values, rows = RECIPE_ROWS[name]
    recipe = recipe_named(name)
    assert list(store.query(recipe.cypher, bind(recipe, values)).rows) == rows


@pytest.mark.parametrize("recipe", recipes().values(), ids=lambda r: r.name)
def test_recipes_keep_to_the_portable_subset(recipe: Recipe) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", recipe.name)
    assert recipe.question.endswith("?")
    assert lint_query(recipe.cypher) == ()
    assert "LIMIT $limit" in recipe.cypher
    assert "ORDER BY" in recipe.cypher
    assert not re.search(r"apoc|\bSHORTEST\b|\bid\(|==|;", recipe.cypher)
    assert set(re.findall(r"\$(\w+)", recipe.cypher)) == {p.name for p in recipe.parameters}
    assert all(p.description.endswith(".") for p in recipe.parameters)


@pytest.mark.parametrize("name", [INJECTION, NASTY, "nothing", "", "x' OR 1=1"])
@pytest.mark.parametrize("recipe", recipes().values(), ids=lambda r: r.name)
def test_values_are_never_code(store: EmbeddedStore, recipe: Recipe, name: str) -> None:
    values = {p.name: name for p in recipe.parameters if not isinstance(p.default, int)}
    before = store.query("MATCH (n) RETURN count(n) AS n").rows
    store.query(recipe.cypher, bind(recipe, values))
    assert store.query("MATCH (n) RETURN count(n) AS n").rows == before


def test_a_nasty_name_is_found(store: EmbeddedStore) -> None:
    recipe = recipe_named("timeline")
    (row,) = store.query(recipe.cypher, bind(recipe, {"name": NASTY.upper()}))
    assert (row["paper"], row["role"]) == (NASTY, "INTRODUCES")


def test_limit_cuts(store: EmbeddedStore) -> None:
    recipe = recipe_named("timeline")
    assert len(store.query(recipe.cypher, bind(recipe, {"name": "cql", "limit": 2})).rows) == 2


def test_bind_fills_in_defaults_and_takes_numbers_as_names() -> None:
    recipe = recipe_named("benchmark")
    assert bind(recipe, {"name": 1984, "limit": "7"}) == {"name": "1984", "limit": 7}
    assert bind(recipe, {"name": "x", "limit": None}) == {"name": "x", "limit": 50}


def test_bind_lists_what_is_missing() -> None:
    with pytest.raises(InputError, match="needs 'from', 'to'") as caught:
        bind(recipe_named("path"), {})
    assert "-p from=VALUE -p to=VALUE" in caught.value.hint


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": "x", "nmae": "y"}, "no parameter 'nmae'"),
        ({"name": "x", "limit": "many"}, "no whole number: 'many'"),
        ({"name": "x", "limit": -1}, "no whole number: '-1'"),
        ({"name": "x", "limit": True}, "no whole number: 'True'"),
    ],
)
def test_bind_refuses(values: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        bind(recipe_named("benchmark"), values)


def test_unknown_recipe() -> None:
    with pytest.raises(UnknownNameError, match="'benchmarks'") as caught:
        recipe_named("benchmarks")
    assert caught.value.hint == "did you mean 'benchmark'?"
    with pytest.raises(UnknownNameError) as caught:
        recipe_named("zzz")
    assert "timeline" in caught.value.hint
