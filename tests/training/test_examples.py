"""Examples: every string that names a thing becomes spans of the text, and no two overlap."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError, ReadError
from kg.evaluation.gold import GoldPaper
from kg.model import NAMED_KINDS, Extraction
from kg.training.examples import (
    PAIR_TYPES,
    LabelledEntity,
    LabelledRelation,
    example_from_extraction,
    example_from_gold,
    find_surfaces,
    read_corpus_examples,
)
from tests.strategies import extractions
from tests.training.toy_papers import toy_gold, write_lines


def gold(*entities: dict[str, Any], relations: list[dict[str, str]] | None = None) -> GoldPaper:
    defaults = {"kinds": ["Method"], "tier": "core", "roles": ["uses"]}
    return GoldPaper.model_validate(
        {
            "id": "g1",
            "title": "ZapNet: Sky Nets",
            "abstract": "ZapNet and the sky net (SN) differ. The SN of ZapNets is no ZapNet-2.",
            "entities": [{**defaults, **e} for e in entities],
            "relations": relations or [],
            "links": [],
        }
    )


def shown(text: str, entity: LabelledEntity) -> list[str]:
    assert list(entity.spans) == sorted(entity.spans)
    return [text[start:end] for start, end in entity.spans]


# From strings to spans


@pytest.mark.parametrize(
    ("surfaces", "found"),
    [
        (["ZapNet"], ["ZapNet", "ZapNet"]),
        (["zapnet"], []),
        (["ZapNet", "ZapNet"], ["ZapNet", "ZapNet"]),
        (["ZapNet-2", "ZapNet"], ["ZapNet", "ZapNet", "ZapNet-2"]),
        (["Zap"], []),
        (["(SN)"], ["(SN)"]),
        ([""], []),
        ([], []),
    ],
)
def test_strings_are_found_as_whole_words(surfaces: list[str], found: list[str]) -> None:
    text = "ZapNet of (SN), ZapNets and ZapNet-2"
    spans = list(find_surfaces(text, surfaces))
    assert sorted(text[start:end] for start, end in spans) == sorted(found)


@given(st.text("ab -", max_size=12), st.lists(st.text("ab -", max_size=3), max_size=4))
def test_what_is_found_is_what_was_looked_for(text: str, surfaces: list[str]) -> None:
    found = list(find_surfaces(text, surfaces))
    assert len(found) == len(set(found))
    assert {text[start:end] for start, end in found} <= set(surfaces)


# From gold


def test_every_name_alias_and_surface_of_an_entity_is_found() -> None:
    paper = gold({"name": "sky network", "aliases": ["SN"], "surface": ["sky net"]})
    (entity,) = example_from_gold(paper).entities
    assert shown(paper.text, entity) == ["sky net", "SN", "SN"]


def test_an_entity_keeps_its_kinds_tier_and_first_role() -> None:
    paper = gold(
        {"name": "ZapNet", "kinds": ["Method", "Dataset"], "roles": ["introduces", "uses"]},
        {"name": "SN", "tier": "optional", "roles": []},
    )
    first, second = example_from_gold(paper).entities
    assert (first.kinds, first.core, first.role) == (("Method", "Dataset"), True, "introduces")
    assert (second.core, second.role) == (False, None)


def test_the_longer_span_wins_then_the_core_one() -> None:
    paper = gold({"name": "ZapNet"}, {"name": "ZapNet-2"}, {"name": "sky net", "tier": "optional"},
                 {"name": "the sky net", "kinds": ["Task"]}, {"name": "sky"})  # fmt: skip
    found = [shown(paper.text, e) for e in example_from_gold(paper).entities]
    assert found == [["ZapNet", "ZapNet"], ["ZapNet-2"], [], ["the sky net"], []]
    same = gold({"name": "SN", "tier": "optional"}, {"name": "S.N.", "surface": ["SN"]})
    assert [len(e.spans) for e in example_from_gold(same).entities] == [0, 2]


def test_relations_point_at_entities_by_any_of_their_names() -> None:
    paper = gold(
        {"name": "ZapNet"},
        {"name": "sky net", "aliases": ["SN"]},
        relations=[
            {"head": "ZapNet", "type": "outperforms", "tail": "SN", "tier": "core"},
            {"head": "SN", "type": "EXTENDS", "tail": "ZapNet", "tier": "optional"},
            {"head": "ZapNet", "type": "outperforms", "tail": "nobody", "tier": "core"},
            {"head": "SN", "type": "extends", "tail": "sky net", "tier": "core"},
            {"head": "ZapNet", "type": "available_at", "tail": "SN", "tier": "core"},
        ],
    )
    assert example_from_gold(paper).relations == (
        LabelledRelation(0, "OUTPERFORMS", 1, core=True),
        LabelledRelation(1, "EXTENDS", 0, core=False),
    )


def test_annotated_papers_are_complete() -> None:
    for paper in toy_gold():
        example = example_from_gold(paper)
        assert (example.id, example.text, example.complete) == (paper.id, paper.text, True)
        assert example.kinds == frozenset(NAMED_KINDS)
        assert all(e.spans for e in example.entities)
        assert len(example.relations) == len(paper.relations)
        assert {r.type for r in example.relations} <= set(PAIR_TYPES)
        spans = sorted(span for e in example.entities for span in e.spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


# From an extractor


@given(extractions())
def test_what_was_found_is_learnt_as_it_was_found(extraction: Extraction) -> None:
    example = example_from_extraction(extraction)
    named = {(m.start, m.end): m for m in extraction.mentions if m.kind != "Url"}
    spans = [span for e in example.entities for span in e.spans]
    assert sorted(spans) == sorted(named)
    for entity in example.entities:
        assert {(named[span].kind,) for span in entity.spans} == {entity.kinds}
    for relation in example.relations:
        assert relation.type in PAIR_TYPES
        assert max(relation.head, relation.tail) < len(example.entities)


# From a corpus


def corpus_line(text: str, *entities: tuple[str, str]) -> dict[str, Any]:
    return {
        "doc_id": text[:8],
        "text": text,
        "entities": [
            {
                "start": text.index(surface),
                "end": text.index(surface) + len(surface),
                "text": surface,
                "kind": kind,
            }
            for surface, kind in entities
        ],
    }


def test_a_corpus_says_nothing_of_the_kinds_that_it_does_not_annotate(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "corpus.jsonl",
        [
            corpus_line("ZapNet is tested on SkySet.", ("ZapNet", "Method"), ("SkySet", "Dataset")),
            corpus_line("Nothing is here.", ("here", "URL")),
        ],
    )
    first, second = read_corpus_examples(path)
    assert first.kinds == second.kinds == {"Method", "Dataset"}
    assert not first.complete
    assert [(e.kinds, e.core, e.role) for e in first.entities] == [
        (("Method",), True, None),
        (("Dataset",), True, None),
    ]
    assert second.entities == ()


def test_a_corpus_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        read_corpus_examples(tmp_path / "nowhere.jsonl")
    path = tmp_path / "corpus.jsonl"
    path.write_text(json.dumps({"text": "x"}) + "\n", "utf-8")
    with pytest.raises(ReadError, match=r"corpus\.jsonl:1"):
        read_corpus_examples(path)
