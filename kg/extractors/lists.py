"""Names told by their neighbours: ``NAME dataset``, ``benchmarks such as A, B and C``, the rest."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from kg.extractors.candidates import Candidate
from kg.extractors.kinds import is_name_word, kind_by_head, kind_by_words
from kg.extractors.words import Sentence
from kg.model import EntityKind

__all__ = ["find_coined", "find_listed", "find_with_head"]

_HEAD_AFTER = re.compile(
    r"\s+(dataset|corpus|corpora|benchmark|leaderboard|challenge|suite|testbed|test set|"
    r"framework|algorithm|model|architecture|optimizer|network|toolkit|library|metric|score)"
    r"s?\b",
    re.IGNORECASE,
)
_HEAD_BEFORE = re.compile(
    r"\b(dataset|corpus|corpora|benchmark|suite|baseline|model|method|algorithm|approache|"
    r"framework|system|LLM|MLLM|VLM|LVLM|metric|optimizer|architecture|encoder|environment)"
    r"e?s?\s*+(?:,?\s*+(?:such as|including|like|e\.g\.,?|namely)|:|\()\s*+(?:the\s++)?",
)
_COMPARED = re.compile(
    r"\b(?:outperform\w*|surpass\w*|exceed\w*|beat\w*|compared (?:to|with|against)|"
    r"comparable (?:to|with)|competitive with|better than|superior to|on par with|"
    r"improv\w+ (?:over|upon)|relative to|baselines?)\s+(?:(?:the|state-of-the-art|strong|"
    r"existing|previous|prior|recent|both|even|all|models?|baselines?|methods?|like|such as)\s+)*"
)
_MEASURED = re.compile(
    r"\b(?:on|across|over)\s+(?:(?:the|both|all|two|three|four|five|six|several|"
    r"standard|popular|widely-used|challenging|public)\s+)*"
)
_EVALUATES = re.compile(
    r"\b(?:evaluat|experiment|result|achiev|perform|benchmark|test|outperform|accura|improv|"
    r"state-of-the-art|SOTA|surpass|validat|demonstrat|gain|score|scor|reach|obtain)\w*",
)
_SEPARATOR = re.compile(
    r"(?:\s?\([^()]{1,25}\))?"
    r"(?:\s*,\s*(?:and\s|or\s|as well as\s)?|\s+(?:and|or|&)\s|\s*/\s*)\s*(?:the\s)?"
)
_LISTED = 12
"""Names that one list has at most."""


def find_with_head(text: str, sentence: Sentence) -> Iterator[Candidate]:
    """``NAME dataset``, ``the NAME benchmark``, ``NAME algorithm``."""
    for run_start, run_end in sentence.runs:
        head = _HEAD_AFTER.match(text, run_end, sentence.end)
        if head is None:
            continue
        parts = text[run_start:run_end].split()
        coined = any(is_name_word(w) for w in parts)
        if not coined and (len(parts) == 1 or run_start == sentence.start):
            continue  # a sentence starts with a capital anyway
        kind = kind_by_head(head[1])
        if kind is not None and (kind != "Method" or coined):
            yield _candidate(run_start, run_end, kind, 0.75)


def find_listed(text: str, sentence: Sentence) -> Iterator[Candidate]:
    """Lists after ``benchmarks such as``, ``outperforms`` and ``evaluated on``."""
    start, end, _, spans = sentence
    runs = dict(spans)
    for cue in _HEAD_BEFORE.finditer(text, start, end):
        kind = kind_by_head(cue[1].removesuffix("e")) or "Method"
        kind = "Benchmark" if cue[1] == "environment" else kind
        yield from _items(text, cue.end(), end, runs, kind, 0.7)
    for cue in _COMPARED.finditer(text, start, end):
        yield from _items(text, cue.end(), end, runs, "Method", 0.65)
    if _EVALUATES.search(text, start, end):
        for cue in _MEASURED.finditer(text, start, end):
            yield from _items(text, cue.end(), end, runs, "Benchmark", 0.6)


def find_coined(text: str, sentence: Sentence, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """Coined words that nothing else has found: of the kind of their neighbours in a list.

    Args:
        text: The text.
        sentence: One of its sentences.
        found: What has been found so far, sorted by place.
    """
    for run_start, run_end in sentence.runs:
        name = text[run_start:run_end]
        coined = any(is_name_word(w) for w in name.split())
        if not coined or _covered(run_start, run_end, found):
            continue
        kind = _neighbour_kind(text, run_start, run_end, found)
        shape = kind_by_words(name, before=text[max(sentence.start, run_start - 30) : run_start])
        yield _candidate(run_start, run_end, kind or shape or "Method", 0.5 if kind else 0.45)


def _items(
    text: str, start: int, end: int, runs: dict[int, int], kind: EntityKind, score: float
) -> Iterator[Candidate]:
    position = start
    for _ in range(_LISTED):
        stop = runs.get(position)
        if stop is None or not any(is_name_word(w) for w in text[position:stop].split()):
            return
        yield _candidate(position, stop, kind, score)
        separator = _SEPARATOR.match(text, stop, end)
        if separator is None:
            return
        position = separator.end()


def _start(candidate: Candidate) -> int:
    return candidate.start


def _covered(start: int, end: int, found: Sequence[Candidate]) -> bool:
    place = bisect_right(found, end - 1, key=_start)
    return any(found[i].end > start for i in range(max(0, place - 8), place))


def _neighbour_kind(
    text: str, start: int, end: int, found: Sequence[Candidate]
) -> EntityKind | None:
    """Kind of the name before or after in a list that this name is part of."""
    place = bisect_right(found, start, key=_start)
    for other in reversed(found[max(0, place - 3) : place]):
        if other.end <= start and _SEPARATOR.fullmatch(text, other.end, start):
            return (
                other.kind if other.kind in ("Dataset", "Benchmark", "Method", "Metric") else None
            )
    for other in found[place : place + 3]:
        if other.start >= end and _SEPARATOR.fullmatch(text, end, other.start):
            return (
                other.kind if other.kind in ("Dataset", "Benchmark", "Method", "Metric") else None
            )
    return None


def _candidate(start: int, end: int, kind: EntityKind, score: float) -> Candidate:
    return Candidate(start, end, kind, "kg_patterns", score)
