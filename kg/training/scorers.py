"""The scorers fitted: which candidates are names, what their roles are, what relates them.

Each stage learns from what the stage before it would have said of papers it has not seen: papers
are dealt to folds, and every paper is scored by models that learnt from the other folds (stacked
generalisation, Wolpert 1992).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kg.evaluation.gold import GoldEntity, GoldPaper
from kg.extractors.entities import ENTITY_CLASSES, score_things, settle
from kg.extractors.entity_features import FEATURES
from kg.extractors.ner import Floats, TaggerOutput
from kg.extractors.relation_scoring import paper_things
from kg.extractors.roles import choose_roles, role_evidence, role_rows
from kg.model import NAMED_KINDS, ROLES
from kg.training.annotated import AnnotatedPaper, entity_class, read_annotated
from kg.training.cross_fitting import cross_fit
from kg.training.relation_fitting import Relate, fit_relations
from kg.training.trees import export_scorer
from kg.training.working_points import CORE, Knots, entity_working_points, f1, judged_things

__all__ = ["ScorerReport", "fit_scorers"]


@dataclass(frozen=True)
class ScorerReport:
    """What cross-validation says of the scorers; P, R and F1 as in ``kg evaluate``, 0..1."""

    entities: Mapping[str, float]
    roles: float
    relations: Mapping[str, float]


def fit_scorers(
    gold: Sequence[GoldPaper],
    folder: Path,
    *,
    outputs: Mapping[str, TaggerOutput] | None = None,
    relate: Mapping[str, Relate] | None = None,
    folds: int = 5,
    seed: int = 0,
    trees: int = 120,
    suffix: str = "",
) -> ScorerReport:
    """Fit the three scorers and write them.

    Args:
        gold: Annotated papers.
        folder: Where ``entities``, ``roles`` and ``relations`` (with the suffix) are written, each
            as ``.onnx`` and ``.json``.
        outputs: Paper id -> what a tagger that has not learnt from the paper reads in it; None
            for scorers that work without a tagger.
        relate: Paper id -> ``relate(output, things, pairs)`` of the pair network of that tagger.
        folds: Number of parts for cross-validation.
        seed: Of the trees.
        trees: Boosting rounds.
        suffix: Of the files' names.

    Returns:
        The figures of cross-validation.
    """
    read = read_annotated(gold, outputs)
    entity_model, chances = cross_fit(
        [r.rows for r in read],
        [np.array([entity_class(r, t) for t in r.things], dtype=int) for r in read],
        [np.ones(len(r.things), dtype=np.float32) for r in read],
        classes=len(ENTITY_CLASSES),
        folds=folds,
        seed=seed,
        trees=trees,
        leaves=12,
    )
    keep, curve, knots = entity_working_points(read, chances)
    settings: dict[str, Any] = {
        "tagger": outputs is not None,
        "keep": keep,
        "core": CORE,
        "calibration": knots,
        "curve": curve,
    }
    figures = _keep(read, chances, keep, knots)
    export_scorer(
        entity_model, FEATURES, ENTITY_CLASSES, settings, folder / f"entities{suffix}.onnx"
    )
    roles = _fit_roles(read, folder / f"roles{suffix}.onnx", folds, seed, trees)
    relations = fit_relations(read, relate, folder, suffix, folds, seed, trees)
    return ScorerReport(figures, roles, relations)


def _keep(
    read: Sequence[AnnotatedPaper], chances: Sequence[Floats], keep: float, knots: Knots
) -> dict[str, float]:
    """Settle every paper by the chances; return P, R, F1."""
    for paper, probabilities in zip(read, chances, strict=True):
        kept = score_things(paper.things, probabilities, keep=keep, core=CORE, calibration=knots)
        paper.settled, paper.kept = settle(kept, paper.addresses)
    judged = judged_things(read, [r.kept for r in read])
    found: set[tuple[str, int]] = set()
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    for paper in read:
        for thing in paper.kept:
            for number in paper.matches(thing.spans, thing.form):
                entity = paper.entity(number)
                if entity.tier == "core" and thing.kind in entity.kinds:
                    found.add((paper.gold.id, number))
        for number, entity in enumerate(paper.gold.entities):
            if entity.tier == "core":
                by_kind[entity.kinds[0]]["hit" if (paper.gold.id, number) in found else "miss"] += 1
    for _, right, kind in judged:
        if not right:
            by_kind[kind]["wrong"] += 1
    whole: Counter[str] = Counter()
    for counts in by_kind.values():
        whole.update(counts)
    return {
        "all": f1(whole),
        "precision": round(whole["hit"] / max(whole["hit"] + whole["wrong"], 1), 4),
        "recall": round(whole["hit"] / max(whole["hit"] + whole["miss"], 1), 4),
        **{kind: f1(by_kind[kind]) for kind in NAMED_KINDS},
        "keep": keep,
        "things": round(sum(len(r.kept) for r in read) / len(read), 2),
    }


def _fit_roles(
    read: Sequence[AnnotatedPaper], target: Path, folds: int, seed: int, trees: int
) -> float:
    number = {role: place for place, role in enumerate(ROLES)}
    targets, weights = [], []
    seen: Counter[str] = Counter()
    gold_of: list[list[GoldEntity | None]] = []
    for paper in read:
        paper.evidence = role_evidence(
            paper.text, paper.settled, paper.sentences, paper.shorts, paper.output
        )
        of_span = {span: thing for thing in paper.kept for span in thing.spans}
        mine: list[GoldEntity | None] = []
        for evidence in paper.evidence:
            candidate = evidence.readings[0].candidate
            place = paper.gold_of(of_span[candidate.start, candidate.end])
            mine.append(None if place is None else paper.entity(place))
            seen.update(evidence.signs)
        gold_of.append(mine)
        targets.append(np.array([number[e.roles[0]] if e else -1 for e in mine], dtype=int))
        weights.append(np.array([1.0 if e and e.tier == "core" else 0.4 for e in mine]))
    columns = sorted(sign for sign, times in seen.items() if times >= max(4, len(read) // 100))
    rows = [role_rows(paper.evidence, columns) for paper in read]
    model, chances = cross_fit(
        rows,
        targets,
        weights,
        classes=len(ROLES),
        folds=folds,
        seed=seed,
        trees=trees,
        leaves=10,
        columns=0.4,
    )
    export_scorer(model, columns, ROLES, {"tagger": read[0].output is not None}, target)
    right = total = 0
    for paper, found, mine in zip(read, chances, gold_of, strict=True):
        statements = choose_roles(
            paper.evidence, [dict(zip(ROLES, map(float, row), strict=True)) for row in found]
        )
        paper.told = paper_things(paper.kept, statements)
        told = {(s.candidate.start, s.candidate.end): s.role for s in statements}
        for evidence, entity in zip(paper.evidence, mine, strict=True):
            if entity is not None and entity.tier == "core":
                spans = [(r.candidate.start, r.candidate.end) for r in evidence.readings]
                role = next(told[span] for span in spans if span in told)
                total += 1
                right += role in entity.roles
        paper.roles = statements
    return round(right / max(total, 1), 4)
