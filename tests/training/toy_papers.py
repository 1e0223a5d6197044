"""Annotated papers made from a few words, in the gold layout: enough for trees and toy networks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kg.evaluation.gold import GoldPaper

__all__ = ["toy_gold", "toy_lines", "write_lines"]

_NAMES = "Moss Fern Pebble River Cloud Amber Birch Coral Dune Ember Frost Grove".split()
_TASKS = ("image segmentation", "question answering", "machine translation", "node classification")
_OTHERS = ("BERT", "ResNet-50", "LSTM")
_SETS = ("ImageNet", "SQuAD", "GLUE", "CIFAR-10")
_METRICS = ("accuracy", "F1 score", "BLEU")


def toy_lines(count: int = 12) -> list[dict[str, Any]]:
    """Papers that each propose a method for a task, and say on what it beats which other."""
    return [_line(number) for number in range(count)]


def toy_gold(count: int = 12) -> list[GoldPaper]:
    """The same as records."""
    return [GoldPaper.model_validate(line) for line in toy_lines(count)]


def write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> Path:
    """Write JSON, one object a line."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def _line(number: int) -> dict[str, Any]:
    own = f"{_NAMES[number % len(_NAMES)]}Net{number // len(_NAMES) or ''}"
    task, other = _TASKS[number % 4], _OTHERS[number % 3]
    data, metric = _SETS[number % 4], _METRICS[number % 3]
    title = task.title()
    return {
        "id": f"toy-{number}",
        "title": f"{own}: Fast {title}",
        "abstract": f"Much has been said of leaves. We propose {own}, a small network for {task}. "
        f"{own} outperforms {other} on {data} in {metric}. We hope that it helps. "
        f"Code: https://github.com/toy/{own.lower()}.",
        "entities": [
            _entity(own, "Method", "introduces"),
            _entity(task, "Task", "addresses", aliases=[title]),
            _entity(other, "Method", "compares_with"),
            _entity(data, "Benchmark", "evaluates_on", others=["Dataset"]),
            _entity(metric, "Metric", "evaluates_on"),
            _entity("network", "Method", "uses", tier="optional"),
        ],
        "relations": [
            _relation(own, "applied_to", task),
            _relation(own, "outperforms", other),
            _relation(own, "evaluated_on", data),
            _relation(data, "measured_by", metric),
            _relation(other, "evaluated_on", data, tier="optional"),
        ],
        "links": [{"url": f"https://github.com/toy/{own.lower()}", "kinds": ["code"]}],
    }


def _entity(
    name: str,
    kind: str,
    role: str,
    *,
    aliases: Iterable[str] = (),
    others: Iterable[str] = (),
    tier: str = "core",
) -> dict[str, Any]:
    return {
        "name": name,
        "aliases": list(aliases),
        "surface": [name, *aliases],
        "kinds": [kind, *others],
        "tier": tier,
        "roles": [role],
    }


def _relation(head: str, type_: str, tail: str, tier: str = "core") -> dict[str, str]:
    return {"head": head, "type": type_, "tail": tail, "tier": tier}
