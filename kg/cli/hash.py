"""``kg hash``: one line that is the same wherever the content is."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli._app import KnowledgeBaseArgument, app


@app.command("hash")
def hash_cli(
    kb: KnowledgeBaseArgument,
    check: Annotated[
        bool, typer.Option("--check", help="Read every byte again, and fail if one has changed.")
    ] = False,
) -> None:
    """Print the fingerprint of the content.

    The same papers give the same one, in any order, with any number of workers, after any
    interruption.
    """
    from kg.snapshot import content_fingerprint

    typer.echo(content_fingerprint(kb, check=check))
