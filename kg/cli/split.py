"""``kg split``: names of an entity are something else."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli._app import ConfigOption, KnowledgeBaseArgument, QuietOption, SetOption, app
from kg.cli._waiting import WaitingCommand, WaitOption
from kg.cli.curate import EntityArgument, relinking, tell


@app.command("split", cls=WaitingCommand)
def split_cli(
    kb: KnowledgeBaseArgument,
    entity: EntityArgument,
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME...", help="Names of it that are something else."),
    ],
    wait: WaitOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Take names out of an entity, now and in every later build.

    Each becomes a thing of its own, in every paper that writes it. kg links shows the names.

    Example: kg split papers.kg method:ppo "PPO-Clip"
    """
    from kg.decisions import split

    with relinking(config, set_, wait, quiet=quiet) as how:
        done = split(kb, entity, names, **how)
    tell(done, quiet=quiet)
