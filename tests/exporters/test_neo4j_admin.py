"""The import bundle: read as the importer reads it, it is the graph."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from hypothesis import given, settings

from kg.cypher import (
    literal,
    mention_properties,
    mentions_from_properties,
    node_from_properties,
    node_properties,
    relation_from_properties,
    relation_properties,
)
from kg.errors import InputError
from kg.exporters import EXPORTERS, export_graph
from kg.exporters.neo4j_admin import write_bundle
from kg.graph import KnowledgeGraph, label_of
from kg.model import Entity, Evidence, Method, Paper, Relation
from tests.sample_graph import INJECTION, NASTY, check_golden, sample_graph, shuffled_graph
from tests.strategies import graphs

GRAPH = sample_graph()
FORMAT = "neo4j-admin"
FIELD = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\r\n]*))([,\n])')
BLANKS = "".join(map(chr, range(0x21)))
MISSING = re.compile(
    r"MATCH (?:\(:`\w+`\)-\[)?\(?x:`(?P<name>\w+)`.* WHERE x.`(?P<column>\w+)` IS NULL "
    r"CALL \{ WITH x SET x.`\w+` = (?P<value>\[(?:'')?\]) \} IN TRANSACTIONS OF 10000 ROWS;"
)
NAMED = re.compile(
    r"UNWIND \['(?P<id>.*)'\] AS id MATCH \(x:`(?P<name>\w+)` \{id: id\}\) "
    r"SET x.`(?P<column>\w+)` = \[''\];"
)


@dataclass
class Imported:
    """What the importer makes of a bundle.

    Args:
        options: Options of the import call, without the tables.
        nodes: Label and properties of every node.
        relations: Type, both ends and properties of every relation.
    """

    options: dict[str, str] = field(default_factory=dict)
    nodes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    relations: list[tuple[str, str, str, dict[str, Any]]] = field(default_factory=list)

    def graph(self) -> KnowledgeGraph:
        nodes = [node_from_properties(label, properties) for label, properties in self.nodes]
        papers = [(n, p) for n, (_, p) in zip(nodes, self.nodes, strict=True)]
        return KnowledgeGraph(
            [node for node in nodes if isinstance(node, Paper)],
            [node for node in nodes if not isinstance(node, Paper)],
            [relation_from_properties(*relation) for relation in self.relations],
            [
                mention
                for node, properties in papers
                if isinstance(node, Paper)
                for mention in mentions_from_properties(node, properties)
            ],
        )


def export(graph: KnowledgeGraph, target: Path, **options: Any) -> Path:
    return export_graph(graph, target, format=FORMAT, **options)


def call_of(bundle: Path, *arguments: str, **environment: str) -> list[str]:
    """The arguments that ``import.sh`` calls the tool with, after the folder it calls it in."""
    tool = bundle.parent / "a tool"
    tool.write_text('#!/bin/sh\npwd\nprintf "%s\\0" "$@"\n', "utf-8")
    tool.chmod(0o755)
    environment = {"NEO4J_ADMIN": str(tool), "PATH": "/usr/bin:/bin"} | environment
    run = subprocess.run(
        [bundle / "import.sh", *arguments],
        env=environment,
        cwd=bundle.parent,
        capture_output=True,
        check=True,
        text=True,
    )
    folder, _, rest = run.stdout.partition("\n")
    return [folder, *rest.split("\0")[:-1]]


def read_bundle(bundle: Path) -> Imported:
    """Read a bundle by its import call, by the rules of the importer."""
    found = Imported()
    tables = []
    for option in call_of(bundle)[5:]:
        name, _, value = option.removeprefix("--").partition("=")
        if name in ("nodes", "relationships"):
            tables.append(value)
        else:
            found.options[name] = value
    for table in tables:
        name, _, files = table.partition("=")
        header, pattern = files.split(",")
        (columns,) = rows_of(bundle / header, multiline=False)
        parts = sorted(p for p in bundle.iterdir() if re.fullmatch(pattern, p.name))
        assert parts, pattern
        for part in parts:
            for row in rows_of(part, multiline=found.options.get("multiline-fields") == "true"):
                add_row(found, name, [c or "" for c in columns], row)
    return found


def rows_of(path: Path, *, multiline: bool) -> Iterator[list[str | None]]:
    text, at, row = path.read_bytes().decode(), 0, list[str | None]()
    while at < len(text):
        match = FIELD.match(text, at)
        assert match, f"no field at {path.name}:{at}: {text[at : at + 40]!r}"
        quoted, plain, end = match.groups()
        value = quoted.replace('""', '"') if quoted is not None else plain or None
        assert multiline or value is None or len(re.split(r"[\r\n]", value)) == 1
        row.append(value)
        if end == "\n":
            yield row
            row = []
        at = match.end()
    assert not row


def add_row(found: Imported, name: str, columns: list[str], row: list[str | None]) -> None:
    ends: dict[str, str] = {}
    properties: dict[str, Any] = {}
    for column, text in zip(columns, row, strict=True):
        key, _, kind = column.partition(":")
        if kind.startswith(("START_ID", "END_ID")):
            ends[kind.partition("_")[0]] = text or ""
        elif kind.endswith("[]"):
            if text:  # a list without items or text is left out
                properties[key] = [
                    value_of(kind[:-2], t, found.options) for t in items(text, found)
                ]
        elif text is not None:
            properties[key] = int(text) if kind == "int" else value_of(kind, text, {})
    if ends:
        found.relations.append((name, ends["START"], ends["END"], properties))
    else:
        found.nodes.append((name, properties))


def items(text: str, found: Imported) -> list[str]:
    return text.split(chr(int(found.options["array-delimiter"].removeprefix("U+"), 16)))


def value_of(kind: str, text: str, options: dict[str, str]) -> object:
    if kind == "long":
        return int(text)
    if kind == "double":
        return float(text)
    return text.strip(BLANKS) if options.get("trim-strings") == "true" else text


def complete(found: Imported, bundle: Path) -> None:
    """Do what the statements of ``complete.cypher`` do."""
    statements = (bundle / "complete.cypher").read_text("utf-8").splitlines()
    assert not statements or statements.pop(0).startswith("//")
    everything = [*found.nodes, *((name, row) for name, _, _, row in found.relations)]
    for statement in statements:
        if match := NAMED.fullmatch(statement):
            ids = re.split(r"', '", match["id"])
            ours = [row for name, row in everything if name == match["name"]]
            for row in ours:
                if escaped(row["id"]) in ids:
                    assert match["column"] not in row
                    row[match["column"]] = [""]
            continue
        match = MISSING.fullmatch(statement)
        assert match, statement
        for name, row in everything:
            if name == match["name"]:
                row.setdefault(match["column"], [] if match["value"] == "[]" else [""])


def escaped(text: str) -> str:
    return literal(text)[1:-1]


def properties_of(graph: KnowledgeGraph, node: Paper | Entity) -> dict[str, Any]:
    if not isinstance(node, Paper):
        return node_properties(node)
    return node_properties(node) | mention_properties(graph.mentions(node.id))


def check_equal(graph: KnowledgeGraph, bundle: Path) -> Imported:
    """The bundle holds the graph: read back, and property by property."""
    found = read_bundle(bundle)
    if found.options["trim-strings"] == "true":
        assert found.graph() == graph
    complete(found, bundle)
    assert found.graph() == graph
    assert found.nodes == sorted_by_label(
        (label_of(node), properties_of(graph, node)) for node in graph.nodes()
    )
    by_id = {row["id"]: (name, start, end, row) for name, start, end, row in found.relations}
    assert by_id == {
        r.id: (r.predicate, r.subject, r.object, relation_properties(r))
        for r in graph.relations.values()
    }
    return found


def sorted_by_label(nodes: Any) -> list[tuple[str, dict[str, Any]]]:
    order = ["Paper", "Method", "Dataset", "Benchmark", "Task", "Metric", "Url"]
    return sorted(nodes, key=lambda node: (order.index(node[0]), node[1]["id"]))


@dataclass
class Scene:
    """A graph of one paper that uses one method, to put odd texts into."""

    title: str = "A title"
    authors: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    name: str = "PPO"
    cue: str = ""

    def graph(self) -> KnowledgeGraph:
        paper = Paper(id="arxiv:1", title=self.title, authors=self.authors)
        method: Entity = Method(id="method:ppo", name=self.name, aliases=self.aliases)
        evidence = Evidence(
            paper_id=paper.id,
            start=0,
            end=len(paper.title),
            sentence=paper.title,
            object_start=0,
            object_end=1,
            cue=self.cue,
            extractor="kg_relations",
            score=0.5,
        )
        relation = Relation.from_evidence(paper.id, "USES", method.id, (evidence,))
        return KnowledgeGraph([paper], [method], [relation])


@pytest.mark.parametrize("options", [{}, {"part_rows": 1}, {"part_rows": 2, "parquet": True}])
def test_the_sample_graph_comes_back(options: dict[str, Any], tmp_path: Path) -> None:
    found = check_equal(GRAPH, export(GRAPH, tmp_path / "bundle", **options))
    assert found.options == {
        "id-type": "string",
        "input-encoding": "UTF-8",
        "array-delimiter": "U+001F",
        "trim-strings": "true",
    }


@settings(deadline=None, max_examples=60)
@given(graphs())
def test_any_graph_comes_back(tmp_path_factory: pytest.TempPathFactory, graph: Any) -> None:
    folder = tmp_path_factory.mktemp("bundles")
    check_equal(graph, export(graph, folder / "bundle"))
    shutil.rmtree(folder)


TEXTS = (
    NASTY,
    INJECTION,
    '"',
    '""","',
    "\\",
    '\\",',
    "`x` 'y' $(touch z) `touch z`",
    "🧪 a\u0301 \uffff\ufeff",
    "one\ntwo\r\nthree\rfour",
    "\n",
    "a\x1fb",
    "\x1f\x1e",
    "\x00",
    " ",
    " x ",
    "x" * 10_000,
    "null",
    "[]",
)


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_comes_back_in_every_place(text: str, tmp_path: Path) -> None:
    lists = (text, ""), (text,)
    for authors, aliases in (lists, lists[::-1]):
        scene = Scene(title=text, authors=authors, aliases=aliases, name=text, cue=text)
        check_equal(scene.graph(), export(scene.graph(), tmp_path / "bundle"))


