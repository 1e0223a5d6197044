"""JSON-LD and the other forms of RDF: the graph of the triples of a file.

What ``kg export`` wrote comes back equal. Any other file with the same terms reads as well,
however it was compacted, nested or ordered; contexts are never fetched. Relations for which the
file has no sentence are left out, with one warning in the log: evidence is what a relation is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kg.graph import KnowledgeGraph
from kg.importers._importing import IMPORTERS
from kg.model import BASE_IRI

__all__ = ["load_jsonld", "load_nquads", "load_ntriples", "load_turtle"]


def _loader(name: str, title: str) -> Callable[[Path], KnowledgeGraph]:
    def load(path: Path) -> KnowledgeGraph:
        from kg.importers._rdf_records import graph_of_triples
        from kg.importers._triples import rdf_format, read_triples

        return graph_of_triples(read_triples(path, rdf_format(name), BASE_IRI), str(path))

    load.__doc__ = f"""Read a graph back that was written as {title}; the two are equal.

    Args:
        path: The file, gzipped or not.

    Raises:
        MissingExtraError: The extra ``rdf`` is not installed.
        InputError: The file cannot be read, is no {title}, needs a context from elsewhere, or does
            not make a graph.
    """
    return IMPORTERS.register(name, suffixes=(f".{name}", f".{name}.gz"))(load)


load_jsonld = _loader("jsonld", "JSON-LD")
load_nquads = _loader("nq", "N-Quads")
load_ntriples = _loader("nt", "N-Triples")
load_turtle = _loader("ttl", "Turtle")
