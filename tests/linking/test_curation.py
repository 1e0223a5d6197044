"""What a person decided holds, whatever the papers say and in whatever order it is said."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.curation import Action, Curation, Decision, NameRef, add_decision, take_out
from kg.errors import InputError
from kg.graph import KnowledgeGraph
from kg.known_names import KnownName, KnownNames
from kg.linking import Linker, link_extractions
from kg.linking.aggregate import Triple
from kg.model import NAMED_KINDS, Evidence, Extraction, Relation
from kg.model.resolution import Resolution
from tests.linking.corpus import NOTHING_KNOWN, Linked, Named, Stated, read
from tests.strategies import corpora

PPO = "proximal policy optimization"
KNOWN = KnownNames(
    [
        KnownName("PPO", (PPO, "PPO-Clip"), "Method", "case", "own"),
        KnownName("D4RL", (), "Benchmark", "case", "own"),
    ]
)
some_known = st.sampled_from((NOTHING_KNOWN, KNOWN))


def said(*decisions: Decision) -> Curation:
    return Curation(decisions)


def same(*names: str, name: str | None = None) -> Decision:
    return Decision("same", names, name)


def not_same(*names: str) -> Decision:
    return Decision("not-same", names)


def curated(
    *extractions: Extraction, curation: Curation, known: KnownNames = NOTHING_KNOWN
) -> Linked:
    return Linked(link_extractions(extractions, known=known, curation=curation))


@st.composite
def curated_corpora(draw: st.DrawFn) -> tuple[list[Extraction], Curation]:
    """Papers, and decisions about their names, which may contradict each other."""
    corpus = draw(corpora())
    written = sorted(
        {str(NameRef(" ".join(m.text.split()), m.kind)) for e in corpus for m in e.mentions}
    )
    named = [w for w in written if not w.startswith("Url:")]
    if len(named) < 2:
        return corpus, Curation()
    names = st.sampled_from(named)
    pairs = st.lists(names, min_size=2, max_size=3, unique=True).map(tuple)
    decisions = st.one_of(
        st.builds(Decision, st.just("same"), pairs, st.sampled_from((None, "Own"))),
        st.builds(Decision, st.just("not-same"), pairs),
        st.builds(
            Decision, st.just("rename"), names.map(lambda n: (n,)), st.sampled_from(("X", "Y z"))
        ),
        st.builds(
            Decision, st.just("kind"), names.map(lambda n: (n,)), st.sampled_from(NAMED_KINDS)
        ),
        st.builds(Decision, st.just("drop"), names.map(lambda n: (n,))),
    )
    return corpus, Curation(tuple(draw(st.lists(decisions, max_size=4))))


def linked_or_refused(
    corpus: list[Extraction], known: KnownNames, curation: Curation
) -> Resolution | str:
    try:
        return link_extractions(corpus, known=known, curation=curation)
    except InputError as err:
        return err.message


@given(curated_corpora(), some_known, st.data())
def test_the_order_of_entries_and_papers_does_not_matter(
    given_: tuple[list[Extraction], Curation], known: KnownNames, data: st.DataObject
) -> None:
    corpus, curation = given_
    once = linked_or_refused(corpus, known, curation)
    shuffled = Curation(tuple(data.draw(st.permutations(curation.decisions))))
    again = linked_or_refused(list(data.draw(st.permutations(corpus))), known, shuffled)
    assert shuffled.key == curation.key
    if isinstance(once, Resolution):
        assert isinstance(again, Resolution)
        assert again.model_dump_json() == once.model_dump_json()
    else:
        assert isinstance(again, str)


@given(curated_corpora(), some_known)
def test_a_curated_graph_is_a_graph_and_every_mention_has_one_link_or_is_dropped(
    given_: tuple[list[Extraction], Curation], known: KnownNames
) -> None:
    corpus, curation = given_
    found = linked_or_refused(corpus, known, curation)
    if isinstance(found, str):
        return
    graph = KnowledgeGraph(found.papers, found.entities, found.relations, found.mentions)
    assert tuple(graph.entities.values()) == found.entities
    assert {m.entity_id for m in found.mentions} == set(graph.entities)
    before = [m.id for e in corpus for m in e.mentions]
    after = [m.id for m in found.mentions]
    assert len(set(after)) == len(after)
    assert set(after) <= set(before)
    if not any(d.action == "drop" for d in curation.decisions):
        assert sorted(after) == sorted(before)


@given(curated_corpora(), some_known)
def test_what_is_decided_holds(
    given_: tuple[list[Extraction], Curation], known: KnownNames
) -> None:
    corpus, curation = given_
    found = linked_or_refused(corpus, known, curation)
    if isinstance(found, str):
        return
    entities: dict[str, set[str]] = {}
    for m in found.mentions:
        entities.setdefault(str(NameRef(" ".join(m.text.split()), m.kind)), set()).add(m.entity_id)
    by_id = {e.id: e for e in found.entities}
    for decision in curation.decisions:
        ids = [entities.get(name, set()) for name in decision.names]
        if decision.action == "not-same":
            assert not any(ids[0] & other for other in ids[1:])
        if decision.action == "kind" and any(len(i) == 1 for i in ids):
            assert all(by_id[i].kind == decision.to for i in ids[0])
        if decision.action == "rename" and any(len(i) == 1 for i in ids):
            assert all(by_id[i].name == decision.to for i in ids[0])


@given(curated_corpora(), some_known)
def test_papers_linked_one_by_one_make_the_same_graph(
    given_: tuple[list[Extraction], Curation], known: KnownNames
) -> None:
    corpus, curation = given_
    whole = linked_or_refused(corpus, known, curation)
    if isinstance(whole, str):
        return
    linker = Linker(iter(corpus), known=known, curation=curation)
    parts = [linker.link(e) for e in sorted(corpus, key=lambda e: e.paper.id)]
    assert linker.entities == whole.entities
    assert tuple(m for part in parts for m in part.mentions) == whole.mentions
    stated: dict[Triple, list[Evidence]] = {}
    for part in parts:
        for triple, evidence in part.evidence:
            stated.setdefault(triple, []).extend(evidence)
    relations = [Relation.from_evidence(*t, tuple(e)) for t, e in stated.items()]
    assert sorted(relations, key=lambda r: r.id) == list(whole.relations)


@given(corpora(), some_known)
def test_no_decisions_change_nothing(corpus: list[Extraction], known: KnownNames) -> None:
    plain = link_extractions(corpus, known=known)
    assert link_extractions(corpus, known=known, curation=Curation()) == plain
    nothing = said(Decision("drop", ("Task:no such thing at all",)))
    assert link_extractions(corpus, known=known, curation=nothing) == plain


@given(corpora(), st.data())
def test_dropping_leaves_no_trace(corpus: list[Extraction], data: st.DataObject) -> None:
    plain = link_extractions(corpus, known=NOTHING_KNOWN)
    named = [m for m in plain.mentions if m.kind != "Url"]
    if not named:
        return
    mention = data.draw(st.sampled_from(named))
    name = str(NameRef(" ".join(mention.text.split()), mention.kind))
    found = link_extractions(corpus, known=NOTHING_KNOWN, curation=said(Decision("drop", (name,))))
    gone = {e.id for e in plain.entities} - {e.id for e in found.entities}
    left = json.dumps(found.model_dump(mode="json", exclude={"papers"}))
    assert len(found.entities) < len(plain.entities)
    assert not any(json.dumps(key) in left for key in gone)


def test_same_unites_and_the_links_say_so() -> None:
    found = curated(
        read("p1", "PPO", "PPO"), read("p2", "Clipping"), curation=said(same("PPO", "Clipping"))
    )
    assert found.entity("p1", "PPO") == found.entity("p2", "Clipping")
    assert found.entity("p1", "PPO").aliases in (("Clipping",), ("PPO",))
    methods = {m.text: m.link_method for m in found.whole.mentions}
    assert sorted(methods.values()) == ["curated", "exact"]


def test_same_gives_the_name_it_names() -> None:
    found = curated(
        read("p1", "PPO"), read("p2", "Clip"), curation=said(same("PPO", "Clip", name="Clipped"))
    )
    (entity,) = found.whole.entities
    assert (entity.id, entity.name, entity.aliases) == (
        "method:clipped",
        "Clipped",
        ("Clip", "PPO"),
    )
    assert {m.link_method for m in found.whole.mentions} == {"curated"}


def test_same_unites_kinds() -> None:
    corpus = [read("p1", Named("Chess", "Task")), read("p2", Named("Chess", "Method"))]
    with pytest.raises(InputError, match="several kinds") as caught:
        curated(*corpus, curation=said(Decision("drop", ("Chess",))))
    assert "Method:Chess, Task:Chess" in caught.value.hint
    found = curated(
        *corpus,
        curation=said(
            same("Task:Chess", "method:chess"), Decision("kind", ("Task:Chess",), "Task")
        ),
    )
    assert [e.id for e in found.whole.entities] == ["task:chess"]


def test_a_name_leaves_the_known_thing() -> None:
    corpus = [read("p1", "PPO", "PPO-Clip")]
    assert curated(*corpus, curation=said(), known=KNOWN).names == ["PPO"]
    found = curated(*corpus, curation=said(not_same("PPO", "PPO-Clip")), known=KNOWN)
    assert found.names == ["PPO", "PPO-Clip"]


def test_an_acronym_leaves_its_long_form_in_every_paper() -> None:
    corpus = [read("p1", PPO, Named("PPO", long_form=PPO)), read("p2", "PPO"), read("p3", PPO)]
    assert len(curated(*corpus, curation=said()).names) == 1
    found = curated(*corpus, curation=said(not_same(PPO, "PPO")))
    assert found.entity("p1", "PPO") == found.entity("p2", "PPO")
    assert found.entity("p1", PPO) == found.entity("p3", PPO)
    assert found.entity("p1", PPO) != found.entity("p1", "PPO")
    assert "PPO" not in found.entity("p1", PPO).aliases


def test_nearly_alike_long_forms_are_parted() -> None:
    corpus = [
        read("p1", Named("LoRA", long_form="low-rank adaptation"), "low-rank adaptation"),
        read("p2", Named("LoRA", long_form="low-rank adaption"), "low-rank adaption"),
    ]
    assert len(curated(*corpus, curation=said()).names) == 1
    found = curated(*corpus, curation=said(not_same("low-rank adaptation", "low-rank adaption")))
    assert found.entity("p1", "low-rank adaptation") != found.entity("p2", "low-rank adaption")


def test_two_spellings_of_one_normal_form_are_parted() -> None:
    corpus = [read("p1", "Transformer", "Transformers"), read("p2", "transformers")]
    found = curated(*corpus, curation=said(not_same("Transformer", "Transformers")))
    assert found.entity("p1", "Transformer") == found.entity("p2", "transformers")
    assert found.entity("p1", "Transformers").name == "Transformers"
    assert found.entity("p1", "Transformers").id.startswith("method:transformers-")
    assert {m.link_method for m in found.whole.mentions} == {"exact"}


def test_two_names_that_linking_keeps_apart_stay_as_they_are() -> None:
    corpus = [read("p1", PPO, Named("PPO", long_form=PPO), "TRPO")]
    plain = curated(*corpus, curation=said())
    assert curated(*corpus, curation=said(not_same("TRPO", "PPO"))).whole == plain.whole


def test_an_acronym_leaves_the_long_form_also_where_it_is_another_thing_elsewhere() -> None:
    corpus = [
        *(read(f"p{n}", Named("PPO", long_form="preferred policy order")) for n in range(3)),
        *(read(f"q{n}", PPO, Named("PPO", long_form=PPO)) for n in range(3)),
        read("r", "PPO"),
    ]
    plain = curated(*corpus, curation=said())
    assert len({plain.entity(p, "PPO").id for p in ("p1", "q1", "r")}) == 3
    found = curated(*corpus, curation=said(not_same(PPO, "PPO")))
    assert found.entity("q1", "PPO") == found.entity("r", "PPO")
    assert found.entity("q1", "PPO") != found.entity("q1", PPO)


def test_not_same_holds_against_what_others_are_united_with() -> None:
    corpus = [read("p1", PPO, Named("PPO", long_form=PPO)), read("p2", "TRPO")]
    found = curated(*corpus, curation=said(same("TRPO", PPO), not_same("TRPO", "PPO")))
    assert found.entity("p2", "TRPO") == found.entity("p1", PPO)
    assert found.entity("p1", "PPO") != found.entity("p2", "TRPO")


def test_an_entry_may_use_the_name_that_another_gives() -> None:
    corpus = [read("p1", "PPO", "TRPO")]
    found = curated(
        *corpus, curation=said(Decision("rename", ("PPO",), "Clipped"), same("Clipped", "TRPO"))
    )
    assert found.names == ["Clipped"]


def test_the_kind_decides_which_relations_hold() -> None:
    paper = read("p1", Named("Chess", "Method"), stated=[Stated(None, "USES", 0)])
    found = curated(paper, curation=said(Decision("kind", ("Chess",), "Task")))
    assert found.triples == {("p1", "ADDRESSES", "task:chess")}


def test_relations_of_a_dropped_thing_go_with_it() -> None:
    paper = read(
        "p1",
        *("PPO", "TRPO"),
        stated=[Stated(0, "OUTPERFORMS", 1), Stated(None, "USES", 0), Stated(None, "USES", 1)],
    )
    found = curated(paper, curation=said(Decision("drop", ("TRPO",))))
    assert found.triples == {("p1", "USES", "method:ppo")}


CONTRADICTIONS: tuple[tuple[str, tuple[Decision, ...]], ...] = (
    ("contradicts", (same("A", "B"), not_same("A", "B"))),
    ("contradicts", (same("A", "B"), same("B", "C"), not_same("C", "A"))),
    ("two names", (Decision("rename", ("A",), "X"), Decision("rename", ("A",), "Y"))),
    ("two names", (same("A", "B", name="X"), Decision("rename", ("B",), "Y"))),
    ("two kinds", (Decision("kind", ("A",), "Task"), Decision("kind", ("A",), "Metric"))),
    ("drops what", (Decision("drop", ("A",)), Decision("kind", ("A",), "Metric"))),
    ("drops what", (Decision("drop", ("A",)), same("A", "B", name="X"))),
    ("the name of another entity", (Decision("rename", ("A",), "b"),)),
    ("the name of another entity", (same("A", "B", name="X"), Decision("rename", ("C",), "x"))),
    ("both are one name", (not_same("A", "A"),)),
)


@pytest.mark.parametrize(("reason", "decisions"), CONTRADICTIONS)
@pytest.mark.parametrize("written", [("A", "B", "C"), ()])
def test_contradictions_are_refused(
    reason: str, decisions: tuple[Decision, ...], written: tuple[str, ...]
) -> None:
    if not written and reason == "the name of another entity":
        written = ("B", "C", "A")
    corpus = [read("p1", *written)] if written else []
    with pytest.raises(InputError, match=reason):
        link_extractions(corpus, known=NOTHING_KNOWN, curation=said(*decisions))


def test_what_nobody_writes_is_a_warning() -> None:
    curation = Curation.parse('[[drop]]\nname = "Method:Nothing"\n')
    linker = Linker([read("p1", "PPO")], known=NOTHING_KNOWN, curation=curation)
    assert linker.warnings == ("curation.toml:1: no paper writes 'Method:Nothing'",)


TEXT = """\
# my notes
[[same]]  # two spellings
names = ["Method:PPO", "Method:Clip"]

