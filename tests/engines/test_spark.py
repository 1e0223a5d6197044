"""Spark in processes of its own: the same graph as on one machine, whatever is killed."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from kg.engines import make_engine
from kg.engines._java import java_home
from kg.errors import ConfigError, InputError, MissingExtraError
from kg.pipeline import build
from kg.slicing import import_tables
from kg.snapshot import content_fingerprint
from tests.engines.papers import make_records, write_lines
from tests.engines.test_stages import CONFIG, RULES_ONLY

pytestmark = [pytest.mark.xdist_group("spark"), pytest.mark.timeout(400)]
SETTINGS = f"extract.pipeline={json.dumps(RULES_ONLY.pipeline)}"
TABLES_JOB = """
import json, sys
from pathlib import Path
from kg.config import load_config
from kg.engines import make_engine
from kg.engines._spark_session import spark_session
from kg.engines._spark_tables import SparkTablesJob
from kg.errors import KgError

first, rest, target, setting = sys.argv[1:]
config = load_config(None, [setting])
engine = make_engine("spark")
said = {}


def stopped(job):
    raise KeyboardInterrupt


java = {"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1"}  # short jobs want no more
with spark_session("local[2,4]", 0, {"spark.sql.shuffle.partitions": "3", **java}):
    link, SparkTablesJob._link = SparkTablesJob._link, stopped
    try:
        engine.build_tables([first], target, config)
    except KeyboardInterrupt:
        said["unfinished"] = not Path(target, "manifest.json").exists()
    SparkTablesJob._link = link
    report = engine.build_tables([first, rest], target, config)
    said["second"] = [report.read, report.extracted, report.papers, report.copies]
    said["skipped"], said["rows"] = report.skipped, report.rows
    said["third"] = engine.build_tables([rest, first], target, config).extracted
    try:
        engine.build_tables([first], target, config, strict=True)
    except KgError as err:
        said["strict"] = f"{type(err).__name__}: {err.message}"
print(json.dumps(said))
"""


@pytest.fixture(scope="module", autouse=True)
def spark_is_there() -> None:
    """Without Spark or Java these tests fail, and say what to install."""
    install = "pip install -e '.[dev]' brings Spark and a Java"
    for package in ("pyspark", "pandas"):
        if find_spec(package) is None:
            pytest.fail(f"{package} is not installed: {install}", pytrace=False)
    try:
        java_home()
    except ConfigError as err:
        pytest.fail(f"{err.message}: {install}; or {err.hint}", pytrace=False)


@pytest.fixture(scope="module")
def spark_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed Spark under another path, for it writes logs beside its jars."""
    import pyspark

    home = tmp_path_factory.mktemp("spark")
    for part in Path(pyspark.__file__).parent.iterdir():
        if part.name in ("bin", "jars", "python", "sbin"):
            (home / part.name).symlink_to(part)
    return home


def kg_process(*arguments: object, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | variables,
        start_new_session=True,
    )


def wait_until(what: str, found: Callable[[], Any], process: subprocess.Popen[str]) -> Any:
    """What ``found`` gives as soon as it gives something."""
    end = time.monotonic() + 200
    while time.monotonic() < end:
        if result := found():
            return result
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for {what}")


def extracted(base: Path) -> int:
    ledger = base / "ledger.sqlite"
    if not ledger.exists():
        return 0
    with closing(sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True)) as database:
        try:
            return int(database.execute("SELECT count(*) FROM extraction").fetchone()[0])
        except sqlite3.OperationalError:  # not made yet
            return 0


