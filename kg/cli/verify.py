"""``kg verify``: does every edge's sentence still stand in its paper?"""

from __future__ import annotations

import typer

from kg.cli._app import KnowledgeBaseArgument, app, one_line, say


@app.command("verify")
def verify_cli(kb: KnowledgeBaseArgument) -> None:
    """Re-read every span of every relation and mention against the stored texts."""
    from kg.verification import verify

    checked, failures = verify(kb)
    for failure in failures:
        typer.echo(f"{failure.paper_id}\t{failure.where}\t{one_line(failure.reason)}")
    say(f"{checked} spans checked, {len(failures)} do not hold")
    if failures:
        raise typer.Exit(1)
