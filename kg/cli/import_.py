"""``kg import``: a graph that was exported becomes a knowledge base again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli._app import ConfigOption, QuietOption, SetOption, app, ask_for_password, say
from kg.cli._waiting import WaitingCommand, WaitOption, seconds

if TYPE_CHECKING:
    from kg.config import Config
    from kg.graph import KnowledgeGraph


@app.command("import", cls=WaitingCommand)
def import_cli(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A file that kg export wrote, format by suffix; a folder of Parquet tables; - for "
            "standard input; or a server that it loaded: neo4j://host, bolt://host.",
        ),
    ],
    to: Annotated[
        Path, typer.Option("--to", metavar="KB", help="Directory of the knowledge base.")
    ] = Path("papers.kg"),
    format: Annotated[
        str | None, typer.Option("--format", help="File: its format; see `kg plugins`.")
    ] = None,
    database: Annotated[
        str | None, typer.Option("--database", help="Server: name of the database.")
    ] = None,
    prefix: Annotated[
        str, typer.Option("--prefix", help="Server: what every label begins with.")
    ] = "",
    wait: WaitOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Make a knowledge base of a graph that kg wrote.

    A new knowledge base holds the very same graph. One that has other papers takes these in and
    links all of them. Imported papers are not read again until they change.

    Examples:
      kg import neo4j://localhost --to copy.kg

      kg import graph.json --to copy.kg

      kg import graph.papers.jsonl.gz --to copy.kg

      kg import tables --to copy.kg
    """
    from kg.config import load_config
    from kg.importing import import_graph

    settings = load_config(config, set_ or ())
    if format in (None, "parquet") and _is_table_folder(source):
        counts, as_it_is = _from_tables(Path(source), to, settings, seconds(wait), quiet=quiet)
    else:
        if "://" in source:
            ask_for_password()
            graph = _from_server(source, database, prefix)
        else:
            graph = _from_file(source, format)
        as_it_is = import_graph(graph, to, config=settings, wait=seconds(wait))
        counts = (len(graph.papers), len(graph.entities), len(graph.relations))
    if not quiet:
        how = "the graph as it was" if as_it_is else "linked with the papers that were there"
        papers, entities, relations = counts
        say(f"{to}: {papers} papers, {entities} entities, {relations} relations imported; {how}")


def _is_table_folder(source: str) -> bool:
    if "://" in source or not Path(source).is_dir():
        return False
    from kg.tables import is_table_folder

    return is_table_folder(Path(source))


def _from_tables(
    folder: Path, to: Path, settings: Config, wait: float, *, quiet: bool
) -> tuple[tuple[int, int, int], bool]:
    from kg.cli._progress import build_progress
    from kg.slicing import import_tables

    with build_progress(quiet=quiet) as progress:
        done, as_it_is = import_tables(folder, to, config=settings, wait=wait, progress=progress)
    return (done.papers, done.entities, done.relations), as_it_is


def _from_file(source: str, format: str | None) -> KnowledgeGraph:
    import shutil
    import sys
    import tempfile

    from kg.importers import load_graph_file

    if source != "-":
        return load_graph_file(source, format=format)
    if format is None:
        raise typer.BadParameter("standard input needs --format", param_hint="SOURCE")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "standard input"
        with copy.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        return load_graph_file(copy, format=format)


def _from_server(uri: str, database: str | None, prefix: str) -> KnowledgeGraph:
    from kg.errors import InputError
    from kg.stores import open_store

    with open_store(uri, database=database, prefix=prefix, read_only=True) as store:
        graph = store.read()
    if not graph.papers:
        hint = "is it another --database, or were the labels given a --prefix?"
        raise InputError(f"no papers of kg at '{uri}'", hint=hint)
    return graph
