"""Names decided together: one thing a name, wherever it stands; no character belongs to two."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extractors.abbreviations import find_abbreviations
from kg.extractors.candidates import Candidate
from kg.extractors.entities import ENTITY_CLASSES, ScoredThing, score_things, settle
from kg.extractors.entity_features import (
    FEATURES,
    TAGGER_FEATURES,
    CandidateThing,
    candidate_things,
    describe_things,
)
from kg.extractors.sentences import split_sentences
from kg.model import NAMED_KINDS, EntityKind
from tests.extractors.hand_made import hand_made_output

TEXT = (
    "FooNet learns\n\nFooNet learns fast. A foo network (FN) is a FooNet; the FN and BarSet, "
    "a BarSet-2 set."
)
WEIGHED = ("kg_gazetteer", "kg_patterns", "kg_ner")


def at(
    surface: str,
    kind: EntityKind = "Method",
    score: float = 0.5,
    nth: int = 0,
    extractor: str = "kg_patterns",
    text: str = TEXT,
) -> Candidate:
    start = [m.start() for m in re.finditer(re.escape(surface), text)][nth]
    return Candidate(start, start + len(surface), kind, extractor, score)


def address(start: int, end: int) -> Candidate:
    return Candidate(start, end, "Url", "kg_urls", 1.0, href="https://a.b", url_kind="code")


def thing(core: float, *found: Candidate, kind: EntityKind = "Method") -> ScoredThing:
    form = TEXT[found[0].start : found[0].end].lower()
    return ScoredThing(form, kind, core, core, tuple((c.start, c.end) for c in found), found)


def words(settled: Sequence[Candidate]) -> list[str]:
    return [TEXT[c.start : c.end] for c in settled]


@st.composite
def candidates(draw: st.DrawFn) -> Candidate:
    start = draw(st.integers(0, len(TEXT) - 1))
    end = draw(st.integers(start + 1, min(len(TEXT), start + 12)))
    return Candidate(
        start,
        end,
        draw(st.sampled_from(NAMED_KINDS)),
        draw(st.sampled_from((*WEIGHED, "my_own"))),
        draw(st.sampled_from((0.4, 0.5, 0.9))),
        name=draw(st.sampled_from((None, "FooNet"))),
    )


@st.composite
def addresses(draw: st.DrawFn) -> Candidate:
    start = draw(st.integers(0, len(TEXT) - 1))
    return address(start, draw(st.integers(start + 1, min(len(TEXT), start + 12))))


found_lists = st.lists(candidates(), max_size=10)
address_lists = st.lists(addresses(), max_size=3)
chances = st.lists(st.integers(0, 4), min_size=7, max_size=7).map(
    lambda n: np.array(n, dtype=np.float32) / max(sum(n), 1)
)


@st.composite
def scored(draw: st.DrawFn) -> list[ScoredThing]:
    things = candidate_things(TEXT, draw(found_lists), find_abbreviations(TEXT))
    rows = [draw(chances) for _ in things]
    table = np.array(rows, dtype=np.float32).reshape(len(things), len(ENTITY_CLASSES))
    return score_things(things, table, keep=draw(st.sampled_from((0.0, 0.3))), core=0.1)


# candidate_things


def test_a_name_found_once_is_found_wherever_it_is_written() -> None:
    (found,) = candidate_things(TEXT, [at("FooNet")], [])
    assert found.spans == tuple((m.start(), m.end()) for m in re.finditer("FooNet", TEXT))
    assert found.found == (at("FooNet"),)


def test_a_name_is_not_found_inside_another() -> None:
    text = "On foos\n\nBarn, a BarnSet, a re-Barn and Barn-2."
    (found,) = candidate_things(text, [at("Barn", text=text)], [])
    assert [text[s : e + 2] for s, e in found.spans] == ["Barn, ", "Barn-2"]


def test_a_short_common_word_is_not_looked_for_elsewhere() -> None:
    text = "On foos\n\nThe set is no set."
    (found,) = candidate_things(text, [at("set", text=text)], [])
    assert found.spans == ((13, 16),)


def test_one_name_is_one_thing_whatever_kinds_were_proposed() -> None:
    (found,) = candidate_things(TEXT, [at("FooNet", "Method"), at("FooNet", "Dataset", nth=1)], [])
    assert {c.kind for c in found.found} == {"Method", "Dataset"}


def test_a_short_form_and_its_long_form_are_one_thing() -> None:
    shorts = find_abbreviations(TEXT)
    for proposed in ("foo network", "FN"):
        (found,) = candidate_things(TEXT, [at(proposed)], shorts)
        assert [TEXT[s:e] for s, e in found.spans] == ["foo network", "FN", "FN"]


def test_the_order_of_the_candidates_does_not_matter_to_the_things() -> None:
    found = [at("FooNet"), at("BarSet", "Dataset"), at("FN"), at("FooNet", "Task", 0.9, nth=2)]
    shorts = find_abbreviations(TEXT)
    assert candidate_things(TEXT, found[::-1], shorts) == candidate_things(TEXT, found, shorts)


def test_no_candidates_are_no_things() -> None:
    assert candidate_things(TEXT, [], find_abbreviations(TEXT)) == []
    assert candidate_things("", [], []) == []


# describe_things


def test_every_thing_has_a_value_in_every_column_but_the_taggers() -> None:
    shorts, sentences = find_abbreviations(TEXT), split_sentences(TEXT)
    things = candidate_things(TEXT, [at("FooNet"), at("FN"), at("BarSet", "Dataset")], shorts)
    rows = describe_things(TEXT, things, sentences, shorts, None)
    plain = len(FEATURES) - len(TAGGER_FEATURES)
    assert rows.shape == (3, len(FEATURES))
    assert np.isfinite(rows[:, :plain]).all()
    assert np.isnan(rows[:, plain:]).all()
    assert np.isfinite(
        describe_things(TEXT, things, sentences, shorts, hand_made_output(TEXT))
    ).all()


def test_columns_say_what_they_are_called() -> None:
    shorts, sentences = find_abbreviations(TEXT), split_sentences(TEXT)
    things = candidate_things(TEXT, [at("FooNet", "Method", 0.7), at("FN")], shorts)
    rows = describe_things(TEXT, things, sentences, shorts, None)
    told = {
        t.form: dict(zip(FEATURES, map(float, row), strict=True))
        for t, row in zip(things, rows, strict=True)
    }
    foonet, network = told["foonet"], told["foo network"]
    assert foonet["rule_method"] == pytest.approx(0.7)
    assert (foonet["in_title"], foonet["starts_title"], foonet["spans"]) == (1.0, 1.0, 3.0)
    assert (network["spelt_out"], network["has_short"], network["in_title"]) == (1.0, 1.0, 0.0)


def test_columns_have_one_name_each() -> None:
    assert len(set(FEATURES)) == len(FEATURES)


# score_things


def row(kind: EntityKind, share: float, *, optional: float = 0.0) -> np.ndarray:
    """Probabilities: so much for a kind, so much for optional, the rest for nothing."""
    found = np.zeros((1, len(ENTITY_CLASSES)), dtype=np.float32)
    found[0, ENTITY_CLASSES.index(kind)] = share
    found[0, ENTITY_CLASSES.index("optional")] = optional
    found[0, ENTITY_CLASSES.index("none")] = 1 - share - optional
    return found


BARSET = CandidateThing("barset", ((1, 7),), (at("BarSet"),))


def test_the_likeliest_kind_is_that_of_all_its_spans() -> None:
    things = candidate_things(TEXT, [at("FooNet"), at("FooNet", "Dataset", 0.9, nth=1)], [])
    (kept,) = score_things(things, row("Metric", 0.8), keep=0.5, core=0.1)
    settled, _ = settle([kept], [])
    assert {c.kind for c in settled} == {"Metric"}
    assert words(settled) == ["FooNet"] * 3


@pytest.mark.parametrize(
    ("share", "optional", "kept"),
    [
        (0.5, 0.0, True),
        (0.4, 0.0, False),  # below keep
        (0.3, 0.5, True),  # what is optional is left out of the score
        (0.14, 0.8, False),  # sure, but hardly worth a node
    ],
)
def test_what_is_kept_reaches_both_thresholds(share: float, optional: float, kept: bool) -> None:
    found = score_things([BARSET], row("Dataset", share, optional=optional), keep=0.45, core=0.15)
    assert bool(found) == kept


def test_scores_are_drawn_between_the_calibrated_ones() -> None:
    knots = ((0.0, 0.1), (0.5, 0.2), (1.0, 0.9))
    for raw, right in ((0.0, 0.1), (0.25, 0.15), (0.5, 0.2), (0.75, 0.55), (1.0, 0.9)):
        (kept,) = score_things([BARSET], row("Task", raw), keep=0.0, core=0.0, calibration=knots)
        assert kept.score == pytest.approx(right, abs=1e-3)
        assert kept.core == pytest.approx(raw, abs=1e-3)


def test_what_another_component_proposes_is_taken_at_its_word() -> None:
    own = at("BarSet", "Benchmark", 0.3, extractor="my_own")
    found = CandidateThing("barset", ((1, 7),), (at("BarSet", "Method", 0.9), own))
    (kept,) = score_things([found], row("Task", 0.0), keep=0.9, core=0.9)
    assert (kept.kind, kept.score, kept.core) == ("Benchmark", 0.3, 0.3)


# settle


def test_an_address_comes_first_then_the_surer_then_the_longer() -> None:
    short, long = at("FooNet"), at("FooNet learns")
    assert words(settle([thing(0.9, short), thing(0.8, long)], [])[0]) == ["FooNet"]
    assert words(settle([thing(0.8, short), thing(0.8, long)], [])[0]) == ["FooNet learns"]
    url = address(3, 8)
    assert settle([thing(0.9, short), thing(0.8, long)], [url])[0] == [url]


def test_the_longer_address_is_the_address() -> None:
    assert settle([], [address(3, 8), address(3, 20)])[0] == [address(3, 20)]


def test_a_thing_keeps_the_spans_that_no_surer_one_takes() -> None:
    whole = thing(0.9, at("FooNet learns", nth=1))
    name = thing(0.5, *(at("FooNet", nth=n) for n in range(3)))
    settled, left = settle([name, whole], [])
    assert words(settled) == ["FooNet", "FooNet learns", "FooNet"]
    assert [len(t.spans) for t in left] == [1, 2]


def test_a_thing_without_a_span_is_gone() -> None:
    _, left = settle([thing(0.9, at("FooNet learns")), thing(0.5, at("FooNet"))], [])
    assert [t.form for t in left] == ["foonet learns"]


def test_a_name_says_who_found_it_and_what_a_list_calls_it() -> None:
    known = Candidate(*at("FooNet").__dict__.values())
    listed = Candidate(known.start, known.end, "Method", "kg_gazetteer", 0.8, name="Foo Net")
    things = candidate_things(TEXT, [known, listed], [])
    (kept,) = score_things(things, row("Method", 0.9), keep=0.0, core=0.0)
    first, *others = settle([kept], [])[0]
    assert (first.extractor, first.name) == ("kg_gazetteer", "Foo Net")
    assert {(c.extractor, c.name) for c in others} == {("kg_document", None)}


@given(scored(), address_lists)
def test_nothing_overlaps_and_every_span_is_in_the_text(
    things: list[ScoredThing], urls: list[Candidate]
) -> None:
    settled, left = settle(things, urls)
    assert all(a.end <= b.start for a, b in pairwise(settled))
    assert all(0 <= c.start < c.end <= len(TEXT) and 0.0 <= c.score <= 1.0 for c in settled)
    named = sorted((c.start, c.end) for c in settled if c.kind != "Url")
    assert sorted(span for t in left for span in t.spans) == named


@given(scored(), address_lists, st.randoms(use_true_random=False))
def test_the_result_does_not_depend_on_the_order(
    things: list[ScoredThing], urls: list[Candidate], order: random.Random
) -> None:
    mixed = settle(order.sample(things, len(things)), order.sample(urls, len(urls)))
    assert mixed == settle(things, urls)


@given(scored(), address_lists)
def test_settling_twice_changes_nothing(things: list[ScoredThing], urls: list[Candidate]) -> None:
    settled, left = settle(things, urls)
    again, same = settle(left, [c for c in settled if c.kind == "Url"])
    assert (again, same) == (settled, left)


@given(scored())
def test_a_name_has_one_kind_in_the_whole_paper(things: list[ScoredThing]) -> None:
    settled, left = settle(things, [])
    kinds = {(c.start, c.end): c.kind for c in settled}
    assert all({kinds[span] for span in t.spans} == {t.kind} for t in left)
    assert all(0.0 <= t.score <= 1.0 and 0.0 <= t.core <= 1.0 for t in left)


def test_nothing_found_is_nothing_settled() -> None:
    assert settle([], []) == ([], [])
    empty = np.zeros((0, len(ENTITY_CLASSES)), dtype=np.float32)
    assert score_things([], empty, keep=0.5, core=0.1) == []
