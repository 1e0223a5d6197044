"""``kg export``: the graph as a file for somebody else's tool, or into a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli._app import (
    KnowledgeBaseArgument,
    QuietOption,
    app,
    ask_for_password,
    one_line,
    say,
)

if TYPE_CHECKING:
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
        str | None, typer.Option("--base-iri", help="JSON-LD: base of the identifiers.")
    ] = None,
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
    quiet: QuietOption = False,
) -> None:
    """Write the graph to a file, or load it into Neo4j.

    A server's user and password come from NEO4J_USERNAME and NEO4J_PASSWORD, or are asked for.
    Loading again changes nothing; a load that was stopped can be run again. Only what kg wrote is
    ever deleted.

    Examples:
      kg export papers.kg graph.jsonld

      kg export papers.kg graph.html --title "My field"

      kg export papers.kg neo4j://localhost --sync

      kg export papers.kg bundle --format neo4j-admin && sh bundle/import.sh

      kg export papers.kg site --format site
    """
    from kg.exporters import export_graph
    from kg.snapshot import load_graph

    graph = load_graph(kb)
    if "://" in target:
        options = {"database": database, "batch_size": batch_size, "prefix": prefix}
        _load_server(graph, target, options, sync=sync, wipe=wipe, quiet=quiet)
        return
    if sync or wipe:
        raise typer.BadParameter(
            "only a server keeps what was there before", param_hint="--sync, --wipe"
        )
    options = {"title": title, "max_nodes": max_nodes, "base": base_iri}
    options |= {"prefix": prefix or None, "part_rows": part_rows, "parquet": parquet or None}
    given = {name: value for name, value in options.items() if value is not None}
    if target == "-":
        _to_stdout(graph, format, given)
        return
    path = export_graph(graph, target, format=format, **given)
    if not quiet:
        say(
            f"{path}: {len(graph.papers)} papers, {len(graph.entities)} entities, "
            f"{len(graph.relations)} relations"
        )


def _to_stdout(graph: KnowledgeGraph, format: str | None, options: Mapping[str, object]) -> None:
    import shutil
    import sys
    import tempfile
    from pathlib import Path

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
