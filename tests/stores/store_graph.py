"""A small graph made by hand, with names that try to break out of everything."""

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

INJECTION = "'; MATCH (n) DETACH DELETE n; //"
NASTY = "Back`tick \"quoted\" it's\n\\u0027 \\' {x} $rows 🧪 \u202e" + INJECTION

_DT = Paper(
    id="arxiv:2106.01345",
    title="Decision Transformer",
    abstract="We introduce DT. DT is evaluated on D4RL with average return. It beats CQL. "
    "DT solves offline RL. Code: https://github.com/kzl/decision-transformer",
    year=2021,
    venue="NeurIPS",
    authors=("Lili Chen", "Kevin Lu"),
    doi="10.1000/dt",
    url="https://arxiv.org/abs/2106.01345",
    categories=("cs.LG", "cs.AI"),
    source="arxiv",
)
_CQL = Paper(
    id="arxiv:2006.04779",
    title="Conservative Q-Learning",
    abstract="We propose CQL, built on SAC. CQL is evaluated on D4RL and Atari. "
    "We address offline RL.",
    year=2020,
)
_D4RL = Paper(
    id="doi:10.1000/d4rl.1",
    title="D4RL",
    abstract="We release D4RL. Results are average return. Data: https://d4rl.org/data",
    year=2020,
)
_SURVEY = Paper(
    id="title:00ff", title="A Survey", abstract="Much uses D4RL. CQL is known.", year=2023
)
_TT = Paper(
    id="arxiv:2106.02039",
    title="Trajectory Transformer",
    abstract="We present TT. TT outperforms CQL. We compare with DT. TT and DT run on D4RL. "
    "TT is trained on D4RL-mixed. We use GPT. TT addresses offline RL.",
    year=2021,
)
_NASTY = Paper(
    id="title:" + NASTY,
    title=NASTY,
    abstract=f"We introduce {NASTY}. It uses 1984.",
    authors=(NASTY, ""),
    source='["x"]',
)
_LONELY = Paper(id="lonely", title="lonely")

PAPERS = (_DT, _CQL, _D4RL, _SURVEY, _TT, _NASTY, _LONELY)

ENTITIES: tuple[Entity, ...] = (
    Method(
        id="method:decision-transformer",
        name="Decision Transformer",
        aliases=("DT",),
        same_as=("https://www.wikidata.org/wiki/Q1",),
    ),
    Method(id="method:cql", name="CQL", aliases=("Conservative Q-Learning",)),
    Method(id="method:sac", name="SAC"),
    Method(id="method:trajectory-transformer", name="Trajectory Transformer", aliases=("TT",)),
    Method(id="method:gpt", name="GPT"),
    Method(id="method:nasty", name=NASTY, aliases=("", "2020-01-01", '["x"]', "null")),
    Benchmark(id="benchmark:d4rl", name="D4RL", aliases=("Datasets for Deep Data-Driven RL",)),
    Benchmark(id="benchmark:atari", name="Atari"),
    Dataset(id="dataset:d4rl-mixed", name="D4RL-mixed"),
    Dataset(id="dataset:1984", name="1984"),
    Task(id="task:offline-rl", name="offline RL", aliases=("offline reinforcement learning",)),
    Metric(id="metric:average-return", name="average return"),
    Url(
        id="url:github.com-kzl-decision-transformer",
        name="github.com/kzl/decision-transformer",
        href="https://github.com/kzl/decision-transformer",
        url_kind="code",
    ),
    Url(
        id="url:d4rl.org-data",
        name="d4rl.org/data",
        href="https://d4rl.org/data",
        url_kind="dataset",
    ),
)

_NAMES = {entity.id: (entity.name, *entity.aliases) for entity in ENTITIES}


def evidence(paper: Paper, sentence: str, subject: str, object_: str, score: float) -> Evidence:
    """The sentence of a paper that holds a name of the object, and of the subject if it must."""
    start = paper.text.index(sentence)
    found = {
        key: (start + sentence.index(name), start + sentence.index(name) + len(name))
        for key in (subject, object_)
        for name in _NAMES.get(key, ())
        if name and name in sentence
    }
    ends = found.get(object_) or (start, start + len(sentence))
    return Evidence(
        paper_id=paper.id,
        start=start,
        end=start + len(sentence),
        sentence=sentence,
        object_start=ends[0],
        object_end=ends[1],
        subject_start=found[subject][0] if subject in found else None,
        subject_end=found[subject][1] if subject in found else None,
        cue="evaluated on" if "evaluated on" in sentence else "",
        extractor="by-hand",
        score=score,
    )


def _relation(
    subject: str, predicate: Predicate, object_: str, *says: tuple[Paper, str, float]
) -> Relation:
    items = tuple(evidence(p, s, subject, object_, score) for p, s, score in says)
    return Relation.from_evidence(subject, predicate, object_, items)


