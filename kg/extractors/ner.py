"""Names found by the trained tagger: a small BERT, run by ONNX Runtime without torch.

The model reads title and abstract as one text and gives each word probabilities of the tags, of
the roles that a name there would have, and a vector that the relations are told from.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import InputError
from kg.extractors.candidates import Candidate, candidates, prepare_doc, text_of
from kg.extractors.scorers import models_folder, open_session
from kg.extractors.wordpieces import load_wordpieces, split_windows
from kg.model import NAMED_KINDS, ROLES, EntityKind

__all__ = [
    "PAIR_FEATURES",
    "ROLE_LABELS",
    "TAGS",
    "Named",
    "Tagger",
    "TaggerOutput",
    "decode_names",
    "load_tagger",
    "pair_inputs",
    "pair_vectors",
]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

TAGS = (
    "O",
    *(f"{place}-{kind}{tier}" for kind in NAMED_KINDS for tier in ("", "?") for place in "BI"),
)
"""Tags of words: outside, or at the begin of or inside a name; ``?`` for names that a reader may
or may not want."""
ROLE_LABELS = ROLES
_CONTEXT = 40
_GAPS = (1, 3, 6, 10, 16, 25, 40, 80)
_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")
PAIR_TYPES = 7
PAIR_FEATURES = 2 * len(NAMED_KINDS) + len(_GAPS) + 5


class Tagger:
    """The trained tagger.

    Args:
        folder: Where ``tagger.onnx``, ``pairs.onnx`` and ``vocab.txt`` are.

    Raises:
        InputError: A file is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._wordpieces = load_wordpieces(folder / "vocab.txt")
        except (OSError, ValueError) as err:
            raise InputError(
                f"cannot read the tagger's vocabulary: {err}", hint="kg train makes such models"
            ) from err
        self._session = open_session(folder / "tagger.onnx")
        self._pairs = open_session(folder / "pairs.onnx")

    def read(self, text: str) -> TaggerOutput:
        """Read one text: title, blank line, abstract."""
        parts: list[tuple[Ints, Ints, Floats, Floats, Floats]] = []
        for window in split_windows(self._wordpieces, text):
            inputs = {
                "ids": window.ids[None],
                "shapes": window.shapes[None],
                "segments": window.segments[None],
            }
            states, tags, roles = self._session.run(["states", "tags", "roles"], inputs)
            rows = window.firsts
            parts.append((window.starts, window.ends, tags[rows], roles[rows], states[rows]))
        joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
        starts, ends, every_tag, every_role, vectors = joined
        lengths = tuple(len(part[0]) for part in parts)
        return TaggerOutput(starts, ends, every_tag, every_role, vectors, lengths)

    def relate(
        self,
        output: TaggerOutput,
        things: Sequence[tuple[EntityKind, Sequence[tuple[int, int]]]],
        pairs: Sequence[tuple[int, int]],
    ) -> Floats:
        """(pairs, predicates) probabilities; NaN where two things stand too far apart.

        Args:
            output: What ``read`` gave.
            things: Kind and character spans of each thing.
            pairs: Places in ``things``: from which, to which.
        """
        vectors, numbers = pair_vectors(output, things, pairs)
        found = np.full((len(pairs), PAIR_TYPES), np.nan, dtype=np.float32)
        if numbers:
            found[numbers] = self._pairs.run(["probabilities"], {"vectors": vectors})[0]
        return found


@cache
def load_tagger(models: str | None = None) -> Tagger:
    """The tagger of a folder that ``kg train`` made, or of the package; loaded once a process."""
    return Tagger(models_folder(models))


