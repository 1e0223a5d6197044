"""Croissant 1.1: what a folder of tables says about itself, for people and for machines.

The vocabulary of MLCommons (http://mlcommons.org/croissant/1.1) on top of schema.org: every file
with its size and SHA-256, every table as a record set, every column with type and meaning. What is
not known (licence, creator, version, date) is left out; no clock is read, so bytes repeat.

Which column refers to which is said in words: readers of Croissant join the tables where it is
said by ``references``, and mlcroissant 1.1 fails at tables that are joined twice.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.exporters._table_columns import TABLES, Column, Table
from kg.graph import KnowledgeGraph

__all__ = ["CROISSANT_FILE", "About", "croissant_json", "is_croissant"]

CROISSANT_FILE = "croissant.json"
"""Name of the file in the folder."""
_VERSION = "http://mlcommons.org/croissant/1.1"
_FORMATS = {"csv": "text/csv", "parquet": "application/x-parquet"}
_TYPES = {"string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float"}
_OWN_TERMS = (
    *("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field"),
    *("fileObject", "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset"),
    *("jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"),
    *("repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _OWN_TERMS},
}
"""The context that the specification asks every file to hold."""


@dataclass(frozen=True)
class About:
    """What the maker of a dataset says about it; empty where unknown.

    Args:
        title: Its name.
        description: What it holds.
        license: Address of the licence.
        creator: Who made it.
        url: Its web page.
        version: Its version.
        date: When it was published, YYYY-MM-DD.
        citation: How to cite it.

    Raises:
        InputError: ``date`` is no date.
    """

    title: str = ""
    description: str = ""
    license: str = ""
    creator: str = ""
    url: str = ""
    version: str = ""
    date: str = ""
    citation: str = ""

    def __post_init__(self) -> None:
        try:
            _ = self.date and Date.fromisoformat(self.date)
        except ValueError as err:
            raise InputError(f"'{self.date}' is no date", hint="such as 2025-12-31") from err


def croissant_json(graph: KnowledgeGraph, folder: Path, suffix: str, about: About) -> str:
    """Describe the tables of a folder.

    Args:
        graph: The graph that they hold.
        folder: Where they lie.
        suffix: ``csv`` or ``parquet``.
        about: What is known beyond the graph.

    Returns:
        The JSON text.

    Raises:
        OSError: A table cannot be read.
    """
    said = {
        "license": about.license,
        "creator": about.creator and {"@type": "sc:Organization", "name": about.creator},
        "url": about.url,
        "version": about.version,
        "datePublished": about.date,
        "citeAs": about.citation,
    }
    data = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": _VERSION,
        "name": about.title or "Knowledge graph of papers",
        "description": about.description or _description(graph),
        **{name: value for name, value in said.items() if value},
        "distribution": [_file(folder / f"{table.name}.{suffix}") for table in TABLES],
        "recordSet": [_record_set(table, suffix) for table in TABLES],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def is_croissant(path: Path) -> bool:
    """Tell whether a file is of the kind that ``croissant_json`` writes."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(data, dict) and data.get("conformsTo") == _VERSION


def _description(graph: KnowledgeGraph) -> str:
    stats = graph.stats()
    kinds = ", ".join(f"{n} {kind}" for kind, n in stats.nodes.items() if kind != "Paper")
    return (
        f"What {len(graph.papers)} papers say in title and abstract, read by machine: "
        f"{len(graph.entities)} things they name ({kinds or 'none'}), {len(graph.relations)} "
        f"relations, {stats.evidence} sentences as evidence, {stats.mentions} mentions. Scores are "
        "confidences in 0..1; offsets count characters of title, blank line, abstract."
    )


def _file(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return {
        "@type": "cr:FileObject",
        "@id": path.name,
        "name": path.name,
        "contentUrl": path.name,
        "contentSize": f"{path.stat().st_size} B",
        "encodingFormat": _FORMATS[path.suffix.removeprefix(".")],
        "sha256": digest.hexdigest(),
    }


def _record_set(table: Table, suffix: str) -> dict[str, Any]:
    key = {"key": {"@id": f"{table.name}/id"}} if table.columns[0].name == "id" else {}
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        **key,
        "field": [_field(table.name, column, suffix) for column in table.columns],
    }


def _field(table: str, column: Column, suffix: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": column.name,
        "description": column.description,
        "dataType": _TYPES[column.type],
        "source": {
            "fileObject": {"@id": f"{table}.{suffix}"},
            "extract": {"column": column.name},
        },
    }
    if column.many and suffix == "csv":
        field["description"] += " A JSON array."
    elif column.many:
        field |= {"isArray": True, "arrayShape": "-1"}
    if column.refers_to:
        field["description"] += f" One of {column.refers_to}."
    return field
