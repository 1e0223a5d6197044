"""A folder for ``neo4j-admin database import full``: the quickest way to fill a Neo4j 5 database.

For every label one header file and data files of at most so many rows, the same for every (type,
from label, to label), the import call as a shell and as a PowerShell script, ``schema.cypher`` and
``complete.cypher`` for afterwards, and ``counts.json``. Nodes and relations get the labels and
properties that ``kg.cypher`` gives them, papers with their linked mentions.

The importer cannot make an empty list: ``complete.cypher`` adds them. ``node_from_properties`` and
``relation_from_properties`` read the graph back without it where no text begins or ends in a blank.
Fields have no line breaks but those of the texts, for which the call then says
``--multiline-fields=true``. Parquet tables are for other tools: Neo4j 5.26 reads no lists from
Parquet and takes empty texts for missing ones.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import Any

from kg.cypher import LABELS, mention_properties, node_properties, relation_properties
from kg.errors import InputError
from kg.exporters._exporting import EXPORTERS
from kg.exporters._neo4j_rows import CsvDialect, CsvLines, DialectError
from kg.exporters._neo4j_scripts import (
    BUNDLE_FORMAT,
    Group,
    complete_cypher,
    counts_json,
    import_ps1,
    import_sh,
    schema_cypher,
)
from kg.exporters._writing import write_text
from kg.graph import KnowledgeGraph, Node, RelationKey
from kg.model import RELATIONS, LinkedMention, Relation

__all__ = ["PART_ROWS", "Neo4jAdminExporter", "write_bundle"]


"""Type, label it starts from, label it leads to."""
PART_ROWS = 1_000_000
"""Most rows of a data file, unless told otherwise."""

_OUR_FILES = re.compile(
    r"(nodes|relations)-[A-Za-z_-]+-(header|part\d{3,})\.csv|counts\.json|import\.(sh|ps1|report)"
    r"|(schema|complete)\.cypher|parquet|parquet/(nodes|relations)-[A-Za-z_-]+\.parquet"
)


class Neo4jAdminExporter:
    """The export format: writes a folder, and knows one that it wrote."""

    def __call__(
        self,
        graph: KnowledgeGraph,
        target: Path,
        *,
        part_rows: int = PART_ROWS,
        parquet: bool = False,
    ) -> None:
        """Write a graph as a new folder.

        Args:
            graph: The graph.
            target: The folder, which does not exist yet.
            part_rows: Most rows of a data file, from 1.
            parquet: Write Parquet tables too, into the folder ``parquet``.

        Raises:
            InputError: ``part_rows`` is below 1, or every character that can stand between the
                items of a list occurs in a text.
            OSError: A file cannot be written.
        """
        write_bundle(
            target,
            graph.nodes_by_label(),
            graph.relations_by_type(),
            mentions=graph.mentions,
            part_rows=part_rows,
            parquet=parquet,
        )

    def owns(self, folder: Path) -> bool:
        """Tell whether a folder holds a bundle and nothing else, or nothing at all."""
        found = [path.relative_to(folder).as_posix() for path in folder.rglob("*")]
        if not found:
            return True
        try:
            content = json.loads((folder / "counts.json").read_bytes())
        except (OSError, ValueError):
            return False
        ours = isinstance(content, dict) and content.get("format") == BUNDLE_FORMAT
        return ours and all(map(_OUR_FILES.fullmatch, found))


EXPORTERS.register("neo4j-admin")(Neo4jAdminExporter())


def write_bundle(
    target: Path,
    nodes: Mapping[str, Iterable[Node]],
    relations: Mapping[RelationKey, Iterable[Relation]],
    *,
    mentions: Callable[[str], Iterable[LinkedMention]] = lambda paper_id: (),
    part_rows: int = PART_ROWS,
    parquet: bool = False,
) -> None:
    """Write a bundle from streams: one record is held at a time (with Parquet, ten thousand).

    Where a text does not fit into the form first chosen, the records are read a second time.

    Args:
        target: The folder, which does not exist yet; one half written stays if writing fails.
        nodes: Label -> its nodes, in the order to write them.
        relations: Key -> its relations, in the order to write them.
        mentions: Paper id -> its linked mentions.
        part_rows: Most rows of a data file, from 1.
        parquet: Write Parquet tables too.

    Raises:
        InputError: A label or key is unknown, ``part_rows`` is below 1, no form holds all texts,
            or records that can be read only once have to be read again.
        OSError: A file cannot be written.
    """
    if part_rows < 1:
        raise InputError(f"a file of {part_rows} rows", hint="use part files from 1 row")
    sources = _sources(nodes, relations)
    dialect = CsvDialect()
    while True:
        target.mkdir()
        try:
            tables = [
                (group, _write_table(target, group, rows, dialect, part_rows, parquet))
                for group, rows in ((g, _rows(g, records, mentions)) for g, records in sources)
            ]
            break
        except DialectError as err:
            if any(iter(records) is records for _, records in sources):
                hint = "give lists, or objects that can be read again, instead of iterators"
                raise InputError("the texts need another form of CSV", hint=hint) from err
            shutil.rmtree(target)
            dialect = err.dialect
    written = [(group, table) for group, table in tables if table.rows] or tables[:1]
    for group, table in written:
        write_text([table.header], target / f"{group.stem}-header.csv")
    if not written[0][1].rows:  # the import call wants a file even where there is no node
        write_text([], target / f"{written[0][0].stem}-part000.csv")
    write_text([import_sh(written, dialect)], target / "import.sh")
    (target / "import.sh").chmod(0o755)
    write_text([import_ps1(written, dialect)], target / "import.ps1")
    write_text([schema_cypher()], target / "schema.cypher")
    write_text(complete_cypher(written), target / "complete.cypher")
    write_text([counts_json(written, dialect)], target / "counts.json")


def _sources(
    nodes: Mapping[str, Iterable[Node]], relations: Mapping[RelationKey, Iterable[Relation]]
) -> list[tuple[Group, Iterable[Any]]]:
    """Groups with their records, in one fixed order."""
    keys: list[RelationKey] = [(s.name, *pair) for s in RELATIONS.values() for pair in s.pairs]
    for key in chain(nodes.keys() - set(LABELS), relations.keys() - set(keys)):
        raise InputError(f"no table for {key!r}", hint="see the labels and relations of the model")
    return [
        *((Group(label), nodes.get(label, ())) for label in LABELS),
        *((Group(key[0], key[1:]), relations.get(key, ())) for key in keys),
    ]


def _write_table(
    target: Path,
    group: Group,
    rows: Iterable[Mapping[str, Any]],
    dialect: CsvDialect,
    part_rows: int,
    parquet: bool,
) -> CsvLines:
    table = CsvLines(group.columns, dialect, key="" if group.ends else "id")
    if not parquet:
        _write_parts(target, group, table.lines(rows), part_rows)
        return table
    from kg.exporters._neo4j_parquet import ParquetTable

    path = target / "parquet" / f"{group.stem}.parquet"
    with closing(ParquetTable(path, group.columns)) as copy:
        _write_parts(target, group, table.lines(_into(copy.add, rows)), part_rows)
    return table


def _write_parts(target: Path, group: Group, lines: Iterator[str], part_rows: int) -> None:
    for number, first in enumerate(lines):
        path = target / f"{group.stem}-part{number:03}.csv"
        with path.open("w", encoding="utf-8", newline="", buffering=1 << 20) as part:
            part.write(first)
            part.writelines(islice(lines, part_rows - 1))


def _rows(
    group: Group, records: Iterable[Any], mentions: Callable[[str], Iterable[LinkedMention]]
) -> Iterator[Mapping[str, Any]]:
    if group.ends:
        return map(_relation_row, records)
    if group.name == "Paper":
        return (node_properties(p) | mention_properties(mentions(p.id)) for p in records)
    return map(node_properties, records)


def _relation_row(relation: Relation) -> dict[str, Any]:
    ends = {"subject": relation.subject, "object": relation.object}
    return ends | relation_properties(relation)


def _into(add: Any, rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        add(row)
        yield row
