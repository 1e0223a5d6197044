"""Fixtures for every test: a clean environment, five papers, the pipeline, a small graph."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:  # the package is imported by the fixtures that need it: collecting stays fast
    from spacy.language import Language

    from kg.graph import KnowledgeGraph
    from kg.model import Paper

settings.register_profile(
    "kg",
    deadline=None,  # machines differ, and so do the first and the second call
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kg")

KEPT_VARIABLES = frozenset({"KG_CHROMIUM", "KG_UPDATE_GOLDEN"})
"""Variables that steer the tests, not the program; so do all that start with ``KG_TEST_``."""


@pytest.fixture(autouse=True)
def isolated_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting, password or plugin of the machine reaches the program under test."""
    for name in tuple(os.environ):
        steers = name in KEPT_VARIABLES or name.startswith("KG_TEST_")
        if name.startswith(("KG_", "NEO4J_")) and not steers:
            monkeypatch.delenv(name)
    monkeypatch.setenv("KG_PLUGINS", "")


@pytest.fixture(scope="session")
def small_papers() -> tuple[Paper, ...]:
    """Five short papers that share names, acronyms and an address."""
    from kg.model import Paper

    return (
        Paper(
            id="arxiv:2401.00001",
            title="LiteRank: Small Models for Passage Ranking",
            abstract="We introduce LiteRank, a small cross-encoder for passage ranking. LiteRank "
            "builds on BERT and is evaluated on MS MARCO, where it outperforms BM25 in mean "
            "reciprocal rank (MRR). Code: https://github.com/example/literank.",
            year=2024,
            authors=("Ada Example", "Ben Example"),
            categories=("cs.IR",),
            source="arxiv",
        ),
        Paper(
            id="arxiv:2402.00002",
            title="Offline Policies from Short Logs",
            abstract="We study offline reinforcement learning (RL) with few trajectories. We "
            "compare against Conservative Q-Learning (CQL) on D4RL and report the normalized "
            "score.",
            year=2024,
            source="arxiv",
        ),
        Paper(
            id="doi:10.1000/example.3",
            title="What CQL Forgets",
            abstract="CQL is popular in offline RL. On the D4RL benchmark we show that CQL "
            "forgets rare actions, and we propose Recall-CQL, an extension of CQL.",
            year=2025,
            doi="10.1000/example.3",
        ),
        Paper(
            id="title:0123456789abcdef",
            title="A Survey of Ranking with Language Models",
            abstract="Large language models (LLMs) such as GPT-4 and GPT-3.5 rank passages "
            "without training. We review MS MARCO, BEIR and nDCG@10.",
        ),
        Paper(id="title:fedcba9876543210", title="Ein leeres Blatt – 空白", abstract=""),
    )


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The spaCy pipeline with its default components."""
    from kg.extractors import build_nlp

    return build_nlp()


@pytest.fixture(scope="session")
def small_graph(small_papers: tuple[Paper, ...], nlp: Language) -> KnowledgeGraph:
    """The graph that the real stages make of ``small_papers``."""
    from kg.extractors import extract_papers
    from kg.graph import KnowledgeGraph
    from kg.linking import link_extractions

    found = link_extractions(extract_papers(small_papers, nlp=nlp))
    return KnowledgeGraph(found.papers, found.entities, found.relations, found.mentions)