EVERY_DELIMITER = "x".join(map(chr, [*range(0x20), *range(0xF8F0, 0xF900)]))


def test_line_breaks_are_announced_only_where_a_text_has_one(tmp_path: Path) -> None:
    plain = check_equal(Scene().graph(), export(Scene().graph(), tmp_path / "plain"))
    assert "multiline-fields" not in plain.options
    for text in ("a\nb", "a\rb"):
        graph = Scene(title=text).graph()
        found = check_equal(graph, export(graph, tmp_path / "broken"))
        assert found.options["multiline-fields"] == "true"


def test_a_text_with_the_delimiter_of_lists_takes_the_next_one(tmp_path: Path) -> None:
    found = check_equal(g := Scene(aliases=("a\x1fb",)).graph(), export(g, tmp_path / "one"))
    assert found.options["array-delimiter"] == "U+001E"
    found = check_equal(g := Scene(name="a\x1fb").graph(), export(g, tmp_path / "two"))
    assert found.options["array-delimiter"] == "U+001F"  # no list holds the text
    found = check_equal(
        g := Scene(aliases=(EVERY_DELIMITER.replace("\uf8fc", ""),)).graph(),
        export(g, tmp_path / "three"),
    )
    assert found.options["array-delimiter"] == "U+F8FC"


