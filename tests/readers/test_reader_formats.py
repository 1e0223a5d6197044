"""Each format on one small file: what every field becomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers import READERS, read_papers

DATA = Path(__file__).parent.parent / "data" / "readers"

KITE = "KiteFormer: Folding Attention Maps for Small Machines"
HATS = "Planning with Two Hats"
CENSUS = "A Census of Made-up Benchmarks"
FOLD = "We fold attention maps along their diagonal, which saves half of the memory."
TWICE = "A planner that wears two hats decides twice."
AUTHORS = ("Ada Ray", "Bo Kühn")
JOURNAL = "Journal of Invented Results"

EXPECTED: dict[str, tuple[str, list[dict[str, object]]]] = {
    "arxiv_atom.xml": (
        "arxiv_atom",
        [
            {
                "id": "arxiv:2401.01234",
                "title": KITE,
                "abstract": "We fold attention maps along their diagonal, which saves half of the "
                "memory & costs 1.5% of accuracy on KiteBench^2. The code is at "
                "https://github.com/example/kiteformer.",
                "year": 2024,
                "venue": f"{JOURNAL} 7 (2024)",
                "authors": AUTHORS,
                "doi": "10.5555/kite.7",
                "url": "http://arxiv.org/abs/2401.01234v2",
                "categories": ("cs.LG", "cs.CL"),
            },
            {
                "id": "arxiv:cs/9901012",
                "title": HATS,
                "abstract": TWICE,
                "year": 1999,
                "authors": ("Cy Doe",),
                "url": "http://arxiv.org/abs/cs/9901012v1",
                "categories": ("cs.AI",),
            },
        ],
    ),
    "arxiv_oai_dc.xml": (
        "arxiv_oai",
        [
            {
                "id": "arxiv:2401.01234",
                "title": KITE,
                "abstract": FOLD,
                "year": 2024,
                "authors": AUTHORS,
                "doi": "10.5555/kite.7",
                "url": "http://arxiv.org/abs/2401.01234",
                "categories": ("Computer Science - Machine Learning",),
            }
        ],
    ),
    "arxiv_oai_arxiv.xml": (
        "arxiv_oai",
        [
            {
                "id": "arxiv:2401.01234",
                "title": KITE,
                "abstract": FOLD,
                "year": 2024,
                "venue": f"{JOURNAL} 7 (2024)",
                "authors": AUTHORS,
                "doi": "10.5555/kite.7",
                "url": "https://arxiv.org/abs/2401.01234",
                "categories": ("cs.LG", "cs.CL"),
            }
        ],
    ),
    "arxiv_snapshot.json": (
        "arxiv_jsonl",
        [
            {
                "id": "arxiv:2401.01234",
                "title": KITE,
                "abstract": FOLD,
                "year": 2024,
                "venue": f"{JOURNAL} 7 (2024)",
                "authors": AUTHORS,
                "doi": "10.5555/kite.7",
                "url": "https://arxiv.org/abs/2401.01234",
                "categories": ("cs.LG", "cs.CL"),
            },
            {
                "id": "arxiv:cs/9901012",
                "title": HATS,
                "abstract": TWICE,
                "year": 1999,
                "authors": ("Cy Doe Jr",),
                "url": "https://arxiv.org/abs/cs/9901012",
                "categories": ("cs.AI",),
            },
        ],
    ),
    "hf_daily_papers.json": (
        "hf_daily_papers",
        [
            {
                "id": "arxiv:2401.01234",
                "title": KITE,
                "abstract": FOLD,
                "year": 2024,
                "authors": AUTHORS,
                "url": "https://arxiv.org/abs/2401.01234",
            },
            {
                "id": "arxiv:2401.05678",
                "title": HATS,
                "abstract": TWICE,
                "year": 2024,
                "url": "https://arxiv.org/abs/2401.05678",
            },
        ],
    ),
    "openalex.jsonl": (
        "openalex",
        [
            {
                "id": "arxiv:2401.01234",
                "title": KITE,
                "abstract": "We fold attention maps onto maps",
                "year": 2024,
                "venue": "arXiv (Cornell University)",
                "authors": AUTHORS,
                "doi": "10.48550/arxiv.2401.01234",
                "url": "https://arxiv.org/abs/2401.01234",
                "categories": ("Machine Learning",),
            },
            {
                "id": "doi:10.5555/hats.2",
                "title": HATS,
                "year": 2023,
                "authors": ("Cy Doe",),
                "doi": "10.5555/hats.2",
                "url": "https://doi.org/10.5555/HATS.2",
            },
            {"id": "openalex:W4403", "title": CENSUS, "abstract": "We count.", "year": 2022},
        ],
    ),
    "openalex_page.json": (
        "openalex",
        [{"id": "openalex:W4403", "title": CENSUS, "abstract": "We count.", "year": 2022}],
    ),
    "semantic_scholar.jsonl": (
        "semantic_scholar",
        [
            {
                "id": "arxiv:2401.01234",
                "title": KITE,
                "abstract": "We fold attention maps along their diagonal.",
                "year": 2024,
                "venue": JOURNAL,
                "authors": AUTHORS,
                "doi": "10.5555/kite.7",
                "url": "https://www.semanticscholar.org/paper/abc001",
                "categories": ("Computer Science",),
            },
            {"id": "s2:abc002", "title": HATS, "authors": ("Cy Doe",)},
            {"id": "doi:10.5555/hats.2", "title": CENSUS, "year": 2022, "doi": "10.5555/hats.2"},
        ],
    ),
    "papers.bib": (
        "bibtex",
        [
            {
                "id": "arxiv:2401.01234",
                "title": "KiteFormer: Folding Attention Maps for Small LaTeX Machines",
                "abstract": "We fold attention maps along their diagonal, which saves half of the "
                "memory & costs 1.5% of accuracy. Code: https://github.com/example/kite_former.",
                "year": 2024,
                "venue": JOURNAL,
                "authors": (*AUTHORS, "The Kite and Hat Group", "Jan van der Berg"),
                "url": "https://arxiv.org/abs/2401.01234",
                "categories": ("attention", "folding"),
            },
            {
                "id": "doi:10.5555/hats.2",
                "title": HATS,
                "year": 2023,
                "venue": "Proc. of Hats",
                "authors": ("Cy Doe",),
                "doi": "10.5555/hats.2",
            },
            {
                "id": "DBLP:misc/Census22",
                "title": CENSUS,
                "year": 2022,
                "url": "https://example.org/census",
            },
        ],
    ),
    "papers.ris": (
        "ris",
        [
            {
                "id": "doi:10.5555/kite.7",
                "title": KITE,
                "abstract": FOLD,
                "year": 2024,
                "venue": JOURNAL,
                "authors": AUTHORS,
                "doi": "10.5555/kite.7",
                "url": "https://example.org/kite",
                "categories": ("attention", "folding"),
            },
            {
                "id": "arxiv:2301.00042",
                "title": HATS,
                "abstract": TWICE,
                "year": 2023,
                "authors": ("Cy Doe",),
                "url": "https://arxiv.org/abs/2301.00042v3",
            },
            {"id": "ris:census", "title": CENSUS},
        ],
    ),
    "papers.jsonl": (
        "jsonl",
        [
            {
                "id": "arxiv:2401.01234",
                "title": KITE,
                "abstract": "We fold attention maps along their diagonal.",
                "year": 2024,
                "authors": AUTHORS,
                "url": "https://arxiv.org/abs/2401.01234",
                "categories": ("cs.LG", "cs.CL"),
            },
            {
                "id": "doi:10.5555/hats.2",
                "title": HATS,
                "year": 2023,
                "authors": ("Cy Doe", "Di Roe"),
                "doi": "10.5555/hats.2",
            },
            {
                "id": "jsonl:census",
                "title": CENSUS,
                "authors": ("Cy Doe",),
                "url": "https://example.org/census",
            },
            {"id": "title:15f01d88fb8651e5", "title": "A Paper without Anything"},
        ],
    ),
    "papers.json": (
        "jsonl",
        [
            {"id": "mine:1", "title": HATS, "abstract": TWICE},
            {"id": "title:99ecf564bf705c67", "title": CENSUS},
        ],
    ),
    "papers.csv": (
        "csv",
        [
            {
                "id": "doi:10.5555/kite.7",
                "title": 'KiteFormer: Folding "Attention" Maps',
                "abstract": "We fold attention maps, half by half.",
                "year": 2024,
                "authors": AUTHORS,
                "doi": "10.5555/kite.7",
            },
            {
                "id": "title:94f809bc8c050fa6",
                "title": HATS,
                "year": 2023,
                "authors": ("Cy Doe",),
            },
        ],
    ),
    "papers.tsv": (
        "tsv",
        [
            {
                "id": "arxiv:2401.01234",
                "title": "KiteFormer",
                "abstract": "We fold attention maps.",
                "year": 2024,
                "url": "https://arxiv.org/abs/2401.01234",
            },
            {"id": "tsv:hats", "title": HATS},
        ],
    ),
    "papers.parquet": (
        "parquet",
        [
            {
                "id": "arxiv:2401.01234",
                "title": "KiteFormer",
                "abstract": "We fold attention maps.",
                "year": 2024,
                "authors": AUTHORS,
                "url": "https://arxiv.org/abs/2401.01234",
            },
            {"id": "title:94f809bc8c050fa6", "title": HATS, "year": 2023},
        ],
    ),
}


def read(path: Path, format: str | None = None) -> tuple[list[Paper], list[ReadError]]:
    errors: list[ReadError] = []
    return list(read_papers(path, format=format, on_error=errors.append)), errors


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_of_each_format(name: str) -> None:
    format, expected = EXPECTED[name]
    papers, errors = read(DATA / name)
    assert errors == []
    assert papers == [Paper.model_validate({**fields, "source": format}) for fields in expected]


def test_every_format_has_a_file() -> None:
    assert {format for format, _ in EXPECTED.values()} | {"daily_papers"} == set(READERS.names())


@pytest.mark.parametrize("name", [*EXPECTED, "daily_papers.txt"])
def test_the_format_can_be_forced_under_any_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "no_suffix"
    path.write_bytes((DATA / name).read_bytes())
    format = EXPECTED[name][0] if name in EXPECTED else "daily_papers"
    assert read(path, format) == read(DATA / name)


def test_daily_papers_page() -> None:
    papers, errors = read(DATA / "daily_papers.txt")
    assert errors == []
    assert [paper.title for paper in papers] == [
        KITE,
        "Who Counts the Counters? A Census of Made-up Benchmarks",
        "RiverBed^2: A Dataset of Quiet Rivers",
        HATS,
    ]
    assert papers[0].abstract.endswith("The code is at https://github.com/example/kiteformer.")
    assert "costs 1.5% of accuracy" in papers[0].abstract
    assert "recorded by Zoë Kühn and" in papers[2].abstract
    assert papers[2].abstract.endswith("We release the recordings, the microphone and the")
    assert {paper.source for paper in papers} == {"daily_papers"}
    assert all(paper.id.startswith("title:") for paper in papers)


def test_daily_papers_page_with_menus_votes_and_gaps(tmp_path: Path) -> None:
    abstract = "We fold maps. " * 30
    page = f"""Hugging Face's logo
Models
Datasets

Daily Papers
Thursday, Mar 14, 2024
Submitted by
some-user
12

{KITE}

·
3 authors
{abstract}

Submitted by other-user
+5
{HATS}
2 comments

A Title
That Goes On

{"Wrapped text of an abstract, line by line. " * 2}
{"Wrapped text of an abstract, line by line. " * 2}
Previous
1
2
Next
"""
    path = tmp_path / "page.txt"
    path.write_text(page, "utf-8")
    papers, errors = read(path)
    assert [paper.title for paper in papers] == [KITE, "A Title That Goes On"]
    assert papers[1].abstract.count("line by line.") == 4
    assert [str(error) for error in errors] == [f"{path}:19: no abstract below '{HATS}'"]


def test_a_page_of_abstracts_without_titles(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("We fold attention maps. " * 20 + "\n", "utf-8")
    papers, errors = read(path)
    assert papers == []
    assert [str(error) for error in errors] == [f"{path}:1: text without a title above it"]
