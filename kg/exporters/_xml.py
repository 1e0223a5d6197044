"""What the XML formats share: one table of nodes, one of edges, and text that XML may hold.

Neither GraphML nor GEXF has lists that every reader takes: a list is written as its JSON text.
"""

from __future__ import annotations

import json
import re
from xml.sax.saxutils import escape

from kg.cypher import EVIDENCE_PROPERTIES, LABELS, node_properties, relation_properties
from kg.graph import Node, label_of
from kg.model import Paper, Relation
from kg.schema.fields import field_specs

__all__ = [
    "EDGE_COLUMNS",
    "NODE_COLUMNS",
    "edge_values",
    "node_name",
    "node_values",
    "xml_attribute",
    "xml_text",
]

_ILLEGAL = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"
)
_SPACES = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}

NODE_COLUMNS: dict[str, str] = {
    "kind": "string",
    **{
        field.name: "string" if field.many else field.type
        for field in field_specs()
        if field.model in LABELS and field.name not in ("id", "kind")
    },
}
"""Column of a node -> ``string``, ``integer`` or ``number``; the id stands beside them."""
EDGE_COLUMNS: dict[str, str] = {
    "score": "number",
    **dict.fromkeys(EVIDENCE_PROPERTIES, "string"),
}
"""Column of an edge -> its type; id, label and weight stand beside them."""

Values = dict[str, str | int | float]


def node_name(node: Node) -> str:
    """What to write beside a node: the title or the name."""
    return node.title if isinstance(node, Paper) else node.name


def node_values(node: Node) -> Values:
    """Columns of a node that are not empty; ``kind`` is ``Paper`` or the kind of the entity."""
    return _filled({"kind": label_of(node), **node_properties(node)}, NODE_COLUMNS)


def edge_values(relation: Relation) -> Values:
    """Columns of an edge: its score and the evidence as JSON lists."""
    return _filled(relation_properties(relation), EDGE_COLUMNS)


def xml_text(value: object) -> str:
    """Text of an XML element; characters that XML cannot hold become U+FFFD.

    >>> xml_text("a < b")
    'a &lt; b'
    """
    return escape(_ILLEGAL.sub("\ufffd", str(value)), {"\r": "&#13;"})


def xml_attribute(value: object) -> str:
    """Value of an XML attribute in its quotes; tabs and line breaks survive the parser.

    >>> xml_attribute('say "hi"')
    '"say &quot;hi&quot;"'
    """
    return f'"{escape(_ILLEGAL.sub(chr(0xFFFD), str(value)), {chr(34): "&quot;", **_SPACES})}"'


def _filled(values: dict[str, object], columns: dict[str, str]) -> Values:
    found: Values = {}
    for name in columns:
        value = values.get(name)
        if isinstance(value, list):
            value = json.dumps(value, ensure_ascii=False) if value else ""
        if isinstance(value, str | int | float) and value != "":
            found[name] = value
    return found
