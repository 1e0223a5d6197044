"""Settings: one closed tree, a section a stage, from defaults, a TOML file and ``--set``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from kg.errors import ConfigError
from kg.model.base import Record, Score

__all__ = ["Config", "ExtractConfig", "LinkConfig", "load_config"]


class ExtractConfig(Record):
    """How mentions and relations are found."""

    pipeline: Annotated[
        tuple[str, ...],
        Field(
            description="spaCy components, in order.",
        ),
    ] = (
        "kg_sentences",
        "kg_urls",
        "kg_abbreviations",
        "kg_gazetteer",
        "kg_patterns",
        "kg_ner",
        "kg_entities",
        "kg_roles",
        "kg_relations",
    )
    model: Annotated[
        Literal["accurate", "fast"],
        Field(
            description="accurate: a small transformer reads every text; fast: its smaller "
            "student does, several times faster. Without kg_ner in the pipeline, names and "
            "relations are those of the rules alone.",
        ),
    ] = "accurate"
    models: Annotated[
        str | None,
        Field(description="Folder that `kg train` made; null for the models of the package."),
    ] = None
    batch_size: Annotated[
        int, Field(ge=1, le=10_000, description="Papers a worker takes at a time.")
    ] = 64
    min_score: Annotated[
        Score, Field(description="Mentions below this score are dropped, 0..1.")
    ] = 0.0
    min_relation_score: Annotated[
        Score,
        Field(description="Relations between two things below this score are dropped, 0..1."),
    ] = 0.0


class LinkConfig(Record):
    """How mentions become entities."""

    fuzzy_threshold: Annotated[
        float,
        Field(
            ge=50.0,
            le=100.0,
            description="Similarity, 0..100, from which two long forms of one acronym are one.",
        ),
    ] = 92.0
    acronym_share: Annotated[
        float,
        Field(
            gt=0.5,
            le=1.0,
            description="Share of the papers that spell an acronym out which must agree before "
            "a paper that does not is linked to the same long form.",
        ),
    ] = 0.8


class Config(Record):
    """All settings."""

    extract: Annotated[ExtractConfig, Field(description="Finding mentions.")] = Field(
        default_factory=ExtractConfig
    )
    link: Annotated[LinkConfig, Field(description="Linking them.")] = Field(
        default_factory=LinkConfig
    )


def load_config(path: Path | None = None, overrides: Iterable[str] = ()) -> Config:
    """Read the settings.

    Args:
        path: A TOML file with the sections ``[extract]`` and ``[link]``; None for defaults.
        overrides: ``section.key=value`` strings; the value is read as TOML, else as a string.

    Raises:
        ConfigError: The file cannot be read, or a setting is unknown or out of range.
    """
    tree: dict[str, Any] = {}
    if path is not None:
        try:
            tree = tomllib.loads(path.read_text("utf-8"))
        except OSError as err:
            raise ConfigError(f"cannot read settings '{path}': {err.strerror}") from err
        except (ValueError, RecursionError) as err:
            reason = "nested too deep" if isinstance(err, RecursionError) else err
            raise ConfigError(f"settings '{path}' are not TOML: {reason}") from err
    for item in overrides:
        name, sep, value = item.partition("=")
        section, dot, key = name.strip().partition(".")
        if not sep or not dot:
            raise ConfigError(f"bad setting '{item}'", hint="write section.key=value")
        if not isinstance(tree.setdefault(section, {}), dict):
            raise ConfigError(f"setting '{section}': a section, not a value")
        tree[section][key] = _toml_value(value.strip())
    try:
        return Config.model_validate(tree)
    except ValidationError as err:
        first = err.errors()[0]
        place = ".".join(str(p) for p in first["loc"])
        raise ConfigError(
            f"setting '{place}': {first['msg'].lower()}",
            hint=f"sections and keys: {', '.join(_known_settings())}",
        ) from err


def _toml_value(text: str) -> object:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text


def _known_settings() -> list[str]:
    sections: dict[str, type[Record]] = {"extract": ExtractConfig, "link": LinkConfig}
    return [f"{name}.{key}" for name, model in sections.items() for key in model.model_fields]
