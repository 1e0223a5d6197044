"""A knowledge base as what a slice is taken of: lines of its record files, rows of its ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path

from pydantic_core import from_json, to_json

from kg.curation import Curation, read_curation
from kg.errors import KnowledgeBaseError
from kg.ledger import ExtractionRow, Ledger, LedgerRow
from kg.model import Entity, Evidence, Paper, Relation, entity_adapter
from kg.record_files import RecordFile
from kg.slicing._source import Head, Kept, ReadPaper, is_said_by_papers
from kg.snapshot import PARTS, current_snapshot, manifest_of

__all__ = ["KnowledgeBaseSource"]

_EVIDENCE = b',"evidence":'


class KnowledgeBaseSource:
    """The graph in force of a knowledge base, with its ledger; both are only read.

    Args:
        base: The knowledge base directory.

    Raises:
        KnowledgeBaseError: There is none, it has no graph, or its files are damaged.
    """

    def __init__(self, base: Path) -> None:
        self.name, self._base = str(base), base
        self._files = _opened(base)

    def heads(self) -> Iterator[Head]:
        """Every paper, by id."""
        for line in self._files["papers"].values():
            fields = from_json(line)
            yield Head(fields["id"], fields["year"], tuple(fields["categories"]))

    def entities(self) -> Iterator[Entity]:
        """Every entity, by id."""
        return map(entity_adapter.validate_json, self._files["entities"].values())

    def papers_naming(self, entity_ids: Set[str]) -> set[str]:
        """Papers with a span, or a sentence behind a relation, that names one of these."""
        # a quote inside of a text is escaped, so these bytes are the field and nothing else
        marks = [b'"entity_id":' + to_json(entity_id) for entity_id in sorted(entity_ids)]
        found = {
            str(from_json(line)["id"])
            for line in self._files["mentions"].values()
            if any(mark in line for mark in marks)
        }
        relations = self._files["relations"]
        for place, head in enumerate(relations.heads(_EVIDENCE)):
            if head["subject"] in entity_ids or head["object"] in entity_ids:
                found.update(e["paper_id"] for e in from_json(relations.at(place))["evidence"])
        return found

    def curation(self) -> tuple[str, Curation]:
        """What a person decided about names."""
        return read_curation(self._base)

    def papers(self, kept: Kept) -> Iterator[ReadPaper]:
        """Papers of the slice by id, as graph and ledger both have them.

        Raises:
            KnowledgeBaseError: The graph was made of another state of the ledger.
        """
        with Ledger(self._base / "ledger.sqlite", read_only=True) as ledger, ledger.at_rest():
            rows = ledger.rows()
            for paper_id, line in self._files["papers"].items():
                if kept is None or paper_id in kept:
                    row = next((row for row in rows if row.paper_id >= paper_id), None)
                    yield self._read(paper_id, line, row)

    def _read(self, paper_id: str, line: bytes, row: LedgerRow | None) -> ReadPaper:
        paper = Paper.model_validate_json(line)
        if (
            row is not None
            and row.paper_id == paper_id
            and row.is_read
            and row.content_hash == paper.content_hash
        ):
            found = ExtractionRow(paper_id, row.content_hash, row.found or "{}")
            return ReadPaper(paper, found, row.fingerprint or "")
        raise KnowledgeBaseError(
            f"the ledger of '{self._base}' and its graph have different forms of '{paper_id}'",
            hint=f"a build is at work or was stopped; go on with: kg build --to {self._base}",
        )

    def records(self, kept: Kept, scratch: Path) -> Mapping[str, Iterable[str]]:
        """Lines of the graph; those of a slice as they are, but for relations that lose some."""
        if kept is None:
            return {part: map(bytes.decode, _lines(self._files[part])) for part in PARTS}
        touched: set[str] = set()
        return {
            "papers": self._by_id("papers", kept),
            "mentions": self._mentions(kept, touched),
            "relations": self._relations(kept, touched),
            "entities": self._by_id("entities", touched),
        }

    def _by_id(self, part: str, wanted: Set[str]) -> Iterator[str]:
        for key, line in self._files[part].items():
            if key in wanted:
                yield line.decode().removesuffix("\n")

    def _mentions(self, kept: Set[str], touched: set[str]) -> Iterator[str]:
        for paper_id, line in self._files["mentions"].items():
            if paper_id in kept:
                touched.update(m["entity_id"] for m in from_json(line)["mentions"])
                yield line.decode().removesuffix("\n")

    def _relations(self, kept: Set[str], touched: set[str]) -> Iterator[str]:
        for line in self._files["relations"].values():
            fields = from_json(line)
            evidence = [e for e in fields["evidence"] if e["paper_id"] in kept]
            subject, predicate, object_ = (fields[n] for n in ("subject", "predicate", "object"))
            if not evidence or (subject not in kept and is_said_by_papers(predicate)):
                continue
            touched.update((subject, object_))
            if len(evidence) == len(fields["evidence"]):
                yield line.decode().removesuffix("\n")
            else:
                said = tuple(Evidence.of_checked(**e) for e in evidence)
                relation = Relation.from_evidence(subject, predicate, object_, said)
                yield relation.model_dump_json()


def _lines(file: RecordFile[bytes]) -> Iterator[bytes]:
    return (line.removesuffix(b"\n") for line in file.values())


def _opened(base: Path) -> dict[str, RecordFile[bytes]]:
    """The files of the snapshot in force, or of the next where a build replaces it just now."""
    while True:
        folder = current_snapshot(base)
        try:
            manifest_of(folder)
            return {part: RecordFile(folder / f"{part}.jsonl", bytes) for part in PARTS}
        except (OSError, KnowledgeBaseError) as err:
            if current_snapshot(base) != folder:
                continue
            if isinstance(err, KnowledgeBaseError):
                raise
            raise KnowledgeBaseError(
                f"the graph in '{base}' is damaged: {err.strerror or err}",
                hint=f"make it again from the ledger: kg rebuild {base}",
            ) from err
