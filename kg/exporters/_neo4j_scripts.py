"""The texts of a bundle beside its tables: import calls, Cypher for afterwards, and the counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.cypher import (
    constraint_statements,
    fulltext_statements,
    index_statements,
    literal,
    quote_identifier,
)
from kg.exporters._neo4j_columns import Column, node_columns, relation_columns
from kg.exporters._neo4j_rows import CsvDialect, CsvLines

__all__ = [
    "BUNDLE_FORMAT",
    "Group",
    "complete_cypher",
    "counts_json",
    "import_ps1",
    "import_sh",
    "schema_cypher",
]

BUNDLE_FORMAT = "kg neo4j-admin bundle"
"""What ``format`` says in the ``counts.json`` of a bundle."""

_LARGE_LINE = 1_000_000
_IDS = 500
_ABOUT = """\
{c} Imports this folder into an empty database of Neo4j 5 (made for 5.26).
{c}
{c}   {call}
{c}
{c} DATABASE is neo4j where no name is given. OPTIONS go to neo4j-admin as they are; with
{c} --overwrite-destination a database that has data is replaced. File names in them start from
{c} this folder.
{c}
{c} 1. Stop the server, or the database.
{c} 2. Run this. NEO4J_ADMIN may name the tool, or NEO4J_HOME the folder of Neo4j.
{c} 3. Start the server (a new database of the Enterprise Edition: CREATE DATABASE name).
{c} 4. cypher-shell -d DATABASE -f schema.cypher      constraints and indexes
{c} 5. cypher-shell -d DATABASE -f complete.cypher    empty lists, which CSV cannot hold
{c}
{c} counts.json says how many nodes and relations there must be.
"""
_SH = """\
set -eu
admin=neo4j-admin
if [ -n "${NEO4J_ADMIN:-}" ]; then
  admin=$NEO4J_ADMIN
elif [ -n "${NEO4J_HOME:-}" ]; then
  admin=$NEO4J_HOME/bin/neo4j-admin
fi
case $admin in
  /*) ;;
  */*) admin=$PWD/$admin ;;
esac
database=neo4j
case ${1:-} in
  '' | -*) ;;
  *)
    database=$1
    shift
    ;;
esac
CDPATH='' cd -- "$(dirname -- "$0")"
exec "$admin" database import full "$database" \\
"""
_PS1_HEAD = """\
$ErrorActionPreference = 'Stop'
$admin = 'neo4j-admin'
if ($env:NEO4J_ADMIN) {
  $admin = $env:NEO4J_ADMIN
  if (Test-Path -LiteralPath $admin -PathType Leaf) {
    $admin = (Resolve-Path -LiteralPath $admin).ProviderPath
  }
} elseif ($env:NEO4J_HOME) {
  $admin = Join-Path (Resolve-Path -LiteralPath $env:NEO4J_HOME).ProviderPath 'bin/neo4j-admin'
}
$database = 'neo4j'
$options = @($args)
if ($options.Count -gt 0 -and -not "$($options[0])".StartsWith('-')) {
  $database = "$($options[0])"
  $options = @($options | Select-Object -Skip 1)
}
$arguments = @(
  'database', 'import', 'full', $database,
"""
_PS1_TAIL = """\
)
Push-Location -LiteralPath $PSScriptRoot
try {
  & $admin @arguments @options
} finally {
  Pop-Location
}
exit $LASTEXITCODE
"""


@dataclass(frozen=True)
class Group:
    """The nodes of one label, or the relations of one type between two labels.

    Args:
        name: Label, or type of relation.
        ends: Labels that the relations join; empty for nodes.
    """

    name: str
    ends: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """How the names of its files begin.

        >>> Group("USES", ("Paper", "Method")).stem
        'relations-USES-Paper-Method'
        """
        return "-".join(("relations" if self.ends else "nodes", self.name, *self.ends))

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of its tables."""
        return relation_columns(*self.ends) if self.ends else node_columns(self.name)

    @property
    def option(self) -> str:
        """Its option of the import call; part files are found by a regular expression."""
        option = "relationships" if self.ends else "nodes"
        return f"--{option}={self.name}={self.stem}-header.csv,{self.stem}-part.*"


