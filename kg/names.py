"""The normal form of a name: what two spellings of one name have in common."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["is_acronym", "is_coined", "normal_form", "version_tokens"]

HEADS = frozenset(
    (
        "algorithm",
        "approach",
        "architecture",
        "benchmark",
        "challenge",
        "corpus",
        "data",
        "database",
        "dataset",
        "environment",
        "framework",
        "leaderboard",
        "library",
        "method",
        "metric",
        "model",
        "package",
        "platform",
        "score",
        "suite",
        "system",
        "task",
        "technique",
        "toolkit",
    )
)
"""Generic nouns that follow a proper name without being part of it."""

_QUOTES = re.compile(r"['\u2019]s\b|[\u2019'`\"]")
_ARTICLES = frozenset({"the", "a", "an", "our", "this", "these", "its", "their"})
_ALIKE = frozenset({"series", "species"})
_JOIN_DIGIT = re.compile(r"(?<=[^\W\d_])[\s-]+(?=\d)")
_SEPARATORS = re.compile(r"[\s\-_/\u2010-\u2015\u2212]+")
_NOISE = re.compile(r"[^\w\s+#*./\-\u2010-\u2015\u2212\u221e]+")
_LETTER_A = re.compile(r"(?<![\w\-])([aA])[\-/\u2010-\u2015\u2212](?=\w)")
_GLUED_CAPITAL = re.compile(
    r"\w[\-_/\u2010-\u2015\u2212](?!(?i:benchmark|corpus|dataset|score)s?\b)[A-Z]\w*[\s.]*\Z"
)
_BARE_FRACTION = re.compile(r"(?<![\w.])\.(?=\d)")
_LOOSE_DOT = re.compile(r"\.(?!\d)|(?<!\d)\.")
_DIGITS = re.compile(r"\d+(?:\.\d+)*[a-z]?")
_BRITISH = (
    (re.compile("isation"), "ization"),
    (re.compile("behaviour"), "behavior"),
    (re.compile("(mode|labe)lling"), r"\1ling"),
    (re.compile("(optimi|normali)s(?=e|ing)"), r"\1z"),
)
_MAYBE_BRITISH = re.compile("is[aei]|viour|lling")


@lru_cache(maxsize=1 << 17)
def normal_form(name: str) -> str:
    """Fold a name's case, hyphens, blanks before digits, article, plural and generic head.

    Idempotent. Versions and sizes stay: ``GPT-3.5`` and ``GPT-4`` have different forms.
    A generic head is only dropped after a coined name: ``ImageNet dataset`` is ``imagenet``,
    ``diffusion models`` stays ``diffusion model``. A capital S at the end belongs to the name and
    stays a capital: ``VITS`` is not the plural of ``ViT``.

    >>> (
    ...     normal_form("the CIFAR-10 dataset"),
    ...     normal_form("CIFAR 10"),
    ...     normal_form("Diffusion Models"),
    ... )
    ('cifar10', 'cifar10', 'diffusion model')
    """
    form = _fold(name)
    while (again := _fold(form)) != form:  # rare: most names are folded by one pass
        form = again
    return form


def _fold(name: str) -> str:
    text, plain = name, name.isascii() and name.replace(" ", "").isalnum()
    if not plain:  # else there is nothing to take out, and most names are so
        text = unicodedata.normalize("NFKC", name).replace("&", " and ").replace("^", "")
        text = _NOISE.sub(" ", _QUOTES.sub("", text))
        text = _BARE_FRACTION.sub("0.", _LETTER_A.sub(r"\1", text))
    words = (text if plain else _SEPARATORS.sub(" ", text)).split()
    if len(words) > 1 and " ".join(words).isupper():  # a headline: its capitals say nothing
        words = [word.casefold() for word in words]
    while len(words) > 1 and words[0].casefold() in _ARTICLES:
        words = words[1:]
    generic = plain or not _GLUED_CAPITAL.search(text)  # COCO-Tasks is not COCO
    while generic and len(words) > 1 and _is_head(words[-1]) and _proper(words[:-1], words[-1]):
        words = words[:-1]
    if not plain:
        words = _LOOSE_DOT.sub("", " ".join(words)).split()
    if not words:
        return unicodedata.normalize("NFKC", name).casefold().strip()
    text = " ".join((*(w.casefold() for w in words[:-1]), _without_plural(words[-1])))
    if _MAYBE_BRITISH.search(text):
        for british, american in _BRITISH:
            text = british.sub(american, text)
    return _JOIN_DIGIT.sub("", text)


def version_tokens(form: str) -> tuple[str, ...]:
    """Numbers, versions and sizes of a normal form, sorted: what must agree before a merge.

    >>> version_tokens("llama2 7b"), version_tokens("llama3 7b")
    (('2', '7b'), ('3', '7b'))
    """
    return tuple(sorted(_DIGITS.findall(form)))


def is_acronym(text: str) -> bool:
    """Tell whether a string looks like a short form: one word, mostly capitals.

    >>> [is_acronym(s) for s in ("PPO", "LLMs", "C-MORL", "ImageNet", "policy")]
    [True, True, True, False, False]
    """
    if " " in text or not 2 <= len(text) <= 15:
        return False
    letters = [c for c in text.rstrip("s") if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    return capitals >= 1 and capitals * 3 >= len(letters) * 2


def is_coined(word: str) -> bool:
    """Tell whether a word looks like a name that somebody made up: inner capitals or digits.

    >>> [is_coined(w) for w in ("ImageNet", "GPT-4", "BERT", "Learning", "state-of-the-art")]
    [True, True, True, False, False]
    """
    core = word.rstrip("s") if word[:-1].isupper() else word
    letters = [c for c in core if c.isalpha()]
    if not letters:
        return False
    inner = sum(c.isupper() for c in core[1:])
    parts_titled = all(p[:1].isupper() and p[1:].islower() for p in core.split("-") if p)
    if parts_titled and "-" in core:
        return False
    return inner >= 1 or (any(c.isdigit() for c in core) and any(c.isupper() for c in core))


def _proper(words: list[str], head: str) -> bool:
    """A coined last word, or capitalised words before a head that is not one of them."""
    if any(is_coined(w) for w in words):
        return True
    named = all(w[:1].isupper() or w[:1].isdigit() for w in words)
    return len(words) > 1 and named and head.islower() and any(w[:1].isupper() for w in words)


def _is_head(word: str) -> bool:
    return _singular(word.casefold()) in HEADS


def _without_plural(word: str) -> str:
    """Fold a word's case and its plural: ``LMs`` and ``GPUs`` are plurals, ``TACoS`` is not."""
    folded = word.casefold()
    if len(word) > 2 and word[-1] == "s" and word[-2].isupper():
        return folded[:-1]
    singular = _singular(folded)
    return f"{folded[:-1]}S" if word[-1] == "S" and singular != folded else singular


def _singular(word: str) -> str:
    if len(word) <= 3 or word in _ALIKE or word[-2].isdigit():
        return word
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
