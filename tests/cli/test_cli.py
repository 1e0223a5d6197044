"""Commands as a user types them: what they print, where, and how they exit."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kg.cli import main
from kg.resources import data_path

COMMANDS = (
    "build",
    "curate",
    "demo",
    "doctor",
    "evaluate",
    "export",
    "extract",
    "hash",
    "import",
    "links",
    "merge",
    "plugins",
    "query",
    "rebuild",
    "remove",
    "schema",
    "split",
    "stats",
    "train",
    "undo",
    "validate",
    "verify",
    "view",
)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    lines = data_path("data", "sample.jsonl").read_text("utf-8").splitlines()[:12]
    (folder / "papers.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    target = folder / "papers.kg"
    assert main(["build", str(folder / "papers.jsonl"), "--to", str(target), "--quiet"]) == 0
    return target


def run(*arguments: object) -> int:
    return main([str(a) for a in arguments])


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    out = capsys.readouterr().out
    assert all(re.search(rf"\b{name}\b", out) for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command, "--help") == 0
    assert len(capsys.readouterr().out) > 100


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from kg.cli import main; main(['--help']); "
        "heavy = {'spacy', 'networkx', 'kglite', 'pydantic', 'pyarrow', 'igraph', 'numpy', "
        "'onnxruntime', 'tokenizers', 'torch', 'lightgbm', 'sklearn'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_build_tells_what_it_did_on_stderr(
    tmp_path: Path, kb: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = kb.parent / "papers.jsonl"
    assert run("build", source, "--to", tmp_path / "a.kg") == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "12 papers read, 12 new or changed" in err
    assert run("build", source, "--to", tmp_path / "a.kg", "--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["extracted"] == 0
    assert "graph unchanged" in err


def test_query_formats(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cypher = "MATCH (p:Paper) RETURN count(p) AS n"
    assert run("query", kb, cypher, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == [{"n": 12}]
    assert run("query", kb, cypher, "--format", "ndjson") == 0
    assert json.loads(capsys.readouterr().out) == {"n": 12}
    assert run("query", kb, cypher, "--format", "csv") == 0
    assert list(csv.reader(io.StringIO(capsys.readouterr().out))) == [["n"], ["12"]]
    assert run("query", kb, cypher, "--format", "table") == 0
    out, err = capsys.readouterr()
    assert "12" in out
    assert err.strip() == "1 row"


def test_query_parameters(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cypher = "MATCH (p:Paper) WHERE p.year >= $since RETURN min(p.year) AS first"
    assert run("query", kb, cypher, "-p", "since=2016", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)[0]["first"] >= 2016


def test_query_is_read_only(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("query", kb, "MATCH (n) DETACH DELETE n") == 1
    assert capsys.readouterr().err.startswith("error: ")
    assert run("query", kb, "MATCH (p:Paper) RETURN count(p) AS n", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == [{"n": 12}]


def test_a_wrong_query_shows_place_and_hint(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("query", kb, "MATCH (p:Paper RETURN p") == 1
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert "^" in err
    assert "Traceback" not in err


def test_an_empty_answer_names_unknown_labels(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("query", kb, "MATCH (p:Papr) RETURN p.title", "--format", "json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == []
    assert "Papr" in err
    assert "Paper" in err


def test_recipes_are_listed_and_run(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("query", "--recipes") == 0
    assert "benchmark" in capsys.readouterr().out
    assert run("query", kb, "--recipe", "papers-with-code", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)
    assert run("query", kb, "--recipe", "benchmark") == 1
    assert "name" in capsys.readouterr().err
    assert run("query", kb, "--recipe", "benchmrk") == 1
    assert "did you mean 'benchmark'" in capsys.readouterr().err


def test_usage_errors_exit_2(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("query", kb) == 2
    assert run("query", kb, "RETURN 1", "--format", "xml") == 2
    assert run("frobnicate") == 2
    assert capsys.readouterr().out == ""


def test_no_knowledge_base(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["stats"], ["verify"], ["query"], ["export"], ["view"], ["remove"]):
        extra = {"query": ["RETURN 1"], "export": ["x.json"], "remove": ["a:1"]}
        assert run(*command, tmp_path / "none.kg", *extra.get(command[0], [])) == 1
        err = capsys.readouterr().err
        assert "no knowledge base at" in err
        assert "hint: make one: kg build" in err


@pytest.mark.parametrize(
    "name",
    [
        "g.jsonld",
        "g.graphml",
        "g.gexf",
        "g.json",
        "g.cypher",
        "g.html",
        "g.pyvis.html",
        "g.papers.jsonl",
    ],
)
def test_export_by_suffix(
    kb: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", kb, tmp_path / name) == 0
    assert (tmp_path / name).stat().st_size > 500
    out, err = capsys.readouterr()
    assert out == ""
    assert "12 papers" in err
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_export_without_a_known_suffix(
    kb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", kb, tmp_path / "graph.xyz") == 1
    err = capsys.readouterr().err
    assert "no export format for 'graph.xyz'" in err
    assert ".jsonld" in err
    assert run("export", kb, tmp_path / "graph.xyz", "--format", "jsonl") == 1
    assert "did you mean 'jsonld'" in capsys.readouterr().err


def test_stats_verify_view(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("stats", kb, "--json") == 0
    assert json.loads(capsys.readouterr().out)["nodes"]["Paper"] == 12
    assert run("verify", kb) == 0
    assert "0 do not hold" in capsys.readouterr().err
    assert run("view", kb, "--no-open") == 0
    assert Path(capsys.readouterr().out.strip()).is_file()


def test_extract_prints_ndjson(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("extract", kb.parent / "papers.jsonl") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == 12
    assert all(row["mentions"] for row in rows)


def test_settings(kb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = kb.parent / "papers.jsonl"
    assert run("build", source, "--to", tmp_path / "a.kg", "--set", "extract.min_scor=1") == 1
    err = capsys.readouterr().err
    assert "extract.min_scor" in err
    assert "extract.min_score" in err
    assert not (tmp_path / "a.kg").exists()


def test_the_fast_model_reads_papers_too(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = kb.parent / "papers.jsonl"
    assert run("extract", source, "--set", "extract.model=fast") == 0
    told = capsys.readouterr().out
    assert run("extract", source, "--fast") == 0
    assert capsys.readouterr().out == told
    assert run("extract", source) == 0
    assert capsys.readouterr().out != told  # another model has other scores
    assert run("extract", source, "--set", "extract.model=slow") == 1
    err = capsys.readouterr().err
    assert "extract.model" in err
    assert "accurate" in err


@pytest.mark.parametrize("model", ["fast", "accurate"])
def test_models_that_are_nowhere(
    kb: Path, tmp_path: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ("--set", f"extract.model={model}", "--set", "extract.models=nowhere")
    assert run("extract", kb.parent / "papers.jsonl", *settings) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: cannot read")
    assert "nowhere" in err
    assert "hint: " in err
    assert run("build", kb.parent / "papers.jsonl", "--to", tmp_path / "a.kg", *settings) == 1
    assert "nowhere" in capsys.readouterr().err


def test_the_lowest_score_is_given_or_chosen(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = kb.parent / "papers.jsonl"

    def scores(*options: str) -> list[float]:
        assert run("extract", source, "--fast", *options) == 0
        rows = map(json.loads, capsys.readouterr().out.splitlines())
        return [m["score"] for row in rows for m in row["mentions"]]

    every = scores()
    assert scores("--min-score", "0.8") == [s for s in every if s >= 0.8]
    assert 0 < len(scores("--min-score", "0.8")) < len(every)
    assert set(scores("--precision", "0.1")) <= set(every)
    assert run("extract", source, "--min-score", "0.8", "--precision", "0.9") == 2
    assert run("extract", source, "--min-score", "1.8") == 2


def test_training_needs_its_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("train", tmp_path / "train.toml", "--to", tmp_path / "models") == 1
    assert "cannot read settings" in capsys.readouterr().err
    (tmp_path / "train.toml").write_text('papers = ["gold.jsonl"]\n')
    assert run("train", tmp_path / "train.toml", "--to", tmp_path / "models") == 1
    err = capsys.readouterr().err
    assert "no file 'gold.jsonl'" in err
    assert "hint: looked for" in err
    assert not (tmp_path / "models").exists()


def test_schema_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema", "write", tmp_path / "s") == 0
    assert run("schema", "check", tmp_path / "s") == 0
    (tmp_path / "s" / "neo4j.cypher").write_text("changed")
    capsys.readouterr()
    assert run("schema", "check", tmp_path / "s") == 1
    out, err = capsys.readouterr()
    assert "-changed" in out or "+changed" in out
    assert "hint: kg schema write" in err
    assert run("schema", "show", "neo4j.cypher") == 0
    assert "CREATE CONSTRAINT" in capsys.readouterr().out


def test_remove(tmp_path: Path, kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = kb.parent / "papers.jsonl"
    paper_id = json.loads(source.read_text("utf-8").splitlines()[0])["id"]
    assert run("build", source, "--to", tmp_path / "a.kg", "-q") == 0
    assert run("remove", tmp_path / "a.kg", paper_id) == 0
    assert (
        run("query", tmp_path / "a.kg", "MATCH (p:Paper) RETURN count(p) AS n", "--format", "json")
        == 0
    )
    assert json.loads(capsys.readouterr().out) == [{"n": 11}]


def test_plugins_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("plugins") == 0
    out = capsys.readouterr().out
    for name in ("daily_papers", "bibtex", "jsonld", "kg_gazetteer", "kg_ner", "kg_entities"):
        assert name in out
    assert run("--version") == 0
    assert capsys.readouterr().out.startswith("kg ")
