"""``kg plugins``: what can be read, extracted, exported and imported, and by which engines."""

from __future__ import annotations

import typer

from kg.cli._app import app


@app.command("plugins")
def plugins_cli() -> None:
    """List readers, formats of exports and imports with their suffixes, engines, and extractors."""
    from kg.config import ExtractConfig
    from kg.engines import ENGINES
    from kg.exporters import EXPORTERS
    from kg.importers import IMPORTERS
    from kg.readers import READERS

    for registry in (READERS, EXPORTERS, IMPORTERS, ENGINES):
        for name in registry.names():
            suffixes = " ".join(s for s, n in registry.suffixes().items() if n == name)
            typer.echo(f"{registry.what}\t{name}\t{suffixes}")
    for component in ExtractConfig().pipeline:
        typer.echo(f"extractor\t{component}\t")
