"""The same papers through each engine: papers per second, memory, and what starting costs.

    PYTHONPATH=. python benchmarks/engines.py papers.jsonl --papers 10000 --workers 2

Each engine extracts twice, each time in a process of its own: eight papers, which is what starting
costs (Java or Ray, Python workers, the models), then all of them. The rate is that of the others:
the papers without the eight, by the difference of the seconds. Memory is the resident set of each
process, sampled, with what it shares; ``driver`` is the one that called the engine, ``engine`` all
of Java or Ray, ``worker`` the largest Python worker. Engines whose extra is missing are left out.
Quote the ratios: machines differ and are noisy.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

from kg.config import ExtractConfig
from kg.engines import ENGINES, make_engine
from kg.engines.batches import paper_batch
from kg.readers import read_papers

FEW = 8
PAUSE = 0.1
ENGINE_PROCESSES = frozenset({"java", "raylet", "gcs_server"})


def extract(engine: str, source: str, papers: int, workers: int, config: ExtractConfig) -> int:
    """Run an engine; the number of papers that it has read."""
    found = islice(read_papers(source), papers)
    rows = ((paper.id, paper.model_dump_json()) for paper in found)
    batches = (paper_batch(some) for some in _batched(rows, config.batch_size))
    runs = make_engine(engine, workers=workers)
    return sum(out.num_rows for out in runs.extract(batches, config, total=papers))


def _batched(rows: Any, size: int) -> Any:
    return iter(lambda: list(islice(rows, size)), [])


def measure(engine: str, given: argparse.Namespace, papers: int) -> dict[str, float]:
    """One run in a process of its own.

    Raises:
        RuntimeError: It failed.
    """
    call = [sys.executable, __file__, given.source, "--papers", str(papers), "--run", engine]
    call += ["--workers", str(given.workers), "--model", given.model]
    with tempfile.TemporaryFile("w+") as said:
        began = time.perf_counter()
        process = subprocess.Popen(call, stdout=said)
        peaks = {"driver": 0.0, "engine": 0.0, "worker": 0.0}
        while process.poll() is None:
            for sort, megabytes in _memory(process.pid).items():
                peaks[sort] = max(peaks[sort], megabytes)
            time.sleep(PAUSE)
        seconds = time.perf_counter() - began
        said.seek(0)
        out = said.read().split()
    if process.returncode or not out:
        raise RuntimeError(f"{engine}: exit status {process.returncode}")
    return {"seconds": seconds, "papers": float(out[-1]), **peaks}


def _memory(driver: int) -> dict[str, float]:
    """Megabytes: of the driver, of all that the engine has started, of the largest worker."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                after = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            parents.setdefault(int(after[1]), []).append(int(folder.name))
    found = {"driver": _resident(driver)[1], "engine": 0.0, "worker": 0.0}
    below = list(parents.get(driver, ()))
    for pid in below:
        below.extend(parents.get(pid, ()))
        name, megabytes = _resident(pid)
        if name in ENGINE_PROCESSES:
            found["engine"] += megabytes
        else:
            found["worker"] = max(found["worker"], megabytes)
    return found


def _resident(pid: int) -> tuple[str, float]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return "", 0.0
    fields = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return fields.get("Name", ""), int(fields.get("VmRSS", "0").split()[0]) / 1024


def main() -> None:
    """Run the measurements and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("--papers", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--model", choices=["accurate", "fast"], default="accurate")
    parser.add_argument("--engine", action="append", help="only this one; may be given again")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    given = parser.parse_args()
    config = ExtractConfig(model=given.model)
    if given.run:
        print(extract(given.run, given.source, given.papers, given.workers, config))
        return
    measured: dict[str, dict[str, float]] = {}
    for engine in given.engine or sorted(ENGINES.names(), key=lambda name: (name != "local", name)):
        try:
            start, whole = measure(engine, given, FEW), measure(engine, given, given.papers)
        except RuntimeError as err:
            print(f"left out: {err}", file=sys.stderr)
            continue
        rate = (whole["papers"] - FEW) / (whole["seconds"] - start["seconds"])
        measured[engine] = {**whole, "start": start["seconds"], "rate": rate}
    if given.json:
        print(json.dumps(measured))
        return
    first = next(iter(measured.values()))
    print(
        "| engine | start, s | all, s | papers/s | time, x | driver, MB | engine, MB | worker, MB |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for engine, cost in measured.items():
        print(
            f"| {engine} | {cost['start']:.1f} | {cost['seconds']:.1f} | {cost['rate']:.1f} | "
            f"{first['rate'] / cost['rate']:.2f} | {cost['driver']:.0f} | {cost['engine']:.0f} | "
            f"{cost['worker']:.0f} |"
        )


if __name__ == "__main__":
    main()
