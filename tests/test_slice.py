"""A slice has the papers that pass and the graph as it is in the whole, whatever it is taken of."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kg.cli import main
from kg.curation import Decision, add_decision
from kg.doctor import examine
from kg.errors import InputError, KnowledgeBaseError, UnknownNameError
from kg.exporters import export_graph
from kg.graph import KnowledgeGraph
from kg.importing import import_graph
from kg.ledger import Ledger
from kg.model import Paper, Relation
from kg.pipeline import build, relink
from kg.slicing import Filters, read_paper_ids, take_slice
from kg.slicing._source import Head
from kg.snapshot import content_fingerprint, load_graph, open_embedded
from kg.verification import verify
from tests.sample_graph import DT, EVIL, PLAIN, sample_graph
from tests.strategies import graphs
from tests.table_folders import tables_of


@pytest.fixture(scope="module")
def built(small_papers: tuple[Paper, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base that the real stages made."""
    folder = tmp_path_factory.mktemp("built")
    lines = [paper.model_dump_json() for paper in small_papers]
    (folder / "papers.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    build([folder / "papers.jsonl"], folder / "a.kg")
    return folder / "a.kg"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("sample") / "a.kg"
    import_graph(sample_graph(), base)
    return base


def expected(graph: KnowledgeGraph, kept: set[str]) -> KnowledgeGraph:
    """The slice, told from the whole graph in memory."""
    relations = []
    for relation in graph.relations.values():
        said = tuple(e for e in relation.evidence if e.paper_id in kept)
        if said and (relation.subject in kept or relation.subject in graph.entities):
            ends = relation.subject, relation.predicate, relation.object
            relations.append(Relation.from_evidence(*ends, said))
    mentions = [m for key in kept for m in graph.mentions(key)]
    touched = {m.entity_id for m in mentions}
    touched |= {end for r in relations for end in (r.subject, r.object)}
    return KnowledgeGraph(
        (paper for key, paper in graph.papers.items() if key in kept),
        (entity for key, entity in graph.entities.items() if key in touched),
        relations,
        mentions,
    )


@pytest.mark.parametrize(
    ("wanted", "category", "passes"),
    [
        ("cs.LG", "cs.LG", True),
        ("cs.LG", "cs.LGx", False),
        ("cs.LG", "cs.LG.x", False),
        ("cs.LG", "cs.lg", False),
        ("cs", "cs.LG", True),
        ("cs", "cs", True),
        ("cs", "csx", False),
        ("cs", "physics.cs", False),
        ("cs.*", "cs.LG", True),
        ("cs.*", "csx.LG", False),
        ("hep-th", "hep-th", True),
    ],
)
def test_categories(wanted: str, category: str, passes: bool) -> None:
    head = Head("a", None, ("math.CO", category))
    assert Filters(categories=(wanted,)).passes(head) is passes
    assert Filters(categories=("stat.ML", wanted)).passes(head) is passes


@pytest.mark.parametrize(
    ("since", "until", "year", "passes"),
    [
        (2020, None, 2020, True),
        (2020, None, 2019, False),
        (None, 2020, 2020, True),
        (None, 2020, 2021, False),
        (2020, 2020, 2020, True),
        (2020, None, None, False),
        (None, 2020, None, False),
    ],
)
def test_years_are_inclusive(
    since: int | None, until: int | None, year: int | None, passes: bool
) -> None:
    assert Filters(since=since, until=until).passes(Head("a", year, ())) is passes


def test_filters_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError, match="an empty category"):
        Filters(categories=("cs", ""))
    with pytest.raises(InputError, match="begins with its archive"):
        Filters(categories=(".LG",))
    with pytest.raises(InputError, match="an empty entity"):
        Filters(entities=(" ",))
    with pytest.raises(InputError, match="2021 or later and 2020 or earlier"):
        Filters(since=2021, until=2020)


@pytest.mark.parametrize("form", ["kb", "tables", "flat"])
def test_a_slice_is_the_part_of_the_whole(
    form: str, built: Path, small_papers: tuple[Paper, ...], tmp_path: Path
) -> None:
    whole = load_graph(built)
    source = built
    if form == "tables":
        source = tables_of(built, tmp_path / "tables", parts=3)
    if form == "flat":
        source = export_graph(whole, tmp_path / "flat", format="parquet")
    kept = {paper.id for paper in small_papers if paper.year == 2024}
    report = take_slice(source, tmp_path / "part.kg", Filters(since=2024, until=2024))
    part = load_graph(tmp_path / "part.kg")
    assert part == expected(whole, kept)
    assert (report.papers, report.of, report.unknown_ids) == (2, 5, 0)
    assert (report.entities, report.relations) == (len(part.entities), len(part.relations))
    assert set(part.papers) == kept
    for key, entity in part.entities.items():
        assert whole.entities[key] == entity
    assert 0 < len(part.relations) < len(whole.relations)
    assert verify(tmp_path / "part.kg")[1] == []
    assert examine(tmp_path / "part.kg").findings == ()
    with open_embedded(tmp_path / "part.kg") as store:
        assert store.query("MATCH (p:Paper) RETURN count(p)").rows == ((2,),)
    report_of_build = build([], tmp_path / "part.kg")
    assert (report_of_build.extracted, report_of_build.rebuilt) == (0, False)


