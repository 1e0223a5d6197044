"""Pick a store by its address."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Protocol

from kg.errors import UnknownNameError
from kg.registry import Registry
from kg.stores.base import Store

__all__ = ["STORES", "StoreOpener", "open_store"]


class StoreOpener(Protocol):
    """What opens a store at an address or path."""

    def __call__(self, target: str, **options: Any) -> Store:
        """Open the store."""


STORES: Registry[StoreOpener] = Registry("kg.stores", "store")


def open_store(target: str | Path, *, read_only: bool | None = None, **options: Any) -> Store:
    """Open the store at an address or path; use it as a context manager.

    Args:
        target: ``neo4j://``, ``neo4j+s://``, ``neo4j+ssc://``, ``bolt://``, ``bolt+s://`` or
            ``bolt+ssc://`` with host and port, or the path of a database file. Name and password
            come from the environment: KG_NEO4J_USER or NEO4J_USERNAME (else ``neo4j``),
            KG_NEO4J_PASSWORD or NEO4J_PASSWORD, KG_NEO4J_DATABASE or NEO4J_DATABASE.
        read_only: Refuse to write; None for what is usual: a file is read, a server written.
        options: Passed on to the store, such as ``timeout`` (seconds), ``database`` or
            ``batch_size``.

    Raises:
        UnknownNameError: No store answers to that kind of address.
        InputError: The address holds a password, or there is none in the environment.
        StoreError: The store cannot be reached or opened.
        MissingExtraError: The driver of a server is not installed.
    """
    address = os.fspath(target)
    if read_only is not None:
        options["read_only"] = read_only
    scheme, mark, _ = address.partition("://")
    if not mark:
        return STORES.get("file")(address, **options)
    name = scheme.lower().partition("+")[0]
    if name not in STORES.names() or name == "file":
        raise UnknownNameError(
            f"no store answers to '{scheme}://'",
            hint="use neo4j://host:7687 or bolt://host:7687, or the path of a database file",
        )
    return STORES.get(name)(address, **options)
