"""CSV for ORKG: read by the rules of its importer, cell by cell."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given

from kg.errors import InputError
from kg.exporters import EXPORTERS, export_graph
from kg.exporters.orkg import generate_orkg
from kg.graph import KnowledgeGraph
from kg.model import Entity, Evidence, Method, Paper, Relation, Task
from tests.sample_graph import DT, EVIL, PLAIN, sample_graph
from tests.strategies import graphs, texts

GRAPH = sample_graph()
CLOSED = {
    "paper": {
        *("title", "doi", "authors", "publication_month", "publication_year", "research_field"),
        *("url", "published_in"),
    },
    "contribution": {"research_problem", "extraction_method"},
}
OPEN = {"orkg", "resource"}
TYPES = {"text", "decimal", "integer", "boolean", "date", "url"}
CELL = re.compile(r"(?:([\w-]+):)?(.*?)(?:<([^\n]+)>)?", re.ASCII | re.DOTALL)


def read_cell(cell: str) -> tuple[str | None, str, str | None]:
    """Namespace, value and type of a cell, as the importer takes it apart."""
    found = CELL.fullmatch(cell)
    assert found
    namespace, value, type_ = found.groups()
    assert type_ is None or type_ in TYPES, f"unknown type {type_!r}"
    if namespace is not None and namespace not in OPEN:
        assert value, "a name that ends in a colon would be lost"
        namespace, value = None, f"{namespace}:{value}"
    return namespace, value.strip(), type_


def read_header(cell: str) -> tuple[str | None, str, str | None]:
    found = CELL.fullmatch(cell)
    assert found
    namespace, value, type_ = found.groups()
    assert value
    assert type_ is None or type_ in TYPES
    assert namespace is None or namespace in OPEN or value in CLOSED[namespace]
    return namespace, value.strip(), type_


def read(text: str) -> list[dict[str, list[str]]]:
    """Rows by header; cells of columns that are repeated lie in one list, blank ones left out."""
    header, *lines = csv.reader(io.StringIO(text, newline=""))
    names = [read_header(cell) for cell in header]
    closed = [name for name in names if name[0] in CLOSED]
    assert len(closed) == len(set(closed))
    rows = []
    for line in lines:
        row: dict[str, list[str]] = defaultdict(list)
        for cell, head, (namespace, _, _) in zip(line, header, names, strict=True):
            value_namespace, value, type_ = read_cell(cell)
            if not value:
                continue
            assert value_namespace is None or (head, value_namespace) == ("orkg:P32", "resource")
            assert type_ is None
            if namespace == "paper" and head.endswith("doi"):
                assert re.fullmatch(r"10\.\d{4,9}/\S+", value)
            row[head].append(value)
        assert row["paper:title"]
        (field,) = row["paper:research_field"]
        assert re.fullmatch("[A-Za-z0-9_-]+", field)
        assert row["contribution:extraction_method"] == ["AUTOMATIC"]
        rows.append(dict(row))
    return rows


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_rows_hold_what_papers_say_of_themselves() -> None:
    rows = dict(zip(GRAPH.papers, read("".join(generate_orkg(GRAPH))), strict=True))
    assert rows[DT.id] == {
        "paper:title": ["Decision Transformer: RL via Sequence Modeling"],
        "paper:authors": ["Lili Chen;Kevin Lu"],
        "paper:publication_year": ["2021"],
        "paper:url": ["https://arxiv.org/abs/2106.01345"],
        "paper:published_in": ["NeurIPS"],
        "paper:research_field": ["R11"],
        "contribution:research_problem": ["offline reinforcement learning"],
        "contribution:extraction_method": ["AUTOMATIC"],
        "resource:introduces": ["Decision Transformer"],
        "resource:uses": ["Hopper-Medium", "GPT-2"],
        "resource:evaluates on": ["D4RL"],
        "resource:measures": ["normalized return"],
        "resource:compares with": ["CQL"],
        "links to<url>": ["https://github.com/kzl/decision-transformer"],
    }
    assert rows[PLAIN.id]["paper:title"] == [PLAIN.title]
    assert rows[EVIL.id]["paper:title"] == [one_line(EVIL.title)]
    names = rows[EVIL.id]["paper:authors"][0].split(";")
    assert names == [one_line(name.replace(";", ",")) for name in EVIL.authors if name]


def graph_about(title: str, name: str, tasks: int = 1) -> KnowledgeGraph:
    paper = Paper(id="title:1", title=title, venue=name, authors=(name,), doi="10.1000/x.1")
    things: list[Entity] = [
        Method(id="method:x", name=name),
        *(Task(id=f"task:{n}", name=f"{name}{n}") for n in range(tasks)),
    ]
    evidence = Evidence(
        paper_id=paper.id,
        start=0,
        end=1,
        sentence=paper.text[0],
        object_start=0,
        object_end=1,
        extractor="x",
        score=0.5,
    )
    relations = [Relation.from_evidence(paper.id, "USES", "method:x", (evidence,))]
    for n in range(tasks):
        sure = evidence.model_copy(update={"score": n / 10})
        relations.append(Relation.from_evidence(paper.id, "ADDRESSES", f"task:{n}", (sure,)))
    return KnowledgeGraph([paper], things, relations)


@pytest.mark.parametrize(
    "text",
    ["orkg:R1", "orkg: a graph", "resource:x", "Note:", "A<b>", "A<url>", "BERT: words", "a:b:c"],
)
def test_texts_are_not_read_as_something_else(text: str) -> None:
    (row,) = read("".join(generate_orkg(graph_about(text, text))))
    assert row["paper:title"] == row["paper:published_in"] == row["paper:authors"] == [text]
    assert row["resource:uses"] == [text]
    assert row["paper:doi"] == ["10.1000/x.1"]


@given(text=texts.filter(lambda t: bool(one_line(t))))
def test_no_text_is(text: str) -> None:
    (row,) = read("".join(generate_orkg(graph_about(text, text))))
    assert row["paper:title"] == [one_line(text)]
    assert row["resource:uses"] == [one_line(text)]
    assert row["contribution:research_problem"] == [one_line(f"{text}0")]


def test_further_problems_are_properties_the_surest_first() -> None:
    (row,) = read("".join(generate_orkg(graph_about("A title", "task", tasks=4))))
    assert row["contribution:research_problem"] == ["task3"]
    assert row["orkg:P32"] == ["task2", "task1", "task0"]


@given(graph=graphs())
def test_any_graph_can_be_read(graph: KnowledgeGraph) -> None:
    assert len(read("".join(generate_orkg(graph)))) == len(graph.papers)


def test_the_research_field_can_be_chosen(tmp_path: Path) -> None:
    path = export_graph(GRAPH, tmp_path / "a.orkg.csv.gz", research_field="orkg:R132")
    rows = read(gzip.decompress(path.read_bytes()).decode())
    assert {row["paper:research_field"][0] for row in rows} == {"R132"}
    with pytest.raises(InputError, match="'my field' is no research field"):
        export_graph(GRAPH, tmp_path / "b.orkg.csv", research_field="my field")


def test_its_suffix_is_longer_than_that_of_plain_csv() -> None:
    assert EXPORTERS.name_for("Papers.ORKG.csv") == "orkg"
    assert EXPORTERS.name_for("papers.orkg.csv.gz") == "orkg"
    assert EXPORTERS.name_for("papers.csv") is None
