"""``kg evaluate``: how well the extractor does on annotated papers or corpora."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
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
    one_line,
    say,
)

if TYPE_CHECKING:
    from rich.table import Table

    from kg.config import Config
    from kg.evaluation import CorpusReport, GoldReport
    from kg.evaluation.mistakes import Mistake
    from kg.model import Extraction, Paper

LAYOUTS = ("gold", "corpus")


@app.command("evaluate")
def evaluate_cli(
    gold: Annotated[
        Path, typer.Argument(metavar="GOLD", help="Annotated papers, or a corpus: JSON lines.")
    ],
    system: Annotated[
        Path | None,
        typer.Option(
            "--system", metavar="FILE", help="Judge this file of `kg export`; extract nothing."
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option("--format", help="gold or corpus; by default the first line tells."),
    ] = None,
    errors: Annotated[
        int, typer.Option("--errors", min=0, metavar="N", help="Show N errors of each sort.")
    ] = 0,
    curve: Annotated[
        bool, typer.Option("--curve", help="Show the figures for each lowest score.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    fast: FastOption = False,
    min_score: MinScoreOption = None,
    precision: PrecisionOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Extract annotated papers and tell what is right, spurious and missed.

    Gold papers (id, title, abstract, entities, relations, links) are judged as a graph, an entity
    once a paper. Those of tier optional are neither rewarded nor punished. Corpora (doc_id, text,
    entities with offsets) are judged span by span, in the kinds that they annotate.

    Examples:
      kg evaluate gold.jsonl --errors 5

      kg evaluate gold.jsonl --system graph.papers.jsonl --json

      kg evaluate scierc/dev.jsonl --min-score 0.5
    """
    from kg.evaluation import detect_layout

    if format not in (None, *LAYOUTS):
        raise typer.BadParameter(f"one of {', '.join(LAYOUTS)}", param_hint="--format")
    settings = load_settings(config, set_, fast=fast, min_score=min_score, precision=precision)
    report: GoldReport | CorpusReport
    if (format or detect_layout(gold)) == "gold":
        report = _judge_gold(gold, system, settings, quiet)
    elif system is not None or curve:
        option = "--curve" if system is None else "--system"
        raise typer.BadParameter("for gold papers, not for a corpus", param_hint=option)
    else:
        report = _judge_corpus(gold, settings, quiet)
    if as_json:
        typer.echo(json.dumps(report.to_json(errors), indent=2))
    else:
        _print_report(report, curve=curve)
        _print_mistakes(report.mistakes, errors)


def _judge_gold(gold: Path, system: Path | None, settings: Config, quiet: bool) -> GoldReport:
    from kg.errors import InputError
    from kg.evaluation import evaluate_gold, read_gold, read_system

    annotated = read_gold(gold)
    if system is None:
        from kg.evaluation.gold import system_papers
        from kg.exporters.papers import generate_papers
        from kg.model import Paper
        from kg.pipeline import assemble_graph

        papers = [Paper(id=p.id, title=p.title, abstract=p.abstract) for p in annotated]
        extractions, speed = _extract(papers, settings, quiet)
        lines = generate_papers(assemble_graph(extractions, config=settings))
        return evaluate_gold(
            annotated, system_papers(map(json.loads, lines)), papers_per_second=speed
        )
    report = evaluate_gold(annotated, read_system(system))
    if len(report.missing_papers) == report.papers:
        raise InputError(
            f"'{system}' holds none of the papers of '{gold}'",
            hint="papers are paired by their titles",
        )
    if report.missing_papers and not quiet:
        some = ", ".join(report.missing_papers[:5])
        more = ", ..." if len(report.missing_papers) > 5 else ""
        number = f"{len(report.missing_papers)} of {report.papers} papers"
        say(one_line(f"note: {number} are not in '{system}', all missed: {some}{more}"))
    return report


def _judge_corpus(corpus: Path, settings: Config, quiet: bool) -> CorpusReport:
    from kg.evaluation import evaluate_corpus, read_corpus, unit_paper

    units = read_corpus(corpus)
    extractions, speed = _extract([unit_paper(unit) for unit in units], settings, quiet)
    return evaluate_corpus(units, extractions, papers_per_second=speed)


def _extract(
    papers: Sequence[Paper], settings: Config, quiet: bool
) -> tuple[list[Extraction], float]:
    """Extractions, and papers a second; loading the pipeline does not count."""
    from kg.cli._progress import build_progress
    from kg.extractors import build_nlp, extract_papers

    nlp = build_nlp(settings.extract)
    found: list[Extraction] = []
    with build_progress(quiet=quiet) as progress:
        progress.start("extracting", len(papers))
        began = time.perf_counter()
        for extraction in extract_papers(papers, config=settings.extract, nlp=nlp):
            found.append(extraction)
            progress.advance(1)
        seconds = time.perf_counter() - began
    return found, len(papers) / seconds


def _print_report(report: GoldReport | CorpusReport, *, curve: bool) -> None:
    from rich.console import Console

    from kg.evaluation import GoldReport
    from kg.evaluation.tables import corpus_tables, curve_table, gold_tables

    parts: Iterable[Table | str]
    parts = gold_tables(report) if isinstance(report, GoldReport) else corpus_tables(report)
    console = Console(highlight=False, markup=False)
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, str))
    if curve and isinstance(report, GoldReport):
        console.print()
        if report.curve:
            console.print(curve_table(report.curve))
            console.print("Entities of tier optional are left out, right or wrong.")
        else:
            console.print("no curve: not every entity has a score")


def _print_mistakes(mistakes: Iterable[Mistake], limit: int) -> None:
    from kg.evaluation.mistakes import first_of_each

    known = list(mistakes)
    totals = Counter(mistake.sort for mistake in known)
    last = ""
    for mistake in first_of_each(known, limit):
        if mistake.sort != last:
            last = mistake.sort
            shown = min(limit, totals[last])
            typer.echo(f"\n{last}, {shown} of {totals[last]}")
        typer.echo(one_line(f"{mistake.paper_id}: {mistake.summary}"))
        if mistake.view:
            typer.echo(f"    {one_line(mistake.view)}")
