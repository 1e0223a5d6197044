"""Normal forms: what is one name, and what only looks like it."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.names import is_acronym, is_coined, normal_form, version_tokens
from tests.strategies import written_names

ONE_NAME: tuple[tuple[str, ...], ...] = (
    ("CIFAR-10", "CIFAR 10", "CIFAR10", "cifar-10", "the CIFAR-10 dataset", "CIFAR\u201110"),
    ("GPT-4", "GPT 4", "GPT4", "gpt-4"),
    ("InfiGUI-G1-3B", "InfiGUI-G1 3B", "InfiGUI G1-3B"),
    ("LLM", "LLMs", "LLM's", "an LLM"),
    ("LM", "LMs"),
    ("GPU", "GPUs"),
    ("ViT", "ViTs"),
    ("diffusion model", "Diffusion Models", "diffusion-models", "DIFFUSION MODELS"),
    ("time series", "Time Series"),
    ("query", "queries"),
    ("optimization", "optimisation"),
    ("normalizing flow", "normalising flows"),
    ("behavior cloning", "behaviour cloning"),
    ("language modeling", "language modelling"),
    ("sequence labeling", "sequence labelling"),
    ("Pile", "The Pile", "the Pile"),
    ("ImageNet", "ImageNet dataset", "the ImageNet benchmark datasets", "Imagenet"),
    ("F1", "F1 score", "F1-score", "F1-Score", "F1 scores"),
    ("Stanford Cars", "Stanford Cars dataset", "the Stanford-Cars dataset"),
    ("A-OKVQA", "AOKVQA", "a-okvqa", "the A-OKVQA dataset"),
    ("MedS^3", "MedS3", "MedS³"),
    ("Children's Book Test", "Children’s Book Test"),
    ("CNN/DailyMail", "CNN-DailyMail", "CNN DailyMail"),
    ("mAP@.5", "mAP@0.5", "mAP 0.5"),
    ("Q&A", "Q and A"),
    ("Last.fm", "LastFM"),
)
"""Spellings of one name."""

DIFFERENT_NAMES: tuple[tuple[str, ...], ...] = (
    ("GPT-3", "GPT-3.5", "GPT-4", "GPT-4o"),
    ("InfiGUI-G1-3B", "InfiGUI-G1-7B"),
    ("Llama 2 7B", "Llama 2 70B", "Llama 3 7B"),
    ("CIFAR-10", "CIFAR-100"),
    ("YOLOv8", "YOLOv8s", "YOLOv8n", "YOLOv5"),
    ("mAP@.5", "mAP@5"),
    ("Recall@1", "Recall@10"),
    ("OKVQA", "A-OKVQA"),
    ("A/B testing", "B testing"),
    ("ViT", "VITS", "ViT-S"),
    ("TACO", "TACoS"),
    ("MAP", "MAPS"),
    ("DUT", "DUTS"),
    ("COCO", "COCO-Tasks"),
    ("ARC-Challenge", "ARC-Easy", "ARC"),
    ("C", "C++", "C#"),
    ("A*", "A"),
    ("∞-Bench", "Bench"),
    ("diffusion model", "diffusion"),
    ("decision transformer", "transformer"),
    ("DPO", "PPO"),
)
"""Names that must not meet."""


@pytest.mark.parametrize("spellings", ONE_NAME, ids=lambda s: s[0])
def test_spellings_of_one_name_have_one_form(spellings: tuple[str, ...]) -> None:
    assert {s: normal_form(s) for s in spellings} == dict.fromkeys(
        spellings, normal_form(spellings[0])
    )


@pytest.mark.parametrize("names", DIFFERENT_NAMES, ids=lambda n: n[0])
def test_different_names_have_different_forms(names: tuple[str, ...]) -> None:
    for one, two in combinations(names, 2):
        assert normal_form(one) != normal_form(two)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Decision Transformers", "decision transformer"),
        ("our SOTA approach", "sota"),
        ("the", "the"),
        ("the method", "method"),
        ("dataset", "dataset"),
        ("Policy Gradient Methods", "policy gradient method"),
        ("10 20 Dataset", "10 20 dataset"),
        ("optimistic exploration", "optimistic exploration"),
        ("Adam", "adam"),
        ("analysis", "analysis"),
        ("bus", "bus"),
        ("π0.5", "π0.5"),
        ("🤗", "🤗"),
        ("'", "'"),
    ],
)
def test_what_is_folded_and_what_stays(name: str, form: str) -> None:
    assert normal_form(name) == form


@given(written_names)
def test_the_normal_form_is_its_own(name: str) -> None:
    form = normal_form(name)
    assert normal_form(form) == form


@given(written_names)
def test_a_name_never_folds_to_nothing(name: str) -> None:
    form = normal_form(name)
    assert bool(form) == bool(name.strip())
    assert form == form.strip()


@given(st.text("abcXYZ019 -_", min_size=1))
def test_no_digit_is_lost_or_moved(name: str) -> None:
    assert re.sub(r"\D", "", normal_form(name)) == re.sub(r"\D", "", name)


@given(st.lists(st.sampled_from(("GPT", "4", "3.5", "7B", "chess", "net")), min_size=1))
def test_hyphens_are_blanks(words: list[str]) -> None:
    assert normal_form("-".join(words)) == normal_form(" ".join(words))
    assert version_tokens(normal_form("-".join(words))) == version_tokens(
        normal_form(" ".join(words))
    )


@pytest.mark.parametrize(
    ("form", "tokens"),
    [
        ("llama2 7b", ("2", "7b")),
        ("gpt3.5", ("3.5",)),
        ("yolov8s", ("8s",)),
        ("imagenet 21k 1k", ("1k", "21k")),
        ("chess", ()),
    ],
)
def test_version_tokens(form: str, tokens: tuple[str, ...]) -> None:
    assert version_tokens(form) == tokens


@pytest.mark.parametrize(
    "text", ["PPO", "LLMs", "C-MORL", "GPT-4", "BLEU", "RL", "F1", "mAP", "nDCG@10", "VQA-v2"]
)
def test_acronyms(text: str) -> None:
    assert is_acronym(text)


@pytest.mark.parametrize(
    "text", ["policy", "ImageNet", "P", "", "Deep RL", "123", "Learning", "ABCDEFGHIJKLMNOP"]
)
def test_not_acronyms(text: str) -> None:
    assert not is_acronym(text)


@pytest.mark.parametrize(
    "word", ["ImageNet", "GPT-4", "BERT", "LLMs", "iPhone", "D4RL", "T5", "InfiGUI-G1-3B", "mAP"]
)
def test_coined_words(word: str) -> None:
    assert is_coined(word)


@pytest.mark.parametrize(
    "word", ["Learning", "state-of-the-art", "Multi-Task", "policy", "2024", "A", "", "-", "3d"]
)
def test_ordinary_words(word: str) -> None:
    assert not is_coined(word)
