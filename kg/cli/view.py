"""``kg view``: the explorer page in a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli._app import KnowledgeBaseArgument, app


@app.command("view")
def view_cli(
    kb: KnowledgeBaseArgument,
    title: Annotated[str | None, typer.Option("--title", help="Heading of the page.")] = None,
    max_nodes: Annotated[
        int | None, typer.Option("--max-nodes", min=1, help="Show so many nodes at most.")
    ] = None,
    open_: Annotated[
        bool, typer.Option("--open/--no-open", help="Open it in the browser, or only write it.")
    ] = True,
) -> None:
    """Write the explorer page into the knowledge base and open it; prints its path."""
    import webbrowser

    from kg.exporters import export_graph
    from kg.snapshot import load_graph

    options = {"title": title, "max_nodes": max_nodes}
    given = {name: value for name, value in options.items() if value is not None}
    path = export_graph(load_graph(kb), kb / "explorer.html", format="html", **given)
    typer.echo(str(path))
    if open_:
        webbrowser.open(path.resolve().as_uri())
