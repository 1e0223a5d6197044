"""What is known of each thing that a paper may name, as numbers: why it is kept or dropped."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import ahocorasick
import numpy as np

from kg.extractors.candidates import Abbreviation, Candidate
from kg.extractors.introductions import APPOSITION, INTRODUCES
from kg.extractors.kinds import is_name_word, kind_by_head, kind_by_words
from kg.extractors.ner import Floats, TaggerOutput
from kg.extractors.role_signs import speaks_of_own_work
from kg.model import NAMED_KINDS
from kg.names import is_acronym, is_coined, normal_form

__all__ = ["FEATURES", "TAGGER_FEATURES", "CandidateThing", "candidate_things", "describe_things"]


@dataclass(frozen=True)
class CandidateThing:
    """One thing that a paper may name: all candidates with one name.

    Args:
        form: Normal form of the name; of the long form where the text gives one.
        spans: Where it is named, by place.
        found: The candidates among these spans.
    """

    form: str
    spans: tuple[tuple[int, int], ...]
    found: tuple[Candidate, ...]


_LONGEST = 200  # characters
_KIND_NAMES = tuple(k.lower() for k in NAMED_KINDS)
_FOUND = (
    *(f"rule_{k}" for k in _KIND_NAMES),
    *(f"known_{k}" for k in _KIND_NAMES),
    "rules",
    "rule_spans",
)
_NAME = (
    "words",
    "characters",
    "coined",
    "name_word",
    "acronym",
    "digits",
    "lower",
    "titled",
    "hyphen",
    *(f"head_{k}" for k in _KIND_NAMES),
    "spelt_out",
    "has_short",
)
_PLACE = (
    "spans",
    "sentences",
    "in_title",
    "only_title",
    "starts_title",
    "first_sentence",
    "own_work",
    "last_sentence",
    "position",
    "things",
    "introduced",
    "defined",
    "in_brackets",
    "listed",
    *(f"after_{k}" for k in _KIND_NAMES),
    "before_on",
    "before_by",
    "before_for",
    "before_of",
    "before_article",
    "before_adjective",
    "inside_longer",
    "holds_shorter",
)
TAGGER_FEATURES = (
    *(f"core_{k}" for k in _KIND_NAMES),
    *(f"core_max_{k}" for k in _KIND_NAMES),
    *(f"optional_{k}" for k in _KIND_NAMES),
    "outside",
    "begins",
    "begins_max",
    "ends",
    "ends_max",
    "holds",
    "exact",
    "wider",
)
FEATURES = (*_FOUND, *_NAME, *_PLACE, *TAGGER_FEATURES)
"""The columns of the matrix that ``describe_things`` makes."""

_ARTICLES = frozenset("the a an our this these its their both".split())
_BEFORE: dict[str, tuple[frozenset[str], bool]] = {
    "before_on": (frozenset("on across over".split()), True),
    "before_by": (frozenset("with using via by through like than from".split()), True),
    "before_for": (frozenset("for to in toward towards as".split()), True),
    "before_of": (frozenset(["of"]), True),
    "before_article": (_ARTICLES, False),
    "before_adjective": (
        frozenset(
            "existing standard novel new current various different several many other such recent "
            "traditional more high better overall average proposed".split()
        ),
        False,
    ),
}
"""Sort of word before a name -> the words, and whether an article may stand between."""
_SORTS = {
    word: [sort for sort, (others, _) in _BEFORE.items() if word in others]
    for word in frozenset().union(*(words for words, _ in _BEFORE.values()))
}
_LISTED = re.compile(r"\s*+(?:,|and\b|or\b|/|&)")


def candidate_things(
    text: str, found: Sequence[Candidate], shorts: Sequence[Abbreviation]
) -> list[CandidateThing]:
    """Group candidates by name, whatever their kinds, and find each name wherever it stands.

    Args:
        text: Title, blank line, abstract.
        found: Candidates of all components, addresses left out; they may overlap.
        shorts: Abbreviations the text defines: a short form and its long form are one thing.

    Returns:
        Things in the order of their forms.
    """
    same: dict[str, str] = {}
    for pair in shorts:
        short = normal_form(text[pair.short_start : pair.short_end])
        same[short] = normal_form(text[pair.long_start : pair.long_end])
    by_form: dict[str, list[Candidate]] = defaultdict(list)
    spans: dict[str, set[tuple[int, int]]] = defaultdict(set)
    surfaces: dict[str, str] = {}
    for candidate in found:
        surface = text[candidate.start : candidate.end]
        form = normal_form(surface)
        form = same.get(form, form)
        by_form[form].append(candidate)
        spans[form].add((candidate.start, candidate.end))
        if len(surface) > 3 or is_coined(surface):
            surfaces[surface] = form
    for pair in shorts:
        for start, end in (
            (pair.short_start, pair.short_end),
            (pair.long_start, pair.long_end),
        ):
            form = normal_form(text[start:end])
            form = same.get(form, form)
            if form in by_form:
                surfaces.setdefault(text[start:end], form)
    for start, end in _occurrences(text, surfaces):
        spans[surfaces[text[start:end]]].add((start, end))
    return [
        CandidateThing(form, tuple(sorted(spans[form])), tuple(sorted(by_form[form], key=_order)))
        for form in sorted(by_form)
    ]


def _order(candidate: Candidate) -> tuple[object, ...]:
    """By place; total, whether a candidate has a name or not."""
    c = candidate
    return c.start, c.end, c.kind, c.extractor, c.score, c.name or ""


def describe_things(
    text: str,
    things: Sequence[CandidateThing],
    sentences: Sequence[tuple[int, int]],
    shorts: Sequence[Abbreviation],
    tagger: TaggerOutput | None,
) -> Floats:
    """One row a thing, one column a feature of ``FEATURES``.

    Args:
        text: Title, blank line, abstract.
        things: Made by ``candidate_things``.
        sentences: Character spans; the first is the title.
        shorts: Abbreviations the text defines.
        tagger: What the tagger read; None where the pipeline has none.

    Returns:
        (things, features); what the tagger would say is missing (NaN) without it.
    """
    starts = [start for start, _ in sentences]
    own = [bool(s) and speaks_of_own_work(text, s, e) for s, e in sentences]
    brackets = {text[p.short_start : p.short_end] for p in shorts}
    long_forms = {normal_form(text[p.long_start : p.long_end]) for p in shorts}
    every = sorted({span for thing in things for span in thing.spans})
    rows = np.full((len(things), len(FEATURES)), np.nan, dtype=np.float32)
    plain = len(_FOUND) + len(_NAME) + len(_PLACE)
    for row, thing in zip(rows, things, strict=True):
        surface = max((text[s:e] for s, e in thing.spans), key=len)
        values = [
            *_found(thing),
            *_name_shape(surface),
            float(thing.form in long_forms),
            float(any(text[s:e] in brackets for s, e in thing.spans)),
            *_place(text, thing, sentences, starts, own, len(things), every),
        ]
        row[:plain] = values
    if tagger is not None:
        rows[:, plain:] = _tagged(things, tagger)
    return rows


def _found(thing: CandidateThing) -> list[float]:
    rules = [c for c in thing.found if c.extractor != "kg_ner"]
    if not rules:
        return [0.0] * len(_FOUND)
    best = dict.fromkeys(NAMED_KINDS, 0.0)
    known = dict.fromkeys(NAMED_KINDS, 0.0)
    for candidate in rules:
        table = best if candidate.name is None else known
        table[candidate.kind] = max(table[candidate.kind], candidate.score)
    return [
        *best.values(),
        *known.values(),
        float(len({(c.start, c.extractor, c.kind) for c in rules})),
        len({(c.start, c.end) for c in rules}) / len(thing.spans),
    ]


@lru_cache(maxsize=1 << 15)
def _name_shape(surface: str) -> tuple[float, ...]:
    words = surface.split()
    head = kind_by_head(surface)
    return (
        float(len(words)),
        float(len(surface)),
        float(is_coined(surface)),
        float(any(is_name_word(w) for w in words)),
        float(is_acronym(surface)),
        float(any(c.isdigit() for c in surface)),
        float(surface.islower()),
        sum(w[:1].isupper() for w in words) / max(len(words), 1),
        float("-" in surface),
        *(float(head == kind) for kind in NAMED_KINDS),
    )


def _place(
    text: str,
    thing: CandidateThing,
    sentences: Sequence[tuple[int, int]],
    starts: Sequence[int],
    own: Sequence[bool],
    things: int,
    every: Sequence[tuple[int, int]],
) -> list[float]:
    places = [max(bisect_right(starts, s) - 1, 0) for s, _ in thing.spans]
    distinct = set(places)
    last = len(sentences) - 1
    introduced = defined = bracketed = listed = 0.0
    after: set[str | None] = set()
    before: set[str] = set()
    for (start, end), place in zip(thing.spans, places, strict=True):
        low, high = sentences[place]
        left = text[max(low, start - 90) : start]
        right = text[end : min(high, end + 60)]
        if place and not introduced and INTRODUCES.search(left):
            introduced = 1.0
        if APPOSITION.match(right):
            defined = 1.0
        if left.endswith("(") and right.startswith(")"):
            bracketed = 1.0
        if _LISTED.match(right):
            listed = 1.0
        after.add(_kind_after(right.partition(",")[0][:24]))
        before.update(_words_before(left))
    return [
        float(min(len(thing.spans), 8)),
        float(min(len(distinct), 6)),
        float(0 in distinct),
        float(distinct == {0}),
        float(thing.spans[0][0] == 0),
        float(1 in distinct),
        float(any(own[p] for p in distinct)),
        float(last in distinct),
        round(places[0] / max(last, 1), 2),
        float(things),
        introduced,
        defined,
        bracketed,
        listed,
        *[float(kind in after) for kind in NAMED_KINDS],
        *[float(name in before) for name in _BEFORE],
        _share_inside(thing.spans, every),
        float(_holds(thing.spans, every)),
    ]


@lru_cache(maxsize=1 << 14)
def _kind_after(text: str) -> str | None:
    return kind_by_words("", after=text)


def _words_before(left: str) -> list[str]:
    """Which sorts of words stand right before a name."""
    if not left.endswith((" ", "\n")):
        return []
    last = left[-40:].lower().rsplit(None, 2)[1:]
    word = last[-1] if last else ""
    sorts = _SORTS.get(word, [])
    if len(last) > 1 and word in _ARTICLES:
        sorts = sorts + [s for s in _SORTS.get(last[0], ()) if _BEFORE[s][1]]
    return sorts


def _share_inside(spans: Sequence[tuple[int, int]], every: Sequence[tuple[int, int]]) -> float:
    """Share of the spans that lie inside a longer one of another thing."""
    inside = 0
    for start, end in spans:
        at = bisect_left(every, (start, end))
        near = every[max(at - 4, 0) : at + 4]
        inside += any(s <= start and end <= e and e - s > end - start for s, e in near)
    return inside / len(spans)


def _holds(spans: Sequence[tuple[int, int]], every: Sequence[tuple[int, int]]) -> bool:
    for start, end in spans:
        at = bisect_left(every, (start, start))
        for s, e in every[at : at + 4]:
            if s >= start and e <= end and e - s < end - start:
                return True
    return False


def _tagged(things: Sequence[CandidateThing], tagger: TaggerOutput) -> Floats:
    """(things, TAGGER_FEATURES): tag probabilities over the spans of each; see ``TaggerOutput``.

    NaN for a thing in which the tagger sees no word.
    """
    rows = np.full((len(things), len(TAGGER_FEATURES)), np.nan, dtype=np.float32)
    spans = [
        (number, *words)
        for number, thing in enumerate(things)
        for words in (tagger.words(*span) for span in thing.spans)
        if words[0] < words[1]
    ]
    if not spans:
        return rows
    owners, firsts, lasts = (np.array(column) for column in zip(*spans, strict=True))
    lengths = (lasts - firsts)[:, None]
    columns = np.concatenate(
        [tagger.kinds[:, :, 0], tagger.kinds[:, :, 1], tagger.outside[:, None]], axis=1
    )
    sums = np.concatenate([np.zeros((1, columns.shape[1])), columns.cumsum(axis=0, dtype=float)])
    means = (sums[lasts] - sums[firsts]) / lengths
    inside = [*tagger.inside.tolist(), 0.0]
    held = [min(inside[a + 1 : b], default=1.0) for _, a, b in spans]
    over = [tagger.decoded_over(a, b) for _, a, b in spans]
    each = np.column_stack(
        [
            means,
            tagger.begins[firsts],
            1.0 - np.array(inside)[lasts],
            held,
            [float((a, b) in o) for (_, a, b), o in zip(spans, over, strict=True)],
            [
                float(any(d - c > b - a for c, d in o))
                for (_, a, b), o in zip(spans, over, strict=True)
            ],
        ]
    )
    present, at, number = np.unique(owners, return_index=True, return_counts=True)
    mean = np.add.reduceat(each, at, axis=0) / number[:, None]
    most = np.maximum.reduceat(each, at, axis=0)
    kinds = len(NAMED_KINDS)
    begins, ends, holds, exact, wider = range(2 * kinds + 1, 2 * kinds + 6)
    rows[present] = np.column_stack(
        [
            mean[:, :kinds],
            most[:, :kinds],
            most[:, kinds : 2 * kinds],
            mean[:, 2 * kinds],
            mean[:, begins],
            most[:, begins],
            mean[:, ends],
            most[:, ends],
            most[:, holds],
            mean[:, exact],
            mean[:, wider],
        ]
    )
    return rows


def _occurrences(text: str, surfaces: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Where the names stand as whole words, the longest at each place, without overlaps.

    Time is the text times the longest name (the search goes back over all its endings), so what is
    longer than any name is not searched for.
    """
    searched = [name for name in surfaces if len(name) <= _LONGEST]
    if not searched:
        return
    automaton = ahocorasick.Automaton()
    for name in searched:
        automaton.add_word(name, len(name))
    automaton.make_automaton()
    spans = ((last - length + 1, last + 1) for last, length in automaton.iter(text))
    free = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        before, after = text[start - 1 : start], text[end : end + 1]
        inside = before.isalnum() or before in ("_", "-") or after.isalnum() or after == "_"
        if start >= free and not inside:
            yield start, end
            free = end
