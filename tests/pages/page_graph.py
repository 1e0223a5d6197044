"""Graphs for the page tests: a small one made by hand, a nasty one, and a large one made up."""

from __future__ import annotations

import random
from collections.abc import Iterable

from kg.graph import KnowledgeGraph
from kg.ids import content_hash
from kg.model import (
    ENTITY_CLASSES,
    Entity,
    EntityKind,
    Evidence,
    Paper,
    Predicate,
    Relation,
    Url,
)

NASTY = "</script><script>alert(1)</script>"
NASTY_IMAGE = '"><img src=x onerror=alert(1)>'

_PAPERS = (
    Paper(
        id="arxiv:2106.01345",
        title="Decision Transformer: Reinforcement Learning via Sequence Modeling",
        abstract="We introduce the Decision Transformer, which casts offline reinforcement "
        "learning as sequence modeling. Decision Transformer is evaluated on D4RL and Atari. "
        "It outperforms CQL on Atari. Code is at https://github.com/kzl/decision-transformer.",
        year=2021,
        authors=("Lili Chen", "Kevin Lu", "Aravind Rajeswaran"),
        venue="NeurIPS 2021",
    ),
    Paper(
        id="arxiv:2006.04779",
        title="Conservative Q-Learning for Offline Reinforcement Learning",
        abstract="We propose CQL, a conservative Q-learning method for offline reinforcement "
        "learning. CQL is evaluated on D4RL and reaches a higher average return. CQL extends "
        "SAC with a regulariser 𝒬 on top of D4RL data.",
        year=2020,
        authors=("Aviral Kumar", "Aurick Zhou"),
        url="https://arxiv.org/abs/2006.04779",
    ),
    Paper(
        id="doi:10.1000/d4rl.1",
        title="D4RL: Datasets for Deep Data-Driven Reinforcement Learning",
        abstract="We release D4RL, a benchmark for offline reinforcement learning. Results are "
        "reported as average return. SAC serves as the behaviour policy.",
        year=2020,
        doi="10.1000/d4rl.1",
    ),
    Paper(
        id="title:00ff",
        title="A Survey That Mentions Much and Claims Little",
        abstract="Offline reinforcement learning has seen D4RL, CQL and SAC.",
        url="javascript:alert(1)",
    ),
    Paper(id="title:0a1b", title="A Lonely Paper", abstract="", year=1999),
)
_ENTITIES: tuple[tuple[EntityKind, str, tuple[str, ...]], ...] = (
    ("Method", "Decision Transformer", ("DT",)),
    ("Method", "CQL", ("Conservative Q-Learning",)),
    ("Method", "SAC", ("Soft Actor-Critic",)),
    ("Benchmark", "D4RL", ("Datasets for Deep Data-Driven Reinforcement Learning",)),
    ("Benchmark", "Atari", ("Arcade Learning Environment",)),
    ("Task", "offline reinforcement learning", ("offline RL",)),
    ("Metric", "average return", ()),
)
_CODE = Url(
    id="url:github.com-kzl-decision-transformer",
    name="github.com/kzl/decision-transformer",
    href="https://github.com/kzl/decision-transformer",
    url_kind="code",
)
_FACTS: tuple[tuple[int, str | None, Predicate, str, str], ...] = (
    (0, None, "INTRODUCES", "Decision Transformer", "We introduce the Decision"),
    (0, None, "ADDRESSES", "offline reinforcement learning", "We introduce the Decision"),
    (0, None, "EVALUATES_ON", "D4RL", "Decision Transformer is evaluated"),
    (0, None, "EVALUATES_ON", "Atari", "Decision Transformer is evaluated"),
    (0, "Decision Transformer", "EVALUATED_ON", "D4RL", "Decision Transformer is evaluated"),
    (0, "Decision Transformer", "EVALUATED_ON", "Atari", "Decision Transformer is evaluated"),
    (0, None, "COMPARES_WITH", "CQL", "It outperforms"),
    (1, None, "INTRODUCES", "CQL", "We propose CQL"),
    (1, None, "ADDRESSES", "offline reinforcement learning", "We propose CQL"),
    (1, "CQL", "EVALUATED_ON", "D4RL", "CQL is evaluated"),
    (1, None, "EVALUATES_ON", "D4RL", "CQL is evaluated"),
    (1, None, "MEASURES", "average return", "CQL is evaluated"),
    (1, "CQL", "EXTENDS", "SAC", "CQL extends"),
    (1, None, "EVALUATES_ON", "D4RL", "CQL extends"),
    (2, None, "INTRODUCES", "D4RL", "We release"),
    (2, None, "ADDRESSES", "offline reinforcement learning", "We release"),
    (2, None, "MEASURES", "average return", "Results are"),
    (2, None, "USES", "SAC", "SAC serves"),
    (3, None, "MENTIONS", "D4RL", "Offline"),
    (3, None, "MENTIONS", "CQL", "Offline"),
    (3, None, "MENTIONS", "SAC", "Offline"),
)


