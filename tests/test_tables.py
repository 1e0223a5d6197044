"""Tables of a large job: what is written is read back, and what is damaged is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet as parquet
import pytest
from hypothesis import assume, given, settings

from kg.errors import InputError
from kg.exporters import export_graph
from kg.graph import KnowledgeGraph
from kg.importing import import_graph
from kg.ledger import Ledger
from kg.model import Paper
from kg.pipeline import build
from kg.slicing import import_tables, take_slice
from kg.snapshot import content_fingerprint, load_graph
from kg.tables import (
    EXTRACTIONS,
    MANIFEST,
    TABLE_KEYS,
    Manifest,
    TableFolder,
    read_manifest,
    table_schema,
    write_manifest,
)
from tests.sample_graph import sample_graph
from tests.strategies import graphs
from tests.table_folders import FINGERPRINT, tables_of, write_tables

Rows = list[dict[str, Any]]


def edited(folder: Path, name: str, edit: Callable[[Rows], Rows], part: int = 0) -> None:
    """Change the rows of one file of a table."""
    path = folder / name / f"part-{part:05}.parquet"
    rows = parquet.read_table(path).to_pylist()
    schema = pyarrow.schema([f.with_nullable(True) for f in table_schema(name)])
    parquet.write_table(pyarrow.Table.from_pylist(edit(rows), schema), path)


def with_value(column: str, value: Any, row: int = 0) -> Callable[[Rows], Rows]:
    def edit(rows: Rows) -> Rows:
        return [r | {column: value} if n == row else r for n, r in enumerate(rows)]

    return edit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tables(tmp_path / "tables", sample_graph())


def test_schemas_are_those_of_the_export(tmp_path: Path) -> None:
    export_graph(sample_graph(), tmp_path / "flat", format="parquet")
    for name in TABLE_KEYS:
        if name == "extractions":
            assert table_schema(name) is EXTRACTIONS
        else:
            written = parquet.read_schema(tmp_path / "flat" / f"{name}.parquet")
            assert table_schema(name).equals(written)
    with pytest.raises(InputError, match="no table 'authors'"):
        table_schema("authors")


def test_a_manifest_comes_back(tmp_path: Path) -> None:
    manifest = Manifest("f1", dict.fromkeys(TABLE_KEYS, 3))
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST]


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_tables_become_the_very_same_graph(parts: int, tmp_path: Path) -> None:
    whole = tmp_path / "whole.kg"
    import_graph(sample_graph(), whole)
    folder = write_tables(tmp_path / "tables", sample_graph(), parts=parts)
    report, as_it_is = import_tables(folder, tmp_path / "a.kg")
    assert as_it_is
    assert (report.papers, report.of) == (3, 3)
    assert load_graph(tmp_path / "a.kg") == sample_graph()
    assert content_fingerprint(tmp_path / "a.kg", check=True) == content_fingerprint(whole)
    take_slice(folder, tmp_path / "b.kg")
    assert content_fingerprint(tmp_path / "b.kg") == content_fingerprint(whole)
    assert import_tables(folder, tmp_path / "a.kg")[1], "again is no harm"
    assert load_graph(tmp_path / "a.kg") == sample_graph()


def test_what_kg_export_wrote_becomes_the_very_same_graph(tmp_path: Path) -> None:
    flat = export_graph(sample_graph(), tmp_path / "flat", format="parquet")
    assert import_tables(flat, tmp_path / "a.kg")[1]
    assert load_graph(tmp_path / "a.kg") == sample_graph()
    report = build([], tmp_path / "a.kg")
    assert (report.extracted, report.rebuilt) == (0, False)


@settings(max_examples=15)
@given(graph=graphs())
def test_any_graph_comes_back(
    graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assume(graph.papers)
    place = tmp_path_factory.mktemp("any")
    import_tables(export_graph(graph, place / "flat", format="parquet"), place / "flat.kg")
    import_tables(write_tables(place / "tables", graph, parts=3), place / "parts.kg")
    assert load_graph(place / "flat.kg") == graph == load_graph(place / "parts.kg")


def test_what_was_found_is_not_read_again(small_papers: tuple[Paper, ...], tmp_path: Path) -> None:
    source, base = tmp_path / "papers.jsonl", tmp_path / "built.kg"
    lines = [paper.model_dump_json() for paper in small_papers]
    source.write_text("\n".join(lines) + "\n", "utf-8")
    assert build([source], base).extracted == len(small_papers)
    folder = tables_of(base, tmp_path / "tables")
    import_tables(folder, tmp_path / "opened.kg")
    assert content_fingerprint(tmp_path / "opened.kg") == content_fingerprint(base)
    with (
        Ledger(base / "ledger.sqlite", read_only=True) as one,
        Ledger(tmp_path / "opened.kg" / "ledger.sqlite", read_only=True) as two,
    ):
        assert list(one.rows()) == list(two.rows())
    report = build([source], tmp_path / "opened.kg")
    assert (report.extracted, report.rebuilt) == (0, False)


def test_tables_join_papers_that_were_there(folder: Path, tmp_path: Path) -> None:
    lonely = Paper(id="title:lonely", title="Only here", abstract="We use BERT.")
    import_graph(KnowledgeGraph([lonely]), tmp_path / "a.kg")
    assert not import_tables(folder, tmp_path / "a.kg")[1]
    assert set(load_graph(tmp_path / "a.kg").papers) == {lonely.id, *sample_graph().papers}


def test_tables_of_other_engines_are_read(folder: Path, tmp_path: Path) -> None:
    """Wide strings, narrow numbers, nothing said to be required, another order of columns."""
    wide = {pyarrow.string(): pyarrow.large_string(), pyarrow.int64(): pyarrow.int32()}
    for path in folder.glob("*/part-*.parquet"):
        table = parquet.read_table(path)
        fields = []
        for column in reversed(table.schema):
            kind = wide.get(column.type, column.type)
            if pyarrow.types.is_list(kind):
                kind = pyarrow.list_(pyarrow.field("element", pyarrow.string()))
            fields.append(pyarrow.field(column.name, kind))
        columns = [table.column(f.name).cast(f.type) for f in fields]
        parquet.write_table(pyarrow.table(columns, schema=pyarrow.schema(fields)), path)
    import_tables(folder, tmp_path / "a.kg")
    assert load_graph(tmp_path / "a.kg") == sample_graph()


def test_found_things_of_papers_that_are_copies_are_passed_over(
    folder: Path, tmp_path: Path
) -> None:
    extra = {"paper_id": "zzz:copy", "content_hash": "h", "fingerprint": "f", "record": "{}"}
    edited(folder, "extractions", lambda rows: [*rows, extra], part=1)
    said = json.loads((folder / MANIFEST).read_text())
    said["rows"]["extractions"] += 1
    (folder / MANIFEST).write_text(json.dumps(said))
    import_tables(folder, tmp_path / "a.kg")
    assert load_graph(tmp_path / "a.kg") == sample_graph()


DAMAGES: dict[str, tuple[str, Callable[[Rows], Rows], str]] = {
    "a missing title": (
        "papers",
        with_value("title", None),
        r"table 'papers' in '.*': papers/part-00000.parquet, row 1: .*title",
    ),
    "papers out of order": ("papers", lambda rows: rows[::-1], r"row 2: '.*' comes after '.*'"),
    "a relation twice": ("relations", lambda rows: rows[:1] + rows[:-1], "is there twice"),
    "an unknown kind": ("entities", with_value("kind", "Person"), "row 1: there is no kind"),
    "an unknown predicate": (
        "relations",
        with_value("predicate", "LIKES", 1),
        "relations/part-00000.parquet, row 2: there is no predicate 'LIKES'",
    ),
    "an end that is not there": (
        "relations",
        with_value("object", "method:nowhere"),
        "row 1: there is no paper or entity 'method:nowhere'",
    ),
    "another triple": ("relations", with_value("subject", None), "no paper or entity"),
    "a wrong score": ("relations", with_value("score", 0.001), "row 1: its score 0.001 is not"),
    "evidence of no relation": (
        "evidence",
        with_value("relation_id", "0" * 20),
        "table 'evidence' .* row 1: there is no relation '0{20}'",
    ),
    "evidence of no paper": (
        "evidence",
        with_value("paper_id", "arxiv:none"),
        "row 1: there is no paper 'arxiv:none'",
    ),
    "another sentence": (
        "evidence",
        lambda rows: [r | {"sentence": "x" * len(r["sentence"])} for r in rows],
        "row 1: the text of '.*' at .* is not the sentence",
    ),
    "a span that does not fit": ("evidence", with_value("end", 100_000), "row 1: .*sentence"),
    "a name outside of the text": (
        "evidence",
        with_value("object_end", 100_000),
        "row 1: no name at .*100000 in the text of",
    ),
    "another mention": ("mentions", with_value("start", 0), "mentions/part-00000.parquet, row 1"),
    "a mention of nothing": (
        "mentions",
        with_value("entity_id", "method:nowhere", 2),
        "row 3: there is no entity 'method:nowhere'",
    ),
    "found in another form": (
        "extractions",
        with_value("content_hash", "0"),
        "table 'extractions' .* row 1: what was found is of another form of paper",
    ),
    "a broken record": ("extractions", with_value("record", '{"mentions": 3}'), "row 1: "),
    "no record": ("extractions", with_value("record", None), "row 1: a value is missing"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named_and_leaves_nothing(name: str, folder: Path, tmp_path: Path) -> None:
    table, edit, message = DAMAGES[name]
    edited(folder, table, edit)
    with pytest.raises(InputError, match=message) as caught:
        import_tables(folder, tmp_path / "a.kg")
    assert "\n" not in caught.value.message
    assert caught.value.hint
    with pytest.raises(InputError, match=message):
        take_slice(folder, tmp_path / "a.kg")
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]


def test_damage_leaves_a_knowledge_base_as_it_was(folder: Path, tmp_path: Path) -> None:
    base = tmp_path / "a.kg"
    import_graph(sample_graph(), base)
    before = content_fingerprint(base)
    edited(folder, "evidence", with_value("paper_id", "arxiv:none"))
    with pytest.raises(InputError, match="no paper 'arxiv:none'"):
        import_tables(folder, base)
    assert content_fingerprint(base, check=True) == before
    with Ledger(base / "ledger.sqlite", read_only=True) as ledger:
        assert len(ledger) == 3


def test_files_and_columns_are_checked_before_anything_is_read(
    folder: Path, tmp_path: Path
) -> None:
    place = folder / "mentions" / "part-00001.parquet"
    kept = place.read_bytes()
    place.unlink()
    with pytest.raises(InputError, match=r"table 'mentions' .* in 1 files, manifest.json says"):
        TableFolder.open(folder)
    place.write_bytes(kept[:-50])
    with pytest.raises(InputError, match=r"mentions/part-00001.parquet is no Parquet file"):
        TableFolder.open(folder)
    table = pyarrow.parquet.read_table(pyarrow.BufferReader(kept))
    parquet.write_table(table.drop_columns("link_score"), place)
    with pytest.raises(InputError, match="has no column 'link_score'"):
        TableFolder.open(folder)
    odd = table.set_column(1, "start", pyarrow.array(["1"] * len(table)))
    parquet.write_table(odd, place)
    with pytest.raises(InputError, match="column 'start' is string, not int64"):
        TableFolder.open(folder)
    place.write_bytes(kept)
    (folder / MANIFEST).unlink()
    with pytest.raises(InputError, match="are unfinished") as caught:
        import_tables(folder, tmp_path / "a.kg")
    assert "still running" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is damaged"),
        ("[]", "is damaged"),
        ('{"format": 1, "fingerprint": "f", "rows": {}}', "is damaged: no 'papers'"),
        ('{"format": 2, "fingerprint": "f", "rows": %s}', "have format 2, this kg reads 1"),
        ('{"format": 1, "fingerprint": "", "rows": %s}', "no fingerprint"),
    ],
)
def test_a_damaged_manifest_is_named(text: str, message: str, folder: Path) -> None:
    rows = json.dumps(dict.fromkeys(TABLE_KEYS, 0))
    (folder / MANIFEST).write_text(text.replace("%s", rows))
    with pytest.raises(InputError, match=message):
        TableFolder.open(folder)


def test_a_damaged_page_is_named(folder: Path, tmp_path: Path) -> None:
    place = folder / "evidence" / "part-00000.parquet"
    data = bytearray(place.read_bytes())
    data[4:200] = bytes(196)
    place.write_bytes(data)
    with pytest.raises(InputError, match=r"evidence/part-00000.parquet"):
        import_tables(folder, tmp_path / "a.kg")
    assert not (tmp_path / "a.kg").exists()


def test_fingerprints_are_kept(folder: Path, tmp_path: Path) -> None:
    import_tables(folder, tmp_path / "a.kg")
    with Ledger(tmp_path / "a.kg" / "ledger.sqlite", read_only=True) as ledger:
        assert ledger.fingerprints() == (FINGERPRINT,)
