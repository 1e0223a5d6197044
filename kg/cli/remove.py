"""``kg remove``: retract a paper."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli._app import ConfigOption, KnowledgeBaseArgument, QuietOption, SetOption, app, say
from kg.cli._waiting import WaitingCommand, WaitOption, seconds


@app.command("remove", cls=WaitingCommand)
def remove_cli(
    kb: KnowledgeBaseArgument,
    paper_id: Annotated[
        str, typer.Argument(metavar="PAPER_ID", help="Id of the paper, such as arxiv:1706.03762.")
    ],
    wait: WaitOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Retract a paper and everything that only it says."""
    from kg.cli._progress import build_progress
    from kg.config import load_config
    from kg.pipeline import remove

    settings = load_config(config, set_ or ())
    with build_progress(quiet=quiet) as progress:
        remove(kb, paper_id, config=settings, wait=seconds(wait), progress=progress)
    if not quiet:
        say(f"removed {paper_id}")
