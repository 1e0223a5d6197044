"""Ray in processes of its own: the same graph as on one machine, also where an actor dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from kg.engines import make_engine
from kg.errors import InputError, KgError, MissingExtraError
from kg.pipeline import build
from kg.slicing import import_tables
from kg.snapshot import content_fingerprint
from tests.engines.papers import make_records, write_lines
from tests.engines.test_stages import CONFIG, RULES_ONLY

pytestmark = [pytest.mark.xdist_group("ray"), pytest.mark.timeout(400)]
SETTINGS = f"extract.pipeline={json.dumps(RULES_ONLY.pipeline)}"
JOBS = """
import json, os, signal, sys
from pathlib import Path
from kg.config import load_config
from kg.engines import make_engine
from kg.engines._ray_session import ray_session
from kg.engines._ray_tables import RayTablesJob
from kg.engines.batches import paper_batch
from kg.errors import KgError
from kg.intake import Silent
from kg.pipeline import build

first, rest, base, target, plain, bad, *settings = sys.argv[1:]
config = load_config(None, settings)
engine = make_engine("ray", workers=2)
said = {"killed": 0}


class Killer(Silent):
    def advance(self, papers):
        if not said["killed"]:
            actors = [
                int(process.name)
                for process in Path("/proc").glob("[0-9]*")
                if (process / "cmdline").read_bytes().startswith(b"ray::MapWorker(")
            ]
            if actors:
                os.kill(min(actors), signal.SIGKILL)
            said["killed"] = len(actors)


def stopped(job):
    raise KeyboardInterrupt


with ray_session("", 2, {"object_store_memory": 100 * 2**20}):
    build([first, rest], base, config=config, engine=engine, progress=Killer())
    try:
        list(engine.extract(iter([paper_batch([("x:1", "{")])]), config.extract, total=1))
    except KgError as err:
        said["damaged"] = f"{type(err).__name__}: {err.message}"
    link, RayTablesJob._link = RayTablesJob._link, stopped
    try:
        engine.build_tables([first], target, config)
    except KeyboardInterrupt:
        said["unfinished"] = not Path(target, "manifest.json").exists()
    RayTablesJob._link = link
    report = engine.build_tables([rest, first], target, config)
    said["tables"] = [report.read, report.extracted, report.papers, report.copies]
    said["problems"] = report.problems
    said["again"] = engine.build_tables([first, rest], target, config).extracted
    said["plain"] = engine.build_tables([plain, bad], f"{target}-plain", config).rows
    for name, sources, strict in (("strict", [first], True), ("bad", [bad], False)):
        try:
            engine.build_tables(sources, f"{target}-{name}", config, strict=strict)
        except KgError as err:
            said[name] = f"{type(err).__name__}: {err.message}"
print(json.dumps(said))
"""


def test_ray_gives_the_graph_of_one_machine(tmp_path: Path) -> None:
    for package in ("ray", "fsspec"):
        if find_spec(package) is None:
            pytest.fail(f"{package} is not installed: pip install -e '.[dev]'", pytrace=False)
    records = make_records(150)
    first = write_lines(tmp_path / "first.jsonl", records[:80], bad=True)
    (tmp_path / "rest").mkdir()
    parquet.write_table(pa.Table.from_pylist(records[80:]), tmp_path / "rest" / "a.parquet")
    rest = tmp_path / "rest" / "a.parquet"
    build([first, rest], tmp_path / "local.kg", config=CONFIG)
    plain = [{"id": f"x:{n}", "title": "On the sea", "abstract": "It is wide."} for n in "ab"]
    nothing = write_lines(tmp_path / "plain.jsonl", plain)
    bad = write_lines(tmp_path / "bad.jsonl", [], bad=True)
    base, target = tmp_path / "ray.kg", tmp_path / "tables"
    run = subprocess.Popen(
        [
            *(sys.executable, "-c", JOBS, first, rest, base, target, nothing, bad),
            *(SETTINGS, "extract.batch_size=8"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, errors = run.communicate(timeout=300)
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
    assert run.returncode == 0, errors
    said = json.loads(out)
    assert said["killed"] or not Path("/proc/self/cmdline").exists()
    assert said["damaged"].startswith("KnowledgeBaseError: the record of paper 'x:1' is damaged")
    expected = content_fingerprint(tmp_path / "local.kg")
    assert content_fingerprint(base) == expected
    assert said["unfinished"]
    read, newly, papers, copies = said["tables"]
    assert (read, papers, copies) == (len(records), 150, 3)
    assert 60 <= newly < 100  # what the stopped run has read is not read again
    assert said["again"] == 0
    assert [p for p in said["problems"] if p.startswith(f"{first}:4: not valid JSON")]
    assert len(said["problems"]) == 3 + 3
    assert said["strict"].startswith(f"ReadError: {first}:")
    none = {"entities": 0, "relations": 0, "evidence": 0, "mentions": 0}
    assert said["plain"] == {"papers": 2, **none, "extractions": 2}
    assert said["bad"].startswith("InputError: no papers in the sources; the first problem: ")
    assert {path.name for path in target.iterdir()} == {"manifest.json", *said["plain"]}
    import_tables(target, tmp_path / "tables.kg")
    assert content_fingerprint(tmp_path / "tables.kg") == expected


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"adress": "auto"}, "no option 'adress'"),
        ({"workers": "3"}, "no option 'workers'"),
        ({"object_store_memory": "1"}, "does not start with object_store_memory=1"),
        ({"object_store_memory": "much"}, "object_store_memory"),
    ],
)
def test_wrong_options(options: dict[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        make_engine("ray", options)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError) as caught:
        next(make_engine("ray").extract(iter(()), RULES_ONLY, total=1))
    assert caught.value.hint == "pip install 'kg[ray]'"


def test_a_cluster_that_is_not_there() -> None:
    engine = make_engine("ray", {"address": "127.0.0.1:1"})
    with pytest.raises(KgError, match="Ray does not start"):
        next(engine.extract(iter(()), RULES_ONLY, total=1))
