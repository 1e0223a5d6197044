"""Tables without extractions: what must have been found in each paper is told from the graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kg.graph import KnowledgeGraph
from kg.importing import extractions_of
from kg.ledger import IMPORTED, ExtractionRow
from kg.slicing._node_index import Labels
from kg.slicing._source import Kept, ReadPaper
from kg.slicing._tables import TableSource
from kg.snapshot import mention_record

__all__ = ["FlatTableSource"]


class FlatTableSource(TableSource):
    """The tables that ``kg export`` writes; the graph of the slice is held in memory."""

    _graph: KnowledgeGraph | None = None

    def papers(self, kept: Kept) -> Iterator[ReadPaper]:
        """Papers of the slice by id, with what is said of them as if an extractor had found it."""
        for extraction in extractions_of(self.graph(kept)):
            yield ReadPaper(extraction.paper, ExtractionRow.of(extraction), IMPORTED)

    def records(self, kept: Kept, scratch: Path) -> Mapping[str, Iterable[str]]:
        """Records of the graph of the slice."""
        graph = self.graph(kept)
        spoken = ((key, graph.mentions(key)) for key in graph.papers)
        return {
            "papers": (paper.model_dump_json() for paper in graph.papers.values()),
            "entities": (entity.model_dump_json() for entity in graph.entities.values()),
            "relations": (relation.model_dump_json() for relation in graph.relations.values()),
            "mentions": (mention_record(*item) for item in spoken if item[1]),
        }

    def graph(self, kept: Kept) -> KnowledgeGraph:
        """The graph of the slice; read when first asked for.

        Raises:
            InputError: A row is damaged, or rows do not fit each other.
        """
        if self._graph is None:
            papers = {paper.id: paper for _, paper in self.paper_records(kept)}
            labels = Labels(self._tables)

            def text(paper_id: str) -> str | None:
                return papers[paper_id].text if paper_id in papers else None

            touched: set[str] | None = None if kept is None else set()
            mentions = dict(self.mention_records(kept, text, labels, touched))
            relations = {r.id: r for r in self.relation_records(kept, text, labels, touched)}
            entities = {entity.id: entity for entity in self.entity_records(touched)}
            self._graph = KnowledgeGraph.of_checked(papers, entities, relations, mentions)
        return self._graph
