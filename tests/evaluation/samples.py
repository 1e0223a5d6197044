"""Two annotated papers and a corpus of two units, small enough to count by hand."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kg.evaluation.corpora import CorpusUnit
from kg.evaluation.gold import GoldPaper, SystemPaper

Line = dict[str, Any]

__all__ = ["corpus_lines", "gold_lines", "gold_papers", "system_lines", "system_of", "write_lines"]


def gold_lines() -> list[Line]:
    """Five core entities and one optional, three core relations and one optional, two links."""
    return [
        {
            "id": "g1",
            "title": "LiteRank: Small Rankers",
            "abstract": "We introduce LiteRank, a cross-encoder for passage ranking. LiteRank is "
            "evaluated on MS MARCO, where it outperforms BM25. It uses late interaction. Code: "
            "https://github.com/example/literank.",
            "entities": [
                entity("LiteRank", "Method", "introduces"),
                entity("passage ranking", "Task", "addresses"),
                entity("MS MARCO", "Benchmark", "evaluates_on", kinds=("Benchmark", "Dataset")),
                entity("BM25", "Method", "compares_with"),
                entity("late interaction", "Method", "uses", tier="optional"),
            ],
            "relations": [
                relation("LiteRank", "evaluated_on", "MS MARCO"),
                relation("LiteRank", "outperforms", "BM25"),
                relation("late interaction", "part_of", "LiteRank", tier="optional"),
            ],
            "links": [{"url": "https://github.com/example/literank", "kinds": ["code"]}],
        },
        {
            "id": "g2",
            "title": "A Study of Logs",
            "abstract": "We study recall. The page is at https://logs.example.org/.",
            "entities": [entity("recall", "Metric", "evaluates_on")],
            "relations": [relation("nothing named", "extends", "recall")],
            "links": [{"url": "https://logs.example.org/", "kinds": ["project_page"]}],
        },
    ]


def system_lines() -> list[Line]:
    """What a system may say of the first paper: right, spurious, of another kind, optional."""
    return [
        {
            "id": "x1",
            "title": "Literank - small rankers",
            "entities": [
                found("the LiteRank model", "Method", "introduces", 0.9),
                found("MS MARCO", "Dataset", "uses", 0.8),
                found("passage ranking", "Method", "uses", 0.6),
                found("cross-encoder", "Method", "uses", 0.2),
                found("late interaction", "Task", "addresses", 0.95),
                found("https://github.com", "Url", "mentions", 1.0),
            ],
            "relations": [
                {"head": "LiteRank", "type": "evaluated_on", "tail": "MS MARCO", "score": 0.7},
                {"head": "cross-encoder", "type": "extends", "tail": "LiteRank", "score": 0.3},
                {"head": "LiteRank", "type": "extends", "tail": "late interaction", "score": 0.5},
                {"head": "LiteRank", "type": "mentions", "tail": "BM25", "score": 0.5},
            ],
            "links": [
                {"url": "http://www.github.com/Example/LiteRank/", "kind": "other"},
                {"url": "https://example.net/x", "kind": "code"},
            ],
        }
    ]


def corpus_lines() -> list[Line]:
    """Two units of a corpus that knows no benchmarks; one has odd white space."""
    first = "BERT was evaluated on GLUE and on  SQuAD\nfor parsing."
    second = "Nothing of note."
    return [
        {
            "doc_id": "u1",
            "text": first,
            "entities": [
                span(first, "BERT", "Method"),
                span(first, "GLUE", "Dataset"),
                span(first, "SQuAD", "Dataset"),
                span(first, "parsing", "Task"),
                {**span(first, "evaluated", None), "label": "Generic"},
            ],
            "relations": [
                between(first, "BERT", "Evaluated-With", "GLUE"),
                between(first, "GLUE", "Compare-With", "SQuAD"),
            ],
        },
        {"doc_id": "u2", "text": second, "entities": [], "relations": []},
    ]


def gold_papers() -> list[GoldPaper]:
    """The records of ``gold_lines``."""
    return [GoldPaper.model_validate(line) for line in gold_lines()]


def system_of(gold: Iterable[GoldPaper], score: float | None = 1.0) -> list[SystemPaper]:
    """A system that says exactly what the core of the gold says."""
    return [
        SystemPaper.model_validate(
            {
                "id": paper.id,
                "title": paper.title,
                "entities": [
                    found(e.name, e.kinds[0], e.roles[0], score)
                    for e in paper.entities
                    if e.tier == "core"
                ],
                "relations": [
                    {"head": r.head, "type": r.type, "tail": r.tail, "score": score}
                    for r in paper.relations
                    if r.tier == "core"
                ],
                "links": [{"url": link.url, "kind": link.kinds[0]} for link in paper.links],
            }
        )
        for paper in gold
    ]


def corpus_units() -> list[CorpusUnit]:
    """The records of ``corpus_lines``."""
    return [CorpusUnit.model_validate(line) for line in corpus_lines()]


def write_lines(path: Path, lines: Iterable[Line]) -> Path:
    """Write one JSON object a line."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def entity(name: str, kind: str, role: str, *, tier: str = "core", kinds: Any = None) -> Line:
    """A gold entity that the text calls by its name."""
    return {
        "name": name,
        "aliases": [],
        "surface": [name],
        "kinds": list(kinds or [kind]),
        "tier": tier,
        "roles": [role],
    }


def relation(head: str, type_: str, tail: str, *, tier: str = "core") -> Line:
    """A gold relation."""
    return {"head": head, "type": type_, "tail": tail, "tier": tier}


def found(name: str, kind: str, role: str, score: float | None) -> Line:
    """An entity of a system."""
    return {"name": name, "aliases": [], "kind": kind, "role": role, "score": score}


def span(text: str, words: str, kind: str | None) -> Line:
    """The first place of some words in a text."""
    start = text.index(words)
    end = start + len(words)
    return {"start": start, "end": end, "label": str(kind), "kind": kind, "text": words}


def between(text: str, head: str, type_: str, tail: str) -> Line:
    """A relation between the first places of two words."""
    ends = [[span(text, words, None)[key] for key in ("start", "end")] for words in (head, tail)]
    return {"head": ends[0], "type": type_, "tail": ends[1]}


def changed(line: Line, **values: Any) -> Line:
    """A copy of a line with other values; None leaves a key out."""
    made = copy.deepcopy(line) | values
    return {key: value for key, value in made.items() if value is not None}
