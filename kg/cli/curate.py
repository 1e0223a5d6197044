"""``kg curate``: names, kinds and drops that a person decides, and the list of all decisions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from kg.decisions import Decided, Relinking

curate_app = typer.Typer(
    help="Rename an entity, give it another kind, drop it, or list what was decided.",
    no_args_is_help=True,
    add_completion=False,
)
app.add_typer(curate_app, name="curate")

EntityArgument = Annotated[
    str, typer.Argument(metavar="ENTITY", help="A name, Kind:Name, or an id such as method:ppo.")
]


@contextmanager
def relinking(
    config: Path | None, set_: Sequence[str] | None, wait: float | None, *, quiet: bool
) -> Iterator[Relinking]:
    """The settings of a command that links again, with a progress bar for its time."""
    from kg.cli._progress import build_progress
    from kg.config import load_config

    settings = load_config(config, set_ or ())
    with build_progress(quiet=quiet) as progress:
        yield {"config": settings, "wait": seconds(wait), "progress": progress}


def tell(done: Decided, *, quiet: bool, what: str = "decided") -> None:
    """Say on stderr what was done, and what entries are about nothing."""
    for warning in done.report.warnings:
        say(f"warning: {one_line(warning)}")
    if not quiet:
        graph = "graph made" if done.report.rebuilt else "graph unchanged"
        say(f"{what}: {one_line(done.decision.words)}; {graph}")


@curate_app.command("rename", cls=WaitingCommand)
def rename_cli(
    kb: KnowledgeBaseArgument,
    entity: EntityArgument,
    to: Annotated[str, typer.Argument(metavar="NAME", help="Its new name.")],
    wait: WaitOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Give an entity another name; its id follows."""
    from kg.decisions import rename

    with relinking(config, set_, wait, quiet=quiet) as how:
        done = rename(kb, entity, to, **how)
    tell(done, quiet=quiet)


@curate_app.command("kind", cls=WaitingCommand)
def kind_cli(
    kb: KnowledgeBaseArgument,
    entity: EntityArgument,
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="Method, Dataset, Benchmark, Task or Metric.")
    ],
    wait: WaitOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Give an entity another kind; its relations follow the relation table."""
    from kg.decisions import set_kind

    with relinking(config, set_, wait, quiet=quiet) as how:
        done = set_kind(kb, entity, kind, **how)
    tell(done, quiet=quiet)


@curate_app.command("drop", cls=WaitingCommand)
def drop_cli(
    kb: KnowledgeBaseArgument,
    entity: EntityArgument,
    wait: WaitOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Take an entity out of the graph, with its mentions and relations."""
    from kg.decisions import drop

    with relinking(config, set_, wait, quiet=quiet) as how:
        done = drop(kb, entity, **how)
    tell(done, quiet=quiet)


@curate_app.command("list")
def list_cli(
    kb: KnowledgeBaseArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the entries of curation.toml with their numbers."""
    from kg.curation import read_curation
    from kg.snapshot import current_snapshot

    current_snapshot(kb)
    decisions = read_curation(kb)[1].decisions
    if as_json:
        rows = [
            {"entry": d.number, "line": d.line, "action": d.action, "names": d.names, "to": d.to}
            for d in decisions
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for decision in decisions:
            typer.echo(f"{decision.number}  {one_line(decision.words)}")
