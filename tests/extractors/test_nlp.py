"""The pipeline as a whole: papers in, valid extractions out, whatever the text."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from kg.config import ExtractConfig
from kg.errors import ConfigError, ExtractionError
from kg.extractors import build_nlp, extract_papers, extractor_fingerprint
from kg.model import Extraction, Paper

ABSTRACT = (
    "We propose ZapNet, a network for semantic segmentation. ZapNet outperforms BERT on ImageNet "
    "in mean average precision (mAP). Code: https://github.com/example/zap."
)
PAPERS = tuple(
    Paper(id=f"arxiv:{n}", title=title, abstract=abstract)
    for n, (title, abstract) in enumerate(
        [
            ("ZapNet: Fast Semantic Segmentation", ABSTRACT),
            ("An empty one", ""),
            ("On BERT", "BERT is evaluated on GLUE. We compare with GPT-4."),
            ("Nothing here", "Clouds are white."),
            ("\u4e91 and $\\pi_0$", "We train $\\pi_0$ \U0001f9ea with BERT\u2014often."),
        ]
    )
)


def extract(abstract: str, nlp: Language, title: str = "A title") -> Extraction:
    (extraction,) = extract_papers([Paper(id="t:1", title=title, abstract=abstract)], nlp=nlp)
    return extraction


def test_a_paper_becomes_mentions_and_relations(nlp: Language) -> None:
    found = extract(ABSTRACT, nlp, "ZapNet: Fast Semantic Segmentation")
    by_text = {m.text: m for m in found.mentions}
    assert by_text["ZapNet"].kind == "Method"
    assert by_text["ZapNet"].role == "introduces"
    assert by_text["mAP"].long_form == "mean average precision"
    assert by_text["https://github.com/example/zap"].url_kind == "code"
    assert {m.role for m in found.mentions if m.text == "ZapNet"} == {"introduces"}
    predicates = {r.predicate for r in found.relations}
    assert predicates >= {"INTRODUCES", "LINKS_TO", "AVAILABLE_AT", "OUTPERFORMS", "APPLIED_TO"}


def test_evidence_is_a_sentence_with_the_words_of_the_object(nlp: Language) -> None:
    found = extract(ABSTRACT, nlp)
    places = {m.id: m for m in found.mentions}
    for relation in found.relations:
        object_ = places[relation.object]
        assert relation.start <= object_.start < object_.end <= relation.end
        assert relation.cue in found.paper.text[relation.start : relation.end] or (
            relation.predicate == "AVAILABLE_AT"
        )


def test_the_records_are_valid_and_in_the_order_of_the_papers(nlp: Language) -> None:
    found = list(extract_papers(PAPERS, nlp=nlp))
    assert [e.paper for e in found] == list(PAPERS)
    for extraction in found:
        assert Extraction.model_validate(extraction.model_dump()) == extraction


def test_an_empty_abstract_leaves_the_title(nlp: Language) -> None:
    assert extract("", nlp).mentions == ()
    assert [m.text for m in extract("", nlp, "ZapNet: On BERT").mentions] == ["ZapNet", "BERT"]


@pytest.mark.parametrize("size", [1, 2, 64])
def test_the_batch_size_changes_nothing(size: int, nlp: Language) -> None:
    usual = list(extract_papers(PAPERS, nlp=nlp))
    assert list(extract_papers(PAPERS, config=ExtractConfig(batch_size=size), nlp=nlp)) == usual


@settings(max_examples=10)
@given(order=st.randoms(use_true_random=False))
def test_a_paper_reads_the_same_among_any_others(nlp: Language, order: random.Random) -> None:
    usual = {e.paper.id: e for e in extract_papers(PAPERS, nlp=nlp)}
    shuffled = order.sample(PAPERS, len(PAPERS))
    assert {e.paper.id: e for e in extract_papers(shuffled, nlp=nlp)} == usual


def test_papers_stream(nlp: Language) -> None:
    def endless() -> object:
        number = 0
        while True:
            yield Paper(id=f"t:{number}", title="On BERT")
            number += 1

    found = extract_papers(endless(), config=ExtractConfig(batch_size=2), nlp=nlp)  # type: ignore[arg-type]
    assert next(found).paper.id == "t:0"


def test_the_lowest_score_drops_mentions_and_their_relations(nlp: Language) -> None:
    paper = Paper(id="t:1", title="A title", abstract=ABSTRACT)
    (all_,) = extract_papers([paper], nlp=nlp)
    lowest = max(m.score for m in all_.mentions)
    (few,) = extract_papers([paper], config=ExtractConfig(min_score=lowest), nlp=nlp)
    assert {m for m in all_.mentions if m.score >= lowest} == set(few.mentions)
    assert 0 < len(few.mentions) < len(all_.mentions)
    kept = {m.id for m in few.mentions}
    assert {r.object for r in few.relations} <= kept


def test_an_unknown_component_is_named() -> None:
    with pytest.raises(ConfigError, match="kg_nothing") as caught:
        build_nlp(ExtractConfig(pipeline=("kg_sentences", "kg_nothing")))
    assert caught.value.hint


def test_a_part_of_the_pipeline_works_alone() -> None:
    config = ExtractConfig(pipeline=("kg_gazetteer", "kg_conflicts"))
    (found,) = extract_papers([PAPERS[2]], config=config)
    assert "BERT" in {m.text for m in found.mentions}
    assert found.relations == ()


def test_a_failing_component_names_itself_and_the_paper() -> None:
    @Language.component("test_breaks")
    def breaks(doc: Doc) -> Doc:
        raise ZeroDivisionError("by hand")

    nlp = build_nlp(ExtractConfig(pipeline=("test_breaks",)))
    with pytest.raises(ExtractionError, match=r"test_breaks.*t:1.*by hand"):
        extract("Text.", nlp)


def test_the_fingerprint_changes_with_what_changes_results() -> None:
    usual = extractor_fingerprint(ExtractConfig())
    assert usual == extractor_fingerprint(ExtractConfig(batch_size=1))
    assert usual != extractor_fingerprint(ExtractConfig(min_score=0.5))
    assert usual != extractor_fingerprint(ExtractConfig(pipeline=("kg_sentences",)))


WORST = [
    "We propose ZapNet for image segmentation on ZapBench. ",
    "A",
    "1",
    "(",
    ".",
    "a-",
    "GPT-4, ",
    "BERT and ",
    "the ImageNet dataset ",
    "long form (LF) ",
    "https://github.com/a/b ",
    "image segmentation ",
    "e.g. ",
    "\n",
    "\u0130\u00df",
]


@pytest.mark.parametrize("unit", WORST)
def test_the_time_is_linear_in_the_text(unit: str, nlp: Language) -> None:
    def seconds(size: int) -> float:
        begin = time.process_time()
        extract((unit * (size // len(unit) + 1))[:size], nlp)
        return time.process_time() - begin

    seconds(100)
    assert seconds(50_000) < 25 * seconds(5_000) + 2


@pytest.mark.slow
def test_a_megabyte_takes_seconds(nlp: Language) -> None:
    begin = time.process_time()
    found = extract((ABSTRACT + " ") * (1_000_000 // len(ABSTRACT)), nlp)
    assert time.process_time() - begin < 60
    assert len(found.mentions) > 10_000


_words = st.sampled_from(
    "We propose ZapNet BERT (RL) , . : an outperforms on ImageNet GPT-4's called \u0130 ﬁne "
    "reinforcement learning https://github.com/a. i.e. $x$ \u2010 $\\pi_0$ \n\n \u2028".split(" ")
)


@settings(max_examples=150)
@given(abstract=st.text() | st.lists(_words, max_size=25).map(" ".join), title=st.text(min_size=1))
@example(abstract="\x00 (\x00)", title="\x00")
@example(abstract="(RL)", title="(RL)")
@example(abstract="a\n\n\n\nWe propose \u0130X (IX)", title="\n\n")
@example(abstract="https://github.com/a/b.", title="https://x.y: z")
def test_no_text_makes_it_fail(nlp: Language, abstract: str, title: str) -> None:
    found = extract(abstract, nlp, title)
    assert Extraction.model_validate(found.model_dump()) == found
