"""Where the nodes of a picture lie: the same graph always has the same coordinates.

The largest connected component lies in the middle, laid out by the force-directed method of
Fruchterman and Reingold (Software: Practice and Experience 21, 1991), the grid variant where the
graph is large; communities (Louvain: Blondel et al., J. Stat. Mech. 2008) pull together, so that
they can be told apart. Every other component is laid out the same way and set on rings around it,
the larger ones further in; nodes without a relation end up on the outermost rings. Beyond some
20,000 nodes the picture is honest but crowded: a page may refine it, this module does not.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from math import asin, cos, dist, hypot, pi, sin, sqrt
from typing import Any

__all__ = ["EXTENT", "place_nodes"]

EXTENT = 10_000
"""Coordinates are whole numbers from ``-EXTENT`` to ``EXTENT``."""
_EXACT_UP_TO = 900
"""Nodes of a component up to which all pairs repel each other; above, only near ones do."""
_GOLDEN_ANGLE = pi * (3 - sqrt(5))

Edge = tuple[int, int, float]
Point = tuple[float, float]


def place_nodes(count: int, edges: Iterable[Edge]) -> list[tuple[int, int]]:
    """Give every node a place of its own.

    Args:
        count: Number of nodes; they are called 0 to ``count - 1``.
        edges: Pairs of nodes and how strongly they attract each other, above 0; several edges of
            a pair add up.

    Returns:
        A pair (x, y) per node, in -``EXTENT``..``EXTENT``, no two alike.
    """
    if count == 0:
        return []
    weights: dict[tuple[int, int], float] = {}
    for source, target, weight in edges:
        if source != target:
            pair = (min(source, target), max(source, target))
            weights[pair] = weights.get(pair, 0.0) + weight
    points: list[Point] = [(0.0, 0.0)] * count
    components = _components(count, sorted(weights))
    layouts = [_component_layout(members, weights) for members in components]
    for members, layout, (x, y) in zip(
        components, layouts, _centres([_radius(m) for m in components]), strict=True
    ):
        for node, (dx, dy) in zip(members, layout, strict=True):
            points[node] = (x + dx, y + dy)
    return _to_grid(points)


def _radius(members: Sequence[int]) -> float:
    return 0.5 if len(members) == 1 else 0.9 * sqrt(len(members))


def _components(count: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    parent = list(range(count))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for source, target in pairs:
        one, two = sorted((root(source), root(target)))
        parent[two] = one
    members: dict[int, list[int]] = {}
    for node in range(count):
        members.setdefault(root(node), []).append(node)
    return sorted(members.values(), key=lambda m: (-len(m), m[0]))


def _component_layout(members: Sequence[int], weights: dict[tuple[int, int], float]) -> list[Point]:
    """Points of one component inside a disc of its radius, around 0, 0."""
    if len(members) == 1:
        return [(0.0, 0.0)]
    if len(members) == 2:
        return [(-0.6, 0.0), (0.6, 0.0)]
    place = {node: i for i, node in enumerate(members)}
    inner = sorted((p, w) for p, w in weights.items() if p[0] in place)
    pairs = [(place[s], place[t]) for (s, t), _ in inner]
    # A sunflower to start from: even, and the same in every run.
    start = [
        (sqrt(i + 0.5) * cos(i * _GOLDEN_ANGLE), sqrt(i + 0.5) * sin(i * _GOLDEN_ANGLE))
        for i in range(len(members))
    ]
    points = _fruchterman_reingold(len(members), pairs, [w for _, w in inner], start)
    return _into_disc(points, _radius(members))


def _fruchterman_reingold(
    count: int, pairs: list[tuple[int, int]], weights: list[float], start: list[Point]
) -> list[Point]:
    import igraph

    exact = count <= _EXACT_UP_TO
    within, between = (2.0, 0.6) if exact else (4.0, 0.3)
    graph: Any = igraph.Graph(n=count, edges=pairs)
    igraph.set_random_number_generator(random.Random(0))
    try:
        home = graph.community_multilevel(weights=weights).membership
        pull = [
            weight * (within if home[s] == home[t] else between)
            for weight, (s, t) in zip(weights, pairs, strict=True)
        ]
        layout = graph.layout_fruchterman_reingold(
            weights=pull,
            niter=700 if exact else min(1500, max(300, 3_000_000 // count)),
            seed=[list(point) for point in start],
            start_temp=sqrt(count),
            grid="nogrid" if exact else "grid",
        )
    finally:
        igraph.set_random_number_generator(random)
    return [(float(x), float(y)) for x, y in layout]


def _into_disc(points: list[Point], radius: float) -> list[Point]:
    """Centre and scale; the few that flew off are drawn back to just outside the rest."""
    count = len(points)
    cx, cy = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    lengths = sorted(dist((cx, cy), p) for p in points)
    reach = lengths[min(count - 1, int(count * 0.98))] or lengths[-1] or 1.0
    placed = []
    for x, y in points:
        dx, dy = (x - cx) / reach, (y - cy) / reach
        length = hypot(dx, dy)
        if length > 1.0:
            shrink = (1.0 + 0.12 * (1.0 - 1.0 / length)) / length
            dx, dy = dx * shrink, dy * shrink
        placed.append((dx * radius, dy * radius))
    return placed


def _centres(radii: Sequence[float]) -> Iterator[Point]:
    """Centres of discs, the first in the middle, the others on rings around it, in order."""
    yield (0.0, 0.0)
    outer = radii[0]
    index = 1
    while index < len(radii):
        widest = radii[index]
        gap = max(0.9, widest * 0.5)
        ring = outer + gap + widest
        members: list[int] = []
        used = 0.0
        while index < len(radii):
            share = 2 * asin(min(1.0, (radii[index] + 0.35) / ring))
            if members and used + share > 2 * pi:
                break
            members.append(index)
            used += share
            index += 1
        spare = max(0.0, 2 * pi - used) / len(members)
        angle = 0.0
        for member in members:
            half = asin(min(1.0, (radii[member] + 0.35) / ring)) + spare / 2
            angle += half
            yield (ring * cos(angle), ring * sin(angle))
            angle += half
        outer = ring + widest


def _to_grid(points: Sequence[Point]) -> list[tuple[int, int]]:
    reach = max((max(abs(x), abs(y)) for x, y in points), default=0.0) or 1.0
    scale = (EXTENT - 500) / reach
    taken: set[tuple[int, int]] = set()
    placed = []
    for x, y in points:
        spot = (round(x * scale), round(y * scale))
        turn = 0
        while spot in taken:
            turn += 1
            away = 2.0 * sqrt(turn)
            spot = (
                round(x * scale + away * cos(turn * _GOLDEN_ANGLE)),
                round(y * scale + away * sin(turn * _GOLDEN_ANGLE)),
            )
        taken.add(spot)
        placed.append(spot)
    return placed