@Language.factory("kg_ner", default_config={"models": None, "model": "accurate"})
def make_name_tagger(
    nlp: Language, name: str, models: str | None, model: str
) -> Callable[[Doc], Doc]:
    """Append the names that the tagger reads to the candidates, and keep what it read.

    Args:
        nlp: The pipeline.
        name: Name of the component.
        models: Folder of the models; None for those of the package.
        model: ``accurate``, or ``fast`` for the tagger's small student.
    """
    from kg.extractors.fast_tagger import load_fast_tagger  # which builds on this module

    tagger = load_fast_tagger(models) if model == "fast" else load_tagger(models)

    def tag_names(doc: Doc) -> Doc:
        text = text_of(doc)
        output = tagger.read(text)
        doc._.kg_tagger = output
        so_far = candidates(doc)
        addresses = sorted((c.start, c.end) for c in so_far if c.kind == "Url")
        reach = [0, *accumulate((end for _, end in addresses), max)]  # of those before each place
        so_far.extend(
            c
            for c in decode_names(text, output)
            if reach[bisect_left(addresses, (c.end, 0))] <= c.start
        )
        return doc

    return tag_names


class TaggerOutput:
    """What the tagger says of the words of one text; w words.

    Args:
        starts: (w,) first character of each word.
        ends: (w,) one past its last.
        tags: (w, tags) probabilities of ``TAGS``.
        roles: (w, roles) probabilities of ``ROLE_LABELS``, should the word be part of a name.
        states: (w, width) what the network makes of the word.
        lengths: Number of words of each window, which were read apart.
    """

    def __init__(
        self,
        starts: Ints,
        ends: Ints,
        tags: Floats,
        roles: Floats,
        states: Floats,
        lengths: tuple[int, ...] = (),
    ) -> None:
        self.starts, self.ends = starts, ends
        self.roles, self.states = roles, states
        self.lengths = lengths or (len(starts),)
        self.tags = tags
        by_tag = tags[:, 1:].reshape(len(tags), len(NAMED_KINDS), 2, 2)  # kind, tier, B or I
        self.kinds: Floats = by_tag.sum(axis=3)
        self.outside: Floats = tags[:, 0]
        self.begins: Floats = by_tag[..., 0].sum(axis=(1, 2))
        self.inside: Floats = by_tag[..., 1].sum(axis=(1, 2))
        self.decoded = _decode(self.outside.tolist(), self.begins.tolist(), self.inside.tolist())
        self._firsts = [first for first, _ in self.decoded]
        self._starts: list[int] = starts.tolist()
        self._ends: list[int] = ends.tolist()

    def words(self, start: int, end: int) -> tuple[int, int]:
        """The run of words that a span of characters touches: first, one past the last."""
        first = bisect_right(self._ends, start)
        return first, max(bisect_left(self._starts, end), first)

    def decoded_over(self, first: int, last: int) -> list[tuple[int, int]]:
        """The names that the tagger alone would read in a run of words."""
        at = max(bisect_left(self._firsts, first) - 1, 0)
        found = []
        while at < len(self.decoded) and self.decoded[at][0] < last:
            if self.decoded[at][1] > first:
                found.append(self.decoded[at])
            at += 1
        return found


_LEAN = 0.6
"""How much less than its probability says "outside" counts: what is too much is dropped later."""


def _decode(
    outside: Sequence[float], begins: Sequence[float], inside: Sequence[float]
) -> list[tuple[int, int]]:
    """Runs of words that are names: greedy, from left to right."""
    runs: list[tuple[int, int]] = []
    open_at = -1
    for word, (o, b, i) in enumerate(zip(outside, begins, inside, strict=True)):
        named = max(b, i) >= o * _LEAN
        goes_on = named and open_at >= 0 and i >= b
        if open_at >= 0 and not goes_on:
            runs.append((open_at, word))
            open_at = -1
        if named and open_at < 0:
            open_at = word
    if open_at >= 0:
        runs.append((open_at, len(outside)))
    return runs


def decode_names(text: str, output: TaggerOutput) -> list[Candidate]:
    """The names that the tagger reads, each with its likeliest kind, by place."""
    found = []
    starts, ends = output.starts.tolist(), output.ends.tolist()
    for (first, last), (kind, sure) in zip(output.decoded, _likeliest_kinds(output), strict=True):
        # an abstract that begins with the name in the title: two names, and two sentences
        for part in _PARAGRAPH.finditer(text, starts[first], ends[last - 1]):
            start, end = part.span()
            while end > start and text[end - 1] in "-,.;:(/ ":
                end -= 1
            while end > start and text[start] in "-,.;:)/ ":
                start += 1
            if text[start:end].endswith(")") and "(" not in text[start:end]:
                end -= 1
            if end - start > 1 and any(c.isalpha() for c in text[start:end]):
                found.append(Candidate(start, end, NAMED_KINDS[kind], "kg_ner", round(sure, 4)))
    return found


