"""Roles: what a sentence says of a name, and what the paper as a whole does."""

from __future__ import annotations

import re

import pytest

from kg.extractors.abbreviations import find_abbreviations
from kg.extractors.candidates import Candidate
from kg.extractors.role_signs import signs_in
from kg.extractors.role_weights import WEIGHTS
from kg.extractors.roles import RoleStatement, assign_roles, role_evidence, role_rows
from kg.extractors.scorers import Scorer, load_scorer
from kg.extractors.sentences import split_sentences
from kg.known_names import kind_group
from kg.model import ROLES, EntityKind, Role

KINDS: dict[str, EntityKind] = {
    "ZapNet": "Method",
    "zap network": "Method",
    "OldNet": "Method",
    "gradient descent": "Method",
    "SkyBench": "Benchmark",
    "SkySet": "Dataset",
    "cloud tracking": "Task",
    "cloud error": "Metric",
    "ZN": "Method",
    "https://a.b": "Url",
}
KNOWN = {"OldNet", "gradient descent", "SkyBench", "cloud tracking", "cloud error"}


def mentions(text: str) -> list[Candidate]:
    pattern = re.compile("|".join(map(re.escape, sorted(KINDS, key=len, reverse=True))))
    return [
        Candidate(
            m.start(),
            m.end(),
            KINDS[m[0]],
            "kg_patterns",
            0.8,
            name=m[0] if m[0] in KNOWN else None,
            href="https://a.b" if KINDS[m[0]] == "Url" else None,
            url_kind="code" if KINDS[m[0]] == "Url" else None,
        )
        for m in pattern.finditer(text)
    ]


def read(
    abstract: str, title: str = "On the sky", scorer: Scorer | None = None
) -> tuple[str, list[RoleStatement]]:
    text = f"{title}\n\n{abstract}"
    shorts = find_abbreviations(text)
    return text, assign_roles(text, mentions(text), split_sentences(text), shorts, scorer=scorer)


def roles(
    abstract: str, title: str = "On the sky", scorer: Scorer | None = None
) -> dict[str, set[Role]]:
    text, statements = read(abstract, title, scorer)
    found: dict[str, set[Role]] = {}
    for s in statements:
        found.setdefault(text[s.candidate.start : s.candidate.end], set()).add(s.role)
    return found


@pytest.mark.parametrize(
    ("abstract", "name", "role"),
    [
        ("In this paper, we propose ZapNet, a new network.", "ZapNet", "introduces"),
        ("We present a new model called ZapNet.", "ZapNet", "introduces"),
        ("We release SkySet, a dataset of clouds.", "SkySet", "introduces"),
        ("Our model is trained using gradient descent.", "gradient descent", "uses"),
        ("We track clouds. Our method outperforms OldNet by far.", "OldNet", "compares_with"),
        ("We track clouds. It is compared with OldNet.", "OldNet", "compares_with"),
        ("We train a model and evaluate it on SkyBench.", "SkyBench", "evaluates_on"),
        ("Our method achieves a lower cloud error.", "cloud error", "evaluates_on"),
        ("We study cloud tracking and propose a method for it.", "cloud tracking", "addresses"),
    ],
)
def test_a_sentence_gives_a_role(abstract: str, name: str, role: Role) -> None:
    assert roles(abstract)[name] == {role}


@pytest.mark.parametrize(
    ("abstract", "name", "role"),
    [
        ("Unlike OldNet, which is popular, we propose ZapNet.", "OldNet", "introduces"),
        ("OldNet has been proposed before. We look at clouds.", "OldNet", "introduces"),
        ("We propose a gradient descent framework for skies.", "gradient descent", "introduces"),
        ("We propose a cloud tracking method.", "cloud tracking", "introduces"),
        ("Existing work such as OldNet often fails. We differ.", "OldNet", "uses"),
    ],
)
def test_a_sentence_does_not_give_a_role_it_only_hints_at(
    abstract: str, name: str, role: Role
) -> None:
    assert role not in roles(abstract)[name]


SCORERS = pytest.mark.parametrize(
    "scorer", [None, "roles-fast", "roles"], ids=["weights", "fast", "accurate"]
)


def load(name: str | None) -> Scorer | None:
    return None if name is None else load_scorer(name)


@SCORERS
@pytest.mark.parametrize(
    "plan",
    [
        "In future work, we will use OldNet.",
        "We plan to compare with OldNet.",
        "We leave a study of OldNet to others.",
        "It remains to be seen what OldNet can do with our method.",
    ],
)
def test_what_is_named_only_where_the_future_is_told_is_mentioned(
    plan: str, scorer: str | None
) -> None:
    found = roles(f"We propose ZapNet. {plan}", scorer=load(scorer))
    assert found["OldNet"] == {"mentions"}


def test_a_plan_takes_nothing_back() -> None:
    found = roles("Our method outperforms OldNet. We plan to use OldNet again.")
    assert found["OldNet"] == {"compares_with"}
    assert roles("We propose ZapNet. We plan to extend ZapNet.")["ZapNet"] == {"introduces"}
    titled = roles("In future work, ZapNet will grow.", title="ZapNet: Fast Cloud Tracking")
    assert titled["ZapNet"] == {"introduces"}


