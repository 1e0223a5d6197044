"""JSON-LD back into a graph: what kg wrote, what others write, and what is wrong with a file."""

from __future__ import annotations

import json
import logging
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyld import jsonld

from kg.cli import main
from kg.errors import InputError, MissingExtraError
from kg.exporters import export_graph
from kg.exporters.jsonld import Run, generate_jsonld
from kg.graph import KnowledgeGraph
from kg.importers import load_graph_file
from kg.model import BASE_IRI, VOCABULARY_IRI, Method, Paper, Task, Url
from kg.schema.jsonld import jsonld_context
from kg.schema.rdf import NAMESPACES
from kg.snapshot import load_graph
from tests.sample_graph import DT, sample_graph
from tests.strategies import graphs

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib")

GRAPH = sample_graph()
TEXT = "".join(generate_jsonld(GRAPH))


def load(tmp_path: Path, document: object, suffix: str = ".jsonld") -> KnowledgeGraph:
    path = tmp_path / f"other{suffix}"
    text = document if isinstance(document, str) else json.dumps(document)
    path.write_text(text, encoding="utf-8", newline="\n")
    return load_graph_file(path)


@pytest.mark.parametrize(
    "options",
    [{"frame": True}, {"base": "urn:x:"}, {"base": "https://a.org/kg#"}, {"run": Run("1", ("f",))}],
    ids=str,
)
def test_options_that_lose_nothing(options: dict[str, Any], tmp_path: Path) -> None:
    for name in ("a.jsonld", "a.jsonld.gz"):
        assert load_graph_file(export_graph(GRAPH, tmp_path / name, **options)) == GRAPH


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(graph=graphs(), frame=st.booleans())
def test_any_graph_comes_back(graph: KnowledgeGraph, frame: bool, tmp_path: Path) -> None:
    path = export_graph(graph, tmp_path / "graph.jsonld", frame=frame, base="https://a.org/x/")
    assert load_graph_file(path) == graph


_odd = st.text(st.characters(codec="utf-8"), max_size=30)
_texts = _odd | st.sampled_from(
    ("https://a.org/<b>", "https://a.org/%3Cb%3E", "https://github.com/a/b", "schema:x", "_:b")
)
_tuples = st.lists(_texts, max_size=4).map(tuple)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=_odd.filter(bool),
    aliases=_tuples,
    same_as=_tuples,
    categories=_tuples,
    authors=_tuples,
    doi=st.none() | _odd,
)
def test_order_repeats_and_spelling_come_back(tmp_path: Path, name: str, **many: Any) -> None:
    shared = {"aliases": many["aliases"], "same_as": many["same_as"]}
    graph = KnowledgeGraph(
        [
            Paper(
                id=scheme + name,
                title=name,
                url=name,
                doi=many["doi"],
                categories=many["categories"],
                authors=many["authors"],
            )
            for scheme in ("arxiv:", "doi:", "")
        ],
        [
            Method(id=f"method:{name}", name=name, **shared),
            Url(
                id=f"url:{name}",
                name=name,
                href="https://github.com/a/b",
                url_kind="code",
                **shared,
            ),
        ],
    )
    assert load_graph_file(export_graph(graph, tmp_path / "graph.jsonld")) == graph


def test_huge_names_come_back(tmp_path: Path) -> None:
    name = "‮مرحبا \U0001f9ea'\"<\\" * 20_000
    graph = KnowledgeGraph([Paper(id="x:1", title=name)], [Method(id="method:x", name=name)])
    assert load_graph_file(export_graph(graph, tmp_path / "graph.jsonld")) == graph


def test_evidence_of_papers_that_are_not_in_the_graph_comes_back(tmp_path: Path) -> None:
    part = GRAPH.subgraph(GRAPH.entities)
    assert part.relations
    for base in (BASE_IRI, "https://a.org/kg/"):
        path = export_graph(part, tmp_path / "part.jsonld", base=base)
        assert load_graph_file(path) == part


def _loaded() -> Any:
    return json.loads(TEXT)


def _compacted() -> Any:
    """With other prefixes and no terms."""
    return jsonld.compact(_loaded(), {f"my{name}": iri for name, iri in NAMESPACES.items()})


def _renamed() -> Any:
    """Nodes that only this file refers to lose their IRIs."""
    names: dict[str, str] = {}

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if not isinstance(value, dict):
            return value
        found = {key: walk(item) for key, item in value.items()}
        kind = found.get("@type", [])
        if "kg:Evidence" in kind or "Selector" in str(kind) or "kg:Relation" in kind:
            found["@id"] = names.setdefault(found["@id"], f"_:n{len(names)}")
        return found

    return walk(_loaded())


def _turned() -> Any:
    """Keys and nodes the other way round, the context last."""
    document = _loaded()
    nodes = [dict(reversed(node.items())) for node in reversed(document["@graph"])]
    return {"@graph": nodes, "@context": document["@context"]}


