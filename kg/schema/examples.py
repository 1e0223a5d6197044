"""One example of every record, all from one short paper; the records check themselves."""

from __future__ import annotations

from functools import cache
from typing import Any

from kg.model import (
    Benchmark,
    Dataset,
    Evidence,
    Extraction,
    Link,
    LinkedMention,
    Mention,
    Method,
    Metric,
    Paper,
    Relation,
    RelationMention,
    Task,
    Url,
)
from kg.model.base import Record

__all__ = ["examples"]

_HREF = "https://github.com/example/literank"


@cache
def examples() -> dict[str, Record]:
    """Record -> an example of it."""
    paper = Paper(
        id="arxiv:2401.00001",
        title="LiteRank: Small Models for Passage Ranking",
        abstract="LiteRank outperforms BM25 on MS MARCO.",
        year=2024,
        venue="Example Conference",
        authors=("Ada Example", "Ben Example"),
        doi="10.1000/literank",
        url="https://arxiv.org/abs/2401.00001",
        categories=("cs.IR", "cs.CL"),
        source="arxiv_jsonl",
    )
    ours = _mention(paper, "LiteRank", role="introduces")
    theirs = _mention(paper, "BM25", role="compares_with")
    place = {"start": len(paper.title) + 2, "end": len(paper.text)}
    stated = {"extractor": "kg_relations", "score": 0.93, "cue": "outperforms"}
    said = RelationMention(
        paper_id=paper.id,
        predicate="OUTPERFORMS",
        subject=ours.id,
        object=theirs.id,
        **place,
        **stated,
    )
    evidence = Evidence(
        paper_id=paper.id,
        sentence=paper.abstract,
        subject_start=ours.start,
        subject_end=ours.end,
        object_start=theirs.start,
        object_end=theirs.end,
        **place,
        **stated,
    )
    linked = {"entity_id": "method:bm25", "link_method": "exact", "link_score": 1.0}
    records: tuple[Record, ...] = (
        paper,
        Method(id="method:literank", name="LiteRank", aliases=("LR",)),
        Dataset(
            id="dataset:ms-marco",
            name="MS MARCO",
            same_as=("https://example.org/ms-marco",),
        ),
        Benchmark(id="benchmark:beir", name="BEIR"),
        Task(id="task:passage-ranking", name="passage ranking"),
        Metric(id="metric:mrr", name="MRR", aliases=("mean reciprocal rank",)),
        Url(id="url:literank", name="example/literank", href=_HREF, url_kind="code"),
        evidence,
        Relation.from_evidence("method:literank", "OUTPERFORMS", "method:bm25", (evidence,)),
        ours,
        LinkedMention(**theirs.model_dump(), **linked),
        said,
        Extraction(paper=paper, mentions=(ours, theirs), relations=(said,)),
        Link(mention_id=theirs.id, entity_id="method:bm25", score=1.0, method="exact"),
    )
    return {type(record).__name__: record for record in records}


def _mention(paper: Paper, name: str, **fields: Any) -> Mention:
    start = paper.text.index(name, len(paper.title))
    return Mention(
        paper_id=paper.id,
        start=start,
        end=start + len(name),
        text=name,
        kind="Method",
        extractor="kg_gazetteer",
        score=0.97,
        **fields,
    )
