"""The relation table, and the relations of a graph with their evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from kg.ids import relation_id
from kg.model.base import Iri, Key, Offset, Record, Role, Score

__all__ = [
    "PREDICATES",
    "PREDICATE_ROLES",
    "RELATIONS",
    "ROLE_PREDICATES",
    "Evidence",
    "Predicate",
    "Relation",
    "RelationSpec",
]

Predicate = Literal[
    "INTRODUCES",
    "USES",
    "EVALUATES_ON",
    "MEASURES",
    "COMPARES_WITH",
    "ADDRESSES",
    "MENTIONS",
    "LINKS_TO",
    "EVALUATED_ON",
    "TRAINED_ON",
    "OUTPERFORMS",
    "EXTENDS",
    "PART_OF",
    "APPLIED_TO",
    "MEASURED_BY",
    "AVAILABLE_AT",
]
PREDICATES: tuple[Predicate, ...] = get_args(Predicate)


@dataclass(frozen=True)
class RelationSpec:
    """One row of the relation table.

    Args:
        name: Relation type, as in Cypher.
        domain: Node labels the relation may start from.
        range: Node labels it may lead to.
        iri: RDF property, as ``prefix:local``.
        meaning: What the relation says, in one sentence.
    """

    name: Predicate
    domain: tuple[str, ...]
    range: tuple[str, ...]
    iri: str
    meaning: str

    def allows(self, subject_label: str, object_label: str) -> bool:
        """Tell whether a relation of this type may join these two labels."""
        return subject_label in self.domain and object_label in self.range

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every (from label, to label) the relation may join, in table order."""
        return tuple((s, o) for s in self.domain for o in self.range)


_NAMED = ("Method", "Dataset", "Benchmark", "Task", "Metric")
_SPECS = (
    RelationSpec(
        "INTRODUCES", ("Paper",), _NAMED, "kg:introduces", "The paper presents it as new."
    ),
    RelationSpec(
        "USES",
        ("Paper",),
        ("Method", "Dataset"),
        "kg:uses",
        "The paper builds on it or trains with it.",
    ),
    RelationSpec(
        "EVALUATES_ON",
        ("Paper",),
        ("Dataset", "Benchmark"),
        "kg:evaluatesOn",
        "The paper measures results on it.",
    ),
    RelationSpec(
        "MEASURES", ("Paper",), ("Metric",), "kg:measures", "The paper reports results in it."
    ),
    RelationSpec(
        "COMPARES_WITH",
        ("Paper",),
        ("Method",),
        "kg:comparesWith",
        "A baseline or competitor of the paper.",
    ),
    RelationSpec("ADDRESSES", ("Paper",), ("Task",), "kg:addresses", "The paper works on it."),
    RelationSpec(
        "MENTIONS",
        ("Paper",),
        _NAMED,
        "schema:mentions",
        "Background, or the role is unknown: the weak relation.",
    ),
    RelationSpec(
        "LINKS_TO", ("Paper",), ("Url",), "kg:linksTo", "The paper's text gives the address."
    ),
    RelationSpec(
        "EVALUATED_ON",
        ("Method",),
        ("Dataset", "Benchmark"),
        "kg:evaluatedOn",
        "The text says that the method was measured on it.",
    ),
    RelationSpec(
        "TRAINED_ON",
        ("Method",),
        ("Dataset",),
        "kg:trainedOn",
        "The text says that the method was trained on it.",
    ),
    RelationSpec(
        "OUTPERFORMS",
        ("Method",),
        ("Method",),
        "kg:outperforms",
        "The text claims that the first does better than the second.",
    ),
    RelationSpec(
        "EXTENDS", ("Method",), ("Method",), "kg:extends", "A variant of it, or built on it."
    ),
    RelationSpec("PART_OF", ("Method",), ("Method",), "schema:isPartOf", "A component of it."),
    RelationSpec(
        "APPLIED_TO",
        ("Method",),
        ("Task",),
        "kg:appliedTo",
        "The text says that the method is used for the task.",
    ),
    RelationSpec(
        "MEASURED_BY",
        ("Benchmark", "Dataset", "Task"),
        ("Metric",),
        "kg:measuredBy",
        "Results on it are reported in the metric.",
    ),
    RelationSpec(
        "AVAILABLE_AT",
        ("Method", "Dataset", "Benchmark"),
        ("Url",),
        "kg:availableAt",
        "Its code, data or page.",
    ),
)
RELATIONS: dict[Predicate, RelationSpec] = {spec.name: spec for spec in _SPECS}
"""Every relation type with its domain and range: the one place that says what may be stated."""

