"""What in a server's database is ours, and how to take out what a graph no longer holds.

A database may hold other people's data under the same labels. A node is ours if it has one of our
labels, an id of the form that we give it, and the fields that we always write; a relation is ours
if it has our type and evidence and joins such nodes. Nothing else is ever deleted, and a node on
which a relation of somebody else's hangs is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.cypher import LABELS, literal, quote_identifier
from kg.model import RELATIONS

__all__ = ["Owned", "owned_nodes", "owned_relations"]


@dataclass(frozen=True)
class Owned:
    """One sort of nodes or relations of ours.

    Args:
        name: Label or type, without prefix.
        listing: Statement that answers id, and of a relation the ids of its ends.
        deletion: Statement that deletes those whose ``$rows`` are such answers.
    """

    name: str
    listing: str
    deletion: str


def owned_relations(prefix: str = "") -> list[Owned]:
    """The sorts of relations, by type and the labels of the ends."""
    return [
        Owned(
            spec.name,
            f"{_relation(spec.name, prefix + start, prefix + end)} "
            f"WHERE r.id IS NOT NULL AND r.papers IS NOT NULL AND {_ours('a', start)} "
            f"AND {_ours('b', end)} RETURN r.id, a.id, b.id",
            "UNWIND $rows AS row "
            f"MATCH (a:{quote_identifier(prefix + start)} {{id: row[1]}})"
            f"-[r:{quote_identifier(spec.name)} {{id: row[0]}}]->"
            f"(b:{quote_identifier(prefix + end)} {{id: row[2]}}) DELETE r",
        )
        for spec in RELATIONS.values()
        for start, end in spec.pairs
    ]


def owned_nodes(prefix: str = "") -> list[Owned]:
    """The sorts of nodes, by label; one with a relation left is not deleted."""
    return [
        Owned(
            label,
            f"MATCH (n:{quote_identifier(prefix + label)}) WHERE {_ours('n', label)} RETURN n.id",
            f"UNWIND $rows AS row MATCH (n:{quote_identifier(prefix + label)} {{id: row[0]}}) "
            "WHERE NOT (n)--() DELETE n",
        )
        for label in LABELS
    ]


def _relation(predicate: str, start: str, end: str) -> str:
    return (
        f"MATCH (a:{quote_identifier(start)})-[r:{quote_identifier(predicate)}]->"
        f"(b:{quote_identifier(end)})"
    )


def _ours(variable: str, label: str) -> str:
    """The condition that a node of a label is one that we wrote."""
    v = variable
    if label == "Paper":
        return f"{v}.id IS NOT NULL AND {v}.title IS NOT NULL AND {v}.source IS NOT NULL"
    return (
        f"{v}.id STARTS WITH {literal(label.lower() + ':')} AND {v}.name IS NOT NULL "
        f"AND {v}.aliases IS NOT NULL"
    )