def _likeliest_kinds(output: TaggerOutput) -> Sequence[tuple[int, float]]:
    """The likeliest kind of each decoded run, and how sure it is that a reader wants it."""
    if not output.decoded:
        return []
    bounds = np.array(output.decoded, dtype=np.int64)
    padded = np.concatenate([output.kinds, np.zeros_like(output.kinds[:1])])  # for a run at the end
    sums = np.add.reduceat(padded, bounds.ravel(), axis=0, dtype=np.float64)[::2]
    means = sums / (bounds[:, 1] - bounds[:, 0])[:, None, None]
    best = means.sum(axis=2).argmax(axis=1)
    sure = means[np.arange(len(best)), best, 0]
    return list(zip(best.tolist(), sure.tolist(), strict=True))


@dataclass(frozen=True)
class Named:
    """One thing of a text as runs of words: (first, one past the last), by place."""

    kind: EntityKind
    runs: tuple[tuple[int, int], ...]


def pair_inputs(
    things: Sequence[Named], pairs: Sequence[tuple[int, int]], words: int
) -> tuple[Floats, Floats]:
    """What the pair classifier reads.

    Args:
        things: The things of a window.
        pairs: Places in ``things``: from which, to which; p of them.
        words: Number of words of the window.

    Returns:
        Weights (p * 5, words): times the states of the words, five means a pair (see
        ``_pair_parts``); and features (p, PAIR_FEATURES).
    """
    means = np.zeros((len(pairs) * 5, words), dtype=np.float32)
    features = np.zeros((len(pairs), PAIR_FEATURES), dtype=np.float32)
    for number, (head, tail) in enumerate(pairs):
        near = _nearest(things[head], things[tail])
        features[number] = _pair_features(things[head], things[tail], near)
        for place, part in enumerate(_pair_parts(things[head], things[tail])):
            if part:
                means[number * 5 + place, part] = 1 / len(part)
    return means, features


def pair_vectors(
    output: TaggerOutput,
    things: Sequence[tuple[EntityKind, Sequence[tuple[int, int]]]],
    pairs: Sequence[tuple[int, int]],
) -> tuple[Floats, list[int]]:
    """What the pair network reads of pairs of things that stand in one window.

    Args:
        output: What the tagger made of the text.
        things: Kind and character spans of each thing.
        pairs: Places in ``things``: from which, to which.

    Returns:
        Vectors (p, 5 * width + PAIR_FEATURES), and which of ``pairs`` each belongs to.
    """
    rows: list[Floats] = []
    numbers: list[int] = []
    left = dict(enumerate(pairs))
    runs = [sorted(output.words(*span) for span in spans) for _, spans in things]
    first = 0
    for length in output.lengths:
        last = first + length
        named: dict[int, Named] = {}
        for number, (kind, _) in enumerate(things):
            mine = runs[number]
            near = mine[bisect_left(mine, (first, 0)) : bisect_left(mine, (last, 0))]
            inside = tuple((a - first, b - first) for a, b in near if a < b <= last)
            if inside:
                named[number] = Named(kind, inside)
        here = {n: p for n, p in left.items() if p[0] in named and p[1] in named}
        if here:
            order = list(named)
            places = {number: place for place, number in enumerate(order)}
            rows.append(
                _window_vectors(
                    output.states[first:last],
                    [named[n] for n in order],
                    [(places[a], places[b]) for a, b in here.values()],
                )
            )
            numbers.extend(here)
            left = {n: p for n, p in left.items() if n not in here}
        first = last
    if not rows:
        return np.zeros((0, 0), dtype=np.float32), []
    return np.concatenate(rows).astype(np.float32), numbers


