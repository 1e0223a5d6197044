"""The block of JSON-LD in the site's pages, read the way a search engine does."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from pyld import jsonld

from kg.graph import KnowledgeGraph
from kg.model import BASE_IRI, Method, Paper
from kg.pages.site import render_site
from tests.sample_graph import DT, EVIL, NASTY, sample_graph

SCHEMA = "https://schema.org/"


class Blocks(HTMLParser):
    """The texts of the data blocks of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and dict(attrs).get("type") == "application/ld+json"
        if self._inside:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


def blocks(graph: KnowledgeGraph) -> dict[str, Any]:
    """Id of a node -> what its page says, expanded."""
    found = {}
    for path, text in render_site(graph):
        if path.endswith(".html") and (read := Blocks(text).found):
            (block,) = read
            dropped: list[str] = []
            (node,) = jsonld.expand(json.loads(block), on_property_dropped=dropped.append)
            assert dropped == []
            found[node[f"{SCHEMA}identifier"][0]["@value"]] = node
    return found


@pytest.fixture(scope="module")
def sample() -> dict[str, Any]:
    return blocks(sample_graph())


def test_every_paper_and_thing_with_a_page_has_one(sample: dict[str, Any]) -> None:
    assert set(sample) == {n.id for n in sample_graph().nodes() if not n.id.startswith("url:")}


def test_a_paper_is_an_article_with_what_it_is_about(sample: dict[str, Any]) -> None:
    node = sample[DT.id]
    assert node["@id"] == BASE_IRI + DT.id
    assert node["@type"] == [f"{SCHEMA}ScholarlyArticle"]
    assert node[f"{SCHEMA}headline"] == [{"@value": DT.title}]
    assert [a[f"{SCHEMA}name"][0]["@value"] for a in node[f"{SCHEMA}author"]] == list(DT.authors)
    assert node[f"{SCHEMA}about"][0]["@id"] == BASE_IRI + "task:offline-rl"
    assert {"@id": "https://arxiv.org/abs/2106.01345"} in node[f"{SCHEMA}sameAs"]
    assert BASE_IRI + "benchmark:d4rl" in [n["@id"] for n in node[f"{SCHEMA}mentions"]]


def test_a_benchmark_is_a_data_set_and_a_term(sample: dict[str, Any]) -> None:
    node = sample["benchmark:d4rl"]
    assert node["@type"] == [f"{SCHEMA}Dataset", f"{SCHEMA}DefinedTerm"]


def test_no_name_closes_the_block(sample: dict[str, Any]) -> None:
    assert sample[EVIL.id][f"{SCHEMA}headline"] == [{"@value": EVIL.title}]
    assert sample["method:a#b/c?d=e f%"][f"{SCHEMA}name"] == [{"@value": NASTY}]
    name = "</script><script>alert(1)</script>"
    graph = KnowledgeGraph([Paper(id="x:1", title=name)], [Method(id="method:x", name=name)])
    for path, text in render_site(graph):
        if path.endswith(".html"):
            assert "<script>" not in text
            assert text.count("</script>") == text.count("<script ")
    assert blocks(graph)["method:x"][f"{SCHEMA}name"] == [{"@value": name}]
