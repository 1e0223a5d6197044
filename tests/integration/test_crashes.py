"""A hundred dying commands: what was finished stays readable, and the next run completes it.

Every number is drawn from a seed, so each of these tests does the same every time; only the
moment at which a SIGKILL meets a process differs from run to run.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kg.doctor import examine
from kg.exporters import export_graph
from kg.graph import KnowledgeGraph
from kg.lock import ledger_to_write
from kg.snapshot import content_fingerprint, load_graph, open_embedded, write_snapshot
from tests.integration.crashing import (
    CrashServer,
    Result,
    copy_base,
    crash_server,
    finished_state,
    write_papers,
)
from tests.sample_graph import sample_graph

pytestmark = pytest.mark.timeout(300)


@dataclass(frozen=True)
class Scenario:
    """A command that changes a knowledge base.

    Args:
        start: The knowledge base that it begins with; there may be none.
        argv: The command; ``BASE`` stands for the knowledge base.
        clean: How the command went where nothing disturbed it.
        before: Hash of the content before, None where there was none.
        after: Hash of the content after it.
    """

    start: Path
    argv: tuple[object, ...]
    clean: Result
    before: str | None
    after: str

    def command(self, base: Path) -> tuple[object, ...]:
        """The command for one knowledge base."""
        return tuple(base if part == "BASE" else part for part in self.argv)


@dataclass
class Setting:
    """The server, and the scenarios that were asked for, each prepared once."""

    server: CrashServer
    folder: Path
    known: dict[str, Scenario] = field(default_factory=dict)

    def scenario(self, name: str) -> Scenario:
        """Prepare a scenario by letting its command run to its end."""
        if name not in self.known:
            start, argv = self._commands(name)
            base = copy_base(start, self.folder / f"{name}.kg")
            before = finished_state(base)
            clean = self.server.run(*((part == "BASE" and base) or part for part in argv))
            assert clean.status == 0, clean.said
            after = finished_state(base)
            assert after is not None
            self.known[name] = Scenario(start, argv, clean, before, after)
        return self.known[name]

    def _commands(self, name: str) -> tuple[Path, tuple[object, ...]]:
        build = ("--to", "BASE", "--fast", "--workers", "1", "--set", "extract.batch_size=1")
        few = write_papers(self.folder / "few.jsonl", 0, 1)
        many = write_papers(self.folder / "many.jsonl", 3, 1, 0, 2)
        if name == "new":
            return self.folder / "none", ("build", many, *build)
        if name == "more":
            return self._built("few", few), ("build", many, *build)
        if name == "remove":
            return self._built("many", many), ("remove", "BASE", "x:2")
        if name == "rebuild":
            return self._built("many", many), ("rebuild", "BASE")
        assert name == "import"
        graph = self.folder / "graph.json"
        export_graph(load_graph(self._built("many", many)), graph)
        other = write_papers(self.folder / "other.jsonl", 4)
        return self._built("other", other), ("import", graph, "--to", "BASE")

    def _built(self, name: str, source: Path) -> Path:
        base = self.folder / f"built-{name}.kg"
        if not base.exists():
            done = self.server.run("build", source, "--to", base, "--fast", "--workers", "1")
            assert done.status == 0, done.said
        return base


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    folder = tmp_path_factory.mktemp("crashes")
    with crash_server(folder) as server:
        yield Setting(server, folder)


def see_nothing_broken(base: Path, scenario: Scenario) -> None:
    """After a crash: the old state or the new one, and nothing that another run would not mend."""
    assert finished_state(base) in (scenario.before, scenario.after)
    if (base / "ledger.sqlite").exists() and (base / "graph" / "CURRENT").exists():
        assert {f.part for f in examine(base).findings} <= {"state", "leftovers"}


def see_it_complete(base: Path, scenario: Scenario, server: CrashServer) -> None:
    """The next run goes on where the dead one stopped, and nobody can tell the difference."""
    complete = finished_state(base) == scenario.after
    done = server.run(*scenario.command(base))
    # a paper that is gone cannot be removed again
    assert done.status == 0 or (complete and "error: no paper 'x:2'" in done.said), done.said
    assert finished_state(base) == scenario.after
    assert [f for f in examine(base).findings if f.part != "leftovers"] == []


NAMES = ("new", "more", "remove", "import", "rebuild")


@pytest.mark.parametrize("seed", range(50))
def test_a_command_that_dies_at_any_write(setting: Setting, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    scenario = setting.scenario(NAMES[seed % len(NAMES)])
    base = copy_base(scenario.start, tmp_path / "a.kg")
    for _ in range(chance.randint(1, 2)):
        at = chance.randint(1, scenario.clean.operations)
        died = setting.server.run(*scenario.command(base), at=at, how="exit")
        assert died.killed or died.status == 0, died.said  # the second may have less to do
        see_nothing_broken(base, scenario)
    see_it_complete(base, scenario, setting.server)


@pytest.mark.parametrize("seed", range(30))
def test_a_command_that_is_killed_at_any_moment(
    setting: Setting, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(1000 + seed)
    scenario = setting.scenario(NAMES[seed % len(NAMES)])
    base = copy_base(scenario.start, tmp_path / "a.kg")
    after = chance.uniform(0.0, scenario.clean.seconds)
    died = setting.server.run(*scenario.command(base), after=after)
    assert died.killed or died.status == 0, died.said
    see_nothing_broken(base, scenario)
    see_it_complete(base, scenario, setting.server)


@pytest.mark.parametrize("how", ["ENOSPC", "EIO"])
@pytest.mark.parametrize("seed", range(10))
def test_a_disk_that_fails_at_any_write(
    setting: Setting, tmp_path: Path, how: str, seed: int
) -> None:
    chance = random.Random(f"{how} {seed}")
    scenario = setting.scenario(NAMES[seed % len(NAMES)])
    base = copy_base(scenario.start, tmp_path / "a.kg")
    at = chance.randint(1, scenario.clean.operations)
    failed = setting.server.run(*scenario.command(base), at=at, how=how)
    assert "Traceback" not in failed.said
    if failed.status:  # some failures do no harm: a note of the owner, a leftover that stays
        assert failed.status == 1
        assert failed.said.startswith("error: ")
    see_nothing_broken(base, scenario)
    see_it_complete(base, scenario, setting.server)


@pytest.mark.parametrize("seed", range(5))
def test_a_limit_on_the_size_of_files(setting: Setting, tmp_path: Path, seed: int) -> None:
    """The system itself refuses the write here: to Python, to SQLite and to the graph database."""
    chance = random.Random(2000 + seed)
    scenario = setting.scenario(NAMES[seed % len(NAMES)])
    base = copy_base(scenario.start, tmp_path / "a.kg")
    limit = chance.choice((100, 4096, 20_000, 33_000, 60_000, 120_000))
    failed = setting.server.run(*scenario.command(base), bytes=limit)
    assert "Traceback" not in failed.said
    assert failed.status in (0, 1)
    assert ("error: " in failed.said) == bool(failed.status)
    see_nothing_broken(base, scenario)
    see_it_complete(base, scenario, setting.server)


@pytest.mark.parametrize("seed", range(5))
def test_an_export_that_dies_leaves_the_old_file(
    setting: Setting, tmp_path: Path, seed: int
) -> None:
    scenario = setting.scenario("rebuild")
    base, target = copy_base(scenario.start, tmp_path / "a.kg"), tmp_path / "graph.json"
    target.write_text("old", "utf-8")
    clean = setting.server.run("export", base, tmp_path / "clean.json")
    assert clean.status == 0, clean.said
    at = random.Random(3000 + seed).randint(1, clean.operations)
    setting.server.run("export", base, target, at=at, how="exit")
    assert target.read_bytes() in (b"old", (tmp_path / "clean.json").read_bytes())
    assert finished_state(base) == scenario.after
    left = {finding.part for finding in examine(base).findings}
    assert left == ({"leftovers"} if list(tmp_path.glob(".kg-export-*")) else set())


READER = """
import json, sys
from pathlib import Path
from kg.snapshot import load_graph, open_embedded