def make_entity(kind: EntityKind, name: str, aliases: tuple[str, ...] = ()) -> Entity:
    """An entity whose id is made from its name."""
    key = f"{kind.lower()}:{content_hash(name)[:10]}"
    return ENTITY_CLASSES[kind].model_validate({"id": key, "name": name, "aliases": aliases})


def make_evidence(
    paper: Paper, start: int, end: int, obj: str, subject: str | None = None, score: float = 0.9
) -> Evidence:
    """Evidence from a span of a paper's text, with the words looked up in it."""
    text = paper.text
    at = text.index(obj, start, end)
    said = None if subject is None else text.find(subject, start, end)
    return Evidence(
        paper_id=paper.id,
        start=start,
        end=end,
        sentence=text[start:end],
        object_start=at,
        object_end=at + len(obj),
        subject_start=None if said is None or said < 0 else said,
        subject_end=None if said is None or said < 0 else said + len(subject or ""),
        cue="",
        extractor="test",
        score=score,
    )


def _sentence(paper: Paper, opening: str) -> tuple[int, int]:
    start = paper.text.index(opening, len(paper.title))
    stop = paper.text.find(". ", start)
    return start, len(paper.text) if stop < 0 else stop + 1


def _unite(pieces: Iterable[tuple[str, Predicate, str, Evidence]]) -> list[Relation]:
    found: dict[tuple[str, Predicate, str], list[Evidence]] = {}
    for subject, predicate, obj, evidence in pieces:
        found.setdefault((subject, predicate, obj), []).append(evidence)
    return [Relation.from_evidence(s, p, o, tuple(e)) for (s, p, o), e in found.items()]


def small_graph(*, shuffle: int | None = None) -> KnowledgeGraph:
    """Five papers and eight things they name; ``shuffle`` reorders the input, not the content."""
    entities = {name: make_entity(kind, name, aliases) for kind, name, aliases in _ENTITIES}
    pieces: list[tuple[str, Predicate, str, Evidence]] = []
    for number, subject, predicate, obj, opening in _FACTS:
        paper = _PAPERS[number]
        start, end = _sentence(paper, opening)
        words = obj if obj in paper.text[start:end] else obj.capitalize()
        evidence = make_evidence(paper, start, end, words, subject)
        ends = (entities[subject].id if subject else paper.id, entities[obj].id)
        pieces.append((ends[0], predicate, ends[1], evidence))
    dt, first = entities["Decision Transformer"], _PAPERS[0]
    start, end = _sentence(first, "Code is at")
    code = make_evidence(first, start, end, _CODE.href)
    pieces += [(first.id, "LINKS_TO", _CODE.id, code), (dt.id, "AVAILABLE_AT", _CODE.id, code)]
    parts: tuple[list[Paper], list[Entity], list[Relation]] = (
        list(_PAPERS),
        [*entities.values(), _CODE],
        _unite(pieces),
    )
    if shuffle is not None:
        for part in parts:
            random.Random(shuffle).shuffle(part)
    return KnowledgeGraph(*parts)


