"""What users of Neo4j write and kglite does not know, and what to write instead."""

from __future__ import annotations

from kg.stores._query_errors import Advice

__all__ = ["ADVICE", "REFUSED"]

ADVICE = (
    Advice(
        r"\b(?:ANY|ALL)?\s*SHORTEST\s+(?:\d+|GROUPS?|\()",
        "write MATCH p = shortestPath((a)-[*..6]-(b)) as the first pattern of a MATCH",
        "SHORTEST is not known here",
    ),
    Advice(
        r",[^,()]*\bshortestPath\b",
        "make shortestPath((a)-[*..6]-(b)) the first pattern of its MATCH, with what binds a and b "
        "in a MATCH before it",
    ),
    Advice(
        r"\b(?:apoc|gds)\s*\.",
        "use plain Cypher, or load the graph into a Neo4j that has them: kg export ... neo4j://host",
        "there is no APOC and no GDS here",
    ),
    Advice(
        r"\bIN\s+(?:\d+\s+CONCURRENT\s+)?TRANSACTIONS\b",
        "leave it out: a query here is one transaction",
        "IN TRANSACTIONS is not known here",
    ),
    Advice(
        r"\bFULLTEXT\b|\bdb\.index\.fulltext\b",
        "search with: WHERE toLower(n.name) CONTAINS toLower($text)",
        "there is no full-text index here",
    ),
    Advice(
        r"(?<=[\w)])\s*&\s*[!(\w]|(?<=:)\s*!\s*\w",
        "write (n:Method|Dataset), or test with: WHERE n:Method AND NOT n:Dataset",
        "labels are not combined with & and ! here",
    ),
    Advice(r"\bpoint\s*\(", "points have latitude and longitude here, and no x and y"),
    Advice(r"^\s*USE\b", "leave it out: there is one graph", "USE is not known here"),
    Advice(
        r"\bpercentileDisc\s*\(",
        "write percentileCont(x, 0.9), or use avg, min and max",
        "percentileDisc is not known here",
    ),
    Advice(r"\bstDevP\s*\(", "write stDev(x)", "stDevP is not known here"),
    Advice(
        r"\bCOLLECT\s*\{",
        "write a pattern comprehension, [(p)-[:USES]->(m) | m.name], or CALL (p) { ... RETURN "
        "collect(x) AS list }",
        "COLLECT { } is not known here",
    ),
    Advice(
        r"\bOPTIONAL\s+CALL\b",
        "write OPTIONAL MATCH instead, or let the subquery end in collect()",
        "OPTIONAL CALL is not known here",
    ),
    Advice(
        r"(?:->|-|\))\s*(?:\+\s*\(|\{\s*\d*\s*,?\s*\d*\s*\})",
        "write the number of steps in the brackets: (a)-[:EXTENDS*1..3]->(b)",
        "quantified paths are not known here",
    ),
    Advice(
        r"[(\[]\s*\w*\s*(?::[\w\s|:]+)?\bWHERE\b[^()\[\]]*[)\]]\s*(?:[-<,=]|RETURN|MATCH|WITH|$)",
        "write the condition behind the pattern: MATCH (p:Paper) WHERE p.year > 2020",
        "WHERE inside a pattern is not known here",
    ),
    Advice(
        r"\(\s*\w*\s+IS\s+\w+\s*[){]",
        "write a colon before the label: (n:Paper)",
        "IS before a label is not known here",
    ),
    Advice(
        r"\$\(",
        "write WHERE $label IN labels(n), or WHERE type(r) = $type",
        "labels and types that are computed are not known here",
    ),
    Advice(
        r"\b(?:EXISTS|COUNT)\s*\{.*\bRETURN\b",
        "leave RETURN out of the braces, or count in a subquery: CALL (p) { ... RETURN "
        "count(DISTINCT x) AS n }",
    ),
    Advice(
        r"\bWHEN\s+(?:[^,\s]+\s*,|[<>=]|IS\b)",
        "write every condition out: CASE WHEN x = 1 OR x = 2 THEN ...",
        "CASE x WHEN takes single values here",
    ),
    Advice(
        r"\b(?:nullIf|normalize|btrim|isNaN|timestamp|to\w+OrNull|to\w+List)\s*\(",
        "write it with CASE, coalesce or a list comprehension",
    ),
    Advice(r"\btrim\s*\(\s*(?:BOTH|LEADING|TRAILING)\b", "trim(x) takes blanks away, and no more"),
    Advice(
        r"\d_\d|(?:[(,\[]|\bRETURN|\bWITH)\s*\+\s*\d",
        "write a number as 1000, without _ and +",
    ),
)
"""For a query that kglite has refused; the first that is found in it counts."""

REFUSED = (
    Advice(
        r"\bsplit\s*\([^()\[]*,\s*\[",
        "split by one text, and replace(x, ';', ',') before it",
        "split by several texts is not known here",
    ),
    Advice(
        r"\bduration\s*\.\s*(?:between|inMonths)\b",
        "write duration.inDays(a, b)",
        "a duration between two dates in months is not known here",
    ),
)
"""What kglite answers otherwise than Neo4j does, in a query without its strings."""
