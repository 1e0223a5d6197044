"""Web addresses in a text: where they stand, and what they are once cleaned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from kg.extractors.candidates import Candidate, candidates, prepare_doc, text_of
from kg.extractors.url_kinds import URL_MARK, canonical_href, classify_url, is_code_host
from kg.model import UrlKind

__all__ = ["FoundUrl", "UrlFinder", "create_url_finder", "find_urls"]

_BODY = re.compile(
    r"(?:(?![hH])[\w\-.~:/?#\[\]@!$&'()*+,;=%\u2010\u2011\u200b-\u200d\u2060\u00ad]"
    r"|[hH](?!ttps?:/)|(?<=[/=])[hH]|\\[_%#&~-])*+"
)
"""The longest run that an address may have; a second address ends it, but for one in its path."""
_TLD = r"(?:com|org|net|edu|gov|io|ai|co|dev|app|info|me|cn|ch|de|uk|fr|eu|jp|space|xyz|site|tech)"
_HOSTS = (
    r"github\.com|gitlab\.com|bitbucket\.org|huggingface\.co|hf\.co|zenodo\.org|kaggle\.com|"
    r"(?:dx\.)?doi\.org|arxiv\.org|openreview\.net|youtu\.be|youtube\.com|vimeo\.com|osf\.io|"
    r"sites\.google\.com|drive\.google\.com|anonymous\.4open\.science"
)
_START = re.compile(
    r"(?P<scheme>https?[ \n]?:[ \n]?/[ \n]?/?[ \n]?)"
    r"|(?<![\w@./:-])(?:"
    rf"(?P<known>(?:www\.)?(?:{_HOSTS})(?=/[\w~@]))"
    r"|(?P<broken>(?:github|gitlab|huggingface)(?:[ \n]\.[ \n]?|\.[ \n])(?=com?/\w))"
    r"|(?P<www>www\.(?=[\w-]+\.\w))"
    r"|(?P<doi>doi[ \n]?:?[ \n]?(?=10\.[0-9]{4,9}/)|(?=10\.5281/zenodo\.[0-9]))"
    r"|(?P<arxiv>arxiv[ \n]?:?[ \n]?(?:preprint[ \n])?(?:arxiv:[ \n]?)?"
    r"(?P<id>[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[a-z]{2})?/[0-9]{7})(?:v[0-9]{1,2})?(?![\w/]))"
    rf"|(?P<host>[a-z0-9][a-z0-9-]{{0,62}}(?:\.[a-z0-9-]{{1,63}}){{0,4}}\.{_TLD}\b)(?!@|\.\w))",
    re.IGNORECASE,
)
_SCORES = {"scheme": 1.0, "known": 0.9, "www": 0.9, "doi": 0.95, "arxiv": 0.95, "host": 0.7}
_BROKEN_SCORE = 0.8
"""Confidence where a blank had to be taken out of the address."""
_PAGE_HOST = re.compile(r"\.(?:github|gitlab)\.io|\.hf\.space|\.netlify\.app|\.vercel\.app")
_POINTS_HERE = re.compile(
    r"(?:(?:available|accessible|accessed|found|released|hosted|deployed|published|online)"
    r"(?: \w+)? (?:at|on|via|from|through)|visit|see|(?:page|site|code|demo|data|link|url)(?: is)?)"
    r"\s?:?\s?$",
    re.IGNORECASE,
)
_HOST_REST = re.compile(
    rf"(?:(?<=[.-])[ \n]|[ \n]\.[ \n]?)((?:[a-z0-9-]+\.){{0,3}}{_TLD})(?![\w-]|\.\w)"
)
_PATH_REST = re.compile(r"[ \n]([A-Za-z0-9][\w.\-/]{0,200})([)\]}'\"]*(?:[.,;)]|$))?")
_PATH_LIKE = re.compile(r"[0-9_/-]|\w\.\w|[a-z][A-Z]")
_PLAIN_WORD = re.compile(
    r"(?:an?|and|are|as|at|by|can|code|data|for|from|here|if|in|is|it|of|on|or|soon|the|to|via|"
    r"was|we|which|will|with|[A-Z][a-z]*)"
)
_OWNER_ONLY = re.compile(
    r"(?:https?://)?(?:www\.)?(?:github|gitlab|huggingface|bitbucket)\.\w+/[\w.-]+/",
    re.IGNORECASE,
)
_HINT = re.compile(r"[:.]\s?/|\.\s?com?/|\.[a-z]{2}|arxiv|10\.[0-9]{4}", re.IGNORECASE)
"""What every address has some of: most texts have none, and are done with at once."""
_JUNK_TAIL = ".,;:!?*$&¹²³⁰⁴⁵⁶⁷⁸⁹\u200b\u200c\u200d\u2060\u00ad"
_CUT = re.compile(r"'|&(?:lt|gt|quot|apos|nbsp|#\d+);")
_CODE_CUT = re.compile(r"[^A-Za-z0-9\-._~/?#=&%+@:\\\u2010\u2011\u200b-\u200d\u2060\u00ad]")
_GLUED = re.compile(r"\.(?:We|The|This|These|Our|Codes?|Project|In|It|Data|GitHub|Github)$")
_SENTENCE_END = re.compile(r"[.!?][)\]\"'}]*\s+(?=[A-Z(\[\"\\])|\n\n")


@dataclass(frozen=True, order=True)
class FoundUrl:
    """An address in a text.

    Args:
        start: First character, into the text.
        end: One past the last character: no punctuation that belongs to the sentence.
        href: Canonical address.
        kind: What it leads to.
        score: Confidence that this is an address and the whole of it, 0..1.
    """

    start: int
    end: int
    href: str
    kind: UrlKind
    score: float


def _trim(raw: str, host: str) -> int:
    """Length of what belongs to an address of a run of characters."""
    end = len(raw)
    if cut := _CUT.search(raw):
        end = cut.start()
    if is_code_host(host) and (cut := _CODE_CUT.search(raw, 0, end)):
        end = cut.start()
    opened: list[int] = []
    for bracket in re.finditer(r"[()\[\]]", raw[:end]):
        if bracket[0] in "([":
            opened.append(bracket.start())
        elif opened and raw[opened[-1]] + bracket[0] in ("()", "[]"):
            opened.pop()
        else:
            opened.append(bracket.start())
            break
    kept = raw[: opened[0] if opened else end].rstrip(_JUNK_TAIL)
    if glued := _GLUED.search(kept):
        kept = kept[: glued.start()].rstrip(_JUNK_TAIL)
    return len(kept)


def _joined_end(text: str, start: int, end: int) -> int:
    """End of an address that a blank breaks at ``end``, or ``end`` itself where it is whole."""
    raw = text[start:end]
    host, slash, _ = raw.partition("/")
    if not slash:
        whole = re.search(rf"\w\.{_TLD}[.-]?$", host, re.IGNORECASE)
        rest = None if whole else _HOST_REST.match(text, end)
        return _run_end(text, rest.start(1)) if rest else end
    rest = _PATH_REST.match(text, end)
    if rest is None or raw[-1] not in "/-" or text.startswith("http", rest.start(1)):
        return end
    word = rest[1].rstrip(".")
    path_like = _PATH_LIKE.search(word) or rest[2] or rest[1].endswith(".")
    if (
        _PLAIN_WORD.fullmatch(word)
        or not path_like
        or (raw[-1] == "/" and not _OWNER_ONLY.fullmatch(raw))
    ):
        return end
    return _run_end(text, rest.start(1))


def _run_end(text: str, start: int) -> int:
    run = _BODY.match(text, start)
    return run.end() if run else start


def _starts(text: str) -> Iterator[tuple[int, int, str, float]]:
    """Start, end, address as written without blanks, and score of each address."""
    position = 0 if _HINT.search(text) else len(text)
    while match := _START.search(text, position):
        position = max(match.end(), match.start() + 1)
        form, start = str(match.lastgroup), match.start()
        if form == "arxiv":
            yield start, match.end(), "https://arxiv.org/abs/" + match["id"], _SCORES["arxiv"]
            continue
        body = start if form in ("known", "www", "host", "broken") else match.end()
        if text.startswith(("http:/", "https:/"), body):
            continue
        end = _joined_end(text, body, _run_end(text, match.end()))
        position = max(position, end)
        places = [place for place in range(body, end) if not text[place].isspace()]
        address = "".join(text[place] for place in places)
        address = address[: _trim(address, address.partition("/")[0].lower())]
        if form == "host" and not _is_meant(match[0], address, text[max(0, start - 40) : start]):
            continue
        end = places[len(address) - 1] + 1 if address else body
        score = _SCORES.get(form, _BROKEN_SCORE)
        if form == "doi":
            address = "doi.org/" + address
        elif form == "scheme":
            address = re.sub(r"[\s/]", "", match[0]) + "//" + address
        if form != "doi" and re.search(r"\s", text[start:end]):
            score = _BROKEN_SCORE
        yield start, end, address, score


def _is_meant(host: str, address: str, before: str) -> bool:
    """Whether a host without scheme is given as an address and not as a name."""
    if _PAGE_HOST.search(host):
        return True
    if not host.islower() or ("/" not in address and re.fullmatch(_HOSTS, host)):
        return False
    return "/" in address or bool(_POINTS_HERE.search(before))


def find_urls(text: str) -> list[FoundUrl]:
    """All addresses of a text, in order; they do not overlap.

    >>> [(u.href, u.kind) for u in find_urls("Code: https://github.com/openai/CLIP.")]
    [('https://github.com/openai/CLIP', 'code')]
    """
    spans: list[tuple[int, int, str, float]] = []
    for start, end, address, score in _starts(text):
        href = canonical_href(address)
        if href is not None and start < end:
            spans.append((start, end, href, score))
    words = _mask(text, spans)
    return [
        FoundUrl(start, end, href, classify_url(href, *_sentence(words, start, end)), score)
        for start, end, href, score in spans
    ]


def _mask(text: str, spans: list[tuple[int, int, str, float]]) -> str:
    """The text, as long as before, with marks in the place of the addresses."""
    pieces, last = [], 0
    for start, end, _, _ in spans:
        pieces += [text[last:start], URL_MARK * (end - start)]
        last = end
    return "".join([*pieces, text[last:]])


def _sentence(words: str, start: int, end: int) -> tuple[str, str]:
    """The words of a sentence before and after a span, 400 and 80 characters at most."""
    before = _SENTENCE_END.split(words[max(0, start - 400) : start])[-1]
    return before, _SENTENCE_END.split(words[end : end + 80], maxsplit=1)[0]


class UrlFinder:
    """Pipeline component: appends a Url candidate for each address of a text."""

    def __init__(self, name: str) -> None:
        """Name the component; candidates carry it as their extractor."""
        self.name = name
        prepare_doc()

    def __call__(self, doc: Doc) -> Doc:
        """Append the candidates to ``candidates(doc)``."""
        candidates(doc).extend(
            Candidate(u.start, u.end, "Url", self.name, u.score, u.href, u.kind)
            for u in find_urls(text_of(doc))
        )
        return doc


@Language.factory("kg_urls")
def create_url_finder(nlp: Language, name: str) -> UrlFinder:
    """Make the component ``kg_urls``."""
    return UrlFinder(name)
