"""Relations between the things of one paper: patterns over a sentence and its names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from kg.extractors.candidates import Candidate, candidates, prepare_doc, text_of
from kg.extractors.roles import RoleStatement
from kg.extractors.sentences import sentence_spans
from kg.model import RELATIONS, Predicate

__all__ = ["Statement", "find_relations"]


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
    r"improv(?:es|ed|ing)? (?:up)?on|"
    r"(?:is|are|performs?) (?:better|superior|faster) (?:than|to))\b",
    re.IGNORECASE,
)
_EXTENDS = re.compile(
    r"\b(?:extend(?:s|ing)?|an? (?:\w+[ -]){0,2}(?:extension|variant|version|generali[sz]ation) of|"
    r"builds? (?:up)?on|built (?:up)?on(?: top of)?|based on|derived from|inspired by|"
    r"generali[sz]es)\b",
    re.IGNORECASE,
)
_CONTAINS = re.compile(
    r"\b(?:consist(?:s|ing) of|compris(?:es|ing)|combin(?:es|ing)|integrat(?:es|ing)|"
    r"incorporat(?:es|ing)|contains?|is composed of|"
    r"includ(?:es|ing) (?:two|three|four)|unif(?:ies|ying))\b",
    re.IGNORECASE,
)
_TRAINED = re.compile(
    r"\b(?:(?:pre-?)?train(?:ed|ing)?|fine-?tun(?:ed|ing))\s+(?:\w+\s+){0,3}?(?:on|with|using)\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"\b(?:evaluat\w*|experiment\w*|results?|achiev\w*|perform\w*|outperform\w*|improv\w*|"
    r"validat\w*|state-of-the-art|scor(?:es?|ing)|reach\w*|obtain\w*|test(?:s|ed)|surpass\w*|"
    r"demonstrat\w*|attain\w*|assess\w*|yield\w*|gains?|benchmark(?:ed|ing))\b",
    re.IGNORECASE,
)
_ITSELF = re.compile(
    r"\b(?:[Oo]ur (?:\w+ ){0,2}?(?:method|model|approach|framework|algorithm|system|agent|"
    r"technique|policy|network|architecture|results)|[Tt]he proposed (?:\w+ ){0,2}?\w+|"
    r"[Tt]his (?:method|model|approach|framework|algorithm|system)|[Ii]t|[Ww]e|[Ee]xperiment\w*|"
    r"[Ee]valuation\w*|[Rr]esults)\b"
)
_FOR = re.compile(
    r"\s*(?:\([^()]{1,30}\)\s*)?,?\s*(?:an? [\w\s-]{3,60}?)?\b(?:for|to (?:solve|address))\s+"
    r"(?:the\s+)?(?:\w+[ -]){0,3}?"
)
_NEGATED = re.compile(
    r"\b(?:not|unlike|without|fails? to|cannot|future work|never)\b", re.IGNORECASE
)
_AVAILABLE: dict[str, tuple[str, ...]] = {
    "code": ("Method", "Benchmark", "Dataset"),
    "model": ("Method", "Dataset", "Benchmark"),
    "demo": ("Method", "Benchmark", "Dataset"),
    "video": ("Method", "Benchmark", "Dataset"),
    "project_page": ("Method", "Benchmark", "Dataset"),
    "dataset": ("Dataset", "Benchmark"),
}
"""Kind of address -> kinds of introduced things it may belong to, the likeliest first."""


def find_relations(
    text: str,
    found: list[Candidate],
    sentences: list[tuple[int, int]],
    roles: list[RoleStatement],
) -> list[Statement]:
    """Find relations, one sentence at a time.

    "Our method" and its like stand for the one method the paper introduces. A sentence with a
    negation before the cue states nothing.

    Returns:
        Statements that fit the relation table, sorted by place.
    """
    introduced = _introduced(roles)
    compared = {s.candidate for s in roles if s.role == "compares_with"}
    statements: list[Statement] = []
    for start, end in sentences:
        inside = [c for c in found if start <= c.start and c.end <= end]
        if not inside:
            continue
        own = introduced.get("Method")
        statements.extend(_comparisons(text, start, end, inside, own))
        statements.extend(_structure(text, start, end, inside, own))
        statements.extend(_evaluations(text, start, end, inside, own, compared))
        statements.extend(_applications(text, start, end, inside))
        statements.extend(_addresses(start, end, inside, introduced))
    allowed = (
        s for s in statements if RELATIONS[s.predicate].allows(s.subject.kind, s.object.kind)
    )
    return sorted({s for s in allowed if s.subject != s.object}, key=_place)


def _introduced(roles: list[RoleStatement]) -> dict[str, Candidate]:
    """Kind -> the best name of what the paper introduces."""
    best: dict[str, RoleStatement] = {}
    for statement in roles:
        if statement.role == "introduces":
            kind = statement.candidate.kind
            if kind not in best or statement.score > best[kind].score:
                best[kind] = statement
    return {kind: s.candidate for kind, s in best.items()}


def _subject_before(
    text: str, start: int, stop: int, inside: list[Candidate], own: Candidate | None
) -> tuple[Candidate, float] | None:
    """The method that a clause is about: the nearest before the cue, else the paper's own."""
    methods = [c for c in inside if c.kind == "Method" and c.end <= stop]
    if methods:
        return methods[-1] if own is None else _prefer(methods, own), 0.8
    if own is not None and _ITSELF.search(text, start, stop):
        return own, 0.65
    return None