def nasty_graph() -> KnowledgeGraph:
    """Names, aliases, titles and sentences that try to break out of the page."""
    paper = Paper(
        id="title:666",
        title=f"{NASTY} {NASTY_IMAGE} href",
        abstract=f"We use {NASTY} and {NASTY_IMAGE}.",
        url="javascript:alert(1)",
        authors=(NASTY_IMAGE,),
        venue=NASTY,
    )
    method = make_entity("Method", NASTY, (NASTY_IMAGE, "<!-- <script>"))
    dataset = make_entity("Dataset", NASTY_IMAGE, (NASTY,))
    start = len(paper.title) + 2
    pieces: list[tuple[str, Predicate, str, Evidence]] = [
        (paper.id, "USES", e.id, make_evidence(paper, start, len(paper.text), e.name))
        for e in (method, dataset)
    ]
    return KnowledgeGraph([paper], [method, dataset], _unite(pieces))


def large_graph(nodes: int = 2_000, *, seed: int = 7) -> KnowledgeGraph:
    """A made-up graph with communities, hubs, weak mentions, small islands and lone nodes."""
    draw = random.Random(seed)
    kinds: list[EntityKind] = ["Method", "Dataset", "Benchmark", "Task", "Metric"]
    fields = [_field(draw, kinds, f) for f in range(max(3, nodes // 220))]
    papers: list[Paper] = []
    pieces: list[tuple[str, Predicate, str, Evidence]] = []
    named = sum(len(field) for field in fields)
    while len(papers) + named < nodes:
        home = draw.choice(fields)
        chosen: list[Entity] = []
        for _ in range(0 if draw.random() < 0.03 else draw.randint(2, 7)):
            field = home if draw.random() < 0.93 else draw.choice(fields)
            entity = field[int(len(field) * draw.random() ** 2.2)]
            if entity not in chosen:
                chosen.append(entity)
        title = f"{draw.choice(_OPENINGS)} {home[0].name} {draw.choice(_ENDINGS)} {len(papers)}"
        text = " ".join(f"We study {e.name} here." for e in chosen)
        paper = Paper(
            id=f"arxiv:{2000 + len(papers) % 25}.{len(papers):05d}",
            title=title,
            abstract=text,
            year=2015 + draw.randint(0, 10),
            authors=("A. Author", "B. Author"),
        )
        papers.append(paper)
        for entity in chosen:
            start, end = _sentence(paper, f"We study {entity.name} here")
            predicate = "MENTIONS" if draw.random() < 0.35 else _STRONG[entity.kind]
            evidence = make_evidence(paper, start, end, entity.name, score=draw.random())
            pieces.append((paper.id, predicate, entity.id, evidence))
    entities = [entity for field in fields for entity in field]
    return KnowledgeGraph(papers, entities, _unite(pieces))


_STRONG: dict[EntityKind, Predicate] = {
    "Method": "USES",
    "Dataset": "EVALUATES_ON",
    "Benchmark": "EVALUATES_ON",
    "Task": "ADDRESSES",
    "Metric": "MEASURES",
}
_OPENINGS = ("Rethinking", "Scaling", "On the Limits of", "Towards Robust", "Learning from")
_ENDINGS = ("without Labels", "for Long Documents", "under Shift", "at Scale", "in the Wild")
_SYLLABLES = ("ra", "ten", "vo", "mix", "lor", "que", "zan", "pi", "dra", "net", "ska", "ul")


def _field(draw: random.Random, kinds: list[EntityKind], number: int) -> list[Entity]:
    found = []
    for i in range(90):
        name = "".join(draw.choices(_SYLLABLES, k=draw.randint(2, 3))).capitalize()
        kind = draw.choices(kinds, weights=(6, 3, 2, 2, 1))[0]
        found.append(make_entity(kind, f"{name}-{number}.{i}", (f"{name} of field {number}",)))
    return found
