"""Identifiers: the same thing has one id, different things have different ones."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.ids import content_hash, entity_id, mention_id, relation_id, slugify, title_id
from kg.model import NAMED_KINDS
from kg.names import normal_form
from tests.strategies import written_names

SAFE_ID = re.compile(r"[a-z]+:[a-z0-9.+#*-]+")
HEX20 = re.compile(r"[0-9a-f]{20}")


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_content_hash_tells_lists_of_parts_apart(one: list[str], two: list[str]) -> None:
    assert (content_hash(*one) == content_hash(*two)) == (one == two)


def test_content_hash_takes_what_utf8_cannot() -> None:
    assert content_hash("\ud800") != content_hash("\udfff")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Decision Transformer", "decision-transformer"),
        ("  GPT-3.5 ", "gpt-3.5"),
        ("C++", "c++"),
        ("A*", "a*"),
        ("Grün & Blau", "grun-blau"),
        ("王小明", ""),
        ("...", ""),
    ],
)
def test_slugify(name: str, slug: str) -> None:
    assert slugify(name) == slug


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("Method", "Decision Transformers", "method:decision-transformer"),
        ("Method", "GPT-3.5", "method:gpt3.5"),
        ("Dataset", "the CIFAR-10 dataset", "dataset:cifar10"),
        ("Method", "VITS", "method:vits"),
        ("Method", "ViTs", "method:vit"),
        ("Metric", "BLEU score", "metric:bleu"),
    ],
)
def test_entity_ids_are_readable_where_they_can_be(kind: str, name: str, expected: str) -> None:
    assert entity_id(kind, normal_form(name)) == expected


def test_an_unreadable_name_gets_a_hash() -> None:
    assert re.fullmatch(r"task:[0-9a-f]{8}", entity_id("Task", "王小明"))
    assert re.fullmatch(r"method:vae-[0-9a-f]{8}", entity_id("Method", "β vae"))
    long = entity_id("Task", "very " * 40 + "long")
    assert re.fullmatch(r"task:very-[a-z-]+-[0-9a-f]{8}", long)
    assert len(long) < 80


@given(written_names, written_names)
def test_two_normal_forms_never_share_an_id(one: str, two: str) -> None:
    forms = normal_form(one), normal_form(two)
    ids = entity_id("Method", forms[0]), entity_id("Method", forms[1])
    assert (ids[0] == ids[1]) == (forms[0] == forms[1])


@given(st.sampled_from(NAMED_KINDS), written_names.filter(str.strip))
def test_entity_ids_have_safe_characters_only(kind: str, name: str) -> None:
    made = entity_id(kind, normal_form(name))
    assert SAFE_ID.fullmatch(made)
    assert made.startswith(f"{kind.lower()}:")


def test_kinds_have_ids_of_their_own() -> None:
    assert len({entity_id(kind, "chess") for kind in NAMED_KINDS}) == len(NAMED_KINDS)


def test_title_ids_forgive_case_and_punctuation() -> None:
    title = "Attention Is All You Need"
    assert title_id(title) == title_id("attention is all  you need.")
    assert title_id(title) != title_id("Attention Is Not All You Need")


def test_titles_without_words_still_differ() -> None:
    assert title_id("???") != title_id("!!!")


@given(st.tuples(st.text(), st.text(), st.text()), st.tuples(st.text(), st.text(), st.text()))
def test_relation_ids_tell_triples_apart(
    one: tuple[str, str, str], two: tuple[str, str, str]
) -> None:
    assert HEX20.fullmatch(relation_id(*one))
    assert (relation_id(*one) == relation_id(*two)) == (one == two)


def test_mention_ids_tell_place_and_kind_apart() -> None:
    made = {
        mention_id("p", 1, 23, "Method"),
        mention_id("p", 12, 3, "Method"),
        mention_id("p1", 1, 23, "Method"),
        mention_id("p", 1, 23, "Task"),
    }
    assert len(made) == 4
    assert all(HEX20.fullmatch(i) for i in made)
