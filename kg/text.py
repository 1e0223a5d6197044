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
from functools import cache

__all__ = ["clean_text"]

_PASSES = 8
_DEPTH = 30
_UNCLEAN = re.compile(r"[\\&$<{~]|[^ -~]|  |\A | \Z")
_ENTITY = re.compile(r"&(?:amp;)*(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_HEADING = re.compile(
    r"<(?:jats:)?title>\s{0,9}(?:abstract|summary)\s{0,9}</(?:jats:)?title>", re.IGNORECASE
)
_TAG = re.compile(
    r"<!--[^<>]*-->|<!\[CDATA\[|</?((?:jats|mml|xhtml):[A-Za-z][\w.-]*|a|abbr|alternatives"
    r"|annotation|b|big|bold|br|BR|div|em|EM|font|h[1-6]|i|inline-formula|ins|italic|li|m(?:ath|frac"
    r"|i|n|o|over|row|style|sub|subsup|sup|text|under)|monospace|ol|p|sc|sec|semantics|small|span"
    r"|strong|STRONG|sub|SUB|sup|SUP|tex-math|tt|u|ul|underline)(?:\s[^<>]*)?/?>"
)
_BLOCKS = frozenset("br div h1 h2 h3 h4 h5 h6 li list-item ol p sec title ul".split())
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
_MATH = re.compile(r"(\$\$?)(?=\S)((?:[^$\\]|\\.){1,400}?)(?<=\S)\1(?!\d)", re.DOTALL)
_ARGUMENT = re.compile(r"\\[A-Za-z]+|\\.|[^\s{}\\$]", re.DOTALL)
_ACCENTS = {
    **{'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304"},
    **{".": "\u0307", "c": "\u0327", "v": "\u030c", "H": "\u030b", "u": "\u0306", "k": "\u0328"},
    **{"r": "\u030a", "d": "\u0323", "b": "\u0331", "hat": "\u0302", "tilde": "\u0303"},
    **{"bar": "\u0304", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7", "check": "\u030c"},
}
_LETTERS = frozenset("AA AE DH DJ L NG O OE SS TH aa ae dh dj i j l ng o oe ss th".split())
_WRAPPERS = frozenset(
    "bm boldsymbol emph enquote ensuremath hbox mathbb mathbf mathcal mathfrak mathit mathrm "
    "mathscr mathsf mathtt mbox num operatorname pmb text textbf textit textmd textnormal textrm "
    "textsc textsf textsl textsubscript texttt textup uline underline".split()
)
_SWITCHES = frozenset(
    "Big Bigl Bigr bf bfseries big bigg bigl bigr centering displaystyle em footnotesize it large "
    "itshape left noindent normalfont normalsize right rm rmfamily sc scshape sf small tt ttfamily "
    "xspace".split()
)
_DROPPED = frozenset("color hspace label nocite thanks vspace".split())
_SYMBOLS = {
    **{"sim": "~", "ast": "*", "prime": "\u2032", "dots": "...", "ldots": "...", "mid": "|"},
    **{"space": " ", "quad": " ", "qquad": " ", "par": " ", "newline": " ", "newpage": " "},
    **{"TeX": "TeX", "LaTeX": "LaTeX", "ie": "i.e.", "eg": "e.g.", "etal": "et al.", "SS": "SS"},
    **{"textless": "<", "textgreater": ">", "textasciitilde": "~", "circledR": "\u00ae"},
}
_SIGNS = {**dict.fromkeys(" ,;:\\\n\t", " "), **dict.fromkeys("!-/@", ""), "|": "\u2016"}
_SIGNS |= {sign: sign for sign in "%&#_${}"}
_POWERS = {"\u2218": "\u00b0", "\u22c6": "*", "\u2217": "*", "TM": "\u2122"}
_POWERS |= {
    plain: plain for plain in ["*", "\u2032", "'", "th", "st", "nd", "rd", "\u2020", "\u00b0"]
}


class _UnknownMathError(Exception):
    """The math holds something that has no plain spelling."""


def clean_text(text: str) -> str:
    r"""Turn markup into plain Unicode text on one line; never fails, changes nothing twice.

    Entities (also escaped twice), HTML and JATS tags, TeX accents, wrappers, links and simple math
    become text; words and addresses broken over lines are joined; invisible and control characters
    and ligatures go; the result is NFC with single blanks.

    >>> clean_text(r"K\"uhn's {\em fast} $\pi_0$ &amp;lt; 5\\% of\n  H<sub>2</sub>O")
    "Kühn's fast π_0 < 5% of H2O"
    """
    for _ in range(_PASSES):
        if not _UNCLEAN.search(text):
            return text
        cleaned = _clean_once(text)
        if cleaned == text:
            return cleaned
        text = cleaned
    return _clean_once(text.translate(_NO_MARKUP))


def _clean_once(text: str) -> str:
    if "&" in text:
        text = _ENTITY.sub(_unescape, text)
    if "<" in text:
        if "<![CDATA[" in text:
            text = text.replace("]]>", "")
        text = _TAG.sub(_replace_tag, _HEADING.sub(" ", text))
    if not text.isascii() or not text.isprintable():
        text = text.replace("\r\n", "\n").translate(_CHARACTERS)
    if "\\" in text or "$" in text or "{" in text or "~" in text:
        converter = _Converter(text)
        text = converter.convert(0, len(text))
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
    """Reads TeX in one go over the text; braces are matched once, beforehand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.close: dict[int, int] = {}
        opened: list[int] = []
        for match in re.finditer(r"\\.|[{}]", text, re.DOTALL):
            if match[0] == "{":
                opened.append(match.start())
            elif match[0] == "}" and opened:
                self.close[opened.pop()] = match.start()

    def convert(self, start: int, end: int, *, math: bool = False, depth: int = 0) -> str:
        """Plain text of ``text[start:end]``.

        Raises:
            _UnknownMathError: In math only: something has no plain spelling.
        """
        if depth > _DEPTH:
            return self.text[start:end]
        out: list[str] = []
        while start < end:
            match = _TEX.search(self.text, start, end)
            if match is None:
                out.append(self.text[start:end])
                break
            out.append(self.text[start : match.start()])
            kind = match.lastgroup or ""
            if kind == "word":
                plain, start = self._word(match, end, out, math, depth)
            elif kind == "sign":
                plain, start = self._sign(match, end, out, depth)
            elif kind == "group":
                plain, start = self._group(match.start(), end, math, depth)
            elif kind == "script" and math:
                plain, start = self._script(match, end, depth)
            elif kind == "dollar" and not math:
                found = _MATH.match(self.text, match.start(), end)
                plain, start = match[0], match.end()
                if found:
                    plain, start = self._math(found.start(2), found.end(2), found[0], out, depth)
                    start = found.end()
            else:
                plain = self._tie(match.start(), math) if kind == "tie" else match[0]
                start = match.end()
            out.append(plain)
        return "".join(out)

    def _math(self, start: int, end: int, raw: str, out: list[str], depth: int) -> tuple[str, int]:
        try:
            plain = self.convert(start, end, math=True, depth=depth + 1).strip()
        except _UnknownMathError:
            return raw, end
        before = _last(out)
        return (" " if plain.startswith("~") and before.isalnum() else "") + plain, end

    def _tie(self, at: int, math: bool) -> str:
        """A blank for a tie (``Fig.~3``); ``~`` where it says about (``~90``) or until (``5~10``)."""
        before, after = self.text[max(0, at - 1) : at], self.text[at + 1 : at + 2]
        bound = before and after and not before.isspace() and not after.isspace()
        number = before.isdigit() and after.isdigit()
        return " " if math or (bound and not number and before not in "/<>=([~" != after) else "~"

    def _group(self, at: int, end: int, math: bool, depth: int) -> tuple[str, int]:
        close = self.close.get(at, end)
        if close >= end:
            if math:
                raise _UnknownMathError
            return "{", at + 1
        raw = self.text[at + 1 : close]
        if not math and raw and not raw.startswith("\\"):
            return "{", at + 1
        plain = self.convert(at + 1, close, math=math, depth=depth + 1)
        return (f"{{{raw}}}" if plain == raw and raw and not math else plain), close + 1

    def _argument(self, at: int, end: int, *, single: bool = True) -> tuple[int, int, int] | None:
        """Start and stop of the next argument, and where to go on; None where there is none."""
        while at < end and self.text[at].isspace():
            at += 1
        close = self.close.get(at, end)
        if close < end:
            return at + 1, close, close + 1
        match = _ARGUMENT.match(self.text, at, end) if single else None
        return (match.start(), match.end(), match.end()) if match else None


@cache
def _symbols() -> dict[str, str]:
    """Macro name -> plain spelling: our own choices over the table of pylatexenc."""
    from pylatexenc.latex2text import get_default_latex_context_db

    table = {}
    for spec in get_default_latex_context_db().iter_macro_specs():
        plain = spec.simplify_repl
        if isinstance(plain, str) and (
            plain == spec.macroname or len(plain) == 1 < ord(plain) / 127
        ):
            table.setdefault(spec.macroname, plain)
    return {**table, **_SYMBOLS}