def _prefer(methods: list[Candidate], own: Candidate) -> Candidate:
    return next((m for m in methods if m == own), methods[-1])


def _comparisons(
    text: str, start: int, end: int, inside: list[Candidate], own: Candidate | None
) -> Iterator[Statement]:
    for cue in _BETTER.finditer(text, start, end):
        subject = _subject_before(text, start, cue.start(), inside, own)
        if subject is None or _NEGATED.search(text, start, cue.start()):
            continue
        stop = _clause_stop(text, cue.end(), end)
        for other in inside:
            if other.kind == "Method" and cue.end() <= other.start < stop:
                yield Statement(subject[0], "OUTPERFORMS", other, start, end, cue[0], subject[1])


def _structure(
    text: str, start: int, end: int, inside: list[Candidate], own: Candidate | None
) -> Iterator[Statement]:
    patterns: tuple[tuple[Predicate, re.Pattern[str]], ...] = (
        ("EXTENDS", _EXTENDS),
        ("PART_OF", _CONTAINS),
        ("TRAINED_ON", _TRAINED),
    )
    for predicate, pattern in patterns:
        for cue in pattern.finditer(text, start, end):
            subject = _subject_before(text, start, cue.start(), inside, own)
            if subject is None or _NEGATED.search(text, start, cue.start()):
                continue
            kind = "Dataset" if predicate == "TRAINED_ON" else "Method"
            stop = _clause_stop(text, cue.end(), end)
            followers = [c for c in inside if c.kind == kind and cue.end() <= c.start < stop]
            for other in followers if predicate != "EXTENDS" else followers[:1]:
                if other == subject[0]:
                    continue
                pair = (other, subject[0]) if predicate == "PART_OF" else (subject[0], other)
                if predicate == "PART_OF" and not start <= subject[0].start < end:
                    continue  # the object of a statement stands in its sentence
                yield Statement(pair[0], predicate, pair[1], start, end, cue[0], subject[1] - 0.1)


def _evaluations(
    text: str,
    start: int,
    end: int,
    inside: list[Candidate],
    own: Candidate | None,
    compared: set[Candidate],
) -> Iterator[Statement]:
    cue = _MEASURED.search(text, start, end)
    yardsticks = [c for c in inside if c.kind in ("Dataset", "Benchmark")]
    if cue is None or not yardsticks:
        return
    methods = [c for c in inside if c.kind == "Method" and c not in compared]
    named = (
        _prefer(methods, own) if methods and own is not None else methods[0] if methods else None
    )
    subject = named or (own if own is not None and _ITSELF.search(text, start, end) else None)
    for yardstick in yardsticks:
        before = text[max(start, yardstick.start - 60) : yardstick.start]
        if subject is not None and re.search(r"\b(?:on|across|over|in|using|from|by)\b", before):
            score = 0.75 if named is not None else 0.65
            yield Statement(subject, "EVALUATED_ON", yardstick, start, end, cue[0], score)
        for metric in (c for c in inside if c.kind == "Metric"):
            gap = text[min(metric.end, yardstick.end) : max(metric.start, yardstick.start)]
            if len(gap) <= 60 and ";" not in gap:
                yield Statement(yardstick, "MEASURED_BY", metric, start, end, cue[0], 0.7)


def _applications(text: str, start: int, end: int, inside: list[Candidate]) -> Iterator[Statement]:
    for position, method in enumerate(inside):
        if method.kind != "Method":
            continue
        for task in inside[position + 1 : position + 3]:
            if task.kind != "Task":
                continue
            gap = text[method.end : task.start]
            if len(gap) <= 80 and (cue := _FOR.fullmatch(gap)) is not None:
                yield Statement(method, "APPLIED_TO", task, start, end, cue[0].split()[-1], 0.75)
                break
    if start == 0:  # the title: NAME: ... for TASK
        first = inside[0]
        tasks = [c for c in inside if c.kind == "Task"]
        if first.kind == "Method" and first.start == 0 and tasks:
            yield Statement(first, "APPLIED_TO", tasks[0], start, end, ":", 0.7)


def _addresses(
    start: int, end: int, inside: list[Candidate], introduced: dict[str, Candidate]
) -> Iterator[Statement]:
    for url in inside:
        if url.kind != "Url" or url.url_kind is None:
            continue
        for kind in _AVAILABLE.get(url.url_kind, ()):
            if kind in introduced:
                yield Statement(
                    introduced[kind], "AVAILABLE_AT", url, start, end, url.url_kind, 0.8
                )
                break


def _clause_stop(text: str, start: int, end: int) -> int:
    match = re.compile(r";\s|\b(?:on|while|whereas|by|with|in terms of|across|for)\s").search(
        text, start, end
    )
    return match.start() if match else end


def _place(statement: Statement) -> tuple[object, ...]:
    return (
        statement.start,
        statement.predicate,
        statement.subject.start,
        statement.object.start,
        statement.cue,
    )


@Language.component("kg_relations")
def read_relations(doc: Doc) -> Doc:
    """Keep the relations between the settled candidates."""
    doc._.kg_relations = find_relations(
        text_of(doc), candidates(doc), sentence_spans(doc), doc._.kg_roles or []
    )
    return doc


prepare_doc()
