"""Validation accepts what kg writes, and names node, rule and line of what is wrong."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError, UnknownNameError
from kg.exporters import export_graph
from kg.graph import KnowledgeGraph
from kg.model import ENTITY_KINDS, Extraction
from kg.validation import FORMATS, Report, _rdf, validate_file
from kg.validation._json_places import elements
from tests.sample_graph import DT, EVIL, PLAIN, sample_graph
from tests.strategies import extractions, graphs

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib")

SUFFIXES = [
    s for suffixes, _ in FORMATS.values() for s in suffixes if s not in (".jsonl", ".ndjson")
]
IRI = "https://w3id.org/kg-papers/"
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def exported(folder: Path, suffix: str, graph: KnowledgeGraph | None = None) -> Path:
    return export_graph(graph or sample_graph(), folder / f"g{suffix}")


def said(report: Report) -> list[tuple[str, str, str]]:
    return [(fault.node, fault.field, fault.rule) for fault in report.faults]


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_kg_writes_is_valid(tmp_path: Path, suffix: str, packed: str) -> None:
    report = validate_file(exported(tmp_path, suffix + packed))
    assert report.faults == ()
    assert report.valid
    assert sum(report.checked.values()) >= 3


@settings(max_examples=15)
@given(graphs())
def test_any_graph_is_valid_as_json(
    tmp_path_factory: pytest.TempPathFactory, graph: KnowledgeGraph
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for suffix in (".json", ".papers.jsonl"):
        assert validate_file(exported(folder, suffix, graph)).faults == ()


def test_an_empty_graph_is_valid(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        assert validate_file(exported(tmp_path, suffix, KnowledgeGraph())).valid


@settings(max_examples=15)
@given(extractions())
def test_records_are_told_apart(
    tmp_path_factory: pytest.TempPathFactory, extraction: Extraction
) -> None:
    path = tmp_path_factory.mktemp("records") / "r.jsonl"
    path.write_text(_records(extraction), "utf-8")
    report = validate_file(path)
    assert report.faults == ()
    assert report.checked["records"] == len(path.read_text("utf-8").split("\n")) - 1


def _records(extraction: Extraction) -> str:
    graph = sample_graph()
    records: list[Any] = [extraction, extraction.paper, *extraction.mentions, *extraction.relations]
    records += [record for _, record in graph.records()]
    lines = [record.model_dump_json() for record in records]
    lines += [
        json.dumps({"record": sort, **record.model_dump(mode="json")})
        for sort, record in graph.records()
    ]
    return "".join(line + "\n" for line in lines)


def change_line(path: Path, number: int, change: Callable[[dict[str, Any]], object]) -> None:
    lines = path.read_text("utf-8").split("\n")
    data = json.loads(lines[number - 1])
    change(data)
    lines[number - 1] = json.dumps(data)
    path.write_text("\n".join(lines), "utf-8")


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        (lambda d: d.update(year=1200), "year", "minimum"),
        (lambda d: d.update(year="2020"), "year", "type"),
        (lambda d: d.update(nothing=1), "", "additionalProperties"),
        (lambda d: d.pop("links"), "", "required"),
        (lambda d: d["entities"][0].update(score=2), "entities[0].score", "maximum"),
        (lambda d: d["entities"][0].update(kind="Thing"), "entities[0].kind", "enum"),
        (lambda d: d["relations"][0].update(type="USES"), "relations[0].type", "enum"),
        (lambda d: d["links"][0].pop("url"), "links[0]", "required"),
        (lambda d: d["nodes"][1].pop("name"), "nodes[1]", "required"),
        (lambda d: d["nodes"][1].update(kind="Paper"), "nodes[1].kind", "enum"),
        (lambda d: d["mentions"][0].update(start=-1), "mentions[0].start", "minimum"),
        (lambda d: d["evidence"][0].update(predicate="LIKES"), "evidence[0].predicate", "enum"),
        (lambda d: d["evidence"][0].update(paper_id="x"), "evidence[0]", "additionalProperties"),
    ],
)
def test_a_fault_of_a_papers_line(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], field: str, rule: str
) -> None:
    path = exported(tmp_path, ".papers.jsonl")
    change_line(path, 1, change)
    report = validate_file(path)
    assert said(report) == [(DT.id, field, rule)]
    assert report.faults[0].line == 1
    assert report.checked == {"papers": 3}


def test_a_line_that_is_no_json_does_not_end_it(tmp_path: Path) -> None:
    path = exported(tmp_path, ".papers.jsonl")
    lines = path.read_text("utf-8").split("\n")
    broken = [lines[0], "", '{"id": NaN}', lines[1][:-1], "[]", "1", *lines[2:]]
    path.write_text("\n".join(broken), "utf-8")
    report = validate_file(path)
    assert [(f.line, f.rule) for f in report.faults] == [
        (3, "json"),
        (4, "json"),
        (5, "type"),
        (6, "type"),
    ]
    assert "NaN is not JSON" in report.faults[0].message


@pytest.mark.parametrize("layout", [None, 2, "windows"])
def test_a_fault_of_a_node_link_document_has_its_line(tmp_path: Path, layout: Any) -> None:
    path = exported(tmp_path, ".json")
    data = json.loads(path.read_text("utf-8"))
    data["edges"][4]["score"] = 1.5
    data["edges"][5]["evidence"][0]["sentence"] = ""
    data["nodes"][1]["title"] = None
    data["nodes"][4]["kind"] = "Thing"
    data["graph"]["mentions"][2]["role"] = "likes"
    text = json.dumps(data, ensure_ascii=False, indent=2 if layout == 2 else None)
    if layout == "windows":
        text = json.dumps(data, ensure_ascii=False, indent=1).replace("\n", "\r\n")
    path.write_bytes(text.encode())
    report = validate_file(path)
    assert set(said(report)) == {
        (data["edges"][4]["key"], "score", "maximum"),
        (data["edges"][5]["key"], "evidence[0].sentence", "minLength"),
        (EVIL.id, "title", "type"),
        (data["nodes"][4]["id"], "kind", "enum"),
        ("graph.mentions[2]", "role", "enum"),
    }
    lines = text.split("\n")
    for fault in report.faults:
        assert fault.line is not None
        shown = json.dumps(fault.node, ensure_ascii=False)[1:-1] if layout else ""
        if "[" not in fault.node:
            assert shown in "\n".join(lines[fault.line - 1 : fault.line + 12])
    assert report.checked == {
        "mentions": len(data["graph"]["mentions"]),
        "nodes": len(data["nodes"]),
        "edges": len(data["edges"]),
    }


def test_a_document_of_records_and_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([DT.model_dump(mode="json"), {"id": "a"}, 1]), "utf-8")
    assert said(validate_file(path)) == [("a", "", "required"), ("[2]", "", "type")]
    path.write_text(json.dumps({"nodes": {}, "edges": []}), "utf-8")
    assert said(validate_file(path)) == [("the document", "nodes", "type")]
    path.write_text(PLAIN.model_dump_json(), "utf-8")
    assert validate_file(path).valid
    path.write_text("{}", "utf-8")
    assert not validate_file(path).valid


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "nodes": st.lists(values, max_size=4),
            "edges": st.lists(values, max_size=2),
            "graph": st.fixed_dictionaries({"mentions": st.lists(values, max_size=2), "x": values}),
            "é": values,
        },
    ),
    st.sampled_from([None, 0, 3]),
)
def test_the_parts_are_those_of_the_document(data: dict[str, Any], indent: int | None) -> None:
    text = json.dumps(data, indent=indent)
    found = list(elements(text, [("nodes",), ("edges",), ("graph", "mentions")]))
    expected = [
        *(("nodes", n, v) for n, v in enumerate(data.get("nodes", ()))),
        *(("edges", n, v) for n, v in enumerate(data.get("edges", ()))),
        *(
            ("graph.mentions", n, v)
            for n, v in enumerate(data.get("graph", {}).get("mentions", ()))
        ),
    ]
    assert sorted(map(repr, ((a, b, c) for a, b, c, _ in found))) == sorted(map(repr, expected))
    lines = text.split("\n")
    for _, _, value, line in found:
        assert json.dumps(value, indent=indent)[:1] in lines[line - 1]
        assert indent is None or lines[line - 1].strip()[0] in json.dumps(value)


@pytest.mark.parametrize("suffix", [".nt", ".nq", ".jsonld", ".ttl"])
def test_a_fault_of_a_triple_has_node_rule_and_line(tmp_path: Path, suffix: str) -> None:
    path = exported(tmp_path, suffix)
    text = path.read_text("utf-8")
    place = text.index("2021", text.index("datePublished")) if suffix != ".jsonld" else 0
    old, new = ("2021", "20x21") if place else ('"year": "2021"', '"year": "20x21"')
    path.write_text(text[:place] + text[place:].replace(old, new, 1), "utf-8")
    report = validate_file(path)
    assert said(report) == [(IRI + DT.id, "schema:datePublished", "datatype")]
    (fault,) = report.faults
    assert fault.message == '"20x21" does not fit sh:datatype xsd:gYear'
    line = path.read_text("utf-8").split("\n")[(fault.line or 0) - 1]
    assert IRI + DT.id in line
    if suffix in (".nt", ".nq", ".jsonld"):
        assert "20x21" in line


def test_values_that_do_not_fit_are_faults_and_not_tracebacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = exported(tmp_path, ".nt")
    lines = path.read_text("utf-8").split("\n")
    place = next(n for n, line in enumerate(lines) if "vocab#score>" in line)
    lines[place] = lines[place].partition('"')[0] + f'"high"^^<{XSD}double> .'
    path.write_text("\n".join(lines), "utf-8")
    report = validate_file(path)
    assert {(f.line, f.field, f.rule) for f in report.faults} >= {
        (place + 1, "kg:score", "datatype")
    }
    assert capsys.readouterr() == ("", "")


def test_the_same_faults_in_the_same_words(tmp_path: Path) -> None:
    path = exported(tmp_path, ".nt")
    lines = path.read_text("utf-8").split("\n")
    method = f"<{IRI}method:cql>"
    lines = [line for line in lines if not (line.startswith(method) and "prefLabel" in line)]
    lines += [
        f'{method} <http://www.w3.org/2004/02/skos/core#altLabel> "x"@en .',
        f"{method} <{IRI}vocab#evaluatedOn> <{IRI}metric:normalized-return> .",
    ]
    path.write_text("\n".join(lines), "utf-8")
    first, second = validate_file(path), validate_file(path)
    assert first == second
    found = {(f.node, f.field, f.rule): f.message for f in first.faults}
    node = IRI + "method:cql"
    assert found[(node, "skos:prefLabel", "minCount")] == "fewer than 1 of them"
    assert (
        found[(node, "skos:altLabel", "datatype")] == '"x"@en does not fit sh:datatype xsd:string'
    )
    assert "kg:Dataset" in found[(node, "kg:evaluatedOn", "or")]


def test_a_limit_cuts_what_is_kept_and_not_what_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"id": "a"}\n' * 10, "utf-8")
    report = validate_file(path, limit=3)
    assert (len(report.faults), report.found, report.valid) == (3, 10, False)
    nothing = validate_file(path, limit=0)
    assert (nothing.faults, nothing.found) == ((), 10)


def test_what_takes_long_is_told_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = exported(tmp_path, ".nt")
    assert validate_file(path, on_note=pytest.fail).valid
    monkeypatch.setattr(_rdf, "MANY", 100)
    notes: list[str] = []
    assert validate_file(path, on_note=notes.append).valid
    assert [("triples to check" in note) for note in notes] == [True]


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"id": "a", "title": ["long\n" * 5000]}), "utf-8")
    (fault,) = validate_file(path).faults
    assert len(fault.message) <= 240
    assert fault.message.endswith("is not of type 'string'")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", b'{"nodes": [', "is not JSON"),
        ("a.json", b'{"nodes": []} x', "Extra data"),
        ("a.json", b'{"nodes": [{"id": NaN}]}', "NaN is not JSON"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.json", b'{"nodes": ' + b"[" * 100_000, "nested too deeply"),
        ("a.json", b"\xff\xfe\x00", "is not UTF-8 text"),
        ("a.json", b"", "is not JSON"),
        ("a.jsonl", b"\x00\x01\x02", "is not text: line 1"),
        (
            "a.nt.gz",
            gzip.compress(b"<http://a/a> <http://a/b> <http://a/c> .\n" * 99, mtime=0)[:-9],
            "read",
        ),
        ("a.papers.jsonl.gz", gzip.compress(b'{"id": "a"}\n', mtime=0)[:-3], "cannot read"),
        ("a.jsonld", b'{"@id": ', "is not JSON-LD"),
        ("a.jsonld", b'{"@context": "https://a.org/c", "@id": "b:c"}', "nothing is fetched"),
        ("a.jsonld", b'{"@context": [{}, "http://127.0.0.1:9/"]}', "nothing is fetched"),
        ("a.ttl", b"@prefix a: <b", "is not Turtle"),
        ("a.nt", b"<a> <b> <c> .", "is not N-Triples"),
        ("a.nq", b"\x00", "is not N-Quads"),
        ("a.nt", b'<http://a/a> <http://a/b> "c" .', "no node of a class of kg"),
        ("a.xyz", b"", "no format to validate for 'a.xyz'"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        validate_file(path)
    assert message in caught.value.message
    assert name in caught.value.message
    assert "\n" not in caught.value.message + caught.value.hint
    assert len(caught.value.message) < 500


def test_no_file_a_folder_and_no_such_format(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        validate_file(tmp_path / "a.json")
    with pytest.raises(InputError, match="is a directory") as caught:
        validate_file(tmp_path)
    assert "kg verify" in caught.value.hint
    with pytest.raises(UnknownNameError, match="unknown format 'xml'"):
        validate_file(tmp_path / "a.json", format="xml")


def test_the_format_can_be_forced(tmp_path: Path) -> None:
    path = exported(tmp_path, ".nt").rename(tmp_path / "triples.txt")
    assert validate_file(path, format="nt").format == "nt"
    assert validate_file(path, format="ttl").valid  # N-Triples are Turtle
    with pytest.raises(InputError, match="is not JSON"):
        validate_file(path, format="node_link")


def test_every_kind_of_entity_has_a_schema(tmp_path: Path) -> None:
    kinds = {entity.kind for entity in sample_graph().entities.values()}
    assert kinds == set(ENTITY_KINDS)
    path = exported(tmp_path, ".json")
    data = json.loads(path.read_text("utf-8"))
    for node in data["nodes"]:
        node["extra"] = 1
    path.write_text(json.dumps(data), "utf-8")
    rules = {fault.rule for fault in validate_file(path).faults}
    assert rules == {"additionalProperties"}
    assert validate_file(path).found == len(data["nodes"])
