"""What was exported comes back: as the very same graph, and as papers that link as they did."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given, settings

from kg.errors import InputError
from kg.exporters import export_graph
from kg.graph import KnowledgeGraph
from kg.importing import extractions_of, import_graph
from kg.model import Paper
from kg.pipeline import assemble_graph, build
from kg.snapshot import load_graph, open_embedded
from tests.sample_graph import sample_graph
from tests.stores.store_graph import store_graph
from tests.strategies import graphs


def bare(graph: KnowledgeGraph) -> KnowledgeGraph:
    return KnowledgeGraph(graph.papers.values(), graph.entities.values(), graph.relations.values())


def test_linking_what_was_imported_gives_the_same_graph(small_graph: KnowledgeGraph) -> None:
    assert assemble_graph(extractions_of(small_graph)) == small_graph


def test_without_mentions_the_evidence_names_them(small_graph: KnowledgeGraph) -> None:
    found = list(extractions_of(bare(small_graph)))
    assert [e.paper for e in found] == list(small_graph.papers.values())
    for extraction in found:
        spans = {(m.start, m.end) for m in small_graph.mentions(extraction.paper.id)}
        assert {(m.start, m.end) for m in extraction.mentions} <= spans
    again = assemble_graph(found)
    assert set(again.entities) == set(small_graph.entities)
    assert set(again.relations) == set(small_graph.relations)


@pytest.mark.parametrize("graph", [sample_graph(), store_graph()], ids=["sample", "store"])
def test_a_new_knowledge_base_holds_the_very_same_graph(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    base = tmp_path / "a.kg"
    assert import_graph(graph, base)
    assert load_graph(base) == graph
    with open_embedded(base) as store:
        assert store.read() == bare(graph)
    report = build([], base)
    assert (report.extracted, report.rebuilt, report.papers) == (0, False, len(graph.papers))
    assert import_graph(graph, base), "again is no harm"
    assert load_graph(base) == graph


@settings(max_examples=15)
@given(graph=graphs())
def test_any_graph_with_papers_comes_back(
    graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory
) -> None:
    base = tmp_path_factory.mktemp("any") / "a.kg"
    assume(graph.papers)
    import_graph(graph, base)
    assert load_graph(base) == graph


def test_imported_papers_join_those_that_were_there(
    small_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    other = tmp_path / "b.kg"
    lonely = Paper(id="title:lonely", title="Only here", abstract="We use BERT.")
    import_graph(KnowledgeGraph([lonely]), other)
    assert not import_graph(small_graph, other)
    joined = load_graph(other)
    assert set(joined.papers) == {*small_graph.papers, lonely.id}
    assert set(small_graph.relations) <= set(joined.relations)


def test_imported_papers_are_read_again_only_when_they_change(
    small_papers: tuple[Paper, ...], tmp_path: Path
) -> None:
    def source(*papers: Paper) -> Path:
        path = tmp_path / "papers.jsonl"
        path.write_text("".join(p.model_dump_json() + "\n" for p in papers), "utf-8")
        return path

    build([source(*small_papers)], tmp_path / "a.kg")
    base = tmp_path / "b.kg"
    import_graph(load_graph(tmp_path / "a.kg"), base)
    assert build([source(*small_papers)], base).extracted == 0
    changed = small_papers[0].model_copy(update={"abstract": "We use PPO on D4RL."})
    report = build([source(changed, *small_papers[1:])], base)
    assert (report.changed, report.extracted) == (1, 1)
    build([source(changed)], tmp_path / "a.kg")
    assert load_graph(base) == load_graph(tmp_path / "a.kg")


def test_what_cannot_be_imported_is_said_and_leaves_nothing(
    small_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    base = tmp_path / "a.kg"
    with pytest.raises(InputError, match="no papers to import"):
        import_graph(KnowledgeGraph(), base)
    relations = list(small_graph.relations.values())
    others = [p for p in small_graph.papers.values() if p.id != relations[0].evidence[0].paper_id]
    kept = [r for r in relations if r.subject in {p.id for p in others}]
    entity_relations = [r for r in relations if r.subject in small_graph.entities]
    with pytest.raises(InputError, match="a paper not in the graph"):
        import_graph(
            KnowledgeGraph(
                [Paper(id="title:other", title="Other")],
                small_graph.entities.values(),
                entity_relations,
            ),
            base,
        )
    cut = [p.model_copy(update={"abstract": ""}) for p in others]
    with pytest.raises(InputError, match="does not say"):
        import_graph(KnowledgeGraph(cut, small_graph.entities.values(), kept), base)
    assert not base.exists()


def test_a_node_link_file_becomes_a_knowledge_base(
    small_graph: KnowledgeGraph, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from kg.cli import main

    file = export_graph(small_graph, tmp_path / "graph.json")
    base = tmp_path / "a.kg"
    assert main(["import", str(file), "--to", str(base)]) == 0
    assert "the graph as it was" in capsys.readouterr().err
    assert load_graph(base) == small_graph
    assert main(["import", str(tmp_path / "missing.json"), "--to", str(base)]) == 1
    assert "cannot read" in capsys.readouterr().err
