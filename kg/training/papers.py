"""Annotated papers as training data: annotations joined with the texts they are of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.errors import InputError, ReadError
from kg.evaluation.gold import GoldPaper
from kg.model import Paper
from kg.text import clean_text

__all__ = ["read_annotated_papers", "read_texts"]


def read_texts(path: Path) -> dict[str, Paper]:
    """Papers by id: JSONL with ``id``, ``title`` and ``abstract``.

    Raises:
        InputError: The file cannot be read, or a line lacks one of the three.
    """
    papers: dict[str, Paper] = {}
    for number, record in _records(path):
        try:
            id_ = str(record["id"])
            papers[id_] = Paper(
                id=f"arxiv:{id_}",
                title=clean_text(str(record["title"])),
                abstract=clean_text(str(record["abstract"])),
            )
        except (KeyError, ValueError) as err:
            raise ReadError(
                f"no paper: {err}",
                source=str(path),
                line=number,
                hint="a line has id, title and abstract",
            ) from err
    return papers


def read_annotated_papers(paths: Iterable[Path], texts: dict[str, Paper]) -> list[GoldPaper]:
    """Papers in the gold layout; a line without title and abstract takes those of its id.

    Raises:
        InputError: A file cannot be read, a line is broken, or its text is not there.
    """
    papers: list[GoldPaper] = []
    seen: set[str] = set()
    for path in paths:
        for number, record in _records(path):
            id_ = str(record.get("id"))
            if "abstract" not in record and id_ in texts:
                record["title"], record["abstract"] = texts[id_].title, texts[id_].abstract
            try:
                paper = GoldPaper.model_validate({"links": [], **record})
            except ValueError as err:
                raise ReadError(
                    f"no annotated paper: {' '.join(str(err).split())}",
                    source=str(path),
                    line=number,
                    hint="lines are in the gold layout; texts come from the file named by `texts`",
                ) from err
            if paper.id in seen:
                raise ReadError(f"the paper '{paper.id}' twice", source=str(path), line=number)
            seen.add(paper.id)
            papers.append(paper)
    return papers


def _records(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as err:
        raise InputError(f"cannot read training data '{path}': {err}") from err
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                record = json.loads(line)
            except ValueError as err:
                raise ReadError(f"not JSON: {err}", source=str(path), line=number) from err
            if not isinstance(record, dict):
                raise ReadError("not a JSON object", source=str(path), line=number)
            yield number, record
