"""The command line: each command is a library function, spoken."""

from __future__ import annotations

from kg.cli import (
    build,
    demo,
    evaluate,
    export,
    extract,
    import_,
    plugins,
    query,
    remove,
    schema,
    stats,
    train,
    validate,
    verify,
    view,
)
from kg.cli._app import app, main

__all__ = [
    "app",
    "build",
    "demo",
    "evaluate",
    "export",
    "extract",
    "import_",
    "main",
    "plugins",
    "query",
    "remove",
    "schema",
    "stats",
    "train",
    "validate",
    "verify",
    "view",
]
