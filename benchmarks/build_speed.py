"""Papers per second and memory of a whole `kg build`, beside other pipelines on spaCy.

    python benchmarks/build_speed.py papers.jsonl --papers 10000 --workers 2

One run times, over the same texts: `kg build` all in (reading, extraction, linking, graph, store)
with the accurate and with the fast model; a pipeline of the shape of en_core_web_sm (tok2vec,
tagger, parser, ner), with random weights, for only its cost matters; and the bare tokenizer, which
every pipeline on spaCy pays for. Each build is a process of its own, so that its peak memory is its
own. Quote the ratios: machines differ and are noisy.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import spacy

from kg.config import Config, ExtractConfig
from kg.pipeline import build
from kg.readers import read_papers

MEGABYTE = 1024  # ru_maxrss is in kilobytes on Linux


class StageClock:
    """Seconds of each stage of a build, by the progress that it reports."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._stage, self._since = "", 0.0

    def start(self, stage: str, total: int | None) -> None:
        """A stage begins, and the one before it ends."""
        self.stop()
        self._stage, self._since = stage, time.perf_counter()

    def advance(self, papers: int) -> None:
        """Progress inside a stage: not of interest."""

    def stop(self) -> None:
        """The stage ends."""
        if self._stage:
            spent = time.perf_counter() - self._since
            self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + spent
        self._stage = ""


def measure_build(source: str, papers: int, model: str, workers: int) -> dict[str, Any]:
    """One build into an empty folder."""
    config = Config(extract=ExtractConfig.model_validate({"model": model}))
    clock = StageClock()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        build(
            [source],
            Path(folder) / "bench.kg",
            config=config,
            workers=workers,
            limit=papers,
            progress=clock,
        )
        clock.stop()
        seconds = time.perf_counter() - began
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if workers > 1 else 0
    return {
        "seconds": seconds,
        "stages": clock.seconds,
        "megabytes": own / MEGABYTE,
        "worker_megabytes": worker / MEGABYTE,
    }


def read_texts(source: str, papers: int) -> list[str]:
    """Title and abstract of the first papers."""
    texts = []
    for paper in read_papers(source):
        texts.append(paper.text)
        if len(texts) == papers:
            break
    return texts


def small_pipeline() -> spacy.language.Language:
    """A pipeline of the shape of en_core_web_sm: its parts, widths and numbers of labels."""
    nlp = spacy.blank("en")
    nlp.add_pipe(
        "tok2vec",
        config={
            "model": {
                "@architectures": "spacy.HashEmbedCNN.v2",
                "width": 96,
                "depth": 4,
                "embed_size": 2000,
                "window_size": 1,
                "maxout_pieces": 3,
                "subword_features": True,
                "pretrained_vectors": None,
            }
        },
    )
    shared = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "tok2vec"}
    tagger = nlp.add_pipe(
        "tagger",
        config={"model": {"@architectures": "spacy.Tagger.v2", "tok2vec": shared, "nO": None}},
    )
    for number in range(50):
        tagger.add_label(f"T{number}")
    for name, state, labels in (("parser", "parser", 45), ("ner", "ner", 18)):
        part = nlp.add_pipe(
            name,
            config={
                "model": {
                    "@architectures": "spacy.TransitionBasedParser.v2",
                    "state_type": state,
                    "extra_state_tokens": False,
                    "hidden_width": 64,
                    "maxout_pieces": 2,
                    "use_upper": True,
                    "nO": None,
                    "tok2vec": shared,
                }
            },
        )
        for number in range(labels):
            part.add_label(f"L{number}")
    nlp.initialize()
    return nlp


def measure_small_pipeline(source: str, papers: int, workers: int) -> dict[str, Any]:
    """The other pipeline over the same texts."""
    texts = read_texts(source, papers)
    nlp = small_pipeline()
    began = time.perf_counter()
    for _ in nlp.pipe(texts, n_process=workers, batch_size=64):
        pass
    return {"seconds": time.perf_counter() - began, "stages": {}}


def measure_tokenizer(source: str, papers: int) -> dict[str, Any]:
    """The bare tokenizer over the same texts, one process."""
    texts = read_texts(source, papers)
    nlp = spacy.blank("en")
    began = time.perf_counter()
    for _ in nlp.pipe(texts):
        pass
    return {"seconds": time.perf_counter() - began, "stages": {}}


def in_own_process(function: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """Run a measurement in a fresh process."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    process = context.Process(target=_send, args=(results, function, arguments))
    process.start()
    measured: dict[str, Any] = results.get()
    process.join()
    return measured


def _send(
    results: Any, function: Callable[..., dict[str, Any]], arguments: tuple[Any, ...]
) -> None:
    results.put(function(*arguments))


def main() -> int:
    """Run the measurements and print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("--papers", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    given = parser.parse_args()
    jobs = {
        "kg build, accurate": (
            measure_build,
            given.source,
            given.papers,
            "accurate",
            given.workers,
        ),
        "kg build, fast": (measure_build, given.source, given.papers, "fast", given.workers),
        "pipeline of the shape of en_core_web_sm": (
            measure_small_pipeline,
            given.source,
            given.papers,
            given.workers,
        ),
        "bare tokenizer, one process": (measure_tokenizer, given.source, given.papers),
    }
    found = {name: in_own_process(*job) for name, job in jobs.items()}
    if given.json:
        print(json.dumps(found, indent=1))
        return 0
    limit = found["bare tokenizer, one process"]["seconds"]
    print(f"{given.papers} papers, {given.workers} workers\n")
    print("| | seconds | papers/s | x the bare tokenizer | peak MB |")
    print("| --- | --- | --- | --- | --- |")
    for name, row in found.items():
        memory = f"{row['megabytes']:.0f}" if "megabytes" in row else ""
        if row.get("worker_megabytes"):
            memory += f" + {row['worker_megabytes']:.0f} a worker"
        print(
            f"| {name} | {row['seconds']:.1f} | {given.papers / row['seconds']:.0f} "
            f"| {row['seconds'] / limit:.1f} | {memory} |"
        )
    for name, row in found.items():
        if row["stages"]:
            shares = (f"{s} {v / row['seconds']:.0%}" for s, v in row["stages"].items())
            print(f"\n{name}: {', '.join(shares)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
