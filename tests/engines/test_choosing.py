"""Engines by name, and what `kg build` says of those that do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.cli import main
from kg.engines import ENGINES, TableEngine, make_engine
from kg.errors import UnknownNameError


def test_every_engine_is_made_without_what_it_needs() -> None:
    assert {"local", "ray", "spark"} <= set(ENGINES.names())
    assert not isinstance(make_engine("local"), TableEngine)
    assert isinstance(make_engine("ray"), TableEngine)
    assert isinstance(make_engine("spark"), TableEngine)


@pytest.mark.parametrize("option", ["workers", "colour"])
def test_an_option_that_there_is_not(option: str) -> None:
    with pytest.raises(UnknownNameError, match=f"no option '{option}'"):
        make_engine("local", {option: "1"})


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("papers.jsonl", "--tables", "t"), 1, "'local' writes no tables"),
        (("--tables", "t", "--engine", "spark"), 1, "no sources"),
        (("p", "--tables", "t", "--to", "papers.kg"), 2, "--to does not go with --tables"),
        (("p", "--tables", "t", "--dry-run"), 2, "--dry-run does not go with --tables"),
        (("p", "--curation", "c.toml"), 2, "is for --tables"),
        (("p", "--tables", "t", "--engine", "spark", "--curation", "none"), 1, "'none'"),
    ],
)
def test_what_does_not_go_together(
    arguments: tuple[str, ...],
    status: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["build", *arguments]) == status
    said = capsys.readouterr().err
    assert says in said
    assert not list(tmp_path.iterdir())
