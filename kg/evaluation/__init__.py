"""Evaluation: what was found, held against what careful readers annotated.

Gold papers are judged as the graph holds them, entity by entity (``evaluate_gold``); corpora of
annotated spans, span by span (``evaluate_corpus``). Nothing is run here: both take records.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from kg.errors import InputError
from kg.evaluation._lines import first_object
from kg.evaluation.corpora import read_corpus, unit_paper
from kg.evaluation.gold import GoldEntity, GoldPaper, SystemPaper, read_gold, read_system
from kg.evaluation.matching import gold_names, name_key
from kg.evaluation.papers import GoldReport, evaluate_gold
from kg.evaluation.units import CorpusReport, evaluate_corpus

__all__ = [
    "CorpusReport",
    "GoldEntity",
    "GoldPaper",
    "GoldReport",
    "Layout",
    "SystemPaper",
    "detect_layout",
    "evaluate_corpus",
    "evaluate_gold",
    "gold_names",
    "name_key",
    "read_corpus",
    "read_gold",
    "read_system",
    "unit_paper",
]

Layout = Literal["gold", "corpus"]


def detect_layout(path: Path) -> Layout:
    """Tell the layout of a file of annotations by the keys of its first line.

    Raises:
        InputError: The file cannot be read, is empty, or has neither layout.
        ReadError: The first line is no JSON object.
    """
    first = first_object(path)
    if {"doc_id", "text"} <= first.keys():
        return "corpus"
    if {"title", "abstract"} <= first.keys():
        return "gold"
    raise InputError(
        f"'{path}' is neither gold papers nor a corpus",
        hint="gold has title and abstract, a corpus has doc_id and text; --format gold|corpus "
        "tells which it should be",
    )
