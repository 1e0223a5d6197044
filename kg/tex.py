"""TeX in titles and abstracts: accents, wrappers, links and simple math become plain text.

Whatever has no plain spelling stays as it stands: an unknown macro, the math around it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

__all__ = ["tex_to_text"]

_DEPTH = 30
"""Braces nested deeper than this stay as they are."""

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


def tex_to_text(text: str) -> str:
    """Read a text with TeX in it; linear in its length, never fails."""
    return _Converter(text).convert(0, len(text), False, 0)


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
