"""A graph in a notebook: the right part of it, closed, and names that stay text."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError, KnowledgeBaseError, UnknownNameError
from kg.graph import KnowledgeGraph
from kg.model import Method, Paper
from kg.pages import render_pyvis, show
from kg.pages.notebook import find_node
from kg.snapshot import write_snapshot
from tests.pages.page_graph import (
    NASTY,
    NASTY_IMAGE,
    large_graph,
    make_entity,
    nasty_graph,
    small_graph,
)
from tests.pages.test_site import Page
from tests.strategies import graphs

NOT_FETCHED = re.compile(
    r"https?://(www\.w3\.org/2000/svg$|visjs\.github\.io/vis-network/$|almende\.com$"
    r"|github\.com/(visjs$|zloirock/core-js|uuidjs/)|opensource\.org/licenses/|www\.apache\.org/lic)"
)
"""Addresses in vis-network's text: a name space, and comments of authors and licences."""


def _drawn(html: str) -> Any:
    found = re.search(r'<script id="network" type="application/json">(.*?)</script>', html, re.S)
    assert found is not None
    return json.loads(found[1])


def _names(html: str) -> list[str]:
    return sorted(node["title"].partition("\n")[0] for node in _drawn(html)["nodes"])


def test_the_whole_graph_is_the_pyvis_page() -> None:
    picture = show(small_graph())
    assert picture.html == render_pyvis(small_graph())
    assert repr(picture) == "<NotebookPage Knowledge graph: 13 nodes, 22 relations>"
    assert picture.note == ""


@pytest.mark.parametrize("centre", ["CQL", "cql", "Conservative Q-Learning", "the CQL method"])
def test_one_step_around_a_thing(centre: str) -> None:
    picture = show(small_graph(), centre)
    assert _names(picture.html) == [
        "A Survey That Mentions Much and Claims Little",
        "CQL",
        "Conservative Q-Learning for Offline Reinforcement Learning",
        "D4RL",
        "Decision Transformer: Reinforcement Learning via Sequence Modeling",
        "SAC",
    ]
    assert picture.title == "CQL (Method) and what is within 1 step"
    focus = [node["label"] for node in _drawn(picture.html)["nodes"] if "borderWidth" in node]
    assert focus == ["CQL"]


def test_two_steps_and_papers_as_centres() -> None:
    near = show(small_graph(), "doi:10.1000/d4rl.1")
    assert "D4RL" in _names(near.html)
    assert "Atari" not in _names(near.html)
    far = show(small_graph(), "doi:10.1000/d4rl.1", steps=2, title="Mine")
    assert set(_names(near.html)) < set(_names(far.html))
    assert far.title == "Mine"
    alone = show(small_graph(), "A Lonely Paper")
    assert _names(alone.html) == ["A Lonely Paper"]
    assert "1 node, 0 relations" in repr(alone)


@pytest.mark.parametrize("graph", [large_graph(400), small_graph()], ids=["large", "small"])
def test_what_does_not_fit_is_said(graph: KnowledgeGraph) -> None:
    centre = max(
        graph.entities, key=lambda key: sum(r.object == key for r in graph.relations.values())
    )
    for picture in (show(graph, centre, steps=2, max_nodes=5), show(graph, max_nodes=5)):
        assert len(_drawn(picture.html)["nodes"]) == 5
        assert re.search(r"shows (the )?5 ", picture.note)
        assert "left out" in picture.note
        assert picture.note in repr(picture)
        assert picture.note in unescape(picture.html)
    around = show(graph, centre, max_nodes=1)
    assert _names(around.html) == [graph.entities[centre].name]


def test_the_nearest_stay() -> None:
    graph = large_graph(400)
    centre = next(iter(graph.papers))
    near = _names(show(graph, centre).html)
    cut = _names(show(graph, centre, steps=2, max_nodes=len(near)).html)
    assert cut == near


@settings(max_examples=40)
@given(graphs(), st.data())
def test_any_node_can_be_the_centre(graph: KnowledgeGraph, data: st.DataObject) -> None:
    ids = [node.id for node in graph.nodes()]
    if not ids:
        return
    centre = data.draw(st.sampled_from(ids))
    most = data.draw(st.integers(1, 5))
    picture = show(graph, centre, steps=data.draw(st.sampled_from([1, 2])), max_nodes=most)
    drawn = _drawn(picture.html)["nodes"]
    assert 1 <= len(drawn) <= most
    assert sum("borderWidth" in node for node in drawn) == 1


def test_same_graph_same_bytes() -> None:
    for arguments in ({}, {"centre": "SAC"}, {"centre": "SAC", "steps": 2, "max_nodes": 6}):
        one, two = (show(small_graph(shuffle=n), **arguments) for n in (None, 3))
        assert one == two
        assert one._repr_html_() == two._repr_html_()


def test_an_unknown_centre_names_the_nearest() -> None:
    with pytest.raises(
        UnknownNameError, match="nothing in this graph is called 'Decison Transf'"
    ) as e:
        show(small_graph(), "Decison Transf")
    assert e.value.hint.startswith("did you mean 'Decision Transformer'")
    with pytest.raises(UnknownNameError) as e:
        show(small_graph(), "zzzz qqqq")
    assert "did you mean" not in e.value.hint
    with pytest.raises(UnknownNameError) as e:
        show(KnowledgeGraph(), "")
    assert e.value.hint == "this graph is empty"
    with pytest.raises(UnknownNameError) as e:
        show(small_graph(), "x" * 100_000)
    assert len(e.value.message) < 200


