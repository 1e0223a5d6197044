"""Which names become one thing: inside a paper, across papers, and by what is known."""

from __future__ import annotations

import pytest

from kg.config import LinkConfig
from kg.known_names import KnownName
from tests.linking.corpus import Named, link, read

PPO = "proximal policy optimization"
PPO_KNOWN = KnownName("PPO", (PPO, "PPO-Clip"), "Method", "case", "own")


def spelt_out(paper_id: str, short: str, long_form: str) -> object:
    return read(paper_id, long_form, Named(short, long_form=long_form))


def test_spellings_are_one_thing_across_papers() -> None:
    found = link(
        read("p1", Named("CIFAR-10", "Dataset")),
        read("p2", Named("CIFAR10", "Dataset")),
        read("p3", Named("the CIFAR 10 dataset", "Dataset")),
    )
    assert len(found.names) == 1


@pytest.mark.parametrize(
    ("one", "two"),
    [("GPT-3.5", "GPT-4"), ("InfiGUI-G1-3B", "InfiGUI-G1-7B"), ("YOLOv8", "YOLOv8s")],
)
def test_versions_are_two_things(one: str, two: str) -> None:
    assert len(link(read("p1", one, two), read("p2", one)).names) == 2


def test_kinds_are_two_things() -> None:
    found = link(read("p1", Named("Chess", "Task")), read("p2", Named("Chess", "Method")))
    assert [e.id for e in found.whole.entities] == ["method:chess", "task:chess"]


def test_an_acronym_is_its_long_form_inside_the_paper() -> None:
    found = link(read("p1", PPO, Named("PPO", long_form=PPO), "TRPO"))
    assert found.entity("p1", "PPO") == found.entity("p1", PPO)
    assert found.entity("p1", "PPO") != found.entity("p1", "TRPO")


def test_a_long_form_counts_even_where_it_is_no_mention() -> None:
    found = link(read("p1", Named("PPO", long_form=PPO)), read("p2", PPO))
    assert found.entity("p1", "PPO") == found.entity("p2", PPO)


def test_an_acronym_that_a_paper_gives_to_two_versions_is_neither() -> None:
    found = link(
        read(
            "p1",
            Named("SAM", long_form="Segment Anything Model"),
            Named("SAM", long_form="Segment Anything Model 2"),
            "Segment Anything Model",
            "Segment Anything Model 2",
        )
    )
    assert found.entity("p1", "Segment Anything Model") != found.entity(
        "p1", "Segment Anything Model 2"
    )
    assert found.entity("p1", "SAM") not in (
        found.entity("p1", "Segment Anything Model"),
        found.entity("p1", "Segment Anything Model 2"),
    )


def test_papers_that_spell_it_out_alike_share_the_thing() -> None:
    found = link(
        read("p1", Named("PPO", long_form=PPO)),
        read("p2", Named("PPO", long_form="Proximal Policy Optimisation")),
    )
    assert len(found.names) == 1


def test_a_bare_acronym_is_what_the_others_agree_on() -> None:
    found = link(
        read("p1", Named("PPO", long_form=PPO)),
        read("p2", Named("PPO", long_form=PPO)),
        read("p3", "PPO"),
    )
    assert found.entity("p3", "PPO") == found.entity("p1", "PPO")


def test_a_bare_acronym_of_two_meanings_is_left_apart() -> None:
    other = "preferred policy order"
    found = link(
        read("p1", Named("PPO", long_form=PPO)),
        read("p2", Named("PPO", long_form=other)),
        read("p3", "PPO"),
    )
    entities = [found.entity(p, "PPO") for p in ("p1", "p2", "p3")]
    assert [e.name for e in entities] == [PPO, other, "PPO"]
    assert len({e.id for e in entities}) == 3


@pytest.mark.parametrize(("agreeing", "joined"), [(4, True), (3, False)])
def test_the_share_that_must_agree_is_a_setting(agreeing: int, joined: bool) -> None:
    papers = [read(f"p{n}", Named("PPO", long_form=PPO)) for n in range(agreeing)]
    papers.append(read("q", Named("PPO", long_form="preferred policy order")))
    papers.append(read("bare", "PPO"))
    found = link(*papers, config=LinkConfig(acronym_share=0.8))
    assert (found.entity("bare", "PPO") == found.entity("p0", "PPO")) is joined
    assert found.entity("q", "PPO") != found.entity("p0", "PPO")


