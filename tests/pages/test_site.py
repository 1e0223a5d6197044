"""The site as text: safe names, links that lead somewhere, nothing that runs."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.exporters import EXPORTERS, export_graph
from kg.exporters.site import SiteExporter
from kg.graph import KnowledgeGraph
from kg.model import Method, Paper, Relation
from kg.pages.plots import Series, bar, columns, per_year, sparkline
from kg.pages.site import render_site
from kg.pages.site.addresses import LONGEST, page_stem, paper_address, safe_link
from kg.pages.site.marks import mark_evidence, mark_text
from kg.pages.site.sections import SHOWN_ROWS
from tests.pages.page_graph import (
    NASTY,
    NASTY_IMAGE,
    large_graph,
    make_entity,
    make_evidence,
    nasty_graph,
    small_graph,
)
from tests.sample_graph import sample_graph, shuffled_graph
from tests.stores.store_graph import store_graph
from tests.strategies import graphs

VOID = frozenset("meta link input br hr img".split())
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'"
GRAPHS: dict[str, Callable[[], KnowledgeGraph]] = {
    "small": small_graph,
    "nasty": nasty_graph,
    "sample": sample_graph,
    "store": store_graph,
    "large": lambda: large_graph(200),
    "empty": KnowledgeGraph,
}


class Page(HTMLParser):
    """A page read strictly: every element closed in order, no id twice."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.problems: list[str] = []
        self.feed(text)
        self.close()
        self.problems += [f"<{tag}> is never closed" for tag in self.open]
        counts = Counter(a["id"] for _, a in self.elements if "id" in a)
        self.problems += [f"id {key} {n} times" for key, n in counts.items() if n > 1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len({name for name, _ in attrs}) < len(attrs):
            self.problems.append(f"<{tag}> has an attribute twice")
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def attributes(self, tag: str, name: str) -> list[str]:
        return [a[name] or "" for t, a in self.elements if t == tag and name in a]

    def meta(self, key: str) -> str | None:
        for tag, a in self.elements:
            if tag == "meta" and key in (a.get("name"), a.get("property"), a.get("http-equiv")):
                return a.get("content")
        return None


def _pages(graph: KnowledgeGraph) -> dict[str, Page]:
    return {p: Page(t) for p, t in render_site(graph) if p.endswith(".html")}


def _check(graph: KnowledgeGraph) -> None:
    """Every page of a graph is well-formed, described, and linked to what exists."""
    files = list(render_site(graph))
    paths = {path for path, _ in files}
    assert len(paths) == len(files)
    nodes = len(graph.papers) + sum(e.kind != "Url" for e in graph.entities.values())
    pages = {path: Page(text) for path, text in files if path.endswith(".html")}
    assert len(pages) >= nodes + 1
    for path, page in pages.items():
        assert page.problems == [], path
        tags = [tag for tag, _ in page.elements]
        head = tags[: tags.index("body")]
        assert tags.count("h1") == tags.count("main") == head.count("title") == 1
        assert page.attributes("html", "lang") == ["en"]
        for key in ("viewport", "og:title", "og:type", "og:description", "description"):
            assert page.meta(key), (path, key)
        assert (page.meta("Content-Security-Policy") or "").startswith(POLICY)
        assert not {"iframe", "object", "embed", "base", "img", "style"} & set(tags)
        for tag, a in page.elements:
            assert not any(name.startswith("on") or name == "style" for name in a), (path, tag, a)
        scripts = [a for tag, a in page.elements if tag == "script"]
        assert [a for a in scripts if a.get("type") != "application/ld+json"] == [
            {"src": f"{'../' if '/' in path else ''}site.js", "defer": None}
        ]
        for address in page.attributes("a", "href") + page.attributes("link", "href"):
            _check_link(path, address, paths, page)


def _check_link(path: str, address: str, paths: set[str], page: Page) -> None:
    if address.startswith("#"):
        assert any(a.get("id") == address[1:] for _, a in page.elements), (path, address)
    elif re.match(r"https?://", address):
        outside = [a for t, a in page.elements if t == "a" and a.get("href") == address]
        assert all(a.get("rel") == "noopener noreferrer" for a in outside)
    elif address != "data:,":
        assert re.fullmatch(r"(\.\./)?[a-z0-9._/-]+", address), (path, address)
        parts = PurePosixPath(path).parent / address
        where = [p for p in parts.parts if p != ".."]
        where = where[-2:] if "/" in address.removeprefix("../") else where[-1:]
        assert "/".join(where) in paths, (path, address)


@pytest.mark.parametrize("name", GRAPHS)
def test_pages_are_whole_and_lead_only_to_what_exists(name: str) -> None:
    _check(GRAPHS[name]())


@settings(deadline=None, max_examples=40)
@given(graphs())
def test_any_graph_makes_a_site(graph: KnowledgeGraph) -> None:
    _check(graph)


def test_same_graph_same_bytes() -> None:
    assert list(render_site(small_graph())) == list(render_site(small_graph(shuffle=3)))
    assert list(render_site(sample_graph())) == list(render_site(shuffled_graph()))


def test_hostile_names_are_text() -> None:
    graph = nasty_graph()
    found = ""
    for path, text in render_site(graph):
        if path.endswith(".html"):
            assert "<script>alert" not in text
            assert "<img" not in text
            assert "<!--" not in text
            page = Page(text)
            assert not [a for a in page.attributes("a", "href") if "javascript" in a]
            found += "".join(page.texts)
    for words in (NASTY, NASTY_IMAGE, "<!-- <script>", "javascript:alert(1)"):
        assert words in found


def test_a_name_cannot_leave_the_search_index() -> None:
    graph = KnowledgeGraph(
        (), [Method(id="method:x", name="a\tb\nc\u2028d", aliases=("", " ", '"};x'))]
    )
    text = dict(render_site(graph))["search-index.js"]
    assert text.count("\n") == 1
    data = json.loads(text.removeprefix("window.kgNames=").removesuffix(";\n"))
    assert data["names"] == '0\tx\ta b c d\t"};x'


IDS = st.text(max_size=40) | st.text("abAB.-_:/\\ \u0131é", max_size=12) | st.just("x" * 512)


@given(st.sampled_from(["Method", "Paper"]), IDS, IDS)
def test_file_names_are_safe_and_tell_ids_apart(label: str, one: str, two: str) -> None:
    for value in (one, two, f"method:{one}", f"arxiv:{one}"):
        stem = page_stem(label, value)
        assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*", stem)
        assert len(stem) <= LONGEST
        assert ".." not in stem
        assert not stem.endswith(".")
        assert stem.split(".")[0] not in {"con", "nul", "aux", "prn", "com1", "lpt9", "index"}
    if one != two:
        assert page_stem(label, one) != page_stem(label, two)
        assert page_stem(label, f"method:{one}") != page_stem(label, f"method:{two}")


@pytest.mark.parametrize(
    ("label", "node_id", "stem"),
    [
        ("Method", "method:gpt-3.5", "gpt-3.5"),
        ("Paper", "arxiv:2106.01345", "arxiv-2106.01345"),
        ("Paper", "doi:10.1000/../x", r"doi-10-1000-x_[0-9a-f]{16}"),
        ("Method", "method:con", r"con_[0-9a-f]{16}"),
        ("Method", "method:con.x", r"con-x_[0-9a-f]{16}"),
        ("Method", "method:index", r"index_[0-9a-f]{16}"),
        ("Method", "method:A", r"a_[0-9a-f]{16}"),
        ("Method", "task:a", r"a_[0-9a-f]{16}"),
        ("Dataset", "dataset:王小明", r"page_[0-9a-f]{16}"),
        ("Paper", "../../etc/passwd", r"etc-passwd_[0-9a-f]{16}"),
    ],
)
def test_file_names(label: str, node_id: str, stem: str) -> None:
    assert re.fullmatch(stem, page_stem(label, node_id))


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://a.org/x?y=1#z", "https://a.org/x?y=1#z"),
        ("HTTPS://a.org", "HTTPS://a.org"),
        ("https://a.org/{x}|y", "https://a.org/%7Bx%7D%7Cy"),
        ("https://a.org\\@b.org", "https://a.org%5C@b.org"),
        ("javascript:alert(1)", None),
        (" https://a.org", None),
        ('https://a.org/"><b>', None),
        ("data:text/html,x", None),
        ("//a.org", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(address: str | None, link: str | None) -> None:
    assert safe_link(address) == link


def test_where_a_paper_can_be_read() -> None:
    unsafe = "javascript:alert(1)"
    assert paper_address(Paper(id="title:x", title="X", url=unsafe)) is None
    with_doi = Paper(id="title:x", title="X", url=unsafe, doi='10.1/a"b')
    assert paper_address(with_doi) == "https://doi.org/10.1/a%22b"
    assert paper_address(Paper(id="arxiv:1.2", title="X")) == "https://arxiv.org/abs/1.2"


def test_marks_count_code_points_and_escape() -> None:
    text = "𝒬 <b>&amp; DT"
    spans = [(11, 13, "<i>", "</i>"), (2, 5, "<u>", "</u>"), (3, 12, "<s>", "</s>")]
    assert mark_text(text, spans) == "𝒬 <u>&lt;b&gt;</u>&amp;amp; <i>DT</i>"
    assert mark_text(text, [(0, 99, "<i>", "</i>"), (3, 3, "<i>", "</i>")], 11) == "DT"


def test_evidence_marks_object_and_subject() -> None:
    paper = Paper(id="title:x", title="X", abstract="DT beats CQL.")
    evidence = make_evidence(paper, 3, 16, "CQL", "DT")
    assert mark_evidence([evidence]) == (
        '<mark class="subject">DT</mark> beats <mark class="object">CQL</mark>.'
    )


def test_charts_are_pure_and_say_what_they_show() -> None:
    series = [Series("<papers>", 'x" y="', [1, 3]), Series("b", "fill-b", [0, 2])]
    chart = columns(["2020", "<2021>"], series, key='k"', title="A & B")
    assert chart == columns(["2020", "<2021>"], series, key='k"', title="A & B")
    root = ElementTree.fromstring(chart)
    assert root.attrib["role"] == "img"
    assert root.find("title").text == "A & B"  # type: ignore[union-attr]
    told = root.find("desc").text  # type: ignore[union-attr]
    assert told == "2020: 1 <papers>, 0 b; <2021>: 3 <papers>, 2 b."
    assert len(root.findall("rect")) == 3
    for picture in (
        columns([], [], key="k", title="t"),
        bar(0.5),
        sparkline([]),
        sparkline([1, 0]),
    ):
        assert ElementTree.fromstring(picture).tag == "svg"


def test_years_have_no_gaps_and_old_ones_share_a_column() -> None:
    assert per_year([]) == ([], [])
    labels, values = per_year([1500, 1990, 2020])
    assert (labels[0], values[0], len(labels)) == ("≤1991", 2, 30)
    assert sum(values) == 3


def test_a_paper_page_links_its_names() -> None:
    graph = sample_graph()
    pages = _pages(graph)
    for paper in graph.papers.values():
        page = pages[f"paper/{page_stem('Paper', paper.id)}.html"]
        assert page.meta("og:type") == "article"
        linked = [a for t, a in page.elements if t == "a" and "named" in (a.get("class") or "")]
        mentions = [m for m in graph.mentions(paper.id) if m.kind != "Url"]
        assert len(linked) == len(mentions) > 0


def test_a_benchmark_page_lists_the_methods_with_the_sentence() -> None:
    text = dict(render_site(sample_graph()))["benchmark/d4rl.html"]
    assert "Methods evaluated on it" in text
    assert '<a class="method" href="../method/decision-transformer.html">' in text
    assert 'outperforms CQL on <mark class="object">D4RL</mark>.' in text
    assert (
        'href="https://github.com/kzl/decision-transformer" rel="noopener noreferrer">code' in text
    )


def _crowded(papers: int) -> KnowledgeGraph:
    benchmark = make_entity("Benchmark", "Crowd")
    many = [
        Paper(
            id=f"arxiv:{n:04}", title=f"Paper {n}", abstract="We test on Crowd.", year=2000 + n % 9
        )
        for n in range(papers)
    ]
    relations = [
        Relation.from_evidence(
            p.id,
            "EVALUATES_ON",
            benchmark.id,
            (make_evidence(p, p.text.index("We"), len(p.text), "Crowd"),),
        )
        for p in many
    ]
    return KnowledgeGraph(many, [benchmark], relations)


def test_a_crowded_benchmark_has_its_whole_list_on_further_pages() -> None:
    graph = _crowded(450)
    _check(graph)
    pages = dict(render_site(graph))
    main = f"benchmark/{page_stem('Benchmark', next(iter(graph.entities)))}.html"
    assert pages[main].count('<th scope="row">') == SHOWN_ROWS
    assert "and 425 more" in pages[main]
    whole = [pages[p] for p in pages if "_evaluating_" in p]
    assert [text.count('<th scope="row">') for text in whole] == [200, 200, 50]


def test_the_export_is_a_folder_that_replaces_only_its_own(tmp_path: Path) -> None:
    site = tmp_path / "site"
    export_graph(small_graph(), site, format="site", title="Mine & <yours>")
    first = {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    assert b"<title>Mine &amp; &lt;yours&gt;</title>" in first[Path("index.html")]
    assert json.loads(first[Path("site.json")])["format"] == "kg-site/1"
    export_graph(small_graph(), site, format="site", title="Mine & <yours>")
    assert first == {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    assert not list(tmp_path.glob(".kg-export-*"))
    for stray in (site / "notes.txt", site / "method" / "notes.txt", site / "method" / "mine.html"):
        stray.write_text("mine")
        with pytest.raises(InputError, match="holds other files"):
            export_graph(small_graph(), site, format="site")
        stray.unlink()
    (site / "site.json").unlink()
    with pytest.raises(InputError, match="holds other files"):
        export_graph(small_graph(), site, format="site")


def test_the_exporter_is_registered_and_owns_empty_folders(tmp_path: Path) -> None:
    assert isinstance(EXPORTERS.get("site"), SiteExporter)
    assert SiteExporter().owns(tmp_path)
    (tmp_path / "site.json").write_text("[]")
    assert not SiteExporter().owns(tmp_path)


def test_no_page_holds_a_character_that_html_forbids() -> None:
    graph = KnowledgeGraph([Paper(id="title:x", title="a\x00b\x1b\ufffe", abstract="\x85c")])
    for path, text in render_site(graph):
        if path.endswith(".html"):
            assert not re.search("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffe]", text), path
