"""``kg validate``: does a file say only what the schemas allow?"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli._app import app, one_line, say

if TYPE_CHECKING:
    from kg.validation import Fault, Report


@app.command("validate")
def validate_cli(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What kg export wrote, or .gz.")],
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            help="papers, records, node_link, jsonld, ttl, nt or nq; default: by the suffix.",
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=0, metavar="N", help="Show at most N faults.")
    ] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Check a file against the schemas: JSON Schema for JSON, SHACL shapes for RDF.

    Exits with 1 where something is wrong. Nothing is fetched from the network.

    Examples:
      kg validate graph.jsonld

      kg validate papers.papers.jsonl.gz --limit 10
    """
    from kg.validation import validate_file

    report = validate_file(file, format=format, limit=limit, on_note=say)
    if as_json:
        typer.echo(_as_json(report, file))
    else:
        for fault in report.faults:
            typer.echo(_line(fault, file))
    hidden = report.found - len(report.faults)
    if hidden and not as_json:
        say(f"{hidden} more; --limit shows them")
    counts = ", ".join(f"{number} {what}" for what, number in report.checked.items()) or "nothing"
    faults = "1 fault" if report.found == 1 else f"{report.found} faults"
    say(f"{counts} checked as {report.format}, {faults}")
    if not report.valid:
        raise typer.Exit(1)


def _line(fault: Fault, file: Path) -> str:
    place = str(file) if fault.line is None else f"{file}:{fault.line}"
    field = f" {fault.field}" if fault.field else ""
    return one_line(f"{place}: {fault.node}{field}: {fault.message} ({fault.rule})")


def _as_json(report: Report, file: Path) -> str:
    told = {
        "file": str(file),
        "format": report.format,
        "valid": report.valid,
        "checked": dict(report.checked),
        "found": report.found,
        "faults": [asdict(fault) for fault in report.faults],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)
