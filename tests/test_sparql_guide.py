"""The answers in docs/sparql.md are those of the sample graph; KG_UPDATE_GOLDEN=1 writes them."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from kg.exporters.rdf import generate_quads
from kg.graph import KnowledgeGraph
from kg.pipeline import build_graph
from kg.recipes import bind, recipe_named, recipes
from kg.resources import data_path
from kg.stores.embedded import EmbeddedStore
from kg.stores.sparql import SparqlStore

GUIDE = Path(__file__).parent.parent / "docs" / "sparql.md"
QUESTION = re.compile(
    r"```sparql\n(?P<text>.*?)```\n(?:\n(?:(?:\|[^\n]*\n)+|```turtle\n.*?```\n|`(?:true|false)`\n))?",
    re.DOTALL,
)
RECIPE = re.compile(r"^\| `(?P<name>[a-z-]+)` \| (?P<with>`-p [^|]*` )?\|[^\n]*\|$", re.MULTILINE)


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return build_graph([data_path("data", "sample.jsonl")])


@pytest.fixture(scope="module")
def store(graph: KnowledgeGraph) -> SparqlStore:
    return SparqlStore.of(generate_quads(graph, mentions=False))


def compare(fresh: str) -> None:
    if "KG_UPDATE_GOLDEN" in os.environ:
        GUIDE.write_text(fresh, "utf-8")
    assert fresh == GUIDE.read_text("utf-8")


def cell(value: object) -> str:
    text = ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return text.replace("|", "\\|")


def test_the_answers_of_the_guide(store: SparqlStore) -> None:
    text = GUIDE.read_text("utf-8")
    assert len(QUESTION.findall(text)) >= 4

    def answered(match: re.Match[str]) -> str:
        result = store.query(match["text"])
        assert result.rows, match["text"]
        if result.kind == "truth":
            told = f"`{str(result.rows[0][0]).lower()}`\n"
        elif result.kind == "graph":
            turtle = store.serialize(match["text"], format="turtle").decode()
            told = f"```turtle\n{turtle}```\n"
        else:
            rows = [result.columns, ["---"] * len(result.columns), *result.rows]
            told = "".join(f"| {' | '.join(map(cell, row))} |\n" for row in rows)
        return f"```sparql\n{match['text']}```\n\n{told}"

    compare(QUESTION.sub(answered, text))


def test_the_table_of_recipes(store: SparqlStore, graph: KnowledgeGraph) -> None:
    text = GUIDE.read_text("utf-8")
    named = [match["name"] for match in RECIPE.finditer(text)]
    assert named == [name for name, recipe in recipes().items() if recipe.sparql is not None]
    embedded = EmbeddedStore()
    embedded.write(graph)

    def answered(match: re.Match[str]) -> str:
        recipe = recipe_named(match["name"])
        words = shlex.split((match["with"] or "").strip(" `"))
        bound = bind(recipe, dict(word.split("=", 1) for word in words if word != "-p"))
        result = store.query(recipe.in_sparql(), bound, lists=recipe.lists)
        assert result.rows == embedded.query(recipe.cypher, bound).rows
        assert result.rows, recipe.name
        first = "; ".join(
            f"{k}: {cell(v)}" for k, v in next(iter(result)).items() if k != "sentence"
        )
        return f"| `{recipe.name}` | {match['with'] or ''}| {len(result.rows)} | {first} |"

    compare(RECIPE.sub(answered, text))
