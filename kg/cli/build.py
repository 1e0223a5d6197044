"""``kg build``: sources in, knowledge base out."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli._app import (
    ConfigOption,
    FastOption,
    MinScoreOption,
    PrecisionOption,
    QuietOption,
    SetOption,
    app,
    load_settings,
    name_values,
    one_line,
    say,
)
from kg.cli._waiting import WaitingCommand, WaitOption, seconds

if TYPE_CHECKING:
    from kg.config import Config
    from kg.errors import ReadError
    from kg.pipeline import BuildReport


@app.command("build", cls=WaitingCommand)
def build_cli(
    context: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE...", help="Files of papers; - is standard input."),
    ] = None,
    to: Annotated[
        Path, typer.Option("--to", metavar="KB", help="Directory of the knowledge base.")
    ] = Path("papers.kg"),
    format: Annotated[
        str | None, typer.Option("--format", help="Format of all sources; see `kg plugins`.")
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=0, max=256, help="Processes; 0 picks.")
    ] = 0,
    engine: Annotated[
        str, typer.Option("--engine", help="What extracts: local, spark or ray.")
    ] = "local",
    engine_option: Annotated[
        list[str] | None,
        typer.Option(
            "--engine-option",
            metavar="NAME=VALUE",
            help="An option of the engine; may be given again.",
        ),
    ] = None,
    tables: Annotated[
        str | None,
        typer.Option(
            "--tables",
            metavar="FOLDER",
            help="Instead of --to: let the engine do the whole build and write Parquet tables.",
        ),
    ] = None,
    curation: Annotated[
        Path | None,
        typer.Option(
            "--curation", metavar="FILE", help="Decisions about names, for --tables (TOML)."
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Take so many papers at most.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad record.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and count; write nothing.")
    ] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make the graph again from the ledger.")
    ] = False,
    wait: WaitOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    fast: FastOption = False,
    min_score: MinScoreOption = None,
    precision: PrecisionOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Read papers and add them to a knowledge base.

    What it has read before is not read again; a stopped build goes on where it was.

    Example: kg build daily_papers.txt refs.bib arxiv.jsonl.gz --to papers.kg
    """
    if tables is not None:
        _refuse(context, "--tables", "to", "limit", "dry_run", "rebuild", "wait")
        settings = load_settings(config, set_, fast=fast, min_score=min_score, precision=precision)
        options = name_values(engine_option or (), "--engine-option")
        engine_said = (engine, options, workers)
        _build_tables(
            sources or [], tables, settings, engine_said, format, strict, curation, as_json, quiet
        )
        return
    if curation is not None:
        raise typer.BadParameter("is for --tables; a knowledge base has its own: kg curate")
    from kg.cli._progress import build_progress
    from kg.engines import make_engine
    from kg.pipeline import build

    options = name_values(engine_option or (), "--engine-option")
    runs = make_engine(engine, options, workers=workers)
    settings = load_settings(config, set_, fast=fast, min_score=min_score, precision=precision)
    try:
        with build_progress(quiet=quiet) as progress:
            report = build(
                sources or [],
                to,
                config=settings,
                format=format,
                engine=runs,
                limit=limit,
                strict=strict,
                dry_run=dry_run,
                rebuild=rebuild,
                wait=seconds(wait),
                on_problem=None if strict else _warn,
                progress=progress,
            )
    except KeyboardInterrupt:
        kept = (to / "ledger.sqlite").exists() and not dry_run
        say(
            "interrupted: finished work is kept; the same command goes on from there"
            if kept
            else "interrupted: nothing was written"
        )
        raise typer.Exit(130) from None
    if as_json:
        typer.echo(json.dumps(_as_dict(report)))
    for warning in report.warnings:
        say(f"warning: {one_line(warning)}")
    if not quiet:
        say(_summary(report, to, dry_run=dry_run))


def _refuse(context: typer.Context, option: str, *names: str) -> None:
    for name in names:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(f"--{name.replace('_', '-')} does not go with {option}")


def _build_tables(
    sources: list[str],
    target: str,
    settings: Config,
    engine_said: tuple[str, dict[str, str], int],
    format: str | None,
    strict: bool,
    curation: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    from kg.cli._progress import build_progress
    from kg.engines import TableEngine, make_engine
    from kg.errors import InputError

    name, options, workers = engine_said
    engine = make_engine(name, options, workers=workers)
    if not isinstance(engine, TableEngine):
        raise InputError(
            f"the engine '{name}' writes no tables",
            hint="use --engine spark or ray, or build with --to and then: "
            "kg export KB FOLDER --format parquet",
        )
    if not sources:
        raise InputError("no sources", hint="name files that the cluster can read")
    try:
        decisions = curation.read_text("utf-8") if curation is not None else ""
    except (OSError, ValueError) as err:
        raise InputError(f"cannot read '{curation}': {err}") from err
    try:
        with build_progress(quiet=quiet) as progress:
            report = engine.build_tables(
                sources,
                target,
                settings,
                format=format,
                strict=strict,
                curation=decisions,
                progress=progress,
            )
    except KeyboardInterrupt:
        say("interrupted: what was extracted is kept; the same command goes on from there")
        raise typer.Exit(130) from None
    if as_json:
        typer.echo(json.dumps(asdict(report)))
    for problem in report.problems:
        say(f"skipped: {one_line(problem)}")
    if report.skipped > len(report.problems):
        say(f"skipped: {report.skipped - len(report.problems)} more")
    for warning in report.warnings:
        say(f"warning: {one_line(warning)}")
    if not quiet:
        say(
            f"{report.read} papers read, {report.extracted} by the extractor, {report.skipped} "
            f"skipped; {target} holds {report.papers} papers as tables ({report.copies} copies "
            "under another id left out)"
        )


def _warn(problem: ReadError) -> None:
    say(f"skipped: {one_line(problem.message)}" + (f" ({problem.hint})" if problem.hint else ""))


def _as_dict(report: BuildReport) -> dict[str, object]:
    return {
        "read": report.read,
        "changed": report.changed,
        "extracted": report.extracted,
        "skipped": report.skipped,
        "papers": report.papers,
        "copies": report.copies,
        "rebuilt": report.rebuilt,
    }


def _summary(report: BuildReport, target: Path, *, dry_run: bool) -> str:
    skipped = f", {report.skipped} skipped" if report.skipped else ""
    new = f"{report.read} papers read, {report.changed} new or changed{skipped}"
    if dry_run:
        return f"{new}; nothing was written"
    state = "graph made" if report.rebuilt else "graph unchanged"
    copies = f" ({report.copies} of them copies under another id)" if report.copies else ""
    return f"{new}; {target} holds {report.papers}{copies}, {state}"
