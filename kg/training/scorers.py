"""The scorers fitted: which candidates are names, what their roles are, what relates them.

Each stage learns from what the stage before it would have said of papers it has not seen: papers
are dealt to folds, and every paper is scored by models that learnt from the other folds (stacked
generalisation, Wolpert 1992).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from spacy.tokens import Doc

from kg.config import ExtractConfig
from kg.evaluation.gold import GoldEntity, GoldPaper
from kg.evaluation.matching import gold_names, name_keys
from kg.extractors.candidates import Abbreviation, Candidate, abbreviations, candidates
from kg.extractors.entities import ENTITY_CLASSES, ScoredThing, score_things, settle
from kg.extractors.entity_features import (
    FEATURES,
    CandidateThing,
    candidate_things,
    describe_things,
)
from kg.extractors.ner import TaggerOutput, decode_names
from kg.extractors.nlp import build_nlp
from kg.extractors.relation_features import (
    PAIR_COLUMNS,
    PAIR_PREDICATES,
    PaperThing,
    candidate_pairs,
    describe_pairs,
)
from kg.extractors.relation_scoring import paper_things, rule_scores
from kg.extractors.relations import find_relations
from kg.extractors.roles import RoleEvidence, choose_roles, role_evidence, role_rows
from kg.extractors.sentences import sentence_spans
from kg.model import NAMED_KINDS, ROLES
from kg.names import normal_form
from kg.training.export import export_scorer, full_probabilities

__all__ = ["ScorerReport", "fit_scorers"]

_READ = ("kg_sentences", "kg_urls", "kg_abbreviations", "kg_gazetteer", "kg_patterns")
"""The components before the tagger and the scorers."""
_NONE = len(PAIR_PREDICATES)
_OPTIONAL_WEIGHT = 0.35
_GRID = tuple(round(0.02 * step, 2) for step in range(5, 40))

Relate = Callable[[int, Sequence[Any], Sequence[tuple[int, int]]], np.ndarray]


@dataclass
class _Read:
    """One gold paper as far as the stages have come."""

    gold: GoldPaper
    text: str
    sentences: list[tuple[int, int]]
    shorts: list[Abbreviation]
    addresses: list[Candidate]
    things: list[CandidateThing]
    rows: np.ndarray
    output: TaggerOutput | None
    names: list[frozenset[str]]
    settled: list[Candidate] = field(default_factory=list)
    kept: list[ScoredThing] = field(default_factory=list)
    evidence: list[RoleEvidence] = field(default_factory=list)
    shares: np.ndarray = field(default_factory=lambda: np.zeros((0, len(ROLES))))
    told: list[PaperThing] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)

    def matches(self, spans: Iterable[tuple[int, int]], form: str) -> list[int]:
        """The gold entities that a thing may be, by any of its names."""
        surfaces = [self.text[s:e] for s, e in spans]
        for pair in self.shorts:
            long_form = self.text[pair.long_start : pair.long_end]
            if normal_form(long_form) == form:
                surfaces += [long_form, self.text[pair.short_start : pair.short_end]]
        keys = name_keys(surfaces)
        return [n for n, names in enumerate(self.names) if names & keys]

    def entity(self, number: int) -> GoldEntity:
        """A gold entity by its place."""
        return self.gold.entities[number]

    def gold_of(self, thing: ScoredThing) -> int | None:
        """The gold entity that a kept thing is: a core one of its kind before others."""
        hits = self.matches(thing.spans, thing.form)

        def order(number: int) -> tuple[bool, bool]:
            entity = self.entity(number)
            return entity.tier != "core", thing.kind not in entity.kinds

        return min(hits, key=order, default=None)


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
    relate: Mapping[str, Callable[..., np.ndarray]] | None = None,
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
    read = _read(gold, outputs)
    entity_model, chances = _cross_fit(
        [r.rows for r in read],
        [np.array([_entity_class(r, t) for t in r.things], dtype=int) for r in read],
        [np.ones(len(r.things)) for r in read],
        classes=len(ENTITY_CLASSES),
        folds=folds,
        seed=seed,
        trees=trees,
        leaves=12,
    )
    keep, curve, knots = _working_points(read, chances)
    settings: dict[str, Any] = {"keep": keep, "core": _CORE, "calibration": knots, "curve": curve}
    figures = _keep(read, chances, keep, knots)
    export_scorer(entity_model, FEATURES, ENTITY_CLASSES, settings, folder / f"entities{suffix}.onnx")
    roles = _fit_roles(read, folder / f"roles{suffix}.onnx", folds, seed, trees)
    relations = _fit_relations(
        read, relate, folder / f"relations{suffix}.onnx", folds, seed, trees
    )
    return ScorerReport(figures, roles, relations)


_CORE = 0.15


def _read(gold: Sequence[GoldPaper], outputs: Mapping[str, TaggerOutput] | None) -> list[_Read]:
    nlp = build_nlp(ExtractConfig(pipeline=_READ))
    read = []
    for paper, doc in zip(gold, nlp.pipe(p.text for p in gold), strict=True):
        output = outputs[paper.id] if outputs is not None else None
        read.append(_read_one(paper, doc, output))
    return read


def _read_one(paper: GoldPaper, doc: Doc, output: TaggerOutput | None) -> _Read:
    text, sentences, shorts = paper.text, list(sentence_spans(doc)), abbreviations(doc)
    found = candidates(doc)
    addresses = [c for c in found if c.kind == "Url"]
    named = [c for c in found if c.kind != "Url"]
    if output is not None:
        named += [
            c
            for c in decode_names(text, output)
            if not any(a.start < c.end and c.start < a.end for a in addresses)
        ]
    things = candidate_things(text, named, shorts)
    rows = describe_things(text, things, sentences, shorts, output)
    names = [gold_names(e) for e in paper.entities]
    return _Read(paper, text, sentences, shorts, addresses, things, rows, output, names)


def _entity_class(read: _Read, thing: CandidateThing) -> int:
    hits = [read.entity(n) for n in read.matches(thing.spans, thing.form)]
    core = [e for e in hits if e.tier == "core"]
    if core:
        return ENTITY_CLASSES.index(core[0].kinds[0])
    return ENTITY_CLASSES.index("optional" if hits else "none")


def _classifier(seed: int, trees: int, leaves: int, columns: float = 0.5) -> Any:
    from lightgbm import LGBMClassifier

    return LGBMClassifier(
        n_estimators=trees,
        num_leaves=leaves,
        learning_rate=0.06,
        min_child_samples=25,
        subsample=0.8,
        subsample_freq=1,
        colsample_bytree=columns,
        reg_lambda=8.0,
        random_state=seed,
        n_jobs=1,
        deterministic=True,
        force_row_wise=True,
        verbose=-1,
    )


def _cross_fit(
    rows: Sequence[np.ndarray],
    targets: Sequence[np.ndarray],
    weights: Sequence[np.ndarray],
    *,
    classes: int,
    folds: int,
    seed: int,
    trees: int,
    leaves: int,
    columns: float = 0.5,
) -> tuple[Any, list[np.ndarray]]:
    """A model of all papers, and the chances of each paper by a model that has not seen it.

    Rows whose target is -1 are scored, but not learnt from.
    """

    def fit(numbers: Sequence[int]) -> Any:
        x = np.concatenate([rows[n] for n in numbers])
        y = np.concatenate([targets[n] for n in numbers])
        w = np.concatenate([weights[n] for n in numbers])
        # a row of every class, of no weight, so that all models know the same classes
        extra = np.zeros((classes, x.shape[1]), dtype=x.dtype)
        x = np.concatenate([x[y >= 0], extra])
        w = np.concatenate([w[y >= 0], np.full(classes, 1e-6)])
        y = np.concatenate([y[y >= 0], np.arange(classes)])
        return _classifier(seed, trees, leaves, columns).fit(x, y, sample_weight=w)

    every = range(len(rows))
    chances: list[np.ndarray] = [np.zeros((0, classes))] * len(rows)
    for fold in range(folds):
        model = fit([n for n in every if n % folds != fold])
        for n in range(fold, len(rows), folds):
            chances[n] = full_probabilities(model, rows[n], classes)
    return fit(every), chances


def _judged(read: Sequence[_Read], kept: Sequence[Sequence[ScoredThing]]) -> list[tuple[float, bool, str]]:
    """(score, right, kind) of every kept thing that is not merely optional."""
    judged = []
    for paper, things in zip(read, kept, strict=True):
        for thing in things:
            hits = [paper.entity(n) for n in paper.matches(thing.spans, thing.form)]
            if any(e.tier == "core" and thing.kind in e.kinds for e in hits):
                judged.append((thing.score, True, thing.kind))
            elif not any(e.tier == "optional" for e in hits):
                judged.append((thing.score, False, thing.kind))
    return judged


def _core_entities(read: Sequence[_Read]) -> int:
    return sum(e.tier == "core" for r in read for e in r.gold.entities)


def _working_points(
    read: Sequence[_Read], chances: Sequence[np.ndarray]
) -> tuple[float, list[list[float]], list[list[float]]]:
    """The score from which names are kept; (score, precision, recall) rows; calibration knots."""
    from sklearn.isotonic import IsotonicRegression

    loose = [
        settle(score_things(r.things, p, keep=0.05, core=_CORE), r.addresses)[1]
        for r, p in zip(read, chances, strict=True)
    ]
    judged = _judged(read, loose)
    scores = np.array([s for s, _, _ in judged])
    right = np.array([float(ok) for _, ok, _ in judged])
    regression = IsotonicRegression(y_min=0.01, y_max=0.99, out_of_bounds="clip").fit(scores, right)
    at = np.linspace(0.0, 1.0, 21)
    knots = [[round(float(x), 4), round(float(y), 4)] for x, y in zip(at, regression.predict(at), strict=True)]
    total = _core_entities(read)
    best, curve = (0.0, 0.5), []
    calibrated = np.interp(scores, *zip(*knots, strict=True))
    for threshold in (*(round(0.05 * k, 2) for k in range(2, 20)), 0.97):
        kept = calibrated >= threshold
        hits = float(right[kept].sum())
        precision, recall = hits / max(kept.sum(), 1), hits / total
        curve.append([threshold, round(precision, 4), round(recall, 4)])
        best = max(best, (2 * precision * recall / max(precision + recall, 1e-9), threshold))
    return best[1], curve, knots


def _keep(
    read: Sequence[_Read], chances: Sequence[np.ndarray], keep: float, knots: list[list[float]]
) -> dict[str, float]:
    """Settle every paper by the chances; return P, R, F1."""
    for paper, probabilities in zip(read, chances, strict=True):
        kept = score_things(paper.things, probabilities, keep=keep, core=_CORE, calibration=knots)
        paper.settled, paper.kept = settle(kept, paper.addresses)
    judged = _judged(read, [r.kept for r in read])
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
        "all": _f1(whole),
        "precision": round(whole["hit"] / max(whole["hit"] + whole["wrong"], 1), 4),
        "recall": round(whole["hit"] / max(whole["hit"] + whole["miss"], 1), 4),
        **{kind: _f1(by_kind[kind]) for kind in NAMED_KINDS},
        "keep": keep,
        "things": round(sum(len(r.kept) for r in read) / len(read), 2),
    }


def _f1(counts: Mapping[str, int]) -> float:
    hit, wrong, miss = counts.get("hit", 0), counts.get("wrong", 0), counts.get("miss", 0)
    return round(2 * hit / max(2 * hit + wrong + miss, 1), 4)


def _fit_roles(read: Sequence[_Read], target: Path, folds: int, seed: int, trees: int) -> float:
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
    model, chances = _cross_fit(
        rows, targets, weights, classes=len(ROLES), folds=folds, seed=seed, trees=trees, leaves=10, columns=0.4
    )
    export_scorer(model, columns, ROLES, {}, target)
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
        paper.settled_roles = statements  # type: ignore[attr-defined]
    return round(right / max(total, 1), 4)


def _fit_relations(
    read: Sequence[_Read],
    relate: Mapping[str, Callable[..., np.ndarray]] | None,
    target: Path,
    folds: int,
    seed: int,
    trees: int,
) -> dict[str, float]:
    rows, targets, weights = [], [], []
    for paper in read:
        paper.pairs = candidate_pairs(paper.told)
        rules = find_relations(
            paper.text, paper.settled, paper.sentences, paper.settled_roles, paper.shorts  # type: ignore[attr-defined]
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
    model, chances = _cross_fit(
        rows, targets, weights, classes=_NONE + 1, folds=folds, seed=seed, trees=trees, leaves=15, columns=0.4
    )
    thresholds, figures = _relation_thresholds(read, chances)
    settings = {"thresholds": dict(zip(PAIR_PREDICATES, thresholds, strict=True))}
    export_scorer(model, PAIR_COLUMNS, (*PAIR_PREDICATES, "none"), settings, target)
    return figures


def _stated(paper: _Read) -> dict[tuple[int, int], list[tuple[str, str]]]:
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


def _relation_targets(paper: _Read) -> tuple[np.ndarray, np.ndarray]:
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
            targets.append(PAIR_PREDICATES.index(core[0]))  # type: ignore[arg-type]
            weights.append(1.0)
        elif loose:
            targets.append(PAIR_PREDICATES.index(loose[0]))  # type: ignore[arg-type]
            weights.append(_OPTIONAL_WEIGHT)
        else:
            targets.append(_NONE)
            weights.append(0.5 if free else 1.0)
    return np.array(targets, dtype=int), np.array(weights)


def _relation_thresholds(
    read: Sequence[_Read], chances: Sequence[np.ndarray]
) -> tuple[list[float], dict[str, float]]:
    """The lowest chance at which each predicate is stated, for the best F1 of all together."""
    found: dict[int, list[tuple[float, str]]] = defaultdict(list)
    missed: Counter[int] = Counter()
    for paper, rows in zip(read, chances, strict=True):
        stated = _stated(paper)
        gold = [paper.gold_of(thing) for thing in paper.kept]
        core = {
            (*ends, t) for ends, types in stated.items() for t, tier in types if tier == "core"
        }
        for _, _, type_ in core:
            if type_ in PAIR_PREDICATES:
                missed[PAIR_PREDICATES.index(type_)] += 1  # type: ignore[arg-type]
        best: dict[tuple[Any, Any, str], float] = {}
        for (a, b), row in zip(paper.pairs, rows, strict=True):
            head = gold[a] if gold[a] is not None else f"head {a}"
            tail = gold[b] if gold[b] is not None else f"tail {b}"
            for predicate, chance in zip(PAIR_PREDICATES, row, strict=False):
                key = (head, tail, predicate)
                best[key] = max(best.get(key, 0.0), float(chance))
        for (head, tail, predicate), chance in best.items():
            n = PAIR_PREDICATES.index(predicate)  # type: ignore[arg-type]
            types = [t for t, _ in stated.get((head, tail), [])]  # type: ignore[arg-type]
            if (head, tail, predicate) in core:
                found[n].append((chance, "hit"))
            elif predicate not in types:
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
            thresholds = max(tried, key=lambda ts: (_f1(counts(ts)), ts[n]))
    whole = counts(thresholds)
    figures = {
        "all": _f1(whole),
        "precision": round(whole["hit"] / max(whole["hit"] + whole["wrong"], 1), 4),
        "recall": round(whole["hit"] / max(whole["hit"] + whole["miss"], 1), 4),
    }
    for n, predicate in enumerate(PAIR_PREDICATES):
        alone = Counter(sort for chance, sort in found[n] if chance >= thresholds[n])
        alone["miss"] = missed[n] - alone["hit"]
        figures[predicate] = _f1(alone)
    return thresholds, figures
