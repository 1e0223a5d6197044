"""Engines: what runs the extractor over many papers, on this machine or on a cluster.

Every engine runs one function, ``kg.engines.batches.extract_batches``, over Arrow batches of
papers. ``local`` is a pool of processes; ``spark`` and ``ray`` hand the batches to those who have
a cluster. Third parties register theirs under the entry point group ``kg.engines``.
"""

from __future__ import annotations

from kg.engines._engine import ENGINES, Engine, TableEngine, TablesReport, make_engine

__all__ = ["ENGINES", "Engine", "TableEngine", "TablesReport", "make_engine"]
