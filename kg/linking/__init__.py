"""Linking: the names of all papers become entities. The one barrier of the pipeline.

Inside a paper, names with one normal form are one thing, and so are an acronym and the long form
the paper gives for it. Across papers, things are united by known aliases, by the normal forms of
their names, and by acronyms where the papers that spell them out agree. Versions and sizes are
part of a normal form and never merge. Every decision is made from counts over the whole corpus,
so the order of the papers cannot matter. What a person decided (``curation.toml``) goes before
all of that.

The papers are read twice: once to count their names and decide on the entities, and once, one by
one, to link their mentions and statements. Between the two no more is held than the distinct
names, so a corpus need not fit in memory. Both passes can be done in parts, by other processes:

1. ``profile_extractions`` of each part; profiles of one ``key`` are merged (``merge_profiles``).
2. ``Linker.of_profiles`` decides, in one place; ``Linker.save`` writes that into a folder.
3. ``LinkRules.open`` reads it in each process and links papers; ``relation_lines`` of each.
4. The lines of one relation id are made one by ``unite_relations``.

``NameProfile.dump`` and ``load`` make JSON of a profile, to be passed between processes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

from kg.config import LinkConfig
from kg.curation import Curation
from kg.known_names import KnownNames, default_names
from kg.linking.aggregate import Triple
from kg.linking.clustering import cluster_names
from kg.linking.curating import CuratedNames, apart_spellings
from kg.linking.entities import make_entities
from kg.linking.profiles import NameProfile, merge_profiles, profile_things
from kg.linking.rules import LinkedPaper, LinkRules, save_rules
from kg.linking.sorting import RelationSorter, relation_lines, unite_relations
from kg.linking.things import PaperThing, paper_things
from kg.model import (
    Entity,
    Evidence,
    Extraction,
    LinkedMention,
    Paper,
    Relation,
    entity_adapter,
)
from kg.model.resolution import Resolution
from kg.record_files import RecordWriter, WrittenFile

__all__ = [
    "LinkRules",
    "LinkedPaper",
    "Linker",
    "NameProfile",
    "PaperThing",
    "RelationSorter",
    "Triple",
    "cluster_names",
    "link_extractions",
    "merge_profiles",
    "paper_things",
    "profile_extractions",
    "profile_things",
    "relation_lines",
    "unite_relations",
]


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
        profiles = profile_extractions(extractions, curation=curation)
        self._decide(profiles, known, config, curation)

    @classmethod
    def of_profiles(
        cls,
        profiles: Sequence[NameProfile],
        *,
        known: KnownNames | None = None,
        config: LinkConfig | None = None,
        curation: Curation | None = None,
    ) -> Self:
        """The same from names that were counted elsewhere.

        Args:
            profiles: What ``profile_extractions`` made of each part of the corpus with the same
                curation, merged: no two have the same key. In any order.
            known: As for the class; so the others.
            config: Thresholds.
            curation: What a person decided about names.

        Raises:
            InputError: The decisions contradict each other.
        """
        linker = cls.__new__(cls)
        linker._decide(profiles, known, config, curation)
        return linker

    def _decide(
        self,
        profiles: Sequence[NameProfile],
        known: KnownNames | None,
        config: LinkConfig | None,
        curation: Curation | None,
    ) -> None:
        decisions = curation or Curation()
        apart = apart_spellings(decisions)
        curated = CuratedNames(
            profiles,
            curation=decisions,
            apart=apart,
            names=default_names() if known is None else known,
            config=config or LinkConfig(),
        )
        self.warnings: tuple[str, ...] = tuple(curated.warnings)
        """Decisions that are about nothing in the corpus, each in one line."""
        self.entity_lines, self._rules = make_entities(curated.clusters)
        """The entities by id, as JSON without line ends."""
        self._apart, self._alone = apart, curated.alone
        self._linking = LinkRules.of_names(self._rules, apart=apart, alone=curated.alone)

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        """The entities by id."""
        return tuple(map(entity_adapter.validate_json, self.entity_lines))

    def link(self, extraction: Extraction) -> LinkedPaper:
        """Link the mentions and statements of a paper that was among the extractions.

        What names a thing that a person dropped is left out.

        Raises:
            KeyError: It was not.
        """
        return self._linking.link(extraction)

    def save(self, folder: str | Path) -> WrittenFile:
        """Write what was decided into a folder, so that other processes can link papers.

        Each of them opens it with ``LinkRules.open``; ``entities.jsonl`` holds the entities by id.

        Args:
            folder: An empty folder.

        Returns:
            What is known of ``entities.jsonl``.

        Raises:
            OSError: The disk does not take it.
        """
        save_rules(Path(folder), self._rules, apart=self._apart, alone=self._alone)
        with RecordWriter(Path(folder) / "entities.jsonl") as writer:
            for line in self.entity_lines:
                writer.write(line.decode())
            return writer.finish()


def profile_extractions(
    extractions: Iterable[Extraction], *, curation: Curation | None = None
) -> list[NameProfile]:
    """Count the names of some papers; of parts of a corpus, to be merged with those of the others.

    Args:
        extractions: What was found in each paper; one a paper.
        curation: What a person decided about names, the same for all parts.

    Returns:
        The profiles, sorted; the same for any order of the papers.
    """
    apart = apart_spellings(curation or Curation())
    return profile_things(t for e in extractions for t in paper_things(e, apart))


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
