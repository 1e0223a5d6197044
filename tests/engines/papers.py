"""Papers made for the engines' tests: our own sentences, many names, some copies and bad lines."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

__all__ = ["BAD_LINES", "make_records", "write_lines"]

_NAMES = ("RankFlow", "GateBERT", "TinyPPO", "GraphMixer", "LoRA", "BERT", "ResNet-50", "GPT-4")
_TASKS = ("passage ranking", "offline reinforcement learning", "image segmentation", "parsing")
_DATA = ("MS MARCO", "ImageNet", "D4RL", "SQuAD", "GLUE")
_LONG = {"RL": "reinforcement learning", "CQL": "Conservative Q-Learning", "VLM": "vision language"}
BAD_LINES = ("{no json", '{"abstract": "A text without a title."}', "[1]")


def make_records(count: int, *, seed: int = 7) -> list[dict[str, Any]]:
    """Records of papers as a JSONL file has them; some repeat another under one or another id."""
    draw = random.Random(seed)
    records: list[dict[str, Any]] = []
    for number in range(count):
        name, other = draw.sample(_NAMES, 2)
        short = draw.choice(sorted(_LONG))
        task, data = draw.choice(_TASKS), draw.choice(_DATA)
        size = draw.randrange(2, 90)
        text = (
            f"We introduce {name}-{size}, a method for {task} that builds on {other}. "
            f"It is trained with {_LONG[short]} ({short}) and evaluated on {data}. "
            f"On {data} it outperforms {other} by {size} points of accuracy. "
            f"Code is at https://example.org/{name.lower()}/{number}."
        )
        records.append(
            {
                "id": f"x:{number:05d}",
                "title": f"{name}-{size} for {task} from short logs, part {number}",
                "abstract": text,
                "year": 2000 + number % 25,
                "authors": ["Ada Example", f"Ben {number}"],
            }
        )
    for number in range(0, count, 50):
        again = dict(records[number])
        records.append(again | {"id": f"doi:10.1000/x.{number}"})  # a copy, under a better id
        records.append(again | {"abstract": f"{again['abstract']} And more."})  # the fuller one
    draw.shuffle(records)
    return records


def write_lines(path: Path, records: list[dict[str, Any]], *, bad: bool = False) -> Path:
    """Write records one a line, bad lines between them if asked for."""
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    for place, line in enumerate(BAD_LINES if bad else ()):
        lines.insert(7 * place + 3, line)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
