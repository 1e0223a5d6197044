"""What docs/tables.md shows works as it is shown."""

from __future__ import annotations

import io
import re
import shlex
import sys
from pathlib import Path

import pytest

from kg.cli import main
from kg.graph import KnowledgeGraph
from kg.importing import import_graph
from kg.snapshot import load_graph

GUIDE = (Path(__file__).parents[1] / "docs" / "tables.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # inside mlcroissant
def test_commands_and_code_run(
    small_graph: KnowledgeGraph,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    import_graph(small_graph, "papers.kg")
    commands = re.findall(r"^\$ kg (.*)$", "".join(blocks("console")), re.MULTILINE)
    assert len(commands) >= 6
    for command in commands:
        assert main(shlex.split(command, comments=True)) == 0, (command, capsys.readouterr().err)
    assert load_graph("copy.kg") == small_graph
    for code in blocks("python"):
        names: dict[str, object] = {}
        exec(compile(code, "tables.md", "exec"), names)
        if "entities" in names:
            wanted = [list(entity.aliases) for entity in small_graph.entities.values()]
            assert list(names["entities"]["aliases"]) == wanted  # type: ignore[index]


def test_a_choice_of_lines_can_be_piped(
    small_graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    import_graph(small_graph, "papers.kg")
    assert main(["export", "papers.kg", "graph.papers.jsonl"]) == 0
    (command,) = re.findall(r"\| kg (import [^`]*)`", GUIDE)
    lines = Path("graph.papers.jsonl").read_bytes().splitlines(keepends=True)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"".join(lines[:2]))))
    assert main(shlex.split(command)) == 0
    assert list(load_graph("part.kg").papers) == list(small_graph.papers)[:2]
