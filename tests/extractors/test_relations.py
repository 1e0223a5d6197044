"""Relations between names: each type where the text states it, and where it only seems to."""

from __future__ import annotations

import re

import pytest

from kg.extractors.abbreviations import find_abbreviations
from kg.extractors.candidates import Candidate
from kg.extractors.relations import Statement, find_relations
from kg.extractors.roles import RoleStatement
from kg.extractors.sentences import split_sentences
from kg.model import RELATIONS, EntityKind, Predicate, Role

KINDS: dict[str, tuple[EntityKind, Role]] = {
    "ZapNet": ("Method", "introduces"),
    "zap network": ("Method", "introduces"),
    "ZN": ("Method", "introduces"),
    "OldNet": ("Method", "compares_with"),
    "windowing": ("Method", "uses"),
    "SkyNet": ("Method", "uses"),
    "SkyBench": ("Benchmark", "evaluates_on"),
    "NewBench": ("Benchmark", "introduces"),
    "SkySet": ("Dataset", "uses"),
    "cloud tracking": ("Task", "addresses"),
    "cloud error": ("Metric", "evaluates_on"),
    "https://a.b": ("Url", "mentions"),
}

Triple = tuple[str, Predicate, str]


def read(abstract: str, title: str) -> tuple[str, list[Statement]]:
    text = f"{title}\n\n{abstract}"
    pattern = re.compile("|".join(map(re.escape, sorted(KINDS, key=len, reverse=True))))
    found: list[Candidate] = []
    for match in pattern.finditer(text):
        kind = KINDS[match[0]][0]
        url = kind == "Url"
        found.append(
            Candidate(
                match.start(),
                match.end(),
                kind,
                "kg_patterns",
                0.8,
                href="https://a.b" if url else None,
                url_kind="code" if url else None,
            )
        )
    sentences = split_sentences(text)
    roles = [
        RoleStatement(c, KINDS[text[c.start : c.end]][1], s, e, "", 0.8)
        for c in found
        for s, e in sentences
        if s <= c.start < e and c.kind != "Url"
    ]
    return text, find_relations(text, found, sentences, roles, find_abbreviations(text))


def triples(abstract: str, title: str = "On the sky") -> set[Triple]:
    text, statements = read(abstract, title)
    return {
        (
            text[s.subject.start : s.subject.end],
            s.predicate,
            text[s.object.start : s.object.end],
        )
        for s in statements
    }


@pytest.mark.parametrize(
    ("abstract", "triple"),
    [
        ("ZapNet outperforms OldNet by far.", ("ZapNet", "OUTPERFORMS", "OldNet")),
        ("We propose ZapNet. It is better than OldNet.", ("ZapNet", "OUTPERFORMS", "OldNet")),
        ("ZapNet builds upon SkyNet.", ("ZapNet", "EXTENDS", "SkyNet")),
        ("ZapNet is a variant of SkyNet.", ("ZapNet", "EXTENDS", "SkyNet")),
        ("Built on SkyNet, ZapNet is small.", ("ZapNet", "EXTENDS", "SkyNet")),
        ("We present ZapNet, a new SkyNet model.", ("ZapNet", "EXTENDS", "SkyNet")),
        ("ZapNet combines windowing and a filter.", ("windowing", "PART_OF", "ZapNet")),
        ("We propose ZapNet. Ours is trained on SkySet.", ("ZapNet", "TRAINED_ON", "SkySet")),
        ("On SkyBench, ZapNet achieves 70%.", ("ZapNet", "EVALUATED_ON", "SkyBench")),
        (
            "We propose ZapNet. Results on SkyBench show gains.",
            ("ZapNet", "EVALUATED_ON", "SkyBench"),
        ),
        ("We evaluate SkyNet on NewBench.", ("SkyNet", "EVALUATED_ON", "NewBench")),
        ("ZapNet is made for cloud tracking.", ("ZapNet", "APPLIED_TO", "cloud tracking")),
        (
            "We propose ZapNet. Our method improves cloud tracking.",
            ("ZapNet", "APPLIED_TO", "cloud tracking"),
        ),
        ("SkyNet for cloud tracking is old.", ("SkyNet", "APPLIED_TO", "cloud tracking")),
        (
            "On SkyBench we reach a low cloud error.",
            ("SkyBench", "MEASURED_BY", "cloud error"),
        ),
        (
            "It improves cloud tracking in cloud error.",
            ("cloud tracking", "MEASURED_BY", "cloud error"),
        ),
        ("We propose ZapNet. Code: https://a.b", ("ZapNet", "AVAILABLE_AT", "https://a.b")),
    ],
)
def test_a_sentence_states_a_relation(abstract: str, triple: Triple) -> None:
    assert triple in triples(abstract)