base, stop = Path(sys.argv[1]), Path(sys.argv[2])
counts = set()
rounds = 0
while rounds == 0 or not stop.exists():
    graph = load_graph(base)
    ends = {end for r in graph.relations.values() for end in (r.subject, r.object)}
    assert all(end in graph for end in ends), "half a graph"
    counts.add((len(list(graph.papers.values())), len(graph.entities), len(graph.relations)))
    with open_embedded(base) as store:
        nodes = store.query("MATCH (n) RETURN count(n)").rows[0][0]
        edges = store.query("MATCH ()-[r]->() RETURN count(r)").rows[0][0]
    counts.add((nodes, edges))
    rounds += 1
    print("round", flush=True)
print(json.dumps(sorted(counts)))
"""


def test_readers_see_whole_graphs_while_others_are_written(tmp_path: Path) -> None:
    base, stop = tmp_path / "a.kg", tmp_path / "stop"
    large = sample_graph()
    small = KnowledgeGraph(list(large.papers.values())[:1])
    with ledger_to_write(base, "kg test", create=True):
        write_snapshot(base, large, "0")
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(base), str(stop)], stdout=subprocess.PIPE, text=True
    )
    with reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "round\n"  # it has begun
        for number in range(20):
            with ledger_to_write(base, "kg test"):
                write_snapshot(base, (small, large)[number % 2], f"state {number}")
        stop.touch()
        *_, last = reader.stdout.read().splitlines()
    assert reader.returncode == 0
    whole = set()
    for graph in (small, large):
        papers, entities = len(graph.papers), len(graph.entities)
        whole |= {
            (papers, entities, len(graph.relations)),
            (papers + entities, len(graph.relations)),
        }
    assert {tuple(counts) for counts in json.loads(last)} <= whole


HASHES = """
import sys
from pathlib import Path
from kg.snapshot import content_fingerprint, load_graph, open_embedded

