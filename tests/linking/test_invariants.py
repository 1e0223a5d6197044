"""What holds of linking whatever the papers say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.config import LinkConfig
from kg.graph import KnowledgeGraph
from kg.known_names import KnownName, KnownNames, kind_group
from kg.linking import cluster_names, link_extractions, paper_things, profile_things
from kg.linking.things import mention_form, thing_names
from kg.model import RELATIONS, Extraction
from kg.model.resolution import Resolution
from kg.names import normal_form, version_tokens
from tests.linking.corpus import NOTHING_KNOWN
from tests.strategies import corpora, extractions

KNOWN = KnownNames(
    [
        KnownName("PPO", ("proximal policy optimization",), "Method", "case", "own"),
        KnownName("Chess-3B", (), "Method", "case", "own"),
        KnownName("D4RL", (), "Benchmark", "case", "own"),
    ]
)
some_known = st.sampled_from((NOTHING_KNOWN, KNOWN))
any_corpora = corpora() | st.lists(extractions(), max_size=3, unique_by=lambda e: e.paper.id)


@given(any_corpora, some_known, st.data())
def test_clusters_are_a_partition_of_the_names(
    corpus: list[Extraction], known: KnownNames, data: st.DataObject
) -> None:
    things = [thing for extraction in corpus for thing in paper_things(extraction)]
    profiles = profile_things(things)
    clusters = cluster_names(profiles, names=known, config=LinkConfig())
    shuffled = profile_things(data.draw(st.permutations(things)))
    assert cluster_names(shuffled, names=known, config=LinkConfig()) == clusters
    sorted_out = [profile for cluster in clusters for profile in cluster.profiles]
    assert sorted(map(repr, sorted_out)) == sorted(map(repr, profiles))
    assert sum(profile.papers for profile in profiles) == len(things)
    assert all(len({p.group for p in cluster.profiles}) == 1 for cluster in clusters)


@given(any_corpora)
def test_things_are_a_partition_of_the_mentions(corpus: list[Extraction]) -> None:
    for extraction in corpus:
        things = paper_things(extraction)
        assert len({t.key for t in things}) == len(things)
        found = [m for thing in things for m in thing.mentions]
        assert sorted(found, key=lambda m: m.start) == list(extraction.mentions)


@given(any_corpora)
def test_every_mention_leads_to_its_thing(corpus: list[Extraction]) -> None:
    for extraction in corpus:
        of_mention = {
            m: (t.group, t.names[0]) for t in paper_things(extraction) for m in t.mentions
        }
        found = thing_names(extraction)
        assert [mention for mention, _, _ in found] == list(extraction.mentions)
        assert all(of_mention[mention] == node for mention, _, node in found)
        assert all(form == mention_form(mention) for mention, form, _ in found)


@given(any_corpora, some_known, st.data())
def test_the_order_of_the_papers_does_not_matter(
    corpus: list[Extraction], known: KnownNames, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(corpus))
    once = link_extractions(corpus, known=known)
    again = link_extractions(iter(shuffled), known=known)
    assert again == once
    assert again.model_dump_json() == once.model_dump_json()


@given(any_corpora, some_known)
def test_every_mention_has_one_link_and_every_id_is_there(
    corpus: list[Extraction], known: KnownNames
) -> None:
    found = link_extractions(corpus, known=known)
    given_mentions = [m for e in corpus for m in e.mentions]
    assert sorted(m.id for m in found.mentions) == sorted(m.id for m in given_mentions)
    unlinked = {m.id: m for m in given_mentions}
    for linked in found.mentions:
        assert unlinked[linked.id].model_dump() == linked.model_dump(
            exclude={"entity_id", "link_method", "link_score"}
        )
    entities = {e.id: e for e in found.entities}
    assert len(entities) == len(found.entities)
    assert {m.entity_id for m in found.mentions} == set(entities)
    for linked in found.mentions:
        assert kind_group(entities[linked.entity_id].kind) == kind_group(linked.kind)


@given(any_corpora, some_known)
def test_the_result_makes_a_graph(corpus: list[Extraction], known: KnownNames) -> None:
    found = link_extractions(corpus, known=known)
    graph = KnowledgeGraph(found.papers, found.entities, found.relations, found.mentions)
    assert tuple(graph.papers.values()) == found.papers
    assert tuple(graph.entities.values()) == found.entities
    assert tuple(graph.relations.values()) == found.relations
    assert tuple(m for p in graph.papers for m in graph.mentions(p)) == found.mentions


@given(any_corpora)
def test_every_sentence_is_one_that_a_paper_states(corpus: list[Extraction]) -> None:
    texts = {e.paper.id: e.paper.text for e in corpus}
    for relation in link_extractions(corpus, known=NOTHING_KNOWN).relations:
        for evidence in relation.evidence:
            text = texts[evidence.paper_id]
            assert text[evidence.start : evidence.end] == evidence.sentence
        if RELATIONS[relation.predicate].domain == ("Paper",):
            assert {e.paper_id for e in relation.evidence} == {relation.subject}


@given(corpora())
def test_versions_never_merge(corpus: list[Extraction]) -> None:
    bare = [
        e.model_copy(
            update={"mentions": tuple(m.model_copy(update={"long_form": None}) for m in e.mentions)}
        )
        for e in corpus
    ]
    found = link_extractions(bare, known=NOTHING_KNOWN)
    versions: dict[str, set[tuple[str, ...]]] = {}
    for mention in found.mentions:
        tokens = version_tokens(normal_form(mention.text))
        versions.setdefault(mention.entity_id, set()).add(tokens)
    assert all(len(tokens) == 1 for tokens in versions.values())


@given(corpora(), st.data())
def test_a_paper_that_names_nothing_changes_nothing(
    corpus: list[Extraction], data: st.DataObject
) -> None:
    silent = data.draw(corpora(max_papers=1))
    extra = [
        e.model_copy(update={"mentions": (), "relations": ()})
        for e in silent
        if e.paper.id not in {c.paper.id for c in corpus}
    ]
    with_extra = link_extractions([*corpus, *extra], known=NOTHING_KNOWN)
    without = link_extractions(corpus, known=NOTHING_KNOWN)
    assert parts(with_extra) == parts(without)


def parts(found: Resolution) -> tuple[object, ...]:
    return found.entities, found.mentions, found.relations
