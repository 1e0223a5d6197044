"""A part of a knowledge base, or of the tables of a large job, as a knowledge base of its own.

A slice has the papers that pass its filters, what was found in them, and the graph as it is in the
whole: entities keep their ids and names, relations the sentences of these papers.
"""

from __future__ import annotations

from kg.slicing._filters import Filters, read_paper_ids
from kg.slicing._taking import SliceReport, import_tables, take_slice

__all__ = ["Filters", "SliceReport", "import_tables", "read_paper_ids", "take_slice"]
