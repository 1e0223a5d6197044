"""Papers: the text that every offset points into, and the hash that says what changed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kg.model import Paper
from tests.strategies import papers

PAPER = Paper(id="title:1", title="A title", abstract="A text.", year=2024, authors=("Ada",))
CHANGES: dict[str, object] = {
    "id": "title:2",
    "title": "Another",
    "abstract": "",
    "year": None,
    "venue": "A journal",
    "authors": ("Ada", "Ben"),
    "doi": "10.1000/182",
    "url": "https://a.org",
    "categories": ("cs.CL",),
    "source": "bibtex",
}


@given(papers())
def test_title_and_abstract_lie_where_offsets_say(paper: Paper) -> None:
    assert paper.text[: len(paper.title)] == paper.title
    assert paper.text[len(paper.title) + 2 :] == paper.abstract
    assert paper.text[len(paper.title) :][:2] == "\n\n"


def test_every_field_can_change() -> None:
    assert set(CHANGES) == set(Paper.model_fields)


@pytest.mark.parametrize("field", CHANGES)
def test_any_change_changes_the_hash(field: str) -> None:
    changed = PAPER.model_copy(update={field: CHANGES[field]})
    assert changed.content_hash != PAPER.content_hash


@given(papers())
def test_the_hash_depends_on_content_alone(paper: Paper) -> None:
    twin = Paper.model_validate(paper.model_dump(exclude_defaults=True))
    assert twin.content_hash == paper.content_hash


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""},
        {"id": "x" * 513},
        {"title": ""},
        {"title": None},
        {"title": "a lone \ud800 surrogate"},
        {"year": 1499},
        {"year": 2201},
        {"year": "soon"},
        {"authors": "Ada"},
    ],
    ids=str,
)
def test_what_is_no_paper_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Paper.model_validate({**PAPER.model_dump(), **change})


@given(st.integers(1500, 2200))
def test_years_are_kept(year: int) -> None:
    assert Paper(id="x", title="A", year=year).year == year
