"""The Typer app, the options that commands share, and what becomes of errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from kg.config import Config

__all__ = [
    "ConfigOption",
    "FastOption",
    "KnowledgeBaseArgument",
    "MinScoreOption",
    "PrecisionOption",
    "QuietOption",
    "SetOption",
    "app",
    "ask_for_password",
    "load_settings",
    "main",
    "name_values",
]

app = typer.Typer(
    name="kg",
    help="Turn paper abstracts into a knowledge graph with the sentence behind every edge.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: half the time to answer
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        import kg

        typer.echo(f"kg {kg.__version__}")
        raise typer.Exit


@app.callback()
def kg_cli(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """Turn paper abstracts into a knowledge graph with the sentence behind every edge."""


KnowledgeBaseArgument = Annotated[
    Path, typer.Argument(metavar="KB", help="Directory of a knowledge base, such as papers.kg.")
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress and no summary; errors still show.")
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="TOML file with settings.", metavar="FILE")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", help="One setting: section.key=value. May be given again."),
]


FastOption = Annotated[
    bool,
    typer.Option("--fast", help="Use the small tagger: several times faster, finds less."),
]
MinScoreOption = Annotated[
    float | None,
    typer.Option(
        "--min-score", min=0.0, max=1.0, metavar="SCORE", help="Drop entities below this score."
    ),
]
PrecisionOption = Annotated[
    float | None,
    typer.Option(
        "--precision",
        min=0.0,
        max=1.0,
        metavar="SHARE",
        help="Choose the lowest score so that this share of the entities is right, such as 0.95.",
    ),
]


def ask_for_password() -> None:
    """Ask for a server's password, if the environment has none and somebody sits there."""
    import os
    import sys

    names = ("KG_NEO4J_PASSWORD", "NEO4J_PASSWORD")
    if not any(name in os.environ for name in names) and sys.stdin.isatty():
        os.environ[names[0]] = typer.prompt("Password", hide_input=True, err=True, default="")


def load_settings(
    config: Path | None,
    set_: Sequence[str] | None,
    *,
    fast: bool = False,
    min_score: float | None = None,
    precision: float | None = None,
) -> Config:
    """The settings of a command: file, then ``--set``, then the options that have a name."""
    from kg.config import load_config

    if min_score is not None and precision is not None:
        raise typer.BadParameter("not together with --min-score", param_hint="--precision")
    named = ["extract.model=fast"] if fast else []
    if min_score is not None:
        named.append(f"extract.min_score={min_score!r}")
    settings = load_config(config, [*(set_ or ()), *named])
    if precision is None:
        return settings
    from kg.extractors.scorers import score_for_precision

    lowest = score_for_precision(precision, settings.extract)
    return load_config(config, [*(set_ or ()), *named, f"extract.min_score={lowest!r}"])


def stderr_console() -> Console:
    """A Rich console on stderr: progress and messages, never data."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """One line on stderr, as it is: no markup is read in it."""
    typer.echo(text, err=True)


def one_line(text: str) -> str:
    """Text from a file made fit for a terminal: one line, no control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def name_values(items: Iterable[str], option: str) -> dict[str, str]:
    """Read ``NAME=VALUE`` pairs.

    Raises:
        typer.BadParameter: One of them is no such pair.
    """
    values = {}
    for item in items:
        name, sep, value = item.partition("=")
        if not sep or not name:
            raise typer.BadParameter(f"'{item}' is not NAME=VALUE", param_hint=option)
        values[name] = value
    return values


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: Arguments without the program's name; ``sys.argv`` if None.

    Returns:
        Exit status: 0 done, 1 an error that was explained, 2 wrong usage, 130 interrupted.
    """
    from kg.errors import KgError, QueryError

    try:
        app(args=None if argv is None else list(argv), prog_name="kg")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    except KgError as err:
        say(f"error: {one_line(err.message)}")
        if isinstance(err, QueryError) and err.place:
            say("".join(c if c.isprintable() or c == "\n" else " " for c in err.place))
        if err.hint:
            say(f"hint: {one_line(err.hint)}")
        return 1
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    except OSError as err:  # of standard output: everything else is explained where it happens
        say(f"error: cannot write the output: {err.strerror or err}")
        return 1
    return 0
