"""``kg evaluate`` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.cli import main
from tests.evaluation.samples import (
    changed,
    corpus_lines,
    gold_lines,
    system_lines,
    write_lines,
)


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "gold.jsonl", gold_lines())


@pytest.fixture
def system(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "x.papers.jsonl", system_lines())


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "corpus.jsonl", corpus_lines())


def run(*arguments: object) -> int:
    return main(["evaluate", *map(str, arguments)])


def test_papers_are_extracted_linked_and_judged(
    gold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(gold, "--json", "--errors", 3) == 0
    out, err = capsys.readouterr()
    report = json.loads(out)
    assert err == ""
    assert (report["layout"], report["papers"], report["missing_papers"]) == ("gold", 2, [])
    assert report["links"]["f1"] == 1.0
    assert report["entities"]["tp"] + report["entities"]["fn"] == 5
    assert report["papers_per_second"] > 0
    assert len(report["curve"]) == 20
    assert report["calibration"]["entities"]["bins"][9]["high"] == 1.0


def test_the_same_figures_as_from_an_export(
    gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kb, export = tmp_path / "g.kg", tmp_path / "g.papers.jsonl"
    assert main(["build", str(gold), "--to", str(kb), "-q", "--workers", "1"]) == 0
    assert main(["export", str(kb), str(export), "-q"]) == 0
    reports = []
    for options in ([], ["--system", export]):
        assert run(gold, "--json", "--errors", 9, *options) == 0
        reports.append(json.loads(capsys.readouterr().out))
    assert reports[0].pop("papers_per_second") > 0
    assert reports[1].pop("papers_per_second") is None
    assert reports[0] == reports[1]


def test_settings_reach_the_pipeline(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(gold, "--json", "--set", "extract.min_score=1.0") == 0
    strict = json.loads(capsys.readouterr().out)
    assert strict["entities"]["tp"] + strict["entities"]["fp"] == strict["curve"][0]["tp"] == 0


def test_tables(gold: Path, system: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(gold, "--system", system) == 0
    out, err = capsys.readouterr()
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "all 0.500 0.400 0.444 2 2 3 0.500 0.400 0.444" in lines
    assert "role accuracy 0.500" in lines
    assert "link kind accuracy 0.000" in lines
    assert "2 papers" in lines
    assert err.startswith("note: 1 of 2 papers are not in ")
    assert run(gold, "--system", system, "--quiet") == 0
    assert capsys.readouterr().err == ""


def test_errors_show_the_text(gold: Path, system: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(gold, "--system", system, "--errors", 2) == 0
    out = capsys.readouterr().out
    assert "missed, 2 of 3\ng1: passage ranking (Task)\n    We introduce LiteRank, a" in out
    assert "«passage ranking»" in out
    assert "relation spurious, 1 of 1\ng1: cross-encoder extends LiteRank\n" in out


def test_the_curve(gold: Path, system: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(gold, "--system", system, "--curve") == 0
    out = capsys.readouterr().out
    rows = [line.split() for line in out.splitlines()]
    assert ["0.80", "1.000", "0.400", "0.571", "2", "0", "3"] in rows
    assert ["0.95", "0.000", "0.000", "0.000", "0", "0", "5"] in rows
    assert "tier optional" in out
    lines = system_lines()
    del lines[0]["entities"][0]["score"]
    write_lines(system, lines)
    assert run(gold, "--system", system, "--curve") == 0
    assert "no curve: not every entity has a score" in capsys.readouterr().out


def test_a_corpus(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(corpus, "--errors", 1) == 0
    out = capsys.readouterr().out
    assert "exact spans" in out
    assert "relations that do not map: Compare-With 1" in out
    assert "2 units" in out
    assert run(corpus, "--json", "--format", "corpus") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["kinds"] == ["Method", "Dataset", "Task"]
    assert report["skipped"] == []
    assert report["exact"]["all"]["tp"] + report["exact"]["all"]["fn"] == 4


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("{", "gold.jsonl:1: not JSON"),
        ('{"id": "a"}', "neither gold papers nor a corpus"),
        (json.dumps(changed(gold_lines()[0], links=None)), "gold.jsonl:1: 'links': field required"),
        ("\n".join(map(json.dumps, [*gold_lines(), gold_lines()[1]])), "gold.jsonl:3: the paper"),
        (json.dumps(changed(corpus_lines()[0], text="BERT")), "gold.jsonl:1: the entity at"),
    ],
)
def test_bad_input_is_explained(
    gold: Path, content: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    gold.write_text(content)
    assert run(gold, "--json") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert message in err
    assert "\nhint: " in err


def test_a_system_file_of_other_papers(
    gold: Path, system: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lines(system, [changed(system_lines()[0], title="Something else")])
    assert run(gold, "--system", system) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "holds none of the papers" in err
    assert run(gold, "--system", system.parent / "none.jsonl") == 1
    assert capsys.readouterr().out == ""


def test_options_that_do_not_fit_are_wrong_usage(gold: Path, corpus: Path, system: Path) -> None:
    assert run(gold, "--format", "xml") == 2
    assert run(corpus, "--system", system) == 2
    assert run(corpus, "--curve") == 2
    assert run(gold, "--errors", -1) == 2
    assert run(gold, "--format", "corpus") == 1


def test_names_from_a_file_cannot_steer_the_terminal(
    gold: Path, system: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = system_lines()
    lines[0]["entities"][0]["name"] = "a\x1b[31m[bold]b[/bold]\n"
    write_lines(system, lines)
    assert run(gold, "--system", system, "--errors", 5) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "[bold]b[/bold] (Method)" in out
