"""The tagger: what its probabilities mean, and that a paper reads the same among any others."""

from __future__ import annotations

import random
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from kg.errors import InputError
from kg.extractors import extract_papers
from kg.extractors.ner import (
    PAIR_FEATURES,
    PAIR_TYPES,
    ROLE_LABELS,
    TAGS,
    Tagger,
    TaggerOutput,
    decode_names,
    load_tagger,
    pair_vectors,
)
from kg.extractors.relation_features import PAIR_PREDICATES
from kg.extractors.scorers import models_folder
from kg.model import NAMED_KINDS, EntityKind, Extraction, Paper
from tests.extractors.hand_made import WIDTH, hand_made_output
from tests.strategies import texts

FILES = ("tagger.onnx", "pairs.onnx", "vocab.txt")
TEXT = "ZapNet tracks clouds (MAE) on the SkyBench benchmark"
#       0      1      2      345   6  7   8        9


def names(tags: dict[int, str], text: str = TEXT) -> list[tuple[str, EntityKind]]:
    found = decode_names(text, hand_made_output(text, tags))
    return [(text[c.start : c.end], c.kind) for c in found]


# What the probabilities mean


def test_there_is_a_tag_for_each_kind_and_tier() -> None:
    assert len(TAGS) == len(set(TAGS)) == 1 + 4 * len(NAMED_KINDS)
    assert {t[2:].rstrip("?") for t in TAGS[1:]} == set(NAMED_KINDS)


def test_probabilities_are_summed_by_kind_tier_and_place() -> None:
    output = hand_made_output(TEXT, {0: "B-Method", 2: "B-Task?", 3: "I-Task?"})
    method, task = NAMED_KINDS.index("Method"), NAMED_KINDS.index("Task")
    assert output.kinds.shape == (10, len(NAMED_KINDS), 2)
    assert output.kinds[0, method, 0] == pytest.approx(0.9, abs=0.01)
    assert output.kinds[2, task, 1] == pytest.approx(0.9, abs=0.01)
    assert (output.begins[2], output.inside[3], output.outside[1]) == pytest.approx(
        (0.9, 0.9, 0.9), abs=0.1
    )
    total = output.kinds.sum(axis=(1, 2)) + output.outside
    assert total == pytest.approx(np.ones(10), abs=1e-5)


@pytest.mark.parametrize(
    ("span", "run"),
    [((0, 6), (0, 1)), ((0, 13), (0, 2)), ((3, 8), (0, 2)), ((6, 7), (1, 1)), ((0, 0), (0, 0)),
     ((len(TEXT) - 1, len(TEXT)), (9, 10)), ((0, 999), (0, 10)), ((500, 999), (10, 10))],
)  # fmt: skip
def test_a_span_touches_a_run_of_words(span: tuple[int, int], run: tuple[int, int]) -> None:
    assert hand_made_output(TEXT).words(*span) == run


def test_names_are_runs_of_words() -> None:
    tags = {0: "B-Method", 2: "B-Task", 8: "B-Benchmark", 9: "I-Benchmark"}
    assert hand_made_output(TEXT, tags).decoded == [(0, 1), (2, 3), (8, 10)]
    assert names(tags) == [
        ("ZapNet", "Method"),
        ("clouds", "Task"),
        ("SkyBench benchmark", "Benchmark"),
    ]


def test_two_names_side_by_side_are_two() -> None:
    assert names({1: "B-Task", 2: "B-Metric"}) == [("tracks", "Task"), ("clouds", "Metric")]


def test_a_name_without_a_begin_is_a_name() -> None:
    assert names({1: "I-Task", 2: "I-Task"}) == [("tracks clouds", "Task")]


def test_names_of_either_tier_are_found_and_only_the_first_is_sure() -> None:
    (core,) = decode_names(TEXT, hand_made_output(TEXT, {0: "B-Method"}))
    (optional,) = decode_names(TEXT, hand_made_output(TEXT, {0: "B-Method?"}))
    assert core.score > 0.8
    assert optional.score < 0.1


def test_marks_at_the_ends_belong_to_no_name() -> None:
    assert names({4: "B-Metric", 5: "I-Metric"}) == [("MAE", "Metric")]
    assert names({3: "B-Metric", 4: "I-Metric", 5: "I-Metric"})[0][0] == "(MAE)"
    assert names({3: "B-Metric"}) == []
    assert names({2: "B-Task", 3: "I-Task"}) == [("clouds", "Task")]


def test_a_name_ends_with_its_paragraph() -> None:
    """The abstract begins with the name that is the whole title."""
    tags = {0: "B-Dataset", 1: "I-Dataset", 2: "I-Dataset", 3: "I-Dataset"}
    text = "Cloud Bench\n\nCloud Bench holds skies."
    assert names(tags, text) == [("Cloud Bench", "Dataset")] * 2
    assert names(tags, text.replace("\n\n", "\n")) == [("Cloud Bench\nCloud Bench", "Dataset")]


