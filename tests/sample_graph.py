"""A hand-made graph: three papers, every label and relation type, and names that break things."""

from __future__ import annotations

import os
from pathlib import Path

from kg.graph import KnowledgeGraph
from kg.model import (
    Benchmark,
    Dataset,
    Entity,
    EntityKind,
    Evidence,
    LinkedMention,
    Method,
    Metric,
    Paper,
    Predicate,
    Relation,
    Role,
    Task,
    Url,
    UrlKind,
)

GOLDEN = Path(__file__).parent / "golden" / "exports"
INJECTION = "'; MATCH (n) DETACH DELETE n; //"
NASTY = f'Ev`il\t"quoted" \\ \\u0027 </script> <!-- ]]> & é 🧪 مرحبا {INJECTION}'

DT = Paper(
    id="arxiv:2106.01345",
    title="Decision Transformer: RL via Sequence Modeling",
    abstract="We introduce Decision Transformer (DT) for offline reinforcement learning. "
    "DT extends GPT-2 and outperforms CQL on D4RL. "
    "DT is trained on Hopper-Medium and D4RL is reported in normalized return. "
    "Self-attention is a part of DT. Code: https://github.com/kzl/decision-transformer.",
    year=2021,
    venue="NeurIPS",
    authors=("Lili Chen", "Kevin Lu"),
    doi="10.1000/dt(2021)<1>",
    url="https://arxiv.org/abs/2106.01345",
    categories=("cs.LG", "cs.AI"),
    source="arxiv",
)
EVIL = Paper(
    id=f"doi:10.1000/{NASTY}",
    title=f"On {NASTY}",
    abstract=f"We present {NASTY} here. CQL is known. See https://a.org/{{x}}|y and no more.",
    authors=(NASTY, "", "王小明"),
    source='["arxiv"]',
)
PLAIN = Paper(
    id="title:0123456789abcdef",
    title="A replication",
    abstract="decision transformer outperforms CQL. The Decision Transformer benchmark is hard.",
)


def _method(slug: str, name: str, *aliases: str) -> Method:
    return Method(id=f"method:{slug}", name=name, aliases=aliases)


_ENTITIES: tuple[Entity, ...] = (
    Method(
        id="method:decision-transformer",
        name="Decision Transformer",
        aliases=("DT", "decision transformer"),
        same_as=("https://www.wikidata.org/wiki/Q1", "https://a.org/<b> c"),
    ),
    _method("gpt-2", "GPT-2"),
    _method("cql", "CQL"),
    _method("self-attention", "Self-attention"),
    _method("a#b/c?d=e f%", NASTY, "", '["json"]', "null"),
    Benchmark(id="benchmark:d4rl", name="D4RL"),
    Dataset(id="dataset:hopper-medium", name="Hopper-Medium"),
    Task(id="task:offline-rl", name="offline reinforcement learning", aliases=("offline RL",)),
    Metric(id="metric:normalized-return", name="normalized return"),
    Url(
        id="url:github.com-kzl-decision-transformer",
        name="github.com/kzl/decision-transformer",
        href="https://github.com/kzl/decision-transformer",
        url_kind="code",
    ),
    Url(id="url:a.org-x-y", name="a.org/{x}|y", href="https://a.org/{x}|y", url_kind="other"),
)

_NEW = "We introduce Decision Transformer (DT) for offline reinforcement learning."
_BEATS = "DT extends GPT-2 and outperforms CQL on D4RL."
_TRAINED = "DT is trained on Hopper-Medium and D4RL is reported in normalized return."
_CODE = "Code: https://github.com/kzl/decision-transformer."
_EVIL = f"We present {NASTY} here."
_LINK = "See https://a.org/{x}|y and no more."
_REPEAT = "decision transformer outperforms CQL."

# paper, sentence, subject's words (None for the paper), predicate, object's words, subject, object
_STATED: tuple[tuple[Paper, str, str | None, Predicate, str, str, str], ...] = (
    (DT, _NEW, None, "INTRODUCES", "Decision Transformer", "", "method:decision-transformer"),
    (DT, _NEW, None, "MENTIONS", "Decision Transformer", "", "method:decision-transformer"),
    (DT, _NEW, None, "ADDRESSES", "offline reinforcement learning", "", "task:offline-rl"),
    (DT, _BEATS, None, "USES", "GPT-2", "", "method:gpt-2"),
    (DT, _TRAINED, None, "USES", "Hopper-Medium", "", "dataset:hopper-medium"),
    (DT, _BEATS, None, "EVALUATES_ON", "D4RL", "", "benchmark:d4rl"),
    (DT, _TRAINED, None, "EVALUATES_ON", "D4RL", "", "benchmark:d4rl"),
    (DT, _TRAINED, None, "MEASURES", "normalized return", "", "metric:normalized-return"),
    (DT, _BEATS, None, "COMPARES_WITH", "CQL", "", "method:cql"),
    (
        DT,
        _CODE,
        None,
        "LINKS_TO",
        "https://github.com/kzl/decision-transformer",
        "",
        "url:github.com-kzl-decision-transformer",
    ),
    (DT, _BEATS, "DT", "EVALUATED_ON", "D4RL", "method:decision-transformer", "benchmark:d4rl"),
    (
        DT,
        _TRAINED,
        "DT",
        "TRAINED_ON",
        "Hopper-Medium",
        "method:decision-transformer",
        "dataset:hopper-medium",
    ),
    (DT, _BEATS, "DT", "OUTPERFORMS", "CQL", "method:decision-transformer", "method:cql"),
    (DT, _BEATS, "DT", "EXTENDS", "GPT-2", "method:decision-transformer", "method:gpt-2"),
    (
        DT,
        "Self-attention is a part of DT.",
        "Self-attention",
        "PART_OF",
        "DT",
        "method:self-attention",
        "method:decision-transformer",
    ),
    (
        DT,
        _NEW,
        "Decision Transformer",
        "APPLIED_TO",
        "offline reinforcement learning",
        "method:decision-transformer",
        "task:offline-rl",
    ),
    (
        DT,
        _TRAINED,
        "D4RL",
        "MEASURED_BY",
        "normalized return",
        "benchmark:d4rl",
        "metric:normalized-return",
    ),
    (
        DT,
        _CODE,
        "Code",
        "AVAILABLE_AT",
        "https://github.com/kzl/decision-transformer",
        "method:decision-transformer",
        "url:github.com-kzl-decision-transformer",
    ),
    (EVIL, _EVIL, None, "INTRODUCES", NASTY, "", "method:a#b/c?d=e f%"),
    (EVIL, "CQL is known.", None, "MENTIONS", "CQL", "", "method:cql"),
    (EVIL, _LINK, None, "LINKS_TO", "https://a.org/{x}|y", "", "url:a.org-x-y"),
    (
        PLAIN,
        _REPEAT,
        "decision transformer",
        "OUTPERFORMS",
        "CQL",
        "method:decision-transformer",
        "method:cql",
    ),
    (PLAIN, _REPEAT, None, "MENTIONS", "CQL", "", "method:cql"),
)

