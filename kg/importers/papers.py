"""One paper a line: the graph of the records in a file that ``kg export`` wrote.

Only the records of a line count (see ``kg.exporters.papers``), not the summary before them. Lines
may be left out, repeated, put in another order or brought together from several exports.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from kg.errors import InputError, ReadError
from kg.graph import KnowledgeGraph, label_of
from kg.importers._importing import IMPORTERS, open_bytes
from kg.model import (
    PREDICATES,
    RELATIONS,
    Entity,
    Evidence,
    LinkedMention,
    Paper,
    Predicate,
    Relation,
    entity_adapter,
)

__all__ = ["load_papers", "parse_papers"]

T = TypeVar("T")
_Triple = tuple[str, Predicate, str]
_HINT = "only files written by 'kg export' hold all that a graph needs"
_PARTS = ("nodes", "mentions", "evidence")


@IMPORTERS.register("papers", suffixes=(".papers.jsonl", ".papers.jsonl.gz"))
def load_papers(path: Path) -> KnowledgeGraph:
    """Read the graph back that ``write_papers`` wrote; the two are equal.

    Args:
        path: The file, gzipped or not.

    Raises:
        InputError: The file cannot be read.
        ReadError: A line is not JSON, a record does not fit its model, or two lines do not fit
            together; the message begins with file and line.
    """
    with open_bytes(path) as file:
        return parse_papers(file, source=str(path))


def parse_papers(lines: Iterable[bytes], *, source: str = "-") -> KnowledgeGraph:
    """Build the graph of JSON lines in UTF-8; blank ones are skipped.

    Args:
        lines: The lines.
        source: What messages call the file.

    Raises:
        ReadError: As for ``load_papers``.
    """
    lines_of_paper = _Lines()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            lines_of_paper.add(_object(line, first=number == 1), number)
        except _LineError as err:
            raise ReadError(str(err), source=source, line=number, hint=_HINT) from err
    try:
        return lines_of_paper.graph()
    except _LineError as err:
        raise ReadError(str(err), source=source, line=err.line, hint=_HINT) from err


class _LineError(Exception):
    """What is wrong with a line; its number where it is not the current one."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


class _Lines:
    """The records of the lines read so far."""

    def __init__(self) -> None:
        self._papers: dict[str, Paper] = {}
        self._entities: dict[str, Entity] = {}
        self._raw: dict[str, Mapping[str, Any]] = {}
        self._mentions: list[LinkedMention] = []
        self._evidence: dict[_Triple, list[Evidence]] = defaultdict(list)
        self._line_of: dict[_Triple, int] = {}

    def add(self, data: Mapping[str, Any], number: int) -> None:
        """Take in the object of a line."""
        missing = [part for part in _PARTS if not isinstance(data.get(part), list)]
        if missing:
            raise _LineError(f"no list '{missing[0]}' of records")
        if data.get("title") != "":
            fields = {k: v for k, v in data.items() if k in Paper.model_fields}
            paper = _record("paper", Paper.model_validate, fields)
            if self._papers.setdefault(paper.id, paper) != paper:
                raise _LineError(f"another record of the paper '{paper.id}' is on an earlier line")
        paper_id, here = data.get("id"), set()
        for fields in data["nodes"]:
            here.add(self._node(fields))
        for fields in _with("mentions", data, paper_id):
            mention = _record("mentions", LinkedMention.model_validate, fields)
            if mention.entity_id not in here:
                raise _LineError(f"a mention of '{mention.entity_id}', which is not in 'nodes'")
            self._mentions.append(mention)
        for fields in _with("evidence", data, paper_id):
            triple = tuple(fields.pop(end, None) for end in ("subject", "predicate", "object"))
            if triple[1] not in PREDICATES or not all(isinstance(end, str) for end in triple):
                raise _LineError(f"evidence of no relation: {triple!r}")
            self._evidence[triple].append(_record("evidence", Evidence.model_validate, fields))
            self._line_of.setdefault(triple, number)

    def graph(self) -> KnowledgeGraph:
        """The graph of all lines."""
        labels = {key: label_of(node) for key, node in self._entities.items()}
        for key in self._papers:
            if key in labels:
                raise _LineError(f"a paper and an entity share the id '{key}'")
            labels[key] = "Paper"
        for triple, line in self._line_of.items():
            subject, predicate, object_ = triple
            for end in (subject, object_):
                if end not in labels:
                    raise _LineError(f"{predicate} refers to '{end}', which no line has", line)
            if not RELATIONS[predicate].allows(labels[subject], labels[object_]):
                joined = f"{labels[subject]} '{subject}' to {labels[object_]} '{object_}'"
                raise _LineError(f"{predicate} may not join {joined}", line)
        relations = (Relation.from_evidence(*t, tuple(e)) for t, e in self._evidence.items())
        try:
            return KnowledgeGraph(
                self._papers.values(), self._entities.values(), relations, self._mentions
            )
        except InputError as err:
            raise _LineError(err.message) from err

    def _node(self, fields: Any) -> str:
        """Keep a record of an entity, checked once however many lines repeat it; its id."""
        key = fields.get("id") if isinstance(fields, dict) else None
        known = self._raw.get(key) if isinstance(key, str) else None
        if known is None:
            entity = _record("nodes", entity_adapter.validate_python, fields)
            key = entity.id
            self._entities[key], self._raw[key] = entity, fields
        elif known != fields:
            raise _LineError(f"another record of the entity '{key}' is on an earlier line")
        return str(key)


def _object(line: bytes, *, first: bool) -> Mapping[str, Any]:
    try:
        data = json.loads(line.decode("utf-8-sig" if first else "utf-8"))
    except UnicodeDecodeError as err:
        raise _LineError("not UTF-8") from err
    except (ValueError, RecursionError) as err:
        raise _LineError(f"not JSON ({getattr(err, 'msg', 'unreadable')})") from err
    if not isinstance(data, dict):
        raise _LineError(f"a JSON {type(data).__name__}, not an object")
    return data


def _with(part: str, data: Mapping[str, Any], paper_id: object) -> Iterator[dict[str, Any]]:
    for fields in data[part]:
        if not isinstance(fields, dict):
            raise _LineError(f"'{part}' holds a JSON {type(fields).__name__}, not an object")
        yield {**fields, "paper_id": paper_id}


def _record(part: str, validate: Any, fields: Any) -> Any:
    try:
        return validate(fields)
    except ValidationError as err:
        first = err.errors(include_url=False)[0]
        place = ".".join(map(str, (part, *first["loc"])))
        message = first["msg"].removeprefix("Value error, ")
        raise _LineError(f"'{place}': {message[:1].lower()}{message[1:]}") from err
