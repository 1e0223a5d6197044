"""Importers: a file that ``kg export`` wrote in, the same ``KnowledgeGraph`` out.

An importer is a function ``(path) -> KnowledgeGraph`` under
``@IMPORTERS.register("name", suffixes=(...))``: it reads one file (``open_text`` unpacks it where
it is gzipped) and raises an ``InputError`` that names the file, the line and what is wrong there.
It has the name and the suffixes of its exporter. ``load_graph_file`` picks it by format or suffix.
"""

from __future__ import annotations

from kg.importers._importing import IMPORTERS, Importer, load_graph_file

__all__ = ["IMPORTERS", "Importer", "load_graph_file"]
