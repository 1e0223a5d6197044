"""Settings: defaults, a file, overrides, and errors that say which setting is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.config import Config, ExtractConfig, LinkConfig, load_config
from kg.errors import ConfigError


def write(folder: Path, text: str) -> Path:
    path = folder / "kg.toml"
    path.write_text(text, "utf-8")
    return path


def test_without_a_file_the_defaults_hold() -> None:
    assert load_config() == Config() == Config(extract=ExtractConfig(), link=LinkConfig())


def test_a_file_changes_what_it_names(tmp_path: Path) -> None:
    path = write(tmp_path, '[extract]\npipeline = ["kg_urls"]\n[link]\nfuzzy_threshold = 95\n')
    config = load_config(path)
    assert config.extract.pipeline == ("kg_urls",)
    assert config.link.fuzzy_threshold == 95.0
    assert config.extract.batch_size == ExtractConfig().batch_size
    assert config.link.acronym_share == LinkConfig().acronym_share


def test_overrides_win_over_the_file_and_the_last_one_wins(tmp_path: Path) -> None:
    path = write(tmp_path, "[extract]\nbatch_size = 7\nmin_score = 0.25\n")
    config = load_config(path, ["extract.batch_size=8", "extract.batch_size = 9"])
    assert config.extract.batch_size == 9
    assert config.extract.min_score == 0.25


@pytest.mark.parametrize(
    ("override", "pipeline"),
    [
        ('extract.pipeline=["kg_urls", "kg_roles"]', ("kg_urls", "kg_roles")),
        ("extract.pipeline=[]", ()),
    ],
)
def test_overrides_are_read_as_toml(override: str, pipeline: tuple[str, ...]) -> None:
    assert load_config(overrides=[override]).extract.pipeline == pipeline


def test_the_model_and_its_folder_are_settings(tmp_path: Path) -> None:
    assert (Config().extract.model, Config().extract.models) == ("accurate", None)
    path = write(tmp_path, '[extract]\nmodel = "fast"\nmodels = "a folder"\n')
    config = load_config(path, ["extract.min_relation_score=0.5"])
    assert (config.extract.model, config.extract.models) == ("fast", "a folder")
    assert config.extract.min_relation_score == 0.5
    assert load_config(path, ["extract.model=accurate"]).extract.model == "accurate"


def test_the_components_run_in_the_order_in_which_they_need_one_another() -> None:
    pipeline = ExtractConfig().pipeline
    assert len(set(pipeline)) == len(pipeline)
    assert pipeline[-4:] == ("kg_ner", "kg_entities", "kg_roles", "kg_relations")


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("extract.model=slow", "setting 'extract.model': input should be 'accurate' or 'fast'"),
        ("extract.models=3", "setting 'extract.models'"),
        ("extract.min_relation_score=-0.1", "setting 'extract.min_relation_score'"),
        ("extract.batch_size=0", "setting 'extract.batch_size'"),
        ("extract.batch_size=many", "setting 'extract.batch_size'"),
        ("extract.min_score=1.5", "setting 'extract.min_score'"),
        ("link.acronym_share=0.5", "setting 'link.acronym_share'"),
        ("link.fuzzy_threshold=49", "setting 'link.fuzzy_threshold'"),
        ("link.fuzzines=90", "setting 'link.fuzzines'"),
        ("store.path=x", "setting 'store'"),
    ],
)
def test_a_wrong_setting_is_named_with_all_that_there_are(override: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        load_config(overrides=[override])
    for setting in ("extract.pipeline", "extract.min_score", "link.acronym_share"):
        assert setting in caught.value.hint


@pytest.mark.parametrize("override", ["batch_size=3", "extract.batch_size", "", "=", "extract="])
def test_an_override_that_is_none_is_refused(override: str) -> None:
    with pytest.raises(ConfigError, match="bad setting") as caught:
        load_config(overrides=[override])
    assert caught.value.hint == "write section.key=value"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read settings '.*nowhere\.toml'"):
        load_config(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("text", [b"[extract", b"batch_size 3", b"\xff\xfe"])
def test_a_file_that_is_not_toml_is_refused(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "kg.toml"
    path.write_bytes(text)
    with pytest.raises(ConfigError, match="are not TOML"):
        load_config(path)


def test_a_section_is_not_a_value(tmp_path: Path) -> None:
    path = write(tmp_path, "extract = 3\n")
    with pytest.raises(ConfigError, match="setting 'extract'"):
        load_config(path)
    with pytest.raises(ConfigError, match="setting 'extract'"):
        load_config(path, ["extract.batch_size=3"])


def test_settings_do_not_change() -> None:
    config = load_config()
    with pytest.raises(ValueError, match="frozen"):
        config.extract.batch_size = 1  # type: ignore[misc]
