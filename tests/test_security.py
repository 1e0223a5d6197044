"""What a stranger's file cannot make kg do: open a connection, choose a path, tell a secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.cli import main
from kg.exporters import EXPORTERS, export_graph
from kg.graph import KnowledgeGraph
from kg.importing import import_graph
from kg.model import Paper
from kg.readers import read_papers
from tests.sample_graph import sample_graph

PASSWORD = "hunter2-and-nobody-else"
NO_NETWORK = """
import socket, sys
def refuse(*args, **kwargs):
    raise SystemExit(f"the network was asked for: {args}")
socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = refuse
socket.getaddrinfo = socket.gethostbyname = refuse
from kg.cli import main
sys.exit(main(sys.argv[1:]))
"""
CLIMBING = (
    "x:../../escaped",
    "../../escaped",
    "/tmp/escaped",
    "x:a/../../../escaped",
    "x:..",
    "x:.",
)
READS = (
    "LOAD CSV FROM 'file:///etc/hostname' AS row RETURN row",
    "LOAD CSV FROM 'http://127.0.0.1:1/' AS row RETURN row",
    "CALL apoc.load.json('file:///etc/hostname') YIELD value RETURN value",
    "CALL apoc.export.csv.all('out.csv', {})",
)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("security") / "sample.kg"
    import_graph(sample_graph(), base)
    return base


def offline(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", NO_NETWORK, *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, cwd=cwd
    )


@pytest.mark.timeout(600)
def test_nothing_is_fetched(kb: Path, tmp_path: Path) -> None:
    source = tmp_path / "papers.jsonl"
    source.write_text(
        '{"title": "T", "abstract": "See https://example.org/x and BERT."}\n', "utf-8"
    )
    calls: list[tuple[object, ...]] = [
        ("build", source, "--to", tmp_path / "new.kg", "--fast"),
        ("query", kb, "MATCH (p:Paper) RETURN p.id"),
        ("stats", kb),
        ("verify", kb),
        ("view", kb, "--no-open"),
        *(("export", kb, tmp_path / f"out-{name}", "--format", name) for name in EXPORTERS.names()),
    ]
    for call in calls:
        done = offline(*call, cwd=tmp_path)
        assert done.returncode == 0, (call, done.stderr)


def test_the_network_would_be_noticed(tmp_path: Path) -> None:
    code = NO_NETWORK.partition("from kg")[0] + "socket.create_connection(('127.0.0.1', 1))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "the network was asked for" in done.stderr


@pytest.mark.parametrize("name", EXPORTERS.names())
def test_ids_are_no_paths(name: str, tmp_path: Path) -> None:
    source = tmp_path / "papers.jsonl"
    records = [{"id": value, "title": f"Title {value}"} for value in CLIMBING]
    source.write_text("".join(json.dumps(r) + "\n" for r in records), "utf-8")
    papers = [*read_papers(source), *(Paper(id=i, title="T") for i in CLIMBING if ":" in i)]
    graph = KnowledgeGraph(papers={p.id: p for p in papers}.values(), entities=(), relations=())
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    before = set(tmp_path.rglob("*"))
    export_graph(graph, inner / "out", format=name)
    made = set(tmp_path.rglob("*")) - before
    assert made
    assert all(p == inner / "out" or (inner / "out") in p.parents for p in made)
    assert not Path("/tmp/escaped").exists()


@pytest.mark.parametrize("query", READS)
def test_queries_reach_no_file(
    kb: Path, query: str, tmp_path: Path, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["query", str(kb), query]) == 1
    said = capfd.readouterr()
    assert "error: " in said.err
    assert said.out == ""
    assert Path("/etc/hostname").read_text().strip() not in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("query", ["CREATE (:Paper {id: 'new'})", "MATCH (p) DETACH DELETE p"])
def test_queries_write_only_with_leave(
    kb: Path, query: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    count = "MATCH (n) RETURN count(n) AS n"
    main(["query", str(kb), count, "-f", "json"])
    before = capfd.readouterr().out
    assert main(["query", str(kb), query]) == 1
    assert "the query would change the graph" in capfd.readouterr().err
    main(["query", str(kb), count, "-f", "json"])
    assert capfd.readouterr().out == before


def test_a_value_is_no_code(kb: Path, capfd: pytest.CaptureFixture[str]) -> None:
    value = "' OR true MATCH (n) DETACH DELETE n //"
    query = "MATCH (p:Paper) WHERE p.id = $id RETURN p.id"
    assert main(["query", str(kb), query, "-p", f"id={value}", "-f", "json"]) == 0
    assert json.loads(capfd.readouterr().out) == []


@pytest.mark.timeout(300)
def test_the_password_is_nowhere(kb: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "KG_NEO4J_PASSWORD": PASSWORD, "PYTHONFAULTHANDLER": "1"}
    calls = [
        ["--help"],
        ["export", "--help"],
        ["export", str(kb), "bolt://127.0.0.1:1"],
        ["export", str(kb), f"bolt://neo4j:{PASSWORD}@127.0.0.1:1"],
        ["export", str(kb), f"bolt://127.0.0.1:1?password={PASSWORD}"],
        ["export", str(kb), f"bolt://127.0.0.1:1#{PASSWORD}"],
        ["import", "neo4j://127.0.0.1:1", "--to", "x.kg"],
        ["import", f"bolt://{PASSWORD}@127.0.0.1:1", "--to", "x.kg"],
        ["query", str(kb), "RETURN nonsense"],
        ["build", "nowhere.jsonl", "--to", "x.kg"],
    ]
    for call in calls:
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-m", "kg", *call],
            capture_output=True, text=True, check=False, timeout=120, cwd=tmp_path, env=environment,
        )  # fmt: skip
        assert PASSWORD not in done.stdout + done.stderr, call
        assert "Traceback" not in done.stderr, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_lock_file_is_whole() -> None:
    """Every dependency is pinned with hashes, and nothing tells where it was made."""
    import tomllib

    root = Path(__file__).parent.parent
    text = (root / "requirements.lock").read_text("utf-8")
    pinned = {line.partition("==")[0] for line in text.splitlines() if "==" in line}
    wanted = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {"".join(c if c.isalnum() or c in "-_." else " " for c in w).split()[0] for w in wanted}
    assert names - pinned == set()
    blocks = text.split("\n\n")[-1].replace("\\\n", " ").splitlines()
    assert all("--hash=sha256:" in line for line in blocks if line.strip() and line[0] != "#")
    assert not [w for w in ("://", "/tmp", "/home", "/root", "index-url", "@ file") if w in text]
