"""Relations between the things of a paper, told by all that speaks for each pair."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from kg.extractors.candidates import Candidate
from kg.extractors.entities import ScoredThing
from kg.extractors.ner import Floats, Tagger, TaggerOutput
from kg.extractors.relation_features import (
    GROUP_OF_TAIL,
    PAIR_GROUPS,
    PAIR_PREDICATES,
    PaperThing,
    candidate_pairs,
    describe_pairs,
)
from kg.extractors.relation_rules import Statement
from kg.extractors.role_signs import FUTURE, speaks_of_own_work
from kg.extractors.roles import RoleStatement
from kg.extractors.scorers import Scorer
from kg.model import RELATIONS, ROLES, Predicate

__all__ = ["pair_chances", "paper_things", "rule_scores", "score_relations"]

_CUES: dict[str, re.Pattern[str]] = {
    predicate: re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)
    for predicate, words in {
        "EVALUATED_ON": r"evaluat\w+|experiments?|results?|achiev\w+|perform\w+|validat\w+|"
        r"benchmarked|state-of-the-art|outperform\w+|scor(?:es?|ing)|test(?:ed|s|ing)|"
        r"demonstrat\w+|assess\w+|improv\w+|gains?|show\w*|on",
        "OUTPERFORMS": r"outperform\w*|surpass\w*|exceed\w*|beats?|(?:better|faster|higher|"
        r"superior|more [\w-]+) (?:than|to)|improv\w+ (?:up)?on|improv\w+ over|gains? over|"
        r"compared (?:to|with)|over|than",
        "EXTENDS": r"extend\w*|an? (?:extension|variant|version|generali[sz]ation) of|"
        r"generali[sz]\w+|buil\w+ (?:up)?on|based on|derived from|inspired by|"
        r"(?:fine-?tun\w+|initiali[sz]ed) from|adapt\w*|modif\w+|enhanc\w+",
        "PART_OF": r"consist\w* of|compris\w+|combin\w+|integrat\w+|incorporat\w+|contain\w*|"
        r"composed of|unif\w+|coupl\w+|employ\w*|introduc\w+|equipped with|leverag\w+|us(?:es|ing)|"
        r"utiliz\w+|via|through|powered by|featur\w+|includ\w+|with|appl(?:y|ies)|adopt\w*",
        "TRAINED_ON": r"(?:pre-?)?train(?:ed|ing)?|fine-?tun(?:ed|ing)|learn\w* from",
        "APPLIED_TO": r"for|solv\w+|address\w*|tackl\w+|enabl\w*|handl\w+|perform\w*|to|in",
        "MEASURED_BY": r"in terms of|measured (?:by|in)|achiev\w+|improv\w+|reduc\w+|increas\w+|"
        r"reach\w*|attain\w*|scor(?:es?|ing)|with|of|by|in",
    }.items()
}
"""Words that state each relation, the telling ones first."""

Pair = tuple[int, int]


def paper_things(things: Sequence[ScoredThing], roles: Iterable[RoleStatement]) -> list[PaperThing]:
    """The things of a paper with what is known of their roles, in their order."""
    told: dict[Pair, RoleStatement] = {}
    for statement in roles:
        told[statement.candidate.start, statement.candidate.end] = statement
    found = []
    for thing in things:
        mine = next((told[span] for span in thing.spans if span in told), None)
        shares = mine.shares if mine is not None else {}
        found.append(
            PaperThing(
                kind=thing.kind,
                score=thing.score,
                roles=tuple(shares.get(role, 0.0) for role in ROLES),
                role=mine.role if mine is not None else "mentions",
                spans=thing.spans,
            )
        )
    return found


def rule_scores(
    statements: Iterable[Statement], things: Sequence[PaperThing]
) -> dict[tuple[int, int, Predicate], float]:
    """What rules state of pairs: (from, to, predicate) -> the highest score."""
    place = {span: number for number, thing in enumerate(things) for span in thing.spans}
    scores: dict[tuple[int, int, Predicate], float] = {}
    for statement in statements:
        a = place.get((statement.subject.start, statement.subject.end))
        b = place.get((statement.object.start, statement.object.end))
        if a is not None and b is not None and a != b:
            key = (a, b, statement.predicate)
            scores[key] = max(scores.get(key, 0.0), statement.score)
    return scores


def score_relations(
    text: str,
    found: Sequence[Candidate],
    things: Sequence[PaperThing],
    sentences: Sequence[tuple[int, int]],
    rules: Sequence[Statement],
    scorers: Mapping[str, Scorer],
    tagger: Tagger | None = None,
    output: TaggerOutput | None = None,
) -> list[Statement]:
    """State the relations that are likely enough, each with the sentence that shows it best.

    Args:
        text: Title, blank line, abstract.
        found: The settled names, by place.
        things: What they name, with roles.
        sentences: Character spans; the first is the title.
        rules: What rules state: evidence to be weighed, and sentences to be shown.
        scorers: One for each of ``PAIR_GROUPS``: weighs the evidence of a pair. Its setting
            ``thresholds`` holds the lowest probability, 0..1, at which each predicate is stated,
            ``calibration`` what a probability is worth.
        tagger: The tagger, where the pipeline has one.
        output: What it read.

    Returns:
        Statements between named things, by place.
    """
    pairs = candidate_pairs(things)
    if not pairs:
        return []
    seen = None
    if tagger is not None and output is not None:
        seen = tagger.relate(output, [(t.kind, t.spans) for t in things], pairs)
    rows = describe_pairs(text, things, pairs, sentences, rule_scores(rules, things), seen)
    groups = [GROUP_OF_TAIL[things[b].kind] for _, b in pairs]
    chances = pair_chances(scorers, groups, rows)
    candidates = {(c.start, c.end): c for c in found}
    stated = _by_triple((r for r in rules if not FUTURE.search(text, r.start, r.end)), things)
    statements: list[Statement] = []
    for (a, b), group, row in zip(pairs, groups, chances, strict=True):
        settings = scorers[group].settings
        for predicate in PAIR_GROUPS[group]:
            chance = row[PAIR_PREDICATES.index(predicate)]
            allowed = RELATIONS[predicate].allows(things[a].kind, things[b].kind)
            if not allowed or chance < settings["thresholds"][predicate]:
                continue
            raw, right = zip(*settings["calibration"], strict=True)
            score = round(float(np.interp(chance, raw, right)), 4)
            known = stated.get((a, b, predicate))
            if known:
                statements.extend(
                    Statement(s.subject, predicate, s.object, s.start, s.end, s.cue, score)
                    for s in known
                )
                continue
            shown = _evidence(text, things[a], things[b], predicate, sentences)
            if shown is not None:
                head, tail, start, end, cue = shown
                statements.append(
                    Statement(candidates[head], predicate, candidates[tail], start, end, cue, score)
                )
    return statements


def pair_chances(scorers: Mapping[str, Scorer], groups: Sequence[str], rows: Floats) -> Floats:
    """(pairs, predicates) probabilities of rows of ``PAIR_COLUMNS``; 0 for other groups'."""
    chances = np.zeros((len(rows), len(PAIR_PREDICATES)), dtype=np.float32)
    for group, predicates in PAIR_GROUPS.items():
        members = [number for number, other in enumerate(groups) if other == group]
        if members:
            found = scorers[group](rows[members])
            for predicate in predicates:
                column = scorers[group].classes.index(predicate)
                chances[members, PAIR_PREDICATES.index(predicate)] = found[:, column]
    return chances


