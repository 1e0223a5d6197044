"""What is found in one paper, and why each finding belongs to an entity."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kg.ids import mention_id
from kg.model.base import HREF_PATTERN, EntityKind, Iri, Offset, Record, Role, Score, UrlKind
from kg.model.paper import Paper
from kg.model.relation import Predicate

__all__ = ["Extraction", "Link", "LinkMethod", "LinkedMention", "Mention", "RelationMention"]

LinkMethod = Literal["exact", "abbreviation", "alias", "variant", "fuzzy", "curated"]


class Mention(Record):
    """One span of a paper's text that names a thing."""

    paper_id: Annotated[
        str,
        Iri("prov:wasDerivedFrom"),
        Field(description="Paper in whose text the span lies."),
    ]
    start: Annotated[
        Offset,
        Iri("oa:start"),
        Field(description="First character of the span, into Paper.text."),
    ]
    end: Annotated[
        Offset, Iri("oa:end"), Field(description="One past the last character of the span.")
    ]
    text: Annotated[
        str,
        Iri("oa:exact"),
        Field(min_length=1, description="The span as written: Paper.text[start:end]."),
    ]
    kind: Annotated[EntityKind, Iri("kg:kind"), Field(description="What sort of thing is named.")]
    role: Annotated[Role, Iri("kg:role"), Field(description="What it is to this paper.")] = (
        "mentions"
    )
    extractor: Annotated[
        str, Iri("prov:wasGeneratedBy"), Field(description="Name of the component that found it.")
    ]
    score: Annotated[Score, Iri("kg:score"), Field(description="Confidence, 0..1.")]
    long_form: Annotated[
        str | None,
        Iri("kg:longForm"),
        Field(
            description="For an acronym: the long form this paper gives for it; "
            "for a long form: null.",
        ),
    ] = None
    href: Annotated[
        str | None,
        Iri("schema:url"),
        Field(
            pattern=HREF_PATTERN,
            description="Url only: the canonical address; the text as it stands "
            "in the paper is in 'text'.",
        ),
    ] = None
    url_kind: Annotated[
        UrlKind | None,
        Iri("schema:additionalType"),
        Field(description="Url only: what the address leads to."),
    ] = None

    @property
    def id(self) -> str:
        """20 hex digits from paper, span and kind."""
        return mention_id(self.paper_id, self.start, self.end, self.kind)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.end <= self.start or len(self.text) != self.end - self.start:
            raise ValueError(f"span {self.start}..{self.end} does not fit text {self.text!r}")
        if not self.text.strip() or (self.long_form is not None and not self.long_form.strip()):
            raise ValueError(f"a blank name at {self.start}..{self.end}")
        for value in (self.href, self.url_kind):
            if (self.kind == "Url") != (value is not None):
                raise ValueError("href and url_kind belong to Url mentions, and to all of them")
        return self


class RelationMention(Record):
    """One sentence that states a relation."""

    paper_id: Annotated[str, Field(description="Paper whose text says so.")]
    predicate: Annotated[Predicate, Field(description="Type of the relation.")]
    subject: Annotated[
        str, Field(description="Id of the subject mention, or the paper's id for its own roles.")
    ]
    object: Annotated[str, Field(description="Id of the object mention.")]
    start: Annotated[Offset, Field(description="First character of the sentence, in Paper.text.")]
    end: Annotated[Offset, Field(description="One past the last character of the sentence.")]
    cue: Annotated[str, Field(description="The words that say so, where a pattern saw them.")] = ""
    extractor: Annotated[str, Field(description="Name of the component that found it.")]
    score: Annotated[Score, Field(description="Confidence, 0..1.")]


class Extraction(Record):
    """All that was found in one paper: the unit that streams and that the ledger keeps."""

    paper: Annotated[Paper, Field(description="The paper that was read.")]
    mentions: Annotated[
        tuple[Mention, ...],
        Field(description="Sorted by start; spans do not overlap."),
    ] = ()
    relations: Annotated[
        tuple[RelationMention, ...],
        Field(description="Relations between these mentions or with the paper."),
    ] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        text = self.paper.text
        last = 0
        for mention in self.mentions:
            if mention.paper_id != self.paper.id:
                raise ValueError(f"mention of paper {mention.paper_id!r} in {self.paper.id!r}")
            if text[mention.start : mention.end] != mention.text:
                raise ValueError(f"text at {mention.start} is not {mention.text!r}")
            if mention.start < last:
                raise ValueError(f"mentions overlap or are unsorted at {mention.start}")
            last = mention.end
        known = {m.id for m in self.mentions}
        subjects = known | {self.paper.id}
        for relation in self.relations:
            if relation.paper_id != self.paper.id:
                raise ValueError(f"relation of paper {relation.paper_id!r} in {self.paper.id!r}")
            if relation.subject not in subjects or relation.object not in known:
                raise ValueError(f"{relation.predicate} refers to an unknown mention")
            if not relation.start < relation.end <= len(text):
                raise ValueError(f"evidence {relation.start}..{relation.end} outside the text")
        return self


class Link(Record):
    """Why a mention belongs to an entity."""

    mention_id: Annotated[str, Field(description="The mention.")]
    entity_id: Annotated[str, Field(description="The entity it names.")]
    score: Annotated[Score, Field(description="Confidence of the link, 0..1.")]
    method: Annotated[
        LinkMethod,
        Field(
            description="exact: same normal form as the entity's name; abbreviation: the paper or "
            "others spell the acronym out; alias: a known alias; variant: another normal form of "
            "the same long form; fuzzy: nearly the same spelling; curated: a person said so."
        ),
    ]


class LinkedMention(Mention):
    """A mention with the entity it was linked to: what the graph keeps of a paper's text."""

    entity_id: Annotated[str, Iri("oa:hasBody"), Field(description="The entity this span names.")]
    link_method: Annotated[
        LinkMethod, Iri("kg:linkMethod"), Field(description="Why it was linked there.")
    ]
    link_score: Annotated[
        Score, Iri("kg:linkScore"), Field(description="Confidence of the link, 0..1.")
    ]
