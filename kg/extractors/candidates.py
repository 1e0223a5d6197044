"""What the components of the pipeline hand to one another on the spaCy ``Doc``."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc

from kg.model import EntityKind, UrlKind

__all__ = ["Abbreviation", "Candidate", "abbreviations", "candidates", "prepare_doc", "text_of"]


@dataclass(frozen=True, order=True)
class Candidate:
    """A span that may become a mention.

    Args:
        start: First character, into the text of the Doc.
        end: One past the last character.
        kind: Kind of thing.
        extractor: Name of the component that proposes it.
        score: Confidence, 0..1.
        href: Url only: canonical address.
        url_kind: Url only: what it leads to.
        name: The name by which a knowledge base knows it, where it comes from one.
    """

    start: int
    end: int
    kind: EntityKind
    extractor: str
    score: float
    href: str | None = None
    url_kind: UrlKind | None = None
    name: str | None = None


@dataclass(frozen=True, order=True)
class Abbreviation:
    """A short form with the long form that the text gives for it; character spans, half-open."""

    short_start: int
    short_end: int
    long_start: int
    long_end: int


def prepare_doc() -> None:
    """Register the Doc extensions; calling it again changes nothing."""
    if not Doc.has_extension("kg_candidates"):
        Doc.set_extension("kg_text", default=None)
        Doc.set_extension("kg_candidates", default=None)
        Doc.set_extension("kg_abbreviations", default=None)
        Doc.set_extension("kg_sentences", default=None)
        Doc.set_extension("kg_tagger", default=None)
        Doc.set_extension("kg_things", default=None)
        Doc.set_extension("kg_roles", default=None)
        Doc.set_extension("kg_relations", default=None)


def text_of(doc: Doc) -> str:
    """The text of the Doc, put together once: ``Doc.text`` joins its tokens at every call."""
    if doc._.kg_text is None:
        doc._.kg_text = doc.text
    text: str = doc._.kg_text
    return text


def candidates(doc: Doc) -> list[Candidate]:
    """The candidates found so far: components append to this list."""
    if doc._.kg_candidates is None:
        doc._.kg_candidates = []
    found: list[Candidate] = doc._.kg_candidates
    return found


def abbreviations(doc: Doc) -> list[Abbreviation]:
    """The abbreviations found so far: components append to this list."""
    if doc._.kg_abbreviations is None:
        doc._.kg_abbreviations = []
    found: list[Abbreviation] = doc._.kg_abbreviations
    return found
