"""SPARQL 1.1 over the triples of a graph, answered by pyoxigraph: in memory, or from a folder.

Queries only read. Nothing reaches the network: ``SERVICE`` is refused, and so are updates. Needs
the extra ``rdf``.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from traceback import clear_frames
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

from kg.errors import InputError, MissingExtraError, QueryError, StoreError
from kg.schema.jsonld import jsonld_context
from kg.schema.rdf import CLASS_IRIS, SCHEMA_NAMESPACES
from kg.stores._sparql_text import (
    BoundQuery,
    bind_parameters,
    names_of,
    query_form,
    syntax_error,
    without_service,
)
from kg.stores.base import QueryResult

if TYPE_CHECKING:
    from types import TracebackType

    from pyoxigraph import Quad

__all__ = ["GRAPH_FORMATS", "TABLE_FORMATS", "SparqlResult", "SparqlStore", "query_form", "term"]

T = TypeVar("T")
TIMEOUT = 60.0
BATCH = 500_000
"""Triples that are loaded at once: about 700 MB while they are."""
TABLE_FORMATS = {"sparql-json": "JSON", "sparql-xml": "XML", "tsv": "TSV"}
"""W3C form of the answer to SELECT and ASK -> its name in pyoxigraph."""
GRAPH_FORMATS = {"turtle": "TURTLE", "ntriples": "N_TRIPLES", "rdf-xml": "RDF_XML"}
"""Form of the answer to CONSTRUCT and DESCRIBE -> its name in pyoxigraph."""
_IRI = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*)>")
_XSD = SCHEMA_NAMESPACES["xsd"]
_NUMBERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("decimal", "double", "float"), float),
    **dict.fromkeys(
        "integer nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger long int "
        "short byte unsignedLong unsignedInt unsignedShort unsignedByte".split(),
        int,
    ),
    "boolean": lambda text: text in ("true", "1"),
}


@dataclass(frozen=True)
class SparqlResult(QueryResult):
    """The answer to a query.

    Args:
        columns: The variables of SELECT; ``answer`` for ASK; ``subject``, ``predicate`` and
            ``object`` for CONSTRUCT and DESCRIBE.
        rows: Plain values: null, bool, int, float or str. An IRI is its text, a blank node
            begins with ``_:``, and a literal of another datatype is its text.
        kind: ``table`` for SELECT, ``truth`` for ASK, ``graph`` for the others.
    """

    kind: Literal["table", "truth", "graph"] = "table"


class SparqlStore:
    """Triples that answer SPARQL; use it as a context manager.

    Args:
        path: Folder that ``create`` made, opened to read only; None for an empty store in memory.
        timeout: Seconds a query may take; None for no limit.

    Raises:
        MissingExtraError: pyoxigraph is not installed.
        StoreError: The folder is damaged.
    """

    def __init__(self, path: str | Path | None = None, *, timeout: float | None = TIMEOUT) -> None:
        self._ox = _pyoxigraph()
        self.timeout = timeout
        try:
            self._store = self._ox.Store() if path is None else self._ox.Store.read_only(str(path))
        except (OSError, RuntimeError, ValueError) as err:
            raise StoreError(f"the triples in '{path}' are damaged: {err}") from err

    @classmethod
    def of(cls, quads: Iterable[Quad], *, timeout: float | None = TIMEOUT) -> Self:
        """A store in memory that holds these triples."""
        store = cls(timeout=timeout)
        _fill(store._store, quads)
        return store

    @classmethod
    def create(cls, path: Path, quads: Iterable[Quad]) -> None:
        """Write triples into a new folder, from which any number of processes may then read.

        Raises:
            StoreError: The disk did not take them; the folder is gone again.
        """
        store = None
        try:
            store = _pyoxigraph().Store(str(path))
            _fill(store, quads)
            store.flush()
        except (OSError, RuntimeError) as err:
            shutil.rmtree(path, ignore_errors=True)
            raise StoreError(f"cannot write the triples to '{path}': {err}") from err
        finally:
            del store  # closes the files

    def __len__(self) -> int:
        """Number of triples."""
        return len(self._store)

    def query(
        self,
        sparql: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        lists: Sequence[str] = (),
        timeout: float | None = None,
    ) -> SparqlResult:
        r"""Answer a query.

        Args:
            sparql: SELECT, ASK, CONSTRUCT or DESCRIBE. The prefixes of ``kg.schema.rdf`` need no
                declaration.
            parameters: Values for ``$name`` in it: str, int, float, bool, or a term of
                pyoxigraph. They become RDF terms; none of them is read as a part of the query.
            lists: Columns that hold lists: texts with an item a line, in which ``%`` and line
                feeds are written ``%25`` and ``%0A``. They come back as sorted lists.
            timeout: Seconds it may take; None for the store's own limit.

        Raises:
            QueryError: The query is wrong, takes too long, would change something, or asks
                another server.
            InputError: A parameter cannot be an RDF term.
        """
        result = self._answer(sparql, parameters, timeout, self._read)
        places = [i for i, column in enumerate(result.columns) if column in lists]
        if not places:
            return result
        rows = tuple(
            tuple(_items(v) if i in places else v for i, v in enumerate(row)) for row in result.rows
        )
        return replace(result, rows=rows)

    def serialize(
        self,
        sparql: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        format: str,
        timeout: float | None = None,
    ) -> bytes:
        """Answer a query in a form of the W3C.

        Args:
            sparql: The query.
            parameters: Values for ``$name`` in it.
            format: One of ``TABLE_FORMATS`` for SELECT and ASK (``tsv`` only for SELECT), one of
                ``GRAPH_FORMATS`` for CONSTRUCT and DESCRIBE, whose triples come sorted.
            timeout: Seconds it may take; None for the store's own limit.

        Raises:
            QueryError: As ``query`` does.
            InputError: The answer has no such form, or a parameter cannot be an RDF term.
        """

        def write(found: Any, stop: threading.Event) -> bytes:
            return self._write(found, stop, format)

        return self._answer(sparql, parameters, timeout, write)

    def unknown_terms(self, sparql: str) -> list[str]:
        """Warn of names of our own vocabulary that stand in a query and in no triple."""
        terms = (term for term in jsonld_context().values() if isinstance(term, dict))
        known = {str(term.get("@id")) for term in terms} | {c[0] for c in CLASS_IRIS.values()}
        warnings = []
        for name in names_of(sparql, "kg"):
            ask = f"ASK {{ {{ ?s {name} ?o }} UNION {{ ?s ?p {name} }} }}"
            if not self._store.query(ask, prefixes=SCHEMA_NAMESPACES):
                near = get_close_matches(name, sorted(known - {name}), n=1, cutoff=0.8)
                hint = f"; did you mean {near[0]}?" if near and name not in known else ""
                warnings.append(f"no triple has {name}{hint}")
        return warnings

    def close(self) -> None:
        """Release the store; calling it again does nothing."""
        self._store = self._ox.Store()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _answer(
        self,
        sparql: str,
        parameters: Mapping[str, Any] | None,
        timeout: float | None,
        read: Callable[[Any, threading.Event], T],
    ) -> T:
        query_form(sparql)
        terms = {name: self._term(name, value) for name, value in (parameters or {}).items()}
        query = bind_parameters(sparql, terms)
        harmless = without_service(query.text)
        if harmless is not None:
            self._parse(query, harmless, self._ox.Store())
        limit = self.timeout if timeout is None else timeout
        store = self._store
        return _in_time(lambda stop: read(self._parse(query, query.text, store), stop), limit)

    def _parse(self, query: BoundQuery, text: str, store: Any) -> Any:
        try:
            return store.query(text, prefixes=SCHEMA_NAMESPACES)
        except SyntaxError as err:
            raise syntax_error(query, str(err), SCHEMA_NAMESPACES) from err

    def _read(self, found: Any, stop: threading.Event) -> SparqlResult:
        match found:
            case self._ox.QueryBoolean():
                return SparqlResult(("answer",), ((bool(found),),), "truth")
            case self._ox.QuerySolutions():
                columns = tuple(variable.value for variable in found.variables)
                rows = (tuple(map(self._plain, row)) for row in _until(stop, found))
                return SparqlResult(columns, tuple(rows))
            case _:
                rows = (tuple(map(self._plain, t)) for t in self._sorted(_until(stop, found)))
                return SparqlResult(("subject", "predicate", "object"), tuple(rows), "graph")

    def _write(self, found: Any, stop: threading.Event, format: str) -> bytes:
        match found:
            case self._ox.QueryTriples():
                what, forms = "a graph", dict(GRAPH_FORMATS)
            case self._ox.QueryBoolean():
                what, forms = (
                    "true or false",
                    {n: f for n, f in TABLE_FORMATS.items() if n != "tsv"},
                )
            case _:
                what, forms = "a table", dict(TABLE_FORMATS)
        if format not in forms:
            raise InputError(
                f"the answer is {what}, which has no form '{format}'",
                hint=f"one of: {', '.join(forms)}",
            )
        if what != "a graph":
            chosen = getattr(self._ox.QueryResultsFormat, forms[format])
            return bytes(found.serialize(format=chosen))
        triples = self._sorted(_until(stop, found))
        namespaces = {
            prefix: iri
            for prefix, iri in SCHEMA_NAMESPACES.items()
            if format == "turtle" and any(iri in str(term) for t in triples for term in t)
        }
        chosen = getattr(self._ox.RdfFormat, forms[format])
        text = bytes(self._ox.serialize(triples, format=chosen, prefixes=namespaces))
        lines = text.splitlines(keepends=True)  # the writer gives prefixes no order
        head = sum(line.startswith(b"@prefix ") for line in lines[: len(namespaces)])
        return b"".join([*sorted(lines[:head]), *lines[head:]])

    def _sorted(self, triples: Iterable[Any]) -> list[Any]:
        return sorted(set(triples), key=str)

    def _term(self, name: str, value: Any) -> str:
        """A value as SPARQL writes it, by the engine's own writer."""
        ox = self._ox
        if isinstance(value, (ox.NamedNode, ox.Literal)):
            return str(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)  # also where the grammar wants digits: LIMIT $limit
        if not isinstance(value, (str, bool, float)):
            raise InputError(
                f"'{name}' cannot be an RDF term: {value!r}", hint="give a text or a number"
            )
        try:
            return str(ox.Literal(value))
        except (UnicodeEncodeError, ValueError) as err:
            raise InputError(f"'{name}' is no Unicode text: {value!r}") from err

    def _plain(self, term: Any) -> Any:
        match term:
            case None:
                return None
            case self._ox.NamedNode():
                return term.value
            case self._ox.BlankNode():
                return f"_:{term.value}"
            case self._ox.Literal():
                read = _NUMBERS.get(term.datatype.value.removeprefix(_XSD))
                if read is None:
                    return term.value
                try:
                    return read(term.value)
                except ValueError:
                    return term.value
            case _:
                return str(term)