def test_a_name_of_several_things_asks_for_an_id() -> None:
    things = [make_entity("Benchmark", "Twin"), make_entity("Method", "Twin", ("Other",))]
    graph = KnowledgeGraph(
        (), [*things, make_entity("Task", "Other"), make_entity("Task", "oTher")]
    )
    with pytest.raises(UnknownNameError, match="2 things in this graph are called 'Twin'") as e:
        show(graph, "Twin")
    assert all(f"'{thing.id}'" in e.value.hint for thing in things)
    assert show(graph, things[1].id).title.startswith("Twin (Method)")
    assert find_node(graph, "Other").id == make_entity("Task", "Other").id  # a name before an alias


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": 3}, "steps is 3"),
        ({"steps": 0}, "steps is 0"),
        ({"max_nodes": 0}, "max_nodes is 0"),
        ({"height": 50}, "height is 50"),
    ],
)
def test_numbers_out_of_range(options: dict[str, int], message: str) -> None:
    with pytest.raises(InputError, match=message):
        show(small_graph(), "CQL", **options)  # type: ignore[arg-type]


def test_a_knowledge_base_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeBaseError, match="no knowledge base at"):
        show(tmp_path / "none.kg")
    base = tmp_path / "papers.kg"
    base.mkdir()
    (base / "ledger.sqlite").touch()  # the graph is all that is read
    write_snapshot(base, small_graph(), "0" * 16)
    assert show(base, "CQL") == show(str(base), "CQL") == show(small_graph(), "CQL")


def test_the_frame_holds_the_page_and_nothing_else() -> None:
    picture = show(nasty_graph(), NASTY, height=321)
    page = Page(picture._repr_html_())
    assert page.problems == []
    [(tag, frame)] = page.elements
    assert tag == "iframe"
    assert frame["srcdoc"] == picture.html
    assert frame["sandbox"] == "allow-scripts"
    assert frame["title"] == picture.title
    assert NASTY in picture.title
    assert frame["height"] == "321"
    assert "src" not in frame
    assert "".join(page.texts) == ""


def test_hostile_names_stay_data() -> None:
    for centre in (NASTY, NASTY_IMAGE, "title:666"):
        picture = show(nasty_graph(), centre, title=f"{NASTY}{NASTY_IMAGE}")
        page = Page(picture.html)
        assert page.problems == []
        assert [tag for tag, _ in page.elements].count("script") == 3
        assert not {tag for tag, _ in page.elements} & {"img", "a", "iframe"}
        assert not any(name.startswith("on") for _, a in page.elements for name in a)
        shown = json.dumps(_drawn(picture.html), ensure_ascii=False)
        assert "alert(1)" in shown


def test_very_long_names_are_cut() -> None:
    paper = Paper(id="title:long", title="y" * 10_000, abstract="")
    graph = KnowledgeGraph(
        [paper], [Method(id="method:x", name="x" * 10_000, aliases=("z" * 10_000,))]
    )
    for centre in ("x" * 10_000, "method:x", "title:long"):
        picture = show(graph, centre)
        assert len(picture.title) < 160
        assert not re.search("x{200}|y{200}|z{200}", picture.html)


def test_no_address_that_would_be_fetched_is_left() -> None:
    html = show(small_graph(), "A Lonely Paper").html
    addresses = re.findall(r"https?://[^\s\"'`)<>\\]+", html)
    assert [a for a in addresses if not NOT_FETCHED.match(a)] == []
    assert not re.search(r"\bcdn\.|cdnjs|unpkg|jsdelivr|googleapis|cloudflare", html)
    assert "sourceMappingURL" not in html
    page = Page(html)
    assert (page.meta("Content-Security-Policy") or "").startswith("default-src 'none'; script-src")
    for tag, attributes in page.elements:
        for name in ("src", "href", "srcset", "data", "action"):
            assert attributes.get(name) in (None, "data:,"), tag


def test_save_writes_the_page(tmp_path: Path) -> None:
    picture = show(small_graph(), "CQL")
    assert picture.save(tmp_path / "cql.html") == tmp_path / "cql.html"
    assert (tmp_path / "cql.html").read_text("utf-8") == picture.html
    with pytest.raises(InputError, match="no directory"):
        picture.save(tmp_path / "none" / "cql.html")
    assert [p.name for p in tmp_path.iterdir()] == ["cql.html"]


def test_importing_the_pages_loads_nothing_heavy() -> None:
    code = (
        "import sys, kg.pages; assert 'show' in dir(kg.pages); "
        "heavy = {'pyvis', 'IPython', 'jinja2', 'networkx', 'igraph', 'numpy', 'pydantic', "
        "'rapidfuzz', 'kglite', 'spacy'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    code = (
        "import sys; from kg.pages import show; from tests.pages.page_graph import small_graph; "
        "show(small_graph(), 'CQL')._repr_html_(); sys.exit('spacy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_unknown_names_of_the_package() -> None:
    import kg.pages

    with pytest.raises(AttributeError, match="has no attribute 'shwo'"):
        kg.pages.shwo  # noqa: B018
    assert all(getattr(kg.pages, name) for name in kg.pages.__all__)
