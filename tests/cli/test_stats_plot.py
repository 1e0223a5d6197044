"""``kg stats --plot``: counts on stdout, the path on stderr, a whole file or none."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kg.cli import main
from kg.pages import render_plot_page, render_plots
from kg.snapshot import write_snapshot
from tests.pages.plot_graph import YEARS, plot_graph


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("plots") / "papers.kg"
    base.mkdir()
    (base / "ledger.sqlite").touch()  # the graph is all that is read
    write_snapshot(base, plot_graph(YEARS), "0" * 16)
    return base


def run(*arguments: object) -> int:
    return main([str(a) for a in arguments])


def test_plots_beside_the_same_counts(
    kb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("stats", kb) == 0
    plain, err = capsys.readouterr()
    assert err == ""
    for name, text in (
        ("plots.svg", render_plots(plot_graph(YEARS))),
        ("plots.HTML", render_plot_page(plot_graph(YEARS))),
    ):
        assert run("stats", kb, "--plot", tmp_path / name) == 0
        out, err = capsys.readouterr()
        assert out == plain
        assert err == f"{tmp_path / name}: plots of 25 papers\n"
        assert (tmp_path / name).read_bytes() == text.encode()
    ElementTree.parse(tmp_path / "plots.svg")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plots.HTML", "plots.svg"]


def test_with_json(kb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("stats", kb, "--json", "--plot", tmp_path / "p.svg") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["nodes"]["Paper"] == 25
    assert "p.svg" in err


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("plots.png", "no plot format for 'plots.png'", ".svg, .html"),
        ("plots", "no plot format for 'plots'", ".svg, .html"),
        ("none/plots.svg", "no directory", "mkdir -p"),
    ],
)
def test_what_cannot_be_written(
    kb: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    message: str,
    hint: str,
) -> None:
    assert run("stats", kb, "--plot", tmp_path / name) == 1
    out, err = capsys.readouterr()
    assert out == ""
    first, second = err.splitlines()
    assert first.startswith("error: ")
    assert message in first
    assert second.startswith("hint: ")
    assert hint in second
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_suffix_is_told_before_the_graph_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("stats", tmp_path / "none.kg", "--plot", tmp_path / "p.png") == 1
    assert "no plot format" in capsys.readouterr().err
    assert run("stats", tmp_path / "none.kg", "--plot", tmp_path / "p.svg") == 1
    assert "no knowledge base" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
