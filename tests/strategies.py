"""Hypothesis strategies built from the models: what they draw is always valid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

from kg.graph import KnowledgeGraph
from kg.ids import entity_id
from kg.model import (
    ENTITY_CLASSES,
    ENTITY_KINDS,
    PREDICATES,
    RELATIONS,
    ROLES,
    URL_KINDS,
    Entity,
    Evidence,
    Extraction,
    LinkedMention,
    Mention,
    Paper,
    Relation,
    RelationMention,
)

T = TypeVar("T")

__all__ = [
    "corpora",
    "entities",
    "evidence_from",
    "extractions",
    "graphs",
    "mentions_in",
    "papers",
    "scores",
    "texts",
    "written_names",
]

ODD_TEXTS = tuple("é 𝒬-learning 王小明 مرحبا 🧪 a\u0301 ﬁne-tuning İ <b>&amp; \t".split(" "))

texts = st.text(st.characters(codec="utf-8"), max_size=40) | st.lists(
    st.sampled_from(("We", "propose", "BERT", "(PPO)", "GPT-4.", *ODD_TEXTS)), max_size=8
).map(" ".join)
"""Any text that can be stored: all of Unicode but lone surrogates."""

scores = st.integers(0, 10_000).map(lambda n: n / 10_000)
"""A score as it is kept: four decimals."""

_named = texts.filter(lambda t: bool(t.strip()))
_paper_ids = st.builds(
    lambda scheme, number: f"{scheme}:{number:04x}",
    st.sampled_from(("arxiv", "doi", "title")),
    st.integers(0, 0xFFFF),
)
_fragments = st.sampled_from(
    "the a our A I GPT 4 3.5 2.0 CIFAR 10 LLMs LMs MAPS TACoS ViT b16 dataset Models Tasks score "
    "BERTs series bias optimisation modelling behaviour analysis + # * & ^ @ .5 . ' / – ∞ é 王 İ ß "
    "Dataset 🤗 's 2D v2 YOLOv8s diffusion Chess".split(" ")
)
written_names = texts | st.builds(
    lambda parts, glue: glue.join(parts),
    st.lists(_fragments, min_size=1, max_size=5),
    st.sampled_from((" ", "-", "_", "")),
)
"""Names as people write them, and worse."""


_papers = st.builds(
    Paper,
    id=_paper_ids,
    title=texts.filter(bool),
    abstract=texts,
    year=st.none() | st.integers(1500, 2200),
    venue=st.none() | texts,
    authors=st.lists(texts, max_size=2).map(tuple),
    doi=st.none() | texts,
    url=st.none() | texts,
    categories=st.lists(texts, max_size=2).map(tuple),
    source=texts,
)


def papers() -> st.SearchStrategy[Paper]:
    """Papers with odd characters in every text field."""
    return _papers


@st.composite
def mentions_in(draw: st.DrawFn, paper: Paper) -> tuple[Mention, ...]:
    """Mentions whose spans fit the paper's text, sorted and apart from each other."""
    cuts = sorted(draw(st.sets(st.integers(0, len(paper.text)), max_size=6)))
    spans = zip(cuts[::2], cuts[1::2], strict=False)
    return tuple(
        _mention(draw, paper, start, end) for start, end in spans if paper.text[start:end].strip()
    )


_kinds = st.sampled_from(ENTITY_KINDS)
_roles = st.sampled_from(ROLES)
_extractors = st.sampled_from(("kg_gazetteer", "kg_patterns"))
_long_forms = st.none() | _named
_hrefs = st.sampled_from(("https://a.org/x", "http://a.org/X?y=1", "https://b.org/é"))
_url_kinds = st.sampled_from(URL_KINDS)
_predicates = st.sampled_from(PREDICATES)
_cues = st.sampled_from(("", "outperforms"))


def _mention(draw: st.DrawFn, paper: Paper, start: int, end: int) -> Mention:
    kind = draw(_kinds)
    return Mention(
        paper_id=paper.id,
        start=start,
        end=end,
        text=paper.text[start:end],
        kind=kind,
        role=draw(_roles),
        extractor=draw(_extractors),
        score=draw(scores),
        long_form=None if kind == "Url" else draw(_long_forms),
        href=draw(_hrefs) if kind == "Url" else None,
        url_kind=draw(_url_kinds) if kind == "Url" else None,
    )


@st.composite
def extractions(draw: st.DrawFn) -> Extraction:
    """Papers with what was found in them, of any kind and any predicate."""
    paper = draw(papers())
    mentions = draw(mentions_in(paper))
    return Extraction(paper=paper, mentions=mentions, relations=_statements(draw, paper, mentions))


def _statements(
    draw: st.DrawFn, paper: Paper, mentions: Sequence[Mention]
) -> tuple[RelationMention, ...]:
    ids = [m.id for m in mentions]
    return tuple(_statement(draw, paper, ids) for _ in range(draw(st.integers(0, 3)) if ids else 0))


def _statement(draw: st.DrawFn, paper: Paper, ids: list[str]) -> RelationMention:
    start, end = _span(draw, len(paper.text))
    return RelationMention(
        paper_id=paper.id,
        predicate=draw(_predicates),
        subject=_one_of(draw, [paper.id, *ids]),
        object=_one_of(draw, ids),
        start=start,
        end=end,
        cue=draw(_cues),
        extractor="kg_relations",
        score=draw(scores),
    )


