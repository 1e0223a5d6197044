"""A graph for loading: all that the real stages make, and names that try to break out."""

from __future__ import annotations

from kg.graph import KnowledgeGraph
from kg.model import Evidence, LinkedMention, Method, Paper, Relation
from tests.stores.store_graph import NASTY, store_graph

NAMES = (
    'it\'s "quoted"',
    "back`tick``s",
    "back\\slash \\u0027 \\' \\\\",
    "line\nbreak\r\nand\ttab",
    "🧪 \u202e\u2028 \u0085 ünïcödé \u0000",
    "'; MATCH (n) DETACH DELETE n; //",
    'a,b;c|d\x1fe"',
    " blanks around ",
    "x" * 10_000,
    NASTY,
)
"""Names that come back unchanged from wherever they go."""


def break_out_graph() -> KnowledgeGraph:
    """One paper whose text is made of these names; each is a method that it uses."""
    sentences = [f"We use {name}." for name in NAMES]
    paper = Paper(id="title:names", title="Names", abstract=" ".join(sentences), authors=NAMES)
    methods, relations, mentions = [], [], []
    for number, (name, sentence) in enumerate(zip(NAMES, sentences, strict=True)):
        method = Method(id=f"method:name-{number}", name=name, aliases=(f"{name}!", ""))
        start = paper.text.index(sentence)
        inside = start + len("We use ")
        evidence = Evidence(
            paper_id=paper.id,
            start=start,
            end=start + len(sentence),
            sentence=sentence,
            object_start=inside,
            object_end=inside + len(name),
            cue="" if number % 2 else "We use",
            extractor="by-hand",
            score=0.5,
        )
        methods.append(method)
        relations.append(Relation.from_evidence(paper.id, "USES", method.id, (evidence,)))
        mentions.append(
            LinkedMention(
                paper_id=paper.id,
                start=inside,
                end=inside + len(name),
                text=name,
                kind="Method",
                role="uses",
                extractor="by-hand",
                score=0.5,
                entity_id=method.id,
                link_method="exact",
                link_score=1.0,
            )
        )
    return KnowledgeGraph([paper], methods, relations, mentions)


def whole_graph(small: KnowledgeGraph) -> KnowledgeGraph:
    """A graph of the real stages, the one made by hand, and the names."""
    return small.merge(store_graph()).merge(break_out_graph())


def without_mentions(graph: KnowledgeGraph) -> KnowledgeGraph:
    """What the embedded database keeps of a graph: all but the linked mentions."""
    return KnowledgeGraph(graph.papers.values(), graph.entities.values(), graph.relations.values())