def test_what_was_found_is_copied_as_it_is(built: Path, tmp_path: Path) -> None:
    take_slice(built, tmp_path / "part.kg", Filters(since=2025))
    with (
        Ledger(built / "ledger.sqlite", read_only=True) as whole,
        Ledger(tmp_path / "part.kg" / "ledger.sqlite", read_only=True) as part,
    ):
        rows = list(part.rows())
        assert [row.paper_id for row in rows] == ["doi:10.1000/example.3"]
        assert set(rows) <= set(whole.rows())


def test_without_filters_all_is_taken(sample: Path, tmp_path: Path) -> None:
    take_slice(sample, tmp_path / "all.kg")
    assert content_fingerprint(tmp_path / "all.kg", check=True) == content_fingerprint(sample)


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (["benchmark:d4rl"], {DT.id}),
        (["D4RL"], {DT.id}),
        (["d4rl", "metric:normalized-return"], {DT.id}),
        (["CQL"], {DT.id, EVIL.id, PLAIN.id}),
        (["Method:Decision Transformer"], {DT.id, PLAIN.id}),
        (["offline RL", "https://a.org/{x}|y"], {DT.id, EVIL.id}),
    ],
)
@pytest.mark.parametrize("form", ["kb", "tables"])
def test_papers_that_name_a_thing(
    form: str, names: list[str], kept: set[str], sample: Path, tmp_path: Path
) -> None:
    source = sample if form == "kb" else tables_of(sample, tmp_path / "tables")
    take_slice(source, tmp_path / "part.kg", Filters(entities=tuple(names)))
    assert load_graph(tmp_path / "part.kg") == expected(sample_graph(), kept)


