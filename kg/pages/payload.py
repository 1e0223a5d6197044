"""All that a page knows of a graph, as plain lists and dictionaries ready for JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote

from kg.graph import KnowledgeGraph, Node, label_of
from kg.model import ENTITY_KINDS, RELATIONS, Evidence, Paper, Relation, Url
from kg.pages.communities import central_members, find_communities
from kg.pages.layout import join_pairs, place_nodes

__all__ = ["DEFAULT_TITLE", "MAX_NODES", "choose_nodes", "graph_payload", "paper_link"]

DEFAULT_TITLE = "Knowledge graph"
MAX_NODES = 20_000
"""Nodes a page shows unless told otherwise."""
_WEAK = "MENTIONS"
_WEAK_PULL = 0.2
"""How strongly a MENTIONS edge joins two nodes, next to 1 for every other type."""
_ADDRESSED = frozenset(("LINKS_TO", "AVAILABLE_AT"))
_COMMUNITIES = 40
_SMALLEST_COMMUNITY = 3


def graph_payload(
    graph: KnowledgeGraph, *, max_nodes: int = MAX_NODES, title: str = DEFAULT_TITLE
) -> dict[str, Any]:
    """Turn a graph into what a page draws: a pure function, the same for any order of input.

    Nodes, papers and sentences are named by their place in their list. An edge's evidence is a
    list ``[paper, sentence, object span, subject span or None, cue, score]``; spans are
    ``[start, end]``, characters (code points), half-open, into the sentence, or None where the
    words are not in it. ``papers`` holds every paper that is a node or is cited as evidence.
    ``code`` is where the code of a paper or a thing lies, or None.
    ``communities`` holds the largest ones; a node of any other has the community None.

    Args:
        graph: The graph.
        max_nodes: Most nodes to keep; the most connected stay, ``meta.note`` says what went.
        title: Title of the page.
    """
    degree = _degrees(graph)
    kept = choose_nodes(graph, max_nodes)
    nodes = [node for node in graph.nodes() if node.id in kept]
    index = {node.id: i for i, node in enumerate(nodes)}
    relations = graph.relations_among(index)
    joined = [
        (index[r.subject], index[r.object], _WEAK_PULL if r.predicate == _WEAK else 1.0)
        for r in relations
    ]
    weights = join_pairs(joined)
    home = find_communities(len(nodes), weights)
    communities = _community_rows(nodes, home, weights)
    places = place_nodes(len(nodes), joined, home)
    papers = _paper_table(graph, nodes, relations)
    code = _code_addresses(graph)
    sentences = {s: i for i, s in enumerate(_sentences(relations))}
    present = {r.predicate for r in relations}
    return {
        "format": 1,
        "meta": _meta(graph, title, len(nodes), len(relations)),
        "kinds": ["Paper", *ENTITY_KINDS],
        "relations": [
            {"name": spec.name, "meaning": spec.meaning}
            for spec in RELATIONS.values()
            if spec.name in present
        ],
        "nodes": [
            _node_row(node, degree[node.id], place, papers)
            | {"code": code.get(node.id)}
            | {"community": number if number < len(communities) else None}
            for node, place, number in zip(nodes, places, home, strict=True)
        ],
        "communities": communities,
        "papers": [
            _paper_row(graph.papers[paper_id], index.get(paper_id)) | {"code": code.get(paper_id)}
            for paper_id in papers
        ],
        "sentences": list(sentences),
        "edges": [_edge_row(r, index, papers, sentences) for r in relations],
    }


def choose_nodes(graph: KnowledgeGraph, max_nodes: int) -> set[str]:
    """Ids of the ``max_nodes`` nodes with the most relations; of equals, the first by id."""
    degree = _degrees(graph)
    order = sorted((node.id for node in graph.nodes()), key=lambda i: (-degree[i], i))
    return set(order[: max(0, max_nodes)])


def paper_link(paper: Paper) -> str | None:
    """Where a paper can be read: its own address, else one made from its DOI or arXiv id."""
    if paper.url:
        return paper.url
    if paper.doi:
        return f"https://doi.org/{quote(paper.doi, safe='/:;().-_')}"
    scheme, _, value = paper.id.partition(":")
    return f"https://arxiv.org/abs/{quote(value, safe='/.-')}" if scheme == "arxiv" else None


def _degrees(graph: KnowledgeGraph) -> Counter[str]:
    return Counter(end for subject, _, object_ in graph.triples() for end in (subject, object_))


def _meta(graph: KnowledgeGraph, title: str, nodes: int, relations: int) -> dict[str, Any]:
    all_nodes = len(graph.papers) + len(graph.entities)
    note = ""
    if nodes < all_nodes:
        note = (
            f"This page shows the {nodes:,} most connected of {all_nodes:,} nodes; "
            f"{all_nodes - nodes:,} nodes and {len(graph.relations) - relations:,} relations "
            "were left out to keep it usable."
        )
    return {
        "title": title,
        "nodes": all_nodes,
        "relations": len(graph.relations),
        "shown_nodes": nodes,
        "shown_relations": relations,
        "note": note,
    }


def _community_rows(
    nodes: list[Node], home: list[int], weights: dict[tuple[int, int], float]
) -> list[dict[str, Any]]:
    """The largest communities, each named by its most central entities."""
    things = [i for i, n in enumerate(nodes) if not isinstance(n, Paper) and n.kind != "Url"]
    central = central_members(home, weights, things)
    sizes = Counter(home)
    rows = []
    for number in range(min(_COMMUNITIES, len(sizes))):
        members = central.get(number, [])
        if sizes[number] < _SMALLEST_COMMUNITY or not members:
            break
        names = list(dict.fromkeys(nodes[i].name for i in members[:3]))  # type: ignore[union-attr]
        rows.append({"name": ", ".join(names), "size": sizes[number]})
    return rows


def _node_row(
    node: Node, degree: int, place: tuple[int, int], papers: dict[str, int]
) -> dict[str, Any]:
    row: dict[str, Any] = {"id": node.id, "kind": label_of(node), "degree": degree}
    row["x"], row["y"] = place
    if isinstance(node, Paper):
        row |= {"label": node.title, "aliases": [], "year": node.year}
        row |= {"href": paper_link(node), "paper": papers[node.id]}
    else:
        row |= {"label": node.name, "aliases": list(node.aliases), "year": None, "href": None}
        if node.kind == "Url":
            row |= {"href": node.href, "url_kind": node.url_kind}
    return row


def _code_addresses(graph: KnowledgeGraph) -> dict[str, str]:
    """Where the code of a paper or a thing lies; of several addresses, the first by id."""
    found: dict[str, str] = {}
    addressed = (t for t in graph.triples() if t[1] in _ADDRESSED)
    for subject, object_ in sorted((subject, object_) for subject, _, object_ in addressed):
        url = graph.entities[object_]
        if isinstance(url, Url) and url.url_kind == "code":
            found.setdefault(subject, url.href)
    return found


def _paper_table(
    graph: KnowledgeGraph, nodes: list[Node], relations: list[Relation]
) -> dict[str, int]:
    cited = {e.paper_id for r in relations for e in r.evidence if e.paper_id in graph.papers}
    cited.update(node.id for node in nodes if isinstance(node, Paper))
    return {paper_id: i for i, paper_id in enumerate(sorted(cited))}


def _paper_row(paper: Paper, node: int | None) -> dict[str, Any]:
    return {
        "title": paper.title,
        "year": paper.year,
        "venue": paper.venue,
        "authors": list(paper.authors),
        "href": paper_link(paper),
        "node": node,
    }


def _sentences(relations: list[Relation]) -> list[str]:
    """Every sentence once, those of one paper together: they compress better so."""
    found = {(e.paper_id, e.start, e.sentence) for r in relations for e in r.evidence}
    return list(dict.fromkeys(sentence for _, _, sentence in sorted(found)))


def _edge_row(
    relation: Relation,
    index: dict[str, int],
    papers: dict[str, int],
    sentences: dict[str, int],
) -> dict[str, Any]:
    return {
        "id": relation.id,
        "source": index[relation.subject],
        "target": index[relation.object],
        "type": relation.predicate,
        "score": relation.score,
        "evidence": [
            [
                papers.get(e.paper_id),
                sentences[e.sentence],
                _span(e, e.object_start, e.object_end),
                _span(e, e.subject_start, e.subject_end),
                e.cue,
                e.score,
            ]
            for e in relation.evidence
        ],
    }


def _span(evidence: Evidence, start: int | None, end: int | None) -> list[int] | None:
    if start is None or end is None or not evidence.start <= start < end <= evidence.end:
        return None
    return [start - evidence.start, end - evidence.start]
