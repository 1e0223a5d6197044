"""What an entity is called, what kind it is, and why its mentions are linked to it."""

from __future__ import annotations

import pytest

from kg.known_names import KnownName
from kg.model import LinkMethod, Url
from tests.linking.corpus import Linked, Named, link, read

PPO = "proximal policy optimization"


def only_name(found: Linked) -> str:
    (name,) = found.names
    return name


def test_the_name_is_what_most_papers_write() -> None:
    found = link(read("p1", "ImageNet"), read("p2", "ImageNet"), read("p3", "imagenet", "imagenet"))
    assert only_name(found) == "ImageNet"


def test_mentions_decide_where_papers_do_not() -> None:
    assert only_name(link(read("p1", "Imagenet"), read("p2", "ImageNet", "ImageNet"))) == "ImageNet"


def test_an_acronym_wins_over_its_long_form_where_counts_do_not_decide() -> None:
    assert only_name(link(read("p1", PPO, Named("PPO", long_form=PPO)))) == "PPO"


def test_the_long_form_wins_where_more_papers_write_it() -> None:
    found = link(read("p1", PPO, Named("PPO", long_form=PPO)), read("p2", PPO))
    assert only_name(found) == PPO


def test_the_known_name_wins_always() -> None:
    known = KnownName("Proximal Policy Optimization", ("PPO",), "Method", "case", "own")
    found = link(read("p1", "PPO"), read("p2", "PPO"), known=[known])
    (entity,) = found.whole.entities
    assert entity.name == "Proximal Policy Optimization"
    assert entity.id == "method:proximal-policy-optimization"
    assert entity.aliases == ("PPO",)


def test_aliases_are_the_other_names_one_for_each_case() -> None:
    found = link(
        read("p1", "ImageNet", "imagenet", "the ImageNet", "The ImageNet"),
        read("p2", "ImageNet", "the ImageNet"),
    )
    (entity,) = found.whole.entities
    assert entity.name == "ImageNet"
    assert entity.aliases == ("the ImageNet",)


def test_two_meanings_of_an_acronym_are_called_by_their_long_forms() -> None:
    found = link(
        read("p1", Named("PPO", long_form=PPO)),
        read("p2", Named("PPO", long_form="preferred policy order")),
    )
    assert found.names == ["preferred policy order", PPO]
    assert {e.id for e in found.whole.entities} == {
        "method:preferred-policy-order",
        "method:proximal-policy-optimization",
    }
    assert all("PPO" in e.aliases for e in found.whole.entities)


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        (("Dataset", "Benchmark", "Benchmark"), "Benchmark"),
        (("Dataset", "Dataset", "Benchmark"), "Dataset"),
        (("Benchmark", "Dataset"), "Dataset"),
        (("Benchmark",), "Benchmark"),
    ],
)
def test_a_dataset_and_a_benchmark_are_one_node_of_the_kind_most_papers_see(
    kinds: tuple[str, ...], kind: str
) -> None:
    papers = [
        read(f"p{n}", Named("D4RL", "Dataset" if k == "Dataset" else "Benchmark"))
        for n, k in enumerate(kinds)
    ]
    (entity,) = link(*papers).whole.entities
    assert (entity.kind, entity.id) == (kind, f"{kind.lower()}:d4rl")


def test_inside_a_paper_the_surer_kind_counts() -> None:
    paper = read("p1", Named("D4RL", "Dataset", score=0.4), Named("D4RL", "Benchmark", score=0.9))
    (entity,) = link(paper).whole.entities
    assert entity.kind == "Benchmark"


def test_the_known_kind_wins_always() -> None:
    known = KnownName("D4RL", (), "Benchmark", "case", "own")
    papers = [read(f"p{n}", Named("D4RL", "Dataset")) for n in range(3)]
    (entity,) = link(*papers, known=[known]).whole.entities
    assert entity.kind == "Benchmark"


def test_an_address_is_the_cleanest_of_those_most_papers_give() -> None:
    (entity,) = link(
        read("p1", Named("http://a.org/X", "Url", href="http://a.org/X", url_kind="code")),
        read("p2", Named("a.org/X", "Url", href="https://a.org/X", url_kind="project_page")),
        read("p3", Named("[here]", "Url", href="http://a.org/x", url_kind="code")),
        read("p4", Named("[here]", "Url", href="https://a.org/X", url_kind="code")),
    ).whole.entities
    assert isinstance(entity, Url)
    assert entity.href == "https://a.org/X"
    assert entity.name == "a.org/X"
    assert entity.url_kind == "code"
    assert entity.aliases == ("[here]", "http://a.org/X")


KNOWN_PPO = KnownName("PPO", ("PPO-Clip",), "Method", "case", "own")
REASONS: tuple[tuple[str, Linked, str, str, LinkMethod, float], ...] = (
    ("the name itself", link(read("p1", "PPO")), "p1", "PPO", "exact", 1.0),
    (
        "another spelling of the name",
        link(read("p1", "PPO", "PPO"), read("p2", "PPOs")),
        *("p2", "PPOs", "exact", 1.0),
    ),
    (
        "an acronym beside its long form",
        link(read("p1", PPO, PPO, Named("PPO", long_form=PPO))),
        *("p1", "PPO", "abbreviation", 0.95),
    ),
    (
        "a long form beside its acronym",
        link(read("p1", PPO, Named("PPO", long_form=PPO), Named("PPO", long_form=PPO))),
        *("p1", PPO, "abbreviation", 0.95),
    ),
    (
        "an acronym that other papers spell out",
        link(
            *(read(f"p{n}", PPO, Named("PPO", long_form=PPO), PPO) for n in "12"),
            read("q", "PPO"),
            read("r", PPO),
            read("s", PPO),
        ),
        *("q", "PPO", "abbreviation", 0.95),
    ),
    (
        "a known alias",
        link(read("p1", "PPO-Clip"), known=[KNOWN_PPO]),
        *("p1", "PPO-Clip", "alias", 0.95),
    ),
    (
        "another long form of the acronym",
        link(
            read(
                "p1",
                *("policy chess", "policy chess"),
                Named("PC", long_form="policy chess"),
                Named("PC", long_form="playing by policy"),
                "playing by policy",
            ),
            *(read(f"q{n}", "policy chess") for n in range(3)),
        ),
        *("p1", "playing by policy", "variant", 0.9),
    ),
)


@pytest.mark.parametrize(
    ("found", "paper_id", "text", "method", "score"),
    [reason[1:] for reason in REASONS],
    ids=[reason[0] for reason in REASONS],
)
def test_every_link_says_why(
    found: Linked, paper_id: str, text: str, method: LinkMethod, score: float
) -> None:
    mention = found.mention(paper_id, text)
    assert (mention.link_method, mention.link_score) == (method, score)


def test_a_fuzzy_link_is_as_sure_as_the_spellings_are_alike() -> None:
    papers = [read(f"p{n}", "low-rank adaptation") for n in range(4)]
    found = link(
        *papers,
        read("q", Named("LoRA", long_form="low-rank adaptation")),
        read("r", Named("LoRA", long_form="low-rank adaption"), "low-rank adaption"),
    )
    mention = found.mention("r", "low-rank adaption")
    assert found.entity("r", "low-rank adaption").name == "low-rank adaptation"
    assert mention.link_method == "fuzzy"
    assert 0.92 <= mention.link_score < 1.0
