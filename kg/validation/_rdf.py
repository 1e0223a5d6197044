"""RDF in four forms, checked against the shapes of ``kg.shapes.ttl``."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from kg.errors import InputError, MissingExtraError
from kg.schema import generate_artifact
from kg.schema.rdf import CLASS_IRIS, SCHEMA_NAMESPACES, expand_iri
from kg.validation._faults import Collector, Fault, shortened
from kg.validation._reading import read_text

__all__ = ["check_jsonld", "check_nquads", "check_ntriples", "check_turtle"]

MANY = 200_000
"""Triples from which on checking takes more than half a minute."""
_SH = SCHEMA_NAMESPACES["sh"]
_STRING = SCHEMA_NAMESPACES["xsd"] + "string"
_COUNTS = {"minCount": "fewer than {} of them", "maxCount": "more than {} of them"}
_IDS = re.compile(r'"@id"\s*:\s*("(?:[^"\\]|\\.)*")')
_TRIPLE = re.compile(r"\s*(<[^>]*>|_:\S+)\s+<([^>]*)>")
_SUBJECT = re.compile(r"\s*<([^>]*)>")
_YEAR = re.compile(r"-?(?:[1-9]\d{3,}|0\d{3})(?:Z|[+-]\d\d:\d\d)?")
_NO_FETCHING = "No LoadDocumentCallback"


class _Engines(NamedTuple):
    """The optional packages."""

    rdflib: Any
    pyoxigraph: Any
    pyshacl: Any


def check_jsonld(path: Path, collector: Collector) -> None:
    """Check JSON-LD; a context at an address is not fetched."""
    _check(path, collector, "JSON_LD")


def check_turtle(path: Path, collector: Collector) -> None:
    """Check Turtle."""
    _check(path, collector, "TURTLE")


def check_ntriples(path: Path, collector: Collector) -> None:
    """Check N-Triples."""
    _check(path, collector, "N_TRIPLES")


def check_nquads(path: Path, collector: Collector) -> None:
    """Check N-Quads: the triples of all graphs together."""
    _check(path, collector, "N_QUADS")


def _check(path: Path, collector: Collector, form: str) -> None:
    engines = _engines()
    text = read_text(path)
    with _quiet():
        data, results, shapes = _validated(path, text, form, collector, engines)
    found = _results(results, engines)
    faults = [_fault(result, results, shapes, engines.rdflib) for result in found]
    faults += _odd_years(data, engines.rdflib)
    if not faults:
        return
    lines = _lines(text, form)
    placed = [(lines.get((f.node, iri)) or lines.get((f.node, "")), f) for f, iri in faults]
    for line, fault in sorted(placed, key=lambda item: (item[0] or 0, _order(item[1]))):
        collector.add(replace(fault, line=line))


def _validated(
    path: Path, text: str, form: str, collector: Collector, engines: _Engines
) -> tuple[Any, Any, Any]:
    """The triples, what pyshacl reports on them, and the shapes."""
    data = _graph(path, text, form, engines)
    nodes = _nodes(data, engines.rdflib)
    collector.checked["nodes"] = len(nodes)
    collector.checked["triples"] = len(data)
    if not nodes and len(data):
        raise InputError(
            f"'{path}' has triples, but no node of a class of kg",
            hint="the shapes say something of what kg export writes; "
            f"its classes begin with {SCHEMA_NAMESPACES['kg']}",
        )
    if len(data) > MANY:
        collector.note(f"{len(data):,} triples to check against the shapes, which takes minutes")
    shapes = engines.rdflib.Graph().parse(data=generate_artifact("kg.shapes.ttl"), format="turtle")
    _, results, _ = engines.pyshacl.validate(data, shacl_graph=shapes, do_owl_imports=False)
    return data, results, shapes


@contextmanager
def _quiet() -> Iterator[None]:
    """Without rdflib's warnings: a value that does not fit its datatype is reported as a fault."""
    logger = logging.getLogger("rdflib.term")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


def _graph(path: Path, text: str, form: str, engines: _Engines) -> Any:
    """Parse with pyoxigraph, which fetches nothing, for rdflib, which pyshacl works on."""
    ox, rdflib = engines.pyoxigraph, engines.rdflib
    graph = rdflib.Graph()

    def term(found: Any) -> Any:
        match found:
            case ox.NamedNode():
                return rdflib.URIRef(found.value)
            case ox.BlankNode():
                return rdflib.BNode(found.value)
            case ox.Literal():
                kind = found.datatype.value
                plain = found.language or kind == _STRING  # for rdflib "x"^^xsd:string is another
                datatype = None if plain else rdflib.URIRef(kind)
                return rdflib.Literal(
                    found.value, lang=found.language, datatype=datatype, normalize=False
                )
            case _:
                raise InputError(f"'{path}' has a triple inside a triple: {shortened(str(found))}")

    try:
        for quad in ox.parse(text.encode(), format=getattr(ox.RdfFormat, form)):
            graph.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    except SyntaxError as err:
        if _NO_FETCHING in str(err):
            raise InputError(
                f"'{path}' names a context at an address, and nothing is fetched",
                hint="put the context into the file: kg schema show kg.context.jsonld",
            ) from err
        name = form.replace("_", "-").title().replace("Json-Ld", "JSON-LD")
        raise InputError(f"'{path}' is not {name}: {shortened(str(err.msg or err))}") from err
    return graph


