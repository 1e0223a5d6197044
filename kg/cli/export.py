"""``kg export``: the graph as a file for somebody else's tool, or into a server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli._app import (
    KnowledgeBaseArgument,
    QuietOption,
    app,
    ask_for_password,
    name_values,
    one_line,
    say,
)

if TYPE_CHECKING:
    from kg.exporters.jsonld import Run
    from kg.graph import KnowledgeGraph


@app.command("export")
def export_cli(
    kb: KnowledgeBaseArgument,
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET",
            help="File or folder to write, format by suffix; - for standard output; or a server: "
            "neo4j://host, bolt://host.",
        ),
    ],
    format: Annotated[
        str | None, typer.Option("--format", help="Export format; see `kg plugins`.")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="Pages: the heading.")] = None,
    max_nodes: Annotated[
        int | None, typer.Option("--max-nodes", min=1, help="Pages: show so many nodes at most.")
    ] = None,
    base_iri: Annotated[
        str | None, typer.Option("--base-iri", help="JSON-LD, RDF: base of the identifiers.")
    ] = None,
    frame: Annotated[
        bool, typer.Option("--frame", help="JSON-LD: nest it for reading, things in papers.")
    ] = False,
    statements: Annotated[
        bool,
        typer.Option(
            "--statements/--no-statements",
            help="JSON-LD, RDF: each relation also as a statement with its sentences; kg import "
            "needs them.",
        ),
    ] = True,
    mentions: Annotated[
        bool,
        typer.Option(
            "--mentions/--no-mentions", help="JSON-LD, RDF: the linked spans of the texts."
        ),
    ] = True,
    run: Annotated[
        bool, typer.Option("--run", help="JSON-LD, RDF: say which kg and models read the papers.")
    ] = False,
    database: Annotated[
        str | None, typer.Option("--database", help="Server: name of the database.")
    ] = None,
    batch_size: Annotated[
        int, typer.Option("--batch-size", min=1, help="Server: rows in a transaction.")
    ] = 1000,
    prefix: Annotated[
        str,
        typer.Option(
            "--prefix", help="Server: begin every label with it, where others use the database."
        ),
    ] = "",
    sync: Annotated[
        bool, typer.Option("--sync", help="Server: take out what the knowledge base lost.")
    ] = False,
    wipe: Annotated[
        bool, typer.Option("--wipe", help="Server: first take out all that kg wrote there.")
    ] = False,
    part_rows: Annotated[
        int | None, typer.Option("--part-rows", min=1, help="Bulk: rows of a data file at most.")
    ] = None,
    parquet: Annotated[bool, typer.Option("--parquet", help="Bulk: Parquet tables too.")] = False,
    more: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            metavar="NAME=VALUE",
            help="Another option of the format, such as license=CC0-1.0 of csv and parquet.",
        ),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Write the graph to a file, or load it into Neo4j.

    A server's user and password come from NEO4J_USERNAME and NEO4J_PASSWORD, or are asked for.
    Loading again changes nothing; a load that was stopped can be run again. Only what kg wrote is
    ever deleted.

    Examples:
      kg export papers.kg graph.jsonld

      kg export papers.kg readable.jsonld --frame --no-mentions

      kg export papers.kg graph.html --title "My field"

      kg export papers.kg neo4j://localhost --sync

      kg export papers.kg bundle --format neo4j-admin && sh bundle/import.sh

      kg export papers.kg site --format site

      kg export papers.kg tables --format parquet --option license=CC0-1.0
    """
    from kg.exporters import export_graph, format_of, read_options
    from kg.snapshot import load_graph

    graph = load_graph(kb)
    if "://" in target:
        server = {"database": database, "batch_size": batch_size, "prefix": prefix}
        _load_server(graph, target, server, sync=sync, wipe=wipe, quiet=quiet)
        return
    if sync or wipe:
        raise typer.BadParameter(
            "only a server keeps what was there before", param_hint="--sync, --wipe"
        )
    options: dict[str, Any] = {"title": title, "max_nodes": max_nodes, "base": base_iri}
    options |= {"frame": frame or None, "run": _run_of(kb) if run else None}
    options |= {"statements": None if statements else False}
    options |= {"mentions": None if mentions else False}
    options |= {"prefix": prefix or None, "part_rows": part_rows, "parquet": parquet or None}
    given = {name: value for name, value in options.items() if value is not None}
    if more:
        named = format or ("" if target == "-" else format_of(Path(target), format))
        given |= read_options(named, name_values(more, "--option")) if named else {}
    if target == "-":
        _to_stdout(graph, format, given)
        return
    path = export_graph(graph, target, format=format, **given)
    if not quiet:
        say(
            f"{path}: {len(graph.papers)} papers, {len(graph.entities)} entities, "
            f"{len(graph.relations)} relations"
        )


def _run_of(kb: Path) -> Run:
    """How the papers of a knowledge base were read, as its ledger has it."""
    import kg
    from kg.exporters.jsonld import Run
    from kg.ledger import Ledger

    with Ledger(kb / "ledger.sqlite", read_only=True) as ledger:
        return Run(str(kg.__version__), ledger.fingerprints())


def _to_stdout(graph: KnowledgeGraph, format: str | None, options: Mapping[str, object]) -> None:
    import shutil
    import sys
    import tempfile

    from kg.exporters import EXPORTERS, FolderExporter, export_graph

    if format is None:
        raise typer.BadParameter("standard output needs --format", param_hint="TARGET")
    if isinstance(EXPORTERS.get(format), FolderExporter):
        raise typer.BadParameter(f"{format} writes a folder", param_hint="TARGET")
    with tempfile.TemporaryDirectory() as folder:
        path = export_graph(graph, Path(folder) / "graph", format=format, **options)
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _load_server(
    graph: KnowledgeGraph,
    uri: str,
    options: Mapping[str, Any],
    *,
    sync: bool,
    wipe: bool,
    quiet: bool,
) -> None:
    from kg.cli._progress import build_progress
    from kg.stores import open_store
    from kg.stores.neo4j import Neo4jStore

    ask_for_password()
    total = len(graph.papers) + len(graph.entities) + len(graph.relations)
    wiped = 0
    with build_progress(quiet=quiet) as progress, open_store(uri, **options) as store:
        progress.start("loading", total)
        if isinstance(store, Neo4jStore):
            wiped = store.wipe() if wipe else 0
            report = store.write(graph, sync=sync, on_rows=progress.advance)
        elif sync or wipe:  # a plugin's
            raise typer.BadParameter(f"'{uri}' only takes a whole graph")
        else:
            report = store.write(graph)
    for note in report.notes:
        say(f"note: {one_line(note)}")
    if not quiet:
        say(
            f"{uri}: {report.nodes} nodes, {report.relations} relations; "
            f"{report.created} created, {report.matched} matched, {report.changed} changed, "
            f"{report.deleted + wiped} deleted"
        )
