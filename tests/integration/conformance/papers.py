"""The graph that both engines are asked about: the one of the stores' tests, and more.

Every label, relation type and optional property occurs in it, and also lacks somewhere; numbers
repeat, names differ by case only, and texts hold letters of many scripts.
"""

from __future__ import annotations

from kg.graph import KnowledgeGraph
from kg.model import (
    Benchmark,
    Dataset,
    Entity,
    Evidence,
    Method,
    Metric,
    Paper,
    Predicate,
    Relation,
    Task,
    Url,
)
from tests.stores.store_graph import ENTITIES, PAPERS, RELATIONS

_ENTITIES: tuple[Entity, ...] = (
    Method(id="method:adam", name="Adam", aliases=("ADAM optimiser", "adam")),
    Method(id="method:adam-2", name="ADAM"),
    Method(id="method:bert", name="BERT", aliases=("Bidirectional Encoder", "bert-base")),
    Method(id="method:roberta", name="RoBERTa"),
    Method(id="method:self-attention", name="self-attention", aliases=("自注意力",)),
    Method(
        id="method:wörter",
        name="Größenwörter",
        aliases=("Groessenwoerter", "größenwörter"),
        same_as=("https://www.wikidata.org/wiki/Q2", "https://www.wikidata.org/wiki/Q3"),
    ),
    Dataset(id="dataset:wikitext", name="WikiText", aliases=("WikiText-103",)),
    Dataset(id="dataset:bücher", name="Bücher 📚"),
    Benchmark(id="benchmark:glue", name="GLUE", aliases=("General Language Understanding",)),
    Benchmark(id="benchmark:squad", name="SQuAD"),
    Task(id="task:qa", name="question answering", aliases=("QA",)),
    Task(id="task:translation", name="machine translation", aliases=("MT", "翻译")),
    Metric(id="metric:f1", name="F1", aliases=("F1 score",)),
    Metric(id="metric:accuracy", name="accuracy"),
    Url(id="url:bert", name="a.org/bert", href="https://a.org/bert", url_kind="code"),
    Url(id="url:bert-model", name="a.org/m", href="https://a.org/m", url_kind="model"),
    Url(id="url:page", name="b.org", href="http://b.org", url_kind="project_page"),
    Url(id="url:rest", name="c.org/a?b=c&d", href="https://c.org/a?b=c&d", url_kind="other"),
)
_NAMES = {entity.id: entity.name for entity in (*ENTITIES, *_ENTITIES)}

Fact = tuple[str, Predicate, str, float]
"""Subject (empty for the paper), relation type, object and score."""

_BERT: tuple[Fact, ...] = (
    ("", "INTRODUCES", "method:bert", 0.95),
    ("", "EVALUATES_ON", "benchmark:glue", 0.9),
    ("", "EVALUATES_ON", "benchmark:squad", 0.9),
    ("", "MEASURES", "metric:f1", 0.7),
    ("", "USES", "method:adam", 0.6),
    ("", "USES", "method:self-attention", 0.6),
    ("", "ADDRESSES", "task:qa", 0.8),
    ("", "LINKS_TO", "url:bert", 1.0),
    ("", "LINKS_TO", "url:bert-model", 1.0),
    ("method:bert", "EVALUATED_ON", "benchmark:glue", 0.9),
    ("method:bert", "TRAINED_ON", "dataset:wikitext", 0.8),
    ("method:bert", "AVAILABLE_AT", "url:bert", 1.0),
    ("method:bert", "APPLIED_TO", "task:qa", 0.75),
    ("method:self-attention", "PART_OF", "method:bert", 0.85),
    ("benchmark:squad", "MEASURED_BY", "metric:f1", 0.7),
)
_ROBERTA: tuple[Fact, ...] = (
    ("", "INTRODUCES", "method:roberta", 0.9),
    ("", "EVALUATES_ON", "benchmark:glue", 0.9),
    ("", "EVALUATES_ON", "benchmark:squad", 0.85),
    ("", "COMPARES_WITH", "method:bert", 0.9),
    ("", "MEASURES", "metric:accuracy", 0.7),
    ("", "ADDRESSES", "task:qa", 0.8),
    ("method:roberta", "EXTENDS", "method:bert", 0.9),
    ("method:roberta", "OUTPERFORMS", "method:bert", 0.9),
    ("method:roberta", "EVALUATED_ON", "benchmark:glue", 0.9),
    ("method:self-attention", "PART_OF", "method:bert", 0.65),
    ("benchmark:glue", "MEASURED_BY", "metric:accuracy", 0.7),
    ("task:qa", "MEASURED_BY", "metric:f1", 0.5),
)
_WORDS: tuple[Fact, ...] = (
    ("", "INTRODUCES", "method:wörter", 0.9),
    ("", "INTRODUCES", "dataset:bücher", 0.9),
    ("", "USES", "method:bert", 0.6),
    ("", "USES", "dataset:wikitext", 0.6),
    ("", "ADDRESSES", "task:translation", 0.8),
    ("", "LINKS_TO", "url:page", 1.0),
    ("method:wörter", "TRAINED_ON", "dataset:bücher", 0.8),
    ("method:wörter", "AVAILABLE_AT", "url:page", 1.0),
    ("dataset:bücher", "AVAILABLE_AT", "url:rest", 1.0),
)
_ADAM: tuple[Fact, ...] = (
    ("", "INTRODUCES", "method:adam", 0.9),
    ("", "COMPARES_WITH", "method:adam-2", 0.5),
    ("", "MENTIONS", "metric:accuracy", 0.4),
)
_LATE: tuple[Fact, ...] = (
    ("", "COMPARES_WITH", "method:bert", 0.7),
    ("", "COMPARES_WITH", "method:roberta", 0.7),
    ("", "COMPARES_WITH", "method:cql", 0.6),
    ("", "USES", "method:adam", 0.6),
    ("", "EVALUATES_ON", "benchmark:d4rl", 0.8),
    ("", "MENTIONS", "task:translation", 0.3),
    ("", "LINKS_TO", "url:rest", 1.0),
    ("task:offline-rl", "MEASURED_BY", "metric:average-return", 0.6),
    ("method:adam", "APPLIED_TO", "task:translation", 0.45),
)