def _old_schema() -> Any:
    return json.loads(TEXT.replace('"https://schema.org/"', '"http://schema.org/"'))


FORMS: dict[str, Callable[[], Any]] = {
    "expanded": lambda: jsonld.expand(_loaded()),
    "compacted": _compacted,
    "flattened": lambda: jsonld.flatten(_loaded()),
    "without names": _renamed,
    "turned round": _turned,
    "http schema.org": _old_schema,
    "included": lambda: {
        "@context": _loaded()["@context"],
        "@id": "urn:x:doc",
        "@included": _loaded()["@graph"],
    },
    "nested contexts": lambda: [
        {"@context": _loaded()["@context"], **node} for node in _loaded()["@graph"]
    ],
}


@pytest.mark.parametrize("form", FORMS)
def test_other_forms_of_the_same_triples_read_the_same(form: str, tmp_path: Path) -> None:
    assert load(tmp_path, FORMS[form]()) == GRAPH


@pytest.mark.parametrize("name", ["nt", "turtle", "nquads"])
def test_what_rdflib_writes_reads_the_same(name: str, tmp_path: Path) -> None:
    found = rdflib.Dataset()
    found.parse(data=TEXT, format="json-ld")
    suffix = {"nt": ".nt", "turtle": ".ttl", "nquads": ".nq"}[name]
    text = found.serialize(format=name)
    assert load(tmp_path, text, suffix) == GRAPH


def test_one_node_without_an_identifier(tmp_path: Path) -> None:
    prefix = {"k": VOCABULARY_IRI, "s": "https://schema.org/", "skos": jsonld_context()["skos"]}
    node = {
        "@context": prefix,
        "@type": "k:Paper",
        "s:headline": "A title",
        "s:author": {"@list": [{"s:name": "Ada Example"}, "Ben Example"]},
        "s:datePublished": "2021-05-01",
        "https://example.org/unknown": 1,
    }
    (paper,) = load(tmp_path, node).papers.values()
    assert paper == Paper(
        id=paper.id, title="A title", year=2021, authors=("Ada Example", "Ben Example")
    )
    assert paper.id.startswith("title:")
    (paper,) = load(tmp_path, {**node, "@id": f"{BASE_IRI}x:1%2F2"}).papers.values()
    assert paper.id == "x:1/2"
    doi = {"http://purl.org/ontology/bibo/doi": "10.1/x"}
    assert set(load(tmp_path, node | doi).papers) == {"doi:10.1/x"}
    task = {"@context": prefix, "@type": "k:Task", "skos:prefLabel": "Passage Ranking"}
    expected = Task(id="task:passage-ranking", name="Passage Ranking")
    assert load(tmp_path, task).entities == {expected.id: expected}


def test_relations_without_a_sentence_are_left_out_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = export_graph(GRAPH, tmp_path / "graph.jsonld", statements=False)
    with caplog.at_level(logging.WARNING):
        found = load_graph_file(path)
    assert found.papers == GRAPH.papers
    assert found.entities == GRAPH.entities
    assert not found.relations
    assert found.mentions(DT.id) == GRAPH.mentions(DT.id)
    (said,) = caplog.messages
    assert f"{len(GRAPH.relations)} relations without a sentence are left out" in said
    assert "graph.jsonld" in said


def test_one_relation_without_a_sentence_does_not_hide_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    document = _loaded()
    for node in document["@graph"]:
        if node.get("id") == next(iter(GRAPH.relations)):
            del node["evidence"]
    with caplog.at_level(logging.WARNING):
        found = load(tmp_path, document)
    assert list(found.relations) == list(GRAPH.relations)[1:]
    assert "1 relations" in caplog.text


def test_without_mentions_the_rest_comes_back(tmp_path: Path) -> None:
    found = load_graph_file(export_graph(GRAPH, tmp_path / "graph.jsonld", mentions=False))
    assert found == KnowledgeGraph(
        GRAPH.papers.values(), GRAPH.entities.values(), GRAPH.relations.values()
    )


