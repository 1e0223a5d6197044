"""Tables as what a slice is taken of: every row is checked, and that rows fit each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from kg.curation import Curation
from kg.ledger import ExtractionRow, LedgerRow
from kg.model import (
    PREDICATES,
    RELATIONS,
    Entity,
    Evidence,
    LinkedMention,
    Paper,
    Relation,
    entity_adapter,
)
from kg.slicing._node_index import Labels, Texts
from kg.slicing._source import Head, Kept, ReadPaper, Text, is_said_by_papers
from kg.snapshot import mention_record
from kg.tables import Place, TableFolder

__all__ = ["TableSource"]

T = TypeVar("T")


class TableSource:
    """The tables of a graph with what was found in each paper.

    Args:
        tables: The folder.
    """

    def __init__(self, tables: TableFolder) -> None:
        self.name, self._tables = str(tables.path), tables

    def heads(self) -> Iterator[Head]:
        """Every paper, by id."""
        for place, batch in self._tables.batches("papers", ("id", "year", "categories")):
            columns = (batch.column(name).to_pylist() for name in ("id", "year", "categories"))
            for number, (paper_id, year, categories) in enumerate(zip(*columns, strict=True)):
                if categories is None:
                    where = Place(place.file, place.row + number)
                    self._tables.fault("papers", where, "'categories' is missing")
                yield Head(paper_id, year, tuple(categories))

    def entities(self) -> Iterator[Entity]:
        """Every entity, by id."""
        for place, fields in self._tables.records("entities"):
            yield self._entity(place, fields)

    def papers_naming(self, entity_ids: Set[str]) -> set[str]:
        """Papers with a span, or a sentence behind a relation, that names one of these."""
        found: set[str] = set()
        for paper_id, entity_id in self._values("mentions", "paper_id", "entity_id"):
            if entity_id in entity_ids:
                found.add(paper_id)
        relations = {
            key
            for key, *ends in self._values("relations", "id", "subject", "object")
            if not entity_ids.isdisjoint(ends)
        }
        for key, paper_id in self._values("evidence", "relation_id", "paper_id"):
            if key in relations:
                found.add(paper_id)
        return found

    def _values(self, name: str, *columns: str) -> Iterator[tuple[Any, ...]]:
        for _, batch in self._tables.batches(name, columns):
            yield from zip(*(batch.column(c).to_pylist() for c in columns), strict=True)

    def curation(self) -> tuple[str, Curation]:
        """Nothing: tables have no decisions of their own."""
        return "", Curation()

    def papers(self, kept: Kept) -> Iterator[ReadPaper]:
        """Papers of the slice by id, each with its row of the table of extractions.

        Raises:
            InputError: A row is damaged, or a paper has none.
        """
        only = None if kept is None else ("paper_id", kept)
        rows = iter(self._tables.records("extractions", only=only))
        here = next(rows, None)
        for place, paper in self.paper_records(kept):
            while here is not None and here[1]["paper_id"] < paper.id:
                here = next(rows, None)  # of a paper that the graph has under another id
            if here is None or here[1]["paper_id"] != paper.id:
                reason = f"table 'extractions' has nothing of paper '{paper.id}'"
                self._tables.fault("papers", place, reason)
            yield self._read(paper, *here)

    def paper_records(self, kept: Kept) -> Iterator[tuple[Place, Paper]]:
        """Papers of the slice by id, each with its place."""
        only = None if kept is None else ("id", kept)
        for place, fields in self._tables.records("papers", only=only):
            yield place, self._made("papers", place, Paper.model_validate, fields)

    def _read(self, paper: Paper, place: Place, fields: dict[str, Any]) -> ReadPaper:
        given = [fields[name] for name in ("content_hash", "fingerprint", "record")]
        if None in given:
            self._tables.fault("extractions", place, "a value is missing")
        read_hash, fingerprint, record = given
        if read_hash != paper.content_hash:
            reason = f"what was found is of another form of paper '{paper.id}'"
            self._tables.fault("extractions", place, reason)
        row = LedgerRow(
            paper.id, read_hash, paper.model_dump_json(), read_hash, fingerprint, record
        )
        self._made("extractions", place, lambda row: row.extraction(), row)
        return ReadPaper(paper, ExtractionRow(paper.id, read_hash, record), fingerprint)

    def records(self, kept: Kept, scratch: Path) -> Mapping[str, Iterable[str]]:
        """Records of the graph of the slice."""
        touched: set[str] | None = None if kept is None else set()
        labels, texts = Labels(self._tables), Texts(scratch)
        return {
            "papers": self._papers(kept, texts),
            "mentions": (
                mention_record(paper_id, mentions)
                for paper_id, mentions in self.mention_records(kept, texts.of, labels, touched)
            ),
            "relations": (
                relation.model_dump_json()
                for relation in self.relation_records(kept, texts.of, labels, touched)
            ),
            "entities": (entity.model_dump_json() for entity in self.entity_records(touched)),
        }

    def _papers(self, kept: Kept, texts: Texts) -> Iterator[str]:
        for _, paper in self.paper_records(kept):
            texts.add(paper.id, paper.text)
            yield paper.model_dump_json()

    def entity_records(self, touched: set[str] | None) -> Iterator[Entity]:
        """Entities that are touched, or all of them; ask when it is known which they are."""
        only = None if touched is None else ("id", touched)
        for place, fields in self._tables.records("entities", only=only):
            yield self._entity(place, fields)

    def mention_records(
        self, kept: Kept, text: Text, labels: Labels, touched: set[str] | None
    ) -> Iterator[tuple[str, tuple[LinkedMention, ...]]]:
        """Paper and its linked mentions, by id and place, without repeats."""
        only = None if kept is None else ("paper_id", kept)
        rows = self._tables.records("mentions", only=only)
        for paper_id, group in groupby(rows, key=lambda row: row[1]["paper_id"]):
            said = text(paper_id)
            spans: dict[tuple[object, ...], LinkedMention] = {}
            for place, fields in group:
                mention = self._made("mentions", place, LinkedMention.model_validate, fields)
                if said is None:
                    self._tables.fault("mentions", place, f"there is no paper '{paper_id}'")
                if said[mention.start : mention.end] != mention.text:
                    at = f"the text of '{paper_id}' at {mention.start}..{mention.end}"
                    self._tables.fault("mentions", place, f"{at} is not {mention.text!r}")
                if labels.of(mention.entity_id) in (None, "Paper"):
                    reason = f"there is no entity '{mention.entity_id}'"
                    self._tables.fault("mentions", place, reason)
                if touched is not None:
                    touched.add(mention.entity_id)
                spans[_order(mention)] = mention
            yield paper_id, tuple(spans[key] for key in sorted(spans))

    def relation_records(
        self, kept: Kept, text: Text, labels: Labels, touched: set[str] | None
    ) -> Iterator[Relation]:
        """Relations by id, each with its evidence: two tables in one order, read side by side."""
        only = None if kept is None else ("paper_id", kept)
        said = iter(self._tables.records("evidence", only=only))
        here = next(said, None)
        for place, fields in self._tables.records("relations"):
            key = fields["id"]
            evidence = []
            while here is not None and here[1]["relation_id"] <= key:
                if here[1]["relation_id"] < key:
                    self._no_relation(*here)
                evidence.append(self._evidence(*here, text))
                here = next(said, None)
            if not evidence and kept is not None:
                continue
            if not evidence:
                self._tables.fault("relations", place, "it has no evidence")
            relation = self._relation(place, fields, evidence, labels, whole=kept is None)
            if kept is not None and _is_cut_off(relation, kept):
                continue
            if touched is not None:
                touched.update((relation.subject, relation.object))
            yield relation
        if here is not None:
            self._no_relation(*here)

    def _no_relation(self, place: Place, fields: dict[str, Any]) -> None:
        self._tables.fault("evidence", place, f"there is no relation '{fields['relation_id']}'")

    def _evidence(self, place: Place, fields: dict[str, Any], text: Text) -> Evidence:
        del fields["relation_id"]
        evidence = self._made("evidence", place, Evidence.model_validate, fields)
        said = text(evidence.paper_id)
        if said is None:
            self._tables.fault("evidence", place, f"there is no paper '{evidence.paper_id}'")
        start, end = evidence.start, evidence.end
        if said[start:end] != evidence.sentence:
            at = f"the text of '{evidence.paper_id}' at {start}..{end}"
            self._tables.fault("evidence", place, f"{at} is not the sentence")
        for first, last in (
            (evidence.object_start, evidence.object_end),
            (evidence.subject_start, evidence.subject_end),
        ):
            if first is not None and last is not None and not first < last <= len(said):
                reason = f"no name at {first}..{last} in the text of '{evidence.paper_id}'"
                self._tables.fault("evidence", place, reason)
        return evidence

    def _relation(
        self,
        place: Place,
        fields: dict[str, Any],
        evidence: list[Evidence],
        labels: Labels,
        *,
        whole: bool,
    ) -> Relation:
        subject, predicate, object_ = (fields[n] for n in ("subject", "predicate", "object"))
        if predicate not in PREDICATES:
            self._tables.fault("relations", place, f"there is no predicate '{predicate}'")
        found = []
        for end in (subject, object_):
            label = None if end is None else labels.of(end)
            if label is None:
                self._tables.fault("relations", place, f"there is no paper or entity '{end}'")
            found.append(label)
        if not RELATIONS[predicate].allows(*found):
            reason = f"{predicate} may not join {found[0]} '{subject}' to {found[1]} '{object_}'"
            self._tables.fault("relations", place, reason)
        relation = Relation.from_evidence(subject, predicate, object_, tuple(evidence))
        if relation.id != fields["id"]:
            self._tables.fault("relations", place, f"'{fields['id']}' is not the id of its triple")
        if whole and relation.score != fields["score"]:
            reason = f"its score {fields['score']} is not the highest of its evidence"
            self._tables.fault("relations", place, reason)
        return relation

    def _entity(self, place: Place, fields: dict[str, Any]) -> Entity:
        if fields["kind"] != "Url":
            fields = {k: v for k, v in fields.items() if k not in ("href", "url_kind") or v}
        return self._made("entities", place, entity_adapter.validate_python, fields)

    def _made(self, name: str, place: Place, make: Callable[[Any], T], fields: Any) -> T:
        try:
            return make(fields)
        except ValueError as err:
            self._tables.fault(name, place, " ".join(str(err).split())[:200], err)


def _is_cut_off(relation: Relation, kept: Set[str]) -> bool:
    return is_said_by_papers(relation.predicate) and relation.subject not in kept


def _order(mention: LinkedMention) -> tuple[object, ...]:
    """By place, in an order that is total: that of a graph."""
    m = mention
    return m.start, m.end, m.kind, m.entity_id, m.extractor, m.model_dump_json()