ROLE_PREDICATES: dict[Role, tuple[Predicate, ...]] = {
    "introduces": ("INTRODUCES",),
    "evaluates_on": ("EVALUATES_ON", "MEASURES"),
    "compares_with": ("COMPARES_WITH",),
    "uses": ("USES",),
    "addresses": ("ADDRESSES",),
    "mentions": ("MENTIONS",),
}
"""Role -> the relation types that say so; the kind of the entity picks among them."""
PREDICATE_ROLES: dict[Predicate, Role] = {
    predicate: role for role, predicates in ROLE_PREDICATES.items() for predicate in predicates
}
"""The other way round: the role that a relation from a paper gives to a thing."""


class Evidence(Record):
    """One sentence of one paper that states a relation."""

    paper_id: Annotated[str, Iri("prov:wasDerivedFrom"), Field(description="Who says so.")]
    start: Annotated[
        Offset,
        Iri("oa:start"),
        Field(description="First character of the sentence, into Paper.text."),
    ]
    end: Annotated[
        Offset, Iri("oa:end"), Field(description="One past the last character of the sentence.")
    ]
    sentence: Annotated[
        str,
        Iri("oa:exact"),
        Field(min_length=1, description="The sentence: Paper.text[start:end]."),
    ]
    object_start: Annotated[
        Offset,
        Iri("kg:objectStart"),
        Field(description="First character of the words that name the object, in Paper.text."),
    ]
    object_end: Annotated[
        Offset, Iri("kg:objectEnd"), Field(description="One past their last character.")
    ]
    subject_start: Annotated[
        Offset | None,
        Iri("kg:subjectStart"),
        Field(description="The same for the subject; null where it is the paper."),
    ] = None
    subject_end: Annotated[
        Offset | None,
        Iri("kg:subjectEnd"),
        Field(description="One past the last character of the subject's words."),
    ] = None
    cue: Annotated[
        str,
        Iri("kg:cue"),
        Field(description="The words that say so, where a pattern saw them."),
    ] = ""
    extractor: Annotated[
        str, Iri("prov:wasGeneratedBy"), Field(description="Component that found it.")
    ]
    score: Annotated[Score, Iri("kg:score"), Field(description="Confidence, 0..1.")]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(self.sentence) != self.end - self.start:
            raise ValueError(f"sentence does not fit the span {self.start}..{self.end}")
        if (self.subject_start is None) != (self.subject_end is None):
            raise ValueError("subject_start and subject_end belong together")
        return self


class Relation(Record):
    """An edge of the graph: who, what, whom, and every sentence that says so."""

    id: Annotated[
        str,
        Key(),
        Iri("schema:identifier"),
        Field(description="20 hex digits: hash of subject, predicate and object."),
    ]
    subject: Annotated[
        str, Iri("rdf:subject"), Field(description="Id of the paper or entity it starts from.")
    ]
    predicate: Annotated[
        Predicate, Iri("rdf:predicate"), Field(description="Type of the relation.")
    ]
    object: Annotated[str, Iri("rdf:object"), Field(description="Id of the entity it leads to.")]
    evidence: Annotated[
        tuple[Evidence, ...],
        Iri("kg:evidence"),
        Field(min_length=1, description="Sorted by paper and place; never empty."),
    ]
    score: Annotated[
        Score, Iri("kg:score"), Field(description="Highest score of the evidence, 0..1.")
    ]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.id != relation_id(self.subject, self.predicate, self.object):
            raise ValueError(f"id {self.id!r} is not the hash of the triple")
        if list(self.evidence) != sorted(set(self.evidence), key=evidence_order):
            raise ValueError("evidence is unsorted or repeated")
        if self.score != max(e.score for e in self.evidence):
            raise ValueError(f"score {self.score} is not the highest of the evidence")
        return self

    @classmethod
    def from_evidence(
        cls, subject: str, predicate: Predicate, object_: str, evidence: tuple[Evidence, ...]
    ) -> Self:
        """Make the relation of a triple from its evidence, sorted and without repeats.

        Raises:
            ValueError: There is no evidence.
        """
        if not evidence:
            raise ValueError(f"{predicate} from {subject!r} to {object_!r} has no evidence")
        unique = evidence
        if len(evidence) > 1:
            unique = tuple(sorted(set(evidence), key=evidence_order))
        return cls.of_checked(
            id=relation_id(subject, predicate, object_),
            subject=subject,
            predicate=predicate,
            object=object_,
            evidence=unique,
            score=max(e.score for e in unique),
        )


def evidence_order(evidence: Evidence) -> tuple[object, ...]:
    """Sort key that is total over all fields: evidence has one order."""
    return (
        evidence.paper_id,
        evidence.start,
        evidence.end,
        evidence.object_start,
        evidence.object_end,
        -1 if evidence.subject_start is None else evidence.subject_start,
        -1 if evidence.subject_end is None else evidence.subject_end,
        evidence.extractor,
        evidence.cue,
        -evidence.score,
        evidence.sentence,
    )
