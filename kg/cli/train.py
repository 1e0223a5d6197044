"""``kg train``: the models of the extractor, from annotated papers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli._app import QuietOption, app, say

if TYPE_CHECKING:
    from kg.training.config import TrainConfig


@app.command("train")
def train_cli(
    settings: Annotated[
        Path, typer.Argument(metavar="SETTINGS", help="TOML file; see training/train.toml.")
    ],
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="Folder for the models.", file_okay=False)
    ],
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Where the data are that SETTINGS names."),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Train the tagger and the scorers (needs the extra 'train').

    An interrupted run goes on where it stopped. Use the models with
    --set extract.models=DIR.
    """
    from kg.training.config import load_train_config
    from kg.training.run import train_models

    config = load_train_config(settings, data)
    if quiet:
        train_models(config, to)
    else:
        _train_with_progress(config, to)
    say(f"models are in {to}: use them with --set extract.models={to}")


def _train_with_progress(config: TrainConfig, to: Path) -> None:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )

    from kg.cli._app import stderr_console
    from kg.training.run import train_models

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=stderr_console()) as progress:
        tasks: dict[str, TaskID] = {}

        def report(step: str, done: int, of: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=of)
            progress.update(tasks[step], completed=done)

        train_models(config, to, report=report)
