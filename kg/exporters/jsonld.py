"""JSON-LD 1.1 in the words of schema.org, SKOS, PROV and the Web Annotation vocabulary.

Each relation is written twice: as a property of its subject, for those who want triples, and as an
``rdf:Statement`` with its score and every sentence behind it, found again by position and by quote.
IRIs are the base and the percent-encoded id; text never becomes an IRI unescaped. The context is in
the file, so no reader has to fetch one.

Not held: the linked mentions of the texts. A value of ``same_as`` that cannot be made an absolute
IRI is written as text.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kg.errors import InputError
from kg.exporters._exporting import EXPORTERS
from kg.exporters._writing import write_text
from kg.graph import KnowledgeGraph, Node, label_of
from kg.ids import content_hash
from kg.model import BASE_IRI, RELATIONS, Entity, Evidence, Paper, Relation, Url
from kg.schema.jsonld import jsonld_context
from kg.schema.rdf import CLASS_IRIS, SELECTORS

__all__ = ["generate_jsonld", "write_jsonld"]

_URL_CLASSES = {
    "code": "schema:SoftwareSourceCode",
    "demo": "schema:WebApplication",
    "model": "schema:SoftwareApplication",
    "video": "schema:VideoObject",
}
_ABSOLUTE_IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:"  # scheme
    r"(//([\w.~%!$&'()*+,;=:-]*@)?[\w.~%!$&'()*+,;=-]*(:[0-9]*)?(?=[/?#]|$)|(?!//))"  # host
    r"[\w.~%!$&'()*+,;=:@/?-]*"  # path and query
    r"(#[\w.~%!$&'()*+,;=:@/?-]*)?"
)
_NOT_IN_IRI = re.compile(r"%(?![0-9A-Fa-f]{2})|[^\w.~%!$&'()*+,;=:@/?#-]")


def generate_jsonld(
    graph: KnowledgeGraph, *, base: str = BASE_IRI, statements: bool = True
) -> Iterator[str]:
    """JSON-LD text: the context, then one node a line.

    Args:
        graph: The graph.
        base: What every identifier starts with: an absolute IRI, best with ``/`` at its end.
        statements: Write each relation as a statement with its evidence too; without them the file
            has about a fifth of the triples.

    Raises:
        InputError: ``base`` is not an absolute IRI.
    """
    if not _ABSOLUTE_IRI.fullmatch(base):
        raise InputError(f"'{base}' is not an absolute IRI", hint=f"such as {BASE_IRI}")
    outgoing: dict[str, list[Relation]] = defaultdict(list)
    for relation in graph.relations.values():
        outgoing[relation.subject].append(relation)
    yield f'{{"@context": {_json(jsonld_context())},\n"@graph": ['
    separator = "\n"
    for node in graph.nodes():
        yield separator + _json(_node(node, outgoing[node.id], base))
        separator = ",\n"
    for relation in graph.relations.values() if statements else ():
        yield separator + _json(_statement(relation, base))
    yield "\n]}\n"


@EXPORTERS.register("jsonld", suffixes=(".jsonld", ".jsonld.gz"))
def write_jsonld(
    graph: KnowledgeGraph, target: Path, *, base: str = BASE_IRI, statements: bool = True
) -> None:
    """Write a graph as JSON-LD, gzipped where the target ends in ``.gz``.

    Args:
        graph: The graph.
        target: Path of the file.
        base: What every identifier starts with.
        statements: Write each relation as a statement with its evidence too.

    Raises:
        InputError: ``base`` is not an absolute IRI.
        OSError: The file cannot be written.
    """
    write_text(generate_jsonld(graph, base=base, statements=statements), target)


def _node(node: Node, outgoing: list[Relation], base: str) -> dict[str, Any]:
    types = list(CLASS_IRIS[label_of(node)])
    fields = _paper_fields(node) if isinstance(node, Paper) else _entity_fields(node)
    if isinstance(node, Url):
        types.append(_URL_CLASSES.get(node.url_kind, "schema:WebPage"))
    direct: dict[str, list[str]] = defaultdict(list)
    for relation in outgoing:
        direct[relation.predicate.lower()].append(_iri(base, relation.object))
    head = {"@id": _iri(base, node.id), "@type": types}
    return {**head, **{name: value for name, value in fields.items() if value}, **direct}


def _paper_fields(paper: Paper) -> dict[str, Any]:
    fields = paper.model_dump(mode="json")
    fields["year"] = None if paper.year is None else f"{paper.year:04}"
    fields["doi"] = paper.doi and f"https://doi.org/{quote(paper.doi, safe='/:;()')}"
    return fields


def _entity_fields(entity: Entity) -> dict[str, Any]:
    fields = entity.model_dump(mode="json", exclude={"kind"})
    fields["same_as"] = [_reference(value) for value in entity.same_as]
    if isinstance(entity, Url):
        fields["url_kind"] = f"kg:{entity.url_kind}"
        fields["code_repository"] = entity.href if entity.url_kind == "code" else None
    return fields


def _statement(relation: Relation, base: str) -> dict[str, Any]:
    iri = _iri(base, relation.id)
    return {
        "@id": iri,
        "@type": list(CLASS_IRIS["Relation"]),
        "id": relation.id,
        "subject": _iri(base, relation.subject),
        "predicate": RELATIONS[relation.predicate].iri,
        "object": _iri(base, relation.object),
        "score": relation.score,
        "evidence": [_evidence(evidence, iri, base) for evidence in relation.evidence],
    }


def _evidence(evidence: Evidence, statement: str, base: str) -> dict[str, Any]:
    """The sentence: its node is named by its content, so that loading a file twice adds nothing."""
    iri = f"{statement}/{content_hash(evidence.model_dump_json())[:16]}"
    fields = evidence.model_dump(mode="json", exclude_none=True)
    selectors: dict[str, dict[str, Any]] = {}
    for name, kind in SELECTORS.items():
        part = kind.removeprefix("oa:Text").removesuffix("Selector").lower()
        selector = selectors.setdefault(kind, {"@id": f"{iri}/{part}", "@type": kind})
        selector[name] = fields.pop(name)
    fields["paper_id"] = _iri(base, evidence.paper_id)
    fields["extractor"] = f"{base}extractor/{quote(evidence.extractor, safe='')}"
    return {
        "@id": iri,
        "@type": list(CLASS_IRIS["Evidence"]),
        **{name: value for name, value in fields.items() if value != ""},
        "selectors": list(selectors.values()),
    }


def _iri(base: str, node_id: str) -> str:
    return base + quote(node_id, safe=":")


def _reference(value: str) -> str | dict[str, str]:
    """An absolute IRI with what it may not hold percent-encoded, or else a text."""
    iri = _NOT_IN_IRI.sub(lambda match: quote(match[0], safe=""), value)
    return iri if _ABSOLUTE_IRI.fullmatch(iri) else {"@value": value}


def _json(value: object) -> str:
    """JSON that may stand inside an HTML ``script`` element."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
