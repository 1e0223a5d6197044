"""``kg export``: the graph as a file for somebody else's tool, or into a server."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli._app import KnowledgeBaseArgument, QuietOption, app, one_line, say

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph


@app.command("export")
def export_cli(
    kb: KnowledgeBaseArgument,
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET",
            help="File to write, format by suffix; - for standard output; or a server: "
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
    quiet: QuietOption = False,
) -> None:
    """Write the graph to a file, or load it into Neo4j.

    A server's user and password come from NEO4J_USERNAME and NEO4J_PASSWORD, or are asked for.

    Examples:
      kg export papers.kg graph.jsonld

      kg export papers.kg graph.html --title "My field"

      NEO4J_PASSWORD=... kg export papers.kg neo4j://localhost
    """
    from kg.exporters import export_graph
    from kg.snapshot import load_graph

    graph = load_graph(kb)
    if "://" in target:
        _load_server(graph, target, database, batch_size, quiet)
        return
    options = {"title": title, "max_nodes": max_nodes, "base": base_iri}
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

    from kg.exporters import export_graph

    if format is None:
        raise typer.BadParameter("standard output needs --format", param_hint="TARGET")
    with tempfile.TemporaryDirectory() as folder:
        path = export_graph(graph, Path(folder) / "graph", format=format, **options)
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _load_server(
    graph: KnowledgeGraph, uri: str, database: str | None, batch_size: int, quiet: bool
) -> None:
    from kg.stores import open_store

    if not (os.environ.get("KG_NEO4J_PASSWORD") or os.environ.get("NEO4J_PASSWORD")):
        import sys

        if sys.stdin.isatty():
            os.environ["KG_NEO4J_PASSWORD"] = typer.prompt("Password", hide_input=True, err=True)
    with open_store(uri, database=database, batch_size=batch_size) as store:
        report = store.write(graph)
    for note in report.notes:
        say(f"note: {one_line(note)}")
    if not quiet:
        say(
            f"{uri}: {report.nodes} nodes, {report.relations} relations; "
            f"{report.created} created, {report.changed} changed"
        )
