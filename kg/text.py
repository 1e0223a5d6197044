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
from collections.abc import Callable
from functools import cache

__all__ = ["clean_text"]

_PASSES = 8
_DEPTH = 30
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

_TEX = re.compile(
    r"(?P<url>https?://[^\s{}\\$<>]+)|\\(?P<word>[A-Za-z]+)(?:\*(?=\{))?|\\(?P<sign>[^A-Za-z])"
    r"|(?P<dollar>\$)|(?P<tie>~)|(?P<group>\{)|(?P<script>[\^_])",
    re.DOTALL,
)
_MATH = re.compile(r"(\$\$?)((?:[^$\\]|\\.){1,400}?)\1", re.DOTALL)
_OPTIONAL = re.compile(r"(?:\[[^\[\]]{0,99}\]){0,2}")
_APOSTROPHE = re.compile(r"(?:s|t|d|m|re|ve|ll)\b")
_ARGUMENT = re.compile(r"\\[A-Za-z]+|\\.|[^\s{}\\$]", re.DOTALL)
_ACCENTS = dict(
    zip(
        "\" ' ` ^ ~ = . c v H u k r d b hat tilde bar dot ddot vec check overline".split(),
        "\u0308\u0301\u0300\u0302\u0303\u0304\u0307\u0327\u030c\u030b\u0306\u0328\u030a\u0323\u0331"
        "\u0302\u0303\u0304\u0307\u0308\u20d7\u030c\u0304",
        strict=True,
    )
)
_LETTERS = frozenset("AA AE DH DJ L NG O OE SS TH aa ae dh dj i j l ng o oe ss th".split())
_WRAPPERS = (
    "bm boldsymbol emph enquote ensuremath hbox mathbb mathbf mathcal mathfrak mathit mathrm "
    "mathscr mathsf mathtt mbox num operatorname pmb text textbf textit textmd textnormal textrm "
    "textsc textsf textsl textsubscript texttt textup uline underline"
).split()
_SWITCHES = frozenset(
    "Big Bigl Bigr bf bfseries big bigg bigl bigr centering displaystyle em footnotesize it large "
    "itshape left noindent normalfont normalsize right rm rmfamily sc scshape sf small tt ttfamily "
    "xspace".split()
)
_SYMBOLS = {
    **dict.fromkeys("newline newpage par quad qquad space".split(), " "),
    **{name: name for name in "LaTeX SS TeX".split()},
    "ast": "*",
    "deg": "\u00b0",
    "dots": "...",
    "eg": "e.g.",
    "etal": "et al.",
    "ie": "i.e.",
    "ldots": "...",
    "mid": "|",
    "ne": "\u2260",
    "prime": "\u2032",
    "sim": "~",
    "textasciitilde": "~",
    "textgreater": ">",
    "textless": "<",
}
_SIGNS = {
    **dict.fromkeys(" ,;:\\\n\t", " "),
    **dict.fromkeys("!-/@", ""),
    **{sign: sign for sign in "%&#_${}"},
    "|": "\u2016",
}
_POWERS = {
    **{plain: plain for plain in "* ' \u2032 \u2020 \u00b0 th st nd rd".split()},
    **dict(zip("\u2218 \u22c6 \u2217 TM".split(), "\u00b0**\u2122", strict=True)),
}


class _UnknownMathError(Exception):
    """The math holds something that has no plain spelling."""


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
        text = _Converter(text).convert(0, len(text), False, 0)
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


