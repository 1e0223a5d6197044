"""What a sentence says of two names: one rule a relation, each a cue and where the names stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.extractors.candidates import Candidate
from kg.extractors.clauses import Clause
from kg.model import Predicate

__all__ = ["RULES", "Statement"]


@dataclass(frozen=True, order=True)
class Statement:
    """One sentence that relates two names.

    Args:
        subject: The name it starts from; it may stand in another sentence ("our method").
        predicate: Type of the relation.
        object: The name it leads to; always in the sentence.
        start: First character of the sentence.
        end: One past its last character.
        cue: The words that say so.
        score: Confidence, 0..1.
    """

    subject: Candidate
    predicate: Predicate
    object: Candidate
    start: int
    end: int
    cue: str
    score: float


_BETTER = re.compile(
    r"\b(?:outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?|exceed(?:s|ed|ing)?|beat(?:s|ing)?|"
    r"improv(?:es|ed|ing|ements?)(?: \w+)? (?:up)?on|improv(?:es|ed|ing|ements?) over|gains? over|"
    r"(?:better|faster|higher|stronger|superior|more \w+) (?:\w+ ){0,3}?(?:than|to))\b",
    re.IGNORECASE,
)
_EXTENDS = re.compile(
    r"\b(?:extend(?:s|ing)?|an? (?:\w+[ -]){0,2}(?:extension|variant|version|generali[sz]ation|"
    r"adaptation) (?:of|to)|"
    r"builds? (?:up)?on|built (?:up)?on(?: top of)?|building (?:up)?on|based on|derived from|"
    r"inspired by|generali[sz]es|fine-?tuned from|initiali[sz]ed from|on top of|adapts?)\b",
    re.IGNORECASE,
)
_IS_A = re.compile(
    r"(?:\s*\([^()]{1,40}\))?(?:,|\s+is|\s+are)\s+(?:an?|the first|our)\s+"
    r"(?:(?!(?:that|which|for|of|to|with|using|by|on|in|from|and)\b)[\w-]+\s+){0,5}"
)
_CONTAINS = re.compile(
    r"\b(?:consist(?:s|ing) of|compris(?:es|ing)|combin(?:es|ing)|integrat(?:es|ing)|"
    r"incorporat(?:es|ing)|contains?|composed of|unif(?:ies|ying)|coupl(?:es|ing)|employs|"
    r"introduc(?:e|es|ing)|equipped with|leverag(?:es|ing)|uses|using|utiliz(?:es|ing)|via|"
    r"through|powered by|featuring|includ(?:es|ing)|with|applies|adopts)\b",
    re.IGNORECASE,
)
_TRAINED = re.compile(
    r"\b(?:(?:pre-?)?train(?:ed|ing)?|fine-?tun(?:ed|ing))\s+(?:[\w-]+\s+){0,3}?(?:on|with|using)\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"\b(?:evaluat\w*|experiment\w*|results?|achiev\w*|perform\w*|outperform\w*|improv\w*|"
    r"validat\w*|state-of-the-art|scor(?:es?|ing)|reach\w*|obtain\w*|test(?:s|ed)|surpass\w*|"
    r"demonstrat\w*|attain\w*|assess\w*|yield\w*|gains?|benchmark(?:ed|ing)|show\w*)\b|%",
    re.IGNORECASE,
)
_TESTS = re.compile(
    r"\b(?:evaluat\w*|benchmark(?:ed|ing)|experiment\w*|test(?:s|ed|ing)|assess\w*|"
    r"perform\w*|achiev\w*|scor\w*|attain\w*|reveal\w*|results?)\b|%",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:not|unlike|without|fails? to|cannot|future work|never|neither)\b", re.IGNORECASE
)
_APPLIES = re.compile(
    r"\b(?:for|to|in|on|that|which|of|solv\w+|address\w*|tackl\w+|achiev\w*|improv\w*|"
    r"perform\w*|enabl\w*)\b",
    re.IGNORECASE,
)
_FOR = re.compile(r"\b(?:for|to (?:solve|address|tackle|perform)|in)\b")
_EXCELS = re.compile(
    r"\b(?:achiev\w*|excel\w*|success\w*|progress|perform\w*|promis\w*|capabilit\w*|potential|"
    r"effective\w*|advanc\w*|proficien\w*|results|revolutioni\w*|used|applied|impressive|"
    r"remarkable)\b.{0,60}?\b(?:in|for|on|at|across|to)\b"
)
_CLAUSE_END = re.compile(r";\s|\b(?:while|whereas|but|in terms of|across)\s|[.:]\s")
_LIST_END = re.compile(r"\b(?:while|whereas|but|to|for|on|outperform\w*)\s")
_BESIDE = 60
"""Characters between a task and a metric that are about each other."""
_REACH = 160
"""Characters after a cue in which a list of components is read."""


def find_comparisons(clause: Clause) -> Iterator[Statement]:
    """OUTPERFORMS: "our method outperforms A and B"."""
    for cue in _BETTER.finditer(clause.text, clause.start, clause.end):
        subject = clause.subject_before(cue.start())
        if subject is None or _negated(clause, cue.start()):
            continue
        stop = _stop(clause, _CLAUSE_END, cue.end())
        for other in clause.of_kind("Method"):
            compared = clause.roles.get(other) == "compares_with"
            if cue.end() <= other.start < stop and (compared or other.start - cue.end() < 30):
                yield _state(clause, subject[0], "OUTPERFORMS", other, cue[0], subject[1])


def find_origins(clause: Clause) -> Iterator[Statement]:
    """EXTENDS: "built on A", "Built on A, ours ...", "ours, a new sort of A"."""
    methods = clause.of_kind("Method")
    for cue in _EXTENDS.finditer(clause.text, clause.start, clause.end):
        subject = clause.subject_before(cue.start())
        if subject is None and clause.own is not None and cue.start() - clause.start < 12:
            subject = (clause.own, 0.6) if clause.own_here or clause.itself() else None
        if subject is None or _negated(clause, cue.start()):
            continue
        stop = min(_stop(clause, _CLAUSE_END, cue.end()), cue.end() + 80)
        for other in [c for c in methods if cue.end() <= c.start < stop][:1]:
            yield _state(clause, subject[0], "EXTENDS", other, cue[0], subject[1] - 0.1)
    if clause.own is not None and clause.own_here:
        for other in methods:
            gap = clause.text[clause.own.end : other.start]
            if clause.own.end < other.start and len(gap) < 90 and _IS_A.fullmatch(gap):
                yield _state(clause, clause.own, "EXTENDS", other, gap.strip(" ,"), 0.55)
                break


def find_parts(clause: Clause) -> Iterator[Statement]:
    """PART_OF: "ours combines A and B", where both the part and the whole are named."""
    own = clause.own
    if own is None or not clause.own_here:
        return
    for cue in _CONTAINS.finditer(clause.text, own.end, clause.end):
        if _negated(clause, cue.start()):
            continue
        stop = min(_stop(clause, _LIST_END, cue.end()), cue.end() + _REACH)
        for other in clause.of_kind("Method"):
            if cue.end() <= other.start < stop and clause.roles.get(other) != "compares_with":
                yield _state(clause, other, "PART_OF", own, cue[0], 0.6)


def find_training(clause: Clause) -> Iterator[Statement]:
    """TRAINED_ON: "we train ours on D"."""
    for cue in _TRAINED.finditer(clause.text, clause.start, clause.end):
        subject = clause.subject_before(cue.start())
        if subject is None or _negated(clause, cue.start()):
            continue
        stop = min(_stop(clause, _CLAUSE_END, cue.end()), cue.end() + 80)
        for other in clause.of_kind("Dataset"):
            if cue.end() <= other.start < stop:
                yield _state(clause, subject[0], "TRAINED_ON", other, cue[0], subject[1] - 0.1)


def find_evaluations(clause: Clause) -> Iterator[Statement]:
    """EVALUATED_ON: "ours reaches 70% on B", "we evaluate A and C on the new B"."""
    cue = clause.search(_MEASURED)
    yardsticks = clause.of_kind("Dataset", "Benchmark")
    if cue is None or not yardsticks:
        return
    itself = clause.own_here or clause.itself() is not None
    methods = clause.of_kind("Method")
    for yardstick in yardsticks:
        if clause.roles.get(yardstick) == "introduces" and not clause.own_here:
            tests = clause.search(_TESTS)
            for method in methods if tests is not None else ():
                yield _state(clause, method, "EVALUATED_ON", yardstick, cue[0], 0.55)
        elif clause.is_title:
            continue
        elif clause.own is not None and itself:
            score = 0.8 if clause.own_here else 0.75
            yield _state(clause, clause.own, "EVALUATED_ON", yardstick, cue[0], score)
        elif clause.own is None:
            before = [c for c in methods if c.end <= yardstick.start]
            gap = clause.text[before[-1].end : yardstick.start] if before else ""
            if before and re.search(r"\b(?:on|across|over)\b", gap):
                yield _state(clause, before[-1], "EVALUATED_ON", yardstick, cue[0], 0.6)


def find_measures(clause: Clause) -> Iterator[Statement]:
    """MEASURED_BY: a yardstick, or a task where there is none, with the metrics beside it."""
    cue = clause.search(_MEASURED)
    if cue is None or clause.is_title:
        return
    metrics = clause.of_kind("Metric")
    things = clause.of_kind("Dataset", "Benchmark") or clause.of_kind("Task")
    for thing in things:
        for metric in metrics:
            gap = max(metric.start - thing.end, thing.start - metric.end)
            if thing.kind == "Task" and gap > _BESIDE:
                continue
            score = 0.65 if thing.kind != "Task" else 0.55
            yield _state(clause, thing, "MEASURED_BY", metric, cue[0], score)


def find_applications(clause: Clause) -> Iterator[Statement]:
    """APPLIED_TO: "ours for T", "we ... T", "A excels in T"."""
    own = clause.own
    itself = clause.itself()
    methods = clause.of_kind("Method")
    for task in clause.of_kind("Task"):
        if own is not None and clause.own_here and own.end <= task.start:
            cue = _APPLIES.search(clause.text, own.end, task.start)
            score = 0.8 if clause.is_title else 0.75
            yield _state(clause, own, "APPLIED_TO", task, cue[0] if cue else "", score)
        elif own is not None and not clause.own_here and itself is not None:
            cue = _APPLIES.search(clause.text, itself.end(), task.start)
            yield _state(clause, own, "APPLIED_TO", task, cue[0] if cue else itself[0], 0.62)
        else:
            yield from _others_application(clause, task, methods)


def _others_application(
    clause: Clause, task: Candidate, methods: list[Candidate]
) -> Iterator[Statement]:
    """Somebody else's method: right before the task, or leading a sentence that praises it."""
    near = [m for m in methods if 0 < task.start - m.end < 40]
    cue = _FOR.search(clause.text, near[-1].end, task.start) if near else None
    if near and cue is not None:
        yield _state(clause, near[-1], "APPLIED_TO", task, cue[0], 0.55)
    elif methods and not clause.is_title and methods[0].start - clause.start < 60:
        excels = _EXCELS.search(clause.text, methods[0].end, task.start)
        if excels is not None and not _negated(clause, task.start):
            yield _state(clause, methods[0], "APPLIED_TO", task, excels[0].split()[0], 0.5)


RULES = (
    find_comparisons,
    find_origins,
    find_parts,
    find_training,
    find_evaluations,
    find_measures,
    find_applications,
)
"""All rules that read one sentence."""


def _negated(clause: Clause, place: int) -> bool:
    return _NEGATED.search(clause.text, clause.start, place) is not None


def _stop(clause: Clause, pattern: re.Pattern[str], start: int) -> int:
    match = clause.search(pattern, start)
    return match.start() if match else clause.end


def _state(
    clause: Clause,
    subject: Candidate,
    predicate: Predicate,
    object_: Candidate,
    cue: str,
    score: float,
) -> Statement:
    return Statement(subject, predicate, object_, clause.start, clause.end, cue, round(score, 4))
