"""Names that a paper gives to its own work: in the title, after "we propose", after "called"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extractors.candidates import Candidate
from kg.extractors.kinds import is_name_word, kind_by_words
from kg.extractors.words import Sentence
from kg.model import EntityKind

__all__ = ["APPOSITION", "INTRODUCES", "find_introduced", "title_name"]

_VERBS = (
    r"(?:propos|introduc|present|develop|describ|design|releas|creat|build|built|construct|"
    r"contribut|curat|collect|establish|unveil|devis|offer|provid|launch|formulat)"
)
INTRODUCES = re.compile(
    rf"\b(?:[Ww]e|I|(?:[Tt]his|[Oo]ur) (?:paper|work|article|study|report|thesis|survey))\s+"
    rf"(?:\w+\s+){{0,3}}?{_VERBS}\w*\b|\b(?:is|are|was|been)\s+{_VERBS}ed\b",
)
"""Words with which a paper presents something."""
NAMING = re.compile(
    r"\b(?:called|named|dubbed|termed|coined|namely|denoted(?: as| by)?|titled|abbreviated as|"
    r"referred to as|(?:which|that) we (?:call|name|term|refer to as)|"
    r"we (?:call|name|term|dub)(?: it)?)(?: as)?\s*:?\s+[\"'`\u201c\u2018(]{0,2}"
)
"""Words after which a name is given."""
APPOSITION = re.compile(
    r"(?:\s*\([^()]{1,40}\))?[\"'\u201d]?(?:,|:|\s--|\s\u2014|\u2014|\sis)\s*"
    r"(?:an?|the first|the largest|our)\s"
)
"""Words after a name that go on to say what it is."""
_CLAUSE_END = re.compile(
    r"[;:]\s|\b(?:that|which|to|for|by|using|with|where|whose|based on|built)\s"
)
_TITLE_END = re.compile(r":\s|\s[-\u2013\u2014]{1,2}\s")


def title_name(text: str, end: int) -> Iterator[Candidate]:
    """``NAME: what it is``; what follows the colon tells the kind."""
    colon = _TITLE_END.search(text, 0, end)
    if colon is None:
        return
    name = text[: colon.start()].strip(" \"'`\u201c\u201d")
    words = name.split()
    if not 2 <= len(name) <= 40 or len(words) > 4:
        return
    single = len(words) == 1 and (name[:1].isupper() or is_name_word(name))
    if single or (any(is_name_word(w) for w in words) and all(w[:1].isupper() for w in words)):
        start = text.index(name)
        kind = kind_by_words(name, after=text[colon.end() : end])
        yield _candidate(start, start + len(name), kind, 0.9)


def find_introduced(text: str, sentence: Sentence) -> Iterator[Candidate]:
    """Names after ``we propose ...``, after ``... called``, and before ``, a new method ...``."""
    start, end, _, runs = sentence
    for cue in INTRODUCES.finditer(text, start, end):
        clause = _CLAUSE_END.search(text, cue.end(), end)
        stop = clause.start() if clause else end
        first = next((r for r in runs if cue.end() <= r[0] < stop), None)
        if first is not None:
            name = text[first[0] : first[1]]
            kind = kind_by_words(
                name, after=text[first[1] : end][:120], before=text[cue.end() : first[0]]
            )
            coined = any(is_name_word(w) for w in name.split())
            if coined or " " in name:
                yield _candidate(*first, kind, 0.85 if coined else 0.55)
    for cue in NAMING.finditer(text, start, end):
        named = next((r for r in runs if r[0] == cue.end()), None)
        if named is not None:
            kind = kind_by_words(text[slice(*named)], before=text[start : cue.start()][-80:])
            yield _candidate(*named, kind, 0.85)
    for run in runs:
        after = APPOSITION.match(text, run[1], end)
        name = text[slice(*run)]
        if after is not None and any(is_name_word(w) for w in name.split()):
            kind = kind_by_words(name, after=text[after.end() : end][:80])
            yield _candidate(*run, kind, 0.75)


def _candidate(start: int, end: int, kind: EntityKind | None, score: float) -> Candidate:
    """A name of this kind; where nothing tells the kind, a method, with less confidence."""
    if kind is None:
        return Candidate(start, end, "Method", "kg_patterns", round(score - 0.15, 4))
    return Candidate(start, end, kind, "kg_patterns", score)
