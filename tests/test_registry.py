"""The registry: built-ins found by listing, plugins by their entry points, names without doubt."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from kg.errors import ConfigError, UnknownNameError
from kg.registry import Registry

Tool = Callable[[], str]

PACKAGE = {
    "toolbox/__init__.py": """
        from kg.registry import Registry
        TOOLS = Registry("toolbox", "tool")
        """,
    "toolbox/hammer.py": """
        from toolbox import TOOLS
        @TOOLS.register("hammer", suffixes=(".nail", ".nail.gz"))
        def hammer(): return "bang"
        """,
    "toolbox/awl.py": """
        from toolbox import TOOLS
        @TOOLS.register("awl", suffixes=(".gz",))
        def awl(): return "pierce"
        """,
    "toolbox/_private.py": "raise RuntimeError('a private module is not imported')",
    "thirdparty.py": """
        from toolbox import TOOLS
        @TOOLS.register("plane", suffixes=(".shaving",))
        def plane(): return "smooth"
        """,
    "thirdparty_plain.py": """
        def saw(): return "cut"
        def other_hammer(): return "boom"
        """,
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the import path with a package of built-ins and two modules of plugins."""
    for name, code in PACKAGE.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(code))
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    ours = {name.partition("/")[0].removesuffix(".py") for name in PACKAGE}
    for name in [n for n in sys.modules if n.partition(".")[0] in ours]:
        del sys.modules[name]


def tools() -> Registry[Tool]:
    from toolbox import TOOLS  # type: ignore[import-not-found]

    registry: Registry[Tool] = TOOLS
    return registry


def install(site: Path, *points: str) -> None:
    """Write what an installer writes for a distribution with these entry points."""
    folder = site / "thirdparty-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: thirdparty\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text("\n".join(("[toolbox]", *points, "")))


def test_built_ins_are_found_by_listing_the_package(site: Path) -> None:
    assert "toolbox.hammer" not in sys.modules
    assert tools().names() == ("awl", "hammer")
    assert tools().get("hammer")() == "bang"


def test_suffixes_lead_to_names(site: Path) -> None:
    assert tools().suffixes() == {".gz": "awl", ".nail": "hammer", ".nail.gz": "hammer"}


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("a.nail", "hammer"),
        ("A.NAIL.GZ", "hammer"),
        ("a.screw.gz", "awl"),
        ("a.screw", None),
        ("nail", None),
    ],
)
def test_the_longest_suffix_decides(site: Path, filename: str, name: str | None) -> None:
    assert tools().name_for(filename) == name


def test_an_unknown_name_is_answered_with_the_nearest(site: Path) -> None:
    with pytest.raises(UnknownNameError, match="unknown tool 'hamer'") as caught:
        tools().get("hamer")
    assert caught.value.hint == "did you mean 'hammer'?"
    with pytest.raises(UnknownNameError) as caught:
        tools().get("xylophone")
    assert caught.value.hint == "one of: awl, hammer"


def test_entry_points_come_after_the_built_ins(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(site, "saw = thirdparty_plain:saw")
    monkeypatch.delenv("KG_PLUGINS")
    assert tools().names() == ("awl", "hammer", "saw")
    assert tools().get("saw")() == "cut"


@pytest.mark.parametrize(
    ("allowed", "names"),
    [("", ()), ("saw", ("saw",)), ("plane, saw", ("plane", "saw")), ("none-of-them", ())],
)
def test_a_variable_says_which_plugins_load(
    site: Path, monkeypatch: pytest.MonkeyPatch, allowed: str, names: tuple[str, ...]
) -> None:
    install(site, "plane = thirdparty:plane", "saw = thirdparty_plain:saw")
    monkeypatch.setenv("KG_PLUGINS", allowed)
    assert tools().names() == tuple(sorted(("awl", "hammer", *names)))
    loaded = {"plane": "thirdparty", "saw": "thirdparty_plain"}
    assert [n for n, module in loaded.items() if module in sys.modules] == list(names)


def test_a_plugin_may_use_the_decorator_and_an_entry_point(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(site, "plane = thirdparty:plane")
    monkeypatch.setenv("KG_PLUGINS", "plane")
    assert tools().name_for("a.shaving") == "plane"


def test_a_plugin_may_not_take_a_name(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(site, "hammer = thirdparty_plain:other_hammer")
    monkeypatch.delenv("KG_PLUGINS")
    for _ in range(2):  # a registry that failed to fill does not pretend to be full
        with pytest.raises(ConfigError, match="two plugins register the tool 'hammer'"):
            tools().names()


def test_a_suffix_belongs_to_one_plugin() -> None:
    registry: Registry[Tool] = Registry("nowhere", "tool")
    registry.register("one", suffixes=(".x",))(lambda: "1")
    with pytest.raises(ConfigError, match=r"two plugins register the tool '\.x'"):
        registry.register("two", suffixes=(".y", ".x"))(lambda: "2")
    registry.register("two", suffixes=(".y",))(lambda: "2")


def test_registering_gives_the_plugin_back() -> None:
    registry: Registry[Tool] = Registry("nowhere", "tool")

    def drill() -> str:
        return "whirr"

    assert registry.register("drill")(drill) is drill