@SCORERS
@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Unlike OldNet, ZapNet is small.", "OldNet"),
        ("Unlike OldNet, we need few labels.", "OldNet"),
        ("Unlike the popular OldNet, which is slow, it is built with care.", "OldNet"),
        ("ZapNet is fast, unlike gradient descent.", "gradient descent"),
        ("Unlike SkyBench, it is easy to use.", "SkyBench"),
    ],
)
def test_what_a_paper_sets_itself_apart_from_is_not_used(
    sentence: str, name: str, scorer: str | None
) -> None:
    found = roles(f"We propose ZapNet. {sentence}", scorer=load(scorer))
    assert found[name] <= {"compares_with", "mentions"}
    assert found["ZapNet"] == {"introduces"}


def test_what_is_used_elsewhere_is_used() -> None:
    found = roles("Unlike OldNet, it is small. Our model is trained using OldNet.")
    assert found["OldNet"] == {"uses"}


def test_clear_sentences_give_clear_roles() -> None:
    found = roles(
        "We propose ZapNet for cloud tracking. We evaluate ZapNet on SkyBench, where it "
        "outperforms OldNet in cloud error.",
        title="ZapNet: Fast Cloud Tracking",
    )
    assert found["ZapNet"] == {"introduces"}
    assert found["OldNet"] == {"compares_with"}
    assert found["cloud tracking"] == {"addresses"}
    assert found["SkyBench"] == found["cloud error"] == {"evaluates_on"}


@SCORERS
def test_the_shares_of_the_roles_add_up_and_the_role_has_its_own(scorer: str | None) -> None:
    _, statements = read(
        "We propose ZapNet for cloud tracking. On SkyBench it beats OldNet. Unlike SkySet, it is "
        "small. We plan to lower the cloud error.",
        scorer=load(scorer),
    )
    assert len(statements) >= 6
    for s in statements:
        assert sum(s.shares.values()) == pytest.approx(1.0, abs=0.001)
        assert s.score == s.shares[s.role]
        assert set(s.shares) <= set(WEIGHTS[kind_group(s.candidate.kind)])


def test_rows_hold_signs_and_leave_open_what_no_tagger_has_read() -> None:
    text = "On the sky\n\nWe propose ZapNet. Unlike OldNet, it is small."
    evidence = role_evidence(text, mentions(text), split_sentences(text))
    rows = role_rows(evidence, ["introduced", "unlike", "kind Method", "tagger uses", "mentions"])
    assert rows[:, :3].tolist() == [[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]
    assert rows[:, 3].tolist() == pytest.approx([float("nan")] * 2, nan_ok=True)
    assert rows[:, 4].tolist() == [1.0, 1.0]


def test_the_name_before_the_colon_of_a_title_is_introduced() -> None:
    found = roles("ZapNet is small. It tracks clouds.", title="ZapNet: Fast Cloud Tracking")
    assert found["ZapNet"] == {"introduces"}


def test_a_thing_has_one_role_however_often_it_is_named() -> None:
    abstract = "We propose ZapNet. With ZapNet we track. ZapNet outperforms OldNet."
    assert roles(abstract)["ZapNet"] == {"introduces"}


def test_a_short_form_shares_the_role_of_its_long_form() -> None:
    text, statements = read("We propose a zap network (ZN). The ZN is small.")
    assert {s.role for s in statements} == {"introduces"}
    assert {text[s.candidate.start : s.candidate.end] for s in statements} <= {"zap network", "ZN"}


def test_a_statement_holds_the_sentence_with_the_strongest_signs() -> None:
    text, statements = read("Clouds move. We propose ZapNet. ZapNet is small.")
    (statement,) = statements
    assert text[statement.start : statement.end] == "We propose ZapNet."
    assert statement.cue == "We propose"
    assert statement.start <= statement.candidate.start < statement.end


def test_statements_lie_in_their_sentences_and_are_sorted() -> None:
    text, statements = read(
        "We propose ZapNet for cloud tracking. On SkyBench it beats OldNet in cloud error."
    )
    assert [s.candidate.start for s in statements] == sorted(s.candidate.start for s in statements)
    for s in statements:
        assert s.start <= s.candidate.start < s.candidate.end <= s.end
        assert s.cue in text[s.start : s.end]
        assert 0.0 <= s.score <= 1.0
        assert (s.start, s.end) in split_sentences(text)


def test_an_address_has_no_role() -> None:
    assert roles("Code: https://a.b") == {}


def test_a_paper_without_names_says_nothing() -> None:
    assert assign_roles("On the sky\n\nClouds.", [], [(0, 10), (12, 19)]) == []


def test_a_role_that_a_kind_cannot_have_is_never_given() -> None:
    for group, weights in WEIGHTS.items():
        assert set(weights) <= set(ROLES), group
    assert "compares_with" not in WEIGHTS["Task"]
    assert "addresses" not in WEIGHTS["Method"]


@pytest.mark.parametrize(
    ("sentence", "sign", "words"),
    [
        ("We propose ZapNet here.", "introduced", "We propose"),
        ("We build it from scratch with ZapNet here.", "introduced far", "We build"),
        ("It outperforms ZapNet here.", "compared near", "outperforms"),
        ("It rests on methods such as ZapNet here.", "example near", "such as "),
        ("ZapNet has limits.", "said of", "has"),
        ("Our aim is ZapNet.", "ours", "Our"),
        ("Unlike the old ZapNet, it flies.", "unlike", "Unlike"),
        ("We plan to use ZapNet here.", "future", "We plan to"),
    ],
)
def test_a_sign_shows_its_words(sentence: str, sign: str, words: str) -> None:
    text = "On the sky\n\n" + sentence
    (name,) = mentions(text)
    signs = signs_in(text, name, 12, len(text), [name])
    assert signs[sign].strip() == words.strip()
