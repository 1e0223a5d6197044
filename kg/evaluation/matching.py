"""When two names, titles or addresses of an annotation and of an extraction are the same.

Coarser on purpose than ``kg.names.normal_form``: a figure must not depend on how the program under
test folds its names. So the two rules are kept apart and know nothing of each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

__all__ = ["Named", "alike", "gold_names", "name_key", "name_keys", "title_key", "url_key"]

ARTICLES = frozenset("the a an our this".split())
"""Words that may stand before a name without being part of it."""
GENERIC_HEADS = frozenset(
    "algorithm algorithms approach benchmark benchmarks corpus dataset datasets environment "
    "environments framework method methods metric model models score scores suite system task "
    "tasks technique techniques".split()
)
"""Words that may follow a name without being part of it."""
FUNCTION_WORDS = frozenset("and at by for from in of on or the to via with".split())
"""Words that say nothing when the words of two names are compared."""
ALIKE_SHARE = 0.5
"""Share of the words of two names, 0..1, that must be common for a lenient match."""

_BETWEEN_WORDS = re.compile(r"_|[^\w^+\u0370-\u03ff]+")
_NOT_IN_TITLE = re.compile(r"[^a-z0-9]+")
_SHORT_FORM_LENGTH = range(2, 16)


class Named(Protocol):
    """What a thing is called: in the annotator's words and in those of the text."""

    @property
    def name(self) -> str:
        """The fullest name."""

    @property
    def aliases(self) -> Sequence[str]:
        """Its other names."""

    @property
    def surface(self) -> Sequence[str]:
        """The strings of the text that name it."""


@lru_cache(maxsize=65_536)
def name_key(text: str) -> str:
    """What two spellings of one name have in common; empty where nothing is left.

    Case, punctuation, leading articles, trailing generic heads and the plural s of any word of
    more than three letters do not count.

    >>> name_key("The CIFAR-10 datasets"), name_key("Diffusion Policies"), name_key("MS_COCO")
    ('cifar 10', 'diffusion policie', 'ms coco')
    """
    words = _BETWEEN_WORDS.sub(" ", text.lower()).split()
    first = next((i for i, word in enumerate(words) if word not in ARTICLES), len(words))
    last = len(words)
    while last - first > 1 and words[last - 1] in GENERIC_HEADS:
        last -= 1
    return " ".join(map(_singular, words[first:last]))


def name_keys(texts: Iterable[str]) -> frozenset[str]:
    """Keys of several names of one thing; ``Long Form (LF)`` also names both of its parts."""
    keys: set[str] = set()
    for text in texts:
        keys.add(name_key(text))
        before, bracket, rest = text.rstrip().rpartition("(")
        short, closed, after = rest.partition(")")
        if bracket and closed and not after and len(short) in _SHORT_FORM_LENGTH:
            keys |= {name_key(before), name_key(short)}
    return frozenset(keys - {""})


def gold_names(entity: Named) -> frozenset[str]:
    """Keys of everything that an entity is called: name, aliases and strings of the text."""
    return name_keys([entity.name, *entity.aliases, *entity.surface])


def alike(one: Iterable[str], two: Iterable[str]) -> bool:
    """Whether some name of one thing shares half of its words with some name of another.

    Args:
        one: Name keys of the one.
        two: Name keys of the other.

    Returns:
        True where the Jaccard index of the words of two names is at least ``ALIKE_SHARE``;
        function words are not counted.
    """
    others = [words for key in two if (words := _content(key))]
    return any(
        len(words & other) >= ALIKE_SHARE * len(words | other)
        for key in one
        if (words := _content(key))
        for other in others
    )


def title_key(title: str) -> str:
    """The letters and digits of a title: what pairs a gold paper with a system's paper."""
    return _NOT_IN_TITLE.sub("", title.lower())


def url_key(url: str) -> str:
    """Host and path of an address, without case, ``www.``, a last slash, query or fragment.

    Mirrors of Hugging Face count as Hugging Face.

    >>> url_key("https://www.GitHub.com/Ada/Lite/"), url_key("hf-mirror.com/ada/lite")
    ('github.com/ada/lite', 'huggingface.co/ada/lite')
    """
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
    except ValueError:  # half an IPv6 address: compared as it is
        return url.lower()
    host = parts.netloc.lower().removeprefix("www.")
    if host.startswith("hf-mirror"):
        host = "huggingface.co"
    return host + parts.path.lower().rstrip("/")


def _singular(word: str) -> str:
    plural = len(word) > 3 and word[-1] == "s" and word[-2] != "s"
    return word[:-1] if plural else word


@lru_cache(maxsize=65_536)
def _content(key: str) -> frozenset[str]:
    return frozenset(key.split()) - FUNCTION_WORDS
