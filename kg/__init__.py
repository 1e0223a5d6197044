"""Turn a pile of paper abstracts into a knowledge graph with the sentence behind every edge.

Names are loaded when they are first used, so that ``import kg`` costs nothing.

    >>> import kg
    >>> paper = kg.Paper(id="title:1", title="A title", abstract="A text.")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.config import Config, load_config
    from kg.errors import KgError
    from kg.exporters import export_graph
    from kg.extractors import build_nlp, extract_papers
    from kg.graph import KnowledgeGraph
    from kg.linking import link_extractions
    from kg.model import RELATIONS, Entity, Evidence, Extraction, Mention, Paper, Relation
    from kg.pipeline import BuildReport, assemble_graph, build, build_graph, remove
    from kg.readers import read_papers
    from kg.snapshot import load_graph, open_embedded
    from kg.stores import open_store
    from kg.verification import verify

_HOMES = {
    "BuildReport": "kg.pipeline",
    "Config": "kg.config",
    "Entity": "kg.model",
    "Evidence": "kg.model",
    "Extraction": "kg.model",
    "KgError": "kg.errors",
    "KnowledgeGraph": "kg.graph",
    "Mention": "kg.model",
    "Paper": "kg.model",
    "RELATIONS": "kg.model",
    "Relation": "kg.model",
    "assemble_graph": "kg.pipeline",
    "build": "kg.pipeline",
    "build_graph": "kg.pipeline",
    "build_nlp": "kg.extractors",
    "export_graph": "kg.exporters",
    "extract_papers": "kg.extractors",
    "link_extractions": "kg.linking",
    "load_config": "kg.config",
    "load_graph": "kg.snapshot",
    "open_embedded": "kg.snapshot",
    "open_store": "kg.stores",
    "read_papers": "kg.readers",
    "remove": "kg.pipeline",
    "verify": "kg.verification",
}

__all__ = [
    "RELATIONS",
    "BuildReport",
    "Config",
    "Entity",
    "Evidence",
    "Extraction",
    "KgError",
    "KnowledgeGraph",
    "Mention",
    "Paper",
    "Relation",
    "__version__",
    "assemble_graph",
    "build",
    "build_graph",
    "build_nlp",
    "export_graph",
    "extract_papers",
    "link_extractions",
    "load_config",
    "load_graph",
    "open_embedded",
    "open_store",
    "read_papers",
    "remove",
    "verify",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("kg")
        except PackageNotFoundError:  # a checkout that was never installed
            return "0+unknown"
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
