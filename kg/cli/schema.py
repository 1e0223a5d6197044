"""``kg schema``: the files in ``schemas/``, generated from the models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli._app import app, say

schema_app = typer.Typer(
    help="Write, check or show the schema files.", no_args_is_help=True, add_completion=False
)
app.add_typer(schema_app, name="schema")

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of schema files.")]


@schema_app.command("write")
def write_cli(folder: FolderArgument = Path("schemas")) -> None:
    """Write every schema file into a folder."""
    from kg.schema import write_artifacts

    for path in write_artifacts(folder):
        say(str(path))


@schema_app.command("check")
def check_cli(folder: FolderArgument = Path("schemas")) -> None:
    """Compare the files of a folder with what the models say; exit 1 if they differ."""
    from kg.schema import diff_artifacts

    difference = diff_artifacts(folder)
    if difference:
        typer.echo(difference, nl=False)
        say(f"error: '{folder}' is not what the models say")
        say(f"hint: kg schema write {folder}")
        raise typer.Exit(1)


@schema_app.command("show")
def show_cli(
    name: Annotated[str, typer.Argument(metavar="NAME", help="File name, such as neo4j.cypher.")],
) -> None:
    """Print one schema file."""
    from kg.errors import UnknownNameError
    from kg.schema import ARTIFACTS

    if name not in ARTIFACTS:
        raise UnknownNameError(
            f"unknown schema file '{name}'", hint=f"one of: {', '.join(ARTIFACTS)}"
        )
    typer.echo(ARTIFACTS[name](), nl=False)
