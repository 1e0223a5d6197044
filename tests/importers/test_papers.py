"""Papers, one a line: the records come back, and every complaint names file and line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from kg.errors import InputError, ReadError
from kg.exporters import export_graph
from kg.exporters.papers import generate_papers
from kg.graph import KnowledgeGraph
from kg.importers import load_graph_file
from kg.importers.papers import parse_papers
from tests.sample_graph import DT, sample_graph
from tests.strategies import graphs

GRAPH = sample_graph()
LINES = [line.encode() for line in generate_papers(GRAPH)]
Line = dict[str, Any]


@given(graph=graphs())
def test_lines_in_any_order_and_more_than_once(graph: KnowledgeGraph) -> None:
    lines = [line.encode() for line in generate_papers(graph)]
    assert parse_papers([*reversed(lines), b"\r\n", *lines]) == graph


def test_a_choice_of_lines_is_a_graph(small_graph: KnowledgeGraph) -> None:
    lines = list(generate_papers(small_graph))
    for paper_id, line in zip(small_graph.papers, lines, strict=True):
        alone = parse_papers([line.encode()])
        assert list(alone.papers) == [paper_id]
        assert alone.mentions(paper_id) == small_graph.mentions(paper_id)
        assert all(alone.entities[key] == small_graph.entities[key] for key in alone.entities)
        stated = {r.id for r in small_graph.relations.values() if _says(r.evidence, paper_id)}
        assert set(alone.relations) == stated


def _says(evidence: Any, paper_id: str) -> bool:
    return any(e.paper_id == paper_id for e in evidence)


def test_relations_and_entities_that_no_paper_holds(tmp_path: Path) -> None:
    others = [key for key in GRAPH.papers if key != DT.id]
    part = GRAPH.subgraph([*others, *GRAPH.entities])
    assert any(_says(r.evidence, DT.id) for r in part.relations.values())
    assert load_graph_file(export_graph(part, tmp_path / "part.papers.jsonl")) == part
    things = GRAPH.subgraph(GRAPH.entities)
    assert things.relations
    assert load_graph_file(export_graph(things, tmp_path / "things.papers.jsonl")) == things


def test_the_summary_does_not_count() -> None:
    lines: list[bytes] = []
    for line in LINES:
        data = json.loads(line)
        data["entities"], data["links"], data["comment"] = [], None, "mine"
        lines.append(b"\xef\xbb\xbf" * (not lines) + json.dumps(data).encode() + b"\r\n")
    assert parse_papers(lines) == GRAPH


def _set(part: str, **fields: object) -> Callable[[Line], object]:
    return lambda line: line[part][0].update(fields)


def _drop(part: str, name: str) -> Callable[[Line], object]:
    return lambda line: line[part][0].pop(name)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda line: line.pop("nodes"), "no list 'nodes' of records"),
        (lambda line: line.update(mentions={}), "no list 'mentions' of records"),
        (lambda line: line.pop("title"), "'paper.title': field required"),
        (lambda line: line.update(year=3000), "'paper.year': input should be less than"),
        (lambda line: line.update(abstract="x", id=DT.id), "another record of the paper"),
        (_set("nodes", kind="Thing", id="thing:x"), "'nodes': input tag 'Thing'"),
        (_set("nodes", id=7), "'nodes.Method.id': input should be a valid string"),
        (lambda line: line["nodes"].append("x"), "'nodes': input should be"),
        (lambda line: line["mentions"].append([]), "'mentions' holds a JSON list, not an object"),
        (_set("nodes", name="Other name"), "another record of the entity"),
        (lambda line: line["nodes"].clear(), "which is not in 'nodes'"),
        (_set("mentions", score=2), "'mentions.score': input should be less than"),
        (_drop("mentions", "link_method"), "'mentions.link_method': field required"),
        (_set("mentions", end=99999), "span"),
        (_set("evidence", predicate="LOVES"), "evidence of no relation: ("),
        (_set("evidence", object=None), "evidence of no relation: ("),
        (_set("evidence", end=99999), "sentence does not fit the span"),
        (_drop("evidence", "sentence"), "'evidence.sentence': field required"),
        (_set("evidence", object="method:nobody"), "refers to 'method:nobody', which no line has"),
        (_set("evidence", subject="title:nobody"), "refers to 'title:nobody', which no line has"),
        (_set("evidence", predicate="LINKS_TO"), "LINKS_TO may not join"),
    ],
)
def test_a_broken_line_is_named(
    change: Callable[[Line], object], reason: str, tmp_path: Path
) -> None:
    data = json.loads(LINES[-1])
    change(data)
    path = tmp_path / "x.papers.jsonl.gz"
    path.write_bytes(gzip.compress(b"".join([*LINES[:-1], b"\n", json.dumps(data).encode()])))
    with pytest.raises(ReadError) as caught:
        load_graph_file(path)
    assert caught.value.message.startswith(f"{path}:{len(LINES) + 1}: ")
    assert reason in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON ("),
        (b"[]", "a JSON list, not an object"),
        (b"null", "a JSON NoneType, not an object"),
        (b'{"id": "\xff"}', "not UTF-8"),
        (b"[" * 100_000, "not JSON ("),
        (b'{"id": "title:1", "title": "A title"}', "no list 'nodes'"),
    ],
)
def test_what_is_no_line_of_ours_is_named(line: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse_papers([*LINES, line], source="x.papers.jsonl")
    assert caught.value.message.startswith(f"x.papers.jsonl:{len(LINES) + 1}: {reason}")


def test_a_paper_and_an_entity_with_one_id_are_told() -> None:
    line = json.loads(LINES[0])
    line["nodes"] = [{"kind": "Method", "id": line["id"], "name": "x"}]
    line["mentions"], line["evidence"] = [], []
    with pytest.raises(InputError, match=r"^x: a paper and an entity share the id"):
        parse_papers([json.dumps(line).encode()], source="x")
