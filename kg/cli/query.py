"""``kg query``: Cypher, SPARQL, or a ready question in one of them, answered offline."""

from __future__ import annotations

import csv
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli._app import app, name_values, one_line, say

if TYPE_CHECKING:
    from kg.stores.base import QueryResult
    from kg.stores.sparql import SparqlStore

FORMATS = ("table", "json", "ndjson", "csv")
W3C_FORMATS = ("sparql-json", "sparql-xml", "tsv", "turtle", "ntriples", "rdf-xml")
"""Those of SPARQL: three for tables, three for graphs."""


class Language(StrEnum):
    """What a query is written in."""

    CYPHER = "cypher"
    SPARQL = "sparql"


@app.command("query")
def query_cli(
    kb: Annotated[
        Path | None, typer.Argument(metavar="KB", help="Directory of a knowledge base.")
    ] = None,
    text: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="The query; - reads it from stdin.")
    ] = None,
    sparql: Annotated[
        str | None,
        typer.Option("--sparql", metavar="QUERY", help="A query in SPARQL; - reads it from stdin."),
    ] = None,
    language: Annotated[
        Language | None,
        typer.Option("--language", "-l", help="Of QUERY or of the recipe; default: cypher."),
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
            help="table, json, ndjson or csv; default: table on a terminal, else json. With SPARQL "
            "also sparql-json, sparql-xml, tsv, and for graphs turtle, ntriples, rdf-xml.",
        ),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Allow a query that changes the graph snapshot.")
    ] = False,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", min=0.0, metavar="SECONDS", help="Give up after; default: 60."),
    ] = None,
) -> None:
    """Ask the graph in Cypher or SPARQL.

    Examples:
      kg query papers.kg "MATCH (p:Paper)-[:USES]->(m:Method) RETURN m.name, count(p) AS papers
      ORDER BY papers DESC LIMIT 10"

      kg query papers.kg --sparql "SELECT ?name (COUNT(?p) AS ?papers) { ?p kg:uses ?m . ?m
      skos:prefLabel ?name } GROUP BY ?name ORDER BY DESC(?papers) LIMIT 10"

      kg query papers.kg --recipe benchmark -p name=D4RL
    """
    if recipes_:
        _list_recipes()
        return
    if kb is None or [text, sparql, recipe].count(None) != 2:
        raise typer.BadParameter("give KB and one of QUERY, --sparql and --recipe")
    if sparql is not None and language is Language.CYPHER:
        raise typer.BadParameter("not together with --sparql", param_hint="--language cypher")
    in_sparql = sparql is not None or language is Language.SPARQL
    formats = (*FORMATS, *W3C_FORMATS) if in_sparql else FORMATS
    if format is not None and format not in formats:
        raise typer.BadParameter(f"one of {', '.join(formats)}", param_hint="--format")
    if in_sparql and write:
        raise typer.BadParameter("SPARQL only reads here", param_hint="--write")
    asked = sparql if text is None else text
    if asked == "-":
        asked = sys.stdin.read()
    values = _parameters(parameters or [])
    if in_sparql:
        _ask_in_sparql(kb, asked, recipe, values, format, timeout)
    else:
        _ask_in_cypher(kb, asked, recipe, values, format, timeout, write=write)


def _ask_in_cypher(
    kb: Path,
    text: str | None,
    recipe: str | None,
    values: dict[str, Any],
    format: str | None,
    timeout: float | None,
    *,
    write: bool,
) -> None:
    from contextlib import nullcontext

    from kg.lock import writing
    from kg.recipes import bind, recipe_named
    from kg.snapshot import current_snapshot, open_embedded
    from kg.stores.embedded import lint_query

    if recipe is not None:
        ready = recipe_named(recipe)
        text, values = ready.cypher, bind(ready, values)
    query = text or ""
    current_snapshot(kb)  # a lock belongs to a knowledge base
    turn = writing(kb, "kg query --write") if write else nullcontext()
    with turn, open_embedded(kb, write=write) as store:
        result = store.query(query, values, write=write, timeout=timeout)
    if not result.rows:
        for warning in lint_query(query):
            say(f"warning: {one_line(warning)}")
    _print(result, format or _default_format())


def _ask_in_sparql(
    kb: Path,
    text: str | None,
    recipe: str | None,
    values: dict[str, Any],
    format: str | None,
    timeout: float | None,
) -> None:
    from kg.recipes import bind, recipe_named
    from kg.stores.sparql import query_form, term
    from kg.triples import open_triples

    lists: tuple[str, ...] = ()
    if recipe is not None:
        ready = recipe_named(recipe)
        query, lists, values = ready.in_sparql(), ready.lists, dict(bind(ready, values))
    else:
        query, values = text or "", {name: term(value) for name, value in values.items()}
    chosen = format or _default_format()
    if query_form(query) in ("CONSTRUCT", "DESCRIBE") and format is None:
        chosen = "turtle" if chosen == "table" else "ntriples"
    with open_triples(kb, on_note=say) as store:
        if chosen in W3C_FORMATS:
            _print_bytes(store.serialize(query, values, format=chosen, timeout=timeout))
            return
        result = store.query(query, values, lists=lists, timeout=timeout)
        if result.kind == "truth":
            typer.echo(json.dumps(result.rows[0][0]))
        else:
            _print(result, chosen)
        if not result.rows or result.rows == ((False,),):
            _warn_of_unknown_terms(store, query)


def _warn_of_unknown_terms(store: SparqlStore, query: str) -> None:
    for warning in store.unknown_terms(query):
        say(f"warning: {one_line(warning)}")


def _print_bytes(data: bytes) -> None:
    typer.echo(data, nl=not data.endswith(b"\n"))


def _default_format() -> str:
    return "table" if sys.stdout.isatty() else "json"


def _parameters(items: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in name_values(items, "-p").items():
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