@pytest.mark.parametrize("edge", [" ", "\t", "\x00", "\x1f"])
def test_texts_keep_the_blanks_around_them(edge: str, tmp_path: Path) -> None:
    graph = Scene(title=f"a{edge}", authors=("",), aliases=("",)).graph()
    bundle = export(graph, tmp_path / "bundle")
    assert check_equal(graph, bundle).options["trim-strings"] == "false"
    statements = (bundle / "complete.cypher").read_text("utf-8")
    assert "MATCH (:`Paper`)-[x:`USES`]->(:`Method`) WHERE x.`cues` IS NULL" in statements
    assert "UNWIND ['arxiv:1'] AS id MATCH (x:`Paper` {id: id})" in statements


def test_a_list_of_one_empty_text_needs_no_statement_otherwise(tmp_path: Path) -> None:
    graph = Scene(authors=("",), aliases=("",)).graph()
    bundle = export(graph, tmp_path / "bundle")
    check_equal(graph, bundle)
    assert "['']" not in (bundle / "complete.cypher").read_text("utf-8")


def test_a_long_line_gets_a_buffer_that_holds_it(tmp_path: Path) -> None:
    graph = Scene(title="x" * 1_200_000).graph()
    found = check_equal(graph, export(graph, tmp_path / "bundle"))
    assert int(found.options["read-buffer-size"]) >= 4 * 1_200_000
    assert int(found.options["read-buffer-size"]).bit_count() == 1


