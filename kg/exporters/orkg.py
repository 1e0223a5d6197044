"""CSV for the import of the Open Research Knowledge Graph (orkg.org): one paper a row.

The rules are those of the importer itself, read in the sources of its back end (GitHub
TIBHannover/orkg-backend, folder data-import: ``Schemes.kt``, ``SchemaBasedCSVRecordParser.kt``,
``PaperCSVRecordParser.kt`` and the sample ``papers.csv``) and in the help of its front end
(TIBHannover/orkg-frontend, CSV import):

- ``paper:`` and ``contribution:`` columns are a closed list and occur once; ``paper:title`` and
  ``paper:research_field`` (the id of a field in ORKG) must be there; authors are split at ``;``.
- Every other column is a property: ``resource:label`` makes resources, ``orkg:P32`` is a property
  by its id (P32: has research problem), ``label<url>`` gives a type. A column may be repeated: that
  is how a paper has several values.
- A cell may begin with ``orkg:`` (an id) or ``resource:`` (a new resource) and end with ``<type>``;
  blanks around it are taken off after that, so a blank keeps a text from being read this way.

ORKG tells things apart by their names alone. Not held: relations between things, the weak
MENTIONS, sentences, scores and abstracts.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from kg.errors import InputError
from kg.exporters._exporting import EXPORTERS
from kg.exporters._writing import write_text
from kg.graph import KnowledgeGraph
from kg.model import Paper, Predicate, Relation, Url

__all__ = ["generate_orkg", "write_orkg"]

_DEFAULT_FIELD = "R11"
"""Science: the root of ORKG's research fields, and the default of its own Python client."""
_COLUMNS = (
    *("paper:title", "paper:authors", "paper:publication_year", "paper:doi", "paper:url"),
    *("paper:published_in", "paper:research_field", "contribution:research_problem"),
    "contribution:extraction_method",
)
_PROPERTIES: dict[Predicate, str] = {
    "ADDRESSES": "orkg:P32",
    "INTRODUCES": "resource:introduces",
    "USES": "resource:uses",
    "EVALUATES_ON": "resource:evaluates on",
    "MEASURES": "resource:measures",
    "COMPARES_WITH": "resource:compares with",
    "LINKS_TO": "links to<url>",
}
_THING_ID = re.compile(r"[A-Za-z0-9_-]+")
_DOI = re.compile(r"10\.\d{4,9}/[-._;()/:A-Za-z0-9]+")
_WEB_ADDRESS = re.compile(r"https?://[\w.~:/?#@!$&'()*+,;=%-]+", re.ASCII)
_READ_AS_ID = re.compile(r"(orkg|resource):|[\w-]+:$", re.ASCII)


def generate_orkg(graph: KnowledgeGraph, *, research_field: str = _DEFAULT_FIELD) -> Iterator[str]:
    """CSV text: the header, then a paper a row, by id.

    Args:
        graph: The graph.
        research_field: Id of the ORKG research field of all papers.

    Raises:
        InputError: ``research_field`` cannot be an id.
    """
    field = research_field.removeprefix("orkg:")
    if not _THING_ID.fullmatch(field):
        hint = "an id of orkg.org, such as R11 (Science)"
        raise InputError(f"'{research_field}' is no research field", hint=hint)
    said: dict[str, list[Relation]] = defaultdict(list)
    for relation in graph.relations.values():
        if relation.subject in graph.papers and relation.predicate in _PROPERTIES:
            said[relation.subject].append(relation)
    cells = {key: _property_cells(graph, relations) for key, relations in said.items()}
    wide = {p: max((len(c[p]) for c in cells.values()), default=0) for p in _PROPERTIES}
    wide["ADDRESSES"] = max(wide["ADDRESSES"] - 1, 0)  # the first has a column of its own
    yield _line([*_COLUMNS, *(header for p, header in _PROPERTIES.items() for _ in range(wide[p]))])
    for paper in graph.papers.values():
        own = cells.get(paper.id) or _property_cells(graph, [])
        problem, more = own["ADDRESSES"][:1], own["ADDRESSES"][1:]
        own["ADDRESSES"] = [f"resource:{name}" for name in more]
        filled = (value for p, n in wide.items() for value in own[p] + [""] * (n - len(own[p])))
        yield _line([*_paper_cells(paper), field, *(problem or [""]), "AUTOMATIC", *filled])


@EXPORTERS.register("orkg", suffixes=(".orkg.csv", ".orkg.csv.gz"))
def write_orkg(
    graph: KnowledgeGraph, target: Path, *, research_field: str = _DEFAULT_FIELD
) -> None:
    """Write a graph for ORKG's CSV import, gzipped where the target ends in ``.gz``.

    Args:
        graph: The graph.
        target: Path of the file.
        research_field: Id of the ORKG research field of all papers.

    Raises:
        InputError: ``research_field`` cannot be an id.
        OSError: The file cannot be written.
    """
    write_text(generate_orkg(graph, research_field=research_field), target)


def _paper_cells(paper: Paper) -> list[str]:
    names = (" ".join(name.replace(";", ",").split()) for name in paper.authors)
    doi, url = paper.doi or "", paper.url or ""
    return [
        _text(paper.title) or _text(paper.id),
        _text(";".join(filter(None, names))),
        "" if paper.year is None else str(paper.year),
        doi if _DOI.fullmatch(doi) else "",
        url if _WEB_ADDRESS.fullmatch(url) else "",
        _text(paper.venue or ""),
    ]


def _property_cells(graph: KnowledgeGraph, relations: list[Relation]) -> dict[Predicate, list[str]]:
    """Names (or addresses) by relation type, the surest first, each once."""
    found: dict[Predicate, dict[str, None]] = {predicate: {} for predicate in _PROPERTIES}
    for relation in sorted(relations, key=lambda r: (-r.score, r.object)):
        entity = graph.entities[relation.object]
        if not isinstance(entity, Url):
            found[relation.predicate][_text(entity.name)] = None
        elif _WEB_ADDRESS.fullmatch(entity.href):
            found[relation.predicate][entity.href] = None
    return {predicate: [v for v in values if v] for predicate, values in found.items()}


def _text(value: str) -> str:
    """A text on one line that the importer takes for nothing else."""
    text = " ".join(value.split())
    before = " " if _READ_AS_ID.match(text) else ""
    return before + text + (" " if text.endswith(">") else "")


def _line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
