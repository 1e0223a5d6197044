"""A million papers: seconds, memory and growth of every stage after extraction.

    PYTHONPATH=. python benchmarks/scale.py papers.kg --papers 10000 --papers 100000

Papers are generated from a knowledge base of real ones (see ``generated_papers.py``), with the
growth of names that was measured on it. Each stage is a process of its own:

- ``profiles``: the first pass of linking, counts of every name, written as lines;
- ``clustering``: entities and rules from those lines, saved for other processes;
- ``rebuild``: what ``kg rebuild`` does: both of these, then the second pass, the sorting of
  relations and the record files; without the embedded database, which large graphs do not get;
- ``hash`` and the exports, over the finished graph.

Memory is what the process holds itself (RssAnon) and what it has mapped of files (RssFile), the
peak of each by samples; only the first has to fit. Two sizes give the exponent of growth, 1 is
linear. What is no longer needed is deleted at once, before the exports the ledger too; a million
papers take up to 30 GB of disk, and 40 GB more for JSON-LD, which ``--skip "export jsonld"`` saves.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks.generated_papers import Base, generate, growth_of_names, names_of
from kg.ledger import Ledger
from kg.linking import Linker, NameProfile, profile_extractions

PAUSE = 0.1
STAGES: dict[str, tuple[str, ...]] = {
    "profiles": ("--stage", "profiles", "KB", "WORK"),
    "clustering": ("--stage", "clustering", "KB", "WORK"),
    "rebuild": ("--stage", "rebuild", "KB", "WORK"),
    "hash --check": ("hash", "KB", "--check"),
    "stats": ("stats", "KB"),
    "verify": ("verify", "KB"),
    "export neo4j-admin": ("export", "KB", "OUT/bundle", "--format", "neo4j-admin"),
    "export jsonld": ("export", "KB", "OUT/graph.jsonld"),
    "export node-link": ("export", "KB", "OUT/graph.json"),
    "export parquet": ("export", "KB", "OUT/tables", "--format", "parquet"),
}


class Cost(NamedTuple):
    """What a stage took.

    Args:
        seconds: Wall clock.
        processor: Seconds of processor time: what growth is judged by, on a machine with others.
        anonymous: Peak of the memory it held itself, MB.
        mapped: Peak of the files it had mapped, MB.
        size: What it wrote, MB.
    """

    seconds: float
    processor: float
    anonymous: float
    mapped: float
    size: float


def run_profiles(base: Path, work: Path) -> None:
    """The first pass of linking, as lines."""
    with Ledger(base / "ledger.sqlite", read_only=True) as ledger:
        profiles = profile_extractions(ledger.extractions())
    with (work / "profiles.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{profile.dump()}\n" for profile in profiles)


def run_clustering(work: Path) -> None:
    """Entities and rules from those lines."""
    with (work / "profiles.jsonl").open("rb") as file:
        linker = Linker.of_profiles(list(map(NameProfile.load, file)))
    (work / "rules").mkdir()
    linker.save(work / "rules")


def run_rebuild(base: Path) -> None:
    """The whole graph, and no embedded database whatever its size."""
    import kg.snapshot
    from kg.pipeline import rebuild

    kg.snapshot.EMBEDDED_RELATIONS = -1
    rebuild(base)


def measure(stage: str, base: Path, work: Path) -> Cost:
    """Run a stage in a process of its own.

    Raises:
        RuntimeError: It failed.
    """
    out = work / "out"
    out.mkdir()
    places = {"KB": str(base), "WORK": str(work)}
    call = [places.get(part, part).replace("OUT", str(out)) for part in STAGES[stage]]
    program = [__file__] if call[0] == "--stage" else ["-m", "kg"]
    before = _size(work)
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *program, *call], stdout=subprocess.DEVNULL)
    peaks = {"RssAnon": 0, "RssFile": 0}
    while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
        for name, kilobytes in _memory(process.pid).items():
            peaks[name] = max(peaks[name], kilobytes)
        time.sleep(PAUSE)
    process.returncode = os.waitstatus_to_exitcode(ended[1])
    if process.returncode:
        raise RuntimeError(f"{stage}: exit status {process.returncode}")
    processor = ended[2].ru_utime + ended[2].ru_stime
    seconds = time.perf_counter() - began
    written = _size(work) - before
    shutil.rmtree(out)
    return Cost(seconds, processor, peaks["RssAnon"] / 1024, peaks["RssFile"] / 1024, written)


def _memory(pid: int) -> dict[str, int]:
    """Kilobytes of a process by sort; empty when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    fields = (line.split() for line in lines if line.startswith(("RssAnon:", "RssFile:")))
    return {name.removesuffix(":"): int(number) for name, number, _ in fields}


