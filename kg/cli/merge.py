"""``kg merge``: several entities are one."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli._app import ConfigOption, KnowledgeBaseArgument, QuietOption, SetOption, app
from kg.cli._waiting import WaitingCommand, WaitOption
from kg.cli.curate import relinking, tell


@app.command("merge", cls=WaitingCommand)
def merge_cli(
    kb: KnowledgeBaseArgument,
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME NAME...", help="Names, Kind:Name, or ids such as method:ppo."),
    ],
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What to call the one entity.")
    ] = None,
    wait: WaitOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Make one entity of several, now and in every later build.

    Example: kg merge papers.kg PPO "proximal policy optimisation" --name PPO
    """
    from kg.decisions import merge

    if len(names) < 2:
        raise typer.BadParameter("give two names or more", param_hint="NAME")
    with relinking(config, set_, wait, quiet=quiet) as how:
        done = merge(kb, names, name=name, **how)
    tell(done, quiet=quiet)
