"""Communities of a graph: nodes more closely joined to one another than to the rest.

Found by the method of Leiden (Traag, Waltman and van Eck, Scientific Reports 9, 2019), which
maximises modularity; the same graph always has the same communities, named by the nodes that are
most strongly joined to the others of their community.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

__all__ = ["central_members", "find_communities", "seeded_igraph"]

_ITERATIONS = 4
"""Rounds of the method; more change next to nothing."""

Pair = tuple[int, int]


@contextmanager
def seeded_igraph() -> Iterator[Any]:
    """The igraph module with random numbers of its own, the same each time."""
    import igraph

    igraph.set_random_number_generator(random.Random(0))
    try:
        yield igraph
    finally:
        igraph.set_random_number_generator(random)


def find_communities(count: int, weights: Mapping[Pair, float]) -> list[int]:
    """The community of every node, numbered from the largest; a lone node is one by itself.

    Args:
        count: Number of nodes; they are called 0 to ``count - 1``.
        weights: How strongly two nodes are joined, above 0; a pair stands here once.
    """
    pairs = sorted(weights)
    if not pairs:
        return list(range(count))
    with seeded_igraph() as igraph:
        graph = igraph.Graph(n=count, edges=pairs)
        found = graph.community_leiden(
            objective_function="modularity",
            weights=[weights[pair] for pair in pairs],
            n_iterations=_ITERATIONS,
        ).membership
    members: dict[int, list[int]] = defaultdict(list)
    for node, community in enumerate(found):
        members[community].append(node)
    order = sorted(members.values(), key=lambda m: (-len(m), m[0]))
    numbers = [0] * count
    for number, nodes in enumerate(order):
        for node in nodes:
            numbers[node] = number
    return numbers


def central_members(
    communities: Sequence[int], weights: Mapping[Pair, float], candidates: Iterable[int]
) -> dict[int, list[int]]:
    """The candidates of each community, those most strongly joined to the rest of it first."""
    strength = [0.0] * len(communities)
    for (one, two), weight in weights.items():
        if communities[one] == communities[two]:
            strength[one] += weight
            strength[two] += weight
    found: dict[int, list[int]] = defaultdict(list)
    for node in sorted(candidates, key=lambda i: (-strength[i], i)):
        found[communities[node]].append(node)
    return dict(found)