def _size(folder: Path) -> float:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 2**20


def describe(base: Path) -> None:
    """Print how many names the papers of a knowledge base have, and how they grow."""
    with Ledger(base / "ledger.sqlite", read_only=True) as ledger:
        names = [names_of(e) for e in ledger.extractions(checked=False)]
    print(
        f"{len(names)} papers, {len(set().union(*names))} names, "
        f"Heaps {growth_of_names(names):.3f}",
        flush=True,
    )


def run_size(source: Base, papers: int, work: Path, stages: list[str]) -> dict[str, Cost]:
    """All stages on so many papers, told as they come."""
    base = work / "papers.kg"
    began = time.perf_counter()
    generate(source, base, papers)
    seconds = time.perf_counter() - began
    print(f"\n{papers} papers generated in {seconds:.0f} s, {_size(base):.0f} MB", flush=True)
    if papers <= 100_000:
        describe(base)
    costs = {}
    for stage in stages:
        if stage.startswith("export"):  # which read the graph alone: make room
            (base / "ledger.sqlite").unlink()
            Ledger(base / "ledger.sqlite", create=True).close()
        cost = costs[stage] = measure(stage, base, work)
        print(
            f"{stage:<20} {cost.seconds:>8.1f} s, {cost.processor:>8.1f} s of processor, "
            f"{cost.anonymous:>6.0f} MB anonymous, {cost.mapped:>6.0f} MB mapped, "
            f"{cost.size:>6.0f} MB written",
            flush=True,
        )
        if stage == "clustering":
            shutil.rmtree(work / "rules")
            (work / "profiles.jsonl").unlink()
    for snapshot in (base / "graph").glob("*/manifest.json"):
        files = json.loads(snapshot.read_bytes())["files"]
        print({name: file["records"] for name, file in files.items()}, flush=True)
    return costs


def main() -> None:
    """Run the stages for each size, then print the table with the exponents between sizes."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("base", type=Path, help="a knowledge base, best of 10,000 papers")
    parser.add_argument("work", type=Path, nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("--papers", type=int, action="append", help="may be given again")
    parser.add_argument("--only", action="append", choices=STAGES, help="may be given again")
    parser.add_argument("--skip", action="append", choices=STAGES, help="may be given again")
    parser.add_argument(
        "--stage", choices=("profiles", "clustering", "rebuild"), help=argparse.SUPPRESS
    )
    given = parser.parse_args()
    if given.stage:
        gc.disable()  # as kg rebuild does
        if given.stage == "profiles":
            run_profiles(given.base, given.work)
        elif given.stage == "clustering":
            run_clustering(given.work)
        else:
            run_rebuild(given.base)
        return
    source = Base(given.base)
    print(
        f"base: {len(source.templates)} papers, {source.distinct} names, "
        f"Heaps {source.exponent:.3f}, {os.cpu_count()} cores",
        flush=True,
    )
    stages = [stage for stage in given.only or STAGES if stage not in (given.skip or ())]
    costs: dict[int, dict[str, Cost]] = {}
    for papers in given.papers or [10_000, 100_000]:
        with tempfile.TemporaryDirectory() as work:
            costs[papers] = run_size(source, papers, Path(work), stages)
    table(costs, stages)


def table(costs: dict[int, dict[str, Cost]], stages: list[str]) -> None:
    """Print seconds and memory of each size as a Markdown table, with exponents."""
    sizes = sorted(costs)
    heads = [f"{n:,}: s | of processor | MB" for n in sizes]
    pairs = list(pairwise(sizes))
    heads += [f"exponent {low:,} to {high:,}" for low, high in pairs]
    print(f"\n| | {' | '.join(heads)} |\n|{' --- |' * (1 + 3 * len(sizes) + len(pairs))}")
    for stage in stages:
        cells = []
        for size in sizes:
            cost = costs[size][stage]
            cells.append(f"{cost.seconds:.1f} | {cost.processor:.1f} | {cost.anonymous:.0f}")
        for low, high in pairs:
            growth = costs[high][stage].processor / costs[low][stage].processor
            cells.append(f"{math.log(growth) / math.log(high / low):.2f}")
        print(f"| {stage} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
