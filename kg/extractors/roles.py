"""What a thing is to the paper that names it: introduced, used, measured on, compared with."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.extractors.candidates import (
    Abbreviation,
    Candidate,
    abbreviations,
    candidates,
    prepare_doc,
    text_of,
)
from kg.extractors.kinds import is_name_word
from kg.extractors.ner import Floats, TaggerOutput
from kg.extractors.role_signs import SentenceCues, signs_in, speaks_of_own_work
from kg.extractors.role_weights import WEIGHTS
from kg.extractors.scorers import Scorer, load_scorer, scorer_suffix
from kg.extractors.sentences import sentence_spans
from kg.known_names import kind_group
from kg.model import ROLES, EntityKind, Role
from kg.names import normal_form

__all__ = [
    "RoleEvidence",
    "RoleStatement",
    "assign_roles",
    "choose_roles",
    "role_evidence",
    "role_rows",
]


@dataclass(frozen=True)
class RoleStatement:
    """One sentence that gives a thing its role.

    Args:
        candidate: The span that names the thing in this sentence.
        role: The role.
        start: First character of the sentence.
        end: One past its last character.
        cue: The words that say so; empty where nothing but the place of the name does.
        score: Confidence, 0..1.
        shares: Confidence in each role, 0..1.
    """

    candidate: Candidate
    role: Role
    start: int
    end: int
    cue: str
    score: float
    shares: Mapping[Role, float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Reading:
    """One mention, its sentence, and the signs in it."""

    candidate: Candidate
    start: int
    end: int
    sentence: int
    signs: dict[str, str]


def assign_roles(
    text: str,
    found: Sequence[Candidate],
    sentences: Sequence[tuple[int, int]],
    shorts: Iterable[Abbreviation] = (),
    tagger: TaggerOutput | None = None,
    scorer: Scorer | None = None,
) -> list[RoleStatement]:
    """Give every name of a paper its role, with the sentences that say so.

    All sentences that name a thing speak about it: each shows signs ("we propose" before it,
    "outperforms" before it, its place in the title), and so does the paper as a whole (how often
    the thing is named, whether in a sentence about the paper's own work). The role is the one
    that is likeliest by all signs together; the statement is the sentence whose own signs add
    most to it.

    Args:
        text: Title, blank line, abstract.
        found: The settled names, by place.
        sentences: Character spans; the first is the title.
        shorts: Abbreviations the text defines.
        tagger: What the tagger read, if the pipeline has one.
        scorer: Weighs the signs; without one, the signs' weights are added up.

    Returns:
        One statement or more for each name, by place; none for addresses.
    """
    evidence = role_evidence(text, found, sentences, shorts, tagger)
    if scorer is None:
        return choose_roles(evidence, [_likely_by_weights(thing) for thing in evidence])
    chances = scorer(role_rows(evidence, scorer.features))
    return choose_roles(
        evidence, [dict(zip(scorer.classes, map(float, row), strict=True)) for row in chances]
    )


def choose_roles(
    evidence: Sequence[RoleEvidence], likely: Sequence[Mapping[str, float]]
) -> list[RoleStatement]:
    """The likeliest role of each thing that its kind allows, with the sentences that say so.

    Args:
        evidence: All that speaks about each thing.
        likely: Role -> how likely it is, for each thing.
    """
    statements: list[RoleStatement] = []
    for thing, chances in zip(evidence, likely, strict=True):
        weights = WEIGHTS[kind_group(thing.kind)]
        possible = {r: chances.get(r, 0.0) for r in weights}
        if all("unlike" in r.signs for r in thing.readings):  # what a paper sets itself apart from
            possible = {r: possible[r] for r in ("compares_with", "mentions") if r in possible}
        role = max(possible, key=lambda r: (round(possible[r], 6), -ROLES.index(r)))
        if all("future" in r.signs for r in thing.readings):
            role, possible = "mentions", dict.fromkeys(possible, 0.0) | {"mentions": 1.0}
        elif "introduces" in possible and _names_the_paper(thing.readings):
            role, possible = "introduces", dict.fromkeys(possible, 0.0) | {"introduces": 1.0}
        total = sum(possible.values()) or 1.0
        shares = {r: round(p / total, 4) for r, p in possible.items()}
        statements.extend(_statements(thing.readings, role, weights[role], shares))
    return sorted(statements, key=lambda s: (s.candidate.start, ROLES.index(s.role), s.start))


def role_rows(evidence: Sequence[RoleEvidence], columns: Sequence[str]) -> Floats:
    """(things, columns): the value of each sign; what no tagger has read is missing (NaN)."""
    place = {name: column for column, name in enumerate(columns)}
    rows = np.zeros((len(evidence), len(columns)), dtype=np.float32)
    rows[:, [c for name, c in place.items() if name.startswith("tagger ")]] = np.nan
    for row, thing in zip(rows, evidence, strict=True):
        for name, value in thing.signs.items():
            if name in place:
                row[place[name]] = value
    return rows


@dataclass(frozen=True)
class RoleEvidence:
    """All that speaks about the role of one thing.

    Args:
        kind: Its kind.
        readings: Its mentions.
        signs: Sign or measure -> its value.
    """

    kind: EntityKind
    readings: Sequence[_Reading]
    signs: Mapping[str, float]


def role_evidence(
    text: str,
    found: Sequence[Candidate],
    sentences: Sequence[tuple[int, int]],
    shorts: Iterable[Abbreviation] = (),
    tagger: TaggerOutput | None = None,
) -> list[RoleEvidence]:
    """Gather the signs of every thing; in the order of their first mentions."""
    things = _things(text, found, sentences, shorts)
    paper = _paper(text, things, sentences)
    gathered = []
    read = _roles_read(things, tagger) if tagger is not None else [()] * len(things)
    for readings, chances in zip(things, read, strict=True):
        general = _signs_of_thing(text, readings, paper)
        values = dict.fromkeys(general.union(*(r.signs for r in readings)), 1.0)
        kind = readings[0].candidate.kind
        values[f"kind {kind}"] = 1.0
        values["score"] = readings[0].candidate.score
        values["mentions"] = float(min(len(readings), 8))
        values.update(zip(_TAGGER_SIGNS, chances, strict=False))
        gathered.append(RoleEvidence(kind, readings, values))
    return gathered


_TAGGER_SIGNS = (*(f"tagger {role}" for role in ROLES), *(f"tagger most {role}" for role in ROLES))


def _roles_read(
    things: Sequence[Sequence[_Reading]], tagger: TaggerOutput
) -> list[Sequence[float]]:
    """The mean and the highest chance of each role over the words of each thing.

    Empty for a thing in which the tagger sees no word.
    """
    read: list[Sequence[float]] = [()] * len(things)
    words: list[int] = []
    firsts: list[tuple[int, int]] = []
    for number, readings in enumerate(things):
        mine = [
            w for r in readings for w in range(*tagger.words(r.candidate.start, r.candidate.end))
        ]
        if mine:
            firsts.append((number, len(words)))
            words += mine
    if firsts:
        chances = tagger.roles[words]
        starts = np.array([first for _, first in firsts])
        lengths = np.diff(starts, append=len(words))[:, None]
        means = np.add.reduceat(chances, starts, axis=0, dtype=np.float64) / lengths
        most = np.maximum.reduceat(chances, starts, axis=0)
        for (number, _), row in zip(firsts, np.hstack([means, most]).tolist(), strict=True):
            read[number] = row
    return read


def _likely_by_weights(thing: RoleEvidence) -> dict[str, float]:
    """Share of each role by the weights of the signs alone."""
    roles = WEIGHTS[kind_group(thing.kind)]
    sums = {r: sum(w.get(sign, 0.0) for sign in sorted(thing.signs)) for r, w in roles.items()}
    highest = max(sums.values())
    return {role: math.exp(value - highest) for role, value in sums.items()}


def _things(
    text: str,
    found: Sequence[Candidate],
    sentences: Sequence[tuple[int, int]],
    shorts: Iterable[Abbreviation],
) -> list[list[_Reading]]:
    """The mentions of each thing, a short form with its long form, read in their sentences."""
    same = {
        normal_form(text[a.short_start : a.short_end]): normal_form(text[a.long_start : a.long_end])
        for a in shorts
    }
    starts = [start for start, _ in sentences]
    together: dict[tuple[int, int], list[Candidate]] = defaultdict(list)
    for candidate in found:
        first = max(bisect_right(starts, candidate.start) - 1, 0)
        last = max(bisect_right(starts, candidate.end - 1) - 1, 0)
        together[first, last].append(candidate)
    by_thing: dict[tuple[str, str], list[_Reading]] = defaultdict(list)
    for (first, last), inside in together.items():
        start, end = sentences[first][0], sentences[last][1]
        cues = SentenceCues(text, start, end)
        for candidate in inside:
            if candidate.kind == "Url":
                continue
            form = normal_form(text[candidate.start : candidate.end])
            signs = signs_in(text, candidate, start, end, inside, cues)
            key = (kind_group(candidate.kind), same.get(form, form))
            by_thing[key].append(_Reading(candidate, start, end, first, signs))
    return list(by_thing.values())


@dataclass(frozen=True)
class _Paper:
    """What holds for all things of a paper.

    Args:
        own_names: Coined names that it presents as its own.
        signs: Signs: the kind groups of what it presents.
        first_own: Index of the first sentence of the abstract about its own work.
        last: Index of the last sentence.
    """

    own_names: tuple[str, ...]
    signs: frozenset[str]
    first_own: int
    last: int


def _paper(
    text: str, things: Sequence[Sequence[_Reading]], sentences: Sequence[tuple[int, int]]
) -> _Paper:
    presented = [
        r.candidate
        for readings in things
        for r in readings
        if "title name" in r.signs or "introduced" in r.signs
    ]
    names = sorted({text[c.start : c.end] for c in presented})
    own = (i for i, (s, e) in enumerate(sentences) if s and speaks_of_own_work(text, s, e))
    return _Paper(
        own_names=tuple(n for n in names if len(n) > 2 and is_name_word(n)),
        signs=frozenset(f"presents {kind_group(c.kind)}" for c in presented),
        first_own=next(own, 0),
        last=len(sentences) - 1,
    )


def _signs_of_thing(text: str, readings: Sequence[_Reading], paper: _Paper) -> set[str]:
    """Signs of the thing as a whole."""
    places = sorted({r.sentence for r in readings})
    surfaces = {text[r.candidate.start : r.candidate.end] for r in readings}
    coined = any(is_name_word(w) for s in surfaces for w in s.split())
    presented = _is_presented(readings)
    # that others know a name says nothing where this paper is the one that gave it
    known = not presented and any(r.candidate.name for r in readings)
    spelt_out = any(s.isupper() for s in surfaces) and any(" " in s for s in surfaces)
    tests = {
        "coined": coined,
        "capital": not coined and all(s[:1].isupper() for s in surfaces),
        "known": known,
        "numbered": any(c.isdigit() for s in surfaces for c in s),
        "own family": any(_is_variant(s, name) for s in surfaces for name in paper.own_names),
        "spelt out": spelt_out,
        "spelt out, unknown": spelt_out and not known,
        "in title": places[0] == 0,
        "title and text": places[0] == 0 and len(places) > 1,
        "first sentence": 1 in places and paper.first_own != 1,
        "only last sentence": places == [paper.last],
        "only before our work": places[-1] < paper.first_own,
        "not before our work": places[0] >= paper.first_own,
    }
    signs = {sign for sign, holds in tests.items() if holds}
    if presented:
        signs.add("introduced")
    return signs | {"always", f"named in {min(len(places), 3)}"} | paper.signs


def _names_the_paper(readings: Sequence[_Reading]) -> bool:
    """``X: ...`` as title, for what can be presented so."""
    return readings[0].candidate.kind not in ("Task", "Metric") and any(
        "title name" in r.signs for r in readings
    )


def _is_presented(readings: Sequence[_Reading]) -> bool:
    """``We propose X``, ``X: ...`` as title, or a title that begins with X and ``X is a ...``."""
    if readings[0].candidate.kind in ("Task", "Metric"):
        return False
    if any("title name" in r.signs or "introduced" in r.signs for r in readings):
        return True
    leads = any(r.candidate.start == 0 for r in readings)
    return leads and any("defined" in r.signs for r in readings)


def _is_variant(surface: str, name: str) -> bool:
    """``EXPO-7B`` of ``EXPO``, not ``EXPOSE``."""
    return surface != name and surface.startswith(name) and not surface[len(name)].isalpha()


def _statements(
    readings: Sequence[_Reading], role: Role, weights: dict[str, float], shares: dict[Role, float]
) -> list[RoleStatement]:
    """The sentences that add most to the role, all that add as much."""
    adds = [round(sum(weights.get(s, 0.0) for s in sorted(r.signs)), 6) for r in readings]
    best = max(adds)
    return [
        RoleStatement(r.candidate, role, r.start, r.end, _cue(r, weights), shares[role], shares)
        for r, add in zip(readings, adds, strict=True)
        if add == best
    ]


def _cue(reading: _Reading, weights: dict[str, float]) -> str:
    """The words of the strongest sign that has any."""
    shown = [(weights.get(sign, 0.0), sign) for sign, words in reading.signs.items() if words]
    weight, sign = max(shown, default=(0.0, ""))
    return reading.signs[sign] if weight > 0 else ""


@Language.factory("kg_roles", default_config={"models": None, "model": "accurate"})
def make_role_reader(
    nlp: Language, name: str, models: str | None, model: str
) -> Callable[[Doc], Doc]:
    """Keep the role statements of the settled candidates.

    Args:
        nlp: The pipeline.
        name: Name of the component.
        models: Folder of the models; None for those of the package.
        model: ``accurate`` or ``fast``, as in ``ExtractConfig``.
    """
    suffix = scorer_suffix(model)

    def read_roles(doc: Doc) -> Doc:
        output = doc._.kg_tagger
        scorer = load_scorer(f"roles{suffix}", models)
        weighs = output is not None or not scorer.needs_tagger
        doc._.kg_roles = assign_roles(
            text_of(doc),
            candidates(doc),
            sentence_spans(doc),
            abbreviations(doc),
            output,
            scorer if weighs else None,
        )
        return doc

    return read_roles


prepare_doc()