class _Converter:
    """Reads TeX in one go over the text; the braces are matched once, beforehand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.close: dict[int, int] = {}
        opened: list[int] = []
        for match in re.finditer(r"\\.|[{}]", text, re.DOTALL):
            if match[0] == "{":
                opened.append(match.start())
            elif match[0] == "}" and opened:
                self.close[opened.pop()] = match.start()

    def convert(self, start: int, end: int, math: bool, depth: int) -> str:
        """Plain text of ``text[start:end]``.

        Raises:
            _UnknownMathError: In math only: something has no plain spelling.
        """
        if depth > _DEPTH:
            return self.text[start:end]
        out: list[str] = []
        before = ""
        while match := _TEX.search(self.text, start, end):
            out.append(self.text[start : match.start()])
            before = (out[-1] or before)[-1:]
            kind = match.lastgroup
            plain, start = match[0], match.end()
            if kind == "word":
                plain, start = self._word(match, end, before, math, depth)
                if not plain and match["word"].startswith("cite"):
                    while out and not out[-1].strip():
                        out.pop()
                    out[-1:] = [piece.rstrip() for piece in out[-1:]]
            elif kind == "sign":
                plain, start = self._sign(match, end, before, math, depth)
            elif kind == "group":
                plain, start = self._group(match.start(), end, math, depth)
            elif kind == "dollar" and not math:
                plain, start = self._dollar(match.start(), end, before, depth)
            elif kind == "script" and math:
                found_one, start = self._arguments(start, end, 1, True, depth)
                plain = _power(found_one[0], match[0]) if found_one else _unknown()
            elif kind == "tie":
                plain = " " if math else self._tie(match.start())
            out.append(plain)
            before = (plain or before)[-1:]
        out.append(self.text[start:end])
        return "".join(out)

    def _dollar(self, at: int, end: int, before: str, depth: int) -> tuple[str, int]:
        """Math between dollar signs; two prices (``$5-$10``) are none."""
        found = _MATH.match(self.text, at, end)
        if found is None:
            return "$", at + 1
        after = self.text[found.end() : found.end() + 1]
        spaced = found[2] != found[2].strip() and not any(sign in found[2] for sign in "\\^_")
        if spaced or (found[2][0].isdigit() and after.isdigit()):
            return "$", at + 1
        return self._math(*found.span(2), found[0], before, depth), found.end()

    def _math(self, start: int, end: int, raw: str, before: str, depth: int) -> str:
        try:
            plain = self.convert(start, end, True, depth + 1).strip()
        except _UnknownMathError:
            return raw
        return " " + plain if plain.startswith("~") and before.isalnum() else plain

    def _tie(self, at: int) -> str:
        """A blank for a tie (``Fig.~3``); ``~`` where it means about (``~9``), until (``5~9``)."""
        before, after = self.text[max(0, at - 1) : at], self.text[at + 1 : at + 2]
        free = not before or not after or before.isspace()
        number = before.isdigit() and (after.isdigit() or after.isspace())
        return "~" if free or number or before in "/<>=([~" or after == "~" else " "

    def _group(self, at: int, end: int, math: bool, depth: int) -> tuple[str, int]:
        close = self.close.get(at, end)
        kept = not math and self.text[at + 1 : at + 2] not in "}\\"
        if close >= end or kept:
            return _unknown() if math else "{", at + 1
        plain = self.convert(at + 1, close, math, depth + 1)
        kept = not math and plain == self.text[at + 1 : close] != ""
        return (f"{{{plain}}}" if kept else plain), close + 1

    def _argument(self, at: int, end: int, single: bool) -> tuple[int, int, int] | None:
        """Start and stop of the next argument, and where to go on; None where there is none."""
        while at < end and self.text[at].isspace():
            at += 1
        if self.close.get(at, end) < end:
            return at + 1, self.close[at], self.close[at] + 1
        match = _ARGUMENT.match(self.text, at, end) if single else None
        if match is None:
            return None
        if match[0][1:] in _SWITCHES:
            return self._argument(match.end(), end, single)
        stop = match.end()
        while match[0][0] == "\\" and self.close.get(stop, end) < end:
            stop = self.close[stop] + 1
        return at, stop, stop

    def _arguments(
        self, at: int, end: int, count: int, math: bool, depth: int
    ) -> tuple[list[str], int]:
        """The next arguments as plain text, and where to go on; fewer where some are missing."""
        found: list[str] = []
        while len(found) < count and (span := self._argument(at, end, single=math)):
            found.append(self.convert(span[0], span[1], math, depth + 1).strip())
            at = span[2]
        return found, at

    def _word(
        self, match: re.Match[str], end: int, before: str, math: bool, depth: int
    ) -> tuple[str, int]:
        name, at = match["word"], match.end()
        braced = self.close.get(at, end) < end
        count, spell = _COMMANDS.get("cite" if name.startswith("cite") else name, (0, str))
        if name in _SWITCHES:
            count, spell = (1, str) if braced else (0, str)
        if count:
            optional = _OPTIONAL.match(self.text, at, end) if name.startswith("cite") else None
            found, after = self._arguments(
                optional.end() if optional else at, end, count, math, depth
            )
            if len(found) == count or (found and name == "href"):
                return spell(*found), after
        if name in _ACCENTS and (len(name) > 1) == math:
            accented = self._accent(_ACCENTS[name], at, end, math, depth)
            if accented:
                return accented
        plain = "" if name in _SWITCHES else _symbols().get(name)
        if plain is None:
            return self._unknown_word(match, end, math, depth)
        if name == "sim" and before:
            plain = " ~ " if math and not before.isdigit() else "~"
        named = math and len(plain) > 1 and plain.isalpha()
        if named and before.isalnum():
            plain = " " + plain
        swallows = not plain or name in _LETTERS or (math and not named and not before.isspace())
        if self.close.get(at) == at + 1:
            return plain, at + 2
        while swallows and at < end and self.text[at].isspace():
            at += 1
        return plain, at

    def _unknown_word(
        self, match: re.Match[str], end: int, math: bool, depth: int
    ) -> tuple[str, int]:
        """An unknown macro as it is, its arguments cleaned but still in their braces."""
        if math:
            _unknown()
        out, at = match[0], match.end()
        while self.close.get(at, end) < end:
            out += "{" + self.convert(at + 1, self.close[at], False, depth + 1) + "}"
            at = self.close[at] + 1
        return out, at

    def _sign(
        self, match: re.Match[str], end: int, before: str, math: bool, depth: int
    ) -> tuple[str, int]:
        sign, at = match["sign"], match.end()
        if sign in "([" and not math:
            close = self.text.find("\\)" if sign == "(" else "\\]", at, min(end, at + 400))
            if close > 0:
                raw = self.text[match.start() : close + 2]
                return self._math(at, close, raw, before, depth), close + 2
        if sign in _SIGNS:
            return _SIGNS[sign], at
        if sign in _ACCENTS and not math:
            quoted = sign == "'" and before.isalpha() and _APOSTROPHE.match(self.text, at, end)
            blank = at < end and self.text[at].isspace()
            accented = None
            if not quoted and not blank and before != "/":
                accented = self._accent(_ACCENTS[sign], at, end, math, depth)
            if accented:
                return accented
            if sign in "\"'`^~":
                return sign, at + 2 * (self.close.get(at) == at + 1)
        return _unknown() if math else match[0], at

    def _accent(
        self, mark: str, at: int, end: int, math: bool, depth: int
    ) -> tuple[str, int] | None:
        """The next argument with an accent; None where no letter carries it."""
        span = self._argument(at, end, single=True)
        if span is None:
            return None
        base = self.convert(span[0], span[1], math, depth + 1).strip()
        base = base.replace("\u0131", "i").replace("\u0237", "j")
        letter = unicodedata.normalize("NFC", base[:1] + mark)
        if mark == "\u0308" and base[:1].lower() not in "aeiouy":
            return None
        if not base[:1].isalpha() or (len(letter) > 1 and not (math and len(base) == 1)):
            return None
        return letter + base[1:], span[2]


def _unknown() -> str:
    raise _UnknownMathError


def _power(plain: str, sign: str = "^") -> str:
    if sign == "^" and plain in _POWERS:
        return _POWERS[plain]
    short = len(plain) < 2 or re.fullmatch(r"[-+]?[\w.]+", plain)
    return (sign + plain if short else f"{sign}{{{plain}}}") if plain else ""


def _fraction(above: str, below: str) -> str:
    return "/".join(part if part.isalnum() else f"({part})" for part in (above, below))


def _link(address: str, label: str = "") -> str:
    address = "".join(address.split())
    bare = re.compile(r"https?://(?:www\.)?|/$")
    if not label or bare.sub("", address) == bare.sub("", "".join(label.split())):
        return address
    return f"{label} ({address})" if "://" in address else label


def _code_point(value: str) -> str:
    number = int(value[1:], 16) if re.fullmatch(r"x[0-9A-Fa-f]{1,5}", value) else 0
    return chr(number) if number else ""


_COMMANDS: dict[str, tuple[int, Callable[..., str]]] = {
    **dict.fromkeys(_WRAPPERS, (1, str)),
    **dict.fromkeys(("cite color hspace label nocite thanks vspace").split(), (1, lambda _: "")),
    **dict.fromkeys("colorbox hyperlink textcolor".split(), (2, lambda _, text: text)),
    **dict.fromkeys("dfrac frac nicefrac tfrac".split(), (2, _fraction)),
    "footnote": (1, lambda note: f" ({note})" if note else ""),
    "href": (2, _link),
    "sqrt": (1, lambda root: f"\u221a{root}" if root.isalnum() else f"\u221a({root})"),
    "textsuperscript": (1, _power),
    "unicode": (1, _code_point),
    "url": (1, lambda address: "".join(address.split())),
}


@cache
def _symbols() -> dict[str, str]:
    """Macro name -> plain spelling: our own choices over the table of pylatexenc."""
    from pylatexenc.latex2text import get_default_latex_context_db

    table: dict[str, str] = {}
    for spec in get_default_latex_context_db().iter_macro_specs():
        plain = spec.simplify_repl
        if isinstance(plain, str) and (
            plain == spec.macroname or len(plain) == 1 < ord(plain) / 127
        ):
            table.setdefault(spec.macroname, plain)
    return {**table, **_SYMBOLS}
