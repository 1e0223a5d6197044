"""A graph as a folder of Parquet tables: their schemas, the manifest, and reading them in order.

Two forms are read. Jobs that build a graph on many machines write ``papers/part-00000.parquet``
and so on, with ``extractions/`` for the ledger, and ``manifest.json`` last: without it the folder
is an unfinished job. ``kg export --format parquet`` writes one file a table and no extractions.

Rows come a batch at a time. Each table is in the order of its key over its files in the order of
their names; this is checked, as are columns, types and numbers of rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from operator import ge, gt
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pyarrow
from pyarrow.parquet import ParquetFile

from kg.errors import InputError
from kg.exporters._table_columns import TABLES
from kg.record_files import sync, sync_folder

__all__ = [
    "EXTRACTIONS",
    "MANIFEST",
    "TABLE_KEYS",
    "Manifest",
    "Place",
    "TableFolder",
    "is_table_folder",
    "read_manifest",
    "record_batch",
    "table_schema",
    "write_manifest",
]

FORMAT, MANIFEST = 1, "manifest.json"
TABLE_KEYS = {
    "papers": "id",
    "entities": "id",
    "relations": "id",
    "evidence": "relation_id",
    "mentions": "paper_id",
    "extractions": "paper_id",
}
"""Table -> the column whose order its rows have."""
_REPEATED = frozenset({"evidence", "mentions"})
"""Tables that have several rows of one key."""
_TYPES = {"string": pyarrow.string(), "integer": pyarrow.int64(), "number": pyarrow.float64()}
_LEAST_ROWS, _MOST_ROWS, _BATCH_BYTES = 16, 8192, 2**30
"""Rows that are read at a time: so many that a batch stays small even if each cell were as long as
all the text of its column."""
_RATIO, _FREE_BYTES = 200, 64 * 2**20
"""How many times larger than its file a table may become, beyond the free bytes."""
_HINT = "let the job that writes the tables run again, or copy the folder again"

EXTRACTIONS = pyarrow.schema(
    [
        pyarrow.field(name, pyarrow.string(), nullable=False, metadata={"description": description})
        for name, description in (
            ("paper_id", "The paper that was read."),
            ("content_hash", "Content hash of its record when it was read."),
            ("fingerprint", "Fingerprint of the extractor."),
            ("record", "What was found, as JSON without the paper and without defaults."),
        )
    ]
)
"""The table of what was found in each paper, as the ledger keeps it."""


def table_schema(name: str) -> pyarrow.Schema:
    """Schema of a table: names, types, which values may be missing, and what columns mean.

    Args:
        name: ``papers``, ``entities``, ``relations``, ``evidence``, ``mentions``, ``extractions``.

    Raises:
        InputError: There is no such table.
    """
    if name == "extractions":
        return EXTRACTIONS
    table = next((table for table in TABLES if table.name == name), None)
    if table is None:
        raise InputError(f"no table '{name}'", hint=f"tables are {', '.join(TABLE_KEYS)}")
    return pyarrow.schema(
        pyarrow.field(
            column.name,
            pyarrow.list_(pyarrow.field("item", _TYPES[column.type], nullable=False))
            if column.many
            else _TYPES[column.type],
            nullable=column.nullable,
            metadata={"description": column.description},
        )
        for column in table.columns
    )


def record_batch(name: str, rows: Sequence[Mapping[str, Any]]) -> pyarrow.RecordBatch:
    """Rows of a table, by name of the column, as Arrow data of its schema."""
    schema = table_schema(name)
    columns = [pyarrow.array([row.get(f.name) for row in rows], f.type) for f in schema]
    return pyarrow.RecordBatch.from_arrays(columns, schema=schema)


@dataclass(frozen=True)
class Manifest:
    """What a finished job says of its tables.

    Args:
        fingerprint: Fingerprint of the extractor that read the papers.
        rows: Table -> number of its rows.
    """

    fingerprint: str
    rows: Mapping[str, int]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Declare the tables of a folder finished; the last thing that a job writes.

    Raises:
        OSError: The disk does not take it.
    """
    said = {"format": FORMAT, "fingerprint": manifest.fingerprint, "rows": dict(manifest.rows)}
    scratch = folder / f"{MANIFEST}.new"
    with scratch.open("wb") as file:
        file.write(f"{json.dumps(said, indent=2)}\n".encode())
        sync(file)
    scratch.replace(folder / MANIFEST)
    sync_folder(folder)


