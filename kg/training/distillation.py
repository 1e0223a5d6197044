"""The fast tagger taught by the large one (Hinton et al. 2015, arXiv:1503.02531)."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from kg.extractors.fast_tagger import WORD_TABLES, read_words
from kg.extractors.ner import ROLE_LABELS, TAGS, Floats, TaggerOutput

__all__ = ["Lesson", "StudentNetwork", "export_student", "make_lesson", "teach"]

_WIDTH = 96
_DIMENSIONS = 48
_DILATIONS = (1, 2, 4, 1)
_SHARE_OF_NAMED = 0.3
"""Weight of the loss of roles; they only matter where something is named."""


@dataclass(frozen=True)
class Lesson:
    """One text and what the teacher says of its words; w words that both read alike.

    Args:
        words: (w, features) of ``WORD_TABLES``.
        tags: (w, tags) probabilities.
        roles: (w, roles) probabilities.
        known: (w,) whether the teacher reads the same word.
    """

    words: NDArray[np.int64]
    tags: Floats
    roles: Floats
    known: NDArray[np.bool_]


class StudentNetwork(nn.Module):  # type: ignore[misc]
    """Hashed words in, tag and role logits out; every word sees eight words on either side."""

    def __init__(self) -> None:
        super().__init__()
        self.tables = nn.ModuleList(
            nn.Embedding(rows, _DIMENSIONS) for rows in WORD_TABLES.values()
        )
        self.enter = nn.Linear(_DIMENSIONS * len(WORD_TABLES), _WIDTH)
        self.layers = nn.ModuleList(
            nn.Conv1d(_WIDTH, _WIDTH, 3, padding=d, dilation=d) for d in _DILATIONS
        )
        self.norms = nn.ModuleList(nn.LayerNorm(_WIDTH) for _ in _DILATIONS)
        self.dropout = nn.Dropout(0.1)
        self.tags = nn.Linear(_WIDTH, len(TAGS))
        self.roles = nn.Linear(_WIDTH, len(ROLE_LABELS))

    def forward(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (b, w, tags) and (b, w, roles) of words (b, w, features)."""
        vectors = [table(words[..., n]) for n, table in enumerate(self.tables)]
        states = nn.functional.relu(self.enter(self.dropout(torch.cat(vectors, dim=-1))))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            seen = layer(states.transpose(1, 2)).transpose(1, 2)
            states = norm(states + self.dropout(nn.functional.relu(seen)))
        return self.tags(states), self.roles(states)


def make_lesson(text: str, output: TaggerOutput) -> Lesson:
    """Pair the student's words with what the teacher says of them.

    Args:
        text: Title, blank line, abstract.
        output: What the teacher reads.
    """
    words, starts, ends = read_words(text)
    spans = zip(output.starts.tolist(), output.ends.tolist(), strict=True)
    place = {span: number for number, span in enumerate(spans)}
    at = [place.get(span, -1) for span in zip(starts.tolist(), ends.tolist(), strict=True)]
    rows = np.array(at, dtype=np.int64)
    return Lesson(words, output.tags[rows], output.roles[rows], rows >= 0)


def teach(
    lessons: Sequence[Lesson],
    *,
    epochs: int,
    seed: int,
    rate: float = 2e-3,
    batch_size: int = 16,
    report: Callable[[int, int], None] | None = None,
) -> StudentNetwork:
    """Train a student on the teacher's probabilities (cross-entropy) with AdamW, one cycle."""
    torch.manual_seed(seed)
    order = random.Random(seed)
    student = StudentNetwork()
    batches = -(-len(lessons) // batch_size)
    optimizer = torch.optim.AdamW(student.parameters(), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, total_steps=epochs * batches + 1, pct_start=0.1
    )
    student.train()
    step = 0
    for _ in range(epochs):
        ordered = sorted(lessons, key=lambda lesson: len(lesson.words) + order.random() * 40)
        starts = list(range(0, len(ordered), batch_size))
        order.shuffle(starts)
        for start in starts:
            loss = _loss(student, ordered[start : start + batch_size])
            loss.backward()
            nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            step += 1
            if report is not None:
                report(step, epochs * batches)
    return student


def _loss(student: StudentNetwork, batch: Sequence[Lesson]) -> Tensor:
    longest = max(len(lesson.words) for lesson in batch)

    def padded(rows: list[NDArray[Any]]) -> Tensor:
        shaped = [np.pad(r, [(0, longest - len(r)), *[(0, 0)] * (r.ndim - 1)]) for r in rows]
        return torch.from_numpy(np.stack(shaped))

    tags, roles = student(padded([lesson.words for lesson in batch]))
    known = padded([lesson.known for lesson in batch]).bool()
    taught = padded([lesson.tags for lesson in batch])[known]
    played = padded([lesson.roles for lesson in batch])[known]
    by_tag = -(taught * torch.log_softmax(tags[known], dim=-1)).sum(dim=-1)
    named = 1.0 - taught[:, 0]
    by_role = -(played * torch.log_softmax(roles[known], dim=-1)).sum(dim=-1)
    loss: Tensor = by_tag.mean() + _SHARE_OF_NAMED * (named * by_role).mean()
    return loss


class _StudentGraph(nn.Module):  # type: ignore[misc]
    def __init__(self, student: StudentNetwork) -> None:
        super().__init__()
        self.student = student

    def forward(self, words: Tensor) -> tuple[Tensor, Tensor]:
        tags, roles = self.student(words)
        return torch.softmax(tags[0], dim=-1), torch.softmax(roles[0], dim=-1)


def export_student(student: StudentNetwork, target: Path) -> None:
    """Write the student: ``words`` (1, w, features) to ``tags`` and ``roles``, (w, labels)."""
    student.eval()
    torch.onnx.export(
        _StudentGraph(student),
        (torch.zeros((1, 12, len(WORD_TABLES)), dtype=torch.int64),),
        str(target),
        input_names=["words"],
        output_names=["tags", "roles"],
        dynamic_axes={"words": {1: "w"}, "tags": {0: "w"}, "roles": {0: "w"}},
        opset_version=17,
        dynamo=False,
    )
