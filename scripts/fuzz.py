"""Fuzz a part of kg for as long as you like; what breaks it is left as a file.

    pip install atheris
    python scripts/fuzz.py readers -max_total_time=120
    python scripts/fuzz.py urls -max_total_time=120
    python scripts/fuzz.py text -max_total_time=120

Add what you find to ``tests/data/bad/cases.jsonl`` (files) or to a test of the function.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any


def fuzz_readers(data: bytes) -> None:
    """The first byte picks the reader, the rest is the file."""
    from kg.errors import InputError
    from kg.readers import READERS, read_papers

    if not data:
        return
    names = [None, *sorted(set(READERS.names()) - {"parquet"})]
    with tempfile.NamedTemporaryFile(suffix=".dat") as file:
        file.write(data[1:])
        file.flush()
        try:
            for paper in read_papers(file.name, format=names[data[0] % len(names)]):
                paper.model_dump_json()
        except InputError as err:
            if "\n" in str(err):
                raise RuntimeError("a message of two lines") from err


def fuzz_urls(data: bytes) -> None:
    """Addresses, their canonical spelling, and abbreviations."""
    from kg.extractors.abbreviations import find_abbreviations
    from kg.extractors.url_kinds import canonical_href
    from kg.extractors.urls import find_urls

    text = data.decode(errors="surrogateescape")
    for found in find_urls(text):
        assert canonical_href(found.href) == found.href
    find_abbreviations(text)


def fuzz_text(data: bytes) -> None:
    """Cleaning changes nothing twice."""
    from kg.text import clean_text

    cleaned = clean_text(data.decode(errors="replace"))
    assert clean_text(cleaned) == cleaned


TARGETS = {"readers": fuzz_readers, "urls": fuzz_urls, "text": fuzz_text}


def main() -> None:
    """Run one target; options of libFuzzer follow its name."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: {Path(sys.argv[0]).name} {'|'.join(TARGETS)} [-max_total_time=SECONDS]")
    atheris: Any = __import__("atheris")
    with atheris.instrument_imports(include=["kg"]):
        import kg.extractors.abbreviations
        import kg.extractors.urls
        import kg.readers
        import kg.text  # noqa: F401
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
