"""Exporters: a ``KnowledgeGraph`` in, files out.

An exporter is a function ``(graph, target, **options) -> None`` under
``@EXPORTERS.register("name", suffixes=(...))``: it writes one file at ``target`` (a path that
does not exist yet, in the folder where the result will lie). ``export_graph`` picks it by format
or suffix, gives it a temporary path, and renames the finished file into place. One that writes a
folder is a ``FolderExporter``: it also tells which existing folders are its own to replace.
"""

from __future__ import annotations

from kg.exporters._exporting import (
    EXPORTERS,
    Exporter,
    FolderExporter,
    export_graph,
    format_of,
    read_options,
)

__all__ = [
    "EXPORTERS",
    "Exporter",
    "FolderExporter",
    "export_graph",
    "format_of",
    "read_options",
]
