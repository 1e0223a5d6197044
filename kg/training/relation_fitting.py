"""The relation scorers fitted: pairs of things, and what the annotation states of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kg.extractors.ner import Floats, Ints
from kg.extractors.relation_features import (
    GROUP_OF_TAIL,
    PAIR_COLUMNS,
    PAIR_GROUPS,
    PAIR_PREDICATES,
    candidate_pairs,
    describe_pairs,
)
from kg.extractors.relation_scoring import rule_scores
from kg.extractors.relations import find_relations
from kg.training.annotated import AnnotatedPaper
from kg.training.cross_fitting import cross_fit
from kg.training.trees import export_scorer
from kg.training.working_points import calibration_knots, f1, f_measure

__all__ = ["fit_relations"]

Relate = Callable[..., Floats]
_NONE = len(PAIR_PREDICATES)
_PLACE = {str(predicate): place for place, predicate in enumerate(PAIR_PREDICATES)}
_OPTIONAL_WEIGHT = 0.35
"""How much a relation counts that a reader may or may not want."""
_GRID = tuple(round(0.02 * step, 2) for step in range(5, 40))


def fit_relations(
    read: Sequence[AnnotatedPaper],
    relate: Mapping[str, Relate] | None,
    folder: Path,
    suffix: str,
    folds: int,
    seed: int,
    trees: int,
) -> dict[str, float]:
    """Fit and write the relation scorers.

    Args:
        read: Papers whose things are settled, with roles.
        relate: Paper id -> ``relate`` of a tagger that has not learnt from the paper.
        folder: Where ``relations-*`` are written, one for each of ``PAIR_GROUPS``.
        suffix: Of the files' names.
        folds: Number of parts for cross-validation.
        seed: Of the trees.
        trees: Boosting rounds.

    Returns:
        F1, precision and recall of cross-validation, and F1 of each predicate, 0..1.
    """
    rows, targets, weights = [], [], []
    for paper in read:
        paper.pairs = candidate_pairs(paper.told)
        rules = find_relations(
            paper.text,
            paper.settled,
            paper.sentences,
            paper.roles,
            paper.shorts,
        )
        seen = None
        if relate is not None and paper.output is not None:
            named = [(t.kind, t.spans) for t in paper.told]
            seen = relate[paper.gold.id](paper.output, named, paper.pairs)
        rows.append(
            describe_pairs(
                paper.text,
                paper.told,
                paper.pairs,
                paper.sentences,
                rule_scores(rules, paper.told),
                seen,
            )
        )
        y, w = _relation_targets(paper)
        targets.append(y)
        weights.append(w)
    chances = [np.zeros((len(r), len(PAIR_PREDICATES)), dtype=np.float32) for r in rows]
    models: dict[str, Any] = {}
    for group, predicates in PAIR_GROUPS.items():
        members = [
            np.array([GROUP_OF_TAIL[p.told[b].kind] == group for _, b in p.pairs], dtype=bool)
            for p in read
        ]
        # a place among the group's predicates; "none" for what the group cannot say
        place = {_PLACE[p]: n for n, p in enumerate(predicates)}
        models[group], found = cross_fit(
            [r[m] for r, m in zip(rows, members, strict=True)],
            [
                np.array([place.get(int(t), len(predicates)) for t in y[m]], dtype=np.int64)
                for y, m in zip(targets, members, strict=True)
            ],
            [w[m] for w, m in zip(weights, members, strict=True)],
            classes=len(predicates) + 1,
            folds=folds,
            seed=seed,
            trees=trees,
            leaves=15,
            columns=0.4,
        )
        for paper_chances, m, part in zip(chances, members, found, strict=True):
            for n, predicate in enumerate(predicates):
                paper_chances[m, _PLACE[predicate]] = part[:, n]
    thresholds, figures, knots = _relation_thresholds(read, chances)
    for group, predicates in PAIR_GROUPS.items():
        settings = {
            "tagger": read[0].output is not None,
            "thresholds": {p: thresholds[_PLACE[p]] for p in predicates},
            "calibration": knots,
        }
        export_scorer(
            models[group],
            PAIR_COLUMNS,
            (*predicates, "none"),
            settings,
            folder / f"relations-{group}{suffix}.onnx",
        )
    return figures


def _stated(paper: AnnotatedPaper) -> dict[tuple[int, int], list[tuple[str, str]]]:
    """(head, tail) by place among the gold entities -> (type, tier) of what is stated."""
    place: dict[str, int] = {}
    for number, entity in enumerate(paper.gold.entities):
        for name in (entity.name, *entity.aliases):
            place.setdefault(name, number)
    stated: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
    for relation in paper.gold.relations:
        head, tail = place.get(relation.head), place.get(relation.tail)
        if head is not None and tail is not None:
            stated[head, tail].append((relation.type.upper(), relation.tier))
    return stated


def _relation_targets(paper: AnnotatedPaper) -> tuple[Ints, Floats]:
    stated = _stated(paper)
    gold = [paper.gold_of(thing) for thing in paper.kept]
    targets, weights = [], []
    for a, b in paper.pairs:
        head, tail = gold[a], gold[b]
        types = [] if head is None or tail is None else stated.get((head, tail), [])
        core = [t for t, tier in types if tier == "core" and t in PAIR_PREDICATES]
        loose = [t for t, tier in types if tier != "core" and t in PAIR_PREDICATES]
        ends = [n for n in (head, tail) if n is not None]
        free = any(paper.entity(n).tier == "optional" for n in ends)
        if core:
            targets.append(_PLACE[core[0]])
            weights.append(1.0)
        elif loose:
            targets.append(_PLACE[loose[0]])
            weights.append(_OPTIONAL_WEIGHT)
        else:
            targets.append(_NONE)
            weights.append(0.5 if free else 1.0)
    return np.array(targets, dtype=np.int64), np.array(weights, dtype=np.float32)


def _relation_thresholds(
    read: Sequence[AnnotatedPaper], chances: Sequence[Floats]
) -> tuple[list[float], dict[str, float], list[list[float]]]:
    """The lowest chance at which each predicate is stated, figures, and calibration knots."""
    found: dict[int, list[tuple[float, str]]] = defaultdict(list)
    missed: Counter[int] = Counter()
    for paper, rows in zip(read, chances, strict=True):
        stated = _stated(paper)
        gold = [paper.gold_of(thing) for thing in paper.kept]
        core = {(*ends, t) for ends, types in stated.items() for t, tier in types if tier == "core"}
        for _, _, type_ in core:
            if type_ in PAIR_PREDICATES:
                missed[_PLACE[type_]] += 1
        best: dict[tuple[Any, Any, str], float] = {}
        for (a, b), row in zip(paper.pairs, rows, strict=True):
            head = gold[a] if gold[a] is not None else f"head {a}"
            tail = gold[b] if gold[b] is not None else f"tail {b}"
            for predicate, chance in zip(PAIR_PREDICATES, row, strict=True):
                key = (head, tail, predicate)
                best[key] = max(best.get(key, 0.0), float(chance))
        for (head, tail, type_), chance in best.items():
            n = _PLACE[type_]
            types = [t for t, _ in stated.get((head, tail), [])]
            if (head, tail, type_) in core:
                found[n].append((chance, "hit"))
            elif type_ not in types:
                ends = [e for e in (head, tail) if isinstance(e, int)]
                if not any(paper.entity(e).tier == "optional" for e in ends):
                    found[n].append((chance, "wrong"))

    def counts(thresholds: Sequence[float]) -> Counter[str]:
        total: Counter[str] = Counter()
        for n, threshold in enumerate(thresholds):
            kept = Counter(sort for chance, sort in found[n] if chance >= threshold)
            total.update(kept)
            total["miss"] += missed[n] - kept["hit"]
        return total

    thresholds = [0.4] * len(PAIR_PREDICATES)
    for _ in range(3):
        for n in range(len(PAIR_PREDICATES)):
            tried = [[*thresholds[:n], t, *thresholds[n + 1 :]] for t in _GRID]
            thresholds = max(tried, key=lambda ts: (f_measure(counts(ts)), ts[n]))
    whole = counts(thresholds)
    judged = [pair for pairs in found.values() for pair in pairs]
    knots = calibration_knots([c for c, _ in judged], [sort == "hit" for _, sort in judged])
    figures = {
        "all": f1(whole),
        "precision": round(whole["hit"] / max(whole["hit"] + whole["wrong"], 1), 4),
        "recall": round(whole["hit"] / max(whole["hit"] + whole["miss"], 1), 4),
    }
    for n, predicate in enumerate(PAIR_PREDICATES):
        alone = Counter(sort for chance, sort in found[n] if chance >= thresholds[n])
        alone["miss"] = missed[n] - alone["hit"]
        figures[predicate] = f1(alone)
    return thresholds, figures, knots
