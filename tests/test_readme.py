"""What the README shows works as it is shown."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from kg.cli import main
from kg.resources import data_path

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the README's commands name."""
    monkeypatch.chdir(tmp_path)
    lines = data_path("data", "sample.jsonl").read_text("utf-8").splitlines()[:6]
    for name in ("papers.jsonl", "arxiv.jsonl.gz"):
        data = ("\n".join(lines) + "\n").encode()
        if name.endswith(".gz"):
            import gzip

            data = gzip.compress(data)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "refs.bib").write_text(
        "@article{a, title={A note on BERT}, year={2020}, "
        "abstract={We evaluate BERT and ResNet-50 on GLUE.}}\n"
    )
    (tmp_path / "daily_papers.txt").write_text(
        "Daily Papers\n\nFooNet: A New Model\n\n"
        "We propose FooNet, a new model for image classification, and evaluate it on ImageNet. "
        "Our method outperforms ResNet in accuracy by a clear margin on all of its classes.\n"
    )
    return tmp_path


def test_the_commands_run(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands = [
        line.removeprefix("$ ")
        for block in blocks("console")
        for line in block.splitlines()
        if line.startswith("$ kg ") and "neo4j://" not in line  # integration/neo4j runs these
    ]
    assert len(commands) >= 4
    for command in commands:
        arguments = shlex.split(command, comments=True)[1:]
        assert main(arguments) == 0, (command, capsys.readouterr().err)


def test_the_python_runs(workplace: Path) -> None:
    (code,) = blocks("python")
    exec(compile(code, "README.md", "exec"), {})
    assert (workplace / "papers.kg" / "ledger.sqlite").is_file()


def test_the_cypher_runs(workplace: Path) -> None:
    assert main(["build", "papers.jsonl", "--to", "papers.kg", "-q"]) == 0
    (cypher,) = blocks("cypher")
    assert main(["query", "papers.kg", cypher]) == 0


def test_the_relations_it_names_are_those_of_the_model() -> None:
    from kg.model import PREDICATES

    table = README.partition("## What the graph says")[2].partition("## ")[0]
    assert set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+|[A-Z]{4,})`", table)) >= set(PREDICATES)


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", README))
def test_the_links_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
