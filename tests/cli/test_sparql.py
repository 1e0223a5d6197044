"""``kg query`` in SPARQL, as a user types it."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from kg.cli import main
from kg.ledger import Ledger
from kg.snapshot import write_snapshot
from tests.stores.recipe_rows import RECIPE_ROWS
from tests.stores.store_graph import store_graph

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sparql") / "papers.kg"
    folder.mkdir()
    Ledger(folder / "ledger.sqlite", create=True).close()
    write_snapshot(folder, store_graph(), "0" * 64)
    return folder


def run(*arguments: object) -> int:
    return main(["query", *map(str, arguments)])


@pytest.mark.parametrize("name", sorted(set(RECIPE_ROWS) - {"path"}))
def test_recipes_print_the_same_in_both_languages(kb: Path, name: str, capsys: Captured) -> None:
    values = [f"--param={key}={value}" for key, value in RECIPE_ROWS[name][0].items()]
    for form in ("json", "csv", "ndjson", "table"):
        printed = []
        for language in ("cypher", "sparql"):
            assert run(kb, "-r", name, "-l", language, "-f", form, *values) == 0
            printed.append(capsys.readouterr().out)
        assert printed[0] == printed[1] != ""


def test_a_recipe_that_sparql_cannot_say(kb: Path, capsys: Captured) -> None:
    assert run(kb, "-r", "path", "--language", "sparql", "-p", "from=a", "-p", "to=b") == 1
    err = capsys.readouterr().err
    assert "has no SPARQL form" in err
    assert "leave out --language" in err


def test_three_ways_to_give_the_query(kb: Path, capsys: Captured, monkeypatch: Any) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?p a kg:Paper }"
    expected = [{"n": len(store_graph().papers)}]
    assert run(kb, "--sparql", text) == 0
    assert json.loads(capsys.readouterr().out) == expected
    assert run(kb, text, "--language", "sparql") == 0
    assert json.loads(capsys.readouterr().out) == expected
    for arguments in (["--sparql", "-"], ["-", "-l", "sparql"]):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        assert run(kb, *arguments) == 0
        assert json.loads(capsys.readouterr().out) == expected


def test_ask_and_graphs(kb: Path, capsys: Captured) -> None:
    assert run(kb, "--sparql", "ASK { ?p kg:uses ?m }") == 0
    assert capsys.readouterr().out == "true\n"
    assert run(kb, "--sparql", "DESCRIBE ?m { ?m a kg:Task }") == 0
    out = capsys.readouterr().out
    assert len(list(pyoxigraph.parse(out, format=pyoxigraph.RdfFormat.N_TRIPLES))) > 4
    assert run(kb, "--sparql", "DESCRIBE ?m { ?m a kg:Task }", "-f", "turtle") == 0
    assert "a skos:Concept" in capsys.readouterr().out
    assert run(kb, "--sparql", "DESCRIBE ?m { ?m a kg:Task }", "-f", "csv") == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == ["subject", "predicate", "object"]


def test_forms_of_the_w3c(kb: Path, capsys: Captured) -> None:
    text = "SELECT ?n { ?m a kg:Metric ; skos:prefLabel ?n }"
    assert run(kb, "--sparql", text, "-f", "sparql-json") == 0
    assert json.loads(capsys.readouterr().out)["head"] == {"vars": ["n"]}
    assert run(kb, "--sparql", text, "-f", "tsv") == 0
    assert capsys.readouterr().out == '?n\n"average return"\n'
    assert run(kb, "--sparql", text, "-f", "rdf-xml") == 1
    assert "hint: one of: sparql-json" in capsys.readouterr().err


def test_parameters_are_values_and_iris(kb: Path, capsys: Captured) -> None:
    text = "SELECT ?n { $m skos:prefLabel ?n }"
    iri = "<https://w3id.org/kg-papers/method:gpt>"
    assert run(kb, "--sparql", text, "-p", f"m={iri}") == 0
    assert json.loads(capsys.readouterr().out) == [{"n": "GPT"}]
    text = "SELECT ?m { ?m skos:prefLabel $name } LIMIT $n"
    assert run(kb, "--sparql", text, "-p", 'name=" } # \\', "-p", "n=1") == 0
    assert json.loads(capsys.readouterr().out) == []
    assert run(kb, "--sparql", text, "-p", "nmae=x") == 1
    assert "there is no $nmae in the query" in capsys.readouterr().err


def test_errors_show_place_and_hint(kb: Path, capsys: Captured) -> None:
    assert run(kb, "--sparql", "SELECT ?x {\n  ?x foaf:name ?n\n}") == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "error: the prefix 'foaf:' is not declared"
    assert lines[1:3] == ["  ?x foaf:name ?n", "     ^"]
    assert lines[3].startswith("hint: ")
    assert run(kb, "--sparql", "DELETE WHERE { ?s ?p ?o }") == 1
    assert "would change the triples" in capsys.readouterr().err
    assert run(kb, "--sparql", "SELECT * { SERVICE <http://a.org/> { ?s ?p ?o } }") == 1
    assert "another server" in capsys.readouterr().err


def test_an_empty_answer_names_unknown_terms(kb: Path, capsys: Captured) -> None:
    assert run(kb, "--sparql", "SELECT ?m { ?m a kg:Metod }") == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == []
    assert err == "warning: no triple has kg:Metod; did you mean kg:Method?\n"


def test_wrong_usage(kb: Path, capsys: Captured) -> None:
    query = "ASK { }"
    assert run(kb, "--sparql", query, "RETURN 1") == 2
    assert run(kb, "--sparql", query, "--language", "cypher") == 2
    assert run(kb, "--sparql", query, "--write") == 2
    assert run(kb, "--sparql", query, "-f", "xml") == 2
    assert run(kb, "RETURN 1", "-f", "turtle") == 2
    assert run(kb, "RETURN 1", "-l", "sql") == 2
    assert run(kb, "--recipe", "timeline", "--sparql", query) == 2
    assert capsys.readouterr().out == ""


def test_no_knowledge_base(tmp_path: Path, capsys: Captured) -> None:
    assert run(tmp_path / "none.kg", "--sparql", "ASK { }") == 1
    assert "hint: make one: kg build" in capsys.readouterr().err


def test_a_timeout(kb: Path, capsys: Captured) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    arguments = ["query", str(kb), "--sparql", endless, "--timeout", "0.3"]
    code = f"import sys; from kg.cli import main; sys.exit(main({arguments!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no answer within 0.3 seconds" in done.stderr
    assert "--timeout" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_ctrl_c_ends_a_query_without_end(kb: Path) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    code = (
        "import sys\n"
        "from kg.cli import main\n"
        "import kg.stores.sparql as s\n"
        "real = s._in_time\n"
        "def told(work, limit):\n"
        "    def run(stop):\n"
        "        print('running', flush=True)\n"
        "        return work(stop)\n"
        "    return real(run, limit)\n"
        "s._in_time = told\n"
        f"sys.exit(main(['query', {str(kb)!r}, '--sparql', {endless!r}]))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
