"""Papers in a few words: names in a row, each with what is to be known about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.config import LinkConfig
from kg.known_names import KnownName, KnownNames
from kg.linking import link_extractions
from kg.model import (
    Entity,
    EntityKind,
    Extraction,
    LinkedMention,
    Mention,
    Paper,
    Predicate,
    RelationMention,
    UrlKind,
)
from kg.model.resolution import Resolution

__all__ = ["NOTHING_KNOWN", "Linked", "Named", "Stated", "link", "read"]

NOTHING_KNOWN = KnownNames([])


@dataclass(frozen=True)
class Named:
    """A name in a text."""

    text: str
    kind: EntityKind = "Method"
    long_form: str | None = None
    score: float = 0.9
    href: str | None = None
    url_kind: UrlKind | None = None


@dataclass(frozen=True)
class Stated:
    """A statement about the names of a text, by their numbers; the subject may be the paper."""

    subject: int | None
    predicate: Predicate
    object: int
    score: float = 0.8


def read(paper_id: str, *names: Named | str, stated: Iterable[Stated] = ()) -> Extraction:
    """A paper that names these things in one sentence, and what is stated about them."""
    named = [Named(n) if isinstance(n, str) else n for n in names]
    paper = Paper(id=paper_id, title="On", abstract=" and ".join(n.text for n in named))
    mentions, start = [], len("On\n\n")
    for one in named:
        mentions.append(
            Mention(
                paper_id=paper_id,
                start=start,
                end=start + len(one.text),
                text=one.text,
                kind=one.kind,
                extractor="own",
                score=one.score,
                long_form=one.long_form,
                href=one.href,
                url_kind=one.url_kind,
            )
        )
        start += len(one.text) + len(" and ")
    statements = tuple(
        RelationMention(
            paper_id=paper_id,
            predicate=s.predicate,
            subject=paper_id if s.subject is None else mentions[s.subject].id,
            object=mentions[s.object].id,
            start=len("On\n\n"),
            end=len(paper.text),
            extractor="own",
            score=s.score,
        )
        for s in stated
    )
    return Extraction(paper=paper, mentions=tuple(mentions), relations=statements)


@dataclass(frozen=True)
class Linked:
    """A resolution, asked by paper and name."""

    whole: Resolution

    def mention(self, paper_id: str, text: str) -> LinkedMention:
        """The first mention of that text in that paper."""
        return next(m for m in self.whole.mentions if (m.paper_id, m.text) == (paper_id, text))

    def entity(self, paper_id: str, text: str) -> Entity:
        """What that mention was linked to."""
        wanted = self.mention(paper_id, text).entity_id
        return next(e for e in self.whole.entities if e.id == wanted)

    @property
    def names(self) -> list[str]:
        """The names of all entities, sorted."""
        return sorted(e.name for e in self.whole.entities)

    @property
    def triples(self) -> set[tuple[str, str, str]]:
        """All relations."""
        return {(r.subject, r.predicate, r.object) for r in self.whole.relations}


def link(
    *extractions: Extraction,
    known: Iterable[KnownName] = (),
    config: LinkConfig | None = None,
) -> Linked:
    """Link these papers with these known names and no others."""
    return Linked(link_extractions(extractions, known=KnownNames(known), config=config))
