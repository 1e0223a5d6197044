"""Scorers fitted to a few papers: the files are what the extractor reads, whatever they learnt."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from kg.config import ExtractConfig
from kg.extractors import build_nlp, extract_papers, extractor_fingerprint
from kg.extractors.entities import ENTITY_CLASSES
from kg.extractors.entity_features import FEATURES
from kg.extractors.relation_features import PAIR_COLUMNS, PAIR_GROUPS
from kg.extractors.scorers import load_scorer
from kg.model import NAMED_KINDS, ROLES, Extraction, Paper
from kg.training.cross_fitting import cross_fit
from kg.training.scorers import ScorerReport, fit_scorers
from tests.training.toy_papers import toy_gold

pytestmark = pytest.mark.trees

NAMES = {f"{n}-fast" for n in ("entities", "roles", *(f"relations-{g}" for g in PAIR_GROUPS))}


def fit(folder: Path, papers: int = 24) -> ScorerReport:
    return fit_scorers(toy_gold(papers), folder, folds=3, seed=5, trees=12, suffix="-fast")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    fit(folder)
    return folder


@pytest.fixture(scope="module")
def read(models: Path) -> list[Extraction]:
    components = tuple(name for name in ExtractConfig().pipeline if name != "kg_ner")
    config = ExtractConfig(model="fast", models=str(models), pipeline=components)
    papers = [Paper(id=f"t:{p.id}", title=p.title, abstract=p.abstract) for p in toy_gold(28)[24:]]
    return list(extract_papers(papers, config=config, nlp=build_nlp(config)))


def test_every_scorer_is_written_as_the_extractor_reads_it(models: Path) -> None:
    assert {p.name for p in models.iterdir()} == {
        f"{name}.{suffix}" for name in NAMES for suffix in ("onnx", "json")
    }
    entities = load_scorer("entities-fast", str(models))
    assert (entities.features, entities.classes) == (FEATURES, ENTITY_CLASSES)
    assert load_scorer("roles-fast", str(models)).classes == ROLES
    for group, predicates in PAIR_GROUPS.items():
        scorer = load_scorer(f"relations-{group}-fast", str(models))
        assert (scorer.features, scorer.classes) == (PAIR_COLUMNS, (*predicates, "none"))


def test_papers_are_read_with_what_was_learnt(read: list[Extraction]) -> None:
    for extraction in read:
        found = {m.text: m for m in extraction.mentions}
        own = extraction.paper.title.partition(":")[0]
        assert (found[own].kind, found[own].role) == ("Method", "introduces")
        name = {m.id: m.text for m in extraction.mentions}
        stated = {(name.get(r.subject), r.predicate) for r in extraction.relations}
        assert (own, "OUTPERFORMS") in stated
        assert (own, "EVALUATED_ON") in stated


def test_the_report_says_how_well_papers_that_were_left_out_are_read(tmp_path: Path) -> None:
    report = fit(tmp_path)
    assert set(report.entities) >= {"all", "precision", "recall", *NAMED_KINDS}
    assert all(0 <= value <= 1 for name, value in report.entities.items() if name != "things")
    assert report.entities["all"] > 0.8
    assert 0 <= report.roles <= 1
    assert all(0 <= value <= 1 for value in report.relations.values())


def test_the_working_points_are_probabilities_and_the_curve_rises_in_score(models: Path) -> None:
    settings = load_scorer("entities-fast", str(models)).settings
    assert 0 < settings["keep"] < 1
    scores = [score for score, _, _ in settings["curve"]]
    assert scores == sorted(set(scores))
    recalls = [recall for _, _, recall in settings["curve"]]
    assert recalls == sorted(recalls, reverse=True)
    assert all(0 <= p <= 1 for row in settings["curve"] for p in row)
    for group, predicates in PAIR_GROUPS.items():
        told = load_scorer(f"relations-{group}-fast", str(models)).settings
        assert set(told["thresholds"]) == set(predicates)
        knots = told["calibration"]
        assert [x for x, _ in knots] == sorted(x for x, _ in knots)
        assert [y for _, y in knots] == sorted(y for _, y in knots)


def test_the_same_papers_and_seed_give_the_same_bytes(tmp_path: Path, models: Path) -> None:
    fit(tmp_path)
    for path in models.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
    prints = [
        extractor_fingerprint(ExtractConfig(model="fast", models=str(folder)))
        for folder in (models, tmp_path)
    ]
    assert prints[0] == prints[1]


def test_fewer_papers_give_other_models(tmp_path: Path, models: Path) -> None:
    fit(tmp_path, papers=12)
    name = "entities-fast.onnx"
    assert (tmp_path / name).read_bytes() != (models / name).read_bytes()


def test_a_paper_is_scored_by_models_that_have_not_seen_it() -> None:
    draw = random.Random(3)
    rows = [
        np.array([[draw.random(), n % 2] for _ in range(30)], dtype=np.float32) for n in range(9)
    ]
    targets = [np.full(30, n % 2, dtype=np.int64) for n in range(9)]
    targets[4] = 1 - targets[4]  # labelled the wrong way: others know better
    weights = [np.ones(30, dtype=np.float32) for _ in range(9)]
    _, chances = cross_fit(
        rows, targets, weights, classes=2, folds=3, seed=0, trees=20, leaves=4, columns=1.0
    )
    assert chances[4][:, 0].mean() > 0.5
    assert all(c.shape == (30, 2) for c in chances)
    assert all(np.allclose(c.sum(axis=1), 1.0) for c in chances)


def test_rows_without_a_target_are_scored_and_not_learnt_from() -> None:
    rows = [np.array([[n % 2]] * 30, dtype=np.float32) for n in range(6)]
    targets = [np.full(30, n % 2, dtype=np.int64) for n in range(6)]
    targets[0] = np.full(30, -1, dtype=np.int64)
    weights = [np.ones(30, dtype=np.float32) for _ in range(6)]
    _, chances = cross_fit(
        rows, targets, weights, classes=2, folds=3, seed=0, trees=20, leaves=4, columns=1.0
    )
    assert chances[0][:, 0].mean() > 0.5
