"""The papers of the scale benchmark are papers as kg writes them, with names that grow."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.generated_papers import Base, generate, growth_of_names, names_of
from kg.ledger import Ledger
from kg.linking import profile_extractions
from kg.model import Extraction
from kg.pipeline import rebuild
from kg.snapshot import content_fingerprint, load_graph
from kg.verification import verify
from tests.linking.corpus import Named, Stated, read

WORDS = ("granite", "harbour", "lantern", "meadow", "orchid", "pebble", "quarry", "willow")


def paper(number: int) -> Extraction:
    """One that names a thing that all name, and things that no other names."""
    own = f"{WORDS[number % 8]} {WORDS[number // 8 % 8]} {WORDS[number // 64]} planner"
    return read(
        f"x:{number:03d}",
        "BERT",
        Named(own, "Task"),
        Named("".join(word[0] for word in own.split()).upper(), "Task", long_form=own),
        Named(
            f"a.org/{own.replace(' ', '/')}",
            "Url",
            href=f"https://a.org/{own.replace(' ', '/')}",
            url_kind="code",
        ),
        stated=[Stated(0, "APPLIED_TO", 1), Stated(None, "ADDRESSES", 1), Stated(None, "USES", 0)],
    )


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("generated") / "a.kg"
    base.mkdir()
    papers = [paper(number) for number in range(120)]
    with Ledger(base / "ledger.sqlite", create=True) as ledger:
        ledger.put_papers(e.paper for e in papers)
        ledger.put_extractions(papers, "own")
    return base


def read_all(base: Path) -> list[Extraction]:
    with Ledger(base / "ledger.sqlite", read_only=True) as ledger:
        return list(ledger.extractions())


def test_every_record_is_sound_and_every_sentence_true(source: Path, tmp_path: Path) -> None:
    generate(Base(source), tmp_path / "b.kg", 500)
    found = read_all(tmp_path / "b.kg")
    assert len(found) == 500
    assert len({e.paper.title for e in found}) == 500 // 120 + 1  # all titles of the base are one
    report = rebuild(tmp_path / "b.kg")
    assert report.papers == 500
    spans, failures = verify(tmp_path / "b.kg")
    assert not failures
    assert spans > 500 * 3
    assert "method:bert" in load_graph(tmp_path / "b.kg").entities


def test_names_grow_as_they_do_in_the_base(source: Path, tmp_path: Path) -> None:
    base = Base(source)
    generate(base, tmp_path / "b.kg", 120 * 16)
    names = [names_of(e) for e in read_all(tmp_path / "b.kg")]
    assert growth_of_names(names, octaves=4) == pytest.approx(base.exponent, abs=0.07)
    assert len(set().union(*names)) > 5 * base.distinct
    assert all(("Method", "bert") in named for named in names)


def test_new_names_have_the_shape_of_the_old_ones(source: Path, tmp_path: Path) -> None:
    generate(Base(source), tmp_path / "b.kg", 240)
    found = read_all(tmp_path / "b.kg")
    for old, new in zip(found[:120], found[120:], strict=True):
        for before, after in zip(old.mentions, new.mentions, strict=True):
            assert len(before.text) == len(after.text)
            assert [c.isupper() for c in before.text] == [c.isupper() for c in after.text]
            assert after.text.endswith("planner") or before.kind != "Task" or after.long_form
            if after.href is not None:
                assert after.href.startswith("https://a.org/")
                assert after.href.endswith(after.text)
        assert new.mentions[0].text == "BERT"
        assert new.mentions[1].text == new.mentions[2].long_form
        assert new.mentions[1].text != old.mentions[1].text


def test_the_seed_decides(source: Path, tmp_path: Path) -> None:
    hashes = []
    for place, seed in enumerate((0, 0, 1)):
        generate(Base(source, seed=seed), tmp_path / f"{place}.kg", 300)
        rebuild(tmp_path / f"{place}.kg")
        hashes.append(content_fingerprint(tmp_path / f"{place}.kg"))
    assert hashes[0] == hashes[1] != hashes[2]


def test_profiles_count_every_paper(source: Path, tmp_path: Path) -> None:
    generate(Base(source), tmp_path / "b.kg", 240)
    profiles = {p.names[0]: p for p in profile_extractions(read_all(tmp_path / "b.kg"))}
    assert profiles["bert"].papers == 240
