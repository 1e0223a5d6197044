"""``kg extract``: what is found in each paper, as NDJSON."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli._app import (
    ConfigOption,
    FastOption,
    MinScoreOption,
    PrecisionOption,
    SetOption,
    app,
    load_settings,
)
from kg.cli.build import _warn


@app.command("extract")
def extract_cli(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="File of papers, or -.")] = "-",
    format: Annotated[str | None, typer.Option("--format", help="Format of the source.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at a bad record.")] = False,
    fast: FastOption = False,
    min_score: MinScoreOption = None,
    precision: PrecisionOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
) -> None:
    """Print the mentions and relations of each paper: one JSON object a line, in order."""
    from kg.extractors import extract_papers
    from kg.readers import read_papers

    settings = load_settings(config, set_, fast=fast, min_score=min_score, precision=precision)
    papers = read_papers(source, format=format, strict=strict, on_error=None if strict else _warn)
    for extraction in extract_papers(papers, config=settings.extract):
        typer.echo(extraction.model_dump_json())
