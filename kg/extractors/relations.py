"""Relations between the things of one paper: patterns over a sentence and its names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
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
from kg.extractors.roles import RoleStatement
from kg.extractors.sentences import sentence_spans
from kg.model import RELATIONS, Predicate
from kg.names import normal_form

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


@dataclass(frozen=True)
class _Sentence:
    """One sentence, its names by place, and the paper's own method in it, if any."""

    text: str
    start: int
    end: int
    names: Sequence[Candidate]
    own: Candidate | None
    """The name of the paper's own method: in this sentence, else where it is introduced."""
    own_here: bool

    def of_kind(self, *kinds: str) -> list[Candidate]:
        return [c for c in self.names if c.kind in kinds]

    def search(self, pattern: re.Pattern[str], start: int | None = None) -> re.Match[str] | None:
        return pattern.search(self.text, self.start if start is None else start, self.end)

    def subject_before(self, place: int) -> tuple[Candidate, float] | None:
        """The method that a clause is about, with the confidence that it is that one.

        The paper's own method if it is named before the place, else the nearest method before
        it, else the own one where "our method" or "we" stands for it.
        """
        if self.own is not None and self.own_here and self.own.end <= place:
            return self.own, 0.8
        before = [c for c in self.names if c.kind == "Method" and c.end <= place]
        itself = self.search(_ITSELF)
        if itself is not None and itself.start() < place and self.own is not None:
            return self.own, 0.7
        return (before[-1], 0.6) if before else None


_ITSELF = re.compile(
    r"\b(?:[Ww]e|[Oo]urs?|"
    r"[Tt]his (?:paper|work|method|model|approach|framework|algorithm|system)|"
    r"[Tt]he (?:proposed|resulting|new) [\w-]+|[Ii]t|"
    r"[Ee]xperiment\w*|[Ee]valuation\w*|[Rr]esults)\b"
)
_BETTER = re.compile(
    r"\b(?:outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?|exceed(?:s|ed|ing)?|beat(?:s|ing)?|"
    r"improv(?:es|ed|ing|ements?)(?: \w+)? (?:up)?on|improv(?:es|ed|ing|ements?) over|gains? over|"
    r"(?:better|faster|higher|stronger|superior|more \w+) (?:\w+ ){0,3}?(?:than|to))\b",
    re.IGNORECASE,
)
_EXTENDS = re.compile(
    r"\b(?:extend(?:s|ing)?|an? (?:\w+[ -]){0,2}(?:extension|variant|version|generali[sz]ation) of|"
    r"builds? (?:up)?on|built (?:up)?on(?: top of)?|building (?:up)?on|based on|derived from|"
    r"inspired by|generali[sz]es|fine-?tuned from|initiali[sz]ed from|on top of|adapts?)\b",
    re.IGNORECASE,
)
_CONTAINS = re.compile(
    r"\b(?:consist(?:s|ing) of|compris(?:es|ing)|combin(?:es|ing)|integrat(?:es|ing)|"
    r"incorporat(?:es|ing)|contains?|composed of|unif(?:ies|ying)|coupl(?:es|ing)|employs|"
    r"introduc(?:es|ing)|equipped with|leverag(?:es|ing)|uses|utiliz(?:es|ing)|via|through|"
    r"includ(?:es|ing) (?:two|three|four|an?))\b",
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
_NEGATED = re.compile(
    r"\b(?:not|unlike|without|fails? to|cannot|future work|never|neither)\b", re.IGNORECASE
)
_APPLIES = re.compile(
    r"\b(?:for|to|in|on|that|which|of|solv\w+|address\w*|tackl\w+|achiev\w*|improv\w*|"
    r"perform\w*|enabl\w*)\b",
    re.IGNORECASE,
)
_FOR = re.compile(r"\b(?:for|to (?:solve|address|tackle|perform))\b")
_CLAUSE_END = re.compile(r";\s|\b(?:while|whereas|but|in terms of|across)\s|[.:]\s")
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
    found: Sequence[Candidate],
    sentences: Sequence[tuple[int, int]],
    roles: Sequence[RoleStatement],
    shorts: Iterable[Abbreviation] = (),
) -> list[Statement]:
    """Find relations, one sentence at a time.

    "Our method" and its like stand for the one method that the paper introduces. A sentence with
    a negation before the cue states nothing. The rules and their scores were chosen by their
    precision on annotated training papers.

    Args:
        text: Title, blank line, abstract.
        found: The settled names, by place, without overlaps.
        sentences: Character spans of the sentences, in order.
        roles: What the things are to the paper.
        shorts: Short forms with the long forms that the text gives for them.

    Returns:
        Statements that fit the relation table, by place.
    """
    introduced = _introduced(roles)
    main = introduced.get("Method")
    own_names = _own_names(text, found, roles, shorts)
    compared = {s.candidate for s in roles if s.role == "compares_with"}
    starts = [c.start for c in found]
    statements: list[Statement] = []
    for start, end in sentences:
        names = found[bisect_left(starts, start) : bisect_left(starts, end)]
        if not names:
            continue
        own = next((c for c in names if c in own_names), None)
        sentence = _Sentence(text, start, end, names, own or main, own is not None)
        statements.extend(_comparisons(sentence, compared))
        statements.extend(_structure(sentence))
        statements.extend(_evaluations(sentence))
        statements.extend(_measures(sentence))
        statements.extend(_applications(sentence))
        statements.extend(_addresses(sentence, introduced))
    allowed = (
        s
        for s in statements
        if s.subject != s.object and RELATIONS[s.predicate].allows(s.subject.kind, s.object.kind)
    )
    best: dict[tuple[object, ...], Statement] = {}
    for statement in sorted(allowed, key=_place):  # one a sentence and triple: the surest
        key = (statement.start, statement.subject, statement.predicate, statement.object)
        if key not in best or statement.score > best[key].score:
            best[key] = statement
    return sorted(best.values(), key=_place)


