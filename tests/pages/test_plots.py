"""The plots of a corpus: right numbers, whole files, and names that stay text."""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.graph import KnowledgeGraph
from kg.pages import render_plot_page, render_plots, write_plots
from kg.pages.plot_page import Plot, corpus_plots, plot_format
from kg.pages.plots import RankedRow, bar, fit_words, ranking
from kg.pages.site import render_site
from tests.pages.page_graph import NASTY, NASTY_IMAGE, large_graph, nasty_graph, small_graph
from tests.pages.plot_graph import ARABIC, YEARS, hostile_graph, plot_graph
from tests.pages.test_site import Page
from tests.sample_graph import sample_graph, shuffled_graph
from tests.strategies import graphs

SVG = "{http://www.w3.org/2000/svg}"
GRAPHS: dict[str, Callable[[], KnowledgeGraph]] = {
    "empty": KnowledgeGraph,
    "small": small_graph,
    "sample": sample_graph,
    "large": lambda: large_graph(200),
    "nasty": nasty_graph,
    "hostile": hostile_graph,
    "no years": lambda: plot_graph([None] * 3),
    "one year": lambda: plot_graph([2020] * 3),
    "long ago": lambda: plot_graph([1500, 1990, 2020, None]),
    "no benchmarks": lambda: plot_graph(YEARS, benchmarks=False),
    "no code": lambda: plot_graph(YEARS, code=False),
    "nothing named": lambda: plot_graph([2020, 2021], names=(), code=False),
}


def _plots(graph: KnowledgeGraph) -> dict[str, Plot]:
    return {plot.key: plot for plot in corpus_plots(graph)}


def _check(graph: KnowledgeGraph) -> None:
    """Both files are whole, closed, and each picture in them is named and told."""
    plots = corpus_plots(graph)
    root = ElementTree.fromstring(render_plots(graph))
    page = Page(render_plot_page(graph))
    assert page.problems == []
    charts = [e for e in root.iter(f"{SVG}svg") if e.get("role") == "img"]
    assert len(charts) == sum(plot.chart is not None for plot in plots)
    assert [a for _, a in page.elements if a.get("role") == "img"] == [
        {name.lower(): value for name, value in chart.attrib.items()} for chart in charts
    ]
    for chart in charts:
        assert chart.findtext(f"{SVG}title")
        assert (chart.findtext(f"{SVG}desc") or "").endswith(".")
    ids = [e.attrib["id"] for e in root.iter() if "id" in e.attrib]
    assert len(ids) == len(set(ids))
    for chart in (root, *charts):
        assert all(key in ids for key in chart.attrib["aria-labelledby"].split())
    assert {e.tag for e in root.iter()} <= {
        SVG + tag for tag in "svg title desc style rect g text path polyline".split()
    }
    for element in root.iter():
        assert not any(n.startswith("on") or n in ("href", "style") for n in element.attrib)
    tags = {tag for tag, _ in page.elements}
    assert not {"script", "img", "iframe", "a", "object", "embed", "base"} & tags
    assert all(a.get("href") == "data:," for t, a in page.elements if t == "link")
    assert not any(n.startswith("on") or n == "style" for _, a in page.elements for n in a)


@pytest.mark.parametrize("name", GRAPHS)
def test_files_are_whole_named_and_closed(name: str) -> None:
    _check(GRAPHS[name]())


@settings(max_examples=30)
@given(graphs())
def test_any_graph_can_be_plotted(graph: KnowledgeGraph) -> None:
    _check(graph)


@pytest.mark.parametrize("render", [render_plots, render_plot_page])
def test_same_graph_same_bytes(render: Callable[[KnowledgeGraph], str]) -> None:
    assert render(hostile_graph()) == render(hostile_graph(shuffle=5))
    assert render(sample_graph()) == render(shuffled_graph())
    assert "\r" not in render(hostile_graph())
    assert render(sample_graph()).endswith(">\n")


def test_what_is_counted() -> None:
    plots = _plots(plot_graph(YEARS))
    assert plots["things"].head == ("Year", "methods", "benchmarks")
    assert plots["things"].rows == [
        ("2018", "0", "1"),
        ("2019", "0", "1"),
        ("2020", "1", "1"),
        ("2021", "1", "1"),
    ]
    assert plots["benchmarks"].rows == [("Alpha", "25")]
    assert plots["rising"].head == ("Method", "before 2020", "since 2020")
    assert plots["rising"].rows == [("Alpha", "0.0%", "100.0%")]
    assert plots["code"].rows == [
        ("2018", "4", "8"),
        ("2019", "3", "6"),
        ("2020", "2", "4"),
        ("2021", "3", "6"),
    ]
    assert plots["code"].note.endswith("Left out: 1 paper without a year.")


def test_the_front_page_counts_the_same() -> None:
    graph = plot_graph(YEARS)
    front = dict(render_site(graph))["index.html"]
    plots = _plots(graph)
    for year, with_code, papers in plots["code"].rows:
        cells = f'{year}</th><td class="number">{with_code}</td><td class="number">{papers}</td>'
        assert cells in front
    assert "0.0% → 100.0%" in front
    assert '<span class="number">25</span>' in front
    assert {plot.title for plot in plots.values()} == set(re.findall("<h2>(.*)</h2>", front))


