"""Figures over gold papers: by hand, and what must hold for any of them."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kg.evaluation import GoldPaper, GoldReport, SystemPaper, evaluate_gold
from kg.evaluation.metrics import Counts
from kg.model import NAMED_KINDS, ROLES
from tests.evaluation.samples import (
    changed,
    entity,
    found,
    gold_lines,
    gold_papers,
    relation,
    system_lines,
    system_of,
)

TYPES = ("evaluated_on", "outperforms", "part_of", "uses_on_mondays")


def _report(lines: list[dict[str, Any]] | None = None) -> GoldReport:
    said = [SystemPaper.model_validate(line) for line in lines or system_lines()]
    return evaluate_gold(gold_papers(), said)


def test_entities_by_hand() -> None:
    report = _report()
    assert report.entities == Counts(tp=2, fp=2, fn=3)
    assert report.kinds == {
        "Method": Counts(tp=1, fp=2, fn=1),
        "Dataset": Counts(),
        "Benchmark": Counts(tp=1),  # counted under the gold's best kind
        "Task": Counts(fn=1),
        "Metric": Counts(fn=1),
    }
    assert report.any_kind == Counts(tp=3, fp=1, fn=2)


def test_a_paper_that_is_not_there_is_all_missed() -> None:
    report = _report()
    assert (report.papers, report.missing_papers) == (2, ("g2",))
    assert report.relation_types["extends"].fn == 1
    assert evaluate_gold(gold_papers(), []).entities == Counts(fn=5)


def test_roles_by_hand() -> None:
    report = _report()
    assert report.role_accuracy == 0.5
    assert report.roles["introduces"] == Counts(tp=1)
    assert report.roles["uses"] == Counts(fp=1)
    assert report.roles["evaluates_on"] == Counts(fn=1)


def test_links_by_hand() -> None:
    report = _report()
    assert report.links == Counts(tp=1, fp=1, fn=1)
    assert report.link_kind_accuracy == 0.0


def test_relations_by_hand() -> None:
    report = _report()
    assert report.relations == Counts(tp=1, fp=1, fn=2)
    assert report.relation_types["evaluated_on"] == Counts(tp=1)
    assert report.relation_types["outperforms"] == Counts(fn=1)
    # one is spurious, the one with the optional entity is neither, and a gold end has no entity
    assert report.relation_types["extends"] == Counts(fp=1, fn=1)


def test_calibration_leaves_out_what_is_optional() -> None:
    report = _report()
    assert report.calibration is not None
    # (0.2 - 0) + (0.6 - 0) + (1 - 0.8) + (1 - 0.9), each a bin of its own
    assert round(report.calibration.error, 6) == round(1.1 / 4, 6)
    assert report.relation_calibration is not None
    assert sum(b.n for b in report.relation_calibration.bins) == 2
    assert report.curve[0].counts == report.entities
    assert report.curve[-1].counts == Counts(fn=5)


def test_without_scores_there_is_no_calibration() -> None:
    (line,) = system_lines()
    del line["entities"][0]["score"]
    report = _report([line])
    assert report.calibration is None
    assert report.curve == ()
    assert report.relation_calibration is not None


def test_lenient_names_share_half_of_their_words() -> None:
    (line,) = system_lines()
    line["entities"].append(found("neural passage ranking", "Task", "addresses", 0.5))
    report = _report([line])
    assert report.kinds["Task"] == Counts(fp=1, fn=1)
    assert report.lenient["Task"] == Counts(tp=1)
    assert report.lenient["Method"] == report.kinds["Method"]


def test_several_names_of_one_thing_count_once_and_the_first_speaks() -> None:
    gold = gold_papers()[:1]
    (said,) = system_of(gold)
    again = SystemPaper.model_validate(
        said.model_dump()
        | {"entities": [*said.model_dump()["entities"], found("LiteRanks", "Method", "uses", 1)]}
    )
    assert evaluate_gold(gold, [again]).entities == Counts(tp=4)
    assert evaluate_gold(gold, [again]).role_accuracy == 1.0


def test_an_optional_thing_may_have_any_kind() -> None:
    line = {"title": gold_lines()[0]["title"]}
    line["entities"] = [found("late interaction", kind, "uses", 1.0) for kind in NAMED_KINDS]
    assert _report([line]).entities == Counts(fn=5)


def test_of_two_papers_with_one_title_the_id_tells() -> None:
    (line,) = system_lines()
    wrong = changed(line, id="other", entities=[], relations=[], links=[])
    assert _report([changed(line, id="g1"), wrong]).entities.tp == 2
    assert _report([line, wrong]).entities.tp == 0  # none has the id: the last one is taken


def test_the_relation_with_the_higher_score_stands_for_both() -> None:
    (line,) = system_lines()
    first = line["relations"][0]
    line["relations"] = [first, {**first, "head": "LiteRank model", "score": 0.95}]
    report = _report([line])
    assert report.relation_types["evaluated_on"] == Counts(tp=1)
    assert report.relation_calibration is not None
    assert report.relation_calibration.bins[9].n == 1


def test_json_has_everything_in_four_decimals() -> None:
    report = evaluate_gold(
        gold_papers(), map(SystemPaper.model_validate, system_lines()), papers_per_second=1.23456
    )
    data = report.to_json(errors=1)
    assert list(data) == [
        "layout",
        "papers",
        "missing_papers",
        "entities",
        "kinds",
        "lenient",
        "any_kind",
        "role_accuracy",
        "roles",
        "links",
        "link_kind_accuracy",
        "relations",
        "relation_types",
        "calibration",
        "curve",
        "papers_per_second",
        "errors",
    ]
    assert data["papers_per_second"] == 1.2346
    assert data["entities"]["f1"] == 0.4444
    assert len(data["calibration"]["entities"]["bins"]) == 10
    assert report.to_json()["errors"] == []


@st.composite
def annotated(draw: st.DrawFn) -> list[GoldPaper]:
    """Papers whose entities have names of their own."""
    papers = []
    for i in range(draw(st.integers(1, 3))):
        number = draw(st.integers(1, 6))
        names = [f"Name{i}x{j}" for j in range(number)]
        tiers = ["core", *draw(st.lists(st.sampled_from(("core", "optional")), min_size=number))]
        ends = st.sampled_from(names)
        pairs = st.tuples(ends, st.sampled_from(TYPES), ends, st.sampled_from(("core", "optional")))
        papers.append(
            GoldPaper.model_validate(
                {
                    "id": f"p{i}",
                    "title": f"Paper number {i}",
                    "abstract": " ".join(names),
                    "entities": [
                        entity(
                            name,
                            draw(st.sampled_from(NAMED_KINDS)),
                            draw(st.sampled_from(ROLES)),
                            tier=tiers[j],
                        )
                        for j, name in enumerate(names)
                    ],
                    "relations": [
                        relation(head, type_, tail, tier=tier)
                        for head, type_, tail, tier in draw(st.lists(pairs, max_size=4))
                    ],
                    "links": [{"url": f"https://example.org/{i}", "kinds": ["code"]}],
                }
            )
        )
    return papers


@given(annotated())
def test_whoever_says_what_the_gold_says_has_everything_right(gold: list[GoldPaper]) -> None:
    report = evaluate_gold(gold, system_of(gold))
    assert report.entities.f1 == report.any_kind.f1 == report.lenient_entities.f1 == 1.0
    assert report.role_accuracy == report.links.f1 == report.link_kind_accuracy == 1.0
    assert (report.relations.fp, report.relations.fn) == (0, 0)
    assert report.calibration is not None
    assert report.calibration.error == 0.0
    assert report.mistakes == ()


@given(annotated(), st.randoms(use_true_random=False), st.data())
def test_the_order_of_papers_and_entities_does_not_count(
    gold: list[GoldPaper], rng: random.Random, data: st.DataObject
) -> None:
    said = []
    for paper in system_of(gold):
        dump = paper.model_dump()
        for thing in dump["entities"]:
            thing["kind"] = data.draw(st.sampled_from(NAMED_KINDS))
            thing["score"] = data.draw(st.integers(0, 100)) / 100
            if data.draw(st.booleans()):
                thing["name"] = f"Other {thing['name']}"
        said.append(SystemPaper.model_validate(dump))
    mixed_gold = [p.model_copy(update={"entities": _mixed(p.entities, rng)}) for p in gold]
    mixed_said = [
        p.model_copy(
            update={"entities": _mixed(p.entities, rng), "relations": _mixed(p.relations, rng)}
        )
        for p in said
    ]
    rng.shuffle(mixed_gold)
    rng.shuffle(mixed_said)
    assert evaluate_gold(gold, said).to_json() == evaluate_gold(mixed_gold, mixed_said).to_json()


def _mixed(things: tuple[Any, ...], rng: random.Random) -> tuple[Any, ...]:
    return tuple(rng.sample(things, len(things)))