def read_manifest(folder: Path) -> Manifest:
    """Read what a finished job said of its tables.

    Raises:
        InputError: The job has not finished, or the manifest is damaged or of another format.
    """
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
    except FileNotFoundError as err:
        raise InputError(
            f"the tables in '{folder}' are unfinished: there is no {MANIFEST}",
            hint="the job that writes them is still running, or was stopped: let it finish",
        ) from err
    except OSError as err:
        raise InputError(f"cannot read '{path}': {err.strerror or err}") from err
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as err:
        raise InputError(f"'{path}' is damaged: it is not JSON", hint=_HINT) from err
    try:
        number = said["format"]
        rows = {name: said["rows"][name] for name in TABLE_KEYS}
        fingerprint = said["fingerprint"]
    except (KeyError, TypeError) as err:
        what = f"no {err}" if isinstance(err, KeyError) else "not the objects that it should be"
        raise InputError(f"'{path}' is damaged: {what}", hint=_HINT) from err
    if number != FORMAT:
        raise InputError(
            f"the tables in '{folder}' have format {number}, this kg reads {FORMAT}",
            hint="use the kg version that wrote them",
        )
    if not isinstance(fingerprint, str) or not fingerprint:
        raise InputError(f"'{path}' is damaged: no fingerprint", hint=_HINT)
    if not all(type(count) is int and count >= 0 for count in rows.values()):
        raise InputError(f"'{path}' is damaged: a number of rows is not one", hint=_HINT)
    return Manifest(fingerprint, rows)


def is_table_folder(path: Path) -> bool:
    """Tell whether a path is a folder of tables, finished or not, of either form."""
    return path.is_dir() and any(
        (path / name).exists() for name in (MANIFEST, "papers.parquet", "papers")
    )


class Place(NamedTuple):
    """Where a row is.

    Args:
        file: Name of the file in the folder.
        row: Number of the row in it, from 1.
    """

    file: str
    row: int


@dataclass(frozen=True)
class TableFolder:
    """A folder of tables, opened: every file is there and has the columns of its table.

    Args:
        path: The folder.
        manifest: What the job said of it; None for the flat form.
        files: Table -> its files in order.
        rows: Table -> number of its rows.
    """

    path: Path
    manifest: Manifest | None
    files: Mapping[str, tuple[Path, ...]]
    rows: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def open(cls, path: str | Path) -> TableFolder:
        """Open a folder; only the ends of its files are read.

        Raises:
            InputError: It is no folder of tables, the job has not finished, a file is missing or
                damaged, or a column is missing or has another type.
        """
        folder = Path(path)
        if not is_table_folder(folder):
            raise InputError(
                f"'{folder}' is no folder of tables",
                hint="kg export KB FOLDER --format parquet writes one",
            )
        flat = (folder / "papers.parquet").is_file() and not (folder / MANIFEST).exists()
        manifest = None if flat else read_manifest(folder)
        names = [name for name in TABLE_KEYS if not (flat and name == "extractions")]
        if flat:
            files: dict[str, tuple[Path, ...]]
            files = {name: (folder / f"{name}.parquet",) for name in names}
        else:
            files = {name: tuple(sorted((folder / name).glob("part-*.parquet"))) for name in names}
        counted = {name: sum(_checked(folder, name, p) for p in files[name]) for name in names}
        for name in names if manifest is not None else ():
            if counted[name] != manifest.rows[name]:  # type: ignore[union-attr]
                raise InputError(
                    f"table '{name}' in '{folder}' has {counted[name]} rows in "
                    f"{len(files[name])} files, {MANIFEST} says "
                    f"{manifest.rows[name]}",  # type: ignore[union-attr]
                    hint=f"a part is missing or too much: {_HINT}",
                )
        return cls(folder, manifest, files, counted)

    def batches(
        self, name: str, columns: Sequence[str] | None = None
    ) -> Iterator[tuple[Place, pyarrow.RecordBatch]]:
        """The rows of a table in order, some at a time, with the place of the first of them.

        Args:
            name: Name of the table.
            columns: Only these; the key always comes with them. All by default.

        Raises:
            InputError: A file is damaged, or the rows are not in order.
        """
        key = TABLE_KEYS[name]
        schema = table_schema(name)
        wanted = schema.names if columns is None else list(dict.fromkeys((key, *columns)))
        wrong = gt if name in _REPEATED else ge
        last: str | None = None
        for path in self.files[name]:
            row = 1
            file = path.relative_to(self.path).as_posix()
            for batch in _read(self.path, name, path, wanted):
                try:
                    keys = batch.column(key).to_pylist()
                except ValueError as err:
                    self.fault(name, Place(file, row), f"'{key}' is not UTF-8 text", err)
                for number, found in enumerate(keys):
                    if found is None:
                        self.fault(name, Place(file, row + number), f"'{key}' is missing")
                    if last is not None and wrong(last, found):
                        what = "is there twice" if last == found else f"comes after '{last}'"
                        self.fault(name, Place(file, row + number), f"'{found}' {what}")
                    last = found
                yield Place(file, row), batch
                row += len(keys)

    def records(
        self, name: str, *, only: tuple[str, Set[str]] | None = None
    ) -> Iterator[tuple[Place, dict[str, Any]]]:
        """The rows of a table in order, by name of the column, each with its place.

        Args:
            name: Name of the table.
            only: A column and the values that it must have one of; others are passed over.

        Raises:
            InputError: As for ``batches``.
        """
        for place, batch in self.batches(name):
            numbers: Iterable[int] = range(batch.num_rows)
            try:
                if only is not None:
                    column, wanted = only
                    values = batch.column(column).to_pylist()
                    numbers = [n for n, value in enumerate(values) if value in wanted]
                    if not numbers:
                        continue
                    if len(numbers) < batch.num_rows:
                        batch = batch.take(pyarrow.array(numbers))
                rows = batch.to_pylist()
            except ValueError as err:
                self.fault(name, place, "from here on is text that is not UTF-8", err)
            for number, fields in zip(numbers, rows, strict=True):
                yield Place(place.file, place.row + number), fields

    def fault(
        self, name: str, place: Place, reason: str, cause: BaseException | None = None
    ) -> NoReturn:
        """Say what is wrong with a row.

        Raises:
            InputError: Always; it names table, file and row.
        """
        raise InputError(
            f"table '{name}' in '{self.path}': {place.file}, row {place.row}: {reason}", hint=_HINT
        ) from cause