def _window_vectors(
    states: Floats, things: Sequence[Named], pairs: Sequence[tuple[int, int]]
) -> Floats:
    """The same as weights times states, from the sums of runs: without a large product."""
    runs: dict[tuple[int, int], int] = {(0, 0): 0}  # run of words -> row of its sum
    found: list[list[int]] = []
    described: list[list[float]] = []
    for head, tail in pairs:
        one, two = near = _nearest(things[head], things[tail])
        low, high = min(one[1], two[1]), max(one[0], two[0])
        between = (low, high) if low < high <= low + _CONTEXT else (0, 0)
        found.append([runs.setdefault(run, len(runs)) for run in (one, two, between)])
        described.append(_pair_features(things[head], things[tail], near))
    of_things = [[runs.setdefault(run, len(runs)) for run in thing.runs] for thing in things]
    sums = _sums(states, list(runs))
    lengths = np.array([[max(last - first, 1)] for first, last in runs])
    means = sums / lengths
    whole = np.stack([sums[own].sum(axis=0) / lengths[own].sum() for own in of_things])
    rows = np.array(found, dtype=np.int64)
    heads, tails = (list(side) for side in zip(*pairs, strict=True))
    parts = [whole[heads], whole[tails], *(means[rows[:, n]] for n in range(3))]
    return np.concatenate([*parts, np.array(described)], axis=1).astype(np.float32)


def _sums(states: Floats, runs: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    """(runs, width) sums over runs of words, which may be empty and may overlap."""
    order = sorted(range(len(runs)), key=runs.__getitem__)  # so that little lies between them
    bounds = np.array([runs[n] for n in order], dtype=np.int64)
    padded = np.zeros((len(states) + 1, states.shape[1]))  # a run may end with the text
    padded[:-1] = states
    sums = np.empty((len(runs), states.shape[1]))
    sums[order] = np.add.reduceat(padded, bounds.ravel(), axis=0)[::2]
    sums[[n for n, (first, last) in enumerate(runs) if first == last]] = 0.0
    return sums


def _pair_parts(head: Named, tail: Named) -> tuple[list[int], ...]:
    """Five groups of words that speak about a pair.

    All words of the head, all of the tail, the head's and the tail's where they stand nearest to
    one another, and the words between those, if they are few.
    """
    near_head, near_tail = _nearest(head, tail)
    low, high = min(near_head[1], near_tail[1]), max(near_head[0], near_tail[0])
    between = list(range(low, high)) if high - low <= _CONTEXT else []
    return (
        [w for run in head.runs for w in range(*run)],
        [w for run in tail.runs for w in range(*run)],
        list(range(*near_head)),
        list(range(*near_tail)),
        between,
    )


_ONE_KIND = {kind: [float(k == kind) for k in NAMED_KINDS] for kind in NAMED_KINDS}
"""Kind -> 1 in its own place and 0 in the others."""


def _pair_features(
    head: Named, tail: Named, near: tuple[tuple[int, int], tuple[int, int]]
) -> list[float]:
    """(PAIR_FEATURES,) kinds, order, distance in words and number of sightings of a pair."""
    near_head, near_tail = near
    gap = max(near_head[0], near_tail[0]) - min(near_head[1], near_tail[1])
    return [
        *_ONE_KIND[head.kind],
        *_ONE_KIND[tail.kind],
        *[float(gap > g) for g in _GAPS],
        float(near_head[0] < near_tail[0]),
        min(len(head.runs), 5) / 5,
        min(len(tail.runs), 5) / 5,
        float(head.runs[0][0] < 12),
        float(tail.runs[0][0] < 12),
    ]


def _nearest(head: Named, tail: Named) -> tuple[tuple[int, int], tuple[int, int]]:
    if len(head.runs) == len(tail.runs) == 1:  # as most are
        return head.runs[0], tail.runs[0]

    def gap(pair: tuple[tuple[int, int], tuple[int, int]]) -> int:
        return max(pair[0][0], pair[1][0]) - min(pair[0][1], pair[1][1])

    return min(((a, b) for a in head.runs for b in tail.runs), key=gap)


prepare_doc()
