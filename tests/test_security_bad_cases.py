"""Every bad input that is kept in ``tests/data/bad``, through the command line: what is said of it.

A line of ``cases.jsonl`` is one case: the file that is bad, the arguments, and what has to come:
exit status, every line on stderr, and how many papers the knowledge base holds afterwards (null:
there is none). ``{file}``, ``{good}``, ``{out}``, ``{kb}``, ``{dir}`` stand for paths. A list as
data is put together; a list in it is texts and how often they are repeated.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import os
import socket
import sqlite3
import threading
import zipfile
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
import zstandard

from kg.cli import main
from kg.cli._app import one_line
from kg.importing import import_graph
from kg.ledger import Ledger
from kg.snapshot import load_graph
from tests.sample_graph import sample_graph

DATA = Path(__file__).parent / "data" / "bad" / "cases.jsonl"
CASES: dict[str, dict[str, Any]] = {
    case["name"]: case for case in map(json.loads, DATA.read_text("utf-8").splitlines())
}
GOOD = '{"id": "x:good", "title": "A good paper", "abstract": "See https://example.org/a."}\n'
FEW_COMPONENTS = 'extract.pipeline=["kg_sentences", "kg_urls"]'
SECRET = "the words of a file that nobody named"
PASSWORD = "hunter2secret"
"""What must never be printed."""


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("papers.jsonl", data)
    return file.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, 6, mtime=0),
    "zstd": lambda data: zstandard.compress(data),
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zip": zipped,
}


def spelt_out(part: Any) -> str:
    return part if isinstance(part, str) else "".join(map(spelt_out, part[:-1])) * int(part[-1])


def content(case: dict[str, Any], folder: Path) -> bytes:
    parts = case["data"] if isinstance(case["data"], list) else [case["data"]]
    text = "".join(map(spelt_out, parts))
    text = text.replace("{secret}", str(folder / "secret.txt"))
    coding = case.get("coding", "utf-8")
    data = base64.b64decode(text) if coding == "base64" else text.encode(coding)
    for name in case.get("pack", "").split():
        data = PACKERS[name](data)
    return data[: case.get("cut")] + str(case.get("behind", "")).encode()


def make(case: dict[str, Any], folder: Path) -> Path:
    """Put the bad file, or what stands in its place, into a folder."""
    path = folder / str(case["file"])
    match case.get("kind"):
        case "directory":
            path.mkdir()
        case "loop":
            path.symlink_to(path)
        case "dangling":
            path.symlink_to(folder / "nowhere")
        case "fifo":
            os.mkfifo(path)
            threading.Thread(target=path.write_bytes, args=[content(case, folder)]).start()
        case "socket":
            with socket.socket(socket.AF_UNIX) as server:
                server.bind(str(path))
        case "unreadable":
            path.symlink_to("/proc/self/mem")  # root may read every file, but not this one
        case _ if "data" in case:
            path.write_bytes(content(case, folder))
    return path


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("bad") / "sample.kg"
    import_graph(sample_graph(), base)
    return base


def arguments(case: dict[str, Any], places: dict[str, str]) -> list[str]:
    filled: list[str] = []
    for argument in case["args"]:
        if argument == "{few}":
            filled += ["--set", FEW_COMPONENTS]
        else:
            for name, value in places.items():
                argument = argument.replace(f"{{{name}}}", value)
            filled.append(argument)
    return filled


def papers_in(base: Path) -> int | None:
    """Papers in a knowledge base, which has to be whole; None where there is none."""
    if not base.exists():
        return None
    with Ledger(base / "ledger.sqlite", read_only=True) as ledger:
        count = len(ledger)
    assert len(load_graph(base).papers) == count
    return count


def shown(stderr: str, places: dict[str, str]) -> list[str]:
    """The lines on stderr with the names of the places for the places."""
    for name, value in sorted(places.items(), key=lambda item: -len(item[1])):
        stderr = stderr.replace(one_line(value), f"{{{name}}}")
    return stderr.splitlines()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", CASES)
def test_bad_input(
    name: str,
    kb: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = CASES[name]
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "secret.txt").write_text(SECRET, "utf-8")
    good = tmp_path / "good.jsonl"
    good.write_text(GOOD, "utf-8")
    bad, out = make(case, folder), tmp_path / "out.kg"
    places = {"file": str(bad), "good": str(good), "out": str(out), "kb": str(kb)}
    places |= {"dir": str(folder), "long": "n" * 5000}
    for variable, value in {"COLUMNS": "200", **case.get("env", {})}.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.chdir(folder)
    before = ledger_bytes(kb)
    status = main(arguments(case, places))
    said = capfd.readouterr()
    lines = shown(said.err, places)
    kept = papers_in(out)
    lines = lines[-case["last"] :] if "last" in case else lines
    found = {"exit": status, "stderr": lines, "kept": kept}
    if "KG_UPDATE_GOLDEN" in os.environ:
        return record(name, {**found, "stderr": [general(line) for line in lines]})
    wanted = {key: case[key] for key in found}
    for line, pattern in zip_longest(lines, wanted["stderr"], fillvalue="(no line)"):
        assert line == pattern or (pattern.endswith("*") and line.startswith(pattern[:-1]))
    assert (status, kept) == (case["exit"], case["kept"])
    assert "Traceback" not in said.out + said.err
    assert SECRET not in said.out + said.err
    assert PASSWORD not in said.out + said.err
    assert all(line.isprintable() for line in said.err.splitlines())
    assert ledger_bytes(kb) == before
    assert [p for p in tmp_path.rglob("*") if p.name.startswith((".kg-", "out.kg."))] == []
    return None


def ledger_bytes(base: Path) -> str:
    """What the ledger of a knowledge base says, as one text."""
    with sqlite3.connect(f"file:{base / 'ledger.sqlite'}?mode=ro", uri=True) as database:
        return "".join(database.iterdump())


LIBRARIES = (
    "broken XML: ", "broken Parquet: ", "data is damaged: ", "broken row: ", "are not TOML: ",
    "is not JSON: ", "no node-link document of kg: ", "Invalid value for '--", "No such option: ",
    "setting 'extract.batch_size': ", "setting 'link.fuzzy_threshold': ", "error: Invalid ",
)  # fmt: skip
"""After these come the words of a library, which its next version may choose otherwise."""


def general(line: str) -> str:
    """A line up to where a library speaks, with ``*`` for its words."""
    found = next((mark for mark in LIBRARIES if mark in line), None)
    return line if found is None else line[: line.index(found) + len(found)] + "*"


def record(name: str, found: dict[str, Any]) -> None:
    """Write down what was found, to be read and judged before it is kept."""
    lines = [
        {**case, **found} if case["name"] == name else case
        for case in map(json.loads, DATA.read_text("utf-8").splitlines())
    ]
    DATA.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 200
    assert len(CASES) == len(DATA.read_text("utf-8").splitlines())
    marks = ("error: ", "skipped: ", "Error: ")
    refused = [
        case["name"]
        for case in CASES.values()
        if any(line.startswith(marks) for line in case["stderr"])
    ]
    assert len(refused) >= 200
    assert [n for n, case in CASES.items() if case["exit"] and n not in refused] == []
