"""Names found by the words around them: every pattern, and what must not trip it."""

from __future__ import annotations

import pytest

from kg.extractors.abbreviations import find_abbreviations
from kg.extractors.candidates import Candidate
from kg.extractors.kinds import is_name_word, kind_by_head, kind_by_words
from kg.extractors.patterns import find_patterns
from kg.extractors.sentences import split_sentences
from kg.extractors.words import phrase_start, read_sentence
from tests import worst_cases

TITLE = "A study\n\n"


def found(text: str, known: tuple[Candidate, ...] = ()) -> dict[str, set[str]]:
    """Surface -> kinds."""
    shorts = find_abbreviations(text)
    names: dict[str, set[str]] = {}
    for c in find_patterns(text, split_sentences(text), shorts, known):
        names.setdefault(text[c.start : c.end], set()).add(c.kind)
    return names


@pytest.mark.parametrize(
    ("title", "name", "kind"),
    [
        ("ZapNet: Fast Segmentation of Clouds", "ZapNet", "Method"),
        ("Breeze: A Framework for Weather Agents", "Breeze", "Method"),
        ("ZapEval: How Well Do Agents Plan", "ZapEval", "Benchmark"),
        ("Quill: A Benchmark for Poets", "Quill", "Benchmark"),
        ("Quill: Evaluating Poets with Models", "Quill", "Benchmark"),
        ("Quill: A Large Corpus of Poems", "Quill", "Dataset"),
        ("Quill-90K: Poems and Their Readers", "Quill-90K", "Dataset"),
        ("ZapNet - A New Network", "ZapNet", "Method"),
    ],
)
def test_a_title_names_before_the_colon(title: str, name: str, kind: str) -> None:
    assert found(f"{title}\n\nText.")[name] == {kind}


@pytest.mark.parametrize(
    "title",
    ["Think twice: on the limits of thought", "On Poems", "a remark: nothing more", ": empty"],
)
def test_other_titles_name_nothing(title: str) -> None:
    assert found(f"{title}\n\nText.") == {}


@pytest.mark.parametrize(
    ("sentence", "name", "kind"),
    [
        ("We propose ZapNet, a network for clouds.", "ZapNet", "Method"),
        ("In this paper, we therefore introduce ZapNet.", "ZapNet", "Method"),
        ("This work presents ZapSet, a dataset of clouds.", "ZapSet", "Dataset"),
        ("We release a benchmark for poets called Quill.", "Quill", "Benchmark"),
        ("It is a new metric, dubbed Wit.", "Wit", "Metric"),
        ("It rests on ZapNet, a lightweight model of clouds.", "ZapNet", "Method"),
        ("The resulting corpus is named QuillBank.", "QuillBank", "Dataset"),
    ],
)
def test_a_sentence_introduces_a_name(sentence: str, name: str, kind: str) -> None:
    assert found(TITLE + sentence)[name] == {kind}


@pytest.mark.parametrize(
    "sentence",
    [
        "We propose a simple method.",
        "We propose to use it with care.",
        "Experiments on two tasks show it.",
        "They are called often.",
    ],
)
def test_a_sentence_without_a_name_introduces_none(sentence: str) -> None:
    assert found(TITLE + sentence) == {}


@pytest.mark.parametrize(
    ("sentence", "name", "kind"),
    [
        ("It is trained on the ZapSet dataset.", "ZapSet", "Dataset"),
        ("It leads the Cloud Sky benchmark.", "Cloud Sky", "Benchmark"),
        ("It needs the XQ7 algorithm.", "XQ7", "Method"),
    ],
)
def test_a_head_after_a_name_tells_its_kind(sentence: str, name: str, kind: str) -> None:
    assert kind in found(TITLE + sentence)[name]


def test_a_capital_at_the_start_of_a_sentence_is_no_name() -> None:
    assert found(TITLE + "Clouds dataset is small.") == {}
    assert found(TITLE + "The Framework library is small.") == {}


@pytest.mark.parametrize(
    ("sentence", "names", "kind"),
    [
        ("On benchmarks such as QaBench, WebQ2 and ToyQ9 it fails.", "QaBench WebQ2 ToyQ9", 0),
        ("It outperforms FooNet, BarNet, and BazNet by far.", "FooNet BarNet BazNet", 1),
        ("Results on QaX1 and WebQ2 show an improvement.", "QaX1 WebQ2", 0),
        ("Baselines (FooNet, BarNet) fail.", "FooNet BarNet", 1),
    ],
)
def test_lists_name_their_items_one_by_one(sentence: str, names: str, kind: int) -> None:
    seen = found(TITLE + sentence)
    for name in names.split():
        assert seen[name] == {("Benchmark", "Method")[kind]}, name
    assert not any(" and " in name for name in seen)


