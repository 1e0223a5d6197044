"""JSON-LD 1.1 in the words of schema.org, SKOS, PROV, CiTO, LPWC and the Web Annotation vocabulary.

Each relation is written twice: as a property of its subject, for those who want triples, and as an
``rdf:Statement`` with its score and every sentence behind it, found again by position and by quote.
Where Linked Papers With Code or CiTO say the same, their property stands beside ours. Each linked
mention is an ``oa:Annotation``. IRIs are the base and the percent-encoded id; text never becomes
an IRI unescaped. The context is in the file, so no reader has to fetch one.

Nothing is lost: ``kg.importers.jsonld`` reads the same graph back. Texts whose set of triples would
not tell their order, repeats or spelling are written as a list as well.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.exporters._exporting import EXPORTERS
from kg.exporters._jsonld_nodes import Run, Writer
from kg.exporters._writing import write_text
from kg.graph import KnowledgeGraph, Node
from kg.model import BASE_IRI, LinkedMention, Paper, absolute_iri
from kg.schema.jsonld import jsonld_context
from kg.schema.rdf import NAMESPACES

__all__ = ["Run", "generate_jsonld", "write_jsonld"]


def generate_jsonld(
    graph: KnowledgeGraph,
    *,
    base: str = BASE_IRI,
    statements: bool = True,
    mentions: bool = True,
    frame: bool = False,
    run: Run | None = None,
) -> Iterator[str]:
    """JSON-LD text: the context, then one node a line.

    Args:
        graph: The graph.
        base: What every identifier starts with: an absolute IRI, best with ``/`` at its end.
        statements: Write each relation as a statement with its evidence too; without them the
            relations cannot be read back.
        mentions: Write the linked mentions.
        frame: Nest it for reading: the things, statements and mentions inside their papers, on
            many lines. The triples are the same.
        run: Say how the papers were read; the rest of the file is the same without.

    Raises:
        InputError: ``base`` is not an absolute IRI that an id may follow.
    """
    _check_base(base)
    writer = Writer(graph, base, run)
    parts = _framed if frame else _flat
    indent = 2 if frame else None
    yield f'{{"@context": {_json(jsonld_context(), indent)},\n"@graph": ['
    separator = "\n"
    for node in parts(graph, writer, statements=statements, mentions=mentions):
        yield separator + _json(node, indent)
        separator = ",\n"
    for node in writer.provenance():
        yield separator + _json(node, indent)
        separator = ",\n"
    yield "\n]}\n"


@EXPORTERS.register("jsonld", suffixes=(".jsonld", ".jsonld.gz"))
def write_jsonld(
    graph: KnowledgeGraph,
    target: Path,
    *,
    base: str = BASE_IRI,
    statements: bool = True,
    mentions: bool = True,
    frame: bool = False,
    run: Run | None = None,
) -> None:
    """Write a graph as JSON-LD, gzipped where the target ends in ``.gz``.

    Args:
        graph: The graph.
        target: Path of the file.
        base: What every identifier starts with.
        statements: Write each relation as a statement with its evidence too.
        mentions: Write the linked mentions.
        frame: Nest it for reading.
        run: Say how the papers were read.

    Raises:
        InputError: ``base`` is not an absolute IRI that an id may follow.
        OSError: The file cannot be written.
    """
    chunks = generate_jsonld(
        graph, base=base, statements=statements, mentions=mentions, frame=frame, run=run
    )
    write_text(chunks, target)


def _flat(
    graph: KnowledgeGraph, writer: Writer, *, statements: bool, mentions: bool
) -> Iterator[dict[str, Any]]:
    for node in graph.nodes():
        yield writer.node(node)
    for relation in graph.relations.values() if statements else ():
        yield writer.statement(relation)
    for paper_id in graph.papers if mentions else ():
        for mention in graph.mentions(paper_id):
            yield writer.mention(mention)


def _framed(
    graph: KnowledgeGraph, writer: Writer, *, statements: bool, mentions: bool
) -> Iterator[dict[str, Any]]:
    for node in graph.nodes():
        found = writer.node(node)
        inside: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for relation in writer.outgoing(node.id):
            inside[relation.predicate.lower()].append(writer.brief(relation.object))
        found.update(inside)
        said = writer.outgoing(node.id) if statements else ()
        if said:
            found["statements"] = [writer.statement(r, nested=True) for r in said]
        if spans := _spans(graph, node) if mentions else ():
            found["annotations"] = [writer.mention(m, nested=True) for m in spans]
        yield found


def _spans(graph: KnowledgeGraph, node: Node) -> tuple[LinkedMention, ...]:
    return graph.mentions(node.id) if isinstance(node, Paper) else ()


def _check_base(base: str) -> None:
    if base.partition(":")[0] in NAMESPACES or base != absolute_iri(base):
        raise InputError(f"'{base}' is not an absolute IRI", hint=f"such as {BASE_IRI}")
    if absolute_iri(f"{base}x:y") is None:
        raise InputError(f"no name can follow '{base}'", hint=f"end it with a slash: {base}/")


def _json(value: object, indent: int | None = None) -> str:
    """JSON that may stand inside an HTML ``script`` element."""
    return json.dumps(value, ensure_ascii=False, indent=indent).replace("</", "<\\/")
