"""Mentions, statements and extractions: spans fit the text, and nothing points nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kg.ids import mention_id
from kg.model import Extraction, LinkedMention, Mention, Paper, RelationMention

PAPER = Paper(id="title:1", title="On PPO", abstract="PPO beats TRPO. https://a.org/x")
PPO = Mention(
    paper_id="title:1", start=8, end=11, text="PPO", kind="Method", extractor="own", score=0.9
)
TRPO = Mention(
    paper_id="title:1", start=18, end=22, text="TRPO", kind="Method", extractor="own", score=0.8
)
LINK: dict[str, Any] = {
    "paper_id": "title:1",
    "start": 24,
    "end": 39,
    "text": "https://a.org/x",
    "kind": "Url",
    "extractor": "own",
    "score": 1.0,
    "href": "https://a.org/x",
    "url_kind": "code",
}
BEATS = RelationMention(
    paper_id="title:1",
    predicate="OUTPERFORMS",
    subject=PPO.id,
    object=TRPO.id,
    start=8,
    end=23,
    extractor="own",
    score=0.7,
)


def changed_mention(**change: object) -> Mention:
    return Mention.model_validate({**PPO.model_dump(), **change})


def test_a_mention_is_named_by_its_place() -> None:
    assert PPO.id == mention_id("title:1", 8, 11, "Method")
    assert changed_mention(score=0.1).id == PPO.id


@pytest.mark.parametrize(
    "change",
    [
        {"start": -1},
        {"start": 11},
        {"start": 12},
        {"end": 12},
        {"end": 8, "text": ""},
        {"text": "PP"},
        {"text": "   "},
        {"kind": "Person"},
        {"role": "cites"},
        {"score": 1.2},
        {"score": -0.1},
        {"score": float("nan")},
        {"long_form": " "},
    ],
    ids=str,
)
def test_a_mention_that_fits_no_text_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        changed_mention(**change)


@pytest.mark.parametrize(
    "change",
    [
        {"href": None},
        {"url_kind": None},
        {"href": "javascript:alert(1)"},
        {"href": None, "url_kind": None},
        {"kind": "Method"},
        {"kind": "Method", "href": None},
        {"kind": "Method", "url_kind": None},
    ],
    ids=str,
)
def test_addresses_have_an_address_and_nothing_else_has(change: dict[str, object]) -> None:
    assert Mention.model_validate(LINK).href == "https://a.org/x"
    with pytest.raises(ValidationError):
        Mention.model_validate({**LINK, **change})


@given(st.floats(0, 1))
def test_scores_are_kept_to_four_decimals(score: float) -> None:
    kept = changed_mention(score=score).score
    assert kept == round(score, 4)
    assert changed_mention(score=kept).score == kept
    assert str(kept)[0] != "-"


def test_a_score_of_minus_zero_is_zero() -> None:
    assert str(changed_mention(score=-0.0).score) == "0.0"


def test_a_good_extraction_is_taken() -> None:
    whole = Extraction(
        paper=PAPER, mentions=(PPO, TRPO, Mention.model_validate(LINK)), relations=(BEATS,)
    )
    assert [PAPER.text[m.start : m.end] for m in whole.mentions] == ["PPO", "TRPO", LINK["text"]]


@pytest.mark.parametrize(
    ("mentions", "reason"),
    [
        ((TRPO, PPO), "unsorted"),
        ((PPO, PPO), "overlap"),
        ((PPO, changed_mention(start=10, end=13, text="O b")), "overlap"),
        ((changed_mention(start=9, end=12),), "is not 'PPO'"),
        ((changed_mention(start=90, end=93),), "is not 'PPO'"),
        ((changed_mention(paper_id="title:2"),), "mention of paper"),
    ],
)
def test_mentions_must_fit_their_paper(mentions: tuple[Mention, ...], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Extraction(paper=PAPER, mentions=mentions)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"object": "nowhere"}, "unknown mention"),
        ({"subject": "nowhere"}, "unknown mention"),
        ({"object": "title:1"}, "unknown mention"),
        ({"paper_id": "title:2"}, "relation of paper"),
        ({"start": 23}, "outside the text"),
        ({"start": 24}, "outside the text"),
        ({"end": 400}, "outside the text"),
    ],
)
def test_statements_must_fit_their_paper(change: dict[str, object], reason: str) -> None:
    statement = BEATS.model_copy(update=change)
    with pytest.raises(ValidationError, match=reason):
        Extraction(paper=PAPER, mentions=(PPO, TRPO), relations=(statement,))


def test_the_paper_may_be_the_subject() -> None:
    own = BEATS.model_copy(update={"subject": "title:1", "predicate": "USES"})
    assert Extraction(paper=PAPER, mentions=(TRPO,), relations=(own,)).relations == (own,)


def test_a_linked_mention_is_checked_like_a_mention() -> None:
    link = {"entity_id": "method:ppo", "link_method": "exact", "link_score": 1.0}
    linked = LinkedMention.model_validate({**PPO.model_dump(), **link})
    assert linked.id == PPO.id
    with pytest.raises(ValidationError):
        LinkedMention.model_validate({**PPO.model_dump(), **link, "end": 12})
    with pytest.raises(ValidationError):
        LinkedMention.model_validate({**PPO.model_dump(), **link, "link_method": "guess"})
