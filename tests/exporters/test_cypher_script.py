"""The Cypher script, run statement by statement in an embedded database."""

from __future__ import annotations

from typing import Any

import kglite
import pytest

from kg.errors import InputError
from kg.exporters.cypher import generate_cypher
from tests.sample_graph import NASTY, sample_graph

GRAPH = sample_graph()


@pytest.mark.parametrize("batch_size", [1, 2, 200])
def test_it_loads_the_graph_and_a_second_run_changes_nothing(batch_size: int) -> None:
    engine: Any = kglite.KnowledgeGraph()
    script = "".join(generate_cypher(GRAPH, batch_size=batch_size))
    counts = []
    for _ in range(2):
        created = 0
        for statement in script.splitlines():
            engine.cypher(statement.removesuffix(";"))
            stats = engine.last_mutation_stats
            created += stats["nodes_created"] + stats["relationships_created"]
        counts.append(created)
        assert engine.cypher("MATCH (n) RETURN count(n) AS n")[0]["n"] == len(list(GRAPH.nodes()))
        edges = engine.cypher("MATCH ()-[r]->() RETURN count(r) AS n")[0]["n"]
        assert edges == len(GRAPH.relations)
        for label, number in GRAPH.stats().nodes.items():
            assert engine.cypher(f"MATCH (n:{label}) RETURN count(n) AS n")[0]["n"] == number
    assert counts == [len(list(GRAPH.nodes())) + len(GRAPH.relations), 0]
    names = engine.cypher("MATCH (n:Method) RETURN n.name AS name ORDER BY n.id")
    assert names[0]["name"] == NASTY


def test_every_line_is_one_statement() -> None:
    script = "".join(generate_cypher(GRAPH, batch_size=1))
    lines = script.splitlines()
    assert script == "".join(f"{line}\n" for line in lines)
    assert all(line.endswith(";") for line in lines)
    kinds = [line.split(" ", 1)[0] for line in lines]
    assert kinds == sorted(kinds)  # CREATE before UNWIND
    unwound = [line for line in lines if line.startswith("UNWIND")]
    relations = ["MERGE (a)" in line for line in unwound]
    assert relations == sorted(relations)  # nodes before relations


def test_a_batch_size_below_one_is_refused() -> None:
    with pytest.raises(InputError, match="batch"):
        list(generate_cypher(GRAPH, batch_size=0))
