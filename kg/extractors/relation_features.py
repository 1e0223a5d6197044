"""What is known of two things of a paper: the evidence on which a relation is stated or not."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kg.extractors.ner import Floats
from kg.extractors.role_signs import speaks_of_own_work
from kg.model import NAMED_KINDS, RELATIONS, ROLES, EntityKind, Predicate, Role
from kg.text import lower_case

__all__ = [
    "GROUP_OF_TAIL",
    "PAIR_COLUMNS",
    "PAIR_GROUPS",
    "PAIR_PREDICATES",
    "PaperThing",
    "candidate_pairs",
    "describe_pairs",
]

PAIR_PREDICATES: tuple[Predicate, ...] = (
    "EVALUATED_ON",
    "OUTPERFORMS",
    "EXTENDS",
    "PART_OF",
    "TRAINED_ON",
    "APPLIED_TO",
    "MEASURED_BY",
)
"""The relations between two named things."""
PAIR_GROUPS: dict[str, tuple[Predicate, ...]] = {
    "methods": ("OUTPERFORMS", "EXTENDS", "PART_OF"),
    "data": ("EVALUATED_ON", "TRAINED_ON"),
    "tasks": ("APPLIED_TO",),
    "metrics": ("MEASURED_BY",),
}
"""The relations that lead to one sort of thing: each sort has a scorer of its own."""
GROUP_OF_TAIL: dict[EntityKind, str] = {
    "Method": "methods",
    "Dataset": "data",
    "Benchmark": "data",
    "Task": "tasks",
    "Metric": "metrics",
}


@dataclass(frozen=True)
class PaperThing:
    """A thing that a paper names, with its role.

    Args:
        kind: Its kind.
        score: How sure it is, 0..1.
        roles: Probability of each role, in the order of ``ROLES``.
        role: The role it got.
        spans: Where it is named, by place.
    """

    kind: EntityKind
    score: float
    roles: tuple[float, ...]
    role: Role
    spans: tuple[tuple[int, int], ...]


_CUES = {
    "better": r"outperform\w*|surpass\w*|exceed\w*|beats?|better|superior|improv\w+ (?:up)?on|"
    r"improv\w+ over|gains? over|than|over",
    "origin": r"extend\w*|extension|variant|version|generali[sz]\w*|adapt\w*|builds? (?:up)?on|"
    r"built (?:up)?on|building (?:up)?on|based on|derived|inspired|fine-?tun\w+|initiali[sz]ed|"
    r"on top of|modif\w+|enhanc\w+",
    "contains": r"consist\w*|compris\w*|combin\w*|integrat\w*|incorporat\w*|contain\w*|composed|"
    r"unif\w+|coupl\w*|employ\w*|introduc\w*|equipped|leverag\w*|us(?:es|ing|ed?)|utiliz\w*|via|"
    r"through|powered|featur\w+|includ\w*|with|appl(?:y|ies|ied)|adopt\w*|components?|modules?",
    "trained": r"(?:pre-?)?train\w*|fine-?tun\w+|learn\w* from|pre-?training",
    "measured": r"evaluat\w*|experiment\w*|results?|achiev\w*|perform\w*|validat\w*|benchmark\w*|"
    r"state-of-the-art|scor\w+|reach\w*|obtain\w*|test\w*|demonstrat\w*|attain\w*|assess\w*|gains?|"
    r"show\w*|%|on",
    "applied": r"for|to|in|solv\w+|address\w*|tackl\w+|enabl\w*|handl\w+|task\w*|problem\w*",
    "metric": r"in terms of|measured|accuracy|score|metric\w*|by|reduc\w*|increas\w*|improv\w*|%",
    "against": r"compar\w*|versus|vs|baseline\w*|unlike|whereas|while|than|prior|existing|previous",
    "negated": r"not|unlike|without|fails?|cannot|never|neither|nor",
    "future": r"future (?:work|research)|leave|plan to",
}
_CUE_SEARCHES = [
    re.compile(rf"(?<![\w-])(?:{words})(?![\w-])").finditer for words in _CUES.values()
]
"""For text in lower case."""
_MEASURED = list(_CUES).index("measured")
_FAR = 2000
_END = (
    *NAMED_KINDS,
    *ROLES,
    "score",
    "spans",
    "in title",
    "in last",
    "rank",
    "main",
    "in own work",
    "in measured",
)
_GAP = (
    "shared sentences",
    "shared title",
    "shared own work",
    "gap",
    "names between",
    "head first",
    "commas between",
    "bracket between",
    *(f"between {cue}" for cue in _CUES),
    *(f"sentence {cue}" for cue in _CUES),
)
_NUMBERS = (
    "things",
    *(f"number of {kind}" for kind in NAMED_KINDS),
    "introduced methods",
    "introduced data",
)
PAIR_COLUMNS = (
    *(f"tagger {p}" for p in PAIR_PREDICATES),
    *(f"rule {p}" for p in PAIR_PREDICATES),
    *(f"head {column}" for column in _END),
    *(f"tail {column}" for column in _END),
    *_GAP,
    *_NUMBERS,
    "sentences apart",
)
"""The columns of the matrix that ``describe_pairs`` makes."""


def _columns(first: int, *widths: int) -> list[slice]:
    slices = []
    for width in widths:
        slices.append(slice(first, first + width))
        first += width
    return slices


_RULES, _HEAD_COLUMNS, _TAIL_COLUMNS, _BETWEEN, _COUNTS = _columns(
    len(PAIR_PREDICATES), len(PAIR_PREDICATES), len(_END), len(_END), len(_GAP), len(_NUMBERS)
)


_JOINED = frozenset(pair for p in PAIR_PREDICATES for pair in RELATIONS[p].pairs)
"""Kinds that some relation may join."""


def candidate_pairs(things: Sequence[PaperThing]) -> list[tuple[int, int]]:
    """Every (from, to) that the relation table lets some relation join."""
    return [
        (a, b)
        for a, head in enumerate(things)
        for b, tail in enumerate(things)
        if a != b and (head.kind, tail.kind) in _JOINED
    ]


def describe_pairs(
    text: str,
    things: Sequence[PaperThing],
    pairs: Sequence[tuple[int, int]],
    sentences: Sequence[tuple[int, int]],
    rules: Mapping[tuple[int, int, Predicate], float],
    tagger: Floats | None,
) -> Floats:
    """One row a pair, one column a feature of ``PAIR_COLUMNS``.

    Args:
        text: Title, blank line, abstract.
        things: What the paper names.
        pairs: (from, to), places in ``things``.
        sentences: Character spans; the first is the title.
        rules: Scores of what the rules state.
        tagger: (pairs, predicates) probabilities by the pair network; None without one.

    Returns:
        (pairs, columns); what the network would say is missing (NaN) without it.
    """
    rows = np.full((len(pairs), len(PAIR_COLUMNS)), np.nan, dtype=np.float32)
    if not pairs:
        return rows
    paper = _Paper(text, things, sentences)
    heads, tails = (np.array(side) for side in zip(*pairs, strict=True))
    rows[:, _RULES] = 0.0
    place = {pair: number for number, pair in enumerate(pairs)}
    for (a, b, predicate), score in rules.items():
        if (a, b) in place and predicate in PAIR_PREDICATES:
            rows[place[a, b], _RULES.start + PAIR_PREDICATES.index(predicate)] = score
    rows[:, _HEAD_COLUMNS] = paper.details[heads]
    rows[:, _TAIL_COLUMNS] = paper.details[tails]
    rows[:, _BETWEEN] = [paper.between(a, b) for a, b in pairs]
    rows[:, _COUNTS] = paper.counts
    rows[:, -1] = np.minimum(np.abs(paper.first_places[heads] - paper.first_places[tails]), 12)
    if tagger is not None:
        rows[:, : _RULES.start] = tagger
    return rows


class _Paper:
    """What several pairs of one paper share."""

    def __init__(
        self, text: str, things: Sequence[PaperThing], sentences: Sequence[tuple[int, int]]
    ) -> None:
        self.text, self.things, self.sentences = text, things, sentences
        starts = [start for start, _ in sentences]
        self.places = [[max(bisect_right(starts, s) - 1, 0) for s, _ in t.spans] for t in things]
        self.own = [bool(s) and speaks_of_own_work(text, s, e) for s, e in sentences]
        lower = lower_case(text)
        self.cue_spans = [[m.span() for m in search(lower)] for search in _CUE_SEARCHES]
        self.cues = [self._cues_in(start, end) for start, end in sentences]
        introduced = [
            (-t.roles[0], n) for n, t in enumerate(things) if t.kind == "Method" and t.roles[0] > 0
        ]
        self.main = min(introduced)[1] if introduced else -1
        data = [
            (-t.roles[0], n)
            for n, t in enumerate(things)
            if t.kind in ("Dataset", "Benchmark") and t.role == "introduces"
        ]
        self.main_data = min(data)[1] if data else -1
        kinds = Counter(t.kind for t in things)
        of_kind: Counter[str] = Counter()
        self.rank = []
        for thing in things:
            self.rank.append(of_kind[thing.kind])
            of_kind[thing.kind] += 1
        self.counts = [
            float(len(things)),
            *(float(kinds[k]) for k in NAMED_KINDS),
            float(sum(t.kind == "Method" and t.role == "introduces" for t in things)),
            float(len(data)),
        ]
        self.starts = sorted((s, e) for t in things for s, e in t.spans)
        self.first_places = np.array([places[0] for places in self.places])
        self.details = np.array([self._details(n) for n in range(len(things))], dtype=np.float32)

    def _details(self, number: int) -> tuple[float, ...]:
        """What is known of one thing: the columns of an end, in their order."""
        thing, places = self.things[number], self.places[number]
        return (
            *(float(thing.kind == k) for k in NAMED_KINDS),
            *thing.roles,
            thing.score,
            float(min(len(thing.spans), 6)),
            float(0 in places),
            float(len(self.sentences) - 1 in places),
            float(self.rank[number]),
            float(number in (self.main, self.main_data)),
            float(any(self.own[p] for p in places)),
            float(any(self.cues[p][_MEASURED] for p in places if p)),
        )

    def _cues_in(self, start: int, end: int) -> list[float]:
        """Which cues stand between two places: 1 or 0, in the order of ``_CUES``."""
        found = []
        for spans in self.cue_spans:
            at = bisect_left(spans, (start, start))
            found.append(float(at < len(spans) and spans[at][1] <= end))
        return found

    def between(self, a: int, b: int) -> list[float]:
        """The columns about the sentences that name both, and the words between the two."""
        shared = sorted(set(self.places[a]) & set(self.places[b]))
        head, tail, place = self._nearest(a, b, shared)
        values = [
            float(len(shared)),
            float(0 in shared),
            float(any(self.own[p] for p in shared)),
        ]
        if place is None:
            empty = [0.0] * len(_CUES)
            return [*values, _FAR, 9.0, float(head < tail), 0.0, 0.0, *empty, *empty]
        low, high = min(head[1], tail[1]), max(head[0], tail[0])
        gap = self.text[low:high]
        inside = self.starts[bisect_left(self.starts, (low, low)) :]
        names = sum(e <= high for s, e in inside[:20] if s < high)
        return [
            *values,
            float(max(high - low, 0)),
            float(names),
            float(head < tail),
            float(gap.count(",")),
            float("(" in gap or ")" in gap),
            *self._cues_in(low, high),
            *self.cues[place],
        ]

    def _nearest(
        self, a: int, b: int, shared: Sequence[int]
    ) -> tuple[tuple[int, int], tuple[int, int], int | None]:
        """Where the two stand nearest in one sentence; else their first spans."""
        best = None
        tails: dict[int, list[tuple[int, int]]] = {at: [] for at in shared}
        for tail, at in zip(self.things[b].spans, self.places[b], strict=True):
            if at in tails:
                tails[at].append(tail)
        for head, at in zip(self.things[a].spans, self.places[a], strict=True):
            for tail in tails.get(at, ()):
                gap = max(head[0], tail[0]) - min(head[1], tail[1])
                # a sentence of the abstract says more than the title
                key = (at == 0, gap, head, tail, at)
                best = key if best is None or key < best else best
        if best is None:
            return self.things[a].spans[0], self.things[b].spans[0], None
        return best[2], best[3], best[4]