def _nodes(data: Any, rdflib: Any) -> set[Any]:
    """The nodes of our classes."""
    classes = (rdflib.URIRef(expand_iri(iris[0])) for iris in CLASS_IRIS.values())
    return {node for kind in classes for node in data.subjects(rdflib.RDF.type, kind)}


def _odd_years(data: Any, rdflib: Any) -> list[tuple[Fault, str]]:
    """Years that are none: the one datatype of ours whose values rdflib does not check."""
    faults = []
    for subject, predicate, value in data:
        is_year = isinstance(value, rdflib.Literal) and value.datatype == rdflib.XSD.gYear
        if is_year and not _YEAR.fullmatch(value):
            said = shortened(f'"{value}" does not fit sh:datatype xsd:gYear')
            iri = str(predicate)
            faults.append((Fault(str(subject), _compact(iri), "datatype", said), iri))
    return faults


def _results(results: Any, engines: _Engines) -> Iterator[Any]:
    rdflib = engines.rdflib
    yield from results.subjects(rdflib.RDF.type, rdflib.URIRef(f"{_SH}ValidationResult"))


def _fault(found: Any, results: Any, shapes: Any, rdflib: Any) -> tuple[Fault, str]:
    """One result of pyshacl, and the property that it is about."""

    def value(name: str) -> Any:
        return results.value(found, rdflib.URIRef(f"{_SH}{name}"))

    path, shape = value("resultPath"), value("sourceShape")
    component = str(value("sourceConstraintComponent")).removeprefix(_SH)
    rule = component.removesuffix("ConstraintComponent")
    rule = rule[:1].lower() + rule[1:]
    iri = str(path) if isinstance(path, rdflib.URIRef) else ""
    named = shapes.value(shape, rdflib.URIRef(f"{_SH}name"))
    wanted = shapes.value(shape, rdflib.URIRef(f"{_SH}{rule}"))
    if wanted is None or (shape, rdflib.URIRef(f"{_SH}message"), None) in shapes:
        message = str(value("resultMessage") or rule)
    elif rule in _COUNTS:
        message = _COUNTS[rule].format(wanted)
    else:
        said = shortened(_shown(value("value"), shapes, rdflib), 100)
        message = f"{said} does not fit sh:{rule} {_shown(wanted, shapes, rdflib)}"
    node = value("focusNode")
    name = f"_:{node}" if isinstance(node, rdflib.BNode) else str(node)
    field = _compact(iri) if iri else str(named or "")
    return Fault(name, field, rule, shortened(message)), iri


def _shown(term: Any, graph: Any, rdflib: Any) -> str:
    """A term of a report or a shape in words that are the same every time."""
    if isinstance(term, rdflib.URIRef):
        return _compact(str(term))
    if isinstance(term, rdflib.BNode) and (term, rdflib.RDF.first, None) in graph:
        return ", ".join(_shown(item, graph, rdflib) for item in graph.items(term))
    if isinstance(term, rdflib.BNode):
        parts = graph.predicate_objects(term)
        inner = sorted(f"{_compact(str(p))} {_shown(o, graph, rdflib)}" for p, o in parts)
        return f"[{'; '.join(inner)}]" if inner else "a blank node"
    if isinstance(term, rdflib.Literal):
        kind = f"^^{_compact(str(term.datatype))}" if term.datatype else ""
        return f'"{term}"' + (f"@{term.language}" if term.language else kind)
    return "it"


def _order(fault: Fault) -> tuple[str, ...]:
    return fault.node, fault.field, fault.rule, fault.message


def _compact(iri: str) -> str:
    for prefix, namespace in SCHEMA_NAMESPACES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _lines(text: str, form: str) -> Mapping[tuple[str, str], int]:
    """The first line of a subject, and of its triples where each has a line of its own."""
    found: dict[tuple[str, str], int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if form == "JSON_LD":
            for quoted in _IDS.findall(line):
                try:
                    found.setdefault((json.loads(quoted), ""), number)
                except ValueError:
                    continue
        elif form == "TURTLE":
            if subject := _SUBJECT.match(line):
                found.setdefault((subject[1], ""), number)
        elif triple := _TRIPLE.match(line):
            subject_iri = triple[1].strip("<>")
            found.setdefault((subject_iri, ""), number)
            found.setdefault((subject_iri, triple[2]), number)
    return found


def _engines() -> _Engines:
    try:
        import pyoxigraph
        import pyshacl
        import rdflib
    except ModuleNotFoundError as err:
        raise MissingExtraError("validate", needed_for="checking RDF") from err
    return _Engines(rdflib, pyoxigraph, pyshacl)
