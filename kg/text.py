r"""One cleaning step for titles and abstracts, applied once, when they are read.

A pass of small steps, each linear in the length, is repeated until nothing changes; so cleaning is
idempotent. Markup nested deeper than people write it loses its special characters instead.

Decisions: only well-known HTML tags go, so ``<think>`` and ``a < b`` stay. Superscripts keep ``^``
and math subscripts ``_`` (``MedS^3``, ``O(n^2)``), for the words would differ without them. A ``$``
pair that holds anything unknown stays as it is, as does an unknown macro.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

from kg.tex import tex_to_text

__all__ = ["clean_text", "lower_case"]

_PASSES = 8
_ENTITY = re.compile(r"&(?:amp;)*(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_HEADING = re.compile(
    r"<(?:jats:)?title>\s{0,9}(?:abstract|summary)\s{0,9}</(?:jats:)?title>", re.IGNORECASE
)
_TAG = re.compile(
    r"<!--[^<>]*-->|<!\[CDATA\[|</?((?:jats|mml|xhtml):[A-Za-z][\w.-]*|a|abbr|alternatives"
    r"|annotation|b|big|bold|br|BR|div|em|EM|font|h[1-6]|i|inline-formula|ins|italic|li|m(?:ath|frac"
    r"|i|n|o|over|row|style|sub|subsup|sup|text|under)|monospace|ol|p|sc|sec|semantics|small|span"
    r"|strong|STRONG|sub|SUB|sup|SUP|tex-math|tt|u|ul|underline)(?:\s+[\w:.-]+\s*=[^<>]*|\s*/?)>"
)
_BLOCKS = frozenset("br div h1 h2 h3 h4 h5 h6 li list-item ol p sec title ul".split())
_SOFT_WRAP = re.compile("\u00ad[ \\t]*\n[ \\t]*")
_CHARACTERS: dict[int, str | None] = {
    **dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)], " "),
    **dict.fromkeys([0x0D, 0x85, 0x2028, 0x2029], "\n"),
    **dict.fromkeys([0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F)], None),
    **dict.fromkeys([*range(0x2060, 0x2070), 0xFEFF], None),
    **dict(zip(range(0xFB00, 0xFB07), "ff fi fl ffi ffl st st".split(), strict=True)),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
_NO_MARKUP = str.maketrans(dict.fromkeys("\\&$<>{}~", " "))

_FIRST_PARTS = frozenset(
    "all auto co cross data deep domain end few fine high human in inter large long low meta mid "
    "model multi near non off on one open out over post pre real self semi short single small so "
    "state sub super task three time top two user well wide word zero".split()
)
_LAST_PARTS = frozenset(
    "agnostic and art as augmented aware based by centric dependent driven efficient fold free "
    "friendly grained guided in level like of off oriented or out quality rate related rich scale "
    "search shot source specific step supervised the time to trained training tuned tuning up "
    "wise world".split()
)
_NOT_IN_URL = frozenset(
    "a along also an and are as at based both by can for from has have here in including is it of "
    "on or our so that the their these this to under upon was we were where which while "
    "with".split()
)
_URL_TAIL = re.compile(r"https?:/\S*[-/_=?&%#+.]$")
_DOMAIN = re.compile(r"(?:com|org|io|net|edu|gov|ai|co|dev)(?:/|\W*$)")
_CODE_HOST = re.compile(r"(?:github|gitlab|bitbucket|huggingface)\.(?:com|org|co)/")


def clean_text(text: str) -> str:
    r"""Turn markup into plain Unicode text on one line; never fails, changes nothing twice.

    Entities (also escaped twice), HTML and JATS tags, TeX accents, wrappers, links and simple math
    become text; words and addresses broken over lines are joined; invisible and control characters
    and ligatures go; the result is NFC with single blanks.

    >>> clean_text(r"K\"uhn's {\em fast} $\pi_0$ &amp;lt; 5\% of  H<sub>2</sub>O")
    "Kühn's fast π_0 < 5% of H2O"
    """
    for _ in range(_PASSES):
        if _is_plain(text):
            return text
        cleaned = _clean_once(text)
        if cleaned == text:
            return cleaned
        text = cleaned
    return _clean_once(text.translate(_NO_MARKUP))


@lru_cache(maxsize=4)
def lower_case(text: str) -> str:
    """Lower case without a change of length, so that places in the text stay what they are.

    A pattern that has not to look for both cases is searched for twice as fast.
    """
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _is_plain(text: str) -> bool:
    """Whether no step can change the text; most abstracts are so."""
    ascii_line = text.isascii() and text.isprintable() and "  " not in text
    return ascii_line and text == text.strip() and not any(sign in text for sign in "\\&$<{~")


def _clean_once(text: str) -> str:
    if "&" in text:
        text = _ENTITY.sub(_unescape, text)
    if "<" in text:
        if "<![CDATA[" in text:
            text = text.replace("]]>", "")
        text = _TAG.sub(_replace_tag, _HEADING.sub(" ", text))
    if not text.isascii() or not text.isprintable():
        text = _SOFT_WRAP.sub("", text.replace("\r\n", "\n")).translate(_CHARACTERS)
    if "\\" in text or "$" in text or "{" in text or "~" in text:
        text = tex_to_text(text)
    if "\n" in text:
        text = _join_lines(text)
    return " ".join(unicodedata.normalize("NFC", text).split())


def _unescape(match: re.Match[str]) -> str:
    entity = f"&{match[1]};"
    plain = html.unescape(entity)
    return entity if plain.endswith(";") and len(plain) > 1 else plain


def _replace_tag(match: re.Match[str]) -> str:
    name = (match[1] or "").rpartition(":")[2].lower()
    if name in _BLOCKS:
        return " "
    before = match.string[max(0, match.start() - 1) : match.start()]
    after = match.string[match.end() : match.end() + 1]
    power = name == "sup" and match[0][1] != "/" and before.isalnum()
    return "^" if power and (after.isdigit() or after in "+-\u2212") and after else ""


def _join_lines(text: str) -> str:
    """Join lines: broken words and addresses without, everything else with a blank."""
    words: frozenset[str] | None = None
    pieces: list[str] = []
    tail = ""
    for line in (raw.strip() for raw in text.split("\n")):
        last = tail[tail.rfind(" ") + 1 :]
        if "://" in last:
            joined = _continues_url(last, line)
        elif last.endswith("-") and last[-2:-1].isalnum() and line[:1].isalnum():
            joined = line.split(maxsplit=1)[0] not in {"and", "or"}
            words = words or frozenset(re.findall(r"[\w-]+", text.lower()))
            if joined and not _keeps_hyphen(last, line, words):
                pieces[-1] = pieces[-1][:-1]
        else:
            joined = False
        if not joined:
            pieces.append(" ")
        pieces.append(line)
        tail = (tail + line if joined else line)[-300:]
    return "".join(pieces)


def _keeps_hyphen(tail: str, line: str, words: frozenset[str]) -> bool:
    """Whether the hyphen at a line's end belongs to the word (``state-of-the-`` + ``art``).

    It goes only between two lower-case word halves that are not known as parts of compounds; a
    spelling found elsewhere in the text settles it.
    """
    before = re.search(r"[\w-]*$", tail[-60:-1])
    after = re.match(r"[^\W\d_]+", line[:60])
    first = before[0] if before else ""
    second = after[0] if after else ""
    if len(first) < 2 or "-" in first or not (first[1:] + second).islower():
        return True
    if line[len(second) : len(second) + 1] in {"-", "_"} or not first.isalpha():
        return True
    if f"{first}-{second}".lower() in words or (first + second).lower() in words:
        return (first + second).lower() not in words
    return first.lower() in _FIRST_PARTS or second in _LAST_PARTS


def _continues_url(tail: str, line: str) -> bool:
    """Whether a line goes on with the address that the line before it ends in."""
    url = _URL_TAIL.search(tail)
    token = line.split(maxsplit=1)[0] if line else ""
    core = token.rstrip(".,;:!?)]}\"'")
    if url is None or not core or not core.isascii() or core.lower() in _NOT_IN_URL:
        return False
    if url[0].endswith("."):
        return bool(_DOMAIN.match(token))
    if url[0][-1] in "_=?&%#+" or token == line or core != token:
        return True
    return bool(_CODE_HOST.search(url[0])) or not (core.isalpha() and core[1:].islower())