def test_papers_of_given_ids(
    sample: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ids = tmp_path / "ids.txt"
    ids.write_bytes(f"\ufeff{DT.id}\r\n\r\n  nobody:1\n{DT.id}\n".encode())
    assert read_paper_ids(ids) == {DT.id, "nobody:1"}
    arguments = ["slice", str(sample), "--paper-ids", str(ids), "--to"]
    assert main([*arguments, str(tmp_path / "a.kg")]) == 0
    said = capsys.readouterr().err.splitlines()
    assert said[0] == f"warning: 1 of the ids are of no paper in {sample}"
    assert said[1].startswith(f"{tmp_path / 'a.kg'}: 1 of 3 papers, ")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{EVIL.id}\n".encode())))
    take_slice(sample, tmp_path / "b.kg", Filters(paper_ids=read_paper_ids("-")))
    assert set(load_graph(tmp_path / "b.kg").papers) == {EVIL.id}


def test_several_filters_must_all_be_passed(sample: Path, tmp_path: Path) -> None:
    filters = Filters(entities=("CQL",), categories=("stat.ML", "cs"), since=2021, until=2021)
    take_slice(sample, tmp_path / "a.kg", filters)
    assert set(load_graph(tmp_path / "a.kg").papers) == {DT.id}
    with pytest.raises(InputError, match="none of the 3 papers"):
        take_slice(sample, tmp_path / "b.kg", Filters(entities=("CQL",), since=2022))
    with pytest.raises(UnknownNameError, match=r"no entity 'Nobody' in '.*a\.kg'"):
        take_slice(sample, tmp_path / "b.kg", Filters(entities=("Nobody",)))
    assert not (tmp_path / "b.kg").exists()


def test_decisions_come_along(built: Path, tmp_path: Path) -> None:
    base = tmp_path / "whole.kg"
    shutil.copytree(built, base)
    relink(base, lambda text: add_decision(text, Decision("rename", ("CQL",), "C-Q-L")))
    take_slice(base, tmp_path / "part.kg", Filters(since=2025))
    assert "C-Q-L" in {entity.name for entity in load_graph(tmp_path / "part.kg").entities.values()}
    text = (base / "curation.toml").read_bytes()
    assert (tmp_path / "part.kg" / "curation.toml").read_bytes() == text
    assert not build([], tmp_path / "part.kg").rebuilt


def test_nothing_is_written_over(sample: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "curation.toml").write_text("")
    for target in (sample, other):
        before = content_fingerprint(sample, check=True)
        with pytest.raises(InputError, match="is there already"):
            take_slice(sample, target)
        assert content_fingerprint(sample, check=True) == before
    (other / "mine.txt").write_text("")
    with pytest.raises(InputError, match="is a directory of other things"):
        take_slice(sample, other)
    with pytest.raises(InputError, match="neither a knowledge base nor a folder of tables"):
        take_slice(tmp_path, tmp_path / "part.kg")
    (tmp_path / "empty").mkdir()
    take_slice(sample, tmp_path / "empty")
    assert load_graph(tmp_path / "empty") == sample_graph()


def test_a_ledger_that_went_on_is_refused(sample: Path, tmp_path: Path) -> None:
    base = tmp_path / "a.kg"
    shutil.copytree(sample, base)
    with Ledger(base / "ledger.sqlite") as ledger:
        ledger.put_papers([DT.model_copy(update={"venue": "elsewhere"})])
    with pytest.raises(KnowledgeBaseError, match=r"different forms of 'arxiv:2106\.01345'"):
        take_slice(base, tmp_path / "part.kg")
    assert not (tmp_path / "part.kg").exists()
    take_slice(base, tmp_path / "part.kg", Filters(entities=("method:a#b/c?d=e f%",)))
    assert set(load_graph(tmp_path / "part.kg").papers) == {EVIL.id}


def test_a_slice_that_was_killed_can_be_taken_again(sample: Path, tmp_path: Path) -> None:
    target = tmp_path / "part.kg"
    (target / "graph" / ".new-0123").mkdir(parents=True)
    Ledger(target / "ledger.sqlite", create=True).close()
    take_slice(sample, target)
    assert load_graph(target) == sample_graph()
    assert examine(target).findings == ()


def test_the_report_is_json(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["slice", str(sample), "--category", "cs", "--to", str(tmp_path / "a.kg")]
    assert main([*arguments, "--json", "--quiet"]) == 0
    said = capsys.readouterr()
    graph = load_graph(tmp_path / "a.kg")
    assert json.loads(said.out) == {
        "papers": 1,
        "of": 3,
        "entities": len(graph.entities),
        "relations": len(graph.relations),
        "unknown_ids": 0,
    }
    assert said.err == ""


def test_tables_can_be_imported_on_the_command_line(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export_graph(sample_graph(), tmp_path / "flat", format="parquet")
    assert main(["import", str(tmp_path / "flat"), "--to", str(tmp_path / "a.kg")]) == 0
    assert "3 papers, 11 entities, 21 relations imported; the graph as it was" in (
        capsys.readouterr().err
    )
    assert main(["hash", str(sample)]) == main(["hash", str(tmp_path / "a.kg")]) == 0
    one, two = capsys.readouterr().out.split()
    assert one == two


years = st.sampled_from((1500, 1800, 2000, 2200))


def taken(source: Path, target: Path, filters: Filters) -> KnowledgeGraph | None:
    """A slice, or None where no paper passes."""
    try:
        take_slice(source, target, filters)
    except InputError as err:
        if "passes the filters" not in err.message:
            raise
        return None
    return load_graph(target)


@settings(max_examples=15)
@given(graph=graphs(), since=years, until=years, data=st.data())
def test_slices_of_any_graph(
    graph: KnowledgeGraph,
    since: int,
    until: int,
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    assume(graph.papers)
    place = tmp_path_factory.mktemp("any")
    import_graph(graph, place / "whole.kg")
    wanted = [key for key in graph.entities if data.draw(st.booleans())]
    first = Filters(since=since)
    second = Filters(until=max(since, until))
    both = Filters(since=since, until=max(since, until))
    assert taken(place / "whole.kg", place / "all.kg", Filters()) == graph
    one = taken(place / "whole.kg", place / "one.kg", first)
    two = taken(place / "whole.kg", place / "both.kg", both)
    again = None if one is None else taken(place / "one.kg", place / "again.kg", second)
    assert two == again
    tables = tables_of(place / "whole.kg", place / "tables")
    assert taken(tables, place / "tables.kg", both) == two
    kept = {p.id for p in graph.papers.values() if p.year is not None and p.year >= since}
    assert one == (expected(graph, kept) if kept else None)
    for relation in one.relations.values() if one is not None else ():
        assert {e.paper_id for e in relation.evidence} <= kept
    if wanted:
        named = {
            key for key in graph.papers if any(m.entity_id in wanted for m in graph.mentions(key))
        } | {
            e.paper_id
            for r in graph.relations.values()
            if {r.subject, r.object} & set(wanted)
            for e in r.evidence
        }
        filters = Filters(entities=tuple(wanted))
        for number, source in enumerate((place / "whole.kg", tables)):
            part = taken(source, place / f"named{number}.kg", filters)
            assert part == (expected(graph, named) if named else None)


def test_slices_by_year_cover_all_that_is_said(built: Path, tmp_path: Path) -> None:
    whole = load_graph(built)
    ids = tmp_path / "ids.txt"
    ids.write_text("\n".join(key for key, p in whole.papers.items() if p.year is None))
    parts = [Filters(until=2024), Filters(since=2025), Filters(paper_ids=read_paper_ids(ids))]
    united = KnowledgeGraph()
    for number, filters in enumerate(parts):
        take_slice(built, tmp_path / f"{number}.kg", filters)
        united = united.merge(load_graph(tmp_path / f"{number}.kg"))
    assert united == whole
