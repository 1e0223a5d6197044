"""Check files against the published schemas: JSON Schema for JSON, SHACL shapes for RDF.

What the schemas say of one record is checked, not what ties records together: ``kg verify`` and
the importers do that. Nothing is fetched from the network. Needs the extra ``validate``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from kg.errors import InputError, UnknownNameError
from kg.validation import _json, _rdf
from kg.validation._faults import Collector, Fault, Report

__all__ = ["FORMATS", "Fault", "Report", "validate_file"]

FORMATS: dict[str, tuple[tuple[str, ...], Callable[[Path, Collector], None]]] = {
    "papers": ((".papers.jsonl",), _json.check_papers),
    "records": ((".jsonl", ".ndjson"), _json.check_records),
    "node_link": ((".json",), _json.check_document),
    "jsonld": ((".jsonld",), _rdf.check_jsonld),
    "ttl": ((".ttl",), _rdf.check_turtle),
    "nt": ((".nt",), _rdf.check_ntriples),
    "nq": ((".nq",), _rdf.check_nquads),
}
"""Format -> the suffixes that pick it, each also with ``.gz``, and what checks it."""


def validate_file(
    path: str | Path,
    *,
    format: str | None = None,
    limit: int | None = None,
    on_note: Callable[[str], None] = lambda _: None,
) -> Report:
    """Check a file that kg wrote, or that shall be read as if it had.

    Args:
        path: The file, gzipped or not.
        format: One of ``FORMATS``; by default the suffix picks it.
        limit: Keep no more faults than this; all are counted. None keeps all.
        on_note: Told, in a line, before something that takes minutes.

    Returns:
        What was checked, and what is wrong.

    Raises:
        UnknownNameError: There is no such format.
        InputError: The suffix is unknown, or the file cannot be read at all.
        MissingExtraError: jsonschema, or pyshacl and pyoxigraph, are not installed.
    """
    place = Path(path)
    if place.is_dir():
        raise InputError(
            f"'{place}' is a directory", hint=f"of a knowledge base: kg verify {place}"
        )
    name = format or _format_of(place.name)
    if name is None:
        suffixes = ", ".join(_suffixes())
        raise InputError(
            f"no format to validate for '{place.name}'",
            hint=f"use --format ({', '.join(FORMATS)}), or one of these suffixes: {suffixes}",
        )
    if name not in FORMATS:
        raise UnknownNameError(
            f"unknown format '{name}' to validate", hint=f"one of: {', '.join(FORMATS)}"
        )
    collector = Collector(name, limit, on_note)
    _, check = FORMATS[name]
    check(place, collector)
    return collector.report()


def _format_of(name: str) -> str | None:
    lower = name.lower().removesuffix(".gz")
    found = (
        format for format, (suffixes, _) in FORMATS.items() if any(map(lower.endswith, suffixes))
    )
    return next(found, None)


def _suffixes() -> Iterator[str]:
    for suffixes, _ in FORMATS.values():
        yield from suffixes
