"""Every error that kg raises on purpose.

KgError
├── InputError            a source, record, graph file or path cannot be used
│   ├── ReadError         one record of a source is broken (file, line, reason)
│   └── UnknownNameError  a format, plugin, recipe or entity that does not exist
├── ExtractionError       a component of the extractor failed on a paper
├── ConfigError           a setting that is unknown or out of range
├── KnowledgeBaseError    a knowledge base directory is missing, damaged or locked
├── QueryError            Cypher that the store refuses (message, place, hint)
├── StoreError            a graph store that failed or cannot be reached
└── MissingExtraError     an optional dependency is not installed

Each carries ``hint``: what to do about it, one sentence, or an empty string.
The command line prints ``error: <message>`` and ``hint: <hint>`` and exits 1.
"""

from __future__ import annotations

__all__ = [
    "ConfigError",
    "ExtractionError",
    "InputError",
    "KgError",
    "KnowledgeBaseError",
    "MissingExtraError",
    "QueryError",
    "ReadError",
    "StoreError",
    "UnknownNameError",
]


class KgError(Exception):
    """Root of all errors raised by kg.

    Args:
        message: What failed, with the offending value in quotes.
        hint: What the user can do about it; empty where there is nothing to say.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:  # keyword arguments survive a process pool
        return (_rebuild, (type(self), dict(self.__dict__)))


def _rebuild(kind: type[KgError], state: dict[str, object]) -> KgError:
    error = kind.__new__(kind)
    Exception.__init__(error, state["message"])
    error.__dict__.update(state)
    return error


class InputError(KgError):
    """A source, graph file or path that cannot be used."""


class ReadError(InputError):
    """One record of a source is broken; the rest of the source is still good.

    Args:
        reason: What is wrong with the record.
        source: File name or ``-`` for standard input.
        line: Line number of the record, from 1; None where the format has no lines.
        hint: What the user can do about it.
    """

    def __init__(
        self, reason: str, *, source: str = "", line: int | None = None, hint: str = ""
    ) -> None:
        place = source if line is None else f"{source}:{line}"
        super().__init__(f"{place}: {reason}" if place else reason, hint=hint)
        self.reason = reason
        self.source = source
        self.line = line


class UnknownNameError(InputError):
    """A name that is not registered; the hint lists the names that are."""


class ExtractionError(KgError):
    """A component of the extractor failed on a paper: a fault of the component."""


class ConfigError(KgError):
    """A setting that is unknown or out of range."""


class KnowledgeBaseError(KgError):
    """A knowledge base directory that is missing, damaged, or of another version."""


class QueryError(KgError):
    """A query the store refuses.

    Args:
        message: The store's own reason, in one line.
        place: The offending line of the query with a caret under the position, or empty.
        hint: What the user can do about it.
    """

    def __init__(self, message: str, *, place: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.place = place


class StoreError(KgError):
    """A graph store that failed or cannot be reached."""


class MissingExtraError(KgError):
    """An optional dependency is not installed; the hint is the line that installs it."""

    def __init__(self, extra: str, *, needed_for: str) -> None:
        super().__init__(
            f"{needed_for} needs the extra '{extra}'", hint=f"pip install 'kg[{extra}]'"
        )
        self.extra = extra
