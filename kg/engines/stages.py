"""The stages of a build as functions over Arrow batches: what a distributed engine puts together.

Each function takes an iterator of batches, yields batches of the schema that it names, and keeps no
more than a few of them. Where rows are said to be sorted by a column, all rows of one value have
to come in one call, one after the other; how they got there (a shuffle, a sort) is the engine's
matter. The functions need no engine, no cluster and no common folder.

======================  =========================================  =====================
function                takes                                      gives
======================  =========================================  =====================
``format_of_head``      the first line of a source                 name of its reader
``read_lines``          ``LINES``                                  ``RECORDS``
``read_rows``           rows of Parquet files                      ``RECORDS``
``read_source``         a whole file, of any format                ``RECORDS``
``choose_winners``      ``RECORDS`` sorted by ``id``               ``WINNERS``
``copies_in``           ``WINNERS`` sorted by ``title_key``        ``COPIES``
``extract_rows``        papers that nobody has read                table ``extractions``
``profile_rows``        ``CORPUS``                                 ``PROFILES``
``merge_profile_rows``  ``PROFILES`` sorted by ``key``             ``PROFILES``
``decide``              all ``PROFILES``, in one place             a folder of rules
``link_rows``           ``CORPUS`` and that folder                 ``LINKED``
``unite_rows``          relations of ``LINKED`` sorted by ``key``  ``LINKED``
``table_rows``          records of a table, by their key           that table
======================  =========================================  =====================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic_core import from_json, to_json

from kg.config import ExtractConfig, LinkConfig
from kg.curation import Curation
from kg.engines._read_stages import (
    COPIES,
    LINE_FORMATS,
    LINES,
    RECORDS,
    SOURCE,
    WINNERS,
    choose_winners,
    copies_in,
    format_of_head,
    read_lines,
    read_rows,
    read_source,
)
from kg.engines._rows import ROWS, TEXT, batches_of, rows_of, schema_of
from kg.engines.batches import extract_batches
from kg.extractors import extractor_fingerprint
from kg.ledger import LedgerRow
from kg.linking import (
    Linker,
    LinkRules,
    NameProfile,
    merge_profiles,
    profile_extractions,
    relation_lines,
    unite_relations,
)
from kg.model import Extraction
from kg.tables import record_batch, table_schema

__all__ = [
    "COPIES",
    "CORPUS",
    "LINES",
    "LINE_FORMATS",
    "LINKED",
    "PROFILES",
    "RECORDS",
    "SOURCE",
    "WINNERS",
    "choose_winners",
    "copies_in",
    "decide",
    "entity_records",
    "extract_rows",
    "format_of_head",
    "link_rows",
    "merge_profile_rows",
    "profile_rows",
    "read_lines",
    "read_rows",
    "read_source",
    "table_rows",
    "unite_rows",
]

_PART = 5000
"""Papers whose names are counted before the counts are given out."""


CORPUS = schema_of(id=TEXT, record=TEXT, found=TEXT)
"""A paper as JSON, and what was found in it as the table ``extractions`` has it."""
PROFILES = schema_of(key=TEXT, profile=TEXT)
"""What a part of the corpus says of a name: ``NameProfile.key`` and ``NameProfile.dump``."""
LINKED = schema_of(table=TEXT, key=TEXT, record=TEXT)
"""A line of the table ``relations`` (what one paper states of it) or ``mentions`` (of a paper)."""


def extract_rows(
    batches: Iterable[pa.RecordBatch], config: ExtractConfig
) -> Iterator[pa.RecordBatch]:
    """Read papers; the pipeline is loaded once a process.

    Args:
        batches: Papers with the columns ``id`` and ``record``.
        config: What the extractor is to do; its batch size holds, whatever comes in.

    Yields:
        Rows of the table ``extractions``.

    Raises:
        ExtractionError: A component failed; the message names it and the paper.
    """
    schema = table_schema("extractions")
    fingerprint = extractor_fingerprint(config)
    for found in extract_batches(_sliced(batches, config.batch_size), config):
        said = pa.array([fingerprint] * found.num_rows, pa.string())
        columns = {**dict(zip(found.schema.names, found.columns, strict=True)), "fingerprint": said}
        yield pa.record_batch([columns[name] for name in schema.names], schema=schema)


def _sliced(batches: Iterable[pa.RecordBatch], size: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        papers = batch.select(["id", "record"])
        for start in range(0, papers.num_rows, size):
            yield papers.slice(start, size)


def profile_rows(batches: Iterable[pa.RecordBatch], curation: str = "") -> Iterator[pa.RecordBatch]:
    """Count the names of some papers.

    Args:
        batches: Papers with what was found in them; schema ``CORPUS``.
        curation: Text of a ``curation.toml``, the same for all parts.

    Yields:
        Schema ``PROFILES``; a key may come more than once.
    """
    decisions = _decisions(curation)
    papers = _extractions(batches)
    while part := list(islice(papers, _PART)):
        yield from _profiles(profile_extractions(part, curation=decisions))


def merge_profile_rows(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Make one profile of those of one key.

    Args:
        batches: Schema ``PROFILES``, sorted by ``key``.

    Yields:
        The same schema; each key once.
    """

    def rows() -> Iterator[tuple[str, str]]:
        for key, same in groupby(rows_of(batches, PROFILES), key=lambda row: row[0]):
            lines = [line for _, line in same]
            if len(lines) > 1:
                lines = [p.dump() for p in merge_profiles(map(NameProfile.load, lines))]
            yield key, lines[0]

    return batches_of(PROFILES, rows())