def _introduced(roles: Sequence[RoleStatement]) -> dict[str, Candidate]:
    """Kind -> the surest name of what the paper introduces, the earliest of equals."""
    best: dict[str, RoleStatement] = {}
    for statement in roles:
        if statement.role == "introduces":
            kind = statement.candidate.kind
            if kind not in best or statement.score > best[kind].score:
                best[kind] = statement
    return {kind: s.candidate for kind, s in best.items()}


def _own_names(
    text: str,
    found: Sequence[Candidate],
    roles: Sequence[RoleStatement],
    shorts: Iterable[Abbreviation],
) -> set[Candidate]:
    """All names of the methods that the paper introduces, wherever they stand."""
    same = {
        normal_form(text[a.short_start : a.short_end]): normal_form(text[a.long_start : a.long_end])
        for a in shorts
    }

    def form(candidate: Candidate) -> str:
        own = normal_form(text[candidate.start : candidate.end])
        return same.get(own, own)

    introduced = {
        form(s.candidate) for s in roles if s.role == "introduces" and s.candidate.kind == "Method"
    }
    if not introduced:
        return set()
    return {c for c in found if c.kind == "Method" and form(c) in introduced}


def _comparisons(sentence: _Sentence, compared: set[Candidate]) -> Iterator[Statement]:
    for cue in _BETTER.finditer(sentence.text, sentence.start, sentence.end):
        subject = sentence.subject_before(cue.start())
        if subject is None or _NEGATED.search(sentence.text, sentence.start, cue.start()):
            continue
        stop = _clause_stop(sentence, cue.end())
        for other in sentence.of_kind("Method"):
            if not cue.end() <= other.start < stop:
                continue
            if other in compared or other.start - cue.end() < 30:
                yield _state(sentence, subject[0], "OUTPERFORMS", other, cue[0], subject[1])


def _structure(sentence: _Sentence) -> Iterator[Statement]:
    patterns: tuple[tuple[Predicate, re.Pattern[str], str], ...] = (
        ("EXTENDS", _EXTENDS, "Method"),
        ("PART_OF", _CONTAINS, "Method"),
        ("TRAINED_ON", _TRAINED, "Dataset"),
    )
    for predicate, pattern, kind in patterns:
        for cue in pattern.finditer(sentence.text, sentence.start, sentence.end):
            subject = sentence.subject_before(cue.start())
            if subject is None or _NEGATED.search(sentence.text, sentence.start, cue.start()):
                continue
            stop = min(_clause_stop(sentence, cue.end()), cue.end() + 80)
            others = [c for c in sentence.of_kind(kind) if cue.end() <= c.start < stop]
            for other in others[:1] if predicate == "EXTENDS" else others:
                if predicate != "PART_OF":
                    score = subject[1] - 0.1
                    yield _state(sentence, subject[0], predicate, other, cue[0], score)
                elif sentence.own_here and subject[0] == sentence.own:
                    # the object of a statement stands in its sentence: the whole, by name
                    yield _state(sentence, other, "PART_OF", subject[0], cue[0], 0.6)


