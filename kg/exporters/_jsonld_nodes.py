"""The nodes of a JSON-LD export as dictionaries, in the terms of ``kg.schema.jsonld``.

Classes come first and the IRI second, as streaming readers of JSON-LD want it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from kg.graph import KnowledgeGraph, Node, label_of
from kg.ids import content_hash
from kg.model import (
    RELATIONS,
    Evidence,
    LinkedMention,
    Paper,
    Relation,
    Url,
    absolute_iri,
    node_iri,
    public_iris,
)
from kg.model.base import Record
from kg.schema.rdf import (
    CLASS_IRIS,
    EXTRACTION_CLASSES,
    IN_ORDER,
    NAMESPACES,
    PARALLELS,
    RUN_CLASSES,
    SELECTORS,
    URL_CLASSES,
    Parallel,
)

__all__ = ["Run", "Writer"]

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """How the papers of a graph were read.

    Args:
        version: Version of kg.
        fingerprints: Hashes of code, models, data and settings, as the ledger has them; one a
            way in which papers were read.
    """

    version: str
    fingerprints: tuple[str, ...]


class Writer:
    """Makes the nodes of one export.

    Args:
        graph: The graph.
        base: What every identifier starts with.
        run: How the papers were read, where the export says it.
    """

    def __init__(self, graph: KnowledgeGraph, base: str, run: Run | None = None) -> None:
        self._graph = graph
        self._base = base
        self._run = run
        self._outgoing = graph.relations_by_subject()
        self._leading_back: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._components: set[str] = set()
        for subject, predicate, object_ in graph.triples():
            for other in self._parallels(predicate, object_, inverse=True):
                self._leading_back[object_][other.name].append(subject)

    def outgoing(self, node_id: str) -> Sequence[Relation]:
        """The relations that start at a node, by id."""
        return self._outgoing.get(node_id, ())

    def node(self, node: Node) -> JsonObject:
        """A paper or thing with all that leads from it."""
        found = self.fields(node)
        for relation in self.outgoing(node.id):
            found.setdefault(relation.predicate.lower(), []).append(self.iri(relation.object))
        for relation in self.outgoing(node.id):
            for other in self._parallels(relation.predicate, relation.object):
                same = found.setdefault(other.name, [])
                if (iri := self.iri(relation.object)) not in same:  # used and evaluated on
                    same.append(iri)
        for name, keys in self._leading_back.get(node.id, {}).items():
            found[name] = [self.iri(key) for key in keys]
        return found

    def fields(self, node: Node, *, lists: bool = True) -> JsonObject:
        """A paper or thing by itself; without ``lists`` it may be written more than once."""
        label = label_of(node)
        types = list(CLASS_IRIS[label])
        fields = _said(node)
        fields.pop("kind", None)
        if isinstance(node, Paper):
            if node.year is not None:
                fields["year"] = f"{node.year:04}"
            if node.id.startswith("arxiv:") and node.id != "arxiv:":
                fields["arxiv_id"] = node.id.removeprefix("arxiv:")
        else:
            fields["display_name"] = node.name
        if isinstance(node, Url):
            types.append(URL_CLASSES.get(node.url_kind, "schema:WebPage"))
            fields["url_kind"] = f"kg:{node.url_kind}"
            if node.url_kind == "code":
                fields["code_repository"] = node.href
        ordered = _settle(fields, public_iris(node))
        return {"@type": types, "@id": self.iri(node.id), **fields, **(ordered if lists else {})}

    def brief(self, node_id: str) -> JsonObject:
        """A node inside another one."""
        return self.fields(self._graph.node(node_id), lists=False)

    def statement(self, relation: Relation, *, nested: bool = False) -> JsonObject:
        """A relation with its evidence; where ``nested``, the node around it is its subject."""
        iri = self.iri(relation.id)
        subject = {} if nested else {"subject": self.iri(relation.subject)}
        return {
            "@type": list(CLASS_IRIS["Relation"]),
            "@id": iri,
            "id": relation.id,
            **subject,
            "predicate": RELATIONS[relation.predicate].iri,
            "object": self.iri(relation.object),
            "score": relation.score,
            "evidence": [self._evidence(evidence, iri) for evidence in relation.evidence],
        }

    def mention(self, mention: LinkedMention, *, nested: bool = False) -> JsonObject:
        """A linked span; where ``nested``, the node around it is the paper it comes from."""
        iri = f"{self._base}mention/{_hash(mention)}"
        fields = _said(mention)
        selectors = _selectors(fields, iri)
        paper = self.iri(fields.pop("paper_id"))
        fields["kind"] = f"kg:{mention.kind}"
        fields["role"] = mention.role
        if mention.url_kind is not None:
            fields["url_kind"] = f"kg:{mention.url_kind}"
        fields["entity_id"] = self.iri(mention.entity_id)
        fields["extractor"] = self._extraction(mention.extractor)
        target = {
            "@type": "oa:SpecificResource",
            "@id": f"{iri}/target",
            "source_text": paper,
            "selectors": selectors,
        }
        return {
            "@type": list(CLASS_IRIS["LinkedMention"]),
            "@id": iri,
            **({} if nested else {"paper_id": paper}),
            **fields,
            "motivation": "oa:identifying",
            "target": target,
        }

    def provenance(self) -> list[JsonObject]:
        """The components that found what was written so far, and the run."""
        run = self._run
        iri = f"{self._base}run/{content_hash(run.version, *run.fingerprints)[:20]}" if run else ""
        found: list[JsonObject] = [
            {
                "@type": list(EXTRACTION_CLASSES),
                "@id": self._extraction(name),
                "component": name,
                **({"run": iri} if run else {}),
            }
            for name in sorted(self._components)
        ]
        if run is not None:
            found.append(
                {
                    "@type": list(RUN_CLASSES),
                    "@id": iri,
                    "version": run.version,
                    "fingerprint": sorted(run.fingerprints),
                }
            )
        return found

    def iri(self, node_id: str) -> str:
        """IRI of a node or relation."""
        return node_iri(node_id, self._base)

    def _evidence(self, evidence: Evidence, statement: str) -> JsonObject:
        """The sentence; named by its content, so that loading a file twice adds nothing."""
        iri = f"{statement}/{_hash(evidence)[:16]}"
        fields = _said(evidence)
        selectors = _selectors(fields, iri)
        fields["paper_id"] = paper = self.iri(evidence.paper_id)
        fields["extractor"] = self._extraction(evidence.extractor)
        types = list(CLASS_IRIS["Evidence"])
        head = {"@type": types, "@id": iri, "source_text": paper}
        return {**head, **fields, "selectors": selectors}

    def _extraction(self, component: str) -> str:
        self._components.add(component)
        return f"{self._base}extractor/{quote(component, safe='')}"

    def _parallels(
        self, predicate: str, object_: str, *, inverse: bool = False
    ) -> Iterator[Parallel]:
        """The public properties that say the same as a relation, in one direction."""
        for other in _PARALLELS.get(predicate, ()):
            if other.inverse == inverse and self._graph.label(object_) in other.range:
                node = self._graph.node(object_) if other.url_kind else None
                if not isinstance(node, Url) or node.url_kind == other.url_kind:
                    yield other


_PARALLELS: dict[str, list[Parallel]] = {
    name: [other for other in PARALLELS if other.predicate == name] for name in RELATIONS
}


def _said(record: Record) -> JsonObject:
    """The fields that differ from what they are when nothing is said."""
    return record.model_dump(mode="json", exclude_defaults=True)


def _hash(record: Record) -> str:
    return content_hash(record.model_dump_json())[:20]


def _selectors(fields: JsonObject, iri: str) -> list[JsonObject]:
    """Take the place and the words out of the fields, as Web Annotation selectors."""
    selectors: dict[str, JsonObject] = {}
    for name, kind in SELECTORS.items():
        if name in fields:
            part = kind.removeprefix("oa:Text").removesuffix("Selector").lower()
            selector = selectors.setdefault(kind, {"@type": kind, "@id": f"{iri}/{part}"})
            selector[name] = fields.pop(name)
    return list(selectors.values())


def _settle(fields: JsonObject, derived: Iterable[str]) -> JsonObject:
    """Make sets of the fields with many values; returns the lists that the sets do not tell."""
    ordered: JsonObject = {}
    for name in ("aliases", "categories"):
        values = fields.get(name)
        if values and values != sorted(set(values)):
            ordered[IN_ORDER[name]] = values
            fields[name] = list(dict.fromkeys(values))
    given = fields.pop("same_as", [])
    iris = [_reference(value) for value in given]
    if given and (iris != given or given != sorted(set(given)) or set(given) & set(derived)):
        ordered[IN_ORDER["same_as"]] = given
    if elsewhere := sorted({iri for iri in (*iris, *derived) if iri is not None}):
        fields["same_as"] = elsewhere
    return ordered


def _reference(value: str) -> str | None:
    """The value as an IRI that means the same inside the context, or None."""
    return None if value.partition(":")[0] in NAMESPACES else absolute_iri(value)