def _by_triple(
    rules: Iterable[Statement], things: Sequence[PaperThing]
) -> dict[tuple[int, int, Predicate], list[Statement]]:
    place = {span: number for number, thing in enumerate(things) for span in thing.spans}
    stated: dict[tuple[int, int, Predicate], list[Statement]] = defaultdict(list)
    for statement in rules:
        a = place.get((statement.subject.start, statement.subject.end))
        b = place.get((statement.object.start, statement.object.end))
        if a is not None and b is not None:
            stated[a, b, statement.predicate].append(statement)
    return stated


def _evidence(
    text: str,
    head: PaperThing,
    tail: PaperThing,
    predicate: Predicate,
    sentences: Sequence[tuple[int, int]],
) -> tuple[Pair, Pair, int, int, str] | None:
    """The sentence that shows a relation best: (head's span, tail's span, start, end, cue).

    A sentence that names both goes before one that names the tail alone and speaks of "our
    method"; words that state the relation between the names before ones elsewhere; the abstract
    before the title; nearer names before names farther apart.
    """
    starts = [start for start, _ in sentences]

    def place(span: Pair) -> int:
        return max(bisect_right(starts, span[0]) - 1, 0)

    best: tuple[tuple[object, ...], Pair, Pair, int, str] | None = None
    heads: dict[int, list[Pair]] = defaultdict(list)
    for span in head.spans:
        heads[place(span)].append(span)
    for there in tail.spans:
        at = place(there)
        start, end = sentences[at]
        if FUTURE.search(text, start, end):
            continue
        for here in heads.get(at) or [head.spans[0]]:
            together = at in heads
            low, high = (
                (min(here[1], there[1]), max(here[0], there[0])) if together else (start, there[0])
            )
            cue = _CUES[predicate].search(text, low, max(high, low))
            outside = cue or _CUES[predicate].search(text, start, end)
            key = (
                not together,
                at == 0,
                cue is None,
                not together and not speaks_of_own_work(text, start, end),
                max(high - low, 0) if together else 0,
                there,
                here,
            )
            if best is None or key < best[0]:
                best = (key, here, there, at, outside[0] if outside else "")
    if best is None:
        return None
    _, here, there, at, words = best
    return here, there, *sentences[at], words
