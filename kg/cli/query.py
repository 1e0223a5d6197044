"""``kg query``: Cypher, or a ready question, answered from the embedded database."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli._app import app, one_line, say

if TYPE_CHECKING:
    from kg.stores.base import QueryResult

FORMATS = ("table", "json", "ndjson", "csv")


@app.command("query")
def query_cli(
    kb: Annotated[
        Path | None, typer.Argument(metavar="KB", help="Directory of a knowledge base.")
    ] = None,
    cypher: Annotated[
        str | None, typer.Argument(metavar="CYPHER", help="The query; - reads it from stdin.")
    ] = None,
    recipe: Annotated[
        str | None, typer.Option("--recipe", "-r", help="A ready question; see --recipes.")
    ] = None,
    recipes_: Annotated[bool, typer.Option("--recipes", help="List the ready questions.")] = False,
    parameters: Annotated[
        list[str] | None,
        typer.Option("-p", "--param", metavar="NAME=VALUE", help="Value for $NAME; JSON or text."),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            help="table, json, ndjson or csv; default: table on a terminal, else json.",
        ),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Allow a query that changes the graph snapshot.")
    ] = False,
) -> None:
    """Ask the graph in Cypher.

    Examples:
      kg query papers.kg "MATCH (p:Paper)-[:USES]->(m:Method) RETURN m.name, count(p) AS papers
      ORDER BY papers DESC LIMIT 10"

      kg query papers.kg --recipe benchmark -p name=D4RL
    """
    if recipes_:
        _list_recipes()
        return
    chosen = format or ("table" if sys.stdout.isatty() else "json")
    if chosen not in FORMATS:
        raise typer.BadParameter(f"one of {', '.join(FORMATS)}", param_hint="--format")
    if kb is None or (cypher is None) == (recipe is None):
        raise typer.BadParameter("give KB and one of CYPHER or --recipe")
    from kg.recipes import bind, recipe_named
    from kg.snapshot import open_embedded
    from kg.stores.embedded import lint_query

    values = _parameters(parameters or [])
    if recipe is not None:
        ready = recipe_named(recipe)
        text, values = ready.cypher, bind(ready, values)
    else:
        text = sys.stdin.read() if cypher == "-" else str(cypher)
    with open_embedded(kb, write=write) as store:
        result = store.query(text, values, write=write)
    if not result.rows:
        for warning in lint_query(text):
            say(f"warning: {one_line(warning)}")
    _print(result, chosen)


def _parameters(items: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for item in items:
        name, sep, value = item.partition("=")
        if not sep or not name:
            raise typer.BadParameter(f"'{item}' is not NAME=VALUE", param_hint="-p")
        try:
            values[name] = json.loads(value, parse_constant=_not_json)
        except (ValueError, RecursionError):
            values[name] = value
    return values


def _list_recipes() -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from kg.recipes import recipes

    table = Table(box=None, header_style="bold")
    for column in ("recipe", "question", "parameters"):
        table.add_column(column, overflow="fold")
    for ready in recipes().values():
        names = ", ".join(
            p.name if p.default is None else f"{p.name}={p.default}" for p in ready.parameters
        )
        table.add_row(Text(ready.name), Text(ready.question), Text(names))
    Console(highlight=False).print(table)


def _print(result: QueryResult, format: str) -> None:
    match format:
        case "json":
            typer.echo(_json(list(result), indent=2))
        case "ndjson":
            for row in result:
                typer.echo(_json(row))
        case "csv":
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(result.columns)
            writer.writerows([_cell(v) for v in row] for row in result.rows)
        case _:
            _print_table(result)


def _not_json(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _json(value: object, *, indent: int | None = None) -> str:
    """JSON that every parser reads: numbers that are none become null."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    except ValueError:
        text = json.dumps(value, ensure_ascii=False)
        plain = json.loads(text, parse_constant=lambda _: None)
        return json.dumps(plain, ensure_ascii=False, indent=indent)


def _print_table(result: QueryResult) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(header_style="bold", show_lines=False)
    for column in result.columns:
        table.add_column(Text(one_line(column)), overflow="fold")
    for row in result.rows:
        table.add_row(*(Text(one_line(_cell(v))) for v in row))
    console = Console(highlight=False)
    console.print(table)
    noun = "row" if len(result.rows) == 1 else "rows"
    say(f"{len(result.rows)} {noun}")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)
