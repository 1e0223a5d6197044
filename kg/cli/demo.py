"""``kg demo``: a graph of papers everybody knows, in one command."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli._app import QuietOption, app

QUESTIONS = (
    (
        "Which benchmarks and datasets do most of these papers measure on?",
        "MATCH (p:Paper)-[:EVALUATES_ON]->(b)\n"
        "RETURN b.name AS name, labels(b)[0] AS kind, count(DISTINCT p) AS papers\n"
        "ORDER BY papers DESC, name LIMIT 8",
    ),
    (
        "Where is the code of what they introduce, and which sentence says so?",
        "MATCH (p:Paper)-[:INTRODUCES]->(m:Method)-[a:AVAILABLE_AT]->(u:Url {url_kind: 'code'})\n"
        "RETURN m.name AS method, u.href AS code, a.sentences[0] AS sentence\n"
        "ORDER BY method LIMIT 8",
    ),
)


@app.command("demo")
def demo_cli(
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="Folder for the graph and the page.")
    ] = Path("kg-demo"),
    quiet: QuietOption = False,
) -> None:
    """Build the graph of the sample papers, ask it two questions, write its page."""
    from kg.cli._progress import build_progress
    from kg.cli.query import _print_table
    from kg.cli.stats import print_stats
    from kg.errors import InputError
    from kg.exporters import export_graph
    from kg.pipeline import build
    from kg.resources import data_path
    from kg.snapshot import load_graph, open_embedded

    try:
        to.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise InputError(f"cannot make '{to}': {err.strerror}", hint="choose another --to") from err
    base = to / "sample.kg"
    with build_progress(quiet=quiet) as progress:
        build([str(data_path("data", "sample.jsonl"))], base, format="jsonl", progress=progress)
    graph = load_graph(base)
    print_stats(graph.stats())
    with open_embedded(base) as store:
        for question, cypher in QUESTIONS:
            typer.echo(f"\n{question}\n")
            typer.echo("\n".join(f"    {line}" for line in cypher.splitlines()) + "\n")
            _print_table(store.query(cypher))
    page = export_graph(graph, to / "sample.html", format="html", title="Sample papers")
    typer.echo(f"\nOpen the page:  {page.resolve().as_uri()}")
    called = "python -m kg" if sys.argv[0].endswith("__main__.py") else sys.argv[0]
    program = "kg" if shutil.which("kg") else called
    typer.echo(f"Ask more:       {program} query {base} --recipe benchmark -p name=GLUE")
