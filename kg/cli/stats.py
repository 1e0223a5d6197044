"""``kg stats``: how much of what a graph holds."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli._app import KnowledgeBaseArgument, app

if TYPE_CHECKING:
    from kg.graph import GraphStats


@app.command("stats")
def stats_cli(
    kb: KnowledgeBaseArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Count nodes, relations, evidence and mentions."""
    from kg.snapshot import load_graph

    stats = load_graph(kb).stats()
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
