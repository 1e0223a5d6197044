"""``kg stats``: how much of what a graph holds."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli._app import KnowledgeBaseArgument, app, say

if TYPE_CHECKING:
    from kg.graph import GraphStats


@app.command("stats")
def stats_cli(
    kb: KnowledgeBaseArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    plot: Annotated[
        Path | None,
        typer.Option(
            "--plot",
            metavar="FILE",
            help="Also write plots to an .svg or .html file: things by year, most used "
            "benchmarks, methods rising, code by year.",
        ),
    ] = None,
) -> None:
    """Count nodes, relations, evidence and mentions.

    Example:
      kg stats papers.kg --plot plots.svg
    """
    from kg.snapshot import load_graph

    if plot is None:
        graph = load_graph(kb)
    else:
        from kg.pages.plot_page import plot_format, write_plots

        plot_format(plot)  # before the graph, which may take a while to load
        graph = load_graph(kb)
        say(f"{write_plots(graph, plot)}: plots of {len(graph.papers):,} papers")
    stats = graph.stats()
    if as_json:
        typer.echo(json.dumps(asdict(stats), indent=2))
    else:
        print_stats(stats)


def print_stats(stats: GraphStats) -> None:
    """Print counts as two small tables on stdout."""
    from rich.columns import Columns
    from rich.console import Console
    from rich.table import Table

    tables = []
    for heading, counts in (("nodes", stats.nodes), ("relations", stats.relations)):
        table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
        table.add_column(heading)
        table.add_column("", justify="right")
        for name, number in counts.items():
            table.add_row(name, f"{number:,}")
        tables.append(table)
    console = Console(highlight=False)
    console.print(Columns(tables, padding=(0, 6)))
    console.print(f"{stats.evidence:,} sentences of evidence, {stats.mentions:,} mentions")
