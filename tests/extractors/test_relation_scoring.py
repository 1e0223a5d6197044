"""Relations by all that speaks for a pair: what is stated, and the sentence that shows it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from kg.extractors.candidates import Candidate
from kg.extractors.entities import ScoredThing
from kg.extractors.relation_features import (
    GROUP_OF_TAIL,
    PAIR_COLUMNS,
    PAIR_GROUPS,
    PAIR_PREDICATES,
    PaperThing,
    candidate_pairs,
    describe_pairs,
)
from kg.extractors.relation_rules import Statement
from kg.extractors.relation_scoring import paper_things, rule_scores, score_relations
from kg.extractors.roles import RoleStatement
from kg.extractors.scorers import Scorer
from kg.extractors.sentences import split_sentences
from kg.model import NAMED_KINDS, RELATIONS, ROLES, EntityKind, Predicate, Role
from tests.extractors.hand_made import column_scorer

KINDS: dict[str, tuple[EntityKind, Role]] = {
    "ZapNet": ("Method", "introduces"),
    "OldNet": ("Method", "compares_with"),
    "SkyBench": ("Benchmark", "evaluates_on"),
    "SkySet": ("Dataset", "uses"),
    "cloud tracking": ("Task", "addresses"),
    "cloud error": ("Metric", "evaluates_on"),
}
CALIBRATION = [[0.0, 0.0], [1.0, 1.0]]


Scorers = dict[str, Scorer]


@pytest.fixture(scope="module")
def sure_of_all(tmp_path_factory: pytest.TempPathFactory) -> Scorers:
    """State everything that the kinds of two things allow."""
    return make_scorers(tmp_path_factory.mktemp("all"), column="things")


@pytest.fixture(scope="module")
def believe_rules(tmp_path_factory: pytest.TempPathFactory) -> Scorers:
    """Are as sure of a relation as the rules are."""
    return make_scorers(tmp_path_factory.mktemp("rules"), lowest=0.1)


def make_scorers(
    folder: Path,
    *,
    column: str | None = None,
    lowest: float = 0.5,
    calibration: list[list[float]] = CALIBRATION,
) -> Scorers:
    """One scorer a group: the chance of a relation is the value of a column, or what rules say."""
    return {
        group: column_scorer(
            folder,
            PAIR_COLUMNS,
            {**{p: column or f"rule {p}" for p in predicates}, "none": "things"},
            name=group,
            thresholds=dict.fromkeys(predicates, lowest),
            calibration=calibration,
        )
        for group, predicates in PAIR_GROUPS.items()
    }


def read(
    abstract: str, title: str = "On the sky"
) -> tuple[str, list[Candidate], list[PaperThing], list[tuple[int, int]]]:
    text = f"{title}\n\n{abstract}"
    found = [
        Candidate(m.start(), m.end(), KINDS[m[0]][0], "kg_ner", 0.9)
        for m in re.finditer("|".join(KINDS), text)
    ]
    surfaces = dict.fromkeys(text[c.start : c.end] for c in found)
    things = [
        PaperThing(
            *(KINDS[name][0], 0.9),
            tuple(float(role == KINDS[name][1]) for role in ROLES),
            KINDS[name][1],
            tuple((c.start, c.end) for c in found if text[c.start : c.end] == name),
        )
        for name in surfaces
    ]
    return text, found, things, split_sentences(text)


def shown(
    scorers: Scorers, abstract: str, triple: tuple[str, Predicate, str], title: str = "On the sky"
) -> list[tuple[str, str]]:
    """The sentences and cues of a triple."""
    text, found, things, sentences = read(abstract, title)
    return [
        (text[s.start : s.end], s.cue)
        for s in score_relations(text, found, things, sentences, [], scorers)
        if (text[s.subject.start : s.subject.end], s.predicate, text[s.object.start : s.object.end])
        == triple
    ]


# Which sentence shows a relation

ON_BENCH: tuple[str, Predicate, str] = ("ZapNet", "EVALUATED_ON", "SkyBench")


def test_a_sentence_with_both_names_before_one_with_the_tail(sure_of_all: Scorers) -> None:
    abstract = "We test on SkyBench. Clouds move. ZapNet sits beside SkyBench."
    assert shown(sure_of_all, abstract, ON_BENCH) == [("ZapNet sits beside SkyBench.", "")]


def test_the_abstract_before_the_title(sure_of_all: Scorers) -> None:
    found = shown(sure_of_all, "ZapNet does well on SkyBench.", ON_BENCH, "ZapNet on SkyBench")
    assert [sentence for sentence, _ in found] == ["ZapNet does well on SkyBench."]


def test_the_title_where_the_abstract_has_nothing(sure_of_all: Scorers) -> None:
    found = shown(sure_of_all, "ZapNet is small.", ON_BENCH, "ZapNet evaluated on SkyBench")
    assert found == [("ZapNet evaluated on SkyBench", "evaluated")]


def test_words_that_say_so_before_none(sure_of_all: Scorers) -> None:
    abstract = "ZapNet and SkyBench are old. ZapNet achieves much with SkyBench."
    assert shown(sure_of_all, abstract, ON_BENCH) == [
        ("ZapNet achieves much with SkyBench.", "achieves")
    ]


def test_a_sentence_about_our_work_before_another(sure_of_all: Scorers) -> None:
    abstract = "ZapNet is new. Results on SkyBench are known. Our results on SkyBench are better."
    assert shown(sure_of_all, abstract, ON_BENCH) == [
        ("Our results on SkyBench are better.", "results")
    ]


def test_nearer_names_before_names_farther_apart(sure_of_all: Scorers) -> None:
    abstract = (
        "ZapNet is tested, with a great deal of care and much patience, on SkyBench. "
        "ZapNet is tested on SkyBench."
    )
    assert shown(sure_of_all, abstract, ON_BENCH) == [("ZapNet is tested on SkyBench.", "tested")]


@pytest.mark.parametrize(
    "plan",
    [
        "In future work, ZapNet is evaluated on SkyBench.",
        "We plan to evaluate ZapNet on SkyBench.",
        "We hope to test ZapNet on SkyBench.",
        "Tests of ZapNet on SkyBench remain for later; they are left open.",
    ],
)
def test_what_is_yet_to_be_done_states_nothing(
    sure_of_all: Scorers, believe_rules: Scorers, plan: str
) -> None:
    assert shown(sure_of_all, f"We propose ZapNet. {plan}", ON_BENCH) == []
    text, found, things, sentences = read(f"We propose ZapNet. {plan}")
    start, end = sentences[-1]
    bench, zap = found[-1], found[0]
    rule = Statement(zap, "EVALUATED_ON", bench, start, end, "evaluate", 0.9)
    assert score_relations(text, found, things, sentences, [rule], believe_rules) == []


def test_what_was_done_is_shown_and_not_what_is_planned(sure_of_all: Scorers) -> None:
    abstract = "ZapNet sits beside SkyBench. In future work, ZapNet is evaluated on SkyBench."
    assert shown(sure_of_all, abstract, ON_BENCH) == [("ZapNet sits beside SkyBench.", "")]


def test_the_sentence_of_a_rule_is_shown_with_its_words(believe_rules: Scorers) -> None:
    text, found, things, sentences = read("ZapNet wins on SkyBench. ZapNet is tested on SkyBench.")
    start, end = sentences[1]
    rule = Statement(found[0], "EVALUATED_ON", found[1], start, end, "wins", 0.75)
    (stated,) = score_relations(text, found, things, sentences, [rule], believe_rules)
    assert (stated.start, stated.end, stated.cue, stated.score) == (start, end, "wins", 0.75)


def test_every_statement_lies_in_its_sentence(sure_of_all: Scorers) -> None:
    text, found, things, sentences = read(
        "We propose ZapNet for cloud tracking. It beats OldNet on SkyBench in cloud error. "
        "ZapNet is trained on SkySet."
    )
    stated = score_relations(text, found, things, sentences, [], sure_of_all)
    assert len(stated) > 10
    for s in stated:
        assert (s.start, s.end) in sentences
        assert s.start <= s.object.start < s.object.end <= s.end
        assert s.cue in text[s.start : s.end]
        assert 0.0 <= s.score <= 1.0
    assert len({(s.subject, s.predicate, s.object) for s in stated}) == len(stated)


# What is stated


def test_relations_join_only_the_kinds_that_the_table_lets_them_join(sure_of_all: Scorers) -> None:
    text, found, things, sentences = read(
        "ZapNet and OldNet, SkyBench, SkySet, cloud tracking, cloud error."
    )
    stated = score_relations(text, found, things, sentences, [], sure_of_all)
    assert {s.predicate for s in stated} == set(PAIR_PREDICATES)
    assert all(RELATIONS[s.predicate].allows(s.subject.kind, s.object.kind) for s in stated)
    assert all(s.subject != s.object for s in stated)


@pytest.mark.parametrize(("threshold", "stated"), [(0.7, 1), (0.76, 0)])
def test_what_is_stated_reaches_the_threshold_of_its_relation(
    tmp_path: Path, threshold: float, stated: int
) -> None:
    scorers = make_scorers(tmp_path, lowest=threshold)
    text, found, things, sentences = read("ZapNet wins on SkyBench.")
    rule = Statement(found[0], "EVALUATED_ON", found[1], *sentences[1], "wins", 0.75)
    assert len(score_relations(text, found, things, sentences, [rule], scorers)) == stated


def test_scores_are_calibrated_and_thresholds_are_not(tmp_path: Path) -> None:
    scorers = make_scorers(tmp_path, lowest=0.7, calibration=[[0.5, 0.1], [1.0, 0.5]])
    text, found, things, sentences = read("ZapNet wins on SkyBench.")
    rule = Statement(found[0], "EVALUATED_ON", found[1], *sentences[1], "wins", 0.75)
    (stated,) = score_relations(text, found, things, sentences, [rule], scorers)
    assert stated.score == pytest.approx(0.3)


def test_one_thing_alone_has_no_relation(sure_of_all: Scorers) -> None:
    for abstract in ("", "ZapNet is small.", "ZapNet is ZapNet."):
        text, found, things, sentences = read(abstract)
        assert score_relations(text, found, things, sentences, [], sure_of_all) == []


def test_every_relation_is_told_by_the_scorer_of_what_it_leads_to() -> None:
    told = [p for predicates in PAIR_GROUPS.values() for p in predicates]
    assert sorted(told) == sorted(PAIR_PREDICATES)
    assert set(GROUP_OF_TAIL) == set(NAMED_KINDS)
    for kind, group in GROUP_OF_TAIL.items():
        leading = {p for p in PAIR_PREDICATES if kind in RELATIONS[p].range}
        assert leading <= set(PAIR_GROUPS[group])


# What is known of things and pairs


def test_things_take_the_roles_that_were_stated_of_any_of_their_names() -> None:
    name = Candidate(20, 26, "Method", "kg_ner", 0.9)
    shares: dict[Role, float] = {"uses": 0.75, "mentions": 0.25}
    stated = RoleStatement(name, "uses", 12, 30, "", 0.75, shares)
    kept = [
        ScoredThing("zapnet", "Method", 0.9, 0.9, ((12, 18), (20, 26)), (name,)),
        ScoredThing("skyset", "Dataset", 0.8, 0.8, ((40, 46),), ()),
    ]
    first, second = paper_things(kept, [stated])
    assert (first.role, dict(zip(ROLES, first.roles, strict=True))["uses"]) == ("uses", 0.75)
    assert (second.role, sum(second.roles), second.score) == ("mentions", 0.0, 0.8)


def test_of_several_rules_the_surest_counts() -> None:
    _, found, things, sentences = read("ZapNet wins on SkyBench.")
    rules = [
        Statement(found[0], "EVALUATED_ON", found[1], *sentences[1], "", score)
        for score in (0.6, 0.8, 0.7)
    ]
    assert rule_scores(rules, things) == {(0, 1, "EVALUATED_ON"): 0.8}


def test_pairs_are_those_that_some_relation_joins() -> None:
    _, _, things, _ = read("ZapNet, OldNet, SkyBench and cloud error.")
    pairs = candidate_pairs(things)
    assert len(set(pairs)) == len(pairs)
    for a, head in enumerate(things):
        for b, tail in enumerate(things):
            allowed = any(RELATIONS[p].allows(head.kind, tail.kind) for p in PAIR_PREDICATES)
            assert ((a, b) in pairs) == (allowed and a != b)


def test_every_pair_has_a_value_in_every_column_but_the_networks() -> None:
    text, _, things, sentences = read(
        "ZapNet beats OldNet on SkyBench. We use SkySet for cloud tracking, in cloud error."
    )
    pairs = candidate_pairs(things)
    rows = describe_pairs(text, things, pairs, sentences, {(0, 2, "EVALUATED_ON"): 0.7}, None)
    seen = len(PAIR_PREDICATES)
    assert rows.shape == (len(pairs), len(PAIR_COLUMNS))
    assert np.isnan(rows[:, :seen]).all()
    assert np.isfinite(rows[:, seen:]).all()
    network = np.full((len(pairs), seen), 0.25, dtype=np.float32)
    assert (describe_pairs(text, things, pairs, sentences, {}, network)[:, :seen] == 0.25).all()


def test_columns_say_what_they_are_called() -> None:
    text, _, things, sentences = read("ZapNet beats OldNet on SkyBench. SkySet is large.")
    pairs = candidate_pairs(things)
    rows = describe_pairs(text, things, pairs, sentences, {(0, 1, "OUTPERFORMS"): 0.7}, None)
    told = dict(zip(PAIR_COLUMNS, map(float, rows[pairs.index((0, 1))]), strict=True))
    assert told["rule OUTPERFORMS"] == pytest.approx(0.7)
    assert (told["head Method"], told["tail Method"], told["head Task"]) == (1.0, 1.0, 0.0)
    assert (told["head introduces"], told["tail compares_with"]) == (1.0, 1.0)
    assert (told["between better"], told["between trained"], told["gap"]) == (1.0, 0.0, 7.0)
    assert (told["shared sentences"], told["things"], told["number of Dataset"]) == (1.0, 4.0, 1.0)
    assert len(set(PAIR_COLUMNS)) == len(PAIR_COLUMNS)
    assert {k for k in NAMED_KINDS if f"head {k}" in PAIR_COLUMNS} == set(NAMED_KINDS)
