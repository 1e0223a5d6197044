"""Papers per second of a whole `kg build`, stage by stage, beside the bare spaCy tokenizer.

The tokenizer is the limit: no pipeline on spaCy can be faster. Both run in this process, in turn,
over the same texts, several times; quote the ratio, for machines differ and are noisy.

    python benchmarks/build_speed.py papers.jsonl --papers 1000 --rounds 3
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import spacy

from kg.extractors import build_nlp, extract_papers
from kg.pipeline import assemble_graph
from kg.readers import read_papers
from kg.snapshot import write_snapshot


def one_round(source: Path, count: int) -> dict[str, float]:
    """Seconds of each stage, once."""
    seconds: dict[str, float] = {}
    clock = time.perf_counter()

    def lap(stage: str) -> None:
        nonlocal clock
        now = time.perf_counter()
        seconds[stage] = now - clock
        clock = now

    papers = list(islice(read_papers(source), count))
    lap("read")
    for _ in spacy.blank("en").pipe(p.text for p in papers):
        pass
    lap("(bare tokenizer)")
    nlp = build_nlp()
    lap("load pipeline")
    extractions = list(extract_papers(papers, nlp=nlp))
    lap("extract")
    graph = assemble_graph(extractions)
    lap("link and assemble")
    with tempfile.TemporaryDirectory() as folder:
        write_snapshot(Path(folder), graph, "0" * 64)
    lap("store")
    return seconds


def main() -> int:
    """Run the rounds and print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--papers", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    rounds = [one_round(arguments.source, arguments.papers) for _ in range(arguments.rounds)]
    medians = {stage: statistics.median(r[stage] for r in rounds) for stage in rounds[0]}
    whole = sum(v for stage, v in medians.items() if not stage.startswith("("))
    print(f"| stage | seconds, median of {arguments.rounds} | papers/s | share |")
    print("| --- | --- | --- | --- |")
    for stage, value in medians.items():
        share = "" if stage.startswith("(") else f"{value / whole:.0%}"
        print(f"| {stage} | {value:.2f} | {arguments.papers / value:.0f} | {share} |")
    print(f"| **whole build, one process** | {whole:.2f} | {arguments.papers / whole:.0f} | |")
    print(f"\nwhole / bare tokenizer: {whole / medians['(bare tokenizer)']:.1f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory: {peak:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
