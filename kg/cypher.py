"""Every data statement in one place: what the stores run and what the script exporter writes.

Statements are static per label and per (type, from label, to label); values travel as parameters
or as literals, never spliced in. They keep to what Neo4j 5 and openCypher engines share: no APOC,
no dynamic labels, no maps as properties.

A node carries the fields of its record under the same names; the ``kind`` of an entity is its
label. A relation carries its evidence as lists of one length whose n-th items belong together.
Where a graph shall be read back whole, a paper also carries its linked mentions as a list of JSON
texts. In a database that is shared with other data every label may have a prefix.
Fields that are null are left out, so a value that has gone is not taken away by a later upsert.

>>> upsert_nodes("Method")
'UNWIND $rows AS row MERGE (n:`Method` {id: row.id}) SET n += row.properties'
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from kg.errors import InputError
from kg.graph import Node, RelationKey
from kg.model import (
    ENTITY_CLASSES,
    ENTITY_KINDS,
    RELATIONS,
    Evidence,
    LinkedMention,
    Paper,
    Predicate,
    Relation,
)

__all__ = [
    "EVIDENCE_PROPERTIES",
    "LABELS",
    "check_prefix",
    "constraint_statements",
    "fulltext_statements",
    "index_statements",
    "inline_rows",
    "literal",
    "mention_properties",
    "mentions_from_properties",
    "node_batches",
    "node_from_properties",
    "node_properties",
    "quote_identifier",
    "relation_batches",
    "relation_from_properties",
    "relation_properties",
    "upsert_nodes",
    "upsert_relations",
]

Row = dict[str, Any]
T = TypeVar("T")

LABELS: tuple[str, ...] = ("Paper", *ENTITY_KINDS)
"""Every node label, in the order of writing."""
EVIDENCE_PROPERTIES: dict[str, tuple[str, ...]] = {
    "papers": ("paper_id",),
    "sentences": ("sentence",),
    "spans": ("start", "end", "object_start", "object_end", "subject_start", "subject_end"),
    "cues": ("cue",),
    "extractors": ("extractor",),
    "scores": ("score",),
}
"""List property of a relation -> the fields of ``Evidence`` that its items hold.

An item of ``spans`` is a text, such as ``90-121 110-115 90-93``: where the sentence, the name of
the object, and the name of the subject if the sentence has it, stand in the text of the paper. One
list of texts takes a quarter of the memory of six lists of numbers.
"""
_TEXTS = ("sentences", "cues", "extractors")
"""Those of them that may hold an empty text."""
_SPANS = re.compile(r"(\d+)-(\d+) (\d+)-(\d+)(?: (\d+)-(\d+))?", re.ASCII)

_RECORDS: Mapping[str, type[Node]] = {
    "Paper": Paper,
    **{str(kind): record for kind, record in ENTITY_CLASSES.items()},
}
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_UNSAFE = re.compile(r"\\[uU]|[\\'\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quote_identifier(name: str) -> str:
    r"""Quote a label, type, property or variable name for Cypher.

    >>> quote_identifier("a`b")
    '`a``b`'

    Raises:
        InputError: The name is empty, or holds a control character or a backslash: Neo4j
            resolves ``\u0060`` before it looks for the closing quote.
    """
    if not name or "\\" in name or not name.isprintable():
        raise InputError(f"{name!r} cannot be a Cypher name")
    return "`" + name.replace("`", "``") + "`"


def check_prefix(prefix: str) -> str:
    """Give back a prefix of labels if it can be one.

    Raises:
        InputError: It is neither empty nor letters, digits and underscores after a letter.
    """
    if prefix and not _PLAIN_NAME.fullmatch(prefix):
        raise InputError(
            f"'{prefix}' cannot begin a label", hint="use letters, digits and _, such as Kg"
        )
    return prefix


def literal(value: object) -> str:
    r"""Write a value as a Cypher literal on one line that no text can break out of.

    Strings are single-quoted; control characters and line separators become ``\uXXXX``. A ``u``
    after a backslash is escaped too, because Neo4j 5 resolves ``\uXXXX`` before it parses.

    >>> literal(["it's", 1, 0.5, True, None])
    "['it\\'s', 1, 0.5, true, null]"

    Args:
        value: None, bool, int, float, str, or lists, tuples and string-keyed maps of these.

    Raises:
        InputError: An int beyond 64 bits, a float that is not finite, a lone surrogate, or a
            value of another type: no literal of the shared subset holds it.
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{_escape(value)}'"
        case int():
            if not -(2**63) <= value < 2**63:
                raise InputError(f"the integer '{value}' does not fit into 64 bits")
            return str(value)
        case float():
            if not math.isfinite(value):
                raise InputError(f"Cypher has no portable literal for '{value}'")
            return repr(value).replace("e+", "e")
        case Mapping():
            pairs = (f"{_key(name)}: {literal(item)}" for name, item in value.items())
            return "{" + ", ".join(pairs) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(literal, value)) + "]"
        case _:
            raise InputError(f"Cypher has no literal for a {type(value).__name__}")


