"""``kg plugins``: what can be read, extracted and exported."""

from __future__ import annotations

import typer

from kg.cli._app import app


@app.command("plugins")
def plugins_cli() -> None:
    """List readers, extractors and export formats, with the file suffixes they answer to."""
    from kg.config import ExtractConfig
    from kg.exporters import EXPORTERS
    from kg.readers import READERS

    for registry in (READERS, EXPORTERS):
        for name in registry.names():
            suffixes = " ".join(s for s, n in registry.suffixes().items() if n == name)
            typer.echo(f"{registry.what}\t{name}\t{suffixes}")
    for component in ExtractConfig().pipeline:
        typer.echo(f"extractor\t{component}\t")
