"""``kg remove``: retract a paper."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli._app import ConfigOption, KnowledgeBaseArgument, QuietOption, SetOption, app, say


@app.command("remove")
def remove_cli(
    kb: KnowledgeBaseArgument,
    paper_id: Annotated[
        str, typer.Argument(metavar="PAPER_ID", help="Id of the paper, such as arxiv:1706.03762.")
    ],
    config: ConfigOption = None,
    set_: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Retract a paper and everything that only it says."""
    from kg.config import load_config
    from kg.pipeline import remove

    remove(kb, paper_id, config=load_config(config, set_ or ()))
    if not quiet:
        say(f"removed {paper_id}")
