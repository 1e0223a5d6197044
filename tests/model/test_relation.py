"""The relation table, evidence and relations."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kg.ids import relation_id
from kg.model import (
    ENTITY_KINDS,
    PREDICATES,
    RELATIONS,
    ROLE_PREDICATES,
    ROLES,
    Evidence,
    Paper,
    Predicate,
    Relation,
    RelationSpec,
)
from kg.schema.rdf import NAMESPACES
from tests.strategies import evidence_from

NAMED = "Method Dataset Benchmark Task Metric"
TABLE = {
    "INTRODUCES": ("Paper", NAMED),
    "USES": ("Paper", "Method Dataset"),
    "EVALUATES_ON": ("Paper", "Dataset Benchmark"),
    "MEASURES": ("Paper", "Metric"),
    "COMPARES_WITH": ("Paper", "Method"),
    "ADDRESSES": ("Paper", "Task"),
    "MENTIONS": ("Paper", NAMED),
    "LINKS_TO": ("Paper", "Url"),
    "EVALUATED_ON": ("Method", "Dataset Benchmark"),
    "TRAINED_ON": ("Method", "Dataset"),
    "OUTPERFORMS": ("Method", "Method"),
    "EXTENDS": ("Method", "Method"),
    "PART_OF": ("Method", "Method"),
    "APPLIED_TO": ("Method", "Task"),
    "MEASURED_BY": ("Benchmark Dataset Task", "Metric"),
    "AVAILABLE_AT": ("Method Dataset Benchmark", "Url"),
}
"""What may be stated, as the architecture has it: relation -> from, to."""

PAPER = Paper(id="title:1", title="On PPO", abstract="PPO beats TRPO.")
EVIDENCE = Evidence(
    paper_id="title:1",
    start=8,
    end=23,
    sentence="PPO beats TRPO.",
    object_start=18,
    object_end=22,
    extractor="own",
    score=0.5,
)


def test_the_table_says_what_the_architecture_says() -> None:
    assert {
        name: (" ".join(spec.domain), " ".join(spec.range)) for name, spec in RELATIONS.items()
    } == TABLE


def test_every_predicate_has_its_row_under_its_name() -> None:
    assert get_args(Predicate) == PREDICATES == tuple(RELATIONS)
    assert all(name == spec.name for name, spec in RELATIONS.items())


def test_rows_have_an_iri_and_a_meaning_of_their_own() -> None:
    specs = RELATIONS.values()
    assert {spec.iri.partition(":")[0] for spec in specs} <= set(NAMESPACES)
    assert len({spec.iri for spec in specs}) == len(RELATIONS)
    assert len({spec.meaning for spec in specs}) == len(RELATIONS)


@pytest.mark.parametrize("spec", RELATIONS.values(), ids=lambda s: s.name)
def test_pairs_are_what_is_allowed(spec: RelationSpec) -> None:
    labels = ("Paper", *ENTITY_KINDS, "Person")
    allowed = {(s, o) for s in labels for o in labels if spec.allows(s, o)}
    assert allowed == set(spec.pairs)
    assert len(allowed) == len(spec.pairs)


def test_every_role_has_a_relation_from_the_paper() -> None:
    assert set(ROLE_PREDICATES) == set(ROLES)
    for predicates in ROLE_PREDICATES.values():
        assert all(RELATIONS[p].domain == ("Paper",) for p in predicates)


def test_a_role_never_leaves_two_relations_for_one_kind() -> None:
    for predicates in ROLE_PREDICATES.values():
        ranges = [label for p in predicates for label in RELATIONS[p].range]
        assert len(ranges) == len(set(ranges))


@pytest.mark.parametrize(
    "change",
    [
        {"start": -1},
        {"end": 24},
        {"end": 8},
        {"sentence": ""},
        {"sentence": "PPO beats TRPO"},
        {"object_start": -1},
        {"subject_start": 8},
        {"subject_end": 11},
        {"score": 1.5},
    ],
    ids=str,
)
def test_bad_evidence_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Evidence.model_validate({**EVIDENCE.model_dump(), **change})


@given(st.lists(evidence_from(PAPER), min_size=1, max_size=5), st.data())
def test_a_relation_does_not_depend_on_the_order_of_its_evidence(
    evidence: list[Evidence], data: st.DataObject
) -> None:
    relation = Relation.from_evidence("title:1", "USES", "method:ppo", tuple(evidence))
    shuffled = data.draw(st.permutations(evidence))
    again = Relation.from_evidence("title:1", "USES", "method:ppo", (*shuffled, *evidence))
    assert again == relation
    assert again.model_dump_json() == relation.model_dump_json()
    assert set(relation.evidence) == set(evidence)
    assert relation.score == max(e.score for e in evidence)
    assert relation.id == relation_id("title:1", "USES", "method:ppo")


def test_a_relation_without_evidence_is_refused() -> None:
    with pytest.raises(ValueError, match="no evidence"):
        Relation.from_evidence("title:1", "USES", "method:ppo", ())
    whole = {"id": relation_id("title:1", "USES", "method:ppo"), "subject": "title:1", "score": 1.0}
    with pytest.raises(ValidationError, match="evidence"):
        Relation.model_validate(
            {**whole, "predicate": "USES", "object": "method:ppo", "evidence": ()}
        )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "0" * 20}, "not the hash of the triple"),
        ({"object": "method:other"}, "not the hash of the triple"),
        ({"predicate": "CITES"}, "predicate"),
        ({"score": 0.9}, "not the highest"),
        ({"evidence": (EVIDENCE, EVIDENCE)}, "unsorted or repeated"),
    ],
)
def test_a_relation_that_contradicts_itself_is_refused(
    change: dict[str, object], reason: str
) -> None:
    good = Relation.from_evidence("title:1", "USES", "method:ppo", (EVIDENCE,))
    with pytest.raises(ValidationError, match=reason):
        Relation.model_validate({**good.model_dump(), **change})