def test_what_cannot_be_shown_is_said() -> None:
    none = _plots(plot_graph([None] * 3))
    assert none["things"].note == none["code"].note == "No paper of this graph has a year."
    assert none["things"].chart is none["code"].chart is none["rising"].chart is None
    assert none["benchmarks"].rows == [("Alpha", "3")]
    one = _plots(plot_graph([2020] * 3))
    assert one["things"].rows == [("2020", "1", "1")]
    assert "too few papers of earlier years" in one["rising"].note
    bare = _plots(plot_graph([2020, 2021], names=(), code=False))
    assert all(plot.chart is None for plot in bare.values())
    assert "No paper says that it evaluates on a benchmark." in bare["benchmarks"].note
    assert "gives an address of code" in bare["code"].note
    falling = _plots(plot_graph([2000] * 20 + [2021] * 20, late=2022))
    assert "No method is named by a larger share" in falling["rising"].note


def test_old_papers_are_said_to_be_left_out() -> None:
    plots = _plots(plot_graph([1500, 1990, 2020, None]))
    left_out = "Left out: 2 papers from before 1991 and 1 paper without a year."
    assert plots["things"].note.endswith(left_out)
    assert plots["things"].rows[0][0] == "1991"
    assert len(plots["things"].rows) == 30


@pytest.mark.parametrize("render", [render_plots, render_plot_page])
def test_hostile_names_are_text(render: Callable[[KnowledgeGraph], str]) -> None:
    text = render(hostile_graph())
    assert not re.search(r"<script|<img|<!--|]]>", text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    assert "x" * 300 not in text
    words = "".join(Page(text).texts)
    for name in (NASTY, NASTY_IMAGE, ARABIC, "a\ufffdb\ufffd", "two lines ]]> &amp; <!-- -->"):
        assert name in words
    assert len(text) < 100_000


def test_the_policy_lets_only_the_style_in() -> None:
    text = render_plot_page(sample_graph())
    policy = Page(text).meta("Content-Security-Policy") or ""
    style = re.findall("<style>(.*?)</style>", text, flags=re.DOTALL)
    assert len(style) == 1
    digest = b64encode(sha256(style[0].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"url\(|@import|https?:", style[0])
    for file in (text, render_plots(sample_graph())):
        assert "@media (prefers-color-scheme: dark)" in file
        assert set(re.findall(r"https?://[^\"' <]+", file)) <= {"http://www.w3.org/2000/svg"}


@given(st.text(max_size=80) | st.text("iW王\u0301 \n\x00", max_size=300), st.integers(0, 400))
def test_words_fit_on_one_line(words: str, width: int) -> None:
    line, whole = fit_words(words, width), fit_words(words, 1_000_000)
    assert len(line) <= max(len(whole), 1)
    assert not {unicodedata.category(c) for c in line} & {"Cc", "Cs", "Zl", "Zp"}
    assert line == whole or (line.endswith("…") and whole.startswith(line[:-1]))
    assert fit_words(whole, width) == line
    if words.isascii() and words.isprintable():
        assert whole == " ".join(words.split())
        assert line != whole or len(whole) * 4 <= width + 1


def test_a_ranking_tells_its_rows() -> None:
    row = RankedRow("<b> & c", bar(0.5), "1,000")
    root = ElementTree.fromstring(ranking([row, row], key='k"', title="A & B"))
    assert root.findtext("title") == "A & B"
    assert root.findtext("desc") == "1. <b> & c: 1,000; 2. <b> & c: 1,000."
    assert root.attrib["height"] == "52"
    assert ElementTree.fromstring(ranking([], key="k", title="t")).findtext("desc") == (
        "Nothing to show."
    )


@pytest.mark.parametrize("name", ["plots.png", "plots", "-", "plots.svg.gz", ""])
def test_other_suffixes_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="no plot format for") as caught:
        write_plots(small_graph(), tmp_path / name)
    assert ".svg, .html" in caught.value.hint
    assert list(tmp_path.iterdir()) == []
    assert plot_format("A.SVG") == "svg"


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    target = tmp_path / "plots.svg"
    target.write_text("before")
    assert write_plots(small_graph(), target) == target
    assert target.read_text("utf-8") == render_plots(small_graph())
    page = write_plots(small_graph(), str(tmp_path / "plots.html"))
    assert page.read_text("utf-8") == render_plot_page(small_graph())
    (tmp_path / "folder.svg").mkdir()
    refused: list[tuple[Any, str]] = [
        (tmp_path / "none" / "p.svg", "no directory"),
        (tmp_path / "folder.svg", "is a directory"),
        (target / "p.svg", "no directory|cannot write"),
        (tmp_path / f"{'n' * 300}.svg", "cannot write"),
        ("/dev/full/p.svg", "no directory|cannot write"),
    ]
    for path, message in refused:
        with pytest.raises(InputError, match=message):
            write_plots(small_graph(), path)
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == ["folder.svg", "plots.html", "plots.svg"]


def test_a_link_stays_and_its_file_is_replaced(tmp_path: Path) -> None:
    real, link = tmp_path / "real.svg", tmp_path / "link.svg"
    real.write_text("before")
    link.symlink_to(real)
    write_plots(small_graph(), link)
    assert link.is_symlink()
    assert real.read_text("utf-8").startswith("<svg")