[[drop]]
name = 'Task:"it"'
# why: it is a pronoun

[[same]]
names = [
  "A",  # one
  "B",
]
"""


def test_the_file_is_read_in_order_with_lines() -> None:
    found = Curation.parse(TEXT).decisions
    assert [(d.number, d.line, d.action) for d in found] == [
        (1, 2, "same"),
        (2, 5, "drop"),
        (3, 9, "same"),
    ]
    assert found[1].refs == (NameRef('"it"', "Task"),)


@pytest.mark.parametrize(
    "decision",
    [
        same("A", "B"),
        same("A", 'B "quoted" \\ back', name="é ü"),
        not_same("A", "B", "C"),
        Decision("rename", ("A",), "[[drop]]"),
        Decision("kind", ("A",), "Task"),
        Decision("drop", ("A = ]]",)),
    ],
)
@pytest.mark.parametrize("text", ["", TEXT, TEXT.replace("\n", "\r\n"), "# alone\n"])
def test_an_entry_that_is_added_and_taken_out_leaves_the_text_as_it_was(
    decision: Decision, text: str
) -> None:
    longer = add_decision(text, decision)
    assert longer.startswith(text)
    assert Curation.parse(longer).decisions[-1] == decision
    assert take_out(longer) == (text, decision)


def test_an_entry_in_the_middle_is_taken_out_and_comments_stay() -> None:
    rest, gone = take_out(TEXT, 2)
    assert gone.action == "drop"
    assert rest == TEXT.replace("\n[[drop]]\nname = 'Task:\"it\"'\n", "")
    assert "# why" in rest


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[same]\n", "is not TOML"),
        ("[[sane]]\n", "unknown entry 'sane'"),
        ("[same]\nnames = []\n", "'same' is not a table of its own"),
        ("same = [{names = ['a', 'b']}]\n", "does not begin with a line of its own"),
        ("\n[[same]]\nnames = ['a']\n", r"curation\.toml:2: \[\[same\]\] names"),
        ("[[kind]]\nname = 'a'\nto = 'Thing'\n", r"curation\.toml:1: \[\[kind\]\] to"),
        ("[[kind]]\nname = 'a'\nto = 'Url'\n", r"curation\.toml:1: \[\[kind\]\] to"),
        ("[[drop]]\nname = ''\n", "a name is one line of text"),
        ('[[drop]]\nname = "a\\u0007b"\n', "a name is one line of text"),
        ("[[drop]]\nname = 'a'\nwhy = 'b'\n", "extra inputs"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        Curation.parse(text)


@given(st.lists(st.sampled_from(("same", "not-same", "drop")), max_size=5), st.data())
def test_comments_and_order_do_not_matter_to_the_content(
    actions: list[Action], data: st.DataObject
) -> None:
    decisions = [
        Decision(action, (f"n{i}",) if action == "drop" else (f"n{i}", "m"))
        for i, action in enumerate(actions)
    ]
    text = ""
    for decision in data.draw(st.permutations(decisions)):
        text = add_decision(f"{text}# a comment\n", decision)
    assert Curation.parse(text).key == Curation(tuple(decisions)).key
