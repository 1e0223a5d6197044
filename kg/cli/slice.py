"""``kg slice``: some papers of a knowledge base, or of tables, as a knowledge base."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli._app import ConfigOption, QuietOption, SetOption, app, say
from kg.cli._waiting import WaitingCommand, WaitOption, seconds


@app.command("slice", cls=WaitingCommand)
def slice_cli(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help="A knowledge base, or a folder of tables that a large job or kg export wrote.",
        ),
    ],
    to: Annotated[
        Path, typer.Option("--to", metavar="KB", help="Directory of the new knowledge base.")
    ],
    category: Annotated[
        list[str] | None,
        typer.Option(
            "--category",
            metavar="CLASS",
            help="Papers of a subject class: cs.LG, or cs for all of it. May be given again.",
        ),
    ] = None,
    since: Annotated[
        int | None, typer.Option("--since", metavar="YEAR", help="Papers of this year or later.")
    ] = None,
    until: Annotated[
        int | None, typer.Option("--until", metavar="YEAR", help="Papers of this year or earlier.")
    ] = None,
    entity: Annotated[
        list[str] | None,
        typer.Option(
            "--entity",
            metavar="NAME",
            help="Papers that name this thing: a name, Kind:Name, or an id. May be given again.",
        ),
    ] = None,
    paper_ids: Annotated[
        str | None,
        typer.Option(
            "--paper-ids", metavar="FILE", help="Papers of these ids, one a line; - for stdin."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The counts as JSON.")] = False,
    wait: WaitOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Make a knowledge base of some papers, with the graph as it is in the whole.

    A paper must pass every filter that is given, with any of its values; without one all papers
    are taken. Entities keep their ids and names, relations the sentences of these papers. No paper
    is read again. kg rebuild links the slice anew, from its own papers alone.

    Examples:
      kg slice papers.kg --category cs.LG --since 2024 --to part.kg

      kg slice tables --entity ImageNet --entity method:vit --to vision.kg
    """
    from dataclasses import asdict
    from json import dumps

    from kg.cli._progress import build_progress
    from kg.config import load_config
    from kg.slicing import Filters, read_paper_ids, take_slice

    filters = Filters(
        categories=tuple(category or ()),
        since=since,
        until=until,
        entities=tuple(entity or ()),
        paper_ids=None if paper_ids is None else read_paper_ids(paper_ids),
    )
    settings = load_config(config, set_ or ())
    with build_progress(quiet=quiet) as progress:
        done = take_slice(
            source, to, filters, config=settings, wait=seconds(wait), progress=progress
        )
    if done.unknown_ids:
        say(f"warning: {done.unknown_ids} of the ids are of no paper in {source}")
    if as_json:
        typer.echo(dumps(asdict(done)))
    if not quiet:
        say(
            f"{to}: {done.papers} of {done.of} papers, {done.entities} entities, "
            f"{done.relations} relations"
        )
