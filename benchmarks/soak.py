"""A year of papers: seconds, memory and size of every stage on papers taken several times.

    python benchmarks/soak.py papers.jsonl --copies 1 --copies 10
    python benchmarks/soak.py papers.kg --copies 1 --copies 10

Every paper of a JSONL file is taken so many times, with ids and years of its own, and built from
its text: papers a second and memory are told as the build goes on. Of a knowledge base every paper
is taken with all that was found in it, so that extraction is not repeated. Either way linking and
all that comes after it get as many papers, mentions and statements as real ones would have, and no
more names than there were (`scale.py` has those too). Every command is a process of its own; its
memory is that of all its processes together, sampled twice a second, without files that are mapped
(the system takes those back when it likes) and with them. Two sizes give the exponent of growth:
1 is linear. It reads /proc, so it needs Linux.
"""

from __future__ import annotations

import argparse
import json
import math
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


def repeat(source: Path, target: Path, copies: int) -> int:
    """Write a JSONL file with every paper of another so many times; returns the papers."""
    lines = source.read_text("utf-8").splitlines()
    with target.open("w", encoding="utf-8") as file:
        for copy in range(copies):
            for line in lines:
                paper = json.loads(line)
                # an address would give it its old id back, a date its old year
                kept = {k: paper[k] for k in ("title", "abstract", "categories") if k in paper}
                again = {"id": f"{paper['id']}x{copy}", "year": FIRST_YEAR + 3 * copy, **kept}
                file.write(json.dumps(again, ensure_ascii=False) + "\n")
    return len(lines) * copies


def memory_of(process: int) -> tuple[float, float]:
    """Megabytes of a process and those it started: their own, and with the files they map."""
    own = mapped = 0.0
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii", "replace")
        sizes = dict(line.split(":", 1) for line in status.splitlines())
        own = int(sizes["RssAnon"].split()[0]) / MEGABYTE
        mapped = own + int(sizes["RssFile"].split()[0]) / MEGABYTE
        children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
    except (OSError, KeyError):  # it has just ended
        return own, mapped
    for child in map(int, children):
        more, more_mapped = memory_of(child)
        own, mapped = own + more, mapped + more_mapped
    return own, mapped


def run(
    command: tuple[str, ...], base: Path, out: Path, *, told: float = math.inf
) -> tuple[float, float, float]:
    """Seconds and peak megabytes of a command, own and with mapped files.

    Args:
        command: Arguments of kg; ``KB`` and ``OUT`` stand for the two paths.
        base: The knowledge base.
        out: Folder for what it writes.
        told: Seconds after which to tell what it has read and what it holds, again and again.

    Raises:
        RuntimeError: It failed.
    """
    places = {"KB": str(base)}
    call = [places.get(part, part).replace("OUT", str(out)) for part in command]
    began = last = time.perf_counter()
    said = out.with_suffix(".said")
    with said.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "kg", *call], stdout=subprocess.DEVNULL, stderr=file
        )
    peak = peak_mapped = 0.0
    read = 0
    while process.poll() is None:
        own, mapped = memory_of(process.pid)
        peak, peak_mapped = max(peak, own), max(peak_mapped, mapped)
        if time.perf_counter() - last > told:
            done = read_papers_of(base)
            rate = (done - read) / (time.perf_counter() - last)
            read, last = done, time.perf_counter()
            print(f"    {last - began:6.0f} s  {done:7} papers read, {rate:5.0f}/s", end="")
            print(f"  {own:6.0f} MB ({mapped:.0f} with files)", flush=True)
        time.sleep(0.5)
    if process.returncode:
        end = said.read_text("utf-8", "replace")[-500:]
        raise RuntimeError(f"kg {' '.join(call)}: exit status {process.returncode}: {end}")
    return time.perf_counter() - began, peak, peak_mapped


def read_papers_of(base: Path) -> int:
    """Papers of a knowledge base that have been extracted so far."""
    ledger = base / "ledger.sqlite"
    if not ledger.is_file():
        return 0
    with closing(sqlite3.connect(f"{ledger.resolve().as_uri()}?mode=ro", uri=True)) as db:
        try:
            return int(db.execute("SELECT count(*) FROM extraction").fetchone()[0])
        except sqlite3.Error:  # its tables are just being made
            return 0


def size_of(folder: Path) -> float:
    """Megabytes of all files of a folder."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 2**20


def main() -> None:
    """Print a row for each command and size, then the exponents between the sizes."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "papers", type=Path, help="a JSONL file or a knowledge base, best of 10,000"
    )
    parser.add_argument("--copies", type=int, action="append", help="may be given twice")
    parser.add_argument("--accurate", action="store_true", help="not the fast model")
    given = parser.parse_args()
    seconds: dict[str, dict[int, float]] = {}
    for copies in given.copies or [1, 10]:
        with tempfile.TemporaryDirectory() as folder:
            base, out = Path(folder) / "soak.kg", Path(folder) / "out"
            commands = dict(COMMANDS)
            if given.papers.is_dir():
                papers = multiply(given.papers, base, copies)
                print(f"{papers} papers, ledger {size_of(base):.0f} MB", flush=True)
            else:
                source = Path(folder) / "papers.jsonl"
                papers = repeat(given.papers, source, copies)
                print(f"{papers} papers, {source.stat().st_size / 2**20:.0f} MB", flush=True)
                build = ("build", str(source), "--to", "KB")
                commands = {"build": build if given.accurate else (*build, "--fast"), **commands}
            for name, command in commands.items():
                out.mkdir()
                told = 60.0 if name == "build" else math.inf
                spent, peak, mapped = run(command, base, out, told=told)
                seconds.setdefault(name, {})[papers] = spent
                print(
                    f"  {name:20} {spent:8.1f} s  {peak:6.0f} MB ({mapped:.0f} with files)", end=""
                )
                print(f"  {size_of(out):8.0f} MB written" if any(out.iterdir()) else "", flush=True)
                shutil.rmtree(out)
            print(f"  knowledge base: {size_of(base):.0f} MB", flush=True)
    for name, spent_at in seconds.items():
        if len(spent_at) > 1:
            (few, quick), *_, (many, slow) = sorted(spent_at.items())
            print(f"{name:20} exponent {math.log(slow / quick) / math.log(many / few):5.2f}")


if __name__ == "__main__":
    main()
