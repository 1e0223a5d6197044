"""The ledger: what it keeps, what it asks for again, and what survives a failure."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import KnowledgeBaseError
from kg.ledger import LEDGER_VERSION, Ledger
from kg.model import Extraction, Mention, Paper
from tests.strategies import extractions

ONE = Paper(id="title:1", title="On PPO", abstract="PPO is old.")
TWO = Paper(id="title:2", title="On TRPO", abstract="")
CHANGED = ONE.model_copy(update={"abstract": "PPO is new."})


def read(paper: Paper) -> Extraction:
    """What an extractor finds that takes the last word of the title for a method."""
    text = paper.title.split()[-1]
    start = paper.title.index(text)
    found = Mention(
        paper_id=paper.id,
        start=start,
        end=start + len(text),
        text=text,
        kind="Method",
        extractor="own",
        score=0.5,
    )
    return Extraction(paper=paper, mentions=(found,))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with Ledger(path, create=True) as opened:
        yield opened


def pending(ledger: Ledger, fingerprint: str = "v1") -> list[Paper]:
    found = list(ledger.pending(fingerprint))
    assert ledger.pending_count(fingerprint) == len(found)
    return found


def test_papers_are_kept(ledger: Ledger) -> None:
    assert ledger.put_papers([TWO, ONE]) == 2
    assert len(ledger) == 2
    assert ledger.paper("title:1") == ONE
    assert ledger.paper("title:9") is None
    assert ledger.content_hashes(["title:1", "title:9"]) == {"title:1": ONE.content_hash}


def test_only_what_is_new_or_changed_counts(ledger: Ledger) -> None:
    ledger.put_papers([ONE])
    assert ledger.put_papers([ONE, TWO]) == 1
    assert ledger.put_papers([ONE, TWO]) == 0
    assert ledger.put_papers([CHANGED]) == 1
    assert ledger.paper("title:1") == CHANGED
    assert len(ledger) == 2


def test_papers_are_pending_until_they_are_read(ledger: Ledger) -> None:
    ledger.put_papers([TWO, ONE])
    assert pending(ledger) == [ONE, TWO]
    ledger.put_extractions([read(ONE)], "v1")
    assert pending(ledger) == [TWO]
    ledger.put_extractions([read(TWO)], "v1")
    assert pending(ledger) == []
    assert list(ledger.extractions()) == [read(ONE), read(TWO)]


def test_a_changed_paper_is_pending_again(ledger: Ledger) -> None:
    ledger.put_papers([ONE, TWO])
    ledger.put_extractions([read(ONE), read(TWO)], "v1")
    ledger.put_papers([CHANGED])
    assert pending(ledger) == [CHANGED]
    assert [e.paper for e in ledger.extractions()] == [TWO]


def test_a_changed_extractor_reads_everything_again(ledger: Ledger) -> None:
    ledger.put_papers([ONE, TWO])
    ledger.put_extractions([read(ONE), read(TWO)], "v1")
    assert pending(ledger, "v2") == [ONE, TWO]
    ledger.put_extractions([Extraction(paper=ONE)], "v2")
    assert pending(ledger, "v2") == [TWO]
    assert list(ledger.extractions()) == [Extraction(paper=ONE), read(TWO)]


def test_an_extraction_of_an_older_text_does_not_count(ledger: Ledger) -> None:
    ledger.put_papers([CHANGED])
    ledger.put_extractions([read(ONE)], "v1")
    assert pending(ledger) == [CHANGED]
    assert list(ledger.extractions()) == []


def test_a_retracted_paper_is_gone(ledger: Ledger) -> None:
    ledger.put_papers([ONE, TWO])
    ledger.put_extractions([read(ONE), read(TWO)], "v1")
    assert ledger.remove("title:1")
    assert not ledger.remove("title:1")
    assert [e.paper for e in ledger.extractions()] == [TWO]
    ledger.put_papers([ONE])
    assert pending(ledger) == [ONE]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with Ledger(tmp_path_factory.mktemp("shared") / "ledger.sqlite", create=True) as opened:
        yield opened


@settings(max_examples=40)  # each waits for the disk
@given(st.lists(extractions(), max_size=3, unique_by=lambda e: e.paper.id))
def test_extractions_come_back_as_they_were(shared: Ledger, found: list[Extraction]) -> None:
    shared.put_papers(e.paper for e in found)
    shared.put_extractions(found, "v1")
    assert list(shared.extractions()) == sorted(found, key=lambda e: e.paper.id)
    for extraction in found:
        assert shared.paper(extraction.paper.id) == extraction.paper
        assert shared.remove(extraction.paper.id)


def test_nothing_is_lost_when_the_file_is_closed(ledger: Ledger, path: Path) -> None:
    ledger.put_papers([ONE])
    ledger.put_extractions([read(ONE)], "v1")
    state = ledger.state()
    ledger.close()
    ledger.close()
    with Ledger(path) as again:
        assert list(again.extractions()) == [read(ONE)]
        assert again.state() == state


def test_a_source_that_breaks_off_leaves_nothing_behind(ledger: Ledger) -> None:
    def broken() -> Iterator[Paper]:
        yield ONE
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError):
        ledger.put_papers(broken())
    assert len(ledger) == 0
    assert ledger.put_papers([ONE]) == 1


def test_half_a_transaction_leaves_nothing_behind(ledger: Ledger) -> None:
    ledger.put_papers([ONE])
    before = ledger.state()
    with pytest.raises(KnowledgeBaseError, match="cannot write to the ledger"):
        ledger.put_extractions([read(ONE), read(TWO)], "v1")  # TWO was never taken in
    assert list(ledger.extractions()) == []
    assert ledger.state() == before
    ledger.put_extractions([read(ONE)], "v1")
    assert pending(ledger) == []


def test_the_state_does_not_depend_on_the_order_of_the_input(tmp_path: Path) -> None:
    states = set()
    for name, order in (("a", (ONE, TWO)), ("b", (TWO, ONE))):
        with Ledger(tmp_path / name, create=True) as ledger:
            for paper in order:
                ledger.put_papers([paper])
                ledger.put_extractions([read(paper)], "v1")
            states.add(ledger.state())
    assert len(states) == 1


def test_the_state_changes_with_all_that_a_graph_is_made_from(ledger: Ledger) -> None:
    states = [ledger.state()]
    for change in (
        lambda: ledger.put_papers([ONE]),
        lambda: ledger.put_extractions([read(ONE)], "v1"),
        lambda: ledger.put_extractions([read(ONE)], "v2"),
        lambda: ledger.put_papers([CHANGED]),
        lambda: ledger.put_papers([TWO]),
    ):
        change()
        states.append(ledger.state())
    assert len(set(states)) == len(states)
    ledger.remove("title:2")
    assert ledger.state() == states[-2]


def test_two_connections_see_one_ledger(ledger: Ledger, path: Path) -> None:
    with Ledger(path) as other:
        other.put_papers([ONE, TWO])
        assert pending(ledger) == [ONE, TWO]
        ledger.put_extractions([read(ONE)], "v1")
        assert pending(other) == [TWO]


def test_a_reader_is_not_disturbed_by_a_writer(ledger: Ledger, path: Path) -> None:
    ledger.put_papers([ONE, TWO])
    ledger.put_extractions([read(ONE), read(TWO)], "v1")
    with Ledger(path) as other:
        rows = ledger.extractions()
        assert next(rows) == read(ONE)
        other.remove("title:2")
        assert list(rows) == [read(TWO)]
    assert list(ledger.extractions()) == [read(ONE)]


def test_pending_papers_may_be_read_while_they_are_listed(ledger: Ledger) -> None:
    ledger.put_papers([ONE, TWO])
    for paper in ledger.pending("v1"):
        ledger.put_extractions([read(paper)], "v1")
    assert pending(ledger) == []


def test_a_missing_ledger_is_not_made_by_reading(path: Path) -> None:
    with pytest.raises(KnowledgeBaseError, match="no knowledge base at") as caught:
        Ledger(path)
    assert "kg build" in caught.value.hint
    assert not path.exists()


def test_a_folder_that_is_missing_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeBaseError, match="cannot open the ledger"):
        Ledger(tmp_path / "nowhere" / "ledger.sqlite", create=True)


@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_no_database_is_refused(path: Path, create: bool) -> None:
    path.write_text("this is not a database, and it is long enough to be sure of that\n" * 20)
    before = path.read_bytes()
    with pytest.raises(KnowledgeBaseError, match="is not a ledger"):
        Ledger(path, create=create)
    assert path.read_bytes() == before


@pytest.mark.parametrize("create", [True, False])
def test_a_database_of_something_else_is_refused(path: Path, create: bool) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE bookmark (address TEXT)")
        db.commit()
    before = path.read_bytes()
    with pytest.raises(KnowledgeBaseError, match="is not a ledger: it holds other tables"):
        Ledger(path, create=create)
    assert path.read_bytes() == before


def test_a_ledger_of_another_version_is_refused(ledger: Ledger, path: Path) -> None:
    ledger.close()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {LEDGER_VERSION + 1}")
    with pytest.raises(KnowledgeBaseError, match=f"has format {LEDGER_VERSION + 1}") as caught:
        Ledger(path)
    assert "build the knowledge base again" in caught.value.hint


def test_creating_again_keeps_what_is_there(ledger: Ledger, path: Path) -> None:
    ledger.put_papers([ONE])
    with Ledger(path, create=True) as again:
        assert again.paper("title:1") == ONE


@given(st.lists(extractions(), max_size=3, unique_by=lambda e: e.paper.id))
def test_extractions_come_back_the_same_unchecked(
    tmp_path_factory: pytest.TempPathFactory, found: list[Extraction]
) -> None:
    with Ledger(tmp_path_factory.mktemp("ledger") / "l.sqlite", create=True) as ledger:
        ledger.put_papers(e.paper for e in found)
        ledger.put_extractions(found, "f")
        expected = sorted(found, key=lambda e: e.paper.id)
        assert list(ledger.extractions()) == expected
        unchecked = list(ledger.extractions(checked=False))
        assert unchecked == expected
        assert [e.model_dump_json() for e in unchecked] == [e.model_dump_json() for e in expected]
