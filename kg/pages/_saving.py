"""A page written whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from kg.errors import InputError

__all__ = ["save_text"]


def save_text(text: str, target: str | Path) -> Path:
    """Write a text as UTF-8 beside its target and rename it into place.

    Args:
        text: What to write.
        target: Path of the file; an existing file is replaced at the end.

    Returns:
        The path that was written.

    Raises:
        InputError: The file cannot be written; nothing is left behind.
    """
    path = Path(target)
    try:
        if path.is_symlink() or path.name in ("", ".."):
            path = path.resolve()  # the link stays, its file is replaced
        if path.exists() and not path.is_file():
            what = "a directory" if path.is_dir() else "not a regular file"
            raise InputError(f"'{path}' is {what}", hint="give the name of a file to write")
        if not path.parent.is_dir():
            raise InputError(f"no directory '{path.parent}'", hint=f"mkdir -p '{path.parent}'")
        scratch = Path(tempfile.mkdtemp(prefix=".kg-export-", dir=path.parent))
        try:
            finished = scratch / path.name
            finished.write_bytes(text.encode("utf-8", "replace"))
            finished.replace(path)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as err:
        raise InputError(f"cannot write '{path}': {err.strerror or err}") from err
    return path
