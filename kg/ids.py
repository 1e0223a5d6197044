"""Identifiers that derive from content: the same thing has the same id in every run."""

from __future__ import annotations

import hashlib
import re
import unicodedata

__all__ = ["content_hash", "entity_id", "mention_id", "relation_id", "slugify", "title_id"]

_NOT_WORD = re.compile(r"[^a-z0-9.+#*]+")


def content_hash(*parts: str) -> str:
    """SHA-256 of the parts, each preceded by its length, as 64 hex digits.

    >>> content_hash("ab", "c") == content_hash("a", "bc")
    False
    """
    whole = "".join([f"{len(part)}:{part}" for part in parts])
    if whole.isascii():  # as many bytes as characters, which is what nearly all ids are
        return hashlib.sha256(whole.encode()).hexdigest()
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def slugify(name: str) -> str:
    """ASCII slug of a name: lower case, words joined by ``-``; may be empty.

    >>> slugify("Decision Transformer")
    'decision-transformer'
    """
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _NOT_WORD.sub("-", ascii_name.casefold()).strip("-.")


def entity_id(kind: str, key: str) -> str:
    """Id of an entity from its kind and its normal form (see ``kg.names.normal_form``).

    Readable where the slug says all that the key says, with a hash where it does not; case does
    not count, for no two normal forms differ by it.

    >>> entity_id("Method", "decision transformer")
    'method:decision-transformer'
    """
    slug = slugify(key)
    if slug.replace("-", " ") != key.lower() or len(slug) > 80:
        slug = f"{slug[:60].rstrip('-')}-{content_hash(key)[:8]}".lstrip("-")
    return f"{kind.lower()}:{slug}"


def title_id(title: str) -> str:
    """Id of a paper that brings no identifier of its own: a hash of its title's words."""
    words = re.sub(r"[\W_]+", " ", title.casefold()).strip()
    return f"title:{content_hash(words or title)[:16]}"


def mention_id(paper_id: str, start: int, end: int, kind: str) -> str:
    """Id of a mention: 20 hex digits from paper, span and kind."""
    return content_hash(paper_id, str(start), str(end), kind)[:20]


def relation_id(subject: str, predicate: str, object_: str) -> str:
    """Id of a relation: 20 hex digits from the triple."""
    return content_hash(subject, predicate, object_)[:20]