def node_properties(node: Node) -> Row:
    """Properties of a node: flat, without nulls, tuples as lists; ``kind`` is the label."""
    fields = node.model_dump(exclude={"kind"}, exclude_none=True)
    return {name: _plain(value) for name, value in fields.items()}


def mention_properties(mentions: Iterable[LinkedMention]) -> Row:
    """The property of a paper that holds its linked mentions: one JSON text each."""
    said = {"paper_id", "text"}  # the paper says these itself
    return {"mentions": [m.model_dump_json(exclude=said, exclude_none=True) for m in mentions]}


def mentions_from_properties(
    paper: Paper, properties: Mapping[str, Any]
) -> tuple[LinkedMention, ...]:
    """Read the linked mentions of a paper back; none where the property is missing.

    Raises:
        InputError: The property does not hold mentions of this paper's text.
    """
    mentions = []
    try:
        for item in properties.get("mentions") or ():
            fields = from_json(item)
            text = paper.text[fields["start"] : fields["end"]]
            mentions.append(
                LinkedMention.model_validate({**fields, "paper_id": paper.id, "text": text})
            )
    except (TypeError, KeyError, ValueError) as err:
        raise _broken(f"a mention of paper '{paper.id}'", err) from err
    return tuple(mentions)


def relation_properties(relation: Relation) -> Row:
    """Properties of a relation: id, score, and the evidence as lists of one length."""
    evidence = relation.evidence
    return {
        "id": relation.id,
        "score": relation.score,
        "papers": [e.paper_id for e in evidence],
        "sentences": [e.sentence for e in evidence],
        "spans": [_spans(e) for e in evidence],
        "cues": [e.cue for e in evidence],
        "extractors": [e.extractor for e in evidence],
        "scores": [e.score for e in evidence],
    }


def _spans(evidence: Evidence) -> str:
    e = evidence
    always = f"{e.start}-{e.end} {e.object_start}-{e.object_end}"
    return always if e.subject_start is None else f"{always} {e.subject_start}-{e.subject_end}"


def _fields_of_spans(text: str) -> dict[str, int | None]:
    found = _SPANS.fullmatch(text)
    if found is None:
        raise ValueError(f"spans are two or three times START-END, not '{text}'")
    places = (None if place is None else int(place) for place in found.groups())
    return dict(zip(EVIDENCE_PROPERTIES["spans"], places, strict=True))


def node_from_properties(label: str, properties: Mapping[str, Any]) -> Node:
    """Read a node back; properties that are no fields of its record are ignored.

    Raises:
        InputError: The label is unknown, or the properties do not make a record.
    """
    model = _RECORDS.get(label)
    if model is None:
        raise _unknown_label(label)
    known = set(model.model_fields) - {"kind"}
    fields = {k: v for k, v in properties.items() if k in known and v is not None}
    try:
        return model.model_validate(fields)
    except ValidationError as err:
        raise _broken(f"{label} '{properties.get('id', '')}'", err) from err


def relation_from_properties(
    predicate: str, subject: str, object_: str, properties: Mapping[str, Any]
) -> Relation:
    """Read a relation back from its type, the ids of its ends and its properties.

    Raises:
        InputError: A property is missing, the lists differ in length, or the properties do not
            make a record.
    """
    what = f"{predicate} from '{subject}' to '{object_}'"
    try:
        said = dict(properties)
        if len(said["scores"]) == 1:  # neo4j-admin drops a list of one empty text
            said = {name: [""] for name in _TEXTS} | said
        columns = [said[name] for name in EVIDENCE_PROPERTIES]
        rows = [
            {
                "paper_id": paper,
                "sentence": sentence,
                **_fields_of_spans(spans),
                "cue": cue,
                "extractor": extractor,
                "score": score,
            }
            for paper, sentence, spans, cue, extractor, score in zip(*columns, strict=True)
        ]
        record = {"id": properties["id"], "score": properties["score"], "evidence": rows}
        ends = {"subject": subject, "predicate": predicate, "object": object_}
        return Relation.model_validate(record | ends)
    except KeyError as err:
        raise InputError(f"{what} has no property {err}") from err
    except (TypeError, ValueError) as err:
        raise _broken(what, err) from err


def upsert_nodes(label: str, prefix: str = "") -> str:
    """Statement that creates or updates nodes of a label from ``$rows`` (id, properties).

    Args:
        label: One of ``LABELS``.
        prefix: Put before the label in the database.

    Raises:
        InputError: No record has that label.
    """
    if label not in LABELS:
        raise _unknown_label(label)
    return (
        f"UNWIND $rows AS row MERGE (n:{quote_identifier(prefix + label)} {{id: row.id}}) "
        "SET n += row.properties"
    )


