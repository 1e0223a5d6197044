"""A Rich progress bar on stderr for a build."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kg.cli._app import stderr_console

if TYPE_CHECKING:
    from rich.progress import TaskID

__all__ = ["BuildProgress", "build_progress"]


class BuildProgress:
    """Draws the stages of a build one below the other."""

    def __init__(self, *, enabled: bool) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
        )

        self.bars = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=stderr_console(),
            disable=not enabled,
        )
        self._task: TaskID | None = None

    def start(self, stage: str, total: int | None) -> None:
        """Begin a stage; the one before is finished."""
        self.finish()
        self._task = self.bars.add_task(stage, total=total)

    def advance(self, papers: int) -> None:
        """So many more papers are done."""
        if self._task is not None:
            self.bars.advance(self._task, papers)

    def finish(self) -> None:
        """Fill the bar of the last stage."""
        if self._task is not None:
            done = self.bars.tasks[self._task].completed
            self.bars.update(self._task, total=done or 1, completed=done or 1)


@contextmanager
def build_progress(*, quiet: bool) -> Iterator[BuildProgress]:
    """A progress bar for the time of a build; nothing where stderr is no terminal."""
    progress = BuildProgress(enabled=not quiet and sys.stderr.isatty())
    with progress.bars:
        yield progress
        progress.finish()
