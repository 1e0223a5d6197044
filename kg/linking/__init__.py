"""Linking: the names of all papers become entities. The one barrier of the pipeline.

Inside a paper, names with one normal form are one thing, and so are an acronym and the long form
the paper gives for it. Across papers, things are united by known aliases, by the normal forms of
their names, and by acronyms where the papers that spell them out agree. Versions and sizes are
part of a normal form and never merge. Every decision is made from counts over the whole corpus,
so the order of the papers cannot matter. What a person decided (``curation.toml``) goes before
all of that.

The papers are read twice: once to count their names and decide on the entities, and once, one by
one, to link their mentions and statements. Between the two no more is held than the distinct
names, so a corpus need not fit in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.config import LinkConfig
from kg.curation import Curation
from kg.known_names import KnownNames, default_names
from kg.linking.aggregate import Triple, paper_evidence
from kg.linking.clustering import cluster_names
from kg.linking.curating import CuratedNames, apart_spellings
from kg.linking.entities import make_entities
from kg.linking.profiles import NameProfile, profile_things
from kg.linking.things import PaperThing, paper_things, thing_names
from kg.model import Entity, Evidence, Extraction, LinkedMention, Paper, Relation
from kg.model.resolution import Resolution

__all__ = [
    "LinkedPaper",
    "Linker",
    "NameProfile",
    "PaperThing",
    "Triple",
    "cluster_names",
    "link_extractions",
    "paper_things",
    "profile_things",
]


@dataclass(frozen=True, slots=True)
class LinkedPaper:
    """One paper with what linking made of it.

    Args:
        paper: The paper.
        mentions: Its mentions with their entities, by place.
        evidence: What it states of each triple, in no particular order.
    """

    paper: Paper
    mentions: tuple[LinkedMention, ...]
    evidence: list[tuple[Triple, list[Evidence]]]


class Linker:
    """The entities of a corpus, decided from all its names.

    Args:
        extractions: What was found in each paper, in any order; one a paper.
        known: Names known beforehand; the shipped ones by default.
        config: Thresholds.
        curation: What a person decided about names.

    Raises:
        InputError: The decisions contradict each other.
    """

    def __init__(
        self,
        extractions: Iterable[Extraction],
        *,
        known: KnownNames | None = None,
        config: LinkConfig | None = None,
        curation: Curation | None = None,
    ) -> None:
        names = default_names() if known is None else known
        decisions = curation or Curation()
        self._apart = apart_spellings(decisions)
        profiles = profile_things(t for e in extractions for t in paper_things(e, self._apart))
        curated = CuratedNames(
            profiles,
            curation=decisions,
            apart=self._apart,
            names=names,
            config=config or LinkConfig(),
        )
        self._alone = curated.alone
        self.warnings: tuple[str, ...] = tuple(curated.warnings)
        """Decisions that are about nothing in the corpus, each in one line."""
        entities, self._rules = make_entities(curated.clusters)
        self.entities: tuple[Entity, ...] = tuple(entities)
        """The entities by id."""

    def link(self, extraction: Extraction) -> LinkedPaper:
        """Link the mentions and statements of a paper that was among the extractions.

        What names a thing that a person dropped is left out.

        Raises:
            KeyError: It was not.
        """
        mentions = sorted(self._links(extraction), key=lambda m: (m.start, m.end))
        return LinkedPaper(
            paper=extraction.paper,
            mentions=tuple(mentions),
            evidence=paper_evidence(extraction.paper, extraction.relations, mentions),
        )

    def _links(self, extraction: Extraction) -> Iterator[LinkedMention]:
        for mention, form, (group, name) in thing_names(extraction, self._apart, self._alone):
            rules = self._rules["name", group, name]
            if rules is not None:
                yield rules.link(mention, form)


def link_extractions(
    extractions: Iterable[Extraction],
    *,
    known: KnownNames | None = None,
    config: LinkConfig | None = None,
    curation: Curation | None = None,
) -> Resolution:
    """Make one entity of every name of a thing, and one relation of every statement of a triple.

    Args:
        extractions: What was found in each paper, in any order; one a paper.
        known: Names known beforehand; the shipped ones by default.
        config: Thresholds.
        curation: What a person decided about names.

    Returns:
        Papers, entities, linked mentions and relations, sorted; the same for any input order.

    Raises:
        InputError: The decisions contradict each other.
    """
    corpus = sorted(extractions, key=lambda e: e.paper.id)
    linker = Linker(corpus, known=known, config=config, curation=curation)
    papers: list[Paper] = []
    mentions: list[LinkedMention] = []
    stated: dict[Triple, list[Evidence]] = defaultdict(list)
    for extraction in corpus:
        linked = linker.link(extraction)
        papers.append(linked.paper)
        mentions.extend(linked.mentions)
        for triple, evidence in linked.evidence:
            stated[triple].extend(evidence)
    relations = (Relation.from_evidence(*triple, tuple(said)) for triple, said in stated.items())
    return Resolution.of_checked(
        papers=tuple(papers),
        entities=linker.entities,
        mentions=tuple(mentions),
        relations=tuple(sorted(relations, key=lambda r: r.id)),
    )
