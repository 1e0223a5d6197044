"""When two names are the same."""

from __future__ import annotations

import pytest
from hypothesis import given

from kg.evaluation.gold import GoldEntity
from kg.evaluation.matching import alike, gold_names, name_key, name_keys, title_key, url_key
from tests.strategies import texts


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("The LiteRank model", "literank"),
        ("an our LiteRank", "LiteRank framework"),
        ("MS-MARCO", "MS MARCO datasets"),
        ("snake_case", "Snake Case"),
        ("diffusion policies", "Diffusion policie"),
        ("π_0", "π 0"),
        ("H^+", "h^+"),
    ],
)
def test_spellings_of_one_name(one: str, two: str) -> None:
    assert name_key(one) == name_key(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [("GPT-3", "GPT-4"), ("C", "C+"), ("class", "clas"), ("gas", "ga"), ("systems", "model")],
)
def test_different_names(one: str, two: str) -> None:
    assert name_key(one) != name_key(two)


def test_a_head_alone_stays_and_articles_alone_go() -> None:
    assert name_key("the benchmark") == "benchmark"
    assert name_key("model framework") == "model"
    assert name_key("This, the (a)") == ""


@given(texts)
def test_case_and_outer_punctuation_never_count(text: str) -> None:
    assert name_key(f"({text}),") == name_key(text)
    assert name_key(f"the {text}") == name_key(text)


def test_a_name_with_its_short_form_names_both() -> None:
    assert name_keys(["Direct Policy Search (DPS)"]) == {
        "direct policy search dps",
        "direct policy search",
        "dps",
    }
    assert name_keys(["Search (a long explanation of it)"]) == {"search a long explanation of it"}
    assert name_keys(["Search (X)", "!", "(ab) c"]) == {"search x", "ab c"}


def test_names_are_name_aliases_and_surface() -> None:
    entity = GoldEntity(
        name="Direct Search",
        aliases=("DS",),
        surface=("direct searches",),
        kinds=("Method",),
        tier="core",
        roles=("uses",),
    )
    assert gold_names(entity) == {"direct search", "ds", "direct searche"}


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("direct search", "search", True),
        ("direct policy search", "search", False),
        ("direct policy search", "policy search", True),
        ("search of policies", "search in policies", True),
        ("of the", "of the", False),
    ],
)
def test_alike_is_half_of_the_words(one: str, two: str, expected: bool) -> None:
    assert alike([name_key(one)], [name_key(two)]) is expected
    assert alike([name_key(two)], ["other", name_key(one)]) is expected


def test_titles_and_addresses() -> None:
    assert title_key("Lite-Rank: 2!") == title_key("literank 2")
    assert url_key("http://www.Example.org/A/?q=1#x") == "example.org/a"
    assert url_key("hf-mirror.com/a/b") == url_key("https://huggingface.co/a/b/")
    assert url_key("http://[broken") == "http://[broken"
