"""``schemas/`` is what the models say, byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kglite
import pytest

from kg.cypher import LABELS
from kg.errors import InputError, UnknownNameError
from kg.schema import ARTIFACTS, diff_artifacts, generate_artifact, write_artifacts

SCHEMAS = Path(__file__).parents[2] / "schemas"


@pytest.mark.parametrize("name", ARTIFACTS)
def test_committed_file_is_in_sync(name: str) -> None:
    committed = (SCHEMAS / name).read_bytes()
    assert committed == generate_artifact(name).encode(), "run: kg schema write schemas"


def test_the_folder_holds_nothing_else() -> None:
    assert {path.name for path in SCHEMAS.iterdir()} == {"README.md", *ARTIFACTS}
    readme = (SCHEMAS / "README.md").read_text("utf-8")
    assert all(f"`{name}`" in readme for name in ARTIFACTS)


@pytest.mark.parametrize("name", ARTIFACTS)
def test_text_is_utf8_with_lf(name: str) -> None:
    text = generate_artifact(name)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\r" not in text


def test_write_then_diff_is_empty(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "schemas"
    assert [path.name for path in write_artifacts(folder)] == list(ARTIFACTS)
    assert diff_artifacts(folder) == ""


def test_diff_shows_what_changed_and_what_is_missing(tmp_path: Path) -> None:
    write_artifacts(tmp_path)
    path = tmp_path / "neo4j.cypher"
    path.write_bytes(path.read_bytes().replace(b"paper_year", b"paper_jahr"))
    (tmp_path / "kg.shapes.ttl").unlink()
    diff = diff_artifacts(str(tmp_path))
    assert "-CREATE INDEX paper_jahr" in diff
    assert "+CREATE INDEX paper_year" in diff
    assert "+kg:PaperShape" in diff
    assert "kg.schema.json" not in diff


def test_errors_are_ours(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError) as caught:
        generate_artifact("kg.owl")
    assert "kg.schema.json" in caught.value.hint
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot write"):
        write_artifacts(tmp_path / "file")
    (tmp_path / "neo4j.cypher").mkdir()
    with pytest.raises(InputError, match="cannot read"):
        diff_artifacts(tmp_path)


def test_the_ddl_runs_twice_and_keeps_ids_unique() -> None:
    engine: Any = kglite.KnowledgeGraph()
    lines = generate_artifact("neo4j.cypher").splitlines()
    statements = [line for line in lines if line and not line.startswith("//")]
    assert all(statement.endswith(";") for statement in statements)
    portable = [s.removesuffix(";") for s in statements if "FULLTEXT" not in s]
    added = 0
    for statement in portable * 2:
        engine.cypher(statement)
        added += engine.last_mutation_stats["constraints_added"]
    assert added == len(LABELS)
    engine.cypher("CREATE (n:Paper {id: 'x'})")
    with pytest.raises(kglite.KgError):
        engine.cypher("CREATE (n:Paper {id: 'x'})")
