"""The triples of a knowledge base, for SPARQL: those of its JSON-LD export, without the mentions.

A small graph is read into memory each time. Of a large one the triples are written once, into a
folder of its snapshot, and only opened from then on. The folder is made beside its place and
renamed when it is whole, so that a killed process leaves nothing that could be read; it goes when
the snapshot goes. Where the disk takes no folder, memory does.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from kg import exporters
from kg.errors import StoreError
from kg.exporters.rdf import generate_quads
from kg.ids import content_hash
from kg.schema.jsonld import generate as context_text
from kg.snapshot import current_snapshot, load_graph
from kg.stores.sparql import SparqlStore

__all__ = ["open_triples"]

LARGE = 4_000_000
"""Bytes of a snapshot's records, those of some 200 papers, from which on triples stay on disk."""
ABANDONED = 86_400.0
"""Seconds after which an unfinished folder is that of a killed process."""
_PREFIX = "triples-"


def open_triples(base: str | Path, *, on_note: Callable[[str], None] | None = None) -> SparqlStore:
    """The triples of a knowledge base, for SPARQL; close it after use.

    Args:
        base: The knowledge base directory.
        on_note: Told, in a line, before the triples of a large graph are written, which takes a
            minute or two for 10,000 papers, and when they could not be.

    Raises:
        KnowledgeBaseError: There is no graph, or its files are damaged.
        MissingExtraError: pyoxigraph is not installed.
    """
    SparqlStore().close()  # says what is missing before anything is read
    snapshot = current_snapshot(Path(base))
    if _size(snapshot) < LARGE:
        return SparqlStore.of(generate_quads(load_graph(base), mentions=False))
    folder = snapshot / _folder_name()
    if (found := _opened(folder)) is not None:
        return found
    note = on_note or (lambda _: None)
    note("writing the triples of a large graph; the next query only opens them")
    graph = load_graph(base)
    scratch = snapshot / f".new-{_PREFIX}{uuid4().hex[:12]}"
    try:
        SparqlStore.create(scratch, generate_quads(graph, mentions=False))
        _remove_others(snapshot)
        scratch.rename(folder)
    except (OSError, StoreError) as err:  # read-only, full, or the snapshot has been replaced
        shutil.rmtree(scratch, ignore_errors=True)
        if not folder.is_dir():  # another process was first
            note(f"the triples are kept in memory only: {err}")
    return _opened(folder) or SparqlStore.of(generate_quads(graph, mentions=False))


def _opened(folder: Path) -> SparqlStore | None:
    if not folder.is_dir():
        return None
    try:
        return SparqlStore(folder)
    except StoreError:
        shutil.rmtree(folder, ignore_errors=True)
        return None


def _size(snapshot: Path) -> int:
    """Bytes of the records of a snapshot."""
    return sum(file.stat().st_size for file in snapshot.glob("*.jsonl"))


def _folder_name() -> str:
    """Other code that writes the triples, or another version of what holds them: another folder."""
    code = sorted(Path(exporters.__file__).parent.glob("*.py"))
    made_by = (version("pyoxigraph"), context_text(), *(file.read_text("utf-8") for file in code))
    return f"{_PREFIX}{content_hash(*made_by)[:16]}"


def _remove_others(snapshot: Path) -> None:
    """Remove folders of other versions, and what killed processes left."""
    for old in snapshot.iterdir():
        left = old.name.startswith(f".new-{_PREFIX}")
        stale = left and time.time() - old.stat().st_mtime > ABANDONED
        if stale or old.name.startswith(_PREFIX):
            shutil.rmtree(old, ignore_errors=True)
