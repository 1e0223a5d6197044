"""Folders of tables as a large job writes them, from a graph and what was found in its papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyarrow.parquet import ParquetWriter

from kg.exporters._table_columns import TABLES
from kg.graph import KnowledgeGraph
from kg.importing import extractions_of
from kg.ledger import ExtractionRow, Ledger
from kg.snapshot import load_graph
from kg.tables import Manifest, record_batch, table_schema, write_manifest

FINGERPRINT = "extractor-of-the-job"


def write_tables(
    folder: Path,
    graph: KnowledgeGraph,
    found: Iterable[tuple[ExtractionRow, str]] | None = None,
    *,
    parts: int = 2,
) -> Path:
    """Write a graph with rows of extractions and their fingerprints, each table in parts."""
    if found is None:
        found = [(ExtractionRow.of(e), FINGERPRINT) for e in extractions_of(graph)]
    tables: dict[str, list[Mapping[str, Any]]] = {t.name: list(t.rows(graph)) for t in TABLES}
    tables["extractions"] = [row._asdict() | {"fingerprint": name} for row, name in found]
    for name, rows in tables.items():
        write_parts(folder / name, rows, parts)
    count = {name: len(rows) for name, rows in tables.items()}
    write_manifest(folder, Manifest(FINGERPRINT, count))
    return folder


def write_parts(folder: Path, rows: Sequence[Mapping[str, Any]], parts: int) -> None:
    """Write the rows of a table, named like its folder, as so many files."""
    folder.mkdir(parents=True, exist_ok=True)
    size = len(rows) // parts + 1
    for number in range(parts):
        some = rows[number * size : (number + 1) * size]
        with ParquetWriter(folder / f"part-{number:05}.parquet", table_schema(folder.name)) as file:
            file.write_batch(record_batch(folder.name, some))


def tables_of(base: Path, folder: Path, *, parts: int = 2) -> Path:
    """The tables of a knowledge base, as a job would have written them."""
    with Ledger(base / "ledger.sqlite", read_only=True) as ledger:
        found = [
            (
                ExtractionRow(row.paper_id, row.read_hash or "", row.found or ""),
                row.fingerprint or "",
            )
            for row in ledger.rows()
        ]
    return write_tables(folder, load_graph(base), found, parts=parts)
