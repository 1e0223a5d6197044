"""Records from triples: the fields of every record by their RDF properties."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from pydantic import ValidationError

from kg.errors import InputError
from kg.graph import KnowledgeGraph
from kg.ids import entity_id, title_id
from kg.importers._triples import Ref, Triples
from kg.model import (
    BASE_IRI,
    ENTITY_CLASSES,
    RELATIONS,
    VOCABULARY_IRI,
    Entity,
    Evidence,
    LinkedMention,
    Paper,
    Predicate,
    Relation,
    id_of_iri,
    public_iris,
)
from kg.model.base import Record
from kg.names import normal_form
from kg.schema.fields import FieldSpec, field_specs
from kg.schema.rdf import CLASS_IRIS, IN_ORDER, SELECTORS, TERMS, expand_iri, rdf_type

__all__ = ["graph_of_triples"]

_LOG = logging.getLogger(__name__)
R = TypeVar("R", bound=Record)
_LABELS = {expand_iri(classes[0]): model for model, classes in CLASS_IRIS.items()}
_FIELDS: dict[str, list[tuple[FieldSpec, str, str]]] = {
    model: [
        (field, expand_iri(field.iri), rdf_type(field))
        for field in field_specs()
        if field.model == model and field.iri
    ]
    for model in CLASS_IRIS
}
"""Record -> its fields, each with its property and its datatype."""
_TERM_IRIS = {term.name: expand_iri(term.iri) for term in TERMS}
_PREDICATES: dict[str, Predicate] = {expand_iri(s.iri): s.name for s in RELATIONS.values()}
_LEADING_FROM = {
    label: [(iri, name) for iri, name in _PREDICATES.items() if label in RELATIONS[name].domain]
    for label in ("Paper", *ENTITY_CLASSES)
}
_ID, _NAME = expand_iri("schema:identifier"), expand_iri("skos:prefLabel")
_DISPLAY_NAME, _SOURCE = expand_iri("schema:name"), expand_iri("oa:hasSource")
_TARGET, _SELECTOR = expand_iri("oa:hasTarget"), expand_iri("oa:hasSelector")
_SAID = expand_iri("kg:evidence")
_LAST_PART = re.compile(r"[^/#]*$")


def graph_of_triples(triples: Triples, source: str) -> KnowledgeGraph:
    """The graph that the triples say, whatever the order and the form they were written in.

    A node is what its class of our vocabulary says. Where it has no ``schema:identifier`` its id
    is made from its IRI, its arXiv id or DOI, or its name. Relations for which there is no
    sentence are left out, with one warning in the log.

    Args:
        triples: The triples.
        source: Name of the file, for messages.

    Raises:
        InputError: The nodes are not of kg, a record does not fit its model, or the records do not
            make a graph; the message says where.
    """
    reading = _Reading(triples, source)
    if len(triples) and not reading.labels:
        hint = f"nodes need a class of {VOCABULARY_IRI}"
        raise InputError(f"'{source}' says nothing of papers in the words of kg", hint=hint)
    papers, entities = reading.nodes()
    relations = reading.relations()
    try:
        return KnowledgeGraph(papers, entities, relations, reading.mentions())
    except InputError as err:
        raise InputError(f"'{source}': {err.message}", hint=err.hint) from err


class _Reading:
    """One file: which nodes are what, and how they are called."""

    def __init__(self, triples: Triples, source: str) -> None:
        self.triples = triples
        self.source = source
        self.labels = dict(self._labelled())
        self._base = next(filter(None, map(self._base_of, self.labels)), BASE_IRI)
        self._ids: dict[str, str] = {}

    def nodes(self) -> tuple[list[Paper], list[Entity]]:
        """The papers and the things."""
        papers: list[Paper] = []
        entities: list[Entity] = []
        for ref, label in self.labels.items():
            if label == "Paper":
                papers.append(self._record(Paper, ref, id=self.id(ref)))
            elif label in ENTITY_CLASSES:
                entities.append(self._entity(ref, ENTITY_CLASSES[label]))
        return papers, entities

    def relations(self) -> list[Relation]:
        """The relations with their evidence."""
        said: dict[tuple[str, Predicate, str], list[Evidence]] = defaultdict(list)
        for ref in self._of("Relation"):
            evidence = self.triples.values(ref, _SAID)
            said[self._triple(ref)] += [self._record(Evidence, node) for node in evidence]
        unsaid = [triple for triple, found in said.items() if not found]
        unsaid += [triple for triple in self._direct() if triple not in said]
        if unsaid:
            _LOG.warning(
                "'%s': %d relations without a sentence are left out, such as %s %s %s",
                *(self.source, len(unsaid), *unsaid[0]),
            )
        return [Relation.from_evidence(*t, tuple(found)) for t, found in said.items() if found]

    def mentions(self) -> Iterator[LinkedMention]:
        """The linked mentions."""
        for ref in self._of("LinkedMention"):
            yield self._record(LinkedMention, ref)

    def _labelled(self) -> Iterator[tuple[Ref, str]]:
        for ref in self.triples:
            labels = [_LABELS[iri] for iri in self.triples.types(ref) if iri in _LABELS]
            if len(labels) > 1:
                raise self._error(ref, f"is both {labels[0]} and {labels[1]}")
            if labels:
                yield ref, labels[0]

    def _of(self, label: str) -> Iterator[Ref]:
        return (ref for ref, own in self.labels.items() if own == label)

    def _base_of(self, ref: Ref) -> str | None:
        """What the IRI of a node starts with, where the rest is its id."""
        for given in self.triples.values(ref, _ID):
            ending = quote(given, safe=":")
            if ref.endswith(ending) and not ref.startswith("_:"):
                return ref.removesuffix(ending)
        return None

    def id(self, ref: str) -> str:
        """Id of a node, made where none is given."""
        if ref not in self._ids:
            self._ids[ref] = self._new_id(ref)
        return self._ids[ref]

    def _new_id(self, ref: str) -> str:
        given = self.triples.values(ref, _ID)
        if len(given) > 1:
            raise self._error(ref, "has more than one schema:identifier")
        if given:
            return given[0]
        if own := id_of_iri(ref, self._base):
            return own
        label = self.labels.get(Ref(ref))
        if label == "Paper":
            for scheme, iri in (("arxiv", "fabio:hasArXivId"), ("doi", "bibo:doi")):
                for value in self.triples.values(ref, expand_iri(iri)):
                    return f"{scheme}:{value}"
            titles = self.triples.values(ref, expand_iri("schema:headline"))
            return title_id(titles[0]) if titles else ref
        if label in ENTITY_CLASSES:
            for name in self.triples.values(ref, _NAME):
                return entity_id(label, normal_form(name))
        return ref

    def _entity(self, ref: Ref, kind: type[Entity]) -> Entity:
        entity = self._record(kind, ref, id=self.id(ref))
        derived = set(public_iris(entity))
        if derived.isdisjoint(entity.same_as) or self._list("same_as", ref) is not None:
            return entity
        same = tuple(iri for iri in entity.same_as if iri not in derived)
        return entity.model_copy(update={"same_as": same})

    def _triple(self, ref: Ref) -> tuple[str, Predicate, str]:
        subject = self._end(ref, "rdf:subject")
        (iri,) = self._one(ref, "rdf:predicate")
        if iri not in _PREDICATES:
            raise self._error(ref, f"has the predicate <{iri}>, which is no relation of kg")
        return subject, _PREDICATES[iri], self._end(ref, "rdf:object")

    def _end(self, ref: Ref, iri: str) -> str:
        (end,) = self._one(ref, iri)
        if end not in self.labels:
            raise self._error(ref, f"refers to <{end}>, which is no paper or thing of this file")
        return self.id(end)

    def _one(self, ref: Ref, iri: str) -> list[str]:
        found = self.triples.values(ref, expand_iri(iri))
        if len(found) != 1:
            raise self._error(ref, f"has {len(found)} values of {iri}, not one")
        return found

    def _direct(self) -> Iterator[tuple[str, Predicate, str]]:
        """Relations written as a property of their subject."""
        for ref, label in self.labels.items():
            for iri, predicate in _LEADING_FROM.get(label, ()):
                for target in self.triples.values(ref, iri):
                    other = self.labels.get(Ref(target)) if isinstance(target, Ref) else None
                    if other and RELATIONS[predicate].allows(label, other):
                        yield self.id(ref), predicate, self.id(target)

    def _record(self, kind: type[R], ref: str, **given: Any) -> R:
        model, fields = kind.__name__, dict(given)
        for field, iri, datatype in _FIELDS[model]:
            if field.name not in given:
                found = self._values(model, field, iri, ref)
                values = [self._value(field, datatype, value) for value in found]
                if field.many and values:
                    fields[field.name] = values
                elif len(values) > 1:
                    raise self._error(ref, f"has {len(values)} values of '{field.name}'")
                elif values:
                    fields[field.name] = values[0]
        try:
            return kind.model_validate(fields)
        except ValidationError as err:
            first = err.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"])) or "record"
            raise self._error(ref, f"is no {model}: {where}: {first['msg']}") from err

    def _values(self, model: str, field: FieldSpec, iri: str, ref: str) -> list[str]:
        if field.name in IN_ORDER and (ordered := self._list(field.name, ref)) is not None:
            return ordered
        if model in ("Evidence", "LinkedMention"):
            target = [_TARGET] if model == "LinkedMention" else []
            if field.name in SELECTORS:
                return self.triples.values(ref, *target, _SELECTOR, iri)
            if field.name == "paper_id":
                return self.triples.values(ref, iri) or self.triples.values(ref, *target, _SOURCE)
        values = self.triples.values(ref, iri)
        if field.name == "authors":
            return [
                name
                for value in values
                for member in (self.triples.members(value) if self._is_list(value) else [value])
                for name in self._name(member)
            ]
        return sorted(values) if field.many else values

    def _is_list(self, value: str) -> bool:
        return self.triples.is_list(value)

    def _name(self, value: str) -> list[str]:
        """A name, or that of the person whose node is given."""
        return self.triples.values(value, _DISPLAY_NAME) if isinstance(value, Ref) else [value]

    def _list(self, field: str, ref: str) -> list[str] | None:
        """The values of a field to the letter and in order, where the file says them so."""
        found = self.triples.values(ref, _TERM_IRIS[IN_ORDER[field]])
        return self.triples.members(found[0]) if found else None

    def _value(self, field: FieldSpec, kind: str, value: str) -> Any:
        if kind == "@id" and field.values:
            return value.removeprefix(VOCABULARY_IRI)
        if field.name in ("paper_id", "entity_id"):
            return self.id(value)
        if field.name == "extractor" and isinstance(value, Ref):
            return unquote(_LAST_PART.search(value)[0])  # type: ignore[index]
        return _PARSERS.get(kind, str)(value)

    def _error(self, ref: str, what: str) -> InputError:
        place = ref if ref.startswith("_:") else f"<{ref}>"
        return InputError(f"'{self.source}': {place} {what}")


def _year(value: str) -> str:
    return value[:4]  # of a date, too


def _number(value: str) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value  # the record says what is wrong with it


_PARSERS: Mapping[str, Callable[[str], Any]] = {"xsd:gYear": _year, "xsd:double": _number}
