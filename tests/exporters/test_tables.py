"""Tables: what pandas, pyarrow, the csv module and mlcroissant read is the graph, to the letter."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlcroissant
import pandas
import pyarrow.csv
import pytest
from hypothesis import HealthCheck, given, settings
from pyarrow import parquet

from kg.errors import InputError
from kg.exporters import export_graph
from kg.exporters._table_columns import TABLES
from kg.graph import KnowledgeGraph
from kg.model import Method, Paper
from tests.sample_graph import sample_graph, shuffled_graph
from tests.strategies import graphs

GRAPH = sample_graph()
HOSTILE = (
    *(
        "=1+1",
        "+x",
        "-y",
        "@z",
        "\tt",
        "NA",
        "null",
        "nan",
        "None",
        "1",
        "1.0",
        "true",
        "\\N",
        "#x",
    ),
    *(
        "a\nb",
        "a\r\nb",
        "a\rb",
        'q"uo"te',
        '"',
        "NUL\0mid",
        " lead",
        "trail ",
        "a,b",
        ";",
        "'",
        "\\",
    ),
    *("مرحبا", "\u202eabc", "\u2028", "\x85", "\ufeffbom", "🧪", "\x1a", "x" * 100_000),
)
Rows = dict[str, list[dict[str, Any]]]
LISTS = {(t.name, c.name) for t in TABLES for c in t.columns if c.many}
TYPES = {t.name: {c.name: c.type for c in t.columns} for t in TABLES}
both_formats = pytest.mark.parametrize("format", ["csv", "parquet"])


def hostile_graph() -> KnowledgeGraph:
    papers = [
        Paper(id=f"title:{n:03}", title=text, venue=text, authors=(text, ""), abstract=text)
        for n, text in enumerate(HOSTILE)
    ]
    things = [Method(id=f"method:{n:03}", name=text) for n, text in enumerate(HOSTILE)]
    return KnowledgeGraph(papers, things)


def graph_of(rows: Rows) -> KnowledgeGraph:
    """The graph again, from the rows alone."""
    evidence: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows["evidence"]:
        evidence[row.pop("relation_id")].append(row)
    for row in rows["entities"]:
        if row["kind"] != "Url":
            assert row.pop("href") is None
            assert row.pop("url_kind") is None
    relations = [row | {"evidence": evidence.pop(row["id"])} for row in rows["relations"]]
    assert not evidence
    return KnowledgeGraph.from_records(
        [
            *(("paper", row) for row in rows["papers"]),
            *(("entity", row) for row in rows["entities"]),
            *(("relation", row) for row in relations),
            *(("mention", row) for row in rows["mentions"]),
        ]
    )


def by_csv(folder: Path) -> Rows:
    rows: Rows = {}
    for name, types in TYPES.items():
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            header, *lines = csv.reader(file)
        assert header == list(types)
        rows[name] = [dict(zip(header, line, strict=True)) for line in lines]
        for row in rows[name]:
            for column, type_ in types.items():
                if type_ != "string":
                    row[column] = json.loads(row[column]) if row[column] else None
    return rows


def by_arrow_csv(folder: Path) -> Rows:
    arrow = {
        "string": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
    }
    return {
        name: pyarrow.csv.read_csv(
            folder / f"{name}.csv",
            read_options=pyarrow.csv.ReadOptions(block_size=64 << 20),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={column: arrow[type_] for column, type_ in types.items()},
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        ).to_pylist()
        for name, types in TYPES.items()
    }


def by_pandas_csv(folder: Path) -> Rows:
    return {
        name: _records(
            pandas.read_csv(folder / f"{name}.csv", keep_default_na=False, na_values=[""])
        )
        for name in TYPES
    }


def by_arrow_parquet(folder: Path) -> Rows:
    return {n: parquet.read_table(folder / f"{n}.parquet").to_pylist() for n in TYPES}


def by_pandas_parquet(folder: Path) -> Rows:
    return {n: _records(pandas.read_parquet(folder / f"{n}.parquet")) for n in TYPES}


def _records(frame: pandas.DataFrame) -> list[dict[str, Any]]:
    found = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in found]


def without_lists(rows: Rows) -> Rows:
    """Lists of CSV files, out of their JSON."""
    return {
        table: [
            {k: json.loads(v) if (table, k) in LISTS else v for k, v in row.items()}
            for row in found
        ]
        for table, found in rows.items()
    }


def exact(graph: KnowledgeGraph) -> Rows:
    """The rows as the exporter has them: with None and the empty text told apart."""
    return {
        t.name: [{c.name: _plain(row.get(c.name)) for c in t.columns} for row in t.rows(graph)]
        for t in TABLES
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def blank_is_missing(rows: Rows) -> Rows:
    """As readers of CSV see it that do not look at quotes."""
    return {
        table: [{k: None if v == "" else v for k, v in row.items()} for row in found]
        for table, found in rows.items()
    }


@pytest.mark.parametrize("graph", [GRAPH, hostile_graph(), KnowledgeGraph()], ids=lambda g: repr(g))
def test_every_reader_finds_the_graph(graph: KnowledgeGraph, tmp_path: Path) -> None:
    as_csv = export_graph(graph, tmp_path / "csv", format="csv")
    as_parquet = export_graph(graph, tmp_path / "parquet", format="parquet")
    wanted = exact(graph)
    assert graph_of(exact(graph)) == graph
    assert by_arrow_parquet(as_parquet) == wanted
    assert graph_of(by_arrow_parquet(as_parquet)) == graph
    assert without_lists(by_arrow_csv(as_csv)) == wanted
    assert graph_of(without_lists(by_arrow_csv(as_csv))) == graph
    assert blank_is_missing(without_lists(by_csv(as_csv))) == blank_is_missing(wanted)
    assert blank_is_missing(without_lists(by_pandas_csv(as_csv))) == blank_is_missing(wanted)
    assert {n: len(found) for n, found in by_pandas_parquet(as_parquet).items()} == {
        n: len(found) for n, found in wanted.items()
    }
    for name, found in by_pandas_parquet(as_parquet).items():
        for row, one in zip(found, wanted[name], strict=True):
            lists = {k: list(v) for k, v in row.items() if (name, k) in LISTS}
            assert row | lists == one


@pytest.mark.parametrize(
    ("format", "read"),
    [("csv", lambda folder: without_lists(by_arrow_csv(folder))), ("parquet", by_arrow_parquet)],
)
@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(graph=graphs())
def test_any_graph_comes_back(
    format: str, read: Callable[[Path], Rows], tmp_path: Path, graph: KnowledgeGraph
) -> None:
    assert graph_of(read(export_graph(graph, tmp_path / "tables", format=format))) == graph


@both_formats
def test_same_bytes_whatever_the_order_of_the_input(format: str, tmp_path: Path) -> None:
    one = export_graph(GRAPH, tmp_path / "one", format=format)
    two = export_graph(shuffled_graph(), tmp_path / "two", format=format)
    names = sorted(path.name for path in one.iterdir())
    assert names == ["croissant.json", *sorted(f"{name}.{format}" for name in TYPES)]
    for name in names:
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_parquet_is_typed_described_and_compressed(tmp_path: Path) -> None:
    folder = export_graph(GRAPH, tmp_path / "tables", format="parquet")
    for table in TABLES:
        file = parquet.ParquetFile(folder / f"{table.name}.parquet")
        assert file.metadata.row_group(0).column(0).compression == "ZSTD"
        for column in table.columns:
            field = file.schema_arrow.field(column.name)
            assert field.metadata == {b"description": column.description.encode()}
            assert field.nullable == column.nullable
    year = parquet.read_schema(folder / "papers.parquet").field("year")
    assert (year.type, year.nullable) == (pyarrow.int64(), True)


def test_formulas_are_defused_only_where_asked(tmp_path: Path) -> None:
    plain = export_graph(hostile_graph(), tmp_path / "plain", format="csv")
    safe = export_graph(hostile_graph(), tmp_path / "safe", format="csv", spreadsheet=True)
    data = (safe / "entities.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert not (plain / "entities.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (safe / "entities.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert not any(name.startswith(("=", "+", "-", "@", "\t", "\r")) for name in names)
    assert [name.removeprefix("'") if name != "'" else name for name in names] == list(HOSTILE)
    with pytest.raises(InputError, match="format 'parquet' is not for spreadsheets"):
        export_graph(GRAPH, tmp_path / "other", format="parquet", spreadsheet=True)


@both_formats
def test_only_a_former_export_is_replaced(format: str, tmp_path: Path) -> None:
    folder = export_graph(hostile_graph(), tmp_path / "tables", format=format)
    export_graph(GRAPH, folder, format=format)
    wanted = export_graph(GRAPH, tmp_path / "new", format=format)
    for path in wanted.iterdir():
        assert (folder / path.name).read_bytes() == path.read_bytes()
    (folder / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(InputError, match="holds other files"):
        export_graph(GRAPH, folder, format=format)
    (folder / "notes.txt").unlink()
    for text in ("{", "[]", '{"conformsTo": "x"}'):
        (folder / "croissant.json").write_text(text, "utf-8")
        with pytest.raises(InputError, match="holds other files"):
            export_graph(GRAPH, folder, format=format)
    assert (folder / f"papers.{format}").is_file()
    empty = tmp_path / "empty"
    empty.mkdir()
    export_graph(GRAPH, empty, format=format)


ABOUT = {
    "title": "My field",
    "description": "What I read.",
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "creator": "Ada Example",
    "url": "https://example.org/my-field",
    "version": "1.2.0",
    "date": "2025-12-31",
    "citation": "@misc{my-field}",
}


@both_formats
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # inside mlcroissant
def test_croissant_is_valid_and_its_records_are_the_rows(format: str, tmp_path: Path) -> None:
    folder = export_graph(GRAPH, tmp_path / "tables", format=format, **ABOUT)
    dataset = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    assert dataset.metadata.ctx.issues.report() == ""
    for table in TABLES:
        wanted = exact(GRAPH)[table.name]
        found = list(dataset.records(table.name))
        assert len(found) == len(wanted) > 0
        for record, row in zip(found, wanted, strict=True):
            assert list(record) == [f"{table.name}/{column.name}" for column in table.columns]
            for column in table.columns:
                value, one = record[f"{table.name}/{column.name}"], row[column.name]
                if format == "csv" and column.many:
                    one = json.dumps(one, ensure_ascii=False)
                assert _decoded(value) == (None if one == "" and format == "csv" else one)


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    return value.decode() if isinstance(value, bytes) else value


@both_formats
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_croissant_says_what_is_known_and_no_more(format: str, tmp_path: Path) -> None:
    folder = export_graph(GRAPH, tmp_path / "plain", format=format)
    issues = mlcroissant.Dataset(jsonld=folder / "croissant.json").metadata.ctx.issues
    assert not issues.errors
    assert all("is recommended, but does not exist" in warning for warning in issues.warnings)
    data = json.loads((folder / "croissant.json").read_bytes())
    assert not {"license", "creator", "url", "version", "datePublished", "citeAs"} & set(data)
    assert "3 papers" in data["description"]
    for file in data["distribution"]:
        content = (folder / file["contentUrl"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["contentSize"] == f"{len(content)} B"
    said = export_graph(GRAPH, tmp_path / "said", format=format, **ABOUT)
    data = json.loads((said / "croissant.json").read_bytes())
    assert data["license"] == ABOUT["license"]
    assert data["datePublished"] == "2025-12-31"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    folder = export_graph(GRAPH, tmp_path / "tables", format="csv")
    with (folder / "papers.csv").open("a", encoding="utf-8") as file:
        file.write("one more\n")
    dataset = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    with pytest.raises(Exception, match=r"Download\(papers\.csv\)"):
        list(dataset.records("papers"))


def test_a_date_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'yesterday' is no date"):
        export_graph(GRAPH, tmp_path / "tables", format="csv", date="yesterday")
    assert not list(tmp_path.iterdir())
