"""Coordinates: whole, inside the frame, never shared, and the same each time."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from math import dist, hypot
from statistics import mean

import pytest

from kg.pages.communities import central_members, find_communities
from kg.pages.layout import EXTENT, join_pairs, place_nodes

Edges = list[tuple[int, int, float]]


def _ring(count: int, start: int = 0) -> Edges:
    return [(start + i, start + (i + 1) % count, 1.0) for i in range(count)]


def _two_groups(size: int) -> Edges:
    draw = random.Random(5)
    edges = [
        (base + draw.randrange(size), base + draw.randrange(size), 1.0)
        for base in (0, size)
        for _ in range(size * 4)
    ]
    return [*edges, *_ring(size), *_ring(size, size), (0, size, 1.0)]


@pytest.mark.parametrize(
    ("count", "edges"),
    [
        (0, []),
        (1, []),
        (2, [(0, 1, 1.0)]),
        (3, [(0, 0, 1.0)]),
        (50, [(0, i, 1.0) for i in range(1, 50)]),
        (400, [(i, i + 1, 1.0) for i in range(0, 400, 2)]),
        (1000, _ring(1000)),
        (500, []),
    ],
)
def test_every_node_has_a_place_of_its_own(count: int, edges: Edges) -> None:
    places = place_nodes(count, edges)
    assert len(places) == len(set(places)) == count
    assert all(isinstance(c, int) and abs(c) <= EXTENT for place in places for c in place)


@pytest.mark.parametrize("size", [60, 600])
def test_same_graph_same_places_and_the_order_of_edges_does_not_matter(size: int) -> None:
    edges = _two_groups(size)
    shuffled = [(t, s, w) for s, t, w in random.Random(1).sample(edges, len(edges))]
    assert place_nodes(2 * size, edges) == place_nodes(2 * size, shuffled)


def test_the_random_numbers_of_others_are_neither_used_nor_disturbed() -> None:
    random.seed(1)
    before = random.getstate()
    one = place_nodes(120, _two_groups(60))
    assert random.getstate() == before
    random.seed(2)
    assert place_nodes(120, _two_groups(60)) == one


@pytest.mark.parametrize("size", [60, 600])
def test_communities_can_be_told_apart(size: int) -> None:
    places = place_nodes(2 * size, _two_groups(size))
    centres = [
        (mean(x for x, _ in part), mean(y for _, y in part))
        for part in (places[:size], places[size:])
    ]
    inside = mean(dist(p, centres[i // size]) for i, p in enumerate(places))
    assert dist(*centres) > inside


def test_communities_are_found_in_order_of_size_and_always_the_same() -> None:
    weights = join_pairs([*_two_groups(60), *_ring(20, 120)])
    found = find_communities(141, weights)
    assert found == find_communities(141, dict(reversed(weights.items())))
    sizes = [found.count(c) for c in sorted(set(found))]
    assert sizes == sorted(sizes, reverse=True)
    assert len({found[i] for i in range(60)} & {found[i] for i in range(60, 120)}) == 0
    assert sizes[-1] == 1
    random.seed(1)
    before = random.getstate()
    find_communities(141, weights)
    assert random.getstate() == before


def test_the_most_strongly_joined_member_is_the_central_one() -> None:
    weights = {(0, 1): 1.0, (0, 2): 1.0, (1, 2): 0.5, (2, 3): 9.0}
    assert central_members([0, 0, 0, 1], weights, [1, 0, 2]) == {0: [0, 1, 2]}
    assert find_communities(3, {}) == [0, 1, 2]


def test_lone_nodes_lie_outside_the_rest() -> None:
    places = place_nodes(70, _ring(60))
    core = max(hypot(*p) for p in places[:60])
    assert all(hypot(*p) > core for p in places[60:])


OTHER_KERNELS = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR AVX2 FMA3 AVX512F AVX512_SKX",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX2_Usable,-FMA_Usable",
}
"""What makes numpy and the C library compute as on an older processor, where they can."""


def test_an_older_processor_gives_the_same_places() -> None:
    program = (
        "import json; from kg.pages.layout import place_nodes;"
        "from tests.pages.test_layout import _two_groups;"
        "print(json.dumps(place_nodes(1200, _two_groups(600))))"
    )
    places = [
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            env=os.environ | kernels,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for kernels in ({}, OTHER_KERNELS)
    ]
    assert places[0].startswith("[[")
    assert places[0] == places[1]