@pytest.mark.parametrize(
    "context",
    [
        "https://schema.org",
        [{}, "https://schema.org/docs/jsonldcontext.jsonld"],
        {"@import": "https://a.org/x"},
    ],
    ids=str,
)
def test_a_context_from_elsewhere_is_refused_and_never_fetched(
    context: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(InputError, match=r"other\.jsonld.*nothing is fetched") as error:
        load(tmp_path, {"@context": context, "@id": "urn:x:1", "name": "x"})
    assert "context" in error.value.hint


def _spoilt() -> Iterator[tuple[str, Callable[[list[dict[str, Any]]], object], str]]:
    def pick(nodes: list[dict[str, Any]], kind: str) -> dict[str, Any]:
        return next(n for n in nodes if kind in n["@type"])

    yield (
        "score",
        lambda n: pick(n, "kg:Relation")["evidence"][0].update(score=7),
        r"is no Evidence: score: .*less than or equal to 1",
    )
    yield "title", lambda n: pick(n, "kg:Paper").pop("title"), r"<https:.*> is no Paper: title"
    yield (
        "two names",
        lambda n: pick(n, "kg:Method").update(name=["x", "y"]),
        "2 values of 'name'",
    )
    yield (
        "two kinds",
        lambda n: pick(n, "kg:Method").update({"@type": ["kg:Method", "kg:Task"]}),
        "is both Method and Task",
    )
    yield (
        "two identifiers",
        lambda n: pick(n, "kg:Method").update(id=["x", "y"]),
        "more than one schema:identifier",
    )
    yield (
        "end",
        lambda n: pick(n, "kg:Relation").update(object=f"{BASE_IRI}method:nowhere"),
        "refers to <.*nowhere>, which is no paper or thing of this file",
    )
    yield (
        "predicate",
        lambda n: pick(n, "kg:Relation").update(predicate="schema:about"),
        "which is no relation of kg",
    )
    yield (
        "no predicate",
        lambda n: pick(n, "kg:Relation").pop("predicate"),
        "has 0 values of rdf:predicate",
    )
    yield (
        "sentence",
        lambda n: pick(n, "kg:Relation")["evidence"][0]["selectors"][0].update(end=100000),
        "is no Evidence: record: .*does not fit the span",
    )
    yield (
        "ends that do not fit",
        lambda n: pick(n, "kg:Relation").update(predicate="kg:addresses"),
        "may not join",
    )
    yield (
        "body",
        lambda n: pick(n, "kg:Mention").update(entity_id=f"{BASE_IRI}method:nowhere"),
        "unknown entity 'method:nowhere'",
    )
    yield (
        "number",
        lambda n: pick(n, "kg:Relation")["evidence"][0].update(
            score={"@value": "high", "@type": "xsd:double"}
        ),
        "is no Evidence: score",
    )


SPOILT = {name: (spoil, message) for name, spoil, message in _spoilt()}


@pytest.mark.parametrize("name", SPOILT)
def test_a_broken_record_is_named_in_one_line(name: str, tmp_path: Path) -> None:
    spoil, message = SPOILT[name]
    document = _loaded()
    spoil(document["@graph"])
    with pytest.raises(InputError, match=message) as error:
        load(tmp_path, document)
    assert "other.jsonld" in error.value.message
    assert "\n" not in error.value.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"is no JSON-LD: .*line 1 column 1"),
        ('{"@context": {}, "@id": ', r"is no JSON-LD: .*line 1"),
        (TEXT[:2000], r"is no JSON-LD: .*line"),
        ("[" * 100_000, "is no JSON-LD"),
        ('{"@id": "urn:x:1", "https://a.org/b": 1}', "says nothing of papers in the words of kg"),
    ],
    ids=["empty", "cut", "cut further down", "deep", "something else"],
)
def test_a_file_that_is_something_else_is_named(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message) as error:
        load(tmp_path, text)
    assert "other.jsonld" in error.value.message


def test_a_broken_line_of_n_triples_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"other\.nt' is no N-Triples: .*line 2"):
        load(tmp_path, "<urn:a> <urn:b> <urn:c> .\nnothing\n", ".nt")


def test_lists_that_lead_back_to_themselves_end(tmp_path: Path) -> None:
    text = (
        f"<urn:p> a <{VOCABULARY_IRI}Paper> ; <https://schema.org/headline> 'x' ; "
        "<https://schema.org/author> _:a . _:a <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> "
        "'A' ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:a ."
    )
    (paper,) = load(tmp_path, text, ".ttl").papers.values()
    assert paper.authors == ("A",)


def test_without_the_extra_the_line_that_installs_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = export_graph(GRAPH, tmp_path / "graph.jsonld")
    monkeypatch.setitem(sys.modules, "pyoxigraph", None)
    with pytest.raises(MissingExtraError) as error:
        load_graph_file(path)
    assert error.value.hint == "pip install 'kg[rdf]'"


def test_kg_writes_what_streams() -> None:
    quads = pyoxigraph.parse(TEXT.encode(), pyoxigraph.RdfFormat.STREAMING_JSON_LD)
    assert sum(1 for _ in quads) > 500


def test_a_knowledge_base_goes_out_and_comes_back(
    small_graph: KnowledgeGraph, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = export_graph(small_graph, tmp_path / "one.jsonld")
    base = str(tmp_path / "a.kg")
    assert main(["import", str(first), "--to", base]) == 0
    assert load_graph(base) == small_graph
    framed = str(tmp_path / "two.jsonld.gz")
    assert main(["export", base, framed, "--frame", "--run"]) == 0
    assert load_graph_file(framed) == small_graph
    assert main(["export", base, "-", "--format", "jsonld", "--run"]) == 0
    assert '"fingerprint": ["imported"]' in capsys.readouterr().out
    assert main(["export", base, framed, "--no-statements", "--no-mentions"]) == 0
    assert main(["import", framed, "--to", str(tmp_path / "b.kg")]) == 0
    assert not load_graph(tmp_path / "b.kg").relations
