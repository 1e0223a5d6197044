"""JSON and JSON lines, checked against ``kg.schema.json``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.model import ENTITY_KINDS
from kg.validation._faults import Collector, Fault, shortened
from kg.validation._json_places import decode, elements
from kg.validation._json_schemas import BY_RECORD, validator
from kg.validation._reading import open_lines, read_text

__all__ = ["check_document", "check_papers", "check_records"]

_LISTS = (("nodes",), ("edges",), ("graph", "mentions"))


def check_papers(path: Path, collector: Collector) -> None:
    """Check the lines of a papers export, one by one."""
    _check_lines(path, collector, papers=True)


def check_records(path: Path, collector: Collector) -> None:
    """Check lines that each hold a record; what it is shows in its fields."""
    _check_lines(path, collector, papers=False)


def check_document(path: Path, collector: Collector) -> None:
    """Check a node-link document; or one record, or a list of records."""
    text = read_text(path)
    start = text.lstrip()[:1]
    try:
        if start == "[":
            for number, item in enumerate(decode(text)):
                _check_record(item, collector, f"[{number}]", None)
            return
        found = False
        for name, number, item, line in elements(text, _LISTS):
            found = True
            _check_element(name, number, item, line, collector)
        if not found:
            data = decode(text)
            if not (isinstance(data, dict) and {"nodes", "edges"} <= set(data)):
                _check_record(data, collector, "the document", None)
    except ValueError as err:
        raise InputError(f"'{path}' is not JSON: {shortened(str(err))}") from err


def _check_lines(path: Path, collector: Collector, *, papers: bool) -> None:
    with open_lines(path) as file:
        for number, line in enumerate(file, 1):
            if b"\x00" in line:
                raise InputError(f"'{path}' is not text: line {number} has a zero byte")
            if not line.strip():
                continue
            try:
                data = decode(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            except ValueError as err:
                reason = shortened(str(err).replace("line 1 column", "column"))
                fault = Fault(f"line {number}", "", "json", f"not JSON: {reason}", number)
                collector.checked["lines"] += 1
                collector.add(fault)
                continue
            if papers or _is_papers_line(data):
                _check_papers_line(data, collector, number)
            else:
                _check_record(data, collector, f"line {number}", number)


def _is_papers_line(data: Any) -> bool:
    return isinstance(data, dict) and {"entities", "links", "relations"} <= set(data)


def _check_papers_line(data: Any, collector: Collector, line: int) -> None:
    collector.checked["papers"] += 1
    node = _name(data, f"line {line}")
    _apply("papers line", data, collector, node, "", line)
    nodes = data.get("nodes") if isinstance(data, dict) else None
    for number, item in enumerate(nodes if isinstance(nodes, list) else ()):
        if isinstance(item, dict):
            _check_entity(item, collector, node, f"nodes[{number}]", line, prefix="")


def _check_element(
    name: str, number: int, item: Any, line: int | None, collector: Collector
) -> None:
    place = name if number < 0 else f"{name}[{number}]"
    if number < 0:
        collector.add(Fault("the document", name, "type", "it is not a list", line))
    elif name == "edges":
        collector.checked["edges"] += 1
        _apply("edge", item, collector, _name(item, place), "", line)
    elif name == "graph.mentions":
        collector.checked["mentions"] += 1
        _apply("LinkedMention", item, collector, _name(item, place), "", line)
    elif isinstance(item, dict) and item.get("kind") == "Paper":
        collector.checked["nodes"] += 1
        _apply("node Paper", item, collector, _name(item, place), "", line)
    else:
        collector.checked["nodes"] += 1
        _check_entity(item, collector, _name(item, place), "", line, prefix="node ")


def _check_record(data: Any, collector: Collector, place: str, line: int | None) -> None:
    """Check a record that stands alone."""
    collector.checked["records"] += 1
    node = _name(data, place)
    if not isinstance(data, dict):
        collector.add(Fault(node, "", "type", "a record is an object", line))
        return
    fields = dict(data)
    sort = fields.pop("record", None)
    if sort == "entity" or (sort is None and fields.get("kind") in ENTITY_KINDS and "name" in data):
        _check_entity(fields, collector, node, "", line, prefix="")
    elif isinstance(sort, str) and sort in BY_RECORD:
        _apply(BY_RECORD[sort], fields, collector, node, "", line)
    elif sort is not None:
        told = f"'record' is none of entity, {', '.join(BY_RECORD)}: {sort!r}"
        collector.add(Fault(node, "record", "enum", shortened(told), line))
    else:
        _apply(_kind_of(fields), fields, collector, node, "", line)


def _kind_of(fields: Mapping[str, Any]) -> str:
    """Name of the record that these fields seem to be; a paper where nothing tells."""
    signs = {
        "Extraction": ("paper", "mentions"),
        "LinkedMention": ("entity_id", "text"),
        "Link": ("mention_id", "entity_id"),
        "Relation": ("predicate", "evidence"),
        "RelationMention": ("predicate", "paper_id"),
        "Evidence": ("sentence", "paper_id"),
        "Mention": ("text", "paper_id"),
    }
    return next((name for name, keys in signs.items() if set(keys) <= set(fields)), "Paper")


def _check_entity(
    item: Any, collector: Collector, node: str, field: str, line: int | None, *, prefix: str
) -> None:
    kind = item.get("kind") if isinstance(item, dict) else None
    if kind in ENTITY_KINDS:
        _apply(f"{prefix}{kind}", item, collector, node, field, line)
        return
    kinds = ", ".join(("Paper", *ENTITY_KINDS) if prefix else ENTITY_KINDS)
    told = f"'kind' is none of {kinds}: {kind!r}"
    where = f"{field}.kind" if field else "kind"
    collector.add(Fault(node, where, "enum", shortened(told), line))


def _apply(
    schema: str, data: Any, collector: Collector, node: str, field: str, line: int | None
) -> None:
    for error in validator(schema).iter_errors(data):
        if collector.is_full:
            collector.found += 1
            continue
        told = _innermost(error)
        parts = [f"[{p}]" if isinstance(p, int) else f".{p}" for p in told.absolute_path]
        place = (field + "".join(parts)).removeprefix(".")
        rule = str(told.validator)
        collector.add(Fault(node, place, rule, shortened(told.message), line))


def _innermost(error: Any) -> Any:
    """Of "a number or null": what is wrong with the number."""
    while error.validator == "anyOf":
        inner = [e for e in error.context if e.schema != {"type": "null"}]
        branches = {e.relative_schema_path[0] for e in inner}
        if len(branches) != 1:
            break
        error = inner[0]
    return error


def _name(data: Any, place: str) -> str:
    """What a record calls itself: its id, or the place where it stands."""
    if isinstance(data, dict):
        for key in ("id", "key"):
            if isinstance(data.get(key), str) and data[key]:
                return str(data[key])
        inner = data.get("paper")
        if isinstance(inner, dict) and isinstance(inner.get("id"), str):
            return str(inner["id"])
    return place
