"""A paper: what the readers yield and the extractors read."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kg.ids import content_hash
from kg.model.base import Iri, Key, Record

__all__ = ["Paper"]


class Paper(Record):
    r"""A title, an abstract, and what the source says about them.

    >>> Paper(id="title:1", title="A title", abstract="A text.").text
    'A title\n\nA text.'
    """

    id: Annotated[
        str,
        Key(),
        Iri("schema:identifier"),
        Field(
            min_length=1,
            max_length=512,
            description="Identifier as scheme:value, such as arxiv:1706.03762, doi:10.1000/182, "
            "or title:<hash> where the source gives none.",
            examples=["arxiv:1706.03762"],
        ),
    ]
    title: Annotated[
        str, Iri("schema:headline"), Field(min_length=1, description="Title, cleaned text.")
    ]
    abstract: Annotated[
        str, Iri("schema:abstract"), Field(description="Abstract, cleaned text.")
    ] = ""
    year: Annotated[
        int | None,
        Iri("schema:datePublished"),
        Field(ge=1500, le=2200, description="Year of first publication."),
    ] = None
    venue: Annotated[
        str | None,
        Iri("schema:publication"),
        Field(description="Journal or conference, as the source writes it."),
    ] = None
    authors: Annotated[
        tuple[str, ...],
        Iri("schema:author"),
        Field(description="Names of the authors, in order."),
    ] = ()
    doi: Annotated[
        str | None,
        Iri("bibo:doi"),
        Field(description="DOI in lower case, without a resolver: 10.1000/182."),
    ] = None
    url: Annotated[
        str | None,
        Iri("schema:url"),
        Field(description="Web page of the paper, http or https."),
    ] = None
    categories: Annotated[
        tuple[str, ...],
        Iri("schema:keywords"),
        Field(description="Subject classes given by the source, such as cs.CL."),
    ] = ()
    source: Annotated[
        str,
        Iri("schema:sdPublisher"),
        Field(description="Name of the reader that brought the record."),
    ] = ""

    @property
    def text(self) -> str:
        """Title, blank line, abstract: what every offset points into."""
        return f"{self.title}\n\n{self.abstract}"

    @property
    def content_hash(self) -> str:
        """SHA-256 over all fields: changes when anything about the paper changes."""
        return content_hash(self.model_dump_json())
