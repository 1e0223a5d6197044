"""Where the nodes of a picture lie: the same graph always has the same coordinates.

The largest connected component lies in the middle, laid out by the force-directed method of
Fruchterman and Reingold (Software: Practice and Experience 21, 1991). A large one is laid out by
its grid variant and refined by ForceAtlas2 (Jacomy et al., PLoS ONE 9, 2014), whose repulsion is
summed over a mesh here. Communities pull together, so that they can be told apart. Every other
component is laid out the same way and set on rings around it, the larger ones further in; nodes
without a relation end up on the outermost rings.

The last bits of sines and of fast Fourier transforms depend on the processor, and hundreds of
steps would make much of them. So the steps start from rounded places, the transforms are put to
use by plain products only, and the places are rounded after each step that used them: one and
the same build of igraph and numpy gives the same places on every processor that runs it. Another
version of igraph, or one built for another architecture, may lay the nodes out differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import asin, cos, dist, fsum, hypot, pi, sin, sqrt
from typing import Any

from kg.pages.communities import find_communities, seeded_igraph

__all__ = ["EXTENT", "join_pairs", "place_nodes"]

EXTENT = 10_000
"""Coordinates are whole numbers from ``-EXTENT`` to ``EXTENT``."""
_EXACT_UP_TO = 900
"""Nodes of a component up to which all pairs repel each other exactly."""
_ROUNDS = 150
"""Steps of the refinement: communities stand apart after some 100."""
_CELLS = 256
"""Cells along a side of the mesh over which the refinement sums repulsion."""
_STEPS_PER_UNIT = 1024
"""Places of the refinement are rounded to this part of a unit."""
_GOLDEN_ANGLE = pi * (3 - sqrt(5))

Pair = tuple[int, int]
Edge = tuple[int, int, float]
Point = tuple[float, float]


def join_pairs(edges: Iterable[Edge]) -> dict[Pair, float]:
    """Add up the edges of each pair of nodes; the smaller number comes first."""
    weights: dict[Pair, float] = {}
    for source, target, weight in edges:
        if source != target:
            pair = (min(source, target), max(source, target))
            weights[pair] = weights.get(pair, 0.0) + weight
    return weights


def place_nodes(
    count: int, edges: Iterable[Edge], communities: Sequence[int] | None = None
) -> list[Pair]:
    """Give every node a place of its own.

    Args:
        count: Number of nodes; they are called 0 to ``count - 1``.
        edges: Pairs of nodes and how strongly they attract each other, above 0; several edges of
            a pair add up.
        communities: The community of each node; found here if not given.

    Returns:
        A pair (x, y) per node, in -``EXTENT``..``EXTENT``, no two alike.
    """
    if count == 0:
        return []
    weights = join_pairs(edges)
    home = find_communities(count, weights) if communities is None else communities
    points: list[Point] = [(0.0, 0.0)] * count
    components = _components(count, sorted(weights))
    layouts = [_component_layout(members, weights, home) for members in components]
    for members, layout, (x, y) in zip(
        components, layouts, _centres([_radius(m) for m in components]), strict=True
    ):
        for node, (dx, dy) in zip(members, layout, strict=True):
            points[node] = (x + dx, y + dy)
    return _to_grid(points)


def _radius(members: Sequence[int]) -> float:
    return 0.5 if len(members) == 1 else 0.9 * sqrt(len(members))


def _components(count: int, pairs: Iterable[Pair]) -> list[list[int]]:
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


def _component_layout(
    members: Sequence[int], weights: Mapping[Pair, float], home: Sequence[int]
) -> list[Point]:
    """Points of one component inside a disc of its radius, around 0, 0."""
    count = len(members)
    if count <= 2:
        return [(0.0, 0.0)] if count == 1 else [(-0.6, 0.0), (0.6, 0.0)]
    place = {node: i for i, node in enumerate(members)}
    inner = sorted((pair, weight) for pair, weight in weights.items() if pair[0] in place)
    pairs = [(place[s], place[t]) for (s, t), _ in inner]
    within, between = (2.0, 0.6) if count <= _EXACT_UP_TO else (2.0, 0.4)
    pull = [weight * (within if home[s] == home[t] else between) for (s, t), weight in inner]
    points = _fruchterman_reingold(count, pairs, pull)
    if count > _EXACT_UP_TO:
        points = _force_atlas(points, pairs, pull)
    return _into_disc(points, _radius(members))


def _fruchterman_reingold(count: int, pairs: list[Pair], pull: list[float]) -> list[Point]:
    exact = count <= _EXACT_UP_TO
    # A sunflower to start from: even, and the same in every run.
    turns = [(sqrt(i + 0.5), i * _GOLDEN_ANGLE) for i in range(count)]
    start = [(round(r * cos(angle), 6), round(r * sin(angle), 6)) for r, angle in turns]
    with seeded_igraph() as igraph:
        layout = igraph.Graph(n=count, edges=pairs).layout_fruchterman_reingold(
            weights=pull,
            niter=700 if exact else 200,
            seed=[list(point) for point in start],
            start_temp=sqrt(count),
            grid="nogrid" if exact else "grid",
        )
    return [(float(x), float(y)) for x, y in layout]


def _force_atlas(points: list[Point], pairs: list[Pair], pull: list[float]) -> list[Point]:
    """Refine a layout by ForceAtlas2: nodes repel by their degrees, and edges are springs."""
    import numpy as np

    at, ends = np.array(points), np.array(pairs)
    count, springs = len(at), np.array(pull)[:, None]
    at *= 8.0 * sqrt(count) / np.abs(at).max()
    mass = 1.0 + np.bincount(ends.ravel(), minlength=count)
    speed, zeal, before = 1.0, 1.0, np.zeros_like(at)
    step = np.fft.ifftshift(np.arange(-_CELLS, _CELLS))
    away = step[:, None] / (step[:, None] ** 2 + step[None, :] ** 2 + 1.0)
    kernels = [np.fft.rfft2(away), np.fft.rfft2(away.T)]
    for _ in range(_ROUNDS):
        force = _repulsion(np, at, mass, kernels)
        pulled = springs * (at[ends[:, 1]] - at[ends[:, 0]])
        for axis in (0, 1):
            force[:, axis] += np.bincount(ends[:, 0], pulled[:, axis], minlength=count)
            force[:, axis] -= np.bincount(ends[:, 1], pulled[:, axis], minlength=count)
        swinging = np.sqrt(((force - before) ** 2).sum(axis=1))
        traction = np.sqrt(((force + before) ** 2).sum(axis=1)) / 2
        swung, drawn = float((mass * swinging).sum()), float((mass * traction).sum())
        ease = max(sqrt(0.05 * sqrt(count)), min(10.0, 0.05 * drawn / count**1.5))
        if swung > 2.0 * drawn:
            zeal, ease = max(0.05, zeal * 0.5), max(ease, 1.0)
        target = ease * zeal * drawn / swung if swung else speed
        zeal = max(0.05, zeal * 0.7) if swung > ease * drawn else min(zeal * 1.3, 100.0)
        speed += min(target - speed, speed / 2)
        at += force * (speed / (1 + np.sqrt(speed * swinging)))[:, None]
        at = np.rint(at * _STEPS_PER_UNIT) / _STEPS_PER_UNIT
        before = force
    return [(float(x), float(y)) for x, y in at]


def _repulsion(np: Any, at: Any, mass: Any, kernels: list[Any]) -> Any:
    """How all nodes together push each one: masses on a mesh, folded with 1 / distance."""
    low = at.min(axis=0)
    side = max(float((at.max(axis=0) - low).max()) / (_CELLS - 2), 1e-9)
    spots = (at - low) / side
    cells = np.minimum(spots.astype(np.int64), _CELLS - 2)
    inside = spots - cells
    shares = []
    density = np.zeros(_CELLS * _CELLS)
    for right in (0, 1):
        for up in (0, 1):
            share = np.abs(1 - right - inside[:, 0]) * np.abs(1 - up - inside[:, 1])
            where = (cells[:, 0] + right) * _CELLS + cells[:, 1] + up
            density += np.bincount(where, share * mass, minlength=_CELLS * _CELLS)
            shares.append((where, share))
    spectrum = np.fft.rfft2(density.reshape(_CELLS, _CELLS), (2 * _CELLS, 2 * _CELLS))
    push = np.empty_like(at)
    for axis, kernel in enumerate(kernels):
        field = np.fft.irfft2(_product(np, spectrum, kernel))[:_CELLS, :_CELLS].ravel()
        push[:, axis] = 2.0 * mass / side * sum(share * field[where] for where, share in shares)
    return push


def _product(np: Any, one: Any, two: Any) -> Any:
    """Complex numbers times others, each part rounded as the standard says.

    numpy's own product adds without rounding in between where the processor can.
    """
    found = np.empty_like(one)
    found.real = one.real * two.real - one.imag * two.imag
    found.imag = one.real * two.imag + one.imag * two.real
    return found


def _into_disc(points: list[Point], radius: float) -> list[Point]:
    """Centre and scale; the few that flew off are drawn back to just outside the rest."""
    count = len(points)
    cx, cy = fsum(x for x, _ in points) / count, fsum(y for _, y in points) / count
    lengths = sorted(dist((cx, cy), p) for p in points)
    reach = lengths[min(count - 1, int(count * 0.99))] or lengths[-1] or 1.0
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


def _to_grid(points: Sequence[Point]) -> list[Pair]:
    reach = max((max(abs(x), abs(y)) for x, y in points), default=0.0) or 1.0
    scale = (EXTENT - 500) / reach
    taken: set[Pair] = set()
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
