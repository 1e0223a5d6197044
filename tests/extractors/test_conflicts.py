"""Overlaps and kinds: one order, whatever the input's; a name has one kind in a paper."""

from __future__ import annotations

import random
import re

from hypothesis import given
from hypothesis import strategies as st

from kg.extractors.abbreviations import find_abbreviations
from kg.extractors.candidates import Candidate
from kg.extractors.conflicts import precedence, resolve_overlaps, settle
from kg.model import ENTITY_KINDS, EntityKind

TEXT = "FooNet learns fast. A foo network (FN) is a FooNet; the FN and BarSet, a BarSet-2 set."

_kinds: st.SearchStrategy[EntityKind] = st.sampled_from(ENTITY_KINDS)


@st.composite
def candidates(draw: st.DrawFn) -> Candidate:
    start = draw(st.integers(0, len(TEXT) - 1))
    end = draw(st.integers(start + 1, min(len(TEXT), start + 12)))
    kind = draw(_kinds)
    url = kind == "Url"
    return Candidate(
        start,
        end,
        kind,
        draw(st.sampled_from(("kg_patterns", "kg_gazetteer"))),
        draw(st.sampled_from((0.4, 0.5, 0.9))),
        href="https://example.org" if url else None,
        url_kind=draw(st.sampled_from(("code", "other"))) if url else None,
        name=None if url else draw(st.sampled_from((None, "FooNet"))),
    )


found_lists = st.lists(candidates(), max_size=12)


def at(surface: str, kind: EntityKind, score: float = 0.5, nth: int = 0) -> Candidate:
    start = [m.start() for m in re.finditer(re.escape(surface), TEXT)][nth]
    return Candidate(start, start + len(surface), kind, "kg_patterns", score)


def apart(settled: list[Candidate]) -> bool:
    ends = [c.end for c in settled[:-1]]
    return all(end <= c.start for end, c in zip(ends, settled[1:], strict=True))


@given(found_lists, st.randoms(use_true_random=False))
def test_the_result_does_not_depend_on_the_order(
    found: list[Candidate], order: random.Random
) -> None:
    shuffled = order.sample(found, len(found))
    assert resolve_overlaps(shuffled) == resolve_overlaps(found)
    assert settle(TEXT, shuffled) == settle(TEXT, found)


@given(found_lists)
def test_nothing_overlaps_and_nothing_is_invented(found: list[Candidate]) -> None:
    kept = resolve_overlaps(found)
    assert set(kept) <= set(found)
    assert apart(kept)
    assert apart(settle(TEXT, found, find_abbreviations(TEXT)))


@given(found_lists)
def test_doing_it_twice_changes_nothing(found: list[Candidate]) -> None:
    assert resolve_overlaps(resolve_overlaps(found)) == resolve_overlaps(found)
    once = settle(TEXT, found)
    assert settle(TEXT, once) == once


@given(candidates(), candidates())
def test_the_order_is_total(one: Candidate, two: Candidate) -> None:
    assert (precedence(one) == precedence(two)) == (one == two)


def test_an_address_comes_first_then_the_longer_then_the_surer() -> None:
    short, long = at("FooNet", "Method", 0.9), at("FooNet learns", "Task", 0.4)
    url = Candidate(3, 8, "Url", "kg_urls", 0.4, href="https://a.b", url_kind="code")
    assert resolve_overlaps([short, long]) == [long]
    assert resolve_overlaps([short, long, url]) == [url]
    assert resolve_overlaps([short, at("FooNet", "Task", 0.5)]) == [short]


def test_a_name_found_once_is_found_wherever_it_is_written() -> None:
    settled = settle(TEXT, [at("FooNet", "Method")])
    assert [TEXT[c.start : c.end] for c in settled] == ["FooNet", "FooNet"]
    assert {c.kind for c in settled} == {"Method"}
    assert settled[0].score > settled[1].score


def test_a_name_is_not_found_inside_another() -> None:
    settled = settle(TEXT, [at("Bar", "Dataset")])
    assert [(c.start, c.end) for c in settled] == [(at("Bar", "Dataset").start, TEXT.index("Set,"))]
    versions = settle(TEXT, [at("BarSet", "Dataset")])
    assert {TEXT[c.start : c.end + 2] for c in versions} == {"BarSet, ", "BarSet-2"}


def test_a_short_form_and_its_long_form_are_one_name() -> None:
    settled = settle(TEXT, [at("foo network", "Method")], find_abbreviations(TEXT))
    assert [TEXT[c.start : c.end] for c in settled] == ["foo network", "FN", "FN"]


def test_the_surest_sighting_decides_the_kind_of_all() -> None:
    sure, weak = at("FooNet", "Dataset", 0.9, nth=1), at("FooNet", "Method", 0.5)
    assert {c.kind for c in settle(TEXT, [sure, weak])} == {"Dataset"}


def test_of_equal_sightings_the_more_decide() -> None:
    text = "XQ7, XQ7 and XQ7."
    kinds: tuple[EntityKind, ...] = ("Task", "Metric", "Metric")
    found = [
        Candidate(start, start + 3, kind, "kg_patterns", 0.5)
        for start, kind in zip((0, 5, 13), kinds, strict=True)
    ]
    assert {c.kind for c in settle(text, found)} == {"Metric"}


def test_nothing_found_is_nothing_settled() -> None:
    assert settle("", []) == []
    assert settle(TEXT, []) == []
