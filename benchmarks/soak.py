"""A year of papers: seconds, memory and size of every stage on copies of a knowledge base.

    python benchmarks/soak.py papers.kg --copies 1 --copies 10

Each paper of the given knowledge base is taken so many times, with ids of its own and all that was
found in it, so that extraction (flat by nature; see `build_speed.py`) need not be repeated: linking
and all that comes after it get as many papers, mentions and statements as real ones would have, and
no more names than there were. Every command is a process of its own; its peak memory is
the one that the system reports. Two sizes give the exponent of growth: 1 is linear.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from kg.ids import mention_id
from kg.ledger import IMPORTED, Ledger

MEGABYTE = 1024  # ru_maxrss is in kilobytes on Linux
FIRST_YEAR = 1501
COMMANDS: dict[str, tuple[str, ...]] = {
    "rebuild": ("rebuild", "KB"),
    "hash --check": ("hash", "KB", "--check"),
    "query, a recipe": ("query", "KB", "--recipe", "top-entities", "--format", "json"),
    "query, two steps": (
        "query",
        "KB",
        "MATCH (m:Method)<-[:USES]-(p:Paper)-[:EVALUATES_ON]->(b:Benchmark) "
        "RETURN m.name, b.name, count(p) AS papers ORDER BY papers DESC LIMIT 10",
        "--format",
        "json",
    ),
    "verify": ("verify", "KB"),
    "export jsonld": ("export", "KB", "OUT/graph.jsonld"),
    "export papers": ("export", "KB", "OUT/graph.papers.jsonl"),
    "export node-link": ("export", "KB", "OUT/graph.json"),
    "export cypher": ("export", "KB", "OUT/graph.cypher"),
    "export parquet": ("export", "KB", "OUT/tables", "--format", "parquet"),
    "export neo4j-admin": ("export", "KB", "OUT/bundle", "--format", "neo4j-admin"),
    "export html": ("export", "KB", "OUT/graph.html", "--max-nodes", "2000"),
}


def multiply(source: Path, target: Path, copies: int) -> int:
    """Write a knowledge base with every paper of another so many times; returns the papers."""
    target.mkdir(parents=True)
    Ledger(target / "ledger.sqlite", create=True).close()
    with (
        Ledger(source / "ledger.sqlite", read_only=True) as ledger,
        closing(sqlite3.connect(target / "ledger.sqlite")) as db,
        db,
    ):
        for extraction in ledger.extractions():
            paper = extraction.paper
            found = extraction.model_dump_json(exclude={"paper"}, exclude_defaults=True)
            for copy in range(copies):
                # years apart, for papers of one title and year would be taken for one
                again = paper.model_copy(
                    update={"id": f"{paper.id}x{copy}", "year": FIRST_YEAR + 3 * copy}
                )
                db.execute(
                    "INSERT INTO paper VALUES (?, ?, ?)",
                    (again.id, again.content_hash, again.model_dump_json()),
                )
                row = (again.id, again.content_hash, IMPORTED, _of(found, paper.id, again.id))
                db.execute(
                    "INSERT INTO extraction (paper_id, content_hash, fingerprint, record) "
                    "VALUES (?, ?, ?, ?)",
                    row,
                )
        return int(db.execute("SELECT count(*) FROM paper").fetchone()[0])


def _of(found: str, old: str, new: str) -> str:
    """What was found in a paper, as what was found in another with the same text."""
    data = json.loads(found)
    ids = {old: new}
    for mention in data.get("mentions", ()):
        place = (mention["start"], mention["end"], mention["kind"])
        ids[mention_id(old, *place)] = mention_id(new, *place)
        mention["paper_id"] = new
    for statement in data.get("relations", ()):
        ends = {end: ids[statement[end]] for end in ("subject", "object")}
        statement |= {"paper_id": new, **ends}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def run(command: tuple[str, ...], base: Path, out: Path) -> tuple[float, float]:
    """Seconds and peak megabytes of a command.

    Raises:
        RuntimeError: It failed.
    """
    places = {"KB": str(base)}
    call = [places.get(part, part).replace("OUT", str(out)) for part in command]
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", *call], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"kg {' '.join(call)}: exit status {process.returncode}")
    return time.perf_counter() - began, used.ru_maxrss / MEGABYTE


def size_of(folder: Path) -> float:
    """Megabytes of all files of a folder."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 2**20


def main() -> None:
    """Print a row for each command and size, then the exponents between the sizes."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("base", type=Path, help="a knowledge base, best of 10,000 papers")
    parser.add_argument("--copies", type=int, action="append", help="may be given twice")
    given = parser.parse_args()
    seconds: dict[str, dict[int, float]] = {name: {} for name in COMMANDS}
    for copies in given.copies or [1, 10]:
        with tempfile.TemporaryDirectory() as folder:
            base, out = Path(folder) / "soak.kg", Path(folder) / "out"
            papers = multiply(given.base, base, copies)
            print(f"{papers} papers, ledger {size_of(base):.0f} MB", flush=True)
            for name, command in COMMANDS.items():
                out.mkdir()
                spent, peak = run(command, base, out)
                seconds[name][papers] = spent
                print(f"  {name:20} {spent:8.1f} s  {peak:6.0f} MB peak", end="")
                print(f"  {size_of(out):8.0f} MB written" if any(out.iterdir()) else "", flush=True)
                shutil.rmtree(out)
            print(f"  knowledge base: {size_of(base):.0f} MB", flush=True)
    for name, spent in seconds.items():
        if len(spent) > 1:
            (few, quick), *_, (many, slow) = sorted(spent.items())
            print(f"{name:20} exponent {math.log(slow / quick) / math.log(many / few):5.2f}")


if __name__ == "__main__":
    main()
