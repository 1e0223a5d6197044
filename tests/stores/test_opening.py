from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kg.errors import InputError, KgError, MissingExtraError, StoreError, UnknownNameError
from kg.stores import STORES, open_store
from kg.stores.embedded import EmbeddedStore
from kg.stores.neo4j import Neo4jStore
from tests.stores.store_graph import store_graph

NOWHERE = "bolt://127.0.0.1:1"
SECRET = "s3cret/#@:word"


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for prefix in ("KG_NEO4J", "NEO4J"):
        for name in ("USER", "USERNAME", "PASSWORD", "DATABASE"):
            monkeypatch.delenv(f"{prefix}_{name}", raising=False)


def test_names() -> None:
    assert STORES.names() == ("bolt", "file", "neo4j")


def test_a_path_is_a_database_file(tmp_path: Path) -> None:
    path = tmp_path / "graph.kgl"
    EmbeddedStore.create(path, store_graph())
    with open_store(path) as store:
        assert store.read() == store_graph()
        with pytest.raises(StoreError, match="read only"):
            store.write(store_graph())
    with open_store(str(path), read_only=False, timeout=1) as store:
        assert store.write(store_graph()).created == 0


@pytest.mark.parametrize("address", ["http://localhost:7474", "file:///x", "redis://x"])
def test_other_addresses(address: str) -> None:
    with pytest.raises(UnknownNameError, match="no store answers to") as caught:
        open_store(address)
    assert "neo4j://host:7687" in caught.value.hint


@pytest.mark.parametrize("scheme", ["neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"])
def test_a_password_must_come_from_the_environment(scheme: str) -> None:
    with pytest.raises(InputError, match="no password for") as caught:
        open_store(f"{scheme}://localhost:7687")
    assert "KG_NEO4J_PASSWORD" in caught.value.hint


@pytest.mark.parametrize(
    "address", [f"bolt://neo4j:{SECRET}@localhost", "bolt://neo4j@localhost", "bolt://:x@[::1]:1"]
)
def test_an_address_with_a_login_is_refused_and_never_shown(address: str) -> None:
    with pytest.raises(InputError, match="holds a name or a password") as caught:
        open_store(address)
    assert SECRET not in str(caught.value) + caught.value.hint
    with pytest.raises(InputError, match="holds a name or a password") as caught:
        Neo4jStore(address, user="neo4j", password="x")
    assert SECRET not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("bolt://", "not the address"),
        ("bolt://host:port", "not the address"),
        ("bolt://host:99999", "not the address"),
        ("bolt://host:0", "not the address"),
        ("bolt://host/papers", "holds a path"),
        ("gopher://host", "not the address"),
    ],
)
def test_bad_addresses(address: str, message: str) -> None:
    with pytest.raises(KgError, match=message) as caught:
        Neo4jStore(address, user="neo4j", password=SECRET)
    assert caught.value.hint
    assert SECRET not in str(caught.value)


def test_nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", SECRET)
    for address in (NOWHERE, NOWHERE.replace("bolt", "neo4j")):
        with pytest.raises(StoreError, match=f"cannot reach {address}") as caught:
            open_store(address)
        assert "7687" in caught.value.hint
        assert SECRET not in str(caught.value) + caught.value.hint


def test_credentials_of_kg_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    def look(self: Neo4jStore, uri: str, **options: object) -> None:
        seen.update(options, uri=uri)

    monkeypatch.setattr(Neo4jStore, "__init__", look)
    monkeypatch.setenv("NEO4J_PASSWORD", "theirs")
    monkeypatch.setenv("NEO4J_USERNAME", "them")
    open_store(NOWHERE, database=None)
    assert seen == {"uri": NOWHERE, "user": "them", "password": "theirs", "database": None}
    monkeypatch.setenv("KG_NEO4J_PASSWORD", "")
    monkeypatch.setenv("KG_NEO4J_USER", "us")
    monkeypatch.setenv("KG_NEO4J_DATABASE", "papers")
    open_store(NOWHERE, database=None)
    assert (seen["user"], seen["password"], seen["database"]) == ("us", "", "papers")
    open_store(NOWHERE, database="other", batch_size=7)
    assert (seen["database"], seen["batch_size"]) == ("other", 7)


def test_without_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n.startswith("kg.stores._neo4j_driver")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "neo4j", None)
    monkeypatch.delattr("kg.stores._neo4j_driver", raising=False)
    with pytest.raises(MissingExtraError, match="needs the extra 'neo4j'") as caught:
        Neo4jStore(NOWHERE, user="neo4j", password="x")
    assert caught.value.hint == "pip install 'kg[neo4j]'"