def _checked(folder: Path, name: str, path: Path) -> int:
    """Number of rows of a file that has the columns of its table."""
    where = f"table '{name}' in '{folder}': {path.relative_to(folder).as_posix()}"
    try:
        with ParquetFile(path) as file:
            schema, metadata = file.schema_arrow, file.metadata
            size = sum(metadata.row_group(g).total_byte_size for g in range(file.num_row_groups))
            packed = path.stat().st_size
    except FileNotFoundError as err:
        raise InputError(f"{where} is missing", hint=_HINT) from err
    except (pyarrow.ArrowException, OSError, ValueError) as err:
        raise InputError(f"{where} is no Parquet file, or damaged", hint=_HINT) from err
    if size > max(_FREE_BYTES, _RATIO * packed):
        raise InputError(f"{where} becomes over {_RATIO} times its size", hint=_HINT)
    for column in table_schema(name):
        if schema.names.count(column.name) != 1:
            raise InputError(f"{where} has no column '{column.name}'", hint=_HINT)
        found = schema.field(column.name).type
        if not _fits(found, column.type):
            wanted = _spelt(column.type)
            raise InputError(
                f"{where}: column '{column.name}' is {_spelt(found)}, not {wanted}", hint=_HINT
            )
    return int(metadata.num_rows)


def _fits(found: pyarrow.DataType, wanted: pyarrow.DataType) -> bool:
    is_ = pyarrow.types
    if is_.is_list(wanted):
        listed = is_.is_list(found) or is_.is_large_list(found)
        return listed and _fits(found.value_type, wanted.value_type)
    if is_.is_string(wanted):
        return bool(is_.is_string(found) or is_.is_large_string(found))
    if is_.is_int64(wanted):
        return bool(is_.is_integer(found))
    return bool(is_.is_floating(found))


def _spelt(type_: pyarrow.DataType) -> str:
    return f"list of {type_.value_type}" if pyarrow.types.is_list(type_) else str(type_)


def _read(
    folder: Path, name: str, path: Path, columns: Sequence[str]
) -> Iterator[pyarrow.RecordBatch]:
    try:
        with ParquetFile(path, pre_buffer=False) as file:
            longest = _longest_chunk(file.metadata, frozenset(columns))
            rows = max(_LEAST_ROWS, min(_MOST_ROWS, _BATCH_BYTES // longest))
            yield from file.iter_batches(rows, columns=list(columns), use_threads=False)
    except (pyarrow.ArrowException, OSError) as err:
        where = f"table '{name}' in '{folder}': {path.relative_to(folder).as_posix()}"
        raise InputError(f"{where} is damaged", hint=_HINT) from err


def _longest_chunk(metadata: Any, columns: frozenset[str]) -> int:
    """Bytes of the largest piece of a column, once unpacked."""
    longest = 1
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for place in range(group.num_columns):
            column = group.column(place)
            if column.path_in_schema.partition(".")[0] in columns:
                longest = max(longest, column.total_uncompressed_size)
    return longest
