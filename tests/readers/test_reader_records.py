"""From loose records to papers: identifiers, names, aliases, and the way there and back."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ReadError
from kg.ids import title_id
from kg.model.paper import Paper
from kg.readers import Source, read_papers
from kg.readers._identifiers import arxiv_id, arxiv_year, normalize_doi
from kg.readers._names import author_names, natural_name
from kg.readers._records import make_paper
from kg.text import clean_text

NO_ID = title_id("T")


def paper_of(tmp_path: Path, **fields: object) -> Paper:
    path = tmp_path / "x"
    path.touch()
    with Source(path) as source:
        made = make_paper({"title": "T", **fields}, source, reader="jsonl")
    assert isinstance(made, Paper)
    return made


@pytest.mark.parametrize(
    ("text", "bare", "wanted"),
    [
        ("2106.01345", True, "2106.01345"),
        ("2106.01345v12", True, "2106.01345"),
        ("0704.0001", True, "0704.0001"),
        ("2106.01345", False, None),
        ("2113.01345", True, None),
        ("12106.01345", True, None),
        ("arXiv:2106.01345v1", False, "2106.01345"),
        ("https://arxiv.org/abs/2106.01345", False, "2106.01345"),
        ("http://www.arxiv.org/pdf/2106.01345v2.pdf", False, "2106.01345"),
        ("https://huggingface.co/papers/2106.01345", False, "2106.01345"),
        ("10.48550/arXiv.2106.01345", False, "2106.01345"),
        ("oai:arXiv.org:2106.01345", False, "2106.01345"),
        ("cs/0112017", True, "cs/0112017"),
        ("math.GT/0309136v1", True, "math/0309136"),
        ("https://arxiv.org/abs/hep-th/9901001", False, "hep-th/9901001"),
        ("foo/0112017", True, None),
        ("https://arxiv.org/list/cs.CL/recent", False, None),
    ],
)
def test_arxiv_ids(text: str, bare: bool, wanted: str | None) -> None:
    assert arxiv_id(text, bare=bare) == wanted


def test_years_of_arxiv_ids() -> None:
    assert [arxiv_year(i) for i in ("0704.0001", "9912.0001", "cs/0112017", "hep-th/9107001")] == [
        *(2007, 1999, 2001, 1991)
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("10.1000/ABC", "10.1000/abc"),
        ("https://doi.org/10.1000/abc(1)2.", "10.1000/abc(1)2"),
        ("doi:10.1000/a 10.1000/b", "10.1000/a"),
        ("https://dx.doi.org/10.1000/a;b", "10.1000/a;b"),
        ("11.1000/a", None),
        ("", None),
    ],
)
def test_dois(text: str, wanted: str | None) -> None:
    assert normalize_doi(text) == wanted


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"id": "arxiv:2106.01345v3"}, "arxiv:2106.01345"),
        ({"id": "2106.01345", "doi": "10.1000/a"}, "arxiv:2106.01345"),
        ({"url": "https://arxiv.org/abs/2106.01345"}, "arxiv:2106.01345"),
        ({"url": ["https://a.org", "https://arxiv.org/pdf/2106.01345"]}, "arxiv:2106.01345"),
        ({"doi": "10.48550/arXiv.2106.01345"}, "arxiv:2106.01345"),
        ({"arxiv_id": "2106.01345"}, "arxiv:2106.01345"),
        ({"id": "mine:1", "doi": "10.1000/A"}, "doi:10.1000/a"),
        ({"id": "DOI:10.1000/A"}, "doi:10.1000/a"),
        ({"id": "https://doi.org/10.1000/A"}, "doi:10.1000/a"),
        ({"id": "mine:1"}, "mine:1"),
        ({"id": 17}, "jsonl:17"),
        ({"id": "my paper\n1"}, "jsonl:my_paper_1"),
        ({"id": " "}, NO_ID),
        ({"id": "x" * 600}, NO_ID),
        ({"id": None}, NO_ID),
        ({}, NO_ID),
    ],
)
def test_ids(fields: dict[str, object], wanted: str, tmp_path: Path) -> None:
    assert paper_of(tmp_path, **fields).id == wanted


@pytest.mark.parametrize(
    ("fields", "year"),
    [
        ({"year": 2020}, 2020),
        ({"year": "2020.0"}, 2020),
        ({"year": float("nan")}, None),
        ({"year": True}, None),
        ({"published": "2020-05-01T00:00:00Z"}, 2020),
        ({"publication_date": "May 2020"}, 2020),
        ({"Publication Year": "2020"}, 2020),
        ({"year": "n.d."}, None),
        ({"year": 20201}, None),
        ({"year": "3020"}, None),
        ({"id": "2106.01345"}, 2021),
        ({"id": "2106.01345", "year": None}, None),
        ({"id": "2106.01345", "year": ""}, 2021),
    ],
)
def test_years(fields: dict[str, object], year: int | None, tmp_path: Path) -> None:
    assert paper_of(tmp_path, **fields).year == year


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (["Ada Ray", "", "Bo K{\\'e}"], ("Ada Ray", "Bo Ké")),
        ([{"name": "Ada Ray"}, {"given": "Bo", "family": "Li"}, 3], ("Ada Ray", "Bo Li")),
        ([{"author": {"display_name": "Ada Ray"}}], ("Ada Ray",)),
        ("Ada Ray", ("Ada Ray",)),
        ("Ray, Ada", ("Ada Ray",)),
        ("Ray, Ada and Li, Bo", ("Ada Ray", "Bo Li")),
        ("Ada Ray and Bo Li", ("Ada Ray", "Bo Li")),
        ("Ada Ray, Bo Li and Cy Doe", ("Ada Ray", "Bo Li", "Cy Doe")),
        ("A. Ray, B. Li, and C. Doe", ("A. Ray", "B. Li", "C. Doe")),
        ("Ray, Ada; Li, Bo", ("Ada Ray", "Bo Li")),
        ("", ()),
        (None, ()),
        (7, ()),
    ],
)
def test_authors(value: object, wanted: tuple[str, ...]) -> None:
    assert author_names(value) == wanted


def test_names_with_parts() -> None:
    assert natural_name("de la Cruz, Jr., Ana") == "Ana de la Cruz Jr."


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (["a", "b", "a", ""], ("a", "b")),
        ("cs.CL cs.LG stat.ML", ("cs.CL", "cs.LG", "stat.ML")),
        ("hep-ph", ("hep-ph",)),
        ("machine learning, kites", ("machine learning", "kites")),
        ("a, b; c", ("a, b", "c")),
        ("machine learning", ("machine learning",)),
        ([{"display_name": "Kites", "score": 0.5}], ("Kites",)),
        (None, ()),
    ],
)
def test_categories(value: object, wanted: tuple[str, ...], tmp_path: Path) -> None:
    assert paper_of(tmp_path, categories=value).categories == wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("https://a.org/x_y~z", "https://a.org/x_y~z"),
        (" see http://a.org now", "http://a.org"),
        ("ftp://a.org", None),
        ("javascript:alert(1)", None),
        ("www.a.org", None),
        (None, None),
    ],
)
def test_addresses(value: object, wanted: str | None, tmp_path: Path) -> None:
    assert paper_of(tmp_path, url=value).url == wanted


def test_common_names_of_fields(tmp_path: Path) -> None:
    paper = paper_of(
        tmp_path,
        Summary="A <i>text</i>",
        journal={"name": "J"},
        AUTHORS=["Ada Ray"],
        Keywords="kites",
        other={"x": [1]},
    )
    assert paper == Paper(
        id=paper.id,
        title="T",
        abstract="A text",
        venue="J",
        authors=("Ada Ray",),
        categories=("kites",),
        source="jsonl",
    )


def test_lists_nested_deep_are_no_trouble(tmp_path: Path) -> None:
    deep: list[Any] = ["x"]
    for _ in range(5000):
        deep = [deep]
    assert paper_of(tmp_path, abstract=deep, year=deep, venue=deep, authors=deep, url=deep).id


_words = st.text(max_size=30).map(clean_text)
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_names = st.sampled_from(
    "id title abstract summary year published venue authors author doi url link categories "
    "keywords eprint openalex s2 Title".split()
)


@given(
    st.builds(
        Paper,
        id=st.sampled_from(("mine:1", "title:ab12", "jsonl:x", "arxiv:2401.01234", "s2:f00")),
        title=_words.filter(bool),
        abstract=_words,
        year=st.none() | st.integers(1500, 2199),
        venue=st.none() | _words.filter(bool),
        authors=st.lists(_words.filter(bool), max_size=3).map(tuple),
        url=st.sampled_from((None, "https://example.org/x?y=1&z=~2")),
        categories=st.lists(_words.filter(bool), max_size=3, unique=True).map(tuple),
        source=st.just("jsonl"),
    )
)
def test_papers_survive_json_lines(paper: Paper) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "papers.jsonl"
        path.write_text(paper.model_dump_json() + "\n", "utf-8")
        assert list(read_papers(path, strict=True)) == [paper]


@given(st.dictionaries(_names, _values, max_size=6))
def test_any_record_is_a_paper_or_an_error(record: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.touch()
        with Source(path) as source:
            made = make_paper(record, source, reader="jsonl", line=1)
    if isinstance(made, ReadError):
        assert "\n" not in str(made)
    else:
        made.model_dump_json().encode()
        again = json.loads(made.model_dump_json())
        assert Paper.model_validate(again) == made
