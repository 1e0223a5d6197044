"""Readers: sources of papers in, a stream of ``Paper`` records out.

A reader is a function ``(Source) -> Iterator[Paper | ReadError]`` under
``@READERS.register("name", suffixes=(...))``. It yields a ``ReadError`` for a record that it
cannot use and goes on with the next one; it raises ``ReadError`` only where the rest of the
source is lost (truncated XML, say). ``read_papers`` opens, detects, and reports.
"""

from __future__ import annotations

from kg.readers._reading import READERS, Reader, read_papers
from kg.readers._source import Source

__all__ = ["READERS", "Reader", "Source", "read_papers"]
