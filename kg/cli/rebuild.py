"""``kg rebuild``: the graph once more, from what the ledger holds."""

from __future__ import annotations

import typer

from kg.cli._app import (
    ConfigOption,
    KnowledgeBaseArgument,
    QuietOption,
    SetOption,
    app,
    one_line,
    say,
)
from kg.cli._waiting import WaitingCommand, WaitOption, seconds


@app.command("rebuild", cls=WaitingCommand)
def rebuild_cli(
    kb: KnowledgeBaseArgument,
    wait: WaitOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Make the graph again from the ledger: after damage, or with another kg. No paper is read."""
    from kg.cli._progress import build_progress
    from kg.config import load_config
    from kg.pipeline import rebuild

    settings = load_config(config, set_ or ())
    try:
        with build_progress(quiet=quiet) as progress:
            report = rebuild(kb, config=settings, wait=seconds(wait), progress=progress)
    except KeyboardInterrupt:
        say("interrupted: the graph is as it was")
        raise typer.Exit(130) from None
    for warning in report.warnings:
        say(f"warning: {one_line(warning)}")
    if not quiet:
        copies = f" ({report.copies} of them copies under another id)" if report.copies else ""
        say(f"{kb} holds {report.papers} papers{copies}, graph made")
    if report.unread:
        say(f"note: {report.unread} papers have not been read yet; go on with: kg build --to {kb}")