@pytest.mark.parametrize(
    ("abstract", "predicate"),
    [
        ("ZapNet does not outperform OldNet.", "OUTPERFORMS"),
        ("ZapNet fails to beat OldNet.", "OUTPERFORMS"),
        ("OldNet stands beside ZapNet.", "OUTPERFORMS"),
        ("Unlike work that builds on SkyNet, ours is new.", "EXTENDS"),
        ("ZapNet and SkyNet are small.", "EXTENDS"),
        ("In future work ZapNet may combine windowing.", "PART_OF"),
        ("Without ZapNet one combines windowing with care.", "PART_OF"),
        ("ZapNet cannot be trained on SkySet.", "TRAINED_ON"),
        ("SkySet is large.", "TRAINED_ON"),
        ("SkyBench is old.", "EVALUATED_ON"),
        ("The cloud error is a number.", "MEASURED_BY"),
        ("Cloud tracks are many.", "APPLIED_TO"),
        ("The code is at https://a.b", "AVAILABLE_AT"),
    ],
)
def test_a_negation_a_plan_or_a_neighbour_states_none(abstract: str, predicate: Predicate) -> None:
    assert predicate not in {p for _, p, _ in triples(abstract)}


def test_a_title_says_what_its_name_is_for_and_made_with() -> None:
    found = triples("Text.", title="ZapNet: cloud tracking via windowing")
    assert ("ZapNet", "APPLIED_TO", "cloud tracking") in found
    assert ("windowing", "PART_OF", "ZapNet") in found


def test_a_list_after_one_cue_is_read_to_its_end() -> None:
    assert triples("ZapNet combines windowing and SkyNet.") >= {
        ("windowing", "PART_OF", "ZapNet"),
        ("SkyNet", "PART_OF", "ZapNet"),
    }


def test_a_short_form_is_the_own_method_too() -> None:
    found = triples("We propose a zap network (ZN). ZN outperforms OldNet.")
    assert ("ZN", "OUTPERFORMS", "OldNet") in found


def test_the_object_stands_in_the_sentence_and_the_cue_too() -> None:
    text, statements = read(
        "We propose ZapNet. Our method outperforms OldNet on SkyBench. It aids cloud tracking.",
        "On the sky",
    )
    assert statements
    for s in statements:
        assert s.start <= s.object.start < s.object.end <= s.end
        assert s.cue in text[s.start : s.end]
        named = s.start <= s.subject.start < s.end
        assert named or re.search(r"\b(?:[Oo]ur|[Ii]t|[Ww]e)\b", text[s.start : s.end])


def test_a_sentence_states_a_triple_once_and_the_table_allows_it() -> None:
    _, statements = read(
        "ZapNet, built on SkyNet and based on SkyNet, beats OldNet on SkyBench in cloud error.",
        "On the sky",
    )
    keys = [(s.start, s.subject, s.predicate, s.object) for s in statements]
    assert len(keys) == len(set(keys))
    assert all(RELATIONS[s.predicate].allows(s.subject.kind, s.object.kind) for s in statements)
    assert all(s.subject != s.object and 0.0 <= s.score <= 1.0 for s in statements)


def test_no_names_no_relations() -> None:
    assert find_relations("A title\n\nText.", [], [(0, 7), (9, 14)], []) == []