def test_files_and_headers(tmp_path: Path) -> None:
    bundle = export(GRAPH, tmp_path / "bundle", part_rows=2)
    lines = []
    for path in sorted(bundle.iterdir()):
        data = path.read_bytes()
        number = data.count(b"\n")
        lines.append(f"{path.name}: {data.decode()}" if "header" in path.name else path.name + "\n")
        assert "part" not in path.name or 0 < number <= 2
    check_golden("sample.neo4j-admin/files.txt", "".join(lines))


@pytest.mark.parametrize(
    "name", ["import.sh", "import.ps1", "schema.cypher", "complete.cypher", "counts.json"]
)
def test_golden(name: str, tmp_path: Path) -> None:
    bundle = export(GRAPH, tmp_path / "bundle")
    check_golden(f"sample.neo4j-admin/{name}", (bundle / name).read_bytes().decode())


def test_same_bytes_whatever_the_order_of_the_input(tmp_path: Path) -> None:
    one = export(GRAPH, tmp_path / "one", parquet=True)
    two = export(shuffled_graph(), tmp_path / "two", parquet=True)
    assert contents(one) == contents(two)


def contents(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_call_takes_a_database_and_options(tmp_path: Path) -> None:
    bundle = export(GRAPH, tmp_path / 'it\'s $HOME `x` "1"')
    folder, *arguments = call_of(bundle)
    assert Path(folder) == bundle
    assert arguments[:4] == ["database", "import", "full", "neo4j"]
    assert call_of(bundle, "papers 1", "--threads=2", "a b")[4] == "papers 1"
    assert call_of(bundle, "papers 1", "--threads=2", "a b")[-2:] == ["--threads=2", "a b"]
    given = call_of(bundle, "--overwrite-destination")
    assert (given[4], given[-1]) == ("neo4j", "--overwrite-destination")
    assert call_of(bundle, NEO4J_ADMIN="./a tool")[1:] == arguments
    home = tmp_path / "home of neo4j"
    (home / "bin").mkdir(parents=True)
    shutil.copy(tmp_path / "a tool", home / "bin" / "neo4j-admin")
    assert call_of(bundle, NEO4J_ADMIN="", NEO4J_HOME=str(home))[1:] == arguments


def test_the_script_is_for_any_posix_shell(tmp_path: Path) -> None:
    bundle = export(GRAPH, tmp_path / "bundle")
    subprocess.run(["sh", "-n", bundle / "import.sh"], check=True)
    assert (bundle / "import.sh").stat().st_mode & 0o111 == 0o111
    for name in ("import.sh", "import.ps1", "schema.cypher", "complete.cypher"):
        assert b"\r" not in (bundle / name).read_bytes()


def test_both_scripts_make_the_same_call(tmp_path: Path) -> None:
    bundle = export(Scene(title=" a\nb").graph(), tmp_path / "bundle")
    options = [o for o in call_of(bundle)[1:] if o.startswith("--")]
    script = (bundle / "import.ps1").read_text("utf-8")
    assert re.findall(r"'(--[^']*)'", script) == options


def test_counts(tmp_path: Path) -> None:
    content = json.loads((export(GRAPH, tmp_path / "bundle") / "counts.json").read_bytes())
    stats = GRAPH.stats()
    assert (content["nodes"], content["relations"]) == (stats.nodes, stats.relations)


def test_an_empty_graph_has_a_file_to_import(tmp_path: Path) -> None:
    bundle = export(KnowledgeGraph(), tmp_path / "bundle", parquet=True)
    assert check_equal(KnowledgeGraph(), bundle).nodes == []
    assert sorted(p.name for p in bundle.glob("*.csv")) == [
        "nodes-Paper-header.csv",
        "nodes-Paper-part000.csv",
    ]


def test_parquet_tables_hold_lists(tmp_path: Path) -> None:
    bundle = export(GRAPH, tmp_path / "bundle", parquet=True)
    nodes = pyarrow.parquet.read_table(bundle / "parquet" / "nodes-Method.parquet")
    assert str(nodes.schema.field("aliases").type) == "list<element: string>"
    assert nodes.to_pylist() == [
        node_properties(e) for e in GRAPH.entities.values() if isinstance(e, Method)
    ]
    rows = pyarrow.parquet.read_table(
        bundle / "parquet" / "relations-MENTIONS-Paper-Method.parquet"
    ).to_pylist()
    assert rows == [
        {"subject": r.subject, "object": r.object, **relation_properties(r)}
        for r in GRAPH.relations.values()
        if r.predicate == "MENTIONS"
    ]


def test_a_former_bundle_is_replaced(tmp_path: Path) -> None:
    bundle = export(GRAPH, tmp_path / "bundle", part_rows=1, parquet=True)
    (bundle / "import.report").touch()  # left by the importer
    assert export(Scene().graph(), bundle) == bundle
    assert contents(bundle) == contents(export(Scene().graph(), tmp_path / "other"))
    (tmp_path / "new").mkdir()
    assert contents(export(Scene().graph(), tmp_path / "new")) == contents(bundle)


def test_a_folder_with_anything_else_is_refused(tmp_path: Path) -> None:
    bundle = export(GRAPH, tmp_path / "bundle")
    (bundle / "notes.txt").write_text("mine", "utf-8")
    foreign = tmp_path / "foreign"
    (foreign / "deep").mkdir(parents=True)
    for content in (None, "{", "[]", '{"format": "other"}'):
        if content is not None:
            (foreign / "counts.json").write_text(content, "utf-8")
        for folder in (bundle, foreign):
            before = contents(folder)
            with pytest.raises(InputError, match="holds other files"):
                export(GRAPH, folder)
            assert contents(folder) == before
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="not a directory"):
        export(GRAPH, tmp_path / "file")


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    bundle = export(GRAPH, tmp_path / "bundle")
    before = contents(tmp_path)
    unwritable = Scene(aliases=(EVERY_DELIMITER,)).graph()  # found out after the papers are written
    for target in (bundle, tmp_path / "new"):
        with pytest.raises(InputError, match="no character is left"):
            export(unwritable, target)
        with pytest.raises(InputError, match="a file of 0 rows"):
            export(GRAPH, target, part_rows=0)
        assert contents(tmp_path) == before
        assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_records_may_be_streamed(tmp_path: Path) -> None:
    graph = Scene().graph()
    papers, things, edges = graph.papers, graph.entities, graph.relations
    write_bundle(
        tmp_path / "streamed",
        {"Paper": iter(papers.values()), "Method": (e for e in things.values())},
        {("USES", "Paper", "Method"): iter(edges.values())},
    )
    assert contents(tmp_path / "streamed") == contents(export(graph, tmp_path / "exported"))
    padded = [Method(id="method:x", name=" x")]
    write_bundle(tmp_path / "twice", {"Method": padded}, {})
    with pytest.raises(InputError, match="another form"):
        write_bundle(tmp_path / "once", {"Method": iter(padded)}, {})


@pytest.mark.parametrize(
    ("nodes", "relations"), [({"Model": []}, {}), ({}, {("USES", "Method", "Paper"): []})]
)
def test_unknown_tables_are_refused(nodes: Any, relations: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no table"):
        write_bundle(tmp_path / "bundle", nodes, relations)
    assert not (tmp_path / "bundle").exists()


def test_options_are_known_by_name(tmp_path: Path) -> None:
    assert FORMAT in EXPORTERS.names()
    with pytest.raises(InputError, match="no option 'title'"):
        export(GRAPH, tmp_path / "bundle", title="x")
