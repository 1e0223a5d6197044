"""Fitting the network: batches, losses, one schedule; the same seed gives the same weights."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from kg.extractors.ner import ROLE_LABELS, TAGS, Named, pair_inputs
from kg.extractors.wordpieces import Window
from kg.model import NAMED_KINDS, RELATIONS
from kg.training.examples import PAIR_TYPES, Example
from kg.training.network import PairNetwork, TaggerNetwork

__all__ = [
    "Stage",
    "TrainingItem",
    "fit_stage",
    "load_networks",
    "prepare",
    "save_networks",
]

_TAG = {tag: number for number, tag in enumerate(TAGS)}
_ROLE = {role: number for number, role in enumerate(ROLE_LABELS)}


@dataclass(frozen=True)
class Stage:
    """One pass of training over one set of examples.

    Args:
        epochs: Times each example is seen.
        learning_rate: Highest step size of the encoder; the heads take five times as much.
        batch_size: Windows a step.
        relation_weight: Weight of the loss of relations.
        role_weight: Weight of the loss of roles.
        bf16: Multiply in bfloat16.
    """

    epochs: int
    learning_rate: float = 2e-4
    batch_size: int = 8
    relation_weight: float = 2.0
    role_weight: float = 0.3
    bf16: bool = True


@dataclass(frozen=True)
class TrainingItem:
    """One window with its targets.

    Args:
        window: The input.
        allowed: (w, tags) bool: tags that are right for each word; several where unsure.
        roles: (w,) role of the word's entity, -1 where unknown or none.
        things: The entities in the window, as runs of words.
        targets: (p, types) float: 1 core, 0.5 optional, 0 not stated.
        pairs: (p, 2) which things.
        masks: (p, types) bool: what the kinds of the two allow.
        means: (p * 5, w) weights that average the states of the words about each pair.
        features: (p, PAIR_FEATURES) what else is known of each pair.
    """

    window: Window
    allowed: NDArray[Any]
    roles: NDArray[Any]
    things: tuple[Named, ...] = ()
    pairs: NDArray[Any] = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    targets: NDArray[Any] = field(default_factory=lambda: np.zeros((0, len(PAIR_TYPES))))
    masks: NDArray[Any] = field(default_factory=lambda: np.zeros((0, len(PAIR_TYPES)), dtype=bool))
    means: NDArray[Any] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    features: NDArray[Any] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))


def prepare(example: Example, windows: Sequence[Window]) -> Iterator[TrainingItem]:
    """Turn one labelled text into items, one a window."""
    unknown = [k for k in NAMED_KINDS if k not in example.kinds]
    free = [_TAG["O"], *(_TAG[t] for t in TAGS if t != "O" and t.split("-")[1] in unknown)]
    for window in windows:
        allowed = np.zeros((len(window.firsts), len(TAGS)), dtype=bool)
        allowed[:, free] = True
        roles = np.full(len(window.firsts), -1, dtype=np.int64)
        things: list[Named] = []
        of_entity: dict[int, int] = {}
        for number, entity in enumerate(example.entities):
            runs = []
            for start, end in entity.spans:
                words = np.nonzero((window.starts < end) & (window.ends > start))[0]
                if not len(words):
                    continue
                runs.append((int(words[0]), int(words[-1]) + 1))
                tier = "" if entity.core else "?"
                tiers = (tier,) if example.complete else ("", "?")
                for place, word in enumerate(words):
                    allowed[word] = False
                    for kind in entity.kinds:
                        for tier in tiers:
                            allowed[word, _TAG[f"{'I' if place else 'B'}-{kind}{tier}"]] = True
                    if entity.role is not None:
                        roles[word] = _ROLE[entity.role]
            if runs:
                of_entity[number] = len(things)
                things.append(Named(entity.kinds[0], tuple(runs)))
        item = TrainingItem(window, allowed, roles, tuple(things))
        yield _with_pairs(item, example, of_entity) if example.complete else item


def _with_pairs(item: TrainingItem, example: Example, of_entity: dict[int, int]) -> TrainingItem:
    stated = {
        (of_entity[r.head], of_entity[r.tail], PAIR_TYPES.index(r.type)): 1.0 if r.core else 0.5
        for r in example.relations
        if r.head in of_entity and r.tail in of_entity
    }
    pairs, masks, targets = [], [], []
    for a, head in enumerate(item.things):
        for b, tail in enumerate(item.things):
            mask = [RELATIONS[t].allows(head.kind, tail.kind) for t in PAIR_TYPES]  # type: ignore[index]
            if a != b and any(mask):
                pairs.append((a, b))
                masks.append(mask)
                targets.append([stated.get((a, b, t), 0.0) for t in range(len(PAIR_TYPES))])
    return TrainingItem(
        item.window,
        item.allowed,
        item.roles,
        item.things,
        np.array(pairs, dtype=np.int64).reshape(-1, 2),
        np.array(targets, dtype=np.float64).reshape(-1, len(PAIR_TYPES)),
        np.array(masks, dtype=bool).reshape(-1, len(PAIR_TYPES)),
        *pair_inputs(item.things, pairs, len(item.window.firsts)),
    )


def fit_stage(
    tagger: TaggerNetwork,
    relater: PairNetwork,
    items: Sequence[TrainingItem],
    stage: Stage,
    *,
    seed: int,
    report: Callable[[int, int], None] | None = None,
) -> None:
    """Train both networks in place with AdamW and a one-cycle schedule.

    Args:
        tagger: The tagger.
        relater: The pair classifier.
        items: Windows with targets.
        stage: How long and how fast.
        seed: Of the order of the items and of dropout.
        report: Called with (step, steps), if given.
    """
    torch.manual_seed(seed)
    order = random.Random(seed)
    heads = [*tagger.tags.parameters(), *tagger.roles.parameters(), *tagger.shapes.parameters()]
    groups = [
        {"params": list(tagger.encoder.parameters()), "lr": stage.learning_rate},
        {"params": [*heads, *relater.parameters()], "lr": stage.learning_rate * 5},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = stage.epochs * math.ceil(len(items) / stage.batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [g["lr"] for g in groups], total_steps=steps + 1, pct_start=0.1
    )
    tagger.train()
    relater.train()
    step = 0
    for _ in range(stage.epochs):
        for batch in _batches(items, stage.batch_size, order):
            loss = _loss(tagger, relater, batch, stage)
            loss.backward()
            nn.utils.clip_grad_norm_([*tagger.parameters(), *relater.parameters()], 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            step += 1
            if report is not None:
                report(step, steps)


def save_networks(tagger: TaggerNetwork, relater: PairNetwork, target: Path) -> None:
    """Write the weights of both networks as safetensors."""
    tensors = {f"tagger.{name}": t for name, t in tagger.state_dict().items()}
    tensors |= {f"pairs.{name}": t for name, t in relater.state_dict().items()}
    save_file({name: t.contiguous().clone() for name, t in tensors.items()}, target)


def load_networks(tagger: TaggerNetwork, relater: PairNetwork, source: Path) -> None:
    """Read what ``save_networks`` wrote into networks of the same shape."""
    tensors = load_file(source)
    for network, prefix in ((tagger, "tagger."), (relater, "pairs.")):
        network.load_state_dict(
            {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}
        )


def _batches(
    items: Sequence[TrainingItem], size: int, order: random.Random
) -> Iterator[list[TrainingItem]]:
    """Items of like length together, batches in random order."""
    by_length = sorted(items, key=lambda i: len(i.window.ids) + order.random() * 40)
    batches = [list(by_length[k : k + size]) for k in range(0, len(by_length), size)]
    order.shuffle(batches)
    yield from batches


def _loss(
    tagger: TaggerNetwork, relater: PairNetwork, batch: Sequence[TrainingItem], stage: Stage
) -> Tensor:
    longest = max(len(i.window.ids) for i in batch)

    def padded(name: str) -> Tensor:
        rows = [getattr(i.window, name) for i in batch]
        return torch.tensor(np.stack([np.pad(r, (0, longest - len(r))) for r in rows]))

    mask = torch.tensor(np.stack([np.arange(longest) < len(i.window.ids) for i in batch])).long()
    with torch.autocast("cpu", torch.bfloat16, enabled=stage.bf16):
        states, tags, roles = tagger(padded("ids"), padded("shapes"), padded("segments"), mask)
    states, tags, roles = states.float(), tags.float(), roles.float()
    logp, role_logits, allowed, role_targets, pairs, targets, masks = [], [], [], [], [], [], []
    for row, item in enumerate(batch):
        firsts = torch.tensor(item.window.firsts)
        words = states[row, firsts]
        logp.append(torch.log_softmax(tags[row, firsts], dim=-1))
        role_logits.append(roles[row, firsts])
        allowed.append(torch.tensor(item.allowed))
        role_targets.append(torch.tensor(item.roles))
        if len(item.pairs):
            means = torch.tensor(item.means) @ words  # (p * 5, width)
            means = means.reshape(len(item.pairs), -1)
            pairs.append(torch.cat([means, torch.tensor(item.features)], dim=1))
            targets.append(torch.tensor(item.targets, dtype=torch.float32))
            masks.append(torch.tensor(item.masks))
    right = torch.cat(logp).masked_fill(~torch.cat(allowed), -1e9)
    loss = -torch.logsumexp(right, dim=-1).mean()
    known = torch.cat(role_targets)
    if bool((known >= 0).any()):
        role_loss = nn.functional.cross_entropy(torch.cat(role_logits), known, ignore_index=-1)
        loss = loss + stage.role_weight * 0.3 * role_loss
    if pairs:
        logits = relater(torch.cat(pairs))
        each = nn.functional.binary_cross_entropy_with_logits(
            logits, torch.cat(targets), reduction="none"
        )
        loss = loss + stage.relation_weight * 0.5 * each[torch.cat(masks)].mean()
    return loss
