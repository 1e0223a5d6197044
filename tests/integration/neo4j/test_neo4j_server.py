from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.bolt_server import BoltServer
from tests.integration.neo4j.server import Neo4jTools, ToolError

pytestmark = [pytest.mark.neo4j, pytest.mark.xdist_group("neo4j")]


def test_it_is_neo4j_community(neo4j_database: BoltServer) -> None:
    cypher = (
        "CALL dbms.components() YIELD name, versions, edition RETURN name, versions[0], edition"
    )
    [(name, version, edition)] = neo4j_database.rows(cypher)
    assert (name, edition) == ("Neo4j Kernel", "community")
    assert str(version).startswith("5.")


@pytest.mark.parametrize("_time", ["once", "again"])
def test_every_test_gets_an_empty_database(neo4j_database: BoltServer, _time: str) -> None:
    assert neo4j_database.rows("MATCH (n) RETURN count(n)") == [[0]]
    assert neo4j_database.rows("SHOW CONSTRAINTS YIELD name") == []
    for statement in (
        "CREATE CONSTRAINT `a b` FOR (n:Thing) REQUIRE n.id IS UNIQUE",
        "CREATE INDEX one FOR (n:Thing) ON (n.name)",
        "CREATE FULLTEXT INDEX words FOR (n:Thing) ON EACH [n.name]",
        "CREATE (:Thing {id: 1})-[:KNOWS]->(:Thing {id: 2})",
    ):
        neo4j_database.rows(statement)


def test_cypher_shell_runs_a_file(
    neo4j_database: BoltServer, neo4j_tools: Neo4jTools, tmp_path: Path
) -> None:
    script = tmp_path / "script.cypher"
    script.write_text(
        "CREATE (:Thing {name: 'ä; \"b\" 🧪'});\nMATCH (n:Thing) RETURN n.name AS name;\n", "utf-8"
    )
    assert "🧪" in neo4j_tools.cypher_shell(neo4j_database, script)
    assert neo4j_database.rows("MATCH (n) RETURN n.name") == [['ä; "b" 🧪']]


def test_cypher_shell_says_what_is_wrong(
    neo4j_database: BoltServer, neo4j_tools: Neo4jTools, tmp_path: Path
) -> None:
    script = tmp_path / "script.cypher"
    script.write_text("CREATE (:Thing);\nRETRN 1;\nCREATE (:Thing);\n", "utf-8")
    with pytest.raises(ToolError, match="RETRN"):
        neo4j_tools.cypher_shell(neo4j_database, script)
    assert neo4j_database.rows("MATCH (n) RETURN count(n)") == [[1]]


def test_a_server_starts_on_what_the_admin_tool_imported(
    neo4j_tools: Neo4jTools, tmp_path: Path
) -> None:
    nodes, edges = tmp_path / "things.csv", tmp_path / "knows.csv"
    nodes.write_text('id:ID,name,:LABEL\n1,"a, ""b""",Thing\n2,ä,Thing\n3,c,Other\n', "utf-8")
    edges.write_text(":START_ID,:END_ID,weight:double,:TYPE\n1,2,0.5,KNOWS\n", "utf-8")
    with neo4j_tools.home() as home:
        files = (f"--nodes={nodes}", f"--relationships={edges}")
        said = neo4j_tools.admin(home, "database", "import", "full", "neo4j", *files)
        assert "IMPORT DONE" in said
        with neo4j_tools.start(home) as server:
            assert server.rows("MATCH (n:Thing) RETURN count(n)") == [[2]]
            found = server.rows("MATCH (a)-[r:KNOWS]->(b) RETURN a.name, r.weight, b.name")
            assert found == [['a, "b"', 0.5, "ä"]]
            folder = home.folder
    assert not folder.exists()


def test_the_admin_tool_says_what_is_wrong(neo4j_tools: Neo4jTools) -> None:
    with (
        neo4j_tools.home() as home,
        pytest.raises(ToolError, match=r"nothing\.csv"),
    ):
        neo4j_tools.admin(home, "database", "import", "full", "neo4j", "--nodes=nothing.csv")
