"""What in a sentence tells the role of a thing it names: signs, with the words that show them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache

from kg.extractors.candidates import Candidate
from kg.extractors.introductions import APPOSITION, INTRODUCES
from kg.extractors.kinds import is_name_word
from kg.text import lower_case

__all__ = ["FUTURE", "SentenceCues", "signs_in", "speaks_of_own_work"]

_COMPARES = re.compile(
    r"\b(?:outperform\w*|surpass\w*|exceed\w*|beat(?:s|ing)?|compar(?:ed|ing|es?) (?:to|with|"
    r"against|favorably (?:to|with))|comparable (?:to|with)|competitive with|better than|"
    r"faster than|superior to|on par with|match(?:es|ing)?|rival(?:s|ing)?|baselines?|"
    r"relative to|versus|vs\.|improv\w+ (?:up)?on|improv\w+ over|advantages? over|gains? over|"
    r"against|in contrast to|counterparts?)(?=\W)",
    re.IGNORECASE,
)
_TESTS = re.compile(
    r"\b(?:evaluat\w+|test(?:s|ed|ing)?|benchmark(?:ed|ing)?|assess\w*|analy[sz]\w+|compar(?:e|ing)|"
    r"experiments? (?:on|with)|investigat\w+|examin\w+|stud(?:y|ied|ies))\b",
    re.IGNORECASE,
)
_USES = re.compile(
    r"\b(?:us(?:e|es|ing)|based on|built (?:on|upon)|build(?:s|ing)? (?:on|upon)|leverag\w+|"
    r"employ\w*|adopt\w*|utiliz\w+|via|through|with|by|combin\w+|integrat\w+|incorporat\w+|"
    r"initiali[sz]ed (?:from|with)|appl(?:y|ies|ied|ying)|extend\w*|inspired by|powered by|"
    r"on top of|harness\w*|adapt\w*|fine-?tun\w+)\s",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"\b(?:unlike|in contrast to|existing|previous(?:ly)?|prior|recent(?:ly)?|traditional(?:ly)?|"
    r"conventional|while|although|though|despite|however|future|have (?:been|shown|become|"
    r"demonstrated|achieved|emerged|made|enabled)|has (?:been|shown|become|emerged|made|"
    r"demonstrated|achieved|enabled)|are known|widely used|often|typically|current|many|most)\b",
    re.IGNORECASE,
)
FUTURE = re.compile(
    r"\b(?:future (?:work|research|directions?|stud(?:y|ies))|(?:we|is|are) (?:leave|left) |"
    r"(?:we|and) plan to|we hope to|remains? (?:for|to be))\b",
    re.IGNORECASE,
)
"""A sentence about what is yet to be done states nothing that was done."""
_UNLIKE = re.compile(r"\bunlike\s+(?:[\w-]+\s+){0,3}$", re.IGNORECASE)
_EXAMPLE = re.compile(r"\b(?:such as|like|including|e\.g\.|namely|for example)[,\s]", re.IGNORECASE)
_OURS = re.compile(
    r"\b(?:we|our|ours|us|this (?:paper|work|article|study|report|thesis|survey)|proposed)\b",
    re.IGNORECASE,
)
_OWN_NAME = re.compile(
    r"\b[Oo]ur\s+(?:[\w\-]+\s+){0,3}?(?:method|model|approach|framework|algorithm|system|dataset|"
    r"benchmark|corpus|agent|architecture),?\s+$|\b(?:called|named|dubbed|termed|coined|namely|"
    r"titled|we call(?: it)?|refer to as)\s+[\"'`\u201c]{0,2}$"
)
_GAP_STOP = re.compile(
    r"\b(?:based on|using|with|via|by|from|upon|for|to|on|that|which|of|in|where)\b"
)
_PREPOSITION = re.compile(
    r"\b(with|via|using|through|by|based on|from|for|in|of|on|to|towards?|against|beyond|under|"
    r"are|is|meets?|makes?|and)\s",
    re.IGNORECASE,
)
_BY_MEANS = frozenset("with via using through by from".split()) | {"based on"}
_SAYS = re.compile(
    r"(?:\s*+(?:\([^()]{1,40}\),?|,)\s++|\s++)(?:is|are|has|have|can|often|still|remain\w*|"
    r"struggl\w*|suffer\w*|fail\w*|rel(?:y|ies)|excel\w*|face\w*|lack\w*)\b"
)
_DEFINED = re.compile(
    r"\s*+(?:\([^()]{1,40}\))?,?\s*+(?:(?:is|are)\s+(?:an?|the)|short for)\b|"
    r"\s*+\([A-Z][\w+*-]{1,11}\)\s+[a-z]+s\b"
)
_LEADS = re.compile(r"\W*(?:the\s+|our\s+)?", re.IGNORECASE)
_TITLE_REST = re.compile(
    r"(?:: | \(|s?(?: (?:algorithm|network|model|transformer)s?)?$)", re.IGNORECASE
)
_BETTER = re.compile(
    r"[^,;.]{0,30}\b(?:outperform|surpass|achiev|improv|exceed|attain|beat|reach|obtain)\w*"
)
_DETERMINER = re.compile(
    r"\b(an?|the|our|novel|new|proposed|standard|existing|pre-?trained|recent|these|this|our own|"
    r"vanilla|original|base|underlying)\s(?:[\w\-]+\s)?$",
    re.IGNORECASE,
)
_MODIFIES = re.compile(r"(?:\s*\([^()]{1,20}\))?-(?:based|style|like|inspired|powered|driven)\b")
_SORT_OF = re.compile(r"[:\s]*(?:an?|new|novel|two|three)\s", re.IGNORECASE)
_HEAD = re.compile(
    r"(?:\s*+\([^()]{1,20}\))?[,\s]++(?:\w+[ -])?(?:frameworks?|pipelines?|models?|approach\w*|"
    r"systems?|"
    r"strateg\w+|methods?|algorithms?|paradigms?|techniques?|baselines?|module|agents?)\b"
)
_CUES = {
    "compared": _COMPARES,
    "used": _USES,
    "tested": _TESTS,
    "example": _EXAMPLE,
    "background": _BACKGROUND,
    "ours": _OURS,
    "future": FUTURE,
}
_CUE_SEARCHES = [(sign, re.compile(pattern.pattern).finditer) for sign, pattern in _CUES.items()]
"""The same for text in lower case."""
NEAR = 40
"""Characters before a name within which a cue is said to be near."""
REACH = 500
"""Characters before and after a name within which anything counts at all."""


@lru_cache(maxsize=64)
def speaks_of_own_work(text: str, start: int, end: int) -> bool:
    """Tell whether a sentence says "we", "our" or "this paper"."""
    return _OURS.search(text, start, end) is not None


class SentenceCues:
    """The cues of one sentence, found once for all names in it.

    Args:
        text: Title, blank line, abstract.
        start: First character of the sentence.
        end: One past its last character.
    """

    def __init__(self, text: str, start: int, end: int) -> None:
        lower = lower_case(text)
        self._found = {
            sign: [(m.end(), m.start(), text[slice(*m.span())]) for m in search(lower, start, end)]
            for sign, search in _CUE_SEARCHES
        }

    def last_before(self, sign: str, place: int, low: int) -> tuple[int, int, str] | None:
        """(start, end, words) of the last cue of a sort that stands between two places."""
        found = self._found[sign]
        at = bisect_right(found, place, key=lambda cue: cue[0]) - 1
        if at < 0 or found[at][1] < low:
            return None
        end, start, words = found[at]
        return start, end, words

    def first_between(self, sign: str, start: int, end: int) -> str | None:
        """The words of the first cue of a sort between two places."""
        return next((w for e, s, w in self._found[sign] if start <= s and e <= end), None)


def signs_in(
    text: str,
    candidate: Candidate,
    start: int,
    end: int,
    found: Sequence[Candidate],
    cues: SentenceCues | None = None,
) -> dict[str, str]:
    """The signs of one mention in its sentence.

    Args:
        text: Title, blank line, abstract.
        candidate: The mention.
        start: First character of the sentence.
        end: One past its last character.
        found: The mentions of the sentence, by place.
        cues: The cues of the sentence; found here if None.

    Returns:
        Sign -> the words that show it, which may be empty.
    """
    cues = cues or SentenceCues(text, start, end)
    start, end = max(start, candidate.start - REACH), min(end, candidate.end + REACH)
    before = text[start : candidate.start]
    after = text[candidate.end : end]
    if start == 0:
        return _title_signs(before, after)
    signs: dict[str, str] = {}
    if later := cues.first_between("future", start, end):
        signs["future"] = later
    if apart := _UNLIKE.search(before):
        signs["unlike"] = apart[0].split()[0]
    introduced = _introduction(text, candidate, start, end, found)
    if introduced is not None:
        signs["introduced"] = introduced
    elif cue := next(INTRODUCES.finditer(before), None):
        signs["introduced far"] = cue[0]
    compared = -1  # the end of "compared with", whose "with" is no use
    for sign in ("compared", "used", "tested", "example", "background"):
        last = cues.last_before(sign, candidate.start, start)
        if sign == "compared":
            compared = last[1] if last is not None else -1
        if last is not None and not (sign == "used" and last[0] < compared):
            near = candidate.start - last[1] <= NEAR
            signs[f"{sign} near" if near else f"{sign} far"] = last[2].strip()
    if ours := cues.first_between("ours", start, end):
        signs["ours"] = ours
    if better := _BETTER.match(after):
        signs["does better"] = better[0].split()[-1]
    if says := _SAYS.match(after):
        signs["said of"] = says[0].strip()
    if _LEADS.fullmatch(before) and (defined := _DEFINED.match(after)):
        signs["defined"] = defined[0].split()[-1]
    if after_it := cues.first_between("compared", candidate.end, end):
        signs["compared after"] = after_it
    if determiner := _DETERMINER.search(before[-30:]):
        signs[f"determiner {determiner[1].lower()}"] = ""
    last_word = _last(_PREPOSITION, before[-25:])
    if last_word is not None and len(before[-25:]) - last_word.end() < 12:
        signs[f"after {last_word[1].lower()}"] = last_word[1]
    return signs


def _title_signs(before: str, after: str) -> dict[str, str]:
    if not before and _TITLE_REST.match(after):
        return {"title name": ""}
    last = _last(_PREPOSITION, before)
    if last is None:
        return {"title": ""} if ": " not in before else {"title after colon": ""}
    word = last[1].lower()
    if word in _BY_MEANS:
        return {"title by means": word}
    return {"title for": word} if word == "for" else {"title prepositional": word}


def _introduction(
    text: str, candidate: Candidate, start: int, end: int, found: Sequence[Candidate]
) -> str | None:
    """The words that introduce a name, if the nearest name after them is this one."""
    own = _OWN_NAME.search(text, start, candidate.start)
    if own:
        return own[0].strip()
    if _MODIFIES.match(text, candidate.end, end):
        return None
    coined = any(is_name_word(w) for w in text[candidate.start : candidate.end].split())
    for cue in INTRODUCES.finditer(text, start, end):
        first = cue[0].split()[0].lower()
        if first in ("is", "are", "was", "been"):
            if first != "been" and 0 <= cue.start() - candidate.end < 12:
                return cue[0]
            continue
        if cue.end() > candidate.start:
            continue
        gap = text[cue.end() : candidate.start]
        between = any(
            c.kind == candidate.kind and not _same_breath(text, c, candidate)
            for c in _between(found, cue.end(), candidate.start)
        )
        if between or _GAP_STOP.search(gap):
            continue
        if candidate.name is not None and _SORT_OF.match(gap) and _HEAD.match(text, candidate.end):
            continue  # "we propose a reinforcement learning framework" presents the framework
        if coined or len(gap) < 60:
            return cue[0]
    apposition = APPOSITION.match(text, candidate.end, end)
    if coined and candidate.name is None and apposition is not None:
        return apposition[0].strip(" ,:")
    return None


def _between(found: Sequence[Candidate], start: int, end: int) -> Sequence[Candidate]:
    first = bisect_left(found, start, key=lambda c: c.start)
    return found[first : bisect_left(found, end, key=lambda c: c.start)]


def _same_breath(text: str, one: Candidate, two: Candidate) -> bool:
    """``Long Form (LF)`` and ``A and B`` are introduced together."""
    gap = text[one.end : two.start]
    return len(gap) <= 6 and gap.strip(" \"'") in ("(", "and", ",", ", and", "&", "/")


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    last = None
    for last in pattern.finditer(text):  # noqa: B007 - the last one is wanted
        pass
    return last
