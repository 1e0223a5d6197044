"""Extractors: papers in, mentions and relation mentions out; spaCy lives only here.

Each module registers one spaCy component (``@Language.component`` or ``@Language.factory``); the
setting ``extract.pipeline`` names those that run, in order. Third parties register theirs under
spaCy's own entry point group ``spacy_factories``.
"""

from __future__ import annotations

from kg.extractors.nlp import (
    build_nlp,
    check_components,
    extract_papers,
    extractor_fingerprint,
)

__all__ = ["build_nlp", "check_components", "extract_papers", "extractor_fingerprint"]
