"""Short forms and the long forms that a text gives for them."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from kg.extractors.abbreviations import AbbreviationFinder, find_abbreviations
from kg.extractors.candidates import Abbreviation, abbreviations
from tests import worst_cases


def pairs(text: str) -> list[tuple[str, str]]:
    return [
        (text[a.short_start : a.short_end], text[a.long_start : a.long_end])
        for a in find_abbreviations(text)
    ]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We use reinforcement learning (RL) here.", "RL", "reinforcement learning"),
        ("The RL (reinforcement learning) agent", "RL", "reinforcement learning"),
        ("Reinforcement Learning [RL] agents", "RL", "Reinforcement Learning"),
        ("reinforcement learning (RL, for short)", "RL", "reinforcement learning"),
        ("reinforcement learning (RL for short)", "RL", "reinforcement learning"),
        ("reinforcement learning (henceforth RL)", "RL", "reinforcement learning"),
        ("reinforcement learning (RL hereafter)", "RL", "reinforcement learning"),
        ("reinforcement learning (abbreviated as RL)", "RL", "reinforcement learning"),
        ("reinforcement learning (or RL)", "RL", "reinforcement learning"),
        ("reinforcement learning (RL; Ann 2020)", "RL", "reinforcement learning"),
        ("reinforcement learning (RL, Ann et al., 2020)", "RL", "reinforcement learning"),
        ("reinforcement learning (RL [12])", "RL", "reinforcement learning"),
        ("reinforcement learning ('RL')", "RL", "reinforcement learning"),
        ("a method (e.g., reinforcement learning (RL))", "RL", "reinforcement learning"),
        ("an agent (reinforcement learning [RL])", "RL", "reinforcement learning"),
        ("many large language models (LLMs) today", "LLMs", "large language models"),
        ("many LLMs (large language models) today", "LLMs", "large language models"),
        ("a large language model (LLMs)", "LLMs", "large language model"),
        ("the novel large language model (LLM)", "LLM", "large language model"),
        ("some state-of-the-art (SOTA) results", "SOTA", "state-of-the-art"),
        ("a semi-supervised learner (SL)", "SL", "semi-supervised learner"),
        ("non-autoregressive (AR) text", "AR", "autoregressive"),
        ("Low-Rank Adaptation (LoRA) of", "LoRA", "Low-Rank Adaptation"),
        ("mean average precision (mAP)", "mAP", "mean average precision"),
        ("three-dimensional (3D) scenes", "3D", "three-dimensional"),
        ("fifth-generation (5G) radio", "5G", "fifth-generation"),
        ("3D Grain Sampling (3D-GS)", "3D-GS", "3D Grain Sampling"),
        ("text-to-image (T2I) tools", "T2I", "text-to-image"),
        ("Awkward Actor Policy Rules (A2PR)", "A2PR", "Awkward Actor Policy Rules"),
        ("the Medium Slow Small System (MedS^3)", "MedS^3", "Medium Slow Small System"),
        ("the Medium Slow Small System (MedS$^3$)", "MedS$^3$", "Medium Slow Small System"),
        ("Weak Slow Search (WS³) is", "WS³", "Weak Slow Search"),
        ("Calm Multi-Objective Rewards (C-MOR)", "C-MOR", "Calm Multi-Objective Rewards"),
        ("an alpha-voting ensemble (αVE)", "αVE", "alpha-voting ensemble"),
        ("questions and answers (Q&A)", "Q&A", "questions and answers"),
        ("variational autoencoder (VAE)", "VAE", "variational autoencoder"),
        ("electroencephalography (EEG)", "EEG", "electroencephalography"),
        ("we use eXplainable AI (XAI)", "XAI", "eXplainable AI"),
        ("in Extended Reality (XR)", "XR", "Extended Reality"),
        ("knowledge graph, (KG)", "KG", "knowledge graph"),
        ("a GRAPE (Gradient RAndom ProjEction) step", "GRAPE", "Gradient RAndom ProjEction"),
        ("DP-GRAPE (Gradient RAndom ProjEction)", "DP-GRAPE", "Gradient RAndom ProjEction"),
        ("a pseudo-MOS (Mean Opinion Score) one", "MOS", "Mean Opinion Score"),
        ("HAR (helpful, able, robust) agents", "HAR", "helpful, able, robust"),
        ("PPO (proximal policy optimization, 2017)", "PPO", "proximal policy optimization"),
        ('We call it "BOld paTHs with Straight Edges" (BOTHSE).', "BOTHSE",
         "BOld paTHs with Straight Edges"),
        ("We call it ``Bold paths'' (BP).", "BP", "Bold paths"),
        ("Results of Bold Deep Nets (BDN-v2)", "BDN-v2", "Bold Deep Nets"),
        (r"\textbf{B}old \textbf{N}ets (\textbf{BN}) do", "BN", r"\textbf{B}old \textbf{N}ets"),
        ("the balance between play and work (BPW)", "BPW", "balance between play and work"),
    ],
)  # fmt: skip
def test_one_pair(text: str, short: str, long: str) -> None:
    assert pairs(text) == [(short, long)]


def test_several_pairs() -> None:
    text = (
        "Bold Nets (BN) for Tiny Data\n\nWe train bold nets (BN) and graph neural networks (GNNs) "
        "by stochastic gradient descent (SGD)."
    )
    assert pairs(text) == [
        ("BN", "Bold Nets"),
        ("BN", "bold nets"),
        ("GNNs", "graph neural networks"),
        ("SGD", "stochastic gradient descent"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no brackets (here) at (all)",
        "the results (2020) of Ann (Smith, 2020) and (Smith et al., 2021)",
        "three of them (3) and (12.5%)",
        "some tasks (e.g., sorting) and rules (i.e. laws)",
        "some RL (e.g., random layouts)",
        "the RL agent (i.e., reinforcement learning)",
        "as shown (Fig. 1) and (Table 2) and (Sec. 3) and (Eq. 4)",
        "on the left (Left) and ours (Ours)",
        "four (I), five (II), six (a), seven (iv)",
        "lower case words (lcw)",
        "a long way (XQZ)",
        "reinforcement. Learning (RL)",
        "Reinforcement\n\nLearning (RL)",
        "First reinforcement; learning (RL)",
        "the RL learning (RL) loop",
        "RL (RL)",
        "a RoBERTa model (RoBERTa)",
        "some mathematical (MATH500) tasks",
        "several LLMs (LLaMA-2, Qwen, Mistral)",
        "an LLM (LLaMA)",
        "of (OF) the (THE) a (AB)",
        "in a big (IAB) hall",
        "unclosed (RL",
        "closed) only",
        "reinforcement very much and a lot more than one can ever say learning (RL)",
        "rewards, as we all know, are lost (RL)",
        "a TPR (TPR=86.5%)",
    ],
)
def test_no_pair(text: str) -> None:
    assert pairs(text) == []


def test_component_appends_to_the_doc() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_abbreviations")
    doc = nlp("Bold Nets\n\nWe train bold nets (BN).")
    assert abbreviations(doc) == [Abbreviation(31, 33, 20, 29)]
    assert doc.text[31:33] == "BN"
    assert doc.text[20:29] == "bold nets"
    assert isinstance(nlp.get_pipe("kg_abbreviations"), AbbreviationFinder)


PARTS = [
    "(", ")", "[", "]", "RL", "LLMs", "A2PR", "αVE", "MedS$^3$", "reinforcement learning", "large ",
    "language ", "models", " ", "\n\n", ". ", "; ", ", ", "the ", '"', "''", "``", "\\textbf{", "}",
    "for short", "or ", "e.g., ", "-", "İ", "ß", "ﬁ", "\0", "3D", "two-", "ex", "EX", "\u2028",
]  # fmt: skip
TEXTS = st.builds(
    "".join, st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=5)), max_size=25)
)


@given(TEXTS)
def test_find_abbreviations_keeps_its_promises(text: str) -> None:
    found = find_abbreviations(text)
    assert found == sorted(found)
    for pair in found:
        short = text[pair.short_start : pair.short_end]
        long = text[pair.long_start : pair.long_end]
        assert 0 <= pair.short_start < pair.short_end <= len(text)
        assert 0 <= pair.long_start < pair.long_end <= len(text)
        assert pair.short_end <= pair.long_start or pair.long_end <= pair.short_start
        assert short != long
        assert len(long) > len(short) - 2
        assert any(c.isupper() for c in short)
        assert "\n\n" not in text[pair.long_start : pair.short_start]
        assert "\n\n" not in long
        assert long == long.strip()


@pytest.mark.timeout(worst_cases.SECONDS)
@pytest.mark.parametrize(
    "unit",
    ["(", ")", "()", "[", "](", "a", "A", "a (", "(AB", "(AB)", "AB (", "ab cd (AB) ", ". A", "; ",
     "\\textbf{", "$", '"', "\n\n", "a-", "A1", "AB " * 100 + "(AB) ", "x" * 300 + " (XX) "],
)  # fmt: skip
def test_worst_cases_end(unit: str) -> None:
    text = unit * (worst_cases.CHARACTERS // len(unit))
    assert all(pair.short_end <= len(text) for pair in find_abbreviations(text))
