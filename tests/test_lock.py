"""One writer at a time; who it is; and that a dead one holds nothing."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kg.errors import InputError, KnowledgeBaseError
from kg.ledger import Ledger
from kg.lock import Writer, ledger_to_write, writer_at_work, writing
from kg.model import Paper
from kg.pipeline import check_target

PAPER = Paper(id="x:1", title="On PPO", abstract="PPO is old.")

HOLDER = """
import sys
from pathlib import Path
from kg.lock import writing

with writing(Path(sys.argv[1]), "kg build"):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(base: Path) -> subprocess.Popen[str]:
    """Another process that writes until its standard input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(base)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def take(base: Path, command: str, wait: float = 0.0) -> None:
    """Write where another writes already."""
    with writing(base, command, wait=wait):
        pytest.fail("two writers")


def fail_after(base: Path, *papers: Paper) -> None:
    """A command that breaks down after it took these papers in."""
    with ledger_to_write(base, "kg build", create=True) as ledger:
        if papers:
            ledger.put_papers(papers)
        raise RuntimeError


def test_the_second_writer_is_told_who_the_first_is(tmp_path: Path) -> None:
    base = tmp_path / "a.kg"
    with holder(base) as other:
        assert other.stdin is not None
        with pytest.raises(KnowledgeBaseError) as told:
            take(base, "kg remove")
        writer = writer_at_work(base)
        other.stdin.close()
    assert f"another kg build (process {other.pid} on " in told.value.message
    assert told.value.message.endswith(f" is writing '{base}'")
    assert "--wait" in told.value.hint
    assert writer is not None
    assert (writer.command, writer.pid) == ("kg build", other.pid)
    assert not base.exists(), "nothing came of it"


def test_a_killed_writer_holds_nothing(tmp_path: Path) -> None:
    base = tmp_path / "a.kg"
    with holder(base) as other:
        other.send_signal(signal.SIGKILL)
        other.wait()
    assert json.loads((base / "lock.json").read_bytes())["pid"] == other.pid
    assert writer_at_work(base) is None
    check_target(base)
    with writing(base, "kg build"):
        writer = writer_at_work(base)
        assert writer is not None
        assert writer.pid == os.getpid()
    assert writer_at_work(base) is None


def test_who_waits_gets_its_turn(tmp_path: Path) -> None:
    base = tmp_path / "a.kg"
    waited_for: list[Writer] = []
    with holder(base) as other:

        def release(writer: Writer) -> None:
            waited_for.append(writer)
            assert other.stdin is not None
            other.stdin.close()

        with writing(base, "kg build", wait=math.inf, on_wait=release):
            assert other.wait() == 0
    assert [writer.pid for writer in waited_for] == [other.pid]


def test_waiting_ends(tmp_path: Path) -> None:
    base = tmp_path / "a.kg"
    with writing(base, "kg build"), pytest.raises(KnowledgeBaseError, match=r"still, after 1 s"):
        take(base, "kg build", wait=1.0)


def test_threads_take_turns_too(tmp_path: Path) -> None:
    base = tmp_path / "a.kg"
    at_work: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        with ledger_to_write(base, "kg build", create=True, wait=math.inf) as ledger:
            at_work.append(number)
            most.append(len(at_work))
            ledger.put_papers([PAPER.model_copy(update={"id": f"x:{number}"})])
            at_work.remove(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 5
    with Ledger(base / "ledger.sqlite", read_only=True) as ledger:
        assert len(ledger) == 5


def test_readers_need_no_lock(tmp_path: Path) -> None:
    base = tmp_path / "a.kg"
    with ledger_to_write(base, "kg build", create=True) as ledger:
        ledger.put_papers([PAPER])
        with Ledger(base / "ledger.sqlite", read_only=True) as reader:
            assert reader.paper("x:1") == PAPER


def test_a_writer_that_has_not_signed_yet_is_told_without_a_name(tmp_path: Path) -> None:
    base = tmp_path / "a.kg"
    with writing(base, "kg build"):
        (base / "lock.json").write_text("{", "utf-8")
        assert writer_at_work(base) == Writer()
        with pytest.raises(KnowledgeBaseError, match="another kg command is writing"):
            take(base, "kg build")


def test_an_error_leaves_a_new_folder_as_it_found_it(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for base in (tmp_path / "deep" / "a.kg", own):
        with pytest.raises(RuntimeError):
            fail_after(base)
    assert not (tmp_path / "deep" / "a.kg").exists()
    assert {path.name for path in own.iterdir()} <= {"lock"}
    check_target(own)


def test_an_error_takes_no_paper_away(tmp_path: Path) -> None:
    base = tmp_path / "a.kg"
    with pytest.raises(RuntimeError):
        fail_after(base, PAPER)
    with Ledger(base / "ledger.sqlite") as ledger:
        assert len(ledger) == 1


def test_without_a_knowledge_base_nothing_is_made(tmp_path: Path) -> None:
    with (
        pytest.raises(KnowledgeBaseError, match="no knowledge base"),
        ledger_to_write(tmp_path / "a.kg", "kg remove"),
    ):
        pytest.fail("there is none")
    assert not (tmp_path / "a.kg").exists()
    assert writer_at_work(tmp_path / "a.kg") is None


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    check_target(tmp_path)
    (tmp_path / "mine.txt").touch()
    with pytest.raises(InputError, match="other things"):
        check_target(tmp_path)


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KnowledgeBaseError, match="cannot write to"):
        take(tmp_path / "file" / "a.kg", "kg build")