def test_no_words_are_no_names() -> None:
    assert decode_names("", hand_made_output("")) == []


tag_lists = st.dictionaries(st.integers(0, 9), st.sampled_from(TAGS))


@given(tag_lists, st.integers(0, 10), st.integers(0, 10))
def test_the_names_over_a_run_are_those_that_touch_it(
    tags: dict[int, str], first: int, last: int
) -> None:
    output = hand_made_output(TEXT, tags)
    touching = [(a, b) for a, b in output.decoded if a < last and b > first]
    assert output.decoded_over(first, last) == touching


@given(tag_lists)
def test_names_do_not_overlap_and_are_words(tags: dict[int, str]) -> None:
    found = decode_names(TEXT, hand_made_output(TEXT, tags))
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(TEXT[c.start : c.end].strip() == TEXT[c.start : c.end] != "" for c in found)
    assert all(0.0 <= c.score <= 1.0 for c in found)


# Pairs

Things = list[tuple[EntityKind, list[tuple[int, int]]]]
THINGS: Things = [("Method", [(0, 6)]), ("Task", [(14, 20)]), ("Benchmark", [(34, 42)])]


def test_a_pair_is_five_means_of_states_and_its_features() -> None:
    vectors, numbers = pair_vectors(hand_made_output(TEXT), THINGS, [(0, 1), (2, 0)])
    assert numbers == [0, 1]
    assert vectors.shape == (2, 5 * WIDTH + PAIR_FEATURES)
    # the states of word n are (n, 1, -n): head, tail, nearest head, nearest tail, between
    assert vectors[:, : 5 * WIDTH : WIDTH] == pytest.approx(
        np.array([[0, 2, 0, 2, 1], [8, 0, 8, 0, 4]]), abs=1e-4
    )
    features = vectors[0, 5 * WIDTH :]
    assert features[NAMED_KINDS.index("Method")] == 1
    assert features[len(NAMED_KINDS) + NAMED_KINDS.index("Task")] == 1


def test_things_in_two_windows_are_no_pair_and_stand_in_their_order() -> None:
    output = hand_made_output(TEXT, lengths=(3, 7))
    _, numbers = pair_vectors(output, THINGS, [(0, 2), (0, 1), (1, 0)])
    assert numbers == [1, 2]
    vectors, numbers = pair_vectors(output, THINGS, [(0, 2), (2, 0)])
    assert (vectors.shape, numbers) == ((0, 0), [])


def test_a_thing_named_in_both_windows_pairs_in_each() -> None:
    both: Things = [("Method", [(0, 6), (43, 52)]), *THINGS[1:]]
    output = hand_made_output(TEXT, lengths=(3, 7))
    vectors, numbers = pair_vectors(output, both, [(0, 2), (0, 1)])
    assert numbers == [1, 0]
    assert vectors[:, 0].tolist() == [0, 9]


def test_no_pairs_have_no_vectors() -> None:
    assert pair_vectors(hand_made_output(TEXT), THINGS, [])[1] == []
    assert pair_vectors(hand_made_output(""), [], [])[1] == []


# Models


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere.vocab\.txt") as caught:
        load_tagger(str(tmp_path / "nowhere"))
    assert caught.value.hint


@pytest.mark.parametrize("name", FILES)
def test_a_missing_model_is_named(tmp_path: Path, name: str) -> None:
    for other in set(FILES) - {name}:
        shutil.copyfile(models_folder(None) / other, tmp_path / other)
    with pytest.raises(InputError, match=name.replace(".", r"\.")) as caught:
        Tagger(tmp_path)
    assert caught.value.hint


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe no model"])
def test_a_damaged_model_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    for other in FILES:
        shutil.copyfile(models_folder(None) / other, tmp_path / other)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        Tagger(tmp_path)
    assert caught.value.hint


PAPERS = (
    Paper(
        id="t:1",
        title="FernNet: Convolutional Networks for Plant Recognition",
        abstract="We propose FernNet, a convolutional neural network for plant recognition. "
        "FernNet outperforms ResNet-50 on ImageNet in accuracy. Code: https://github.com/f/fern.",
    ),
    Paper(
        id="t:2",
        title="PebbleQA: A Benchmark for Question Answering about Rocks",
        abstract="We present PebbleQA, a new benchmark for question answering. We evaluate GPT-4 "
        "and Llama 2 on PebbleQA.",
    ),
    Paper(id="t:3", title="Nothing here", abstract="Clouds are white."),
    Paper(id="t:4", title="ZapNet", abstract=""),
    Paper(id="t:5", title="\u4e91 \U0001f9ea", abstract="\u4e91 " * 700),
)


def shown(output: TaggerOutput) -> tuple[bytes, ...]:
    parts = (output.starts, output.ends, output.kinds, output.outside, output.roles, output.states)
    return tuple(part.tobytes() for part in parts)


