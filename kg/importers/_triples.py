"""The triples of an RDF file, by subject and property; nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from kg.errors import InputError, MissingExtraError
from kg.importers._importing import open_text
from kg.schema.rdf import expand_iri

if TYPE_CHECKING:
    from pyoxigraph import RdfFormat

__all__ = ["Ref", "Triples", "rdf_format", "read_triples"]

_FIRST, _REST, _NIL = map(expand_iri, ("rdf:first", "rdf:rest", "rdf:nil"))
_TYPE = expand_iri("rdf:type")
_NAMING = (_TYPE, expand_iri("rdf:predicate"))
"""Properties whose values are terms of a vocabulary."""
_OLD_SCHEMA, _SCHEMA = "http://schema.org/", expand_iri("schema:")


class Ref(str):
    """A node: an IRI, or ``_:`` and the label of a node without one. Literals are plain ``str``."""

    __slots__ = ()


class Triples:
    """Triples by subject and property, in the order of the file."""

    def __init__(self) -> None:
        self._values: dict[Ref, dict[str, list[str]]] = {}

    def add(self, subject: Ref, predicate: str, value: str) -> None:
        """Take a triple in."""
        self._values.setdefault(subject, {}).setdefault(predicate, []).append(value)

    def __len__(self) -> int:
        """Number of subjects."""
        return len(self._values)

    def __iter__(self) -> Iterator[Ref]:
        """The subjects."""
        return iter(self._values)

    def values(self, subject: str, *path: str) -> list[str]:
        """Nodes and literals at the end of a path of properties, without repeats."""
        found = [subject]
        for predicate in path:
            found = [value for node in found for value in self._of(node, predicate)]
        return list(dict.fromkeys(found)) if len(found) > 1 else found

    def _of(self, node: str, predicate: str) -> Sequence[str]:
        known = self._values.get(node) if isinstance(node, Ref) else None
        return known.get(predicate, ()) if known else ()

    def types(self, subject: Ref) -> list[str]:
        """Classes of a node."""
        return self.values(subject, _TYPE)

    def is_list(self, value: str) -> bool:
        """Whether a value is an RDF list."""
        return isinstance(value, Ref) and (value == _NIL or bool(self.values(value, _FIRST)))

    def members(self, value: str) -> list[str]:
        """Values of an RDF list, in order."""
        found: list[str] = []
        seen: set[str] = set()
        while value != _NIL and value not in seen:
            seen.add(value)
            found += self.values(value, _FIRST)[:1]
            value = next(iter(self.values(value, _REST)), _NIL)
        return found


def read_triples(path: Path, form: RdfFormat, base: str) -> Triples:
    """Read a file, gzipped or not.

    ``http://schema.org/`` counts as ``https://schema.org/``; the names of graphs are dropped.

    Args:
        path: The file.
        form: Its format.
        base: What relative IRIs are relative to.

    Raises:
        InputError: The file cannot be read, breaks the format, or refers to a context that would
            have to be fetched.
    """
    from pyoxigraph import RdfFormat

    forms = [RdfFormat.STREAMING_JSON_LD] if form == RdfFormat.JSON_LD else []
    for attempt in (*forms, form):  # what kg writes reads in order, in a tenth of the memory
        try:
            with open_text(path) as file:
                return _triples(file, attempt, base)
        except SyntaxError as err:
            reason = err
        except ValueError as err:
            raise InputError(f"'{path}' is no {form.name}: {err}") from err
    if "LoadDocumentCallback" in str(reason.msg):
        raise InputError(
            f"'{path}' refers to a context outside of the file, and nothing is fetched",
            hint='put the context into the file: {"@context": {...}, ...}',
        ) from reason
    raise InputError(f"'{path}' is no {form.name}: {reason.msg}") from reason


def _triples(file: TextIO, form: RdfFormat, base: str) -> Triples:
    from pyoxigraph import Literal, NamedNode, parse

    def ref(term: object) -> Ref:
        made = Ref(term.value if isinstance(term, NamedNode) else str(term))
        return refs.setdefault(made, made)

    triples, refs = Triples(), dict[Ref, Ref]()
    for quad in parse(file, form, base_iri=base):
        predicate: str = ref(quad.predicate)
        value = quad.object.value if isinstance(quad.object, Literal) else ref(quad.object)
        if predicate.startswith(_OLD_SCHEMA):
            predicate = _SCHEMA + predicate.removeprefix(_OLD_SCHEMA)
        elif predicate in _NAMING and value.startswith(_OLD_SCHEMA):
            value = Ref(_SCHEMA + value.removeprefix(_OLD_SCHEMA))
        triples.add(ref(quad.subject), predicate, value)
    return triples


def rdf_format(suffix: str) -> RdfFormat:
    """The format of a suffix, which is given without its dot.

    Raises:
        MissingExtraError: The extra ``rdf`` is not installed.
    """
    try:
        from pyoxigraph import RdfFormat
    except ModuleNotFoundError as err:
        raise MissingExtraError("rdf", needed_for=f"reading .{suffix} files") from err
    return RdfFormat.from_extension(suffix)  # type: ignore[return-value]  # one of our four