def import_sh(tables: Sequence[tuple[Group, CsvLines]], dialect: CsvDialect) -> str:
    """The import call for a POSIX shell."""
    about = _ABOUT.format(c="#", call="sh import.sh [DATABASE] [OPTIONS]")
    options = "".join(f"  '{option}' \\\n" for option in _options(tables, dialect))
    return f'#!/bin/sh\n{about}{_SH}{options}  "$@"\n'


def import_ps1(tables: Sequence[tuple[Group, CsvLines]], dialect: CsvDialect) -> str:
    """The import call for PowerShell."""
    about = _ABOUT.format(c="#", call="powershell -File import.ps1 [DATABASE] [OPTIONS]")
    options = ",\n".join(f"  '{option}'" for option in _options(tables, dialect))
    return f"{about}{_PS1_HEAD}{options}\n{_PS1_TAIL}"


def schema_cypher() -> str:
    """Constraints and indexes, for after the import."""
    statements = (*constraint_statements(), *index_statements(), *fulltext_statements())
    return "".join(f"{statement};\n" for statement in statements)


def complete_cypher(tables: Iterable[tuple[Group, CsvLines]]) -> Iterator[str]:
    """Statements that add the lists that the import left out, for after the schema.

    A relation has no empty list, so a list that it lacks held one empty text; nodes with such a
    list are named. Nothing is written where nothing was left out.
    """
    comment = "// Lists that CSV cannot hold. Running it again changes nothing.\n"
    for group, table in tables:
        for statement in _missing_lists(group, table):
            yield comment + statement
            comment = ""


def counts_json(tables: Iterable[tuple[Group, CsvLines]], dialect: CsvDialect) -> str:
    """How many nodes of every label and relations of every type, and how the CSV is written."""
    tables = list(tables)
    nodes = {group.name: table.rows for group, table in tables if not group.ends and table.rows}
    relations: Counter[str] = Counter()
    for group, table in tables:
        if group.ends:
            relations[group.name] += table.rows
    content = {
        "format": BUNDLE_FORMAT,
        "nodes": nodes,
        "relations": dict(relations),
        "array_delimiter": dialect.code,
        "multiline_fields": _broken(tables),
        "trim_strings": dialect.trims,
    }
    return json.dumps(content, indent=2) + "\n"


def _options(tables: Sequence[tuple[Group, CsvLines]], dialect: CsvDialect) -> Iterator[str]:
    yield "--id-type=string"
    yield "--input-encoding=UTF-8"
    yield f"--array-delimiter={dialect.code}"
    yield f"--trim-strings={str(dialect.trims).lower()}"
    if _broken(tables):
        yield "--multiline-fields=true"
    longest = max((table.longest for _, table in tables), default=0)
    if longest > _LARGE_LINE:  # the buffer has to hold a line, and is 4 MiB by default
        yield f"--read-buffer-size={1 << (4 * longest).bit_length()}"
    for group, _ in tables:
        yield group.option


def _broken(tables: Iterable[tuple[Group, CsvLines]]) -> bool:
    return any(table.broken for _, table in tables)


def _fill(pattern: str, column: str, value: str) -> str:
    name = f"x.{quote_identifier(column)}"
    return (
        f"MATCH {pattern} WHERE {name} IS NULL "
        f"CALL {{ WITH x SET {name} = {value} }} IN TRANSACTIONS OF 10000 ROWS;\n"
    )


def _missing_lists(group: Group, table: CsvLines) -> Iterator[str]:
    name = quote_identifier(group.name)
    if group.ends:
        start, end = map(quote_identifier, group.ends)
        for column in sorted(table.blank):
            yield _fill(f"(:{start})-[x:{name}]->(:{end})", column, "['']")
        return
    for column, ids in sorted(table.blank.items()):
        for at in range(0, len(ids), _IDS):
            yield (
                f"UNWIND {literal(ids[at : at + _IDS])} AS id MATCH (x:{name} {{id: id}}) "
                f"SET x.{quote_identifier(column)} = [''];\n"
            )
    for column in sorted(table.empty):
        yield _fill(f"(x:{name})", column, "[]")
