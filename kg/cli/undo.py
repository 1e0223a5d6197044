"""``kg undo``: take back a decision about names."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli._app import ConfigOption, KnowledgeBaseArgument, QuietOption, SetOption, app
from kg.cli._waiting import WaitingCommand, WaitOption
from kg.cli.curate import relinking, tell


@app.command("undo", cls=WaitingCommand)
def undo_cli(
    kb: KnowledgeBaseArgument,
    entry: Annotated[
        int | None,
        typer.Option("--entry", min=1, metavar="NUMBER", help="Another entry than the last one."),
    ] = None,
    wait: WaitOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Take back the last merge, split, rename, kind or drop; again for the one before.

    The graph is then what it was before, byte for byte. kg curate list shows the entries.
    """
    from kg.decisions import undo

    with relinking(config, set_, wait, quiet=quiet) as how:
        done = undo(kb, entry, **how)
    tell(done, quiet=quiet, what="took back")