def _evaluations(sentence: _Sentence) -> Iterator[Statement]:
    cue = sentence.search(_MEASURED)
    if cue is None or sentence.start == 0:
        return
    itself = sentence.own is not None and (sentence.own_here or sentence.search(_ITSELF))
    for yardstick in sentence.of_kind("Dataset", "Benchmark"):
        if itself and sentence.own is not None:
            score = 0.8 if sentence.own_here else 0.75
            yield _state(sentence, sentence.own, "EVALUATED_ON", yardstick, cue[0], score)
        elif sentence.own is None:
            before = [c for c in sentence.of_kind("Method") if c.end <= yardstick.start]
            gap = sentence.text[before[-1].end : yardstick.start] if before else ""
            if before and re.search(r"\b(?:on|across|over)\b", gap):
                yield _state(sentence, before[-1], "EVALUATED_ON", yardstick, cue[0], 0.6)


def _measures(sentence: _Sentence) -> Iterator[Statement]:
    cue = sentence.search(_MEASURED)
    if cue is None:
        return
    for yardstick in sentence.of_kind("Dataset", "Benchmark"):
        for metric in sentence.of_kind("Metric"):
            yield _state(sentence, yardstick, "MEASURED_BY", metric, cue[0], 0.65)


def _applications(sentence: _Sentence) -> Iterator[Statement]:
    tasks = sentence.of_kind("Task")
    if not tasks:
        return
    methods = sentence.of_kind("Method")
    itself = sentence.search(_ITSELF)
    for task in tasks:
        if sentence.own is not None and sentence.own_here and sentence.own.end <= task.start:
            score = 0.8 if sentence.start == 0 else 0.75
            cue = _APPLIES.search(sentence.text, sentence.own.end, task.start)
            yield _state(sentence, sentence.own, "APPLIED_TO", task, cue[0] if cue else "", score)
        elif sentence.own is not None and not sentence.own_here and itself and sentence.start:
            cue = _APPLIES.search(sentence.text, itself.end(), task.start)
            yield _state(
                sentence, sentence.own, "APPLIED_TO", task, cue[0] if cue else itself[0], 0.62
            )
        else:
            near = [m for m in methods if 0 < task.start - m.end < 40]
            cue = _FOR.search(sentence.text, near[-1].end, task.start) if near else None
            if near and cue is not None:
                yield _state(sentence, near[-1], "APPLIED_TO", task, cue[0], 0.55)


def _addresses(sentence: _Sentence, introduced: dict[str, Candidate]) -> Iterator[Statement]:
    for url in sentence.of_kind("Url"):
        for kind in _AVAILABLE.get(url.url_kind or "", ()):
            if kind in introduced:
                yield _state(sentence, introduced[kind], "AVAILABLE_AT", url, "", 0.8)
                break


def _state(
    sentence: _Sentence,
    subject: Candidate,
    predicate: Predicate,
    object_: Candidate,
    cue: str,
    score: float,
) -> Statement:
    return Statement(
        subject, predicate, object_, sentence.start, sentence.end, cue, round(score, 4)
    )


def _clause_stop(sentence: _Sentence, start: int) -> int:
    match = sentence.search(_CLAUSE_END, start)
    return match.start() if match else sentence.end


def _place(statement: Statement) -> tuple[object, ...]:
    return (
        statement.start,
        statement.predicate,
        statement.subject.start,
        statement.object.start,
        statement.cue,
        statement.score,
    )


@Language.component("kg_relations")
def read_relations(doc: Doc) -> Doc:
    """Keep the relations between the settled candidates."""
    doc._.kg_relations = find_relations(
        text_of(doc),
        candidates(doc),
        sentence_spans(doc),
        doc._.kg_roles or [],
        abbreviations(doc),
    )
    return doc


prepare_doc()
