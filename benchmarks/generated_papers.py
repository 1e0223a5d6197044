"""Papers by the million, made of real ones, with the growth of names that real ones have.

    python benchmarks/generated_papers.py papers.kg more.kg --papers 1000000

Every generated paper is a paper of the given knowledge base (best of 10,000) with all that was
found in it, in turn, round after round. What is modelled:

- Names that one paper of the base uses are what makes a corpus grow. In each later round such a
  place gets a name that nobody has used (so often that the distinct names follow Heaps' law with
  the exponent measured on the base), or else a name that the same place got in some earlier round,
  picked evenly: names that were picked before are picked more often. Names that several papers of
  the base use stay, so what is frequent grows as the papers do.
- New names have the length, the letter case, the common words and the endings of those they
  replace, so that no span moves: made-up words for rare words, other letters for an acronym's.
  Acronyms are few for their length and get more and more meanings, as real ones do.
- A long form given beside an acronym is replaced as the same name elsewhere in the paper is;
  of an address, the path.

Titles differ by a number, so that no two papers are copies. Authors, years and categories repeat.
The seed decides everything: the same base, seed and number give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import random
import re
import sqlite3
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from kg.ids import content_hash
from kg.known_names import kind_group
from kg.ledger import IMPORTED, Ledger
from kg.linking.things import mention_form
from kg.model import Extraction, Mention, Paper
from kg.names import normal_form

__all__ = ["Base", "generate", "growth_of_names"]

TABLES = 1 << 14
"""Ways to exchange letters."""
COMMON = 20
"""Names of the base that a word must be part of to stay what it is."""
BATCH = 2000
ROUND = " [{:04d}]"
_WORD = re.compile(r"[A-Za-z]+")
Name = tuple[str, str]
Row = tuple[str, str, str]


def names_of(extraction: Extraction) -> set[Name]:
    """Kind group and normal form of all that a paper names, long forms included."""
    found = set()
    for mention in extraction.mentions:
        found.add((kind_group(mention.kind), mention_form(mention)))
        if mention.long_form is not None:
            found.add((kind_group(mention.kind), normal_form(mention.long_form)))
    return found


def growth_of_names(papers: Sequence[set[Name]], *, seed: int = 0, octaves: int = 3) -> float:
    """Heaps' exponent: how the distinct names grow with the papers, by samples of half as many.

    Args:
        papers: The names of each paper.
        seed: Of the samples.
        octaves: How many times to halve the papers.
    """
    rng = random.Random(seed)
    small = len(papers) >> octaves
    counts = [len(set().union(*rng.sample(papers, small))) for _ in range(8)]
    whole = len(set().union(*papers))
    return math.log(whole / (sum(counts) / len(counts))) / math.log(len(papers) / small)


class Letters:
    """Made-up words: letters exchanged for others of their sort, by one of many tables."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(f"letters {seed}")
        self._words = [_table(rng, "aou", "bcdfghjklmnpqrtvwxz") for _ in range(TABLES)]
        self._acronyms = [_table(rng, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(TABLES)]

    def changed(self, parts: Sequence[tuple[str, int]], number: int) -> str:
        """The text of some parts, with those that are to change written by a table."""
        words, acronyms = self._words[number], self._acronyms[number]
        tables = ("", words, acronyms)
        return "".join([p.translate(tables[how]) if how else p for p, how in parts])


def _table(rng: random.Random, *sorts: str) -> str:
    table = [chr(code) for code in range(128)]
    for letters in sorts:
        for old, new in zip(letters, rng.sample(letters, len(letters)), strict=True):
            table[ord(old)] = new
            if old.islower():
                table[ord(old.upper())] = new.upper()
    return "".join(table)


@dataclass(slots=True)
class Template:
    """A paper of the base, ready to be written again with other names.

    Args:
        paper: Fields of the paper.
        title_end: Length of the title, round number included.
        text: Parts of the text: literal, or number of a spelling.
        mentions: Fields of each mention, with the spellings of text, long form and address.
        places: The end of what the id of each mention is the hash of.
        statements: Fields of each statement, with the mentions of subject and object.
    """

    paper: dict[str, Any]
    title_end: int
    text: list[str | int]
    mentions: list[tuple[dict[str, Any], tuple[tuple[str, int], ...]]]
    places: list[str]
    statements: list[tuple[dict[str, Any], int, int]]


class Base:
    """The papers to make others of.

    Args:
        path: A knowledge base.
        seed: Decides everything that is picked.
    """

    def __init__(self, path: Path, *, seed: int = 0) -> None:
        self.seed = seed
        with Ledger(path / "ledger.sqlite", read_only=True) as ledger:
            held = ledger.extractions(checked=False)
            extractions = [extraction for extraction in held if not _crosses_title(extraction)]
        self.names = [names_of(e) for e in extractions]
        counts = Counter(name for names in self.names for name in names)
        self.distinct = len(counts)
        self.exponent = growth_of_names(self.names, seed=seed)
        self.rare: dict[Name, int] = {}
        """Names that one paper uses -> number."""
        for name in sorted(counts):
            if counts[name] == 1:
                self.rare[name] = len(self.rare)
        self._common = _common_words(extractions)
        self._spellings: dict[tuple[int, str], int] = {}
        self.parts: list[tuple[int, tuple[tuple[str, int], ...]]] = []
        """Of each spelling of a rare name: the number of the name, the parts to write anew."""
        self.templates = [self._template(e) for e in extractions]

    def share_of_new(self, papers: int) -> float:
        """How many places of rare names get a new one after so many papers, 0..1."""
        count = len(self.templates)
        growth = self.exponent * self.distinct * (papers / count) ** (self.exponent - 1)
        return min(1.0, float(growth / len(self.rare)))

    def _spelling(self, group: str, form: str, text: str) -> int:
        """Number of a spelling; -1 for one that stays."""
        name = self.rare.get((group, form))
        if name is None:
            return -1
        known = self._spellings.get((name, text))
        if known is None:
            known = self._spellings[name, text] = len(self.parts)
            self.parts.append((name, self._parts(group, text)))
        return known

    def _parts(self, group: str, text: str) -> tuple[tuple[str, int], ...]:
        begin = 0
        if group == "Url":
            begin = text.find("://") + 3 if "://" in text else 0
            slash = text.find("/", begin)
            begin = slash + 1 if 0 <= slash < len(text) - 1 else begin
        found = list(_WORD.finditer(text, begin))
        rare = [m for m in found if self._common[_word(m.group())] < COMMON]
        if found and not rare:
            rare = [min(found, key=lambda m: self._common[_word(m.group())])]
        parts: list[tuple[str, int]] = []
        last = 0
        for match in rare:
            word = match.group()
            shouted = len(word) > 1 and word.rstrip("s").isupper() and group != "Url"
            parts += [(text[last : match.start()], 0), (word, 2 if shouted else 1)]
            last = match.end()
        parts.append((text[last:], 0))
        return tuple(part for part in parts if part[0])

    def _template(self, extraction: Extraction) -> Template:
        old = extraction.paper
        title_end = len(old.title)
        shift = len(ROUND.format(0))

        def moved(offset: int) -> int:
            return offset + shift if offset > title_end else offset

        text: list[str | int] = []
        last = 0
        mentions: list[tuple[dict[str, Any], tuple[tuple[str, int], ...]]] = []
        places: list[str] = []
        ids: dict[str, int] = {}
        for mention in extraction.mentions:
            group = kind_group(mention.kind)
            fields = mention.model_dump(exclude_defaults=True)
            fields |= {"start": moved(mention.start), "end": moved(mention.end)}
            spelt = self._spelt(mention, group)
            written = dict(spelt).get("text", -1)
            if written >= 0:
                text += [old.text[last : mention.start], written]
                last = mention.end
            ids[mention.id] = len(mentions)
            mentions.append((fields, spelt))
            place = (str(fields["start"]), str(fields["end"]), mention.kind)
            places.append("".join(f"{len(part)}:{part}" for part in place))
        text.append(old.text[last:])
        statements = []
        for said in extraction.relations:
            fields = said.model_dump(exclude_defaults=True)
            fields |= {"start": moved(said.start), "end": moved(said.end)}
            subject = -1 if said.subject == old.id else ids[said.subject]
            statements.append((fields, subject, ids[said.object]))
        paper = old.model_dump(mode="json") | {"doi": None}
        return Template(paper, title_end, text, mentions, places, statements)

    def _spelt(self, mention: Mention, group: str) -> tuple[tuple[str, int], ...]:
        form = mention_form(mention)
        found = {"text": self._spelling(group, form, mention.text)}
        if mention.long_form is not None:
            long_form = normal_form(mention.long_form)
            found["long_form"] = self._spelling(group, long_form, mention.long_form)
        if mention.href is not None:
            found["href"] = self._spelling(group, form, mention.href)
        return tuple((field, number) for field, number in found.items() if number >= 0)

    def rows(self, papers: int) -> Iterator[tuple[Row, Row]]:
        """So many papers and extractions as the ledger keeps them: id, content hash, record."""
        letters = Letters(self.seed)
        origins: list[array[int]] = []
        count = len(self.templates)
        for number in range(0, papers, count):
            origins.append(self._origins(number, origins))
            names = self._names(letters, origins[-1])
            for place, template in enumerate(islice(self.templates, papers - number)):
                yield _rows(
                    template,
                    f"arxiv:{1000 + number // count:04d}.{place:05d}",
                    ROUND.format(number // count),
                    names,
                )

    def _origins(self, papers: int, before: Sequence[array[int]]) -> array[int]:
        """For each rare name, the round in which the name in its place now was made."""
        this = len(before)
        if not before:
            return array("H", bytes(2 * len(self.rare)))
        rng = random.Random(f"origins {self.seed} {this}")
        new = self.share_of_new(papers + len(self.templates) // 2)
        return array(
            "H",
            (
                this if rng.random() < new else before[int(rng.random() * this)][name]
                for name in range(len(self.rare))
            ),
        )

    def _names(self, letters: Letters, origins: array[int]) -> list[str]:
        """How each spelling is written in this round."""
        return [
            letters.changed(parts, (name * 7919 + origins[name] * 40503) % TABLES)
            if origins[name]
            else "".join([part for part, _ in parts])
            for name, parts in self.parts
        ]


def _rows(template: Template, paper_id: str, mark: str, names: list[str]) -> tuple[Row, Row]:
    text = "".join([p if isinstance(p, str) else names[p] for p in template.text])
    end = template.title_end
    paper = template.paper | {
        "id": paper_id,
        "title": text[:end] + mark,
        "abstract": text[end + 2 :],
    }
    record = to_json(paper).decode()
    content = content_hash(record)
    head = f"{len(paper_id)}:{paper_id}"
    ids = [hashlib.sha256(f"{head}{p}".encode()).hexdigest()[:20] for p in template.places]
    mentions = []
    for fields, spelt in template.mentions:
        own = fields | {"paper_id": paper_id}
        for field, number in spelt:
            own[field] = names[number]
        mentions.append(own)
    statements = [
        fields
        | {
            "paper_id": paper_id,
            "subject": paper_id if subject < 0 else ids[subject],
            "object": ids[object_],
        }
        for fields, subject, object_ in template.statements
    ]
    parts = {"mentions": mentions, "relations": statements}
    found = to_json({name: part for name, part in parts.items() if part}).decode()
    return (paper_id, content, record), (paper_id, content, found)


def _crosses_title(extraction: Extraction) -> bool:
    """A name of title and abstract together, which a longer title would break."""
    end = len(extraction.paper.title)
    return any(mention.start < end < mention.end for mention in extraction.mentions)


def _word(word: str) -> str:
    return word.lower().rstrip("s")


def _common_words(extractions: Sequence[Extraction]) -> Counter[str]:
    forms = {name for e in extractions for name in names_of(e)}
    return Counter(w for _, form in forms for w in {_word(m) for m in _WORD.findall(form)})


def generate(base: Base, target: Path, papers: int) -> None:
    """Write so many papers into a new knowledge base, which has no graph yet.

    Raises:
        OSError: The folder exists, or the disk does not take it.
        ValueError: A generated record is not one of kg: one in some thousands is checked.
    """
    target.mkdir(parents=True)
    Ledger(target / "ledger.sqlite", create=True).close()
    rows = base.rows(papers)
    with closing(sqlite3.connect(target / "ledger.sqlite")) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        while batch := list(islice(rows, BATCH)):
            _check(*batch[0])
            with db:
                db.executemany("INSERT INTO paper VALUES (?, ?, ?)", (paper for paper, _ in batch))
                db.executemany(
                    "INSERT INTO extraction (paper_id, content_hash, record, fingerprint) "
                    f"VALUES (?, ?, ?, '{IMPORTED}')",
                    (found for _, found in batch),
                )


def _check(paper: Row, found: Row) -> None:
    """Every span points at what it says, and the record is the one that kg would write."""
    owner = Paper.model_validate_json(paper[2])
    if owner.model_dump_json() != paper[2] or owner.content_hash != paper[1]:
        raise ValueError(f"the record of {paper[0]} is not as kg writes it")
    rest = "" if found[2] == "{}" else f",{found[2][1:-1]}"
    extraction = Extraction.model_validate_json(f'{{"paper":{paper[2]}{rest}}}')
    for mention in extraction.mentions:
        if owner.text[mention.start : mention.end] != mention.text:
            raise ValueError(f"{paper[0]}: {mention.text!r} is not at {mention.start}")


def main() -> None:
    """Generate papers, and print how names grow in the base and in what was made of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("base", type=Path, help="a knowledge base, best of 10,000 papers")
    parser.add_argument("target", type=Path, help="folder to make")
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    began = time.perf_counter()
    base = Base(given.base, seed=given.seed)
    print(f"base: {len(base.templates)} papers, {base.distinct} names, Heaps {base.exponent:.3f}")
    generate(base, given.target, given.papers)
    print(f"{given.papers} papers in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