def test_a_coined_word_is_a_method_or_what_its_neighbour_is() -> None:
    assert found(TITLE + "Our work rests upon ZapNet in part.") == {"ZapNet": {"Method"}}
    text = TITLE + "Data come from ImageNet, ZapQ7, and others."
    start = text.index("ImageNet")
    known = Candidate(start, start + 8, "Dataset", "kg_gazetteer", 0.85, name="ImageNet")
    assert found(text, (known,)) == {"ZapQ7": {"Dataset"}}


@pytest.mark.parametrize(
    "word",
    ["7B", "1.5B", "20GB", "4K", "GPUs", "LLMs", "LLM-based", "multi-GPU", "3D-aware", "Learning"],
)
def test_sizes_units_and_common_acronyms_are_no_names(word: str) -> None:
    assert not is_name_word(word)
    assert found(f"{TITLE}It runs in {word} here.") == {}


def test_a_possessive_ends_a_name() -> None:
    assert "ZapNet" in found(TITLE + "We rely on ZapNet's New Encoder here.")


@pytest.mark.parametrize(
    ("sentence", "names", "kind"),
    [
        (
            "We use the gradient echo network (GEN) here.",
            ("gradient echo network", "GEN"),
            "Method",
        ),
        ("The task of cloud type recognition (CTR) is hard.", ("CTR",), "Task"),
        ("The mean cloud error (MCE) falls.", ("MCE",), "Metric"),
        ("We propose Sparse Wind Fans (SWF).", ("Sparse Wind Fans", "SWF"), "Method"),
    ],
)
def test_an_acronym_is_what_its_long_form_is(
    sentence: str, names: tuple[str, ...], kind: str
) -> None:
    seen = found(TITLE + sentence)
    for name in names:
        assert kind in seen[name]


def test_an_acronym_of_no_kind_of_ours_is_left_alone() -> None:
    assert found(TITLE + "Users see a graphical wind interface (GWI) and like the GWI.") == {}


@pytest.mark.parametrize(
    ("sentence", "name", "kind"),
    [
        ("It is used for open-vocabulary cloud segmentation.", "open-vocabulary cloud segmentation",
         "Task"),
        ("We study efficient text-to-image generation.", "text-to-image generation", "Task"),
        ("It helps visual reasoning.", "visual reasoning", "Task"),
        ("It uses sparse window attention.", "sparse window attention", "Method"),
        ("It uses video diffusion models.", "video diffusion models", "Method"),
        ("It answers by retrieval-augmented generation.", "retrieval-augmented generation",
         "Method"),
        ("The segmentation accuracy grows.", "segmentation accuracy", "Metric"),
        ("Object detection tasks are hard.", "Object detection", "Task"),
    ],
)  # fmt: skip
def test_a_noun_phrase_is_named_by_its_head(sentence: str, name: str, kind: str) -> None:
    assert found(TITLE + sentence)[name] == {kind}


@pytest.mark.parametrize(
    "sentence",
    [
        "It needs deep understanding.",
        "The reasoning is implicit reasoning.",
        "We improve generation.",
        "It makes multiple predictions.",
        "It has large models.",
        "The object detection head is small.",
        "It yields several generations.",
    ],
)
def test_praise_and_bare_heads_name_nothing(sentence: str) -> None:
    assert found(TITLE + sentence) == {}


def test_a_title_may_say_more_with_less() -> None:
    assert found("Towards Menu Planning\n\nText.") == {"Menu Planning": {"Task"}}
    assert found(TITLE + "We study menu planning.") == {}


def test_a_phrase_begins_after_verbs_and_function_words() -> None:
    text = "we improve robust open-set cloud segmentation"
    words = read_sentence(text, 0, len(text)).words
    assert words[phrase_start(text, words, len(words) - 1)].text == "open-set"


def test_a_kind_is_told_by_the_last_word_or_by_what_is_near() -> None:
    assert kind_by_head("mean cloud errors") == "Metric"
    assert kind_by_head("something else") is None
    assert kind_by_head("") is None
    assert kind_by_words("Foo", after="a method to build a dataset") == "Method"
    assert kind_by_words("Foo", before="a dataset for the benchmark") == "Benchmark"
    assert kind_by_words("Foo") is None


@pytest.mark.timeout(worst_cases.SECONDS)
@pytest.mark.parametrize(
    "unit",
    ["A", "1", "A-", "a.", "we propose ", "called ", "GPT-4, ", "Alpha of ", "on the ", "such as ",
     "FooNet (", "image ", "v1.", "\u2010"],
)  # fmt: skip
def test_worst_cases_end(unit: str) -> None:
    text = TITLE + unit * (worst_cases.CHARACTERS // len(unit))
    assert all(found.end <= len(text) for found in find_patterns(text, split_sentences(text)))
