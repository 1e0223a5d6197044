"""The queries of the pack, the answers that Neo4j gave to them, and how answers are compared."""

from __future__ import annotations

import json
import math
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from kg.recipes import bind, recipes
from kg.stores.base import QueryResult
from tests.stores.recipe_rows import RECIPE_ROWS

HERE = Path(__file__).parent
ANSWERS = HERE / "answers.json"


@dataclass(frozen=True)
class Query:
    """A question to both engines.

    Args:
        name: What it tests.
        cypher: The query.
        parameters: Values for ``$name`` in it.
        ordered: Whether the rows have an order.
        empty: Whether it finds nothing, as it should.
        embedded: What the embedded engine does instead: ``refused: `` and a part of the message,
            ``differs``, or ``answers`` where Neo4j refuses; empty where both agree.
        construct: What ``docs/cypher.md`` calls the difference.
    """

    name: str
    cypher: str
    parameters: dict[str, Any] = field(default_factory=dict)
    ordered: bool = False
    empty: bool = False
    embedded: str = ""
    construct: str = ""


@cache
def queries() -> tuple[Query, ...]:
    """Every query of the pack, and the ready questions of kg."""
    found = []
    for file in sorted((HERE / "queries").glob("*.toml")):
        for item in tomllib.loads(file.read_text("utf-8"))["query"]:
            nulls = dict.fromkeys(item.pop("nulls", ()))  # TOML has no null
            item["parameters"] = {**item.get("parameters", {}), **nulls}
            found.append(Query(**item))
    for ready in recipes().values():
        values, _ = RECIPE_ROWS[ready.name]
        name = f"recipe {ready.name}"
        found.append(Query(name, ready.cypher, bind(ready, values), ordered=True))
    return tuple(found)


def recorded(query: Query) -> dict[str, Any]:
    """What Neo4j answered: columns and rows, or error; and embedded rows where those differ."""
    answer: dict[str, Any] = _answers()[query.name]
    return answer


def record(query: Query, **answer: Any) -> None:
    """Write down a part of what there is to know about a query."""
    known = _answers()
    known[query.name] = {**known.get(query.name, {}), **answer}
    names = [q.name for q in queries() if q.name in known]
    lines = (
        f"{json.dumps(n, ensure_ascii=False)}: {json.dumps(known[n], ensure_ascii=False)}"
        for n in names
    )
    ANSWERS.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def plain(query: Query, result: QueryResult) -> list[list[Any]]:
    """Rows in an order of their own unless the query gives them one, without linked mentions."""
    rows = [[_without_mentions(value) for value in row] for row in result.rows]
    return rows if query.ordered else sorted(rows, key=_rough)


def equal(one: Any, other: Any) -> bool:
    """Whether two values are the same, floats but for their last digits."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        both_nan = math.isnan(one) and math.isnan(other)
        return both_nan or math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    return bool(one == other)


def _answers() -> dict[str, Any]:
    return dict(json.loads(ANSWERS.read_text("utf-8"))) if ANSWERS.exists() else {}


def _without_mentions(value: Any) -> Any:
    """A server keeps the linked mentions with a paper, the embedded store does not."""
    if isinstance(value, list):
        return [_without_mentions(item) for item in value]
    if isinstance(value, dict):
        return {k: _without_mentions(v) for k, v in value.items() if k != "mentions"}
    return value


def _rough(value: Any) -> str:
    """Sort key that does not hang on the last digits of floats or the order of keys."""
    rounded = json.loads(json.dumps(value), parse_float=lambda text: round(float(text), 6))
    return json.dumps(rounded, sort_keys=True, ensure_ascii=False)