_RUN = "TT and DT run on D4RL."
_CODE = "Code: https://github.com/kzl/decision-transformer"
RELATIONS = (
    _relation(_DT.id, "INTRODUCES", "method:decision-transformer", (_DT, "We introduce DT.", 0.9)),
    _relation(
        _DT.id,
        "EVALUATES_ON",
        "benchmark:d4rl",
        (_DT, "DT is evaluated on D4RL with average return.", 0.9),
    ),
    _relation(
        "method:decision-transformer",
        "EVALUATED_ON",
        "benchmark:d4rl",
        (_DT, "DT is evaluated on D4RL with average return.", 0.9),
        (_TT, _RUN, 0.75),
    ),
    _relation(_DT.id, "COMPARES_WITH", "method:cql", (_DT, "It beats CQL.", 0.8)),
    _relation(_DT.id, "ADDRESSES", "task:offline-rl", (_DT, "DT solves offline RL.", 0.8)),
    _relation(
        _DT.id,
        "MEASURES",
        "metric:average-return",
        (_DT, "DT is evaluated on D4RL with average return.", 0.7),
    ),
    _relation(_DT.id, "LINKS_TO", "url:github.com-kzl-decision-transformer", (_DT, _CODE, 1.0)),
    _relation(
        "method:decision-transformer",
        "AVAILABLE_AT",
        "url:github.com-kzl-decision-transformer",
        (_DT, _CODE, 1.0),
    ),
    _relation(_CQL.id, "INTRODUCES", "method:cql", (_CQL, "We propose CQL, built on SAC.", 0.9)),
    _relation(_CQL.id, "USES", "method:sac", (_CQL, "We propose CQL, built on SAC.", 0.6)),
    _relation("method:cql", "EXTENDS", "method:sac", (_CQL, "We propose CQL, built on SAC.", 0.6)),
    _relation(
        _CQL.id,
        "EVALUATES_ON",
        "benchmark:d4rl",
        (_CQL, "CQL is evaluated on D4RL and Atari.", 0.9),
    ),
    _relation(
        _CQL.id,
        "EVALUATES_ON",
        "benchmark:atari",
        (_CQL, "CQL is evaluated on D4RL and Atari.", 0.9),
    ),
    _relation(
        "method:cql",
        "EVALUATED_ON",
        "benchmark:d4rl",
        (_CQL, "CQL is evaluated on D4RL and Atari.", 0.9),
    ),
    _relation(
        "method:cql",
        "EVALUATED_ON",
        "benchmark:atari",
        (_CQL, "CQL is evaluated on D4RL and Atari.", 0.9),
    ),
    _relation(_CQL.id, "ADDRESSES", "task:offline-rl", (_CQL, "We address offline RL.", 0.8)),
    _relation(_D4RL.id, "INTRODUCES", "benchmark:d4rl", (_D4RL, "We release D4RL.", 1.0)),
    _relation(
        _D4RL.id, "MEASURES", "metric:average-return", (_D4RL, "Results are average return.", 0.7)
    ),
    _relation(
        "benchmark:d4rl",
        "MEASURED_BY",
        "metric:average-return",
        (_DT, "DT is evaluated on D4RL with average return.", 0.7),
    ),
    _relation(
        "benchmark:d4rl",
        "AVAILABLE_AT",
        "url:d4rl.org-data",
        (_D4RL, "Data: https://d4rl.org/data", 1.0),
    ),
    _relation(
        _D4RL.id, "LINKS_TO", "url:d4rl.org-data", (_D4RL, "Data: https://d4rl.org/data", 1.0)
    ),
    _relation(_SURVEY.id, "MENTIONS", "benchmark:d4rl", (_SURVEY, "Much uses D4RL.", 0.5)),
    _relation(_SURVEY.id, "MENTIONS", "method:cql", (_SURVEY, "CQL is known.", 0.5)),
    _relation(_TT.id, "INTRODUCES", "method:trajectory-transformer", (_TT, "We present TT.", 0.9)),
    _relation(_TT.id, "COMPARES_WITH", "method:cql", (_TT, "TT outperforms CQL.", 0.9)),
    _relation(
        _TT.id, "COMPARES_WITH", "method:decision-transformer", (_TT, "We compare with DT.", 0.9)
    ),
    _relation(
        "method:trajectory-transformer",
        "OUTPERFORMS",
        "method:cql",
        (_TT, "TT outperforms CQL.", 0.9),
    ),
    _relation(_TT.id, "EVALUATES_ON", "benchmark:d4rl", (_TT, _RUN, 0.75)),
    _relation("method:trajectory-transformer", "EVALUATED_ON", "benchmark:d4rl", (_TT, _RUN, 0.75)),
    _relation(
        "method:trajectory-transformer",
        "TRAINED_ON",
        "dataset:d4rl-mixed",
        (_TT, "TT is trained on D4RL-mixed.", 0.9),
    ),
    _relation(_TT.id, "USES", "dataset:d4rl-mixed", (_TT, "TT is trained on D4RL-mixed.", 0.9)),
    _relation(_TT.id, "USES", "method:gpt", (_TT, "We use GPT.", 0.9)),
    _relation(_TT.id, "ADDRESSES", "task:offline-rl", (_TT, "TT addresses offline RL.", 0.8)),
    _relation(_NASTY.id, "INTRODUCES", "method:nasty", (_NASTY, f"We introduce {NASTY}.", 0.1)),
    _relation(_NASTY.id, "USES", "dataset:1984", (_NASTY, "It uses 1984.", 0.1)),
)


def store_graph() -> KnowledgeGraph:
    """The whole graph; it has no linked mentions, because stores do not keep them."""
    return KnowledgeGraph(PAPERS, ENTITIES, RELATIONS)