base, stop = Path(sys.argv[1]), Path(sys.argv[2])
seen = set()
while not seen or not stop.exists():
    with open_embedded(base) as store:
        (((papers, evidence),),) = (store.query(
            "MATCH (p:Paper) OPTIONAL MATCH (p)-[r]->() RETURN count(DISTINCT p), count(r)"
        ).rows,)
    assert papers and evidence, "half a graph"
    graph = load_graph(base)
    for relation in graph.relations.values():
        for evidence in relation.evidence:
            text = graph.papers[evidence.paper_id].text
            assert text[evidence.start:evidence.end] == evidence.sentence
    seen.add(content_fingerprint(base, check=True))
    print("round", flush=True)
print(" ".join(sorted(seen)))
"""


def test_a_reader_in_a_loop_during_twenty_rebuilds(setting: Setting, tmp_path: Path) -> None:
    """Rebuilt, with a paper less, with it again: all that a reader sees is one of the two."""
    scenario = setting.scenario("rebuild")
    base, stop = copy_base(scenario.start, tmp_path / "a.kg"), tmp_path / "stop"
    less = setting.scenario("remove").after
    again = write_papers(tmp_path / "again.jsonl", 2)
    build = ("build", again, "--to", base, "--fast", "--workers", "1")
    changes = [("rebuild", base), ("remove", base, "x:2"), ("rebuild", base), build]
    reader = subprocess.Popen(
        [sys.executable, "-c", HASHES, str(base), str(stop)], stdout=subprocess.PIPE, text=True
    )
    with reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "round\n"
        for number in range(20):
            done = setting.server.run(*changes[number % 4])
            assert done.status == 0, done.said
        stop.touch()
        *rounds, last = reader.stdout.read().splitlines()
    assert reader.returncode == 0
    assert len(rounds) > 1
    assert set(last.split()) <= {scenario.after, less}


def test_a_graph_can_be_read_while_its_snapshot_goes(tmp_path: Path) -> None:
    base = tmp_path / "a.kg"
    with ledger_to_write(base, "kg test", create=True):
        write_snapshot(base, sample_graph(), "0")
    graph = load_graph(base)
    with open_embedded(base) as store:
        for number in range(3):
            write_snapshot(base, KnowledgeGraph(), str(number))
        assert len(store.query("MATCH (n) RETURN n.id").rows) == len(list(graph.nodes()))
    assert graph == sample_graph()


def test_of_builds_at_once_each_gets_its_turn(setting: Setting, tmp_path: Path) -> None:
    base = tmp_path / "a.kg"
    sources = [write_papers(tmp_path / f"{n}.jsonl", n) for n in range(4)]
    usual = ("--to", base, "--fast", "--workers", "1", "--wait")
    done = setting.server.run_all([("build", source, *usual) for source in sources])
    assert [result.status for result in done] == [0, 0, 0, 0], done
    assert finished_state(base) == setting.scenario("new").after
    assert examine(base).findings == ()


def test_of_builds_that_do_not_wait_none_is_lost(setting: Setting, tmp_path: Path) -> None:
    base = tmp_path / "a.kg"
    sources = [write_papers(tmp_path / f"{n}.jsonl", n) for n in range(4)]
    done = setting.server.run_all(
        [("build", source, "--to", base, "--fast", "--workers", "1") for source in sources]
    )
    papers = set()
    for number, result in enumerate(done):
        if result.status == 0:
            papers.add(f"x:{number}")
        else:
            assert "is writing" in result.said
            assert "--wait" in result.said
    assert papers
    assert set(load_graph(base).papers) == papers


@pytest.mark.parametrize(
    ("seed", "workers", "batch"), [(0, 1, 1), (1, 1, 3), (2, 1, 64), (3, 2, 1)]
)
def test_order_workers_batches_and_interruptions_do_not_matter(
    setting: Setting, tmp_path: Path, seed: int, workers: int, batch: int
) -> None:
    chance = random.Random(4000 + seed)
    base = tmp_path / "a.kg"
    expected = setting.scenario("new")
    for number in range(4):
        order = chance.sample(range(4), 4)
        source = write_papers(tmp_path / f"{number}.jsonl", *order)
        argv = ("build", source, "--to", base, "--fast", "--workers", workers)
        # workers of a killed process would outlive it: with two of them, the disk fails instead
        fault = {"at": chance.randint(20, 300), "how": "exit" if workers == 1 else "EIO"}
        done = setting.server.run(
            *argv, "--set", f"extract.batch_size={batch}", **(fault if number < 3 else {})
        )
        assert done.status in (0, 1, 137), done.said
        assert finished_state(base) in (None, expected.after)
    assert done.status == 0, done.said
    assert content_fingerprint(base) == expected.after