def _sentence(fact: Fact) -> str:
    subject, predicate, object_, _ = fact
    return f"{_NAMES.get(subject, 'This')} {predicate.lower()} {_NAMES[object_]}."


def _paper(title: str, facts: tuple[Fact, ...], **fields: object) -> Paper:
    abstract = " ".join(map(_sentence, facts))
    return Paper.model_validate({"title": title, "abstract": abstract, **fields})


_STATED: tuple[tuple[Paper, tuple[Fact, ...]], ...] = (
    (
        _paper(
            "BERT: Pre-training",
            _BERT,
            id="arxiv:1810.04805",
            year=2018,
            venue="NAACL",
            authors=("Jacob Devlin", "Ming-Wei Chang", "Kenton Lee", "Kristina Toutanova"),
            url="https://arxiv.org/abs/1810.04805",
            categories=("cs.CL",),
            source="arxiv",
        ),
        _BERT,
    ),
    (
        _paper(
            "RoBERTa: A Robustly Optimized Approach",
            _ROBERTA,
            id="arxiv:1907.11692",
            year=2019,
            authors=("Yinhan Liu", "Myle Ott"),
            categories=("cs.CL", "cs.LG"),
            source="arxiv",
        ),
        _ROBERTA,
    ),
    (
        _paper(
            "Größenwörter – eine Übersicht",
            _WORDS,
            id="doi:10.1000/größe",
            doi="10.1000/größe",
            authors=("Änne Müller", "李雷"),
            venue="Zeitschrift für Wörter",
            source="crossref",
        ),
        _WORDS,
    ),
    (
        _paper("adam", _ADAM, id="arxiv:1412.6980", year=2015, venue="ICLR", source="arxiv"),
        _ADAM,
    ),
    (_paper("日本語の論文 🧪", _LATE, id="title:jp", year=2023, venue="NeurIPS"), _LATE),
    (_paper("BERT: PRE-TRAINING", (), id="title:bert-again", year=2018), ()),
)


def _relations() -> list[Relation]:
    found: dict[tuple[str, Predicate, str], tuple[Evidence, ...]] = {}
    for paper, facts in _STATED:
        for fact in facts:
            subject, predicate, object_, score = fact
            sentence = _sentence(fact)
            start = paper.text.index(sentence)
            end = start + len(sentence)
            item = Evidence(
                paper_id=paper.id,
                start=start,
                end=end,
                sentence=sentence,
                object_start=end - 1 - len(_NAMES[object_]),
                object_end=end - 1,
                subject_start=start if subject else None,
                subject_end=start + len(_NAMES[subject]) if subject else None,
                cue=predicate.lower() if subject else "",
                extractor="by-hand",
                score=score,
            )
            key = (subject or paper.id, predicate, object_)
            found[key] = (*found.get(key, ()), item)
    return [Relation.from_evidence(*key, evidence) for key, evidence in found.items()]


def conformance_graph() -> KnowledgeGraph:
    """The whole graph; it has no linked mentions, so that papers are alike in both engines."""
    papers = (*PAPERS, *(paper for paper, _ in _STATED))
    return KnowledgeGraph(papers, (*ENTITIES, *_ENTITIES), (*RELATIONS, *_relations()))