def upsert_relations(predicate: Predicate, from_label: str, to_label: str, prefix: str = "") -> str:
    """Statement that creates or updates relations from ``$rows``.

    Rows hold id, subject, object and properties. Both ends must exist: a row whose end is missing
    matches nothing and is skipped.

    Raises:
        InputError: The relation table does not allow that type between these labels.
    """
    spec = RELATIONS.get(predicate)
    if spec is None or not spec.allows(from_label, to_label):
        raise InputError(f"{predicate} may not join {from_label} to {to_label}")
    return (
        "UNWIND $rows AS row "
        f"MATCH (a:{quote_identifier(prefix + from_label)} {{id: row.subject}}) "
        f"MATCH (b:{quote_identifier(prefix + to_label)} {{id: row.object}}) "
        f"MERGE (a)-[r:{quote_identifier(predicate)} {{id: row.id}}]->(b) "
        "SET r += row.properties"
    )


def node_batches(
    nodes: Mapping[str, Iterable[Node]],
    size: int = 1000,
    *,
    mentions: Callable[[str], Iterable[LinkedMention]] | None = None,
    prefix: str = "",
) -> Iterator[tuple[str, list[Row]]]:
    """Turn nodes into (statement, rows), at most ``size`` rows each, in the same order.

    Args:
        nodes: Label -> its nodes, such as ``KnowledgeGraph.nodes_by_label()``.
        size: Rows per batch, from 1.
        mentions: Paper id -> its linked mentions, such as ``KnowledgeGraph.mentions``; None
            leaves them out.
        prefix: Put before every label in the database.

    Raises:
        InputError: ``size`` is below 1.
    """

    def properties(node: Node) -> Row:
        if mentions is None or not isinstance(node, Paper):
            return node_properties(node)
        return node_properties(node) | mention_properties(mentions(node.id))

    for label, members in nodes.items():
        statement = upsert_nodes(label, prefix)
        for batch in _slices(members, size):
            yield statement, [_row(properties(node)) for node in batch]


def relation_batches(
    relations: Mapping[RelationKey, Iterable[Relation]],
    size: int = 1000,
    *,
    prefix: str = "",
) -> Iterator[tuple[str, list[Row]]]:
    """Turn relations into (statement, rows), at most ``size`` rows each.

    Args:
        relations: Type and end labels -> relations, such as
            ``KnowledgeGraph.relations_by_type()``.
        size: Rows per batch, from 1.
        prefix: Put before every label in the database.

    Raises:
        InputError: ``size`` is below 1, or a relation joins labels that it may not.
    """
    for key, members in relations.items():
        for batch in _slices(members, size):
            rows = []
            for relation in batch:
                row = _row(relation_properties(relation))
                rows.append({**row, "subject": relation.subject, "object": relation.object})
            yield upsert_relations(*key, prefix), rows


def inline_rows(statement: str, rows: Sequence[Row]) -> str:
    """Put literal rows in the place of ``$rows``: a statement that runs without parameters."""
    head, _, tail = statement.partition("$rows")
    return f"{head}{literal(list(rows))}{tail}"


def constraint_statements(prefix: str = "") -> tuple[str, ...]:
    """One uniqueness constraint on ``id`` per label; run them before any data."""
    return tuple(
        f"CREATE CONSTRAINT {prefix}{label.lower()}_id IF NOT EXISTS "
        f"FOR (n:{prefix}{label}) REQUIRE n.id IS UNIQUE"
        for label in LABELS
    )


def index_statements(prefix: str = "") -> tuple[str, ...]:
    """Range indexes, which every engine takes: years of papers."""
    return (f"CREATE INDEX {prefix}paper_year IF NOT EXISTS FOR (n:{prefix}Paper) ON (n.year)",)


def fulltext_statements(prefix: str = "") -> tuple[str, ...]:
    """Full-text indexes over names and texts: Neo4j only, other engines have their own forms."""
    entities = "|".join(f"{prefix}{kind}" for kind in ENTITY_KINDS)
    return (
        f"CREATE FULLTEXT INDEX {prefix}entity_names IF NOT EXISTS "
        f"FOR (n:{entities}) ON EACH [n.name, n.aliases]",
        f"CREATE FULLTEXT INDEX {prefix}paper_texts IF NOT EXISTS "
        f"FOR (n:{prefix}Paper) ON EACH [n.title, n.abstract]",
    )


def _escape(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as err:
        raise InputError(f"{text!r} holds half a surrogate pair") from err
    return _UNSAFE.sub(_escape_match, text)


def _escape_match(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) == 2:  # a backslash with its u
        return f"\\\\\\u{ord(found[1]):04X}"
    return _ESCAPES.get(found) or f"\\u{ord(found):04X}"


def _key(name: object) -> str:
    if not isinstance(name, str):
        raise InputError(f"{name!r} cannot be a key of a Cypher map")
    return name if _PLAIN_NAME.fullmatch(name) else quote_identifier(name)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _row(properties: Row) -> Row:
    rest = {name: value for name, value in properties.items() if name != "id"}
    return {"id": properties["id"], "properties": rest}


def _slices(items: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise InputError(f"a batch of {size} rows", hint="use a batch size from 1")
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _unknown_label(label: str) -> InputError:
    return InputError(f"no record has the label '{label}'", hint=f"one of: {', '.join(LABELS)}")


def _broken(what: str, err: Exception) -> InputError:
    reason = " ".join(str(err).split())
    return InputError(f"{what} is not a record of kg: {reason}")
