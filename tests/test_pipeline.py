"""A knowledge base from end to end: the same papers give the same bytes, whatever happens."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from kg.config import Config, ExtractConfig
from kg.errors import ConfigError, InputError, KnowledgeBaseError, ReadError
from kg.exporters import export_graph
from kg.intake import Silent
from kg.ledger import Ledger
from kg.pipeline import build, build_graph, remove
from kg.resources import data_path
from kg.snapshot import current_snapshot, load_graph, open_embedded
from kg.verification import verify, verify_graph

FORMATS = ("papers", "node_link", "jsonld", "cypher", "graphml", "gexf", "html")


@pytest.fixture(scope="module")
def lines() -> list[str]:
    text = data_path("data", "sample.jsonl").read_text("utf-8")
    return text.splitlines()[:16]


@pytest.fixture
def source(tmp_path: Path, lines: list[str]) -> Path:
    path = tmp_path / "papers.jsonl"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def exports(base: Path, folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    graph = load_graph(base)
    return {
        name: export_graph(graph, folder / f"graph-{name}", format=name).read_bytes()
        for name in FORMATS
    }


def test_a_second_build_changes_no_byte(tmp_path: Path, source: Path) -> None:
    base = tmp_path / "a.kg"
    first = build([source], base)
    before, snapshot = exports(base, tmp_path / "one"), current_snapshot(base)
    second = build([source], base)
    assert (first.read, first.changed, first.extracted) == (16, 16, 16)
    assert (second.read, second.changed, second.extracted, second.rebuilt) == (16, 0, 0, False)
    assert current_snapshot(base) == snapshot
    assert exports(base, tmp_path / "two") == before


def test_order_of_papers_does_not_matter(tmp_path: Path, source: Path, lines: list[str]) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text("\n".join([*lines[7:], *reversed(lines[:7])]) + "\n", "utf-8")
    build([source], tmp_path / "a.kg")
    build([other], tmp_path / "b.kg")
    assert exports(tmp_path / "a.kg", tmp_path / "a") == exports(tmp_path / "b.kg", tmp_path / "b")


@pytest.mark.parametrize("model", ["accurate", "fast"])
def test_workers_and_batches_do_not_matter(
    tmp_path: Path, source: Path, model: Literal["accurate", "fast"]
) -> None:
    from kg.config import Config, ExtractConfig

    usual = Config(extract=ExtractConfig(model=model))
    build([source], tmp_path / "a.kg", workers=1, config=usual)
    small = Config(extract=ExtractConfig(model=model, batch_size=3))
    build([source], tmp_path / "b.kg", workers=2, config=small)
    assert exports(tmp_path / "a.kg", tmp_path / "a") == exports(tmp_path / "b.kg", tmp_path / "b")
    ledgers = [Ledger(tmp_path / name / "ledger.sqlite") for name in ("a.kg", "b.kg")]
    with ledgers[0] as one, ledgers[1] as two:
        assert list(one.extractions()) == list(two.extractions())


def test_another_model_reads_every_paper_again(tmp_path: Path, source: Path) -> None:
    from kg.config import Config, ExtractConfig

    base = tmp_path / "a.kg"
    fast = Config(extract=ExtractConfig(model="fast"))
    build([source], base, config=fast)
    report = build([source], base)
    assert (report.changed, report.extracted, report.rebuilt) == (0, 16, True)
    build([source], tmp_path / "b.kg")
    assert exports(base, tmp_path / "a") == exports(tmp_path / "b.kg", tmp_path / "b")


def test_the_same_models_in_another_folder_read_nothing_again(tmp_path: Path, source: Path) -> None:
    from kg.config import Config, ExtractConfig

    own = data_path("extractors", "models")
    reports = []
    for name in ("one", "two"):
        shutil.copytree(own, tmp_path / name)
        config = Config(extract=ExtractConfig(model="fast", models=str(tmp_path / name)))
        reports.append(build([source], tmp_path / "a.kg", config=config))
    assert [r.extracted for r in reports] == [16, 0]


def test_more_papers_cost_only_their_own_extraction(
    tmp_path: Path, source: Path, lines: list[str]
) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(lines[:10]) + "\n", "utf-8")
    base = tmp_path / "a.kg"
    build([few], base)
    report = build([source], base)
    assert (report.changed, report.extracted, report.papers) == (6, 6, 16)
    build([source], tmp_path / "b.kg")
    assert exports(base, tmp_path / "a") == exports(tmp_path / "b.kg", tmp_path / "b")


def test_a_changed_abstract_replaces_the_old_facts(tmp_path: Path, lines: list[str]) -> None:
    record = json.loads(lines[0])
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps(record) + "\n", "utf-8")
    base = tmp_path / "a.kg"
    build([path], base)
    record["abstract"] = "We introduce ZyxNet, a novel model, and evaluate it on GLUE."
    path.write_text(json.dumps(record) + "\n", "utf-8")
    assert build([path], base).extracted == 1
    graph = load_graph(base)
    assert "ZyxNet" in {e.name for e in graph.entities.values()}
    assert build_graph([path]) == graph


class _StopAfter:
    """Progress that interrupts the build after so many extracted batches."""

    def __init__(self, batches: int) -> None:
        self.left = batches
        self.stage = ""

    def start(self, stage: str, total: int | None) -> None:
        self.stage = stage

    def advance(self, papers: int) -> None:
        if self.stage == "extracting":
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_build_goes_on_where_it_was(
    tmp_path: Path, source: Path, workers: int
) -> None:
    from kg.config import Config, ExtractConfig

    config = Config(extract=ExtractConfig(batch_size=4))
    base = tmp_path / "a.kg"
    with pytest.raises(KeyboardInterrupt):
        build([source], base, config=config, workers=workers, progress=_StopAfter(2))
    with pytest.raises(KnowledgeBaseError, match="no finished graph"):
        load_graph(base)
    report = build([], base, config=config)
    assert 0 < report.extracted < 16
    build([source], tmp_path / "b.kg", config=config)
    assert exports(base, tmp_path / "a") == exports(tmp_path / "b.kg", tmp_path / "b")


def test_an_interrupted_update_leaves_the_old_graph(
    tmp_path: Path, source: Path, lines: list[str]
) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(lines[:4]) + "\n", "utf-8")
    base = tmp_path / "a.kg"
    build([few], base)
    before = load_graph(base)
    with pytest.raises(KeyboardInterrupt):
        build([source], base, progress=_StopAfter(1))
    assert load_graph(base) == before


def test_removing_a_paper_restores_the_bytes(
    tmp_path: Path, source: Path, lines: list[str]
) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(lines[:15]) + "\n", "utf-8")
    build([few], tmp_path / "few.kg")
    build([source], tmp_path / "all.kg")
    remove(tmp_path / "all.kg", json.loads(lines[15])["id"])
    assert exports(tmp_path / "all.kg", tmp_path / "a") == exports(
        tmp_path / "few.kg", tmp_path / "b"
    )


def test_removing_an_unknown_paper_is_an_error(tmp_path: Path, source: Path) -> None:
    build([source], tmp_path / "a.kg")
    with pytest.raises(InputError, match="no paper 'arxiv:0000'"):
        remove(tmp_path / "a.kg", "arxiv:0000")


def test_dry_run_writes_nothing(tmp_path: Path, source: Path) -> None:
    report = build([source], tmp_path / "a.kg", dry_run=True)
    assert (report.read, report.changed) == (16, 16)
    assert not (tmp_path / "a.kg").exists()
    build([source], tmp_path / "a.kg", limit=10)
    again = build([source], tmp_path / "a.kg", dry_run=True)
    assert (again.read, again.changed, again.papers) == (16, 6, 10)


def test_limit(tmp_path: Path, source: Path) -> None:
    assert build([source], tmp_path / "a.kg", limit=3).papers == 3


def test_one_id_with_two_texts_keeps_the_longer_in_any_order(tmp_path: Path) -> None:
    records = [
        {"id": "x:1", "title": "One title", "abstract": "Short."},
        {"id": "x:1", "title": "One title", "abstract": "A longer abstract than the other."},
    ]
    kept = []
    for number, order in enumerate((records, records[::-1])):
        path = tmp_path / f"{number}.jsonl"
        path.write_text("".join(json.dumps(r) + "\n" for r in order), "utf-8")
        problems: list[ReadError] = []
        build([path], tmp_path / f"{number}.kg", on_problem=problems.append)
        assert ["two different texts" in p.message for p in problems] == [True]
        kept.append(load_graph(tmp_path / f"{number}.kg").papers["x:1"].abstract)
    assert kept == [records[1]["abstract"]] * 2


def test_a_paper_under_two_ids_is_one_node(tmp_path: Path, source: Path, lines: list[str]) -> None:
    record = json.loads(lines[0])
    bare = tmp_path / "bare.jsonl"
    del record["id"], record["url"]
    bare.write_text(json.dumps(record) + "\n", "utf-8")
    build([source], tmp_path / "a.kg")
    report = build([source, bare], tmp_path / "b.kg")
    assert (report.papers, report.copies) == (17, 1)
    assert exports(tmp_path / "a.kg", tmp_path / "a") == exports(tmp_path / "b.kg", tmp_path / "b")


def test_a_bad_source_does_not_take_the_good_ones_with_it(tmp_path: Path, source: Path) -> None:
    base = tmp_path / "a.kg"
    with pytest.raises(InputError, match=r"missing\.jsonl"):
        build([tmp_path / "missing.jsonl", source], base)
    assert len(load_graph(base).papers) == 16


def test_a_build_without_papers_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.jsonl"):
        build([tmp_path / "missing.jsonl"], tmp_path / "a.kg")
    assert not (tmp_path / "a.kg").exists()


def test_strict_stops_at_the_first_bad_record(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(f"{lines[0]}\nnot json\n{lines[1]}\n", "utf-8")
    with pytest.raises(ReadError, match=r"bad\.jsonl:2"):
        build([path], tmp_path / "a.kg", strict=True)
    assert build([path], tmp_path / "b.kg").papers == 2


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_target_that_is_something_else_is_left_alone(
    tmp_path: Path, source: Path, what: str
) -> None:
    target = tmp_path / "target"
    if what == "file":
        target.write_text("mine")
    else:
        target.mkdir()
        (target / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="target"):
        build([source], target)
    assert (target if what == "file" else target / "mine.txt").read_text() == "mine"


def test_every_span_verifies_and_tampering_is_found(tmp_path: Path, source: Path) -> None:
    base = tmp_path / "a.kg"
    build([source], base)
    checked, failures = verify(base)
    assert checked > 200
    assert failures == []
    graph = load_graph(base)
    for paper in graph.papers.values():
        spans = {
            e.start for r in graph.relations.values() for e in r.evidence if e.paper_id == paper.id
        }
        assert spans
        changed = paper.model_copy(update={"abstract": "x" + paper.abstract[1:]})
        _, found = verify_graph(graph, {**graph.papers, paper.id: changed})
        assert found, paper.id


def test_a_damaged_ledger_says_so(tmp_path: Path, source: Path) -> None:
    base = tmp_path / "a.kg"
    build([source], base)
    (base / "ledger.sqlite").write_bytes(b"this is not a database" * 100)
    with pytest.raises(KnowledgeBaseError, match="is not a ledger"):
        Ledger(base / "ledger.sqlite")


@pytest.mark.parametrize("name", ["papers", "entities", "relations", "mentions"])
@pytest.mark.parametrize("suffix", [".jsonl", ".index"])
def test_a_damaged_graph_says_how_to_mend_it(
    tmp_path: Path, source: Path, name: str, suffix: str
) -> None:
    base = tmp_path / "a.kg"
    build([source], base)
    before = exports(base, tmp_path / "one")
    path = current_snapshot(base) / f"{name}{suffix}"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(KnowledgeBaseError, match="damaged") as caught:
        load_graph(base)
    assert "kg rebuild" in caught.value.hint
    path.unlink()
    with pytest.raises(KnowledgeBaseError, match="damaged") as caught:
        load_graph(base)
    assert "kg rebuild" in caught.value.hint
    build([], base, rebuild=True)
    assert exports(base, tmp_path / "two") == before


def test_the_store_holds_the_graph(tmp_path: Path, source: Path) -> None:
    base = tmp_path / "a.kg"
    build([source], base)
    graph = load_graph(base)
    with open_embedded(base) as store:
        stored = store.read()
    assert (stored.papers, stored.entities) == (graph.papers, graph.entities)
    assert stored.relations == graph.relations


@pytest.fixture(autouse=True)
def _no_stray_files(tmp_path: Path) -> Iterator[None]:
    yield
    stray = [p for p in tmp_path.rglob("*") if p.name.startswith((".new-", ".kg-export-"))]
    assert stray == []


def test_an_unknown_component_is_told_before_anything_is_read(tmp_path: Path) -> None:
    read: list[str] = []

    class Meter(Silent):
        def start(self, stage: str, total: int | None) -> None:
            read.append(stage)

    config = Config(extract=ExtractConfig(pipeline=("kg_urls", "kg_nowhere")))
    with pytest.raises(ConfigError, match="unknown component 'kg_nowhere'"):
        build([tmp_path / "missing.jsonl"], tmp_path / "a.kg", config=config, progress=Meter())
    assert read == []
    assert not (tmp_path / "a.kg").exists()


def test_a_report_counts_all_bad_records_and_keeps_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.intake._KEPT_PROBLEMS", 3)
    path = tmp_path / "papers.jsonl"
    path.write_text("\n".join(["{bad"] * 7 + ['{"id": "x:1", "title": "One good paper"}']), "utf-8")
    told: list[ReadError] = []
    report = build([path], tmp_path / "a.kg", on_problem=told.append)
    assert (report.skipped, len(report.problems), len(told)) == (7, 3, 7)
