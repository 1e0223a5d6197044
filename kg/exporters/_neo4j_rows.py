"""Lines of the CSV dialect that ``neo4j-admin`` reads, and what its import call has to know.

What the importer does with a field, tried with Neo4j 5.26: nothing between two commas is no value,
``""`` is an empty text, and a backslash is a character like any other. A list is its items joined
by a character that no item holds; an empty list, or a list of one empty text, becomes no value.
Asked to trim, the importer takes blanks off the items, so that one blank stands for a list of one
empty text, as long as no text begins or ends in a blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kg.errors import InputError
from kg.exporters._neo4j_columns import Column

__all__ = ["CsvDialect", "CsvLines", "DialectError"]

Row = Mapping[str, Any]

_DELIMITERS = "\x1f\x1e\x1d\x1c\x01\x02\x03\x04\x05\x06\x07\x08\uf8ff\uf8fe\uf8fd\uf8fc"
_TRIMMED = "".join(map(chr, range(0x21)))
_BLANK = '" "'


@dataclass(frozen=True)
class CsvDialect:
    """How lists are written.

    Args:
        delimiter: The character between the items of a list.
        trims: True where one blank stands for a list of one empty text.
    """

    delimiter: str = _DELIMITERS[0]
    trims: bool = True

    @property
    def code(self) -> str:
        """The delimiter as the import call names it.

        >>> CsvDialect().code
        'U+001F'
        """
        return f"U+{ord(self.delimiter):04X}"

    def without_trimming(self) -> CsvDialect:
        """The same for texts that begin or end in a blank."""
        return replace(self, trims=False)

    def with_next_delimiter(self) -> CsvDialect:
        """The same with another delimiter.

        Raises:
            InputError: There is no other.
        """
        rest = _DELIMITERS[_DELIMITERS.index(self.delimiter) + 1 :]
        if not rest:
            raise InputError(
                "no character is left to stand between the items of a list",
                hint="the texts hold control characters; clean them",
            )
        return replace(self, delimiter=rest[0])


class DialectError(Exception):
    """A text does not fit into the dialect; another one does.

    Args:
        dialect: The one to try next.
    """

    def __init__(self, dialect: CsvDialect) -> None:
        super().__init__(dialect)
        self.dialect = dialect


@dataclass
class CsvLines:
    """Turns the rows of one group into lines.

    Args:
        columns: The columns.
        dialect: How lists are written.
        key: Column that names a row, for ``blank``; empty where the column's name says enough.

    Attributes:
        rows: Lines so far.
        broken: True once a text held a line break.
        longest: Characters of the longest line.
        empty: Columns in which an empty list was left out.
        blank: Column in which a list of one empty text was left out -> the keys of these rows.
    """

    columns: tuple[Column, ...]
    dialect: CsvDialect
    key: str = ""
    rows: int = 0
    broken: bool = False
    longest: int = 0
    empty: set[str] = field(default_factory=set)
    blank: dict[str, list[str]] = field(default_factory=dict)

    @property
    def header(self) -> str:
        """The line of the header file."""
        return ",".join(column.header for column in self.columns) + "\n"

    def lines(self, rows: Iterable[Row]) -> Iterator[str]:
        """Write rows, given as property -> value.

        Raises:
            DialectError: A text needs another dialect.
        """
        writers = [(column.name, self._writer(column)) for column in self.columns]
        lists = [column.name for column in self.columns if column.many]
        for row in rows:
            fields = [write(row.get(name)) for name, write in writers]
            if "" in fields:
                self._note(row, lists)
            line = ",".join(fields)
            if "\n" in line or "\r" in line:
                self.broken = True
            self.longest = max(self.longest, len(line))
            self.rows += 1
            yield line + "\n"

    def _writer(self, column: Column) -> Callable[[Any], str]:
        if column.type == "string":
            return self._texts if column.many else self._text
        return self._numbers if column.many else _number

    def _text(self, value: str | None) -> str:
        if value is None:
            return ""
        if self.dialect.trims and value.strip(_TRIMMED) != value:
            raise DialectError(self.dialect.without_trimming())
        return _quoted(value)

    def _texts(self, values: Sequence[str] | None) -> str:
        if not values:
            return ""
        joined = self.dialect.delimiter.join(values)
        if joined.count(self.dialect.delimiter) != len(values) - 1:
            raise DialectError(self.dialect.with_next_delimiter())
        if self.dialect.trims:
            for value in values:
                if value.strip(_TRIMMED) != value:
                    raise DialectError(self.dialect.without_trimming())
        if not joined:
            return _BLANK if self.dialect.trims else ""
        return _quoted(joined)

    def _numbers(self, values: Sequence[float]) -> str:
        return self.dialect.delimiter.join(map(repr, values))

    def _note(self, row: Row, lists: Iterable[str]) -> None:
        for name in lists:
            values = row.get(name)
            if not values:
                self.empty.add(name)
            elif values == [""] and not self.dialect.trims:
                keys = self.blank.setdefault(name, [])
                if self.key:
                    keys.append(row[self.key])


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)
