"""What docs/slices.md shows works as it is shown."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from kg.cli import main
from kg.graph import KnowledgeGraph
from kg.importing import import_graph
from kg.model import Paper
from kg.snapshot import content_fingerprint
from tests.table_folders import write_tables

GUIDE = (Path(__file__).parents[1] / "docs" / "slices.md").read_text("utf-8")


def test_commands_run(
    small_graph: KnowledgeGraph,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    learning = Paper(id="x:1", title="On learning", year=2025, categories=("cs.LG",))
    graph = small_graph.merge(KnowledgeGraph([learning]))
    import_graph(graph, "papers.kg")
    write_tables(tmp_path / "tables", graph)
    commands = re.findall(r"^\$ kg (.*)$", GUIDE, re.MULTILINE)
    assert len(commands) == 4
    for command in commands:
        assert main(shlex.split(command)) == 0, (command, capsys.readouterr().err)
    assert content_fingerprint("whole.kg") == content_fingerprint("papers.kg")