def executors(home: Path) -> list[int]:
    """Processes of Java that are executors of this Spark."""
    lines = []
    if Path("/proc/self/cmdline").exists():
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it has just ended
                said = (
                    (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
                lines.append((process.name, said))
    else:
        listed = subprocess.run(
            ["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True
        )
        for line in listed.stdout.splitlines():
            pid, _, said = line.strip().partition(" ")
            lines.append((pid, said))
    return [
        int(pid)
        for pid, said in lines
        if "CoarseGrainedExecutorBackend" in said
        and str(home) in said
        and "/java" in said.split()[0]
    ]


def test_a_killed_executor_changes_nothing(tmp_path: Path, spark_home: Path) -> None:
    source = write_lines(tmp_path / "papers.jsonl", make_records(480), bad=True)
    build([source], tmp_path / "local.kg", config=CONFIG)
    base = tmp_path / "spark.kg"
    run = kg_process(
        *("-m", "kg", "build", source, "--to", base, "--engine", "spark"),
        *("--engine-option", "master=local-cluster[2,1,1024]"),
        *("--engine-option", "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1"),
        *("--engine-option", "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1"),
        *("--set", SETTINGS, "--set", "extract.batch_size=32"),
        SPARK_HOME=str(spark_home),
    )
    try:
        wait_until("the first papers", lambda: extracted(base), run)
        os.kill(run.pid, signal.SIGSTOP)  # nothing more is handed out before one is dead
        there = executors(spark_home)
        assert len(there) == 2
        os.kill(random.Random(1).choice(sorted(there)), signal.SIGKILL)
        done = extracted(base)
        os.kill(run.pid, signal.SIGCONT)
        out, said = run.communicate(timeout=300)
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
    assert run.returncode == 0, said
    assert 0 < done < 490
    assert not out
    assert " ERROR " not in said
    assert extracted(base) == 490
    assert content_fingerprint(base) == content_fingerprint(tmp_path / "local.kg")


def test_tables_of_a_stopped_and_a_grown_corpus(tmp_path: Path) -> None:
    records = make_records(120)
    first = write_lines(tmp_path / "first.jsonl", records[:60], bad=True)
    (tmp_path / "rest").mkdir()
    for number, part in enumerate((records[60:90], records[90:])):
        rows = [record | {"published": None} for record in part] if number else part
        parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "rest" / f"{number}.parquet")
    rest = tmp_path / "rest" / "*.parquet"
    build([first, *sorted(rest.parent.iterdir())], tmp_path / "local.kg", config=CONFIG)
    target = tmp_path / "tables"
    run = kg_process("-c", TABLES_JOB, first, rest, target, SETTINGS)
    out, errors = run.communicate(timeout=300)
    assert run.returncode == 0, errors
    said = json.loads(out)
    assert said["unfinished"]
    read, newly, papers, copies = said["second"]
    assert (read, papers, copies) == (len(records), 120, 3)
    assert 60 <= newly < 80  # what the stopped run has read is not read again
    assert said["third"] == 0
    assert said["skipped"] == 3 + 3
    assert said["strict"].startswith("ReadError: file:")
    assert {path.name for path in target.iterdir() if path.name[0] not in "._"} == {
        "manifest.json",
        *said["rows"],
    }
    import_tables(target, tmp_path / "tables.kg")
    assert content_fingerprint(tmp_path / "tables.kg") == content_fingerprint(tmp_path / "local.kg")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"masters": "yarn"}, "no option 'masters'"),
        ({"workers": "3"}, "no option 'workers'"),
        ({"master": "sc://somewhere"}, "Spark Connect"),
    ],
)
def test_wrong_options(options: dict[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        make_engine("spark", options)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n.partition(".")[0] == "pyspark"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(MissingExtraError) as caught:
        next(make_engine("spark").extract(iter(()), RULES_ONLY, total=1))
    assert caught.value.hint == "pip install 'kg[spark]'"


@pytest.fixture
def no_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr("shutil.which", lambda name: None)


@pytest.mark.usefixtures("no_java")
def test_without_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.engines._java.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="Spark needs Java") as caught:
        java_home()
    assert "Java 17" in caught.value.hint


@pytest.mark.usefixtures("no_java")
def test_the_packaged_java_takes_what_spark_asks_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    home = java_home()
    assert home is not None
    asked = ["--add-modules=jdk.incubator.vector", "-Dx=a b", "-version"]
    for _ in range(2):
        said = subprocess.run([Path(home) / "bin" / "java", *asked], capture_output=True, text=True)
        assert said.returncode == 0, said.stderr
        assert java_home() == home
