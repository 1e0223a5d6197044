"""The pipeline as a whole: papers in, valid extractions out, whatever the text."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from kg.config import ExtractConfig
from kg.errors import ConfigError, ExtractionError, InputError
from kg.extractors import build_nlp, extract_papers, extractor_fingerprint
from kg.extractors.candidates import Candidate, candidates
from kg.extractors.scorers import models_folder
from kg.model import Extraction, Paper
from tests import worst_cases

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


FAST = ExtractConfig(model="fast")


@pytest.fixture(scope="module")
def fast() -> Language:
    return build_nlp(FAST)


@pytest.fixture(params=["accurate", "fast"])
def either(request: pytest.FixtureRequest, nlp: Language, fast: Language) -> Language:
    """A pipeline with each of the two models."""
    return nlp if request.param == "accurate" else fast


def extract(abstract: str, nlp: Language, title: str = "A title") -> Extraction:
    (extraction,) = extract_papers([Paper(id="t:1", title=title, abstract=abstract)], nlp=nlp)
    return extraction


def test_a_paper_becomes_mentions_and_relations(either: Language) -> None:
    found = extract(ABSTRACT, either, "ZapNet: Fast Semantic Segmentation")
    by_text = {m.text: m for m in found.mentions}
    assert by_text["ZapNet"].kind == "Method"
    assert by_text["ZapNet"].role == "introduces"
    assert by_text["mAP"].long_form == "mean average precision"
    assert by_text["https://github.com/example/zap"].url_kind == "code"
    assert {m.role for m in found.mentions if m.text == "ZapNet"} == {"introduces"}
    predicates = {r.predicate for r in found.relations}
    assert predicates >= {"INTRODUCES", "LINKS_TO", "AVAILABLE_AT", "OUTPERFORMS", "APPLIED_TO"}


def test_evidence_is_a_sentence_with_the_words_of_the_object(either: Language) -> None:
    found = extract(ABSTRACT, either)
    places = {m.id: m for m in found.mentions}
    for relation in found.relations:
        object_ = places[relation.object]
        assert relation.start <= object_.start < object_.end <= relation.end
        assert relation.cue in found.paper.text[relation.start : relation.end] or (
            relation.predicate == "AVAILABLE_AT"
        )


def test_the_records_are_valid_and_in_the_order_of_the_papers(either: Language) -> None:
    found = list(extract_papers(PAPERS, nlp=either))
    assert [e.paper for e in found] == list(PAPERS)
    for extraction in found:
        assert Extraction.model_validate(extraction.model_dump()) == extraction


def test_an_empty_abstract_leaves_the_title(nlp: Language) -> None:
    assert extract("", nlp, "Nothing here").mentions == ()
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


def test_the_lowest_relation_score_drops_relations_between_things_alone(nlp: Language) -> None:
    paper = Paper(id="t:1", title="A title", abstract=ABSTRACT)
    (all_,) = extract_papers([paper], nlp=nlp)
    pairs = [r for r in all_.relations if r.extractor == "kg_relations"]
    lowest = sorted({r.score for r in pairs})[-1]
    config = ExtractConfig(min_relation_score=lowest)
    (few,) = extract_papers([paper], config=config, nlp=nlp)
    assert few.mentions == all_.mentions
    assert 0 < sum(r.extractor == "kg_relations" for r in few.relations) < len(pairs)
    assert set(few.relations) == {
        r for r in all_.relations if r.extractor != "kg_relations" or r.score >= lowest
    }


def test_a_name_has_one_kind_in_a_paper(either: Language) -> None:
    for extraction in extract_papers(PAPERS, nlp=either):
        kinds: dict[str, set[str]] = {}
        for mention in extraction.mentions:
            kinds.setdefault(mention.text, set()).add(mention.kind)
        assert all(len(k) == 1 for k in kinds.values())


def test_an_address_is_no_name(either: Language) -> None:
    found = extract("Code: https://github.com/BERT/ImageNet-GPT-4 is ours.", either)
    assert [(m.kind, m.text) for m in found.mentions] == [
        ("Url", "https://github.com/BERT/ImageNet-GPT-4")
    ]


def test_what_is_planned_is_stated_nowhere(either: Language) -> None:
    found = extract(
        "We propose ZapNet for image segmentation. In future work, we plan to evaluate ZapNet "
        "on ImageNet.",
        either,
    )
    future = found.paper.text.index("In future work")
    assert {r.predicate for r in found.relations if r.start >= future} <= {"MENTIONS"}
    assert {m.role for m in found.mentions if m.text == "ImageNet"} <= {"mentions"}


def test_without_a_tagger_what_the_rules_find_is_taken_at_its_word() -> None:
    usual = ExtractConfig().pipeline
    config = ExtractConfig(pipeline=tuple(name for name in usual if name != "kg_ner"))
    found = extract(ABSTRACT, build_nlp(config))
    assert found.mentions
    assert {m.extractor for m in found.mentions}.isdisjoint({"kg_ner"})


def test_a_component_of_another_is_taken_at_its_word() -> None:
    @Language.component("test_knows")
    def knows(doc: Doc) -> Doc:
        start = doc.text.index("white")
        candidates(doc).append(Candidate(start, start + 5, "Metric", "test_knows", 0.35))
        return doc

    usual = ExtractConfig().pipeline
    place = usual.index("kg_entities")
    config = ExtractConfig(pipeline=(*usual[:place], "test_knows", *usual[place:]))
    found = extract("Clouds are white.", build_nlp(config), "Nothing here")
    assert [(m.text, m.kind, m.score) for m in found.mentions] == [("white", "Metric", 0.35)]


def test_an_unknown_component_is_named() -> None:
    with pytest.raises(ConfigError, match="kg_nothing") as caught:
        build_nlp(ExtractConfig(pipeline=("kg_sentences", "kg_nothing")))
    assert caught.value.hint


def test_a_part_of_the_pipeline_works_alone() -> None:
    config = ExtractConfig(pipeline=("kg_gazetteer", "kg_entities"))
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


@pytest.mark.parametrize("model", ["accurate", "fast"])
def test_models_of_a_folder_say_what_the_same_models_say(tmp_path: Path, model: str) -> None:
    shutil.copytree(models_folder(None), tmp_path / "models")
    usual = ExtractConfig.model_validate({"model": model})
    other = usual.model_copy(update={"models": str(tmp_path / "models")})
    assert list(extract_papers(PAPERS, config=other)) == list(extract_papers(PAPERS, config=usual))


@pytest.mark.parametrize("model", ["accurate", "fast"])
def test_a_folder_without_models_is_named(tmp_path: Path, model: str) -> None:
    config = ExtractConfig.model_validate({"model": model, "models": str(tmp_path / "nowhere")})
    with pytest.raises(InputError, match="nowhere") as caught:
        list(extract_papers(PAPERS[:1], config=config))
    assert caught.value.hint


def test_the_fingerprint_changes_with_what_changes_results() -> None:
    usual = extractor_fingerprint(ExtractConfig())
    assert usual == extractor_fingerprint(ExtractConfig(batch_size=1))
    assert usual != extractor_fingerprint(ExtractConfig(min_score=0.5))
    assert usual != extractor_fingerprint(ExtractConfig(min_relation_score=0.5))
    assert usual != extractor_fingerprint(ExtractConfig(pipeline=("kg_sentences",)))
    assert usual != extractor_fingerprint(FAST)


def test_the_fingerprint_changes_with_the_models_and_not_with_their_folder(tmp_path: Path) -> None:
    prints = []
    for name, content in (("a", "one"), ("b", "one"), ("c", "two"), ("d", "one")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "entities.json").write_text(content)
        (folder / "notes.md").write_text(name)
        if name == "d":
            (folder / "tagger.onnx").write_text("more")
        prints.append(extractor_fingerprint(ExtractConfig(models=str(folder))))
    assert prints[0] == prints[1]
    assert len({*prints, extractor_fingerprint(ExtractConfig())}) == 4


WORST = [
    "We propose ZapNet for image segmentation on ZapBench. ",
    "A",
    "1",
    "(",
    ".",
    "a-",
    "GPT-4, ",
    "BERT and ",
    "BERT and GPT-4 beat it on GLUE. ",
    "the ImageNet dataset ",
    "long form (LF) ",
    "https://github.com/a/b ",
    "image segmentation ",
    "e.g. ",
    "\n",
    "\u0130\u00df",
]


@pytest.mark.timeout(worst_cases.SECONDS)
@pytest.mark.parametrize("unit", WORST)
def test_worst_cases_end(unit: str, nlp: Language) -> None:
    text = (unit * (50_000 // len(unit) + 1))[:50_000]
    found = extract(text, nlp)
    assert all(found.paper.text[m.start : m.end] == m.text for m in found.mentions)


@pytest.mark.slow
@pytest.mark.timeout(5 * worst_cases.SECONDS)
def test_a_megabyte_ends(nlp: Language) -> None:
    found = extract((ABSTRACT + " ") * (1_000_000 // len(ABSTRACT)), nlp)
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
