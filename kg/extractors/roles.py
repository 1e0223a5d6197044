"""What a thing is to the paper that names it: introduced, used, measured on, compared with."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from kg.extractors.candidates import Abbreviation, Candidate, abbreviations, candidates, prepare_doc
from kg.extractors.patterns import INTRODUCES
from kg.extractors.sentences import sentence_spans
from kg.model import ROLES, EntityKind, Role
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


_COMPARES = re.compile(
    r"\b(?:outperform\w*|surpass\w*|exceed\w*|beat(?:s|ing)?|compar(?:ed|ing) (?:to|with|against)|"
    r"comparable (?:to|with)|competitive with|better than|faster than|superior to|over|than|"
    r"on par with|match(?:es|ing)?|rival(?:s|ing)?|baselines?|relative to|versus|vs\.)\s",
    re.IGNORECASE,
)
_EVALUATES = re.compile(
    r"\b(?:evaluat\w*|experiment\w*|results?|achiev\w*|perform\w*|benchmark(?:s|ed|ing)?|"
    r"test(?:s|ed|ing)?|outperform\w*|improv\w*|validat\w*|demonstrat\w*|scor(?:es?|ing)|"
    r"reach\w*|obtain\w*|gains?|state-of-the-art|assess\w*|show\w*|attain\w*|yield\w*)\b",
    re.IGNORECASE,
)
_USES = re.compile(
    r"\b(?:us(?:e|es|ing)|based on|built (?:on|upon)|build(?:s|ing)? (?:on|upon)|leverag\w+|"
    r"employ\w*|adopt\w*|utiliz\w+|via|through|with|by|combin\w+|integrat\w+|incorporat\w+|"
    r"(?:pre-?)?train(?:ed|ing)? (?:on|with)|fine-?tun\w+|initiali[sz]ed (?:from|with)|"
    r"appl(?:y|ies|ied|ying)|extend\w*|inspired by|powered by|on top of)\b",
    re.IGNORECASE,
)
_TRAINS = re.compile(
    r"\b(?:train|pre-?train|fine-?tun|learn|instruction-tun|distil|initiali[sz])\w*\b",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"\b(?:unlike|in contrast to|existing|previous|prior|recent(?:ly)?|traditional|conventional|"
    r"while|although|despite|however|future work|have (?:been|shown|become|demonstrated|achieved)|"
    r"has (?:been|shown|become|emerged)|such as|are known|widely used)\b",
    re.IGNORECASE,
)
_OWN_NAME = re.compile(
    r"\b[Oo]ur\s+(?:\w+\s+){0,3}?(?:method|model|approach|framework|algorithm|system|dataset|"
    r"benchmark|corpus|agent|architecture),?\s+$|\b(?:called|named|dubbed|termed|coined|namely)\s+"
    r"[\"'`\u201c]?$"
)
_APPOSITION = re.compile(
    r"\s*(?:\([^()]{1,30}\))?[\"'\u201d]?,\s+(?:a|an|the first|our)\s+(?:\w+[\s-]){0,4}?"
    r"(?:novel|new|simple|first|framework|method|model|benchmark|dataset|algorithm|approach|"
    r"system|large-scale|lightweight|unified|general|efficient)\b"
)

_PRIOR: dict[EntityKind, tuple[Role, float]] = {
    "Method": ("uses", 0.5),
    "Dataset": ("uses", 0.4),
    "Benchmark": ("evaluates_on", 0.6),
    "Task": ("addresses", 0.6),
    "Metric": ("evaluates_on", 0.7),
}
"""Role of a thing whose sentences say nothing, by kind, from annotated papers."""


def assign_roles(
    text: str,
    found: list[Candidate],
    sentences: list[tuple[int, int]],
    shorts: list[Abbreviation],
) -> list[RoleStatement]:
    """Give every name of a paper its role, with the sentence that says so.

    A thing that the paper introduces is introduced wherever it is named again; otherwise each
    sentence speaks for itself, and a thing of which no sentence speaks gets the usual role of its
    kind, with a lower score, or ``mentions`` in a sentence about other people's work.

    Returns:
        One statement or more for each name, by place; none for addresses.
    """
    same = {
        normal_form(text[a.short_start : a.short_end]): normal_form(text[a.long_start : a.long_end])
        for a in shorts
    }
    by_thing: dict[str, list[RoleStatement]] = defaultdict(list)
    for candidate in found:
        if candidate.kind == "Url":
            continue
        form = normal_form(text[candidate.start : candidate.end])
        start, end = _sentence_of(candidate, sentences)
        by_thing[same.get(form, form)].append(_statement(text, candidate, start, end, found))
    statements: list[RoleStatement] = []
    for thing in by_thing.values():
        statements.extend(_agree(thing))
    return sorted(statements, key=lambda s: (s.candidate.start, ROLES.index(s.role), s.start))


def _sentence_of(candidate: Candidate, sentences: list[tuple[int, int]]) -> tuple[int, int]:
    inside = [(s, e) for s, e in sentences if s < candidate.end and candidate.start < e]
    return (inside[0][0], inside[-1][1]) if inside else (candidate.start, candidate.end)


def _statement(
    text: str, candidate: Candidate, start: int, end: int, found: list[Candidate]
) -> RoleStatement:
    role, cue, score = _read(text, candidate, start, end, found)
    return RoleStatement(candidate, role, start, end, cue, score)


def _read(
    text: str, candidate: Candidate, start: int, end: int, found: list[Candidate]
) -> tuple[Role, str, float]:
    before = text[start : candidate.start]
    kind = candidate.kind
    if start == 0:
        return _read_title(text, candidate, end)
    if kind != "Metric":
        cue = _introduction(text, candidate, start, end, found)
        if cue is not None:
            return "introduces", cue, 0.9
    if kind == "Metric":
        return "evaluates_on", "", 0.7
    if kind == "Task":
        match = _BACKGROUND.search(before)
        return ("mentions", match[0], 0.5) if match else ("addresses", "", 0.6)
    if kind in ("Dataset", "Benchmark"):
        trains = _last(_TRAINS, before)
        evaluates = _EVALUATES.search(text, start, end)
        if trains and len(before) - trains.end() < 60 and kind == "Dataset":
            return "uses", trains[0], 0.75
        if evaluates:
            return "evaluates_on", evaluates[0], 0.8
        match = _BACKGROUND.search(before)
        return ("mentions", match[0], 0.5) if match else ("mentions", "", 0.3)
    compares = _last(_COMPARES, before)
    if compares and (
        compares[0].lower().strip() not in ("over", "than", "match", "matches")
        or _EVALUATES.search(before)
    ):
        return "compares_with", compares[0].strip(), 0.75
    background = _BACKGROUND.search(before)
    uses = _last(_USES, before)
    if uses and not background:
        return "uses", uses[0], 0.7
    if background:
        return "mentions", background[0], 0.5
    return "mentions", "", 0.3


def _read_title(text: str, candidate: Candidate, end: int) -> tuple[Role, str, float]:
    if candidate.start == 0 and text[candidate.end : candidate.end + 2] in (": ", " ("):
        return "introduces", "", 0.85
    if candidate.kind == "Task":
        return "addresses", "", 0.75
    if candidate.kind == "Metric":
        return "evaluates_on", "", 0.5
    before = text[: candidate.start]
    uses = _last(re.compile(r"\b(?:with|via|using|through|by|based on|from)\b", re.I), before)
    if uses and candidate.kind == "Method":
        return "uses", uses[0], 0.7
    return "mentions", "", 0.35


def _introduction(
    text: str, candidate: Candidate, start: int, end: int, found: list[Candidate]
) -> str | None:
    """The words that introduce a name, if the nearest name after them is this one."""
    own = _OWN_NAME.search(text, start, candidate.start)
    if own and candidate.kind != "Task":
        return own[0].strip()
    coined = candidate.extractor in ("kg_patterns", "kg_document", "kg_ner")
    for cue in INTRODUCES.finditer(text, start, end):
        passive = cue[0].lower().startswith(("is", "are", "was", "been"))
        if passive and coined and cue.start() - candidate.end < 4 and cue.start() >= candidate.end:
            return cue[0]
        if passive or cue.end() > candidate.start:
            continue
        between = [
            c
            for c in found
            if cue.end() <= c.start < candidate.start
            and c.kind == candidate.kind
            and not _same_breath(text, c, candidate)
        ]
        gap = text[cue.end() : candidate.start]
        if between or re.search(
            r"\b(?:based on|using|with|via|by|from|upon|for|to|on|that)\b", gap
        ):
            continue
        if coined or len(gap) < 40:
            return cue[0]
    if coined and _APPOSITION.match(text, candidate.end, end):
        return text[candidate.end : end][:40].split(",")[-1].strip().partition(".")[0]
    return None


def _same_breath(text: str, one: Candidate, two: Candidate) -> bool:
    """``Long Form (LF)`` and ``A and B`` are introduced together."""
    gap = text[one.end : two.start]
    return len(gap) <= 6 and gap.strip(" \"'") in ("(", "and", ",", ", and", "&", "/")


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return max(pattern.finditer(text), key=lambda m: m.start(), default=None)


def _agree(thing: list[RoleStatement]) -> list[RoleStatement]:
    """One thing, all its sentences: weak readings give way to strong ones."""
    introduced = [s for s in thing if s.role == "introduces"]
    if introduced:
        return introduced
    strong = [s for s in thing if s.role != "mentions"]
    if strong:
        return strong
    if any(s.cue for s in thing):
        return thing
    role, score = _PRIOR[thing[0].candidate.kind]
    return [RoleStatement(s.candidate, role, s.start, s.end, "", score) for s in thing]


@Language.component("kg_roles")
def read_roles(doc: Doc) -> Doc:
    """Keep the role statements of the settled candidates."""
    doc._.kg_roles = assign_roles(
        doc.text, candidates(doc), sentence_spans(doc), abbreviations(doc)
    )
    return doc


prepare_doc()
