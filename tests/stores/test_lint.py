from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.stores import lint_query


@pytest.mark.parametrize(
    "cypher",
    [
        "MATCH (p:Paper)-[r:USES]->(m:Method) WHERE r.score > 0.5 RETURN p.title, r.sentences[0]",
        "MATCH (m:Method|Dataset)<-[:INTRODUCES|MENTIONS]-(p) WHERE p:Paper RETURN m.name",
        "MATCH (p:Paper)-[:USES]-(m:Method) RETURN p",
        "MATCH (p:Paper)-[:USES*1..3]-(q:Paper) RETURN p",
        "MATCH (u:Url {url_kind: 'code'}) RETURN {title: u.href, anything: 1}",
        "MATCH path = shortestPath((a:Method)-[*..4]-(b:Method)) RETURN length(path)",
        "MATCH (p:Paper) WITH p.title AS p RETURN p.whatever",
        "UNWIND $rows AS row MATCH (p:Paper {id: row.key}) RETURN row.value, date().year",
        "MATCH (n:Method) WHERE EXISTS { MATCH (n)-[:PART_OF]->(:Method) } RETURN count{(n)--()}",
        "MATCH (n) RETURN [x IN n.aliases WHERE x CONTAINS ':Foo' | toLower(x)], n {.id, .name}",
        "RETURN 1",
        "",
        "RETURN 1; RETURN 2",
        "MATCH (n:Paper",
        ")))](",
    ],
)
def test_nothing_to_say(cypher: str) -> None:
    assert lint_query(cypher) == ()


@pytest.mark.parametrize(
    ("cypher", "warning"),
    [
        ("MATCH (p:Papr) RETURN p", "no node has the label 'Papr': did you mean Paper?"),
        ("MATCH (p:paper) RETURN p", "no node has the label 'paper': did you mean Paper?"),
        ("MATCH (p) WHERE p:Modle RETURN p", "no node has the label 'Modle': one of Paper, "),
        (
            "MATCH (:Paper)-[:USE]->() RETURN 1",
            "no relation has the type 'USE': did you mean USES?",
        ),
        ("MATCH ()-[:`uses`]->() RETURN 1", "no relation has the type 'uses': did you mean USES?"),
        ("MATCH (p:Paper) RETURN p.titel", "Paper has no property 'titel': did you mean title?"),
        ("MATCH (p:Paper) RETURN p.name", "Paper has no property 'name': did you mean title?"),
        (
            "MATCH (m:Method {title: 'x'}) RETURN m",
            "Method has no property 'title': did you mean name?",
        ),
        (
            "MATCH (u:Url {kind: 'code'}) RETURN u",
            "Url has no property 'kind': did you mean url_kind?",
        ),
        ("MATCH (n) RETURN n.nmae", "no such node has a property 'nmae': did you mean name?"),
        (
            "MATCH ()-[r]->() RETURN r.evidence",
            "no relation has a property 'evidence': did you mean sentences?",
        ),
        (
            "MATCH (m:Method)-[:USES]->(p:Paper) RETURN p",
            "USES leads from Paper to Method or Dataset: nothing matches between Method and Paper",
        ),
        (
            "MATCH (p:Paper)<-[r:USES]-(m:Method) RETURN p",
            "USES leads from Paper to Method or Dataset: nothing matches between Paper and Method",
        ),
    ],
)
def test_warnings(cypher: str, warning: str) -> None:
    (found,) = lint_query(cypher)
    assert found.startswith(warning)


def test_all_findings_once_in_order() -> None:
    found = lint_query("MATCH (a:Foo)-[:BAR]->(b:Foo) WHERE b.x = 1 RETURN a")
    assert [w.split(":")[0] for w in found] == [
        "no node has the label 'Foo'",
        "no relation has the type 'BAR'",
    ]


@given(st.text(alphabet="MATCH (n:Paper)-[r]>{}|'`.$xy\n", max_size=60))
def test_never_fails(cypher: str) -> None:
    lint_query(cypher)
