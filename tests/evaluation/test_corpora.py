"""Spans, names and relations of a corpus, by hand, and offsets that stay true."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from kg.evaluation import evaluate_corpus, unit_paper
from kg.evaluation.corpora import (
    RELATION_RULES,
    CorpusUnit,
    FoundRelation,
    FoundSpan,
    found_in,
)
from kg.evaluation.metrics import Counts
from kg.evaluation.spans import (
    annotated_relations,
    count_exact,
    count_names,
    count_overlapping,
    count_relations,
    rules_used,
)
from kg.model import RELATIONS, Extraction, Mention, Paper, RelationMention
from kg.model.base import EntityKind
from tests.evaluation.samples import between, corpus_lines, corpus_units, span

SHIFT = 3  # a title of one character and a blank line


def _mention(unit: CorpusUnit, words: str, kind: EntityKind) -> Mention:
    start = unit.text.index(words) + SHIFT
    return Mention(
        paper_id=unit.doc_id,
        start=start,
        end=start + len(words),
        text=words,
        kind=kind,
        extractor="test",
        score=1.0,
    )


def _extraction(unit: CorpusUnit, *things: tuple[str, EntityKind]) -> Extraction:
    mentions = [_mention(unit, words, kind) for words, kind in things]
    return Extraction(
        paper=unit_paper(unit), mentions=tuple(sorted(mentions, key=lambda m: m.start))
    )


def test_spans_by_hand() -> None:
    unit, empty = corpus_units()
    found = _extraction(
        unit,
        ("BERT", "Method"),
        ("evaluated", "Metric"),  # a kind that this corpus does not annotate
        ("GLUE", "Benchmark"),  # a data set where there are no benchmarks
        ("on  SQuAD", "Dataset"),
        ("parsing", "Method"),
    )
    report = evaluate_corpus([unit, empty], [found, _extraction(empty, ("note", "Task"))])
    assert report.kinds == ("Method", "Dataset", "Task")
    assert report.exact == {
        "Method": Counts(tp=1, fp=1),
        "Dataset": Counts(tp=1, fp=1, fn=1),
        "Task": Counts(fp=1, fn=1),
    }
    assert report.partial["Dataset"] == Counts(tp=2)
    assert report.partial["Task"] == Counts(fp=1, fn=1)
    sorts = [(m.sort, m.name, m.said, m.wanted) for m in report.mistakes]
    assert sorts == [
        ("missed", "SQuAD", "", "Dataset"),
        ("missed", "parsing", "", "Task"),
        ("spurious", "on  SQuAD", "Dataset", ""),
        ("wrong kind", "parsing", "Method", "Task"),
        ("spurious", "note", "Task", ""),
    ]
    assert report.mistakes[0].view.startswith("BERT was evaluated on GLUE and on  «SQuAD»")


def test_relations_by_hand() -> None:
    unit, empty = corpus_units()
    mentions = [
        _mention(unit, "BERT", "Method"),
        _mention(unit, "GLUE", "Benchmark"),
        _mention(unit, "SQuAD", "Dataset"),
    ]

    def stated(object_: int) -> RelationMention:
        return RelationMention(
            paper_id="u1",
            predicate="EVALUATED_ON",
            subject=mentions[0].id,
            object=mentions[object_].id,
            start=SHIFT,
            end=SHIFT + 10,
            extractor="test",
            score=1.0,
        )

    paper = unit_paper(unit)
    found = Extraction(
        paper=paper, mentions=tuple(mentions), relations=(stated(1), stated(2), stated(1))
    )
    report = evaluate_corpus([unit, empty], [found, _extraction(empty)])
    assert report.exact_relations == {"EVALUATED_ON": Counts(tp=1, fp=1)}
    assert report.partial_relations == report.exact_relations
    assert report.left_out_relations == {"Compare-With": 1}


def test_a_unit_without_an_extraction_of_its_text_is_skipped_and_told() -> None:
    unit, empty = corpus_units()
    other = Extraction(paper=Paper(id="u1", title="-", abstract=" ".join(unit.text.split())))
    report = evaluate_corpus([unit, empty], [other, _extraction(empty)])
    assert (report.units, report.skipped) == (1, ("u1",))
    assert report.exact["Method"] == Counts()
    titled = Extraction(paper=Paper(id="u1", title="A title", abstract=unit.text))
    assert found_in(unit, titled) is None


def test_what_is_found_in_the_title_is_left_out() -> None:
    (unit, _) = corpus_units()
    title = Mention(
        paper_id="u1", start=0, end=1, text="-", kind="Method", extractor="test", score=1.0
    )
    found = found_in(unit, Extraction(paper=unit_paper(unit), mentions=(title,)))
    assert found is not None
    assert found.spans == ()


def test_the_pipeline_keeps_the_offsets_of_odd_texts() -> None:
    from kg.extractors import extract_papers

    text = "  We propose\tLiteRank\u00a0and evaluate\n\nLiteRank on  the <b>GLUE</b> benchmark. "
    name = span(text, "LiteRank", "Method")
    unit = CorpusUnit.model_validate({"doc_id": "odd", "text": text, "entities": [name]})
    (extraction,) = extract_papers([unit_paper(unit)])
    found = found_in(unit, extraction)
    assert found is not None
    assert [text[s.start : s.end] for s in found.spans] == [m.text for m in extraction.mentions]


def test_overlapping_spans_are_paired_one_to_one() -> None:
    gold = [FoundSpan(0, 10, "Task"), FoundSpan(12, 20, "Task")]
    found = [FoundSpan(0, 4, "Task"), FoundSpan(5, 14, "Task"), FoundSpan(12, 20, "Method")]
    assert count_overlapping(gold, found) == {
        "Task": Counts(tp=1, fp=1, fn=1),  # the longer overlap goes first
        "Method": Counts(fp=1),
    }
    assert count_overlapping(gold, gold) == count_exact(gold, gold) == {"Task": Counts(tp=2)}


def test_names_count_once_a_unit() -> None:
    text = "BERT, the BERT model, GPT"
    gold = [FoundSpan(0, 4, "Method"), FoundSpan(22, 25, "Method")]
    found = [FoundSpan(6, 20, "Method"), FoundSpan(4, 5, "Method")]
    assert count_names(text, gold, found) == {"Method": Counts(tp=1, fn=1)}


def test_relations_with_overlapping_ends() -> None:
    one, two, wide = (FoundSpan(*ends, "Method") for ends in ((0, 4), (6, 9), (5, 9)))
    gold = [FoundRelation(one, "PART_OF", two)]
    found = [FoundRelation(one, "PART_OF", wide), FoundRelation(two, "PART_OF", one)]
    assert count_relations(gold, found, exact=True) == {"PART_OF": Counts(fp=2, fn=1)}
    assert count_relations(gold, found, exact=False) == {"PART_OF": Counts(tp=1, fp=1)}


def test_reversed_relations_turn_round() -> None:
    text = "accuracy on parsing"
    line = corpus_lines()[1] | {
        "text": text,
        "entities": [span(text, "accuracy", "Metric"), span(text, "parsing", "Task")],
        "relations": [between(text, "accuracy", "EVALUATE-FOR", "parsing")],
    }
    unit = CorpusUnit.model_validate(line)
    mapped, left_out = annotated_relations(unit, rules_used([unit]))
    (relation,) = mapped
    assert (relation.subject.kind, relation.predicate) == ("Task", "MEASURED_BY")
    assert not left_out


def test_rules_lead_to_relations_that_the_model_allows() -> None:
    for rule in RELATION_RULES:
        ends = (rule.tail, rule.head) if rule.reversed else (rule.head, rule.tail)
        assert RELATIONS[rule.predicate].allows(*ends)


spans_of_a_text = st.lists(
    st.builds(
        lambda start, length, kind: FoundSpan(start, start + length, kind),
        st.integers(0, 20),
        st.integers(1, 6),
        st.sampled_from(("Method", "Task")),
    ),
    max_size=8,
)


@given(spans_of_a_text, spans_of_a_text, st.randoms(use_true_random=False))
def test_counts_add_up_in_any_order(
    gold: list[FoundSpan], found: list[FoundSpan], rng: random.Random
) -> None:
    for count in (count_exact, count_overlapping):
        total = Counts.total(count(gold, found).values())
        assert (total.tp + total.fn, total.tp + total.fp) == (len(set(gold)), len(set(found)))
        mixed = count(rng.sample(gold, len(gold)), rng.sample(found, len(found)))
        assert mixed == count(gold, found)
        perfect = Counts.total(count(gold, gold).values())
        assert perfect == Counts(tp=len(set(gold)))


def test_json_of_a_corpus() -> None:
    units = corpus_units()
    report = evaluate_corpus(units, [_extraction(u) for u in units], papers_per_second=2.0)
    data = report.to_json(errors=1)
    assert list(data) == [
        "layout",
        "units",
        "skipped",
        "kinds",
        "exact",
        "partial",
        "names",
        "relations",
        "papers_per_second",
        "errors",
    ]
    assert data["exact"]["all"]["fn"] == 4
    assert [e["name"] for e in data["errors"]] == ["BERT"]
