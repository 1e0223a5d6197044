"""Large inputs stream: a reader's memory does not grow with what it reads."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CHILD = '''
import io, resource, sys, types
from kg.readers import read_papers
import bibtexparser.entrypoint, lxml.etree, rispy, zstandard

name, head, record, foot, copies = sys.argv[1:6]
record = record.replace("TEXT", "plain words of an abstract " * 2000).encode()

class Made(io.RawIOBase):
    """A file that is made while it is read."""
    def __init__(self):
        self.pieces = self.parts()
        self.rest = b""
    def parts(self):
        yield head.encode()
        for number in range(int(copies)):
            yield record.replace(b"NUMBER", str(number).encode())
        yield foot.encode()
    def read(self, size=-1):
        self.rest = self.rest or next(self.pieces, b"")
        data, self.rest = self.rest[:size], self.rest[size:]
        return data

sys.stdin = types.SimpleNamespace(buffer=Made())
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
limit = used + 96 * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
print(sum(len(paper.abstract) > 50000 for paper in read_papers("-", format=name, strict=True)))
'''
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">'
OAI = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
DC = "<record><metadata><dc><title>T NUMBER</title><description>TEXT</description></dc></metadata>"
FORMATS: dict[str, tuple[str, str, str, str, int]] = {
    "lines": ("jsonl", "", '{"title": "T NUMBER", "abstract": "TEXT"}\n', "", 2000),
    "an array": ("jsonl", "[", '{"title": "T NUMBER", "abstract": "TEXT"},\n', "]", 2000),
    "arxiv": ("arxiv_jsonl", "", '{"title": "T NUMBER", "abstract": "TEXT"}\n', "", 2000),
    "openalex": ("openalex", "", '{"title": "T NUMBER", "abstract": "TEXT"}\n', "", 2000),
    "s2": ("semantic_scholar", "", '{"title": "T NUMBER", "abstract": "TEXT"}\n', "", 2000),
    "csv": ("csv", "title,abstract\n", "T NUMBER,TEXT\n", "", 2000),
    "atom": ("arxiv_atom", ATOM, "<entry><title>T</title><summary>TEXT</summary></entry>\n",
             "</feed>", 2000),
    "oai": ("arxiv_oai", OAI, DC + "</record>\n", "</OAI-PMH>", 2000),
    "bibtex": ("bibtex", "", "@article{kNUMBER, title={T}, abstract={TEXT}}\n", "", 2000),
    "ris": ("ris", "", "TY  - JOUR\nTI  - T NUMBER\nAB  - TEXT\nER  - \n", "", 2000),
    "daily": ("daily_papers", "Daily Papers\n\n", "A title of NUMBER\n\nTEXT\n\n", "", 2000),
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are those of Linux")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", FORMATS)
def test_a_hundred_megabytes_stream_in_little_memory(kind: str) -> None:
    name, head, record, foot, copies = FORMATS[kind]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, name, head, record, foot, str(copies)],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.stderr == ""
    assert done.stdout == f"{copies}\n"


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are those of Linux")
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("limit", "says"), [("16", "longer than 16 MiB"), ("4096", "MemoryError")])
def test_the_limits_are_felt(limit: str, says: str) -> None:
    """One record of 100 MB is refused; where that is allowed, the child has too little memory."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, "jsonl", "[{", '"kNUMBER": "TEXT",\n', "", "2000"],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env={**os.environ, "KG_MAX_RECORD_MB": limit},
    )
    assert done.returncode == 1
    assert says in done.stderr
