"""Re-read the evidence: every span of every relation against the text it points into."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from kg.errors import KnowledgeBaseError
from kg.graph import KnowledgeGraph
from kg.ids import content_hash
from kg.ledger import Ledger, LedgerRow
from kg.model import Evidence, LinkedMention, Paper, Relation, entity_adapter
from kg.snapshot import PARTS, current_snapshot, manifest_of

__all__ = ["Failure", "texts_of", "verify", "verify_files", "verify_graph", "verify_ledger"]


@dataclass(frozen=True)
class Failure:
    """One piece of evidence that does not hold.

    Args:
        paper_id: The paper that is said to say so; empty where a whole file is at fault.
        where: Relation id, ``start..end`` for a mention, ``paper`` or ``extraction`` for a record
            of the ledger, or a file with the number of the line.
        reason: What is wrong.
    """

    paper_id: str
    where: str
    reason: str


Text = Callable[[str], str | None]
"""The text of a paper, or None where the ledger does not hold it."""


def verify(target: str | Path) -> tuple[int, list[Failure]]:
    """Check the graph of a knowledge base against the texts in its ledger, and the ledger itself.

    Every record is read from its file and checked as if a stranger had written it: its form, its
    spans, and the hashes that were noted when it was written.

    Returns:
        Number of spans that were checked, and what does not hold.

    Raises:
        KnowledgeBaseError: There is no knowledge base, no graph, or one of another format.
    """
    base = Path(target)
    folder = current_snapshot(base)
    manifest = manifest_of(folder)
    with Ledger(base / "ledger.sqlite", read_only=True) as ledger, ledger.at_rest():
        failures = list(verify_ledger(ledger, manifest.get("ledger", {})))
        spans, found = verify_files(folder, manifest, texts_of(ledger), _unread(ledger))
    return spans, failures + found


def _unread(ledger: Ledger) -> Container[str]:
    try:
        return ledger.unread()
    except KnowledgeBaseError:
        return ()  # told with the ledger's records


def verify_files(
    folder: Path, manifest: Mapping[str, Any], text: Text, unread: Container[str] = ()
) -> tuple[int, list[Failure]]:
    """Check the record files of a snapshot.

    Args:
        folder: The snapshot.
        manifest: What was noted of it.
        text: Gives the text of a paper.
        unread: Papers of which nothing is known but their records.

    Returns:
        Number of spans that were checked, and what does not hold.
    """
    counted = _Counted(text, unread)
    failures: list[Failure] = []
    for part in PARTS:
        failures += counted.file(folder / f"{part}.jsonl", manifest["files"][f"{part}.jsonl"])
    return counted.spans, failures


def verify_ledger(ledger: Ledger, noted: Mapping[str, str]) -> Iterator[Failure]:
    """Check every record of a ledger.

    Args:
        ledger: The ledger.
        noted: Its ``state`` and ``sha256`` when the graph was made, where they are known.
    """
    found = False
    try:
        for row in ledger.rows():
            for where, reason in _row_faults(row):
                found = True
                yield Failure(row.paper_id, where, reason)
        # records that fit each other, and yet are not those that the graph was made from
        same_papers = noted.get("state") == ledger.state()
        if same_papers and not found and noted.get("sha256") != ledger.digest():
            yield Failure("", "ledger", "its records were changed since the graph was made")
    except KnowledgeBaseError as err:
        yield Failure("", "ledger", err.message)


def _row_faults(row: LedgerRow) -> Iterator[tuple[str, str]]:
    try:
        paper = Paper.model_validate_json(row.record)
    except ValueError as err:
        yield "paper", f"the ledger's record is broken: {_said(err)}"
        return
    if paper.id != row.paper_id:
        yield "paper", f"the ledger's record is that of '{paper.id}'"
    if content_hash(row.record) != row.content_hash:
        yield "paper", "the ledger's record does not fit its content hash"
    if row.found is None:
        return
    if row.is_read:
        try:
            row.extraction()
        except ValueError as err:
            yield "extraction", f"what the ledger says was found does not fit: {_said(err)}"


def _said(err: Exception) -> str:
    return " ".join(str(err).split())[:200]


def texts_of(ledger: Ledger) -> Text:
    """Where the texts of the papers are looked up."""

    @lru_cache(4096)
    def text(paper_id: str) -> str | None:
        try:
            paper = ledger.paper(paper_id)
        except KnowledgeBaseError:
            return None  # told with the ledger's records
        return None if paper is None else paper.text

    return text


def verify_graph(graph: KnowledgeGraph, papers: Mapping[str, Paper]) -> tuple[int, list[Failure]]:
    """Check a graph against texts: sentences, the spans inside them, and mentions.

    Returns:
        Number of spans that were checked, and what does not hold.
    """

    def text(paper_id: str) -> str | None:
        paper = papers.get(paper_id)
        return None if paper is None else paper.text

    counted = _Counted(text)
    failures: list[Failure] = []
    for relation in graph.relations.values():
        failures += counted.relation(relation)
    for paper_id, held in graph.papers.items():
        failures += counted.paper(held)
        failures += counted.mentions(paper_id, graph.mentions(paper_id))
    return counted.spans, failures


class _Counted:
    """Checks records against texts and counts the spans."""

    def __init__(self, text: Text, unread: Container[str] = ()) -> None:
        self._text, self._unread = text, unread
        self.spans = 0

    def file(self, path: Path, noted: Mapping[str, Any]) -> Iterator[Failure]:
        """Check the lines of a record file, and the file against what was noted of it."""
        digest = hashlib.sha256()
        lines = 0
        try:
            with path.open("rb") as file:
                for lines, line in enumerate(file, 1):
                    digest.update(line)
                    try:
                        yield from self._line(path.stem, line)
                    except (ValueError, TypeError, KeyError) as err:
                        yield Failure("", f"{path.name}:{lines}", f"a broken record: {_said(err)}")
        except OSError as err:
            yield Failure("", path.name, f"cannot be read: {err.strerror or err}")
            return
        if digest.hexdigest() != noted["sha256"]:
            yield Failure("", path.name, "its bytes are not those that were written")

    def _line(self, part: str, line: bytes) -> Iterable[Failure]:
        if part == "papers":
            return self.paper(Paper.model_validate_json(line))
        if part == "relations":
            return self.relation(Relation.model_validate_json(line))
        if part == "entities":
            entity_adapter.validate_json(line)
            return ()
        said = from_json(line)
        paper_id = said["id"]
        spans = [LinkedMention(**{**mention, "paper_id": paper_id}) for mention in said["mentions"]]
        return self.mentions(paper_id, spans)

    def paper(self, held: Paper) -> Iterator[Failure]:
        text = self._text(held.id)
        if text is None:
            yield Failure(held.id, "paper", "the ledger does not hold the paper")
        elif text != held.text:
            yield Failure(held.id, "paper", "the graph holds another text")
        elif held.id in self._unread:
            yield Failure(held.id, "extraction", "the ledger lost what was found in the paper")

    def relation(self, relation: Relation) -> Iterator[Failure]:
        for evidence in relation.evidence:
            self.spans += 1
            reason = _fault(evidence, self._text(evidence.paper_id))
            if reason:
                yield Failure(evidence.paper_id, relation.id, reason)

    def mentions(self, paper_id: str, spans: Iterable[LinkedMention]) -> Iterator[Failure]:
        text = self._text(paper_id)
        for mention in spans:
            self.spans += 1
            if text is None or text[mention.start : mention.end] != mention.text:
                place = f"{mention.start}..{mention.end}"
                yield Failure(paper_id, place, f"the text is not {mention.text!r}")


def _fault(evidence: Evidence, text: str | None) -> str:
    if text is None:
        return "the ledger does not hold the paper"
    if text[evidence.start : evidence.end] != evidence.sentence:
        return f"the text at {evidence.start}..{evidence.end} is not the sentence"
    spans = [(evidence.object_start, evidence.object_end)]
    if evidence.subject_start is not None and evidence.subject_end is not None:
        spans.append((evidence.subject_start, evidence.subject_end))
    for start, end in spans:
        if not evidence.start <= start < end <= evidence.end:
            return f"the name at {start}..{end} is not in the sentence"
    return ""