def _span(draw: st.DrawFn, length: int) -> tuple[int, int]:
    start = draw(st.integers(0, length - 1))
    return start, draw(st.integers(start + 1, length))


@st.composite
def corpora(draw: st.DrawFn, max_papers: int = 4) -> list[Extraction]:
    """Extractions of papers that share names, kinds and acronyms, one a paper."""
    ids = draw(st.lists(_paper_ids, unique=True, max_size=max_papers))
    return [_naming(draw, paper_id) for paper_id in ids]


_SHARED_NAMES = (
    *("PPO", "PPOs", "proximal policy optimization", "Proximal Policy Optimisation"),
    *("Preferred Policy Order", "Chess-3B", "Chess-7B", "Chess 3B", "D4RL", "the D4RL dataset"),
    *("SAM", "SAM 2", "Segment Anything Model", "Segment Anything Model 2", "'", "王小明"),
)


_shared_names = st.lists(st.sampled_from(_SHARED_NAMES), max_size=4)
_shared_kinds = st.sampled_from(("Method", "Dataset", "Benchmark"))
_shared_long_forms = st.sampled_from((None, *(name for name in _SHARED_NAMES if " " in name)))
_few_scores = st.sampled_from((0.0, 0.5, 0.9))


def _naming(draw: st.DrawFn, paper_id: str) -> Extraction:
    named = draw(_shared_names)
    paper = Paper(id=paper_id, title="On", abstract=" and ".join(named))
    mentions, start = [], paper.text.index("\n\n") + 2
    for text in named:
        mentions.append(
            Mention(
                paper_id=paper_id,
                start=start,
                end=start + len(text),
                text=text,
                kind=draw(_shared_kinds),
                extractor="kg_patterns",
                score=draw(_few_scores),
                long_form=None if " " in text else draw(_shared_long_forms),
            )
        )
        start += len(text) + len(" and ")
    statements = _statements(draw, paper, mentions)
    return Extraction(paper=paper, mentions=tuple(mentions), relations=statements)


_sorted_names = st.frozensets(st.sampled_from(("one", "a", "B", *ODD_TEXTS)), max_size=2).map(
    lambda names: tuple(sorted(names))
)
_slugs = st.sampled_from(("one", "two"))
_names = st.sampled_from(("one", "ONE", "zwei"))
_same_as = st.sampled_from(((), ("https://www.wikidata.org/wiki/Q1",)))
_addresses = st.sampled_from(("https://a.org/x", "http://a.org/X"))


@st.composite
def entities(draw: st.DrawFn) -> Entity:
    """Entities of every kind with few ids, so that two draws often meet."""
    kind = draw(_kinds)
    own = {"href": draw(_addresses), "url_kind": draw(_url_kinds)} if kind == "Url" else {}
    return ENTITY_CLASSES[kind].model_validate(
        {
            "id": entity_id(kind, draw(_slugs)),
            "name": draw(_names),
            "aliases": draw(_sorted_names),
            "same_as": draw(_same_as),
            **own,
        }
    )


@st.composite
def evidence_from(draw: st.DrawFn, paper: Paper) -> Evidence:
    """Evidence whose spans lie inside the paper's text."""
    start, end = _span(draw, len(paper.text))
    object_start, object_end = _span(draw, end - start)
    with_subject = draw(st.booleans())
    return Evidence(
        paper_id=paper.id,
        start=start,
        end=end,
        sentence=paper.text[start:end],
        object_start=start + object_start,
        object_end=start + object_end,
        subject_start=start if with_subject else None,
        subject_end=end if with_subject else None,
        cue=draw(_cues),
        extractor="kg_relations",
        score=draw(scores),
    )


_paper_lists = st.lists(_papers, max_size=2, unique_by=lambda p: p.id)
_entity_lists = st.lists(entities(), max_size=4, unique_by=lambda e: e.id)


@st.composite
def graphs(draw: st.DrawFn, pool: Sequence[Paper] = ()) -> KnowledgeGraph:
    """Small graphs that the relation table allows.

    Args:
        draw: Given by hypothesis.
        pool: Papers to choose from, for graphs that can be merged; any papers by default.
    """
    nodes = [p for p in pool if draw(st.booleans())] if pool else draw(_paper_lists)
    things = draw(_entity_lists)
    if not nodes or not things:
        return KnowledgeGraph(nodes, things)
    labels = {**{p.id: "Paper" for p in nodes}, **{e.id: e.kind for e in things}}
    possible = [
        (subject, spec.name, thing.id)
        for spec in RELATIONS.values()
        for subject in labels
        for thing in things
        if spec.allows(labels[subject], thing.kind)
    ]
    triples = {_one_of(draw, possible) for _ in range(draw(st.integers(0, 3)))}
    relations = [
        Relation.from_evidence(
            *triple,
            tuple(
                draw(evidence_from(_one_of(draw, nodes))) for _ in range(draw(st.integers(1, 2)))
            ),
        )
        for triple in sorted(triples)
    ]
    linked = [
        LinkedMention(
            **mention.model_dump(),
            entity_id=_one_of(draw, things).id,
            link_method="exact",
            link_score=draw(scores),
        )
        for mention in draw(mentions_in(_one_of(draw, nodes)))
    ]
    return KnowledgeGraph(nodes, things, relations, linked)


def _one_of(draw: st.DrawFn, items: Sequence[T]) -> T:
    return items[draw(st.integers(0, len(items) - 1))]