_SPANS: tuple[tuple[Paper, str, EntityKind, Role, str, float], ...] = (
    (DT, "Decision Transformer", "Method", "introduces", "method:decision-transformer", 0.95),
    (DT, "DT", "Method", "introduces", "method:decision-transformer", 0.9),
    (DT, "offline reinforcement learning", "Task", "addresses", "task:offline-rl", 0.9),
    (DT, "GPT-2", "Method", "uses", "method:gpt-2", 0.9),
    (DT, "CQL", "Method", "compares_with", "method:cql", 0.9),
    (DT, "D4RL", "Benchmark", "evaluates_on", "benchmark:d4rl", 0.9),
    (DT, "Hopper-Medium", "Dataset", "uses", "dataset:hopper-medium", 0.9),
    (DT, "normalized return", "Metric", "evaluates_on", "metric:normalized-return", 0.8),
    (DT, "Self-attention", "Method", "mentions", "method:self-attention", 0.7),
    (
        DT,
        "https://github.com/kzl/decision-transformer",
        "Url",
        "mentions",
        "url:github.com-kzl-decision-transformer",
        1.0,
    ),
    (EVIL, NASTY, "Method", "introduces", "method:a#b/c?d=e f%", 0.9),
    (EVIL, "CQL", "Method", "mentions", "method:cql", 0.5),
    (EVIL, "https://a.org/{x}|y", "Url", "mentions", "url:a.org-x-y", 1.0),
    (PLAIN, "decision transformer", "Method", "mentions", "method:decision-transformer", 0.4),
    (PLAIN, "Decision Transformer", "Benchmark", "mentions", "method:decision-transformer", 0.6),
)


def _evidence(paper: Paper, sentence: str, subject: str | None, object_: str) -> Evidence:
    start = paper.text.index(sentence)
    at = start + sentence.index(object_)
    own = None if subject is None else start + sentence.index(subject)
    return Evidence(
        paper_id=paper.id,
        start=start,
        end=start + len(sentence),
        sentence=sentence,
        object_start=at,
        object_end=at + len(object_),
        subject_start=own,
        subject_end=None if own is None else own + len(subject or ""),
        cue="outperforms" if "outperforms" in sentence else "",
        extractor="kg_relations",
        score=1.0 if paper is DT else 0.75,
    )


def _relations() -> list[Relation]:
    found: dict[tuple[str, Predicate, str], tuple[Evidence, ...]] = {}
    for paper, sentence, subject_words, predicate, object_words, subject, object_ in _STATED:
        key = (subject or paper.id, predicate, object_)
        item = _evidence(paper, sentence, subject_words, object_words)
        found[key] = (*found.get(key, ()), item)
    return [Relation.from_evidence(*key, evidence) for key, evidence in found.items()]


def _mention(
    paper: Paper, text: str, kind: EntityKind, role: Role, entity_id: str, score: float
) -> LinkedMention:
    start = paper.text.index(text, len(paper.title))
    url_kind: UrlKind | None = None
    if kind == "Url":
        url_kind = "code" if "github" in text else "other"
    return LinkedMention(
        paper_id=paper.id,
        start=start,
        end=start + len(text),
        text=text,
        kind=kind,
        role=role,
        extractor="kg_gazetteer",
        score=score,
        long_form="Decision Transformer" if text == "DT" else None,
        href=text if kind == "Url" else None,
        url_kind=url_kind,
        entity_id=entity_id,
        link_method="exact",
        link_score=1.0,
    )


def sample_graph() -> KnowledgeGraph:
    """The graph; the same records every time."""
    return KnowledgeGraph(
        (DT, EVIL, PLAIN), _ENTITIES, _relations(), (_mention(*span) for span in _SPANS)
    )


def shuffled_graph() -> KnowledgeGraph:
    """The same graph from records in the opposite order."""
    records = [(sort, record.model_dump()) for sort, record in sample_graph().records()]
    return KnowledgeGraph.from_records(reversed(records))


def check_golden(name: str, text: str) -> None:
    """Compare with a golden file, byte for byte; KG_UPDATE_GOLDEN=1 writes it instead."""
    path = GOLDEN / name
    if os.environ.get("KG_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    assert path.is_file(), f"no golden file {name}; run the tests with KG_UPDATE_GOLDEN=1"
    assert path.read_bytes() == text.encode(), f"{name} differs; check, then KG_UPDATE_GOLDEN=1"