def test_a_bare_acronym_is_not_the_version_that_one_paper_calls_so() -> None:
    found = link(read("p1", Named("SAM", long_form="Segment Anything Model 2")), read("p2", "SAM"))
    assert found.entity("p1", "SAM") != found.entity("p2", "SAM")
    found = link(
        read(
            "p1",
            Named("SAM", long_form="Segment Anything Model 2"),
            Named("GC", long_form="Grand Chess 1.5"),
        ),
        read("p2", "SAM", "GC"),
    )
    assert found.entity("p2", "SAM") != found.entity("p2", "GC")
    found = link(
        read("p1", Named("SAM2", long_form="Segment Anything Model 2")), read("p2", "SAM 2")
    )
    assert found.entity("p1", "SAM2") == found.entity("p2", "SAM 2")


def test_an_acronym_of_another_kind_says_nothing() -> None:
    found = link(
        read("p1", Named("MAP", "Metric", long_form="mean average precision")),
        read("p2", Named("MAP", "Dataset")),
    )
    assert len(found.names) == 2


def test_a_known_acronym_with_nearly_the_known_long_form_is_the_known_thing() -> None:
    known = KnownName("GAN", ("generative adversarial network",), "Method", "case", "own")
    nets = read("p1", Named("GANs", long_form="generative adversarial nets"))
    other = read("p2", Named("GAN", long_form="gated attention normalization"))
    found = link(nets, other, read("p3", "GAN"), known=[known])
    assert found.entity("p1", "GANs") == found.entity("p3", "GAN")
    assert found.entity("p2", "GAN") != found.entity("p3", "GAN")


def test_long_forms_spelt_nearly_alike_are_one() -> None:
    corpus = (
        read("p1", Named("LoRA", long_form="low-rank adaptation")),
        read("p2", Named("LoRA", long_form="low-rank adaption")),
    )
    assert len(link(*corpus).names) == 1
    assert len(link(*corpus, config=LinkConfig(fuzzy_threshold=99.0)).names) == 2


@pytest.mark.parametrize(
    ("short", "one", "two"),
    [
        ("SSCL", "self-supervised contrastive learning", "semi-supervised contrastive learning"),
        ("ICN", "Interlocking Chess Network 2", "Interlocking Chess Network 3"),
        ("MMD", "maximum mean discrepancy", "minimum mean discrepancy"),
    ],
)
def test_one_other_word_is_another_thing(short: str, one: str, two: str) -> None:
    found = link(read("p1", Named(short, long_form=one)), read("p2", Named(short, long_form=two)))
    assert len(found.names) == 2


def test_names_alike_without_an_acronym_in_common_stay_apart() -> None:
    assert len(link(read("p1", "low-rank adaptation"), read("p2", "low-rank adaption")).names) == 2


def test_a_known_name_unites_its_aliases() -> None:
    found = link(read("p1", PPO), read("p2", "PPO-Clip"), read("p3", "PPOs"), known=[PPO_KNOWN])
    assert found.names == ["PPO"]
    assert found.whole.entities[0].aliases == ("PPO-Clip", "PPOs", PPO)
    assert len(link(read("p1", PPO), read("p2", "PPO-Clip"), read("p3", "PPOs")).names) == 3


def test_a_known_name_holds_in_its_kind_only() -> None:
    found = link(
        read("p1", Named(PPO, "Task")), read("p2", Named("PPO", "Task")), known=[PPO_KNOWN]
    )
    assert len(found.names) == 2


def test_a_known_acronym_that_a_paper_means_otherwise_is_another_thing() -> None:
    found = link(
        read("p1", Named("PPO", long_form="preferred policy order")),
        read("p2", "PPO"),
        read("p3", Named("PPO", long_form=PPO)),
        known=[PPO_KNOWN],
    )
    assert found.entity("p2", "PPO") == found.entity("p3", "PPO")
    assert found.entity("p1", "PPO") != found.entity("p2", "PPO")
    assert found.names == ["PPO", "preferred policy order"]
    assert found.entity("p2", "PPO").id == "method:ppo"


def test_a_known_thing_keeps_its_acronym_whatever_the_new_ones_are_called() -> None:
    others = [read(f"p{n}", Named("PPO", long_form="preferred policy order")) for n in range(9)]
    found = link(*others, read("q", "PPO"), known=[PPO_KNOWN])
    assert found.entity("q", "PPO") != found.entity("p0", "PPO")


def test_addresses_are_one_whatever_their_scheme_and_case() -> None:
    found = link(
        read("p1", Named("x", "Url", href="https://github.com/Ann/B", url_kind="code")),
        read("p2", Named("y", "Url", href="http://github.com/ann/b", url_kind="code")),
        read("p3", Named("z", "Url", href="https://github.com/ann/b?tab=2", url_kind="code")),
    )
    assert found.entity("p1", "x") == found.entity("p2", "y")
    assert found.entity("p1", "x") != found.entity("p3", "z")