def test_the_shipped_tagger_reads_a_text_the_same_among_any_others() -> None:
    tagger = load_tagger()
    alone = {p.id: shown(Tagger(models_folder(None)).read(p.text)) for p in PAPERS}
    for papers in (PAPERS, PAPERS[::-1], random.Random(3).sample(PAPERS, 5)):
        assert {p.id: shown(tagger.read(p.text)) for p in papers} == alone


def test_what_the_shipped_tagger_says_are_probabilities_of_every_word() -> None:
    output = load_tagger().read(PAPERS[0].text)
    words = len(output.starts)
    assert output.kinds.shape == (words, len(NAMED_KINDS), 2)
    assert output.roles.shape == (words, len(ROLE_LABELS))
    assert output.roles.sum(axis=1) == pytest.approx(np.ones(words), abs=1e-4)
    total = output.kinds.sum(axis=(1, 2)) + output.outside
    assert total == pytest.approx(np.ones(words), abs=1e-4)
    assert sum(output.lengths) == words


def test_a_long_text_is_read_in_windows() -> None:
    output = load_tagger().read(PAPERS[4].text)
    assert len(output.lengths) > 1
    assert sum(output.lengths) == len(output.starts) == 702


def test_the_shipped_pair_network_tells_what_it_knows() -> None:
    tagger = load_tagger()
    output = tagger.read(PAPERS[0].text)
    named: Things = [("Method", [(0, 7)]), ("Task", [(36, 53)])]
    found = tagger.relate(output, named, [(0, 1), (1, 0)])
    assert found.shape == (2, PAIR_TYPES) == (2, len(PAIR_PREDICATES))
    assert ((found >= 0) & (found <= 1)).all()
    assert tagger.relate(output, named, []).shape == (0, PAIR_TYPES)
    assert np.array_equal(found, tagger.relate(output, named, [(0, 1), (1, 0)]))
    assert found[:1] == pytest.approx(tagger.relate(output, named, [(0, 1)]), abs=1e-5)


def test_things_that_stand_too_far_apart_have_no_probability() -> None:
    tagger = load_tagger()
    text = PAPERS[4].text
    output = tagger.read(text)
    far: Things = [("Method", [(5, 6)]), ("Task", [(len(text) - 2, len(text) - 1)])]
    assert np.isnan(tagger.relate(output, far, [(0, 1)])).all()


@settings(max_examples=25)
@given(texts, texts)
def test_any_text_can_be_read(title: str, abstract: str) -> None:
    text = f"{title}\n\n{abstract}"
    output = load_tagger().read(text)
    assert np.isfinite(output.states).all()
    assert all(text[c.start : c.end].strip() for c in decode_names(text, output))


# Papers


@pytest.fixture(scope="module")
def read(nlp: Language) -> dict[str, Extraction]:
    return {e.paper.id: e for e in extract_papers(PAPERS, nlp=nlp)}


def test_a_clear_abstract_of_a_method(read: dict[str, Extraction]) -> None:
    by_text = {m.text: (m.kind, m.role) for m in read["t:1"].mentions}
    assert by_text["FernNet"] == ("Method", "introduces")
    assert by_text["plant recognition"] == ("Task", "addresses")
    assert by_text["ResNet-50"] == ("Method", "compares_with")
    assert by_text["accuracy"][0] == "Metric"
    assert by_text["ImageNet"][0] in ("Dataset", "Benchmark")
    assert triples(read["t:1"]) >= {
        ("FernNet", "APPLIED_TO", "plant recognition"),
        ("FernNet", "OUTPERFORMS", "ResNet-50"),
        ("FernNet", "EVALUATED_ON", "ImageNet"),
        ("FernNet", "AVAILABLE_AT", "https://github.com/f/fern"),
    }


def test_a_clear_abstract_of_a_benchmark(read: dict[str, Extraction]) -> None:
    by_text = {m.text: (m.kind, m.role) for m in read["t:2"].mentions}
    assert by_text["PebbleQA"] == ("Benchmark", "introduces")
    assert by_text["question answering"] == ("Task", "addresses")
    assert by_text["GPT-4"][0] == by_text["Llama 2"][0] == "Method"
    assert triples(read["t:2"]) >= {
        ("GPT-4", "EVALUATED_ON", "PebbleQA"),
        ("Llama 2", "EVALUATED_ON", "PebbleQA"),
    }


def test_an_abstract_about_nothing_names_nothing(read: dict[str, Extraction]) -> None:
    assert read["t:3"].mentions == ()


def triples(extraction: Extraction) -> set[tuple[str, str, str]]:
    name = {m.id: m.text for m in extraction.mentions}
    return {
        (name[r.subject], r.predicate, name[r.object])
        for r in extraction.relations
        if r.subject in name
    }
