"""The stages without an engine: cut anywhere, they give the tables of the graph that is built."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from kg.config import Config, ExtractConfig
from kg.curation import Curation
from kg.engines import stages
from kg.graph import KnowledgeGraph
from kg.pipeline import build
from kg.snapshot import load_graph
from kg.tables import record_batch, table_schema
from tests.engines.papers import BAD_LINES, make_records, write_lines

RULES_ONLY = ExtractConfig(
    pipeline=(
        "kg_sentences",
        "kg_urls",
        "kg_abbreviations",
        "kg_gazetteer",
        "kg_patterns",
        "kg_entities",
        "kg_roles",
        "kg_relations",
    )
)
CONFIG = Config(extract=RULES_ONLY)
CURATION = '[[drop]]\nname = "ImageNet"\n[[same]]\nnames = ["LoRA", "GateBERT"]\n'
Batches = list[pa.RecordBatch]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lines(tmp_path_factory.mktemp("s") / "p.jsonl", make_records(120), bad=True)


@pytest.fixture(scope="module")
def graph(source: Path) -> KnowledgeGraph:
    base = source.with_name("local.kg")
    build([source], base, config=CONFIG)
    return load_graph(base)


def lines_of(path: Path) -> pa.RecordBatch:
    lines = path.read_bytes().split(b"\n")[:-1]
    return pa.record_batch([pa.array([path.name] * len(lines)), pa.array(lines)], stages.LINES)


def shuffled(batches: Batches, schema: pa.Schema, draw: random.Random) -> Batches:
    """The rows in another order and in other batches, as another engine would bring them."""
    rows = pa.Table.from_batches(batches, schema).take(
        pa.array(draw.sample(range(count := sum(b.num_rows for b in batches)), count), pa.int64())
    )
    return [b for b in rows.to_batches(max_chunksize=draw.randrange(1, 40)) if b.num_rows]


def by_key(batches: Batches, key: str, draw: random.Random) -> Iterator[Batches]:
    """What two tasks get that share the keys between them, each sorted."""
    parts: list[Batches] = [[], []]
    for batch in batches:
        here = pa.array([sum(k.encode()) % 2 == 0 for k in batch.column(key).to_pylist()])
        parts[0].append(batch.filter(here))
        parts[1].append(batch.filter(pa.compute.invert(here)))
    for part in parts:
        table = pa.Table.from_batches(part, batches[0].schema)
        yield table.sort_by(key).to_batches(max_chunksize=draw.randrange(1, 40))


def tables_of(
    lines: Batches, folder: Path, *, seed: int, curation: str = ""
) -> tuple[dict[str, pa.Table], list[str]]:
    """Put the stages together as an engine does; the tables, and the problems."""
    draw = random.Random(seed)

    def grouped(
        stage: Callable[[Batches], Iterator[pa.RecordBatch]], batches: Batches, key: str
    ) -> Batches:
        return [out for part in by_key(batches, key, draw) for out in stage(part)]

    def mixed(stage: Iterator[pa.RecordBatch], schema: pa.Schema) -> Batches:
        return shuffled(list(stage), schema, draw)

    read = mixed(stages.read_lines(lines, "jsonl"), stages.RECORDS)
    chosen = pa.Table.from_batches(grouped(stages.choose_winners, read, "id"), stages.WINNERS)
    problems = [p for p in chosen.column("problem").to_pylist() if p]
    papers = chosen.filter(pa.compute.not_equal(chosen["id"], ""))
    copies = grouped(stages.copies_in, papers.to_batches(), "title_key")
    left_out = pa.array([key for b in copies for key in b.column("id").to_pylist()])
    papers = papers.filter(pa.compute.invert(pa.compute.is_in(papers["id"], left_out)))
    found = pa.Table.from_batches(stages.extract_rows(papers.to_batches(50), RULES_ONLY))
    corpus = (
        papers.select(["id", "record"])
        .join(found.select(["paper_id", "record"]).rename_columns(["id", "found"]), "id")
        .cast(stages.CORPUS)
        .to_batches(max_chunksize=30)
    )
    corpus = shuffled(corpus, stages.CORPUS, draw)
    names = [b for some in (corpus[::2], corpus[1::2]) for b in stages.profile_rows(some, curation)]
    merged = grouped(stages.merge_profile_rows, names, "key")
    rules = folder / f"rules-{seed}"
    rules.mkdir()
    stages.decide(merged, rules, CONFIG.link, curation)
    linked = mixed(stages.link_rows(corpus, rules), stages.LINKED)
    every = pa.Table.from_batches(linked).sort_by("key")
    relations = list(
        stages.unite_rows(every.filter(pa.compute.equal(every["table"], "relations")).to_batches())
    )
    parts: dict[str, Any] = {
        "papers": papers.sort_by("id").to_batches(),
        "entities": stages.entity_records(rules),
        "relations": relations,
        "evidence": relations,
        "mentions": every.filter(pa.compute.equal(every["table"], "mentions")).to_batches(),
    }
    made = {
        name: pa.Table.from_batches(stages.table_rows(records, name), table_schema(name))
        for name, records in parts.items()
    }
    return made | {"extractions": found.sort_by("paper_id")}, problems


def expected_tables(graph: KnowledgeGraph) -> dict[str, pa.Table]:
    from kg.exporters._table_columns import TABLES

    return {
        t.name: pa.Table.from_batches([record_batch(t.name, list(t.rows(graph)))]) for t in TABLES
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_any_cut_of_the_work_gives_the_tables_of_the_built_graph(
    source: Path, graph: KnowledgeGraph, tmp_path: Path, seed: int
) -> None:
    lines = shuffled([lines_of(source)], stages.LINES, random.Random(seed))
    tables, problems = tables_of(lines, tmp_path, seed=seed)
    assert len(graph.papers) == 120
    for name, expected in expected_tables(graph).items():
        assert tables[name].equals(expected), name
    assert tables["extractions"].num_rows == 120
    assert len(problems) == len(BAD_LINES) + 3  # and three ids with two texts


def test_curation_holds(source: Path, tmp_path: Path) -> None:
    base = tmp_path / "curated.kg"
    base.mkdir()
    (base / "curation.toml").write_text(CURATION)
    build([source], base, config=CONFIG)
    tables, _ = tables_of([lines_of(source)], tmp_path, seed=3, curation=CURATION)
    assert Curation.parse(CURATION).decisions
    for name, expected in expected_tables(load_graph(base)).items():
        assert tables[name].equals(expected), name
    assert "ImageNet" not in tables["entities"]["name"].to_pylist()


def test_parquet_rows_are_the_papers_that_the_reader_makes(source: Path, tmp_path: Path) -> None:
    from kg.readers import read_papers

    rows = make_records(20)
    path = tmp_path / "p.parquet"
    table = pa.Table.from_pylist([*rows, {"abstract": "no title"}])
    parquet.write_table(table, path)
    expected = [p.model_dump_json() for p in read_papers(path)]
    named = table.append_column(stages.SOURCE, pa.array(["a"] * 10 + ["b"] * (len(table) - 10)))
    out = pa.Table.from_batches(stages.read_rows(named.to_batches(max_chunksize=6)))
    assert [r for r in out["record"].to_pylist() if r] == expected
    (problem,) = filter(None, out["problem"].to_pylist())
    assert problem == "b: record without a title"


@pytest.mark.parametrize(
    ("line", "papers", "problem"),
    [
        (b'\xef\xbb\xbf{"title": "After a mark"}', 1, None),
        (b'{"title": "Carriage"}\r', 1, None),
        (b"", 0, None),
        (b"[", 0, "not valid JSON"),
        (b'[{"title": "In an array"}]', 0, "the record is not a JSON object"),
        (b'{"title": "cut', 0, "not valid JSON"),
        (b'{"title": "\xff"}', 0, "not valid UTF-8"),
        (b"{}", 0, "record without a title"),
        (b'{"results": [{"title": "One"}, {"title": "Two"}]}', 2, None),
    ],
)
def test_a_line_by_itself_is_what_it_is_in_its_file(
    line: bytes, papers: int, problem: str | None
) -> None:
    good = b'{"title": "A good one"}'
    for lines in ([line, good], [good, line]):
        batch = pa.record_batch([pa.array(["f.jsonl"] * 2), pa.array(lines)], stages.LINES)
        out = pa.Table.from_batches(stages.read_lines([batch], "jsonl"), stages.RECORDS)
        assert sum(map(bool, out["record"].to_pylist())) == papers + 1
        problems = [p for p in out["problem"].to_pylist() if p]
        assert len(problems) == (problem is not None)
        assert all(p.startswith(f"f.jsonl: {problem}") for p in problems)
