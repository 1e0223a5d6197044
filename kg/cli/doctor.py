"""``kg doctor``: is a knowledge base whole, and if not, how to mend it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from kg.cli._app import KnowledgeBaseArgument, QuietOption, app, one_line, say


@app.command("doctor")
def doctor_cli(
    kb: KnowledgeBaseArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Check ledger, graph, counts, hashes and leftovers; say how to mend what is wrong.

    Changes nothing. Exit status 0 if all is well, 1 otherwise.
    """
    from kg.doctor import examine

    seen = examine(kb)
    if as_json:
        report = {"well": not seen.findings} | asdict(seen)
        typer.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        for finding in seen.findings:
            line = f"{finding.part}: {finding.problem}; to mend it: {finding.mend}"
            typer.echo(one_line(line))
    if not quiet:
        if seen.writer is not None:
            say(f"{seen.writer} is writing it just now")
        count = len(seen.findings)
        told = f"{count} problem{'' if count == 1 else 's'}" if count else "all is well"
        say(f"{kb}: {seen.papers} papers, {seen.spans} spans read again; {told}")
    if seen.findings:
        raise typer.Exit(1)
