"""The guide's answers are those that the sample graph gives; KG_UPDATE_GOLDEN=1 writes them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from kg.pipeline import build_graph
from kg.resources import data_path
from kg.schema.browser_style import COLOURS
from kg.stores.embedded import EmbeddedStore

GUIDE = Path(__file__).parent.parent / "docs" / "neo4j.md"
QUESTION = re.compile(r"```cypher\n(?P<cypher>.*?)```\n(?:\n(?:\|[^\n]*\n)+)?", re.DOTALL)


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    store = EmbeddedStore()
    store.write(build_graph([data_path("data", "sample.jsonl")]))
    return store


def test_the_answers_of_the_guide(store: EmbeddedStore) -> None:
    text = GUIDE.read_text("utf-8")
    questions = list(QUESTION.finditer(text))
    assert len(questions) >= 12

    def answered(match: re.Match[str]) -> str:
        result = store.query(match["cypher"])
        assert result.rows, match["cypher"]
        rows = [result.columns, ["---"] * len(result.columns), *result.rows]
        table = "".join(f"| {' | '.join(map(str, row))} |\n" for row in rows)
        return f"```cypher\n{match['cypher']}```\n\n{table}"

    fresh = QUESTION.sub(answered, text)
    if "KG_UPDATE_GOLDEN" in os.environ:
        GUIDE.write_text(fresh, "utf-8")
    assert fresh == GUIDE.read_text("utf-8")


def test_the_colours_of_the_guide_and_of_the_explorer_are_one() -> None:
    style = GUIDE.parent.parent / "visualizations" / "explorer" / "src" / "style.css"
    light = style.read_text("utf-8").partition("@media")[0]
    for label, colour in COLOURS.items():
        assert f"{label} `{colour}`" in GUIDE.read_text("utf-8")
        assert f"--kind-{label.lower()}: {colour};" in light
