"""Stores: databases that take a ``KnowledgeGraph``, give it back, and answer Cypher.

A store is opened by a function ``(target, **options) -> Store`` under
``@STORES.register("name")``; it answers to the addresses ``name://`` and ``name+...://``, and the
one named ``file`` to paths. ``open_store`` picks it.
"""

from __future__ import annotations

from kg.stores._lint import lint_query
from kg.stores._opening import STORES, StoreOpener, open_store
from kg.stores.base import QueryResult, Store, WriteReport

__all__ = [
    "STORES",
    "QueryResult",
    "Store",
    "StoreOpener",
    "WriteReport",
    "lint_query",
    "open_store",
]
