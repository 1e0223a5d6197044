"""Names known beforehand: tables that are read strictly, and found by normal form."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import InputError
from kg.known_names import KnownName, KnownNames, default_names, kind_group, read_names
from kg.model import ENTITY_KINDS
from kg.names import normal_form

HEADER = "name\taliases\tkind\tguard\tsource"
PPO = KnownName("PPO", ("proximal policy optimization",), "Method", "case", "own")
D4RL = KnownName("D4RL", (), "Benchmark", "case", "own")


def write(folder: Path, *lines: str) -> Path:
    path = folder / "names.tsv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_a_table_is_read_as_it_stands(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEADER,
        "PPO\tproximal policy optimization\tMethod\tcase\town",
        'the "Chess" set\t|a||b|\tDataset\tcontext\town+pwc',
    )
    assert list(read_names(path)) == [
        PPO,
        KnownName('the "Chess" set', ("a", "b"), "Dataset", "context", "own+pwc"),
    ]


def test_a_known_thing_has_its_name_first() -> None:
    assert PPO.names == ("PPO", "proximal policy optimization")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((), r"names.tsv:1: the header is not name aliases kind guard source"),
        (("name\tkind",), r"names.tsv:1: the header"),
        ((HEADER, "PPO\t\tMethod\tcase"), r"names.tsv:2: 4 columns, not 5"),
        ((HEADER, "PPO\t\tMethod\tcase\town", ""), r"names.tsv:3: 0 columns, not 5"),
        ((HEADER, "\t\tMethod\tcase\town"), r"names.tsv:2: bad name, kind or guard"),
        ((HEADER, "PPO\t\tPerson\tcase\town"), r"names.tsv:2: bad name, kind or guard"),
        ((HEADER, "a.org\t\tUrl\tcase\town"), r"names.tsv:2: bad name, kind or guard"),
        ((HEADER, "PPO\t\tMethod\tnever\town"), r"names.tsv:2: bad name, kind or guard"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, lines: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        list(read_names(write(tmp_path, *lines)))


def test_names_are_found_by_any_spelling() -> None:
    names = KnownNames([PPO, D4RL])
    for spelling in ("PPO", "ppo", "PPOs", "Proximal Policy Optimisation"):
        assert names.find("Method", normal_form(spelling)) is PPO
    assert names.find("Method", normal_form("TRPO")) is None


def test_names_are_found_in_their_kind_only() -> None:
    names = KnownNames([PPO, D4RL])
    assert names.find("Task", "ppo") is None
    assert names.find(kind_group("Dataset"), "d4rl") is D4RL
    assert names.find(kind_group("Benchmark"), "d4rl") is D4RL


def test_dataset_and_benchmark_are_one_group_and_no_other_kinds_are() -> None:
    groups = {kind: kind_group(kind) for kind in ENTITY_KINDS}
    assert groups["Dataset"] == groups["Benchmark"]
    assert len(set(groups.values())) == len(ENTITY_KINDS) - 1


def test_a_name_comes_before_an_alias() -> None:
    chess = KnownName("chess game", ("Chess",), "Task", "none", "own")
    played = KnownName("Chess", (), "Task", "none", "own")
    for order in ([chess, played], [played, chess]):
        assert KnownNames(order).find("Task", "chess") is played


def test_the_order_of_the_entries_does_not_matter() -> None:
    one = KnownName("Chess", ("the game",), "Task", "none", "one")
    two = KnownName("chess", ("the game",), "Task", "none", "two")
    for order in ([one, two], [two, one]):
        names = KnownNames(order)
        assert list(names) == [one, two]
        assert names.find("Task", normal_form("the game")) is one
        assert len(names) == 2


def test_the_shipped_names_can_be_found_by_all_their_names() -> None:
    names = default_names()
    assert len(names) > 1000
    lost = [
        (entry.name, name)
        for entry in names
        for name in entry.names
        if names.find(kind_group(entry.kind), normal_form(name)) is None
    ]
    assert lost == []
    assert default_names() is names
