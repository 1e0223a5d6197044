"""Neo4j constraints and indexes, from the statements of ``kg.cypher``."""

from __future__ import annotations

from kg.cypher import constraint_statements, fulltext_statements, index_statements

__all__ = ["generate"]


def generate() -> str:
    """Text of ``neo4j.cypher``: run it once, before any data; a second run changes nothing."""
    sections = {
        "One key per label: what every MERGE of kg relies on.": constraint_statements(),
        "Papers by year.": index_statements(),
        "Search in names and texts (Neo4j only).": fulltext_statements(),
    }
    return "\n".join(
        f"// {title}\n" + "".join(f"{statement};\n" for statement in statements)
        for title, statements in sections.items()
    )
