"""What the tests of crashes share: the server that runs dying commands, and small papers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import KnowledgeBaseError
from kg.snapshot import content_fingerprint, load_graph

__all__ = [
    "CrashServer",
    "Result",
    "copy_base",
    "crash_server",
    "finished_state",
    "write_papers",
]

ABSTRACTS = (
    "We introduce LiteRank, a small cross-encoder. LiteRank builds on BERT and is evaluated on "
    "MS MARCO, where it outperforms BM25. Code: https://github.com/example/literank.",
    "We study offline reinforcement learning with few trajectories. We compare against "
    "Conservative Q-Learning (CQL) on D4RL.",
    "CQL is popular in offline RL. On D4RL we show that CQL forgets rare actions, and we propose "
    "Recall-CQL, an extension of CQL.",
    "Large language models (LLMs) such as GPT-4 rank passages. We review MS MARCO and BEIR.",
    "We train ResNet-50 on ImageNet and report accuracy. LiteRank is a baseline.",
)


def write_papers(path: Path, *numbers: int) -> Path:
    """A source of these papers (0 to 4), in this order."""
    records = [
        {"id": f"x:{n}", "title": f"Paper number {n} of five", "abstract": ABSTRACTS[n]}
        for n in numbers
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


def finished_state(base: Path) -> str | None:
    """What a reader sees: the hash of the graph, read whole; None where none was ever finished.

    Raises:
        KnowledgeBaseError: There is a graph, and it cannot be read.
    """
    if not (base / "graph" / "CURRENT").exists():
        return None
    graph = load_graph(base)
    for relation in graph.relations.values():
        for evidence in relation.evidence:
            said = graph.papers[evidence.paper_id].text[evidence.start : evidence.end]
            if said != evidence.sentence:
                raise KnowledgeBaseError(f"half a graph: {relation.id}")
    return content_fingerprint(base, check=True)


@dataclass(frozen=True)
class Result:
    """How a command ended.

    Args:
        status: Exit status; 137 or -9 for one that was killed.
        operations: Writing operations it did; 0 for one that was killed.
        seconds: How long it took.
        said: What it printed.
    """

    status: int
    operations: int
    seconds: float
    said: str

    @property
    def killed(self) -> bool:
        """Whether it was not allowed to end by itself."""
        return self.status in (137, -9)


class CrashServer:
    """Runs commands of kg, in processes that die when they are told to."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, *argv: object, **fault: Any) -> Result:
        """Run one command."""
        return self.run_all([argv], **fault)[0]

    def run_all(self, commands: list[tuple[object, ...]], **fault: Any) -> list[Result]:
        """Run several at once."""
        jobs = [{"argv": [str(part) for part in argv], "fault": fault} for argv in commands]
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(jobs) + "\n")
        self._process.stdin.flush()
        return [Result(**result) for result in json.loads(self._process.stdout.readline())]


@contextmanager
def crash_server(folder: Path) -> Iterator[CrashServer]:
    """A server that has loaded all that a build needs."""
    scratch = folder / "crash-server"
    scratch.mkdir()
    warm = write_papers(scratch / "warm.jsonl", 0, 1, 2, 3, 4)
    single = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.crash_server", str(warm), str(scratch)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **single, "KG_PLUGINS": ""},
        cwd=Path(__file__).parents[2],
    )
    with process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == "ready"
        yield CrashServer(process)
        assert process.stdin is not None
        process.stdin.close()


def copy_base(base: Path, to: Path) -> Path:
    """A copy of a knowledge base, if there is one, to crash on."""
    if base.exists():
        shutil.copytree(base, to)
    return to
