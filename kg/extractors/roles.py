"""What a thing is to the paper that names it: introduced, used, measured on, compared with."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
from kg.extractors.role_signs import _OURS, signs_in
from kg.extractors.role_weights import WEIGHTS
from kg.extractors.sentences import sentence_spans
from kg.known_names import kind_group
from kg.model import ROLES, Role
from kg.names import normal_form

__all__ = ["RoleStatement", "assign_roles"]


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
    """

    candidate: Candidate
    role: Role
    start: int
    end: int
    cue: str
    score: float


@dataclass(frozen=True)
class _Reading:
    """One mention, its sentence, and the signs in it."""

    candidate: Candidate
    start: int
    end: int
    signs: dict[str, str]


def assign_roles(
    text: str,
    found: Sequence[Candidate],
    sentences: Sequence[tuple[int, int]],
    shorts: Iterable[Abbreviation] = (),
) -> list[RoleStatement]:
    """Give every name of a paper its role, with the sentences that say so.

    All sentences that name a thing speak about it: each shows signs ("we propose" before it,
    "outperforms" before it, its place in the title), and so does the paper as a whole (how often
    the thing is named, whether in a sentence about the paper's own work). The role is the one
    for which the weights of the signs add up highest; the statement is the sentence that adds
    most to it.

    Returns:
        One statement or more for each name, by place; none for addresses.
    """
    statements: list[RoleStatement] = []
    for readings in _things(text, found, sentences, shorts):
        group = kind_group(readings[0].candidate.kind)
        general = _signs_of_thing(text, readings, sentences)
        roles = WEIGHTS[group]
        sums = {role: _sum(weights, readings, general) for role, weights in roles.items()}
        role = max(sums, key=lambda r: (round(sums[r], 6), -ROLES.index(r)))
        total = sum(math.exp(value - sums[role]) for value in sums.values())
        statements.extend(_statements(readings, role, roles[role], round(1 / total, 4)))
    return sorted(statements, key=lambda s: (s.candidate.start, ROLES.index(s.role), s.start))


def thing_signs(text, found, sentences, shorts):
    things = _things(text, found, sentences, shorts)
    paper = _signs_of_paper(text, things)
    own = _own_names(text, things)
    for readings in things:
        general = _signs_of_thing(text, readings, sentences, own) | paper
        signs = set(general)
        for r in readings:
            signs |= set(r.signs)
        yield None, signs, readings[0].candidate.kind, [text[r.candidate.start:r.candidate.end] for r in readings]


def _things(
    text: str,
    found: Sequence[Candidate],
    sentences: Sequence[tuple[int, int]],
    shorts: Iterable[Abbreviation],
) -> list[list[_Reading]]:
    same = {
        normal_form(text[a.short_start : a.short_end]): normal_form(text[a.long_start : a.long_end])
        for a in shorts
    }
    starts = [start for start, _ in sentences]
    by_thing: dict[tuple[str, str], list[_Reading]] = defaultdict(list)
    for candidate in found:
        if candidate.kind == "Url":
            continue
        form = normal_form(text[candidate.start : candidate.end])
        first = max(bisect_right(starts, candidate.start) - 1, 0)
        last = max(bisect_right(starts, candidate.end - 1) - 1, 0)
        start, end = sentences[first][0], sentences[last][1]
        signs = signs_in(text, candidate, start, end, found)
        key = (kind_group(candidate.kind), same.get(form, form))
        by_thing[key].append(_Reading(candidate, start, end, signs))
    return list(by_thing.values())


def _own_names(text: str, things: Sequence[Sequence[_Reading]]) -> tuple[str, ...]:
    """The coined names that the paper presents as its own."""
    names = {
        text[r.candidate.start : r.candidate.end]
        for readings in things
        for r in readings
        if "title name" in r.signs or "introduced" in r.signs
    }
    return tuple(n for n in sorted(names) if is_name_word(n) and len(n) > 2)


def _signs_of_paper(text: str, things: Sequence[Sequence[_Reading]]) -> set[str]:
    """Signs of the paper that hold for all its things: what it presents."""
    kinds = {
        kind_group(r.candidate.kind)
        for readings in things
        for r in readings
        if "title name" in r.signs or "introduced" in r.signs
    }
    titles = {kind_group(t[0].candidate.kind) for t in things if "title name" in t[0].signs}
    return {f"presents {kind}" for kind in kinds} | {f"title is {kind}" for kind in titles}


def _signs_of_thing(
    text: str,
    readings: Sequence[_Reading],
    sentences: Sequence[tuple[int, int]],
    own: tuple[str, ...],
) -> set[str]:
    """Signs of the thing as a whole."""
    named_in = {r.start for r in readings}
    signs = {"always", f"named in {min(len(named_in), 3)}", f"kind {readings[0].candidate.kind}"}
    surfaces = {text[r.candidate.start : r.candidate.end] for r in readings}
    if any(is_name_word(w) for s in surfaces for w in s.split()):
        signs.add("coined")
    elif all(s[:1].isupper() for s in surfaces):
        signs.add("capital")
    if any(r.candidate.name for r in readings):
        signs.add("known")
    if any(c.isdigit() for s in surfaces for c in s):
        signs.add("numbered")
    if any(s != n and s.startswith(n) and not s[len(n)].isalpha() for n in own for s in surfaces):
        signs.add("own family")
    if len(surfaces) > 1 and any(" " in s for s in surfaces) and any(s.isupper() for s in surfaces):
        signs.add("spelt out")
        if "known" not in signs:
            signs.add("spelt out, unknown")
    if 0 in named_in and len(named_in) > 1:
        signs.add("title and text")
    if 0 in named_in:
        signs.add("in title")
    first_own = next((i for i, (s, e) in enumerate(sentences) if s and _OURS.search(text, s, e)), 0)
    places = [i for i, (s, _) in enumerate(sentences) if s in named_in]
    if places and max(places) < first_own:
        signs.add("only before our work")
    if places and min(places) >= first_own:
        signs.add("not before our work")
    if 1 in places:
        signs.add("first sentence")
    if places == [len(sentences) - 1]:
        signs.add("only last sentence")
    return signs


def _sum(weights: dict[str, float], readings: Sequence[_Reading], general: set[str]) -> float:
    signs = general.union(*(r.signs for r in readings))
    return sum(weights.get(sign, 0.0) for sign in sorted(signs))


def _statements(
    readings: Sequence[_Reading], role: Role, weights: dict[str, float], score: float
) -> list[RoleStatement]:
    """The sentences that add most to the role, all that add as much."""
    adds = [
        round(sum(weights.get(sign, 0.0) for sign in sorted(r.signs)), 6) for r in readings
    ]
    best = max(adds)
    return [
        RoleStatement(r.candidate, role, r.start, r.end, _cue(r, weights), score)
        for r, add in zip(readings, adds, strict=True)
        if add == best
    ]


def _cue(reading: _Reading, weights: dict[str, float]) -> str:
    """The words of the strongest sign that has any."""
    shown = [(weights.get(sign, 0.0), sign) for sign, words in reading.signs.items() if words]
    strongest = max(shown, default=(0.0, ""))
    return reading.signs[strongest[1]] if strongest[0] > 0 else ""


@Language.component("kg_roles")
def read_roles(doc: Doc) -> Doc:
    """Keep the role statements of the settled candidates."""
    doc._.kg_roles = assign_roles(
        text_of(doc), candidates(doc), sentence_spans(doc), abbreviations(doc)
    )
    return doc


prepare_doc()
