"""Overlapping candidates are settled by one total order; then the whole paper is heard."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import ahocorasick
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
from kg.model import ENTITY_KINDS, EntityKind
from kg.names import is_coined, normal_form

__all__ = ["precedence", "resolve_overlaps", "settle"]

_PROPAGATED = "kg_document"
KNOWN = 0.1
"""How much more a known name says about the kind than its score does."""


def precedence(candidate: Candidate) -> tuple[object, ...]:
    """The total order in which candidates get their span; smaller goes first.

    An address before a name; then the longer span; then the higher score; then the extractor's
    name, the kind in the order of ``ENTITY_KINDS``, the place, and what is left of the record.
    """
    return (
        candidate.kind != "Url",
        candidate.start - candidate.end,
        -candidate.score,
        candidate.extractor,
        ENTITY_KINDS.index(candidate.kind),
        candidate.start,
        candidate.name or "",
        candidate.href or "",
        candidate.url_kind or "",
    )


def resolve_overlaps(found: Iterable[Candidate]) -> list[Candidate]:
    """Keep candidates in order of precedence where no kept one overlaps; return them by place."""
    kept: list[Candidate] = []
    starts: list[int] = []
    for candidate in sorted(set(found), key=precedence):
        place = bisect_left(starts, candidate.start)
        before_fits = place == 0 or kept[place - 1].end <= candidate.start
        after_fits = place == len(kept) or candidate.end <= kept[place].start
        if before_fits and after_fits:
            kept.insert(place, candidate)
            starts.insert(place, candidate.start)
    return kept


def settle(
    text: str, found: Sequence[Candidate], shorts: Sequence[Abbreviation] = ()
) -> list[Candidate]:
    """Decide spans and kinds for a whole paper.

    A name found once with evidence is found wherever the paper writes it the same way; a short
    form and its long form are one name; one name has one kind, that of its surest sighting
    (Dataset and Benchmark included).

    Returns:
        Candidates by place, without overlaps.
    """
    kept = resolve_overlaps(found)
    same = {}
    for pair in shorts:
        short = normal_form(text[pair.short_start : pair.short_end])
        same[short] = normal_form(text[pair.long_start : pair.long_end])
    spans = {(c.start, c.end) for c in kept}
    known = [c for c in found if c.name is not None and (c.start, c.end) in spans]
    kinds = _kinds(text, [*kept, *known], same)
    spread = [c for c in kept if c.kind == "Url"]
    for candidate in kept:
        if candidate.kind != "Url":
            form = _form(text, candidate, same)
            spread.append(_with_kind(candidate, kinds[form]))
    spread.extend(_elsewhere(text, spread, shorts, kinds, same))
    return resolve_overlaps(spread)


@Language.component("kg_conflicts")
def settle_conflicts(doc: Doc) -> Doc:
    """Replace the candidates by the settled ones."""
    doc._.kg_candidates = settle(text_of(doc), candidates(doc), abbreviations(doc))
    return doc


def _form(text: str, candidate: Candidate, same: dict[str, str]) -> str:
    form = normal_form(text[candidate.start : candidate.end])
    return same.get(form, form)


def _kinds(text: str, kept: list[Candidate], same: dict[str, str]) -> dict[str, EntityKind]:
    """Form -> its kind: the surest sighting decides; the sum of all where two are as sure.

    A known name is a surer sighting than the words around it.
    """
    scores: dict[str, dict[EntityKind, list[float]]] = defaultdict(lambda: defaultdict(list))
    for candidate in kept:
        if candidate.kind != "Url":
            surety = candidate.score + (KNOWN if candidate.name is not None else 0.0)
            scores[_form(text, candidate, same)][candidate.kind].append(surety)
    return {
        form: max(
            (kind for kind in ENTITY_KINDS if kind in by_kind),
            key=lambda kind: (max(by_kind[kind]), round(sum(by_kind[kind]), 6)),
        )
        for form, by_kind in scores.items()
    }


def _with_kind(candidate: Candidate, kind: EntityKind) -> Candidate:
    return Candidate(
        start=candidate.start,
        end=candidate.end,
        kind=kind,
        extractor=candidate.extractor,
        score=candidate.score,
        name=candidate.name,
    )


def _elsewhere(
    text: str,
    kept: list[Candidate],
    shorts: Iterable[Abbreviation],
    kinds: dict[str, EntityKind],
    same: dict[str, str],
) -> list[Candidate]:
    """The same names written again, and the other half of their abbreviations."""
    best: dict[str, float] = {}
    for candidate in kept:
        surface = text[candidate.start : candidate.end]
        if candidate.kind != "Url" and (len(surface) > 3 or is_coined(surface)):
            best[surface] = max(best.get(surface, 0.0), candidate.score)
    for pair in shorts:
        short = text[pair.short_start : pair.short_end]
        long = text[pair.long_start : pair.long_end]
        score = max(best.get(short, 0.0), best.get(long, 0.0))
        if score:
            best.setdefault(short, score)
            best.setdefault(long, score)
    if not best:
        return []
    again = []
    for start, end in _occurrences(text, best):
        surface = text[start:end]
        form = normal_form(surface)
        kind = kinds.get(same.get(form, form))
        if kind is not None:
            score = round(best[surface] * 0.95, 4)
            again.append(Candidate(start, end, kind, _PROPAGATED, score))
    return again


def _occurrences(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where the names stand as whole words, the longest at each place, without overlaps."""
    automaton = ahocorasick.Automaton()
    for name in names:
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


prepare_doc()