def _profiles(profiles: Iterable[NameProfile]) -> Iterator[pa.RecordBatch]:
    return batches_of(PROFILES, ((p.key, p.dump()) for p in profiles))


def decide(
    batches: Iterable[pa.RecordBatch], folder: Path, config: LinkConfig, curation: str = ""
) -> tuple[str, ...]:
    """Decide on the entities; the one step that needs all names in one place.

    Args:
        batches: Schema ``PROFILES``, each key once, in any order.
        folder: An empty folder; it gets what ``link_rows`` and ``entity_records`` read.
        config: Thresholds.
        curation: Text of a ``curation.toml``.

    Returns:
        Entries of the curation that are about nothing here.

    Raises:
        InputError: The curation contradicts itself.
    """
    profiles = [NameProfile.load(line) for _, line in rows_of(batches, PROFILES)]
    linker = Linker.of_profiles(profiles, config=config, curation=_decisions(curation))
    linker.save(folder)
    return linker.warnings


def entity_records(folder: Path) -> Iterator[pa.RecordBatch]:
    """The entities that were decided on, by id: columns ``key`` and ``record``."""
    schema = pa.schema([LINKED.field("key"), LINKED.field("record")])
    with (folder / "entities.jsonl").open(encoding="utf-8", newline="\n") as file:
        lines = (line.removesuffix("\n") for line in file)
        yield from batches_of(schema, ((from_json(line)["id"], line) for line in lines))


def link_rows(batches: Iterable[pa.RecordBatch], folder: Path) -> Iterator[pa.RecordBatch]:
    """Link papers by what was decided.

    Args:
        batches: Papers with what was found in them; schema ``CORPUS``.
        folder: What ``decide`` wrote, or a copy of it.

    Yields:
        For each paper its mentions, where it has some, and what it states; schema ``LINKED``.
    """
    rules = _rules(folder)

    def rows() -> Iterator[tuple[str, str, str]]:
        for linked in map(rules.link, _extractions(batches)):
            if linked.mentions:
                said = to_json([m.__dict__ for m in linked.mentions]).decode()
                yield "mentions", linked.paper.id, said
            for key, line in relation_lines(linked):
                yield "relations", key, line

    return batches_of(LINKED, rows())


@cache
def _rules(folder: Path) -> LinkRules:
    return LinkRules.open(folder)


def unite_rows(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Make one relation of what several papers state of it.

    Args:
        batches: Relations, sorted by ``key``; schema ``LINKED``.

    Yields:
        The same schema; each key once.
    """

    def rows() -> Iterator[tuple[str, str, str]]:
        for key, same in groupby(rows_of(batches, LINKED), key=lambda row: row[1]):
            yield "relations", key, unite_relations(line for _, _, line in same)

    return batches_of(LINKED, rows())


def table_rows(batches: Iterable[pa.RecordBatch], name: str) -> Iterator[pa.RecordBatch]:
    """Make rows of a table.

    Args:
        batches: Records with the column ``record``: papers for ``papers``, relations (united) for
            ``relations`` and ``evidence``, mentions for ``mentions``, entities for ``entities``.
        name: Name of the table.

    Yields:
        Rows in the order of the records; schema ``kg.tables.table_schema(name)``.
    """
    column = pa.schema([LINKED.field("record")])
    rows = (row for (record,) in rows_of(batches, column) for row in _table_rows(name, record))
    while some := list(islice(rows, ROWS)):
        yield record_batch(name, some)


def _table_rows(name: str, record: str) -> Sequence[Mapping[str, Any]]:
    fields = from_json(record)
    if name == "evidence":
        return [{"relation_id": fields["id"], **said} for said in fields["evidence"]]
    return fields if name == "mentions" else [fields]


def _extractions(batches: Iterable[pa.RecordBatch]) -> Iterator[Extraction]:
    for key, record, found in rows_of(batches, CORPUS):
        yield LedgerRow(key, "", record, "", "", found).extraction()


@cache
def _decisions(curation: str) -> Curation:
    return Curation.parse(curation)
