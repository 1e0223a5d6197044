"""Exporters: a ``KnowledgeGraph`` in, files out.

An exporter is a function ``(graph, target, **options) -> None`` under
``@EXPORTERS.register("name", suffixes=(...))``: it writes one file at ``target`` (a path that
does not exist yet, in the folder where the result will lie). ``export_graph`` picks it by format
or suffix, gives it a temporary path, and renames the finished file into place.
"""

from __future__ import annotations

from kg.exporters._exporting import EXPORTERS, Exporter, export_graph

__all__ = ["EXPORTERS", "Exporter", "export_graph"]