def _fill(store: Any, quads: Iterable[Quad]) -> None:
    """Load triples, some at a time: the loader holds in memory what it is given at once."""
    rest = iter(quads)
    while batch := list(islice(rest, BATCH)):
        store.bulk_extend(batch)


def _until(stop: threading.Event, found: Iterable[T]) -> Iterator[T]:
    for item in found:
        if stop.is_set():
            return
        yield item


def _in_time(work: Callable[[threading.Event], T], limit: float | None) -> T:
    """Run a query beside the main thread, which so can be interrupted and can give it up.

    The engine has no way to stop a query: one that is given up goes on in the background until it
    finds its next row, or until the process ends.
    """
    done, stop = threading.Event(), threading.Event()
    found: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work(stop))
        except BaseException as err:
            clear_frames(err.__traceback__)  # the engine's answers may not leave this thread
            failed.append(err)
        finally:
            done.set()

    threading.Thread(target=run, daemon=True, name="sparql").start()
    try:
        finished = done.wait(limit)
    finally:
        stop.set()
    if not finished:
        raise QueryError(
            f"no answer within {limit:g} seconds",
            hint="start from a node whose name you give, add LIMIT, or allow more with --timeout",
        )
    if failed:
        err = failed[0]
        if isinstance(err, (OSError, RuntimeError)):
            raise StoreError(f"the query failed: {' '.join(str(err).split())}") from err
        raise err
    return found[0]


def _items(text: Any) -> list[str]:
    lines = str(text).split("\n") if text else []
    return sorted(line.replace("%0A", "\n").replace("%25", "%") for line in lines)


def term(value: Any) -> Any:
    """A value of a parameter, where a text that is an IRI in angle brackets becomes that IRI.

    Raises:
        InputError: It is in angle brackets, but no IRI.
        MissingExtraError: pyoxigraph is not installed.
    """
    found = _IRI.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    try:
        return _pyoxigraph().NamedNode(found[1])
    except ValueError as err:
        raise InputError(f"'{value}' is not an IRI: {err}") from err


def _pyoxigraph() -> Any:
    try:
        import pyoxigraph
    except ModuleNotFoundError as err:
        raise MissingExtraError("rdf", needed_for="SPARQL") from err
    return pyoxigraph
