"""Public corpora in one layout: a unit of text with annotated spans, and relations between them.

A line is ``{"doc_id", "text", "entities": [{"start", "end", "label", "kind", "text"}],
"relations": [{"head": [start, end], "type", "tail": [start, end]}]}``; offsets are characters into
``text``, half-open; ``kind`` is the corpus's label in terms of this package, null where it has no
counterpart. Other keys (coreference, nested spans, n-ary tuples) are left out.

A unit is read by the pipeline as the abstract of a paper without a title of its own; its text is
not cleaned, so that offsets stay true. What the pipeline takes for a sentence may differ at line
breaks inside a unit.

Relations map only where a corpus and this package mean the same by them (``RELATION_RULES``):

- SciER: ``Evaluated-With``, ``Trained-With``, ``Part-Of`` between methods, ``Used-For`` of a
  method for a task.
- SciERC: ``PART-OF`` between methods; ``EVALUATE-FOR``, reversed, of a metric for a task or a
  data set, and of a data set for a method.

Left out are those that no predicate stands for (``Synonym-Of``, ``SubClass-Of``, ``SubTask-Of``,
``Benchmark-For``, ``HYPONYM-OF``, ``FEATURE-OF``, ``CONJUNCTION``), comparisons that do not say
who is better (``Compare-With``, ``COMPARE``), SciERC's ``USED-FOR``, which joins anything to
anything, and all of CrossRE, whose types are about a whole encyclopedia.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from kg.errors import InputError, ReadError
from kg.evaluation._lines import Annotation, make_record, read_objects
from kg.model import EntityKind, Extraction, Paper, Predicate

__all__ = [
    "RELATION_RULES",
    "CorpusEntity",
    "CorpusRelation",
    "CorpusUnit",
    "FoundRelation",
    "FoundSpan",
    "FoundUnit",
    "RelationRule",
    "found_in",
    "read_corpus",
    "unit_paper",
]

TITLE = "-"
"""Title of a unit: no word, so that nothing is found in it and nothing follows from it."""
_SHIFT = len(TITLE) + 2

_HINT = "a corpus line has doc_id, text, entities, relations; see kg evaluate --help"


class RelationRule(NamedTuple):
    """What a relation of a corpus is called here.

    Args:
        type: The corpus's type, as it spells it.
        head: Kind of its head.
        tail: Kind of its tail.
        predicate: Relation of this package.
        reversed: Whether its subject is the corpus's tail.
    """

    type: str
    head: EntityKind
    tail: EntityKind
    predicate: Predicate
    reversed: bool = False


RELATION_RULES: tuple[RelationRule, ...] = (
    RelationRule("Evaluated-With", "Method", "Dataset", "EVALUATED_ON"),
    RelationRule("Trained-With", "Method", "Dataset", "TRAINED_ON"),
    RelationRule("Part-Of", "Method", "Method", "PART_OF"),
    RelationRule("Used-For", "Method", "Task", "APPLIED_TO"),
    RelationRule("PART-OF", "Method", "Method", "PART_OF"),
    RelationRule("EVALUATE-FOR", "Metric", "Task", "MEASURED_BY", reversed=True),
    RelationRule("EVALUATE-FOR", "Metric", "Dataset", "MEASURED_BY", reversed=True),
    RelationRule("EVALUATE-FOR", "Dataset", "Method", "EVALUATED_ON", reversed=True),
)


class CorpusEntity(Annotation):
    """An annotated span: ``unit.text[start:end]``."""

    start: Annotated[int, Field(ge=0)]
    end: int
    kind: Literal["Method", "Dataset", "Benchmark", "Task", "Metric", "URL"] | None
    text: str

    @property
    def entity_kind(self) -> EntityKind | None:
        """The kind as this package writes it."""
        return "Url" if self.kind == "URL" else self.kind


class CorpusRelation(Annotation):
    """A relation between two spans."""

    head: tuple[int, int]
    type: str
    tail: tuple[int, int]


class CorpusUnit(Annotation):
    """A text with its annotation."""

    doc_id: Annotated[str, Field(min_length=1, max_length=512)]
    text: str
    entities: tuple[CorpusEntity, ...]
    relations: tuple[CorpusRelation, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        for entity in self.entities:
            place = f"{entity.start}..{entity.end}"
            if not entity.start < entity.end <= len(self.text):
                raise ValueError(f"the entity at {place} is not inside the text")
            if self.text[entity.start : entity.end] != entity.text:
                raise ValueError(f"the text at {place} is not {entity.text!r}")
        spans = {(entity.start, entity.end) for entity in self.entities}
        for relation in self.relations:
            for start, end in (relation.head, relation.tail):
                if (start, end) not in spans:
                    raise ValueError(f"{relation.type} refers to {start}..{end}, no entity")
        return self


class FoundSpan(NamedTuple):
    """A span of a unit's text with its kind."""

    start: int
    end: int
    kind: EntityKind


class FoundRelation(NamedTuple):
    """A relation between two spans of a unit."""

    subject: FoundSpan
    predicate: Predicate
    object: FoundSpan


class FoundUnit(NamedTuple):
    """What was found in a unit, in the offsets of its text."""

    spans: tuple[FoundSpan, ...]
    relations: tuple[FoundRelation, ...]


def read_corpus(path: Path) -> list[CorpusUnit]:
    """Read the units of a corpus.

    Raises:
        InputError: The file cannot be read, or holds no unit.
        ReadError: A line is broken, its offsets do not fit its text, or its ``doc_id`` was there
            before.
    """
    units: list[CorpusUnit] = []
    lines: dict[str, int] = {}
    for number, data in read_objects(path):
        unit = make_record(CorpusUnit, data, path, number, _HINT)
        if unit.doc_id in lines:
            raise ReadError(
                f"the unit '{unit.doc_id}' is on line {lines[unit.doc_id]} already",
                source=str(path),
                line=number,
                hint="give every unit a doc_id of its own",
            )
        lines[unit.doc_id] = number
        units.append(unit)
    if not units:
        raise InputError(f"no units in '{path}'", hint=_HINT)
    return units


def unit_paper(unit: CorpusUnit) -> Paper:
    """The paper that stands for a unit: its text is the abstract, unchanged."""
    return Paper(id=unit.doc_id, title=TITLE, abstract=unit.text, source="corpus")


def found_in(unit: CorpusUnit, extraction: Extraction) -> FoundUnit | None:
    """What an extraction of ``unit_paper`` found; None where it is of another text.

    Mentions in the stand-in title are left out, and so is what refers to them.
    """
    if extraction.paper.abstract != unit.text or extraction.paper.title != TITLE:
        return None
    spans = {
        m.id: FoundSpan(m.start - _SHIFT, m.end - _SHIFT, m.kind)
        for m in extraction.mentions
        if m.start >= _SHIFT
    }
    relations = tuple(
        FoundRelation(spans[r.subject], r.predicate, spans[r.object])
        for r in extraction.relations
        if r.subject in spans and r.object in spans
    )
    return FoundUnit(tuple(spans.values()), relations)
