"""``--wait [SECONDS]``: an option whose value may be left out."""

from __future__ import annotations

import math
from typing import Annotated

import typer
from typer.core import TyperCommand

__all__ = ["WaitOption", "WaitingCommand", "seconds"]


class WaitingCommand(TyperCommand):
    """A command that takes ``--wait`` with or without a number."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Read the arguments; a bare ``--wait`` means as long as it takes."""
        return super().parse_args(ctx, _filled(args))


def _filled(args: list[str]) -> list[str]:
    filled: list[str] = []
    for place, arg in enumerate(args):
        if arg == "--":
            return filled + args[place:]
        filled.append(arg)
        if arg == "--wait" and not _is_number(args[place + 1 : place + 2]):
            filled.append("inf")
    return filled


def _is_number(following: list[str]) -> bool:
    try:
        return not math.isnan(float(following[0]))
    except (IndexError, ValueError):
        return False


WaitOption = Annotated[
    float | None,
    typer.Option(
        "--wait",
        min=0.0,
        metavar="[SECONDS]",
        help="Wait while another command writes: so long at most, or as long as it takes.",
    ),
]


def seconds(wait: float | None) -> float:
    """How long to wait: not at all unless asked."""
    return 0.0 if wait is None else wait
