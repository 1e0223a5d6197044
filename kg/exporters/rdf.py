"""N-Triples, N-Quads and Turtle: the triples of the JSON-LD export, written by pyoxigraph.

The JSON-LD is parsed a few hundred nodes at a time, so that memory stays flat however large the
graph is. Blank nodes (JSON-LD lists make them) are named ``b0``, ``b1``, … in the order in which
they come, so the same graph gives the same bytes. Needs the extra ``rdf``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kg.errors import MissingExtraError
from kg.exporters._exporting import EXPORTERS
from kg.exporters._writing import open_target
from kg.exporters.jsonld import Run, generate_jsonld
from kg.graph import KnowledgeGraph
from kg.model import BASE_IRI
from kg.schema.rdf import NAMESPACES

if TYPE_CHECKING:
    from pyoxigraph import Quad, RdfFormat

__all__ = ["generate_quads", "write_nquads", "write_ntriples", "write_turtle"]

_BATCH = 500
"""Nodes of the JSON-LD that are parsed together: what the context costs then no longer counts."""


def generate_quads(
    graph: KnowledgeGraph,
    *,
    base: str = BASE_IRI,
    statements: bool = True,
    mentions: bool = True,
    run: Run | None = None,
) -> Iterator[Quad]:
    """The quads of the JSON-LD export, in its order.

    Args:
        graph: The graph.
        base: What every identifier starts with.
        statements: Write each relation as a statement with its evidence too.
        mentions: Write the linked mentions.
        run: Say how the papers were read.

    Raises:
        InputError: ``base`` is not an absolute IRI.
        MissingExtraError: pyoxigraph is not installed.
    """
    ox = _pyoxigraph()
    numbers = count()
    text = generate_jsonld(graph, base=base, statements=statements, mentions=mentions, run=run)
    for document in _documents(text):
        names: dict[Any, Any] = {}
        for quad in ox.parse(document.encode(), format=ox.RdfFormat.JSON_LD):
            if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
                ends = [quad.subject, quad.object]
                for place, end in enumerate(ends):
                    if isinstance(end, ox.BlankNode):
                        if end not in names:
                            names[end] = ox.BlankNode(f"b{next(numbers)}")
                        ends[place] = names[end]
                yield ox.Quad(ends[0], quad.predicate, ends[1], quad.graph_name)
            else:
                yield quad


class _After:
    """A file that takes what follows the first bytes: the writer gives prefixes no order."""

    def __init__(self, skipped: int, file: IO[bytes]) -> None:
        self._skipped, self._file = skipped, file

    def write(self, data: bytes) -> int:
        """Take a piece of the text."""
        dropped = min(self._skipped, len(data))
        self._skipped -= dropped
        self._file.write(data[dropped:])
        return len(data)

    def flush(self) -> None:
        """Hand on what was taken."""
        self._file.flush()


def _writer(name: str, title: str) -> Callable[..., None]:
    def write(
        graph: KnowledgeGraph,
        target: Path,
        *,
        base: str = BASE_IRI,
        statements: bool = True,
        mentions: bool = True,
        run: Run | None = None,
    ) -> None:
        ox = _pyoxigraph()
        format_: RdfFormat = getattr(ox.RdfFormat, name)
        quads = generate_quads(graph, base=base, statements=statements, mentions=mentions, run=run)
        rows = quads if format_.supports_datasets else (quad.triple for quad in quads)
        with open_target(target) as file:
            if name != "TURTLE":
                ox.serialize(rows, file, format_)
                return
            some = ox.Triple(*(ox.NamedNode("urn:x"),) * 3)  # without any, no prefix is written
            text: bytes = ox.serialize((some,), format=format_, prefixes=NAMESPACES)
            lines = text.splitlines(keepends=True)
            head = sorted(line for line in lines if line.startswith(b"@prefix "))
            file.writelines(head)
            ox.serialize(rows, _After(sum(map(len, head)), file), format_, prefixes=NAMESPACES)

    write.__doc__ = f"""Write a graph as {title}, gzipped where the target ends in ``.gz``.

    Args:
        graph: The graph.
        target: Path of the file.
        base: What every identifier starts with.
        statements: Write each relation as a statement with its evidence too.
        mentions: Write the linked mentions.
        run: Say how the papers were read.

    Raises:
        InputError: ``base`` is not an absolute IRI.
        MissingExtraError: pyoxigraph is not installed.
        OSError: The file cannot be written.
    """
    return write


write_ntriples = EXPORTERS.register("nt", suffixes=(".nt", ".nt.gz"))(
    _writer("N_TRIPLES", "N-Triples")
)
write_nquads = EXPORTERS.register("nq", suffixes=(".nq", ".nq.gz"))(_writer("N_QUADS", "N-Quads"))
write_turtle = EXPORTERS.register("ttl", suffixes=(".ttl", ".ttl.gz"))(_writer("TURTLE", "Turtle"))


def _documents(chunks: Iterable[str]) -> Iterator[str]:
    """Cut a document whose ``@graph`` has a node a line into documents of a few nodes."""
    lines = _lines(chunks)
    start = ""
    for line in lines:
        start += line
        if line.rstrip().endswith('"@graph": ['):
            break
    nodes: list[str] = []
    for line in lines:
        if not line.startswith("{"):  # the end, or a document of another form: all the rest
            nodes.extend((line, *lines))
            break
        if len(nodes) == _BATCH:
            yield start + "".join(nodes).rstrip().rstrip(",") + "]}"
            nodes.clear()
        nodes.append(line)
    yield start + "".join(nodes)


def _lines(chunks: Iterable[str]) -> Iterator[str]:
    rest = ""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split("\n")
        yield from (line + "\n" for line in whole)
    if rest:
        yield rest


def _pyoxigraph() -> Any:
    try:
        import pyoxigraph
    except ModuleNotFoundError as err:
        raise MissingExtraError("rdf", needed_for="N-Triples, N-Quads and Turtle") from err
    return pyoxigraph
