"""Where a build spends its time: milliseconds of the processor a paper, by stage.

    PYTHONPATH=. python benchmarks/stage_shares.py papers.jsonl --papers 1000 --model fast

First the extractor in this process, component by component over batches of the usual size; what
``extract_papers`` takes beyond its components is ``records``. Then ``kg build --workers 1`` of the
same papers as a process of its own, less that of a few of them, which is what starting costs; what
it takes beyond the extractor is ``all else``: reading, the ledger, linking, the graph, the store.
Run it on two revisions to compare them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from kg.config import ExtractConfig
from kg.extractors import build_nlp, extract_papers
from kg.model import Paper
from kg.readers import read_papers

FEW = 32
"""Papers that are read before, so that models are loaded and caches are as in a long run."""


def components(papers: list[Paper], config: ExtractConfig) -> dict[str, float]:
    """Seconds of the processor by component, and of all of ``extract_papers``."""
    nlp = build_nlp(config)
    list(extract_papers(papers[:FEW], config=config, nlp=nlp))
    spent = dict.fromkeys(["tokenizer", *nlp.pipe_names], 0.0)
    for start in range(0, len(papers), config.batch_size):
        began = time.process_time()
        docs = []
        for paper in papers[start : start + config.batch_size]:
            doc = nlp.make_doc(paper.text)
            doc._context = paper
            docs.append(doc)
        spent["tokenizer"] += time.process_time() - began
        for name, component in nlp.pipeline:
            began = time.process_time()
            many = hasattr(component, "pipe")
            docs = list(component.pipe(docs) if many else map(component, docs))
            spent[name] += time.process_time() - began
    began = time.process_time()
    for _ in extract_papers(papers, config=config, nlp=nlp):
        pass
    whole = time.process_time() - began
    return {**spent, "records": whole - sum(spent.values())}


def build(papers: list[Paper], model: str) -> float:
    """Seconds of the processor of a whole build."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "papers.jsonl"
        with source.open("w", encoding="utf-8") as file:
            for paper in papers:
                fields = json.loads(paper.model_dump_json())
                file.write(json.dumps({k: v for k, v in fields.items() if v}) + "\n")
        call = [*(sys.executable, "-m", "kg", "build", source, "--to", Path(folder) / "papers.kg")]
        call += ["--workers", "1", "--quiet", *(["--fast"] if model == "fast" else [])]
        process = subprocess.Popen(list(map(str, call)))
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"kg build: exit status {process.returncode}")
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("--papers", type=int, default=1000)
    parser.add_argument("--model", choices=("accurate", "fast"), default="accurate")
    given = parser.parse_args()
    papers = list(islice(read_papers(given.source), given.papers))
    spent = components(papers, ExtractConfig(model=given.model))
    extractor = sum(spent.values())
    started = build(papers[:FEW], given.model)
    built = (build(papers, given.model) - started) * len(papers) / (len(papers) - FEW)
    spent["all else"] = built - extractor
    whole = extractor + spent["all else"]
    print(f"{len(papers)} papers, {given.model}\n\n| stage | ms a paper | share |\n|{' --- |' * 3}")
    for name, seconds in [*spent.items(), ("whole", whole)]:
        print(f"| {name} | {1000 * seconds / len(papers):.2f} | {100 * seconds / whole:.0f} % |")


if __name__ == "__main__":
    main()
