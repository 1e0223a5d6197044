"""Statements become relations: united, corrected where kinds changed, the weak ones dropped."""

from __future__ import annotations

import pytest

from kg.known_names import KnownName
from kg.model import EntityKind, Predicate
from tests.linking.corpus import Named, Stated, link, read

TESTED = Stated(None, "EVALUATES_ON", 0)


def test_one_triple_of_two_papers_is_one_relation_with_two_sentences() -> None:
    beats = [Stated(0, "OUTPERFORMS", 1)]
    found = link(read("p2", "PPO", "TRPO", stated=beats), read("p1", "PPOs", "TRPO", stated=beats))
    (relation,) = found.whole.relations
    assert (relation.subject, relation.object) == ("method:ppo", "method:trpo")
    assert [e.paper_id for e in relation.evidence] == ["p1", "p2"]
    assert [e.sentence for e in relation.evidence] == ["PPOs and TRPO", "PPO and TRPO"]


def test_the_score_is_that_of_the_surest_sentence() -> None:
    found = link(
        read("p1", "PPO", "TRPO", stated=[Stated(0, "OUTPERFORMS", 1, score=0.4)]),
        read("p2", "PPO", "TRPO", stated=[Stated(0, "OUTPERFORMS", 1, score=0.7)]),
    )
    assert found.whole.relations[0].score == 0.7


def test_evidence_points_at_the_words_of_both_ends() -> None:
    extraction = read("p1", "PPO", "TRPO", stated=[Stated(0, "OUTPERFORMS", 1)])
    (relation,) = link(extraction).whole.relations
    (evidence,) = relation.evidence
    text = extraction.paper.text
    assert text[evidence.subject_start or 0 : evidence.subject_end] == "PPO"
    assert text[evidence.object_start : evidence.object_end] == "TRPO"


def test_a_subject_from_another_sentence_has_no_words_in_this_one() -> None:
    extraction = read("p1", "PPO", "TRPO", stated=[Stated(0, "OUTPERFORMS", 1)])
    (statement,) = extraction.relations
    later = statement.model_copy(update={"start": extraction.mentions[0].end})
    (relation,) = link(extraction.model_copy(update={"relations": (later,)})).whole.relations
    assert relation.evidence[0].subject_start is None
    assert relation.evidence[0].subject_end is None


def test_the_paper_as_subject_has_no_words() -> None:
    found = link(read("p1", Named("D4RL", "Benchmark"), stated=[TESTED]))
    assert found.whole.relations[0].evidence[0].subject_start is None


@pytest.mark.parametrize(
    ("stated", "kind", "kept"),
    [
        ("USES", "Benchmark", "EVALUATES_ON"),
        ("USES", "Metric", "MEASURES"),
        ("USES", "Task", "ADDRESSES"),
        ("USES", "Dataset", "USES"),
        ("COMPARES_WITH", "Dataset", "MENTIONS"),
        ("EXTENDS", "Method", "MENTIONS"),
        ("MEASURES", "Task", "MENTIONS"),
        ("LINKS_TO", "Method", "MENTIONS"),
    ],
)
def test_a_role_that_does_not_fit_the_kind_becomes_one_that_does(
    stated: Predicate, kind: EntityKind, kept: str
) -> None:
    found = link(read("p1", Named("Chess", kind), stated=[Stated(None, stated, 0)]))
    assert [r.predicate for r in found.whole.relations] == [kept]


@pytest.mark.parametrize("stated", ["LINKS_TO", "MENTIONS", "USES"])
def test_an_address_is_always_linked_to(stated: Predicate) -> None:
    site = Named("a.org", "Url", href="https://a.org", url_kind="code")
    found = link(read("p1", site, stated=[Stated(None, stated, 0)]))
    assert found.triples == {("p1", "LINKS_TO", "url:a.org")}


def test_a_relation_of_two_things_that_does_not_fit_is_dropped() -> None:
    found = link(
        read(
            "p1",
            Named("Chess", "Task"),
            "PPO",
            stated=[Stated(0, "OUTPERFORMS", 1), Stated(1, "TRAINED_ON", 0)],
        )
    )
    assert found.triples == set()


def test_kinds_are_those_of_the_entities_not_of_the_mentions() -> None:
    known = KnownName("D4RL", (), "Benchmark", "case", "own")
    trained = [Stated(0, "TRAINED_ON", 1), Stated(None, "USES", 1)]
    paper = read("p1", "PPO", Named("D4RL", "Dataset"), stated=trained)
    assert link(paper).triples == {
        ("method:ppo", "TRAINED_ON", "dataset:d4rl"),
        ("p1", "USES", "dataset:d4rl"),
    }
    assert link(paper, known=[known]).triples == {("p1", "EVALUATES_ON", "benchmark:d4rl")}


def test_a_thing_has_no_relation_with_itself() -> None:
    found = link(read("p1", "PPO", "PPOs", stated=[Stated(0, "EXTENDS", 1)]))
    assert found.triples == set()


def test_mentioning_says_nothing_beside_a_stronger_role() -> None:
    both = [Stated(None, "MENTIONS", 0), Stated(None, "USES", 0)]
    found = link(
        read("p1", "PPO", stated=both), read("p2", "PPO", stated=[Stated(None, "MENTIONS", 0)])
    )
    assert found.triples == {("p1", "USES", "method:ppo"), ("p2", "MENTIONS", "method:ppo")}


@pytest.mark.parametrize("weaker", ["USES", "COMPARES_WITH", "MENTIONS"])
def test_what_a_paper_introduces_it_need_not_use(weaker: Predicate) -> None:
    both = [Stated(None, weaker, 0), Stated(None, "INTRODUCES", 0)]
    found = link(read("p1", "PPO", stated=both), read("p2", "PPO", stated=both[:1]))
    assert found.triples == {
        ("p1", "INTRODUCES", "method:ppo"),
        ("p2", weaker, "method:ppo"),
    }


def test_a_new_benchmark_may_be_measured_on_too() -> None:
    both = [TESTED, Stated(None, "INTRODUCES", 0)]
    found = link(read("p1", Named("D4RL", "Benchmark"), stated=both))
    assert len(found.triples) == 2


def test_roles_of_other_things_stay() -> None:
    found = link(
        read("p1", "PPO", "TRPO", stated=[Stated(None, "USES", 0), Stated(None, "MENTIONS", 1)])
    )
    assert found.triples == {("p1", "USES", "method:ppo"), ("p1", "MENTIONS", "method:trpo")}
