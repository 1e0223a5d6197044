"""Linking done in parts: counted apart, decided once, linked by processes that read files."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.curation import Curation
from kg.errors import InputError, KnowledgeBaseError
from kg.known_names import KnownName, KnownNames
from kg.linking import (
    Linker,
    LinkRules,
    NameProfile,
    link_extractions,
    merge_profiles,
    profile_extractions,
    relation_lines,
    unite_relations,
)
from kg.model import Extraction
from tests.linking.corpus import NOTHING_KNOWN, Named, Stated, read
from tests.strategies import corpora, extractions

KNOWN = KnownNames([KnownName("PPO", ("proximal policy optimization",), "Method", "case", "own")])
any_corpora = corpora() | st.lists(extractions(), max_size=3, unique_by=lambda e: e.paper.id)
some_decisions = st.sampled_from(
    (
        Curation(),
        Curation.parse('[[drop]]\nname = "PPO"'),
        Curation.parse('[[not-same]]\nnames = ["Transformer", "Transformers"]'),
        Curation.parse('[[same]]\nnames = ["Method:PPO", "Method:BERT"]\nname = "BERT"'),
        Curation.parse('[[rename]]\nname = "Method:PPO"\nto = "Proximal thing"'),
    )
)
SMALL = [
    read("a:1", Named("PPO", long_form="proximal policy optimization"), "BERTs", "Transformers"),
    read("a:2", "BERT", "PPO", "Transformer", stated=[Stated(0, "OUTPERFORMS", 1)]),
    read("a:3", "BERT", "PPO", stated=[Stated(0, "OUTPERFORMS", 1), Stated(None, "USES", 1)]),
    read("a:4", Named("GAN", long_form="generative adversarial network"), "GAN", "Transformer"),
    read("a:5", Named("GAN", long_form="generative adversarial net"), "generative adversarial net"),
    read("a:6", Named("PPO", long_form="proximal policy optimization"), "proximal policy opt"),
    *(read(f"b:{number}", "generative adversarial network") for number in range(3)),
    read("a:7", "https://b.org", Named("b.org/x", "Url", href="https://b.org/x", url_kind="demo")),
]


def _linker(corpus: list[Extraction], decisions: Curation, known: KnownNames) -> Linker | None:
    try:
        return Linker(corpus, curation=decisions, known=known)
    except InputError:  # a name of these papers that needs its kind
        return None


@given(any_corpora, some_decisions, st.data())
def test_profiles_of_any_parts_merge_into_those_of_the_whole(
    corpus: list[Extraction], decisions: Curation, data: st.DataObject
) -> None:
    numbers = data.draw(st.lists(st.integers(0, 2), min_size=len(corpus), max_size=len(corpus)))
    parts = [[e for e, n in zip(corpus, numbers, strict=True) if n == part] for part in range(3)]
    counted = [p for part in parts for p in profile_extractions(part, curation=decisions)]
    sent = [NameProfile.load(p.dump()) for p in data.draw(st.permutations(counted))]
    whole = profile_extractions(corpus, curation=decisions)
    merged = merge_profiles(sent)
    assert merged == whole
    assert [p.dump() for p in merged] == [p.dump() for p in whole]
    assert len({p.key for p in whole}) == len(whole)


@given(any_corpora)
def test_merging_is_commutative_and_associative(corpus: list[Extraction]) -> None:
    by_key: dict[str, list[NameProfile]] = {}
    for extraction in corpus:
        for profile in profile_extractions([extraction]):
            by_key.setdefault(profile.key, []).append(profile)
    for same in by_key.values():
        one, two, three = (same * 3)[:3]
        before = [p.dump() for p in same]
        assert one.merge(two) == two.merge(one)
        assert one.merge(two).merge(three) == one.merge(two.merge(three))
        assert [p.dump() for p in same] == before


def test_profiles_of_different_names_do_not_merge() -> None:
    one, two = profile_extractions([read("a:1", "BERT", "PPO")])
    with pytest.raises(ValueError, match="different names"):
        one.merge(two)


@given(any_corpora, some_decisions, st.sampled_from((NOTHING_KNOWN, KNOWN)))
def test_linking_in_parts_gives_the_same_graph(
    corpus: list[Extraction], decisions: Curation, known: KnownNames
) -> None:
    whole = _linker(corpus, decisions, known)
    if whole is not None:
        _compare(corpus, decisions, known, whole)


@pytest.mark.parametrize(
    "decisions",
    [
        "",
        '[[drop]]\nname = "GAN"',
        '[[not-same]]\nnames = ["Transformer", "Transformers"]',
        '[[not-same]]\nnames = ["proximal policy optimization", "PPO"]',
        '[[same]]\nnames = ["BERT", "PPO"]\nname = "BERT-PPO"',
        '[[same]]\nnames = ["BERT", "GAN"]',
        '[[rename]]\nname = "BERT"\nto = "The one"',
    ],
)
def test_what_a_person_decided_is_saved_with_the_rules(decisions: str) -> None:
    curation = Curation.parse(decisions)
    whole = Linker(SMALL, curation=curation, known=KNOWN)
    assert not whole.warnings
    _compare(SMALL, curation, KNOWN, whole)
    methods = {m.link_method for e in SMALL for m in whole.link(e).mentions}
    assert methods >= ({"exact", "fuzzy"} if "GAN" not in decisions else {"exact"})
    assert ("curated" in methods) == ("[[same]]" in decisions or "[[rename]]" in decisions)


def _compare(
    corpus: list[Extraction], decisions: Curation, known: KnownNames, whole: Linker
) -> None:
    counted = [p for e in reversed(corpus) for p in profile_extractions([e], curation=decisions)]
    linker = Linker.of_profiles(merge_profiles(counted), curation=decisions, known=known)
    assert linker.entities == whole.entities
    assert linker.warnings == whole.warnings
    with tempfile.TemporaryDirectory() as name:
        written = linker.save(name)
        assert written.records == len(whole.entities)
        lines = (Path(name) / "entities.jsonl").read_text("utf-8").split("\n")[:-1]
        assert lines == [entity.model_dump_json() for entity in whole.entities]
        rules = LinkRules.open(Path(name))
        by_id: dict[str, list[str]] = {}
        for extraction in corpus:
            linked = rules.link(extraction)
            assert linked == whole.link(extraction)
            for key, line in relation_lines(linked):
                by_id.setdefault(key, []).insert(0, line)
    found = link_extractions(corpus, curation=decisions, known=known)
    united = [unite_relations(by_id[key]) for key in sorted(by_id)]
    assert united == [relation.model_dump_json() for relation in found.relations]


def test_sentences_of_several_papers_become_one_relation() -> None:
    linker = Linker(SMALL, known=KNOWN)
    lines = [item for e in SMALL for item in relation_lines(linker.link(e))]
    (two,) = [key for key, _ in lines if [k for k, _ in lines].count(key) == 2][::2]
    same = [line for key, line in lines if key == two]
    whole = json.loads(unite_relations(same))
    assert unite_relations(reversed(same)) == unite_relations(same)
    assert [e["paper_id"] for e in whole["evidence"]] == ["a:2", "a:3"]
    assert unite_relations([f"{same[0]}\n"]) == same[0]


def test_rules_are_read_by_another_process(tmp_path: Path) -> None:
    linker = Linker(SMALL, known=KNOWN)
    linker.save(tmp_path)
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from kg.linking import LinkRules, relation_lines\n"
        "from kg.model import Extraction\n"
        "rules = LinkRules.open(Path(sys.argv[1]))\n"
        "for line in sys.stdin:\n"
        "    for item in relation_lines(rules.link(Extraction.model_validate_json(line))):\n"
        "        print(*item, sep='\\t')\n"
    )
    given_lines = "".join(f"{e.model_dump_json()}\n" for e in SMALL)
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        input=given_lines,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = ["\t".join(item) for e in SMALL for item in relation_lines(linker.link(e))]
    assert run.stdout.splitlines() == expected
    assert len(expected) == 3  # those that the papers state


def test_a_paper_of_another_corpus_is_refused(tmp_path: Path) -> None:
    Linker(SMALL, known=KNOWN).save(tmp_path)
    with pytest.raises(KeyError):
        LinkRules.open(tmp_path).link(read("a:9", "Unheard-of"))


def test_rules_that_many_names_share_are_written_once(tmp_path: Path) -> None:
    Linker(SMALL, known=KNOWN).save(tmp_path)
    names = [json.loads(line) for line in (tmp_path / "names.jsonl").read_text().splitlines()]
    rules = [json.loads(line) for line in (tmp_path / "rules.jsonl").read_text().splitlines()]
    assert len(rules) < len(names)
    assert {n["rules"] for n in names} == set(range(len(rules)))


def test_a_folder_without_rules_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeBaseError, match="no rules of linking"):
        LinkRules.open(tmp_path)
