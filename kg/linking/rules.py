"""Why a mention belongs to an entity: all that linking a paper needs, in memory or in a folder.

The rules are decided once, from the whole corpus, and then link each paper by itself. Saved to a
folder they are two files of records: ``names.jsonl`` has a line for every name with the number of
its rules, ``rules.jsonl`` the rules by number. Both are mapped, not read, so processes that link
papers beside each other share one copy of what they look up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

from pydantic_core import from_json, to_json

from kg.errors import KnowledgeBaseError
from kg.linking.aggregate import Triple, paper_evidence
from kg.linking.things import Node, thing_names
from kg.model import Evidence, Extraction, LinkedMention, LinkMethod, Mention, Paper
from kg.record_files import RecordFile, RecordWriter

__all__ = ["EntityRules", "LinkRules", "LinkedPaper", "RulesByName", "save_rules"]

LINK_SCORES: dict[LinkMethod, float] = {
    "exact": 1.0,
    "abbreviation": 0.95,
    "alias": 0.95,
    "variant": 0.9,
    "curated": 1.0,
}
"""Confidence by reason; ``fuzzy`` carries its similarity."""
NAMES, RULES, APART = "names.jsonl", "rules.jsonl", "apart.json"
_KEPT = 1 << 16
"""Names whose rules are kept for those who ask again."""


@dataclass(frozen=True, slots=True)
class EntityRules:
    """Why a mention belongs to an entity.

    Args:
        entity_id: The entity.
        form: Normal form of its name.
        shorts: Normal forms that papers define as short for it.
        aliases: Normal forms of its known names.
        fuzzy: Normal forms that came in by similar spelling -> similarity, 0..1.
        made: Normal form of the name that linking alone would give it; ``form`` if the same.
        brought: A person united these names with those that bear the name.
    """

    entity_id: str
    form: str
    shorts: frozenset[str]
    aliases: frozenset[str]
    fuzzy: dict[str, float]
    made: str
    brought: bool = False

    def link(self, mention: Mention, form: str) -> LinkedMention:
        """Link a mention whose name, of this normal form, led here."""
        method, score = self._reason(mention, form)
        return LinkedMention.of_checked(
            **mention.__dict__,
            entity_id=self.entity_id,
            link_method=method,
            link_score=round(score, 4),
        )

    def _reason(self, mention: Mention, form: str) -> tuple[LinkMethod, float]:
        method: LinkMethod
        if mention.kind == "Url" or form == self.form:
            method = "curated" if mention.kind == "Url" and self.brought else "exact"
        elif self.brought or form == self.made:
            method = "curated"
        elif form in self.shorts or self.made in self.shorts:
            method = "abbreviation"
        elif form in self.aliases:
            method = "alias"
        elif form in self.fuzzy:
            return "fuzzy", self.fuzzy[form]
        else:
            method = "variant"
        return method, LINK_SCORES[method]


RulesByName = dict[str, dict[str, EntityRules | None]]
"""Kind group -> name -> the rules of its entity; None where a person dropped it."""


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


class LinkRules:
    """Links the papers of a corpus one by one, by what was decided from all of them.

    Args:
        find: The rules of a name, by kind group and normal form; KeyError for an unknown one.
        apart: Spellings that are not what their normal form says.
        alone: Names that are things of their own, whatever a paper joins them to.
    """

    def __init__(
        self,
        find: Callable[[str, str], EntityRules | None],
        *,
        apart: Set[Node],
        alone: Set[Node],
    ) -> None:
        self._find, self._apart, self._alone = find, apart, alone

    @classmethod
    def of_names(cls, rules: RulesByName, *, apart: Set[Node], alone: Set[Node]) -> Self:
        """The rules of a corpus, from those of each of its names."""
        return cls(lambda group, name: rules[group][name], apart=apart, alone=alone)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The rules that ``Linker.save`` put into a folder; they stay on disk.

        Raises:
            KnowledgeBaseError: The folder holds none, or they are damaged.
        """
        try:
            said = json.loads((folder / APART).read_bytes())
            apart, alone = (frozenset(map(_node, said[key])) for key in ("apart", "alone"))
            names = RecordFile(folder / NAMES, _number)
            rules = RecordFile(folder / RULES, _rules)
        except (OSError, ValueError, KeyError, TypeError) as err:
            raise KnowledgeBaseError(
                f"no rules of linking in '{folder}'", hint="save them again from the Linker"
            ) from err

        @lru_cache(_KEPT)
        def find(group: str, name: str) -> EntityRules | None:
            number = names[_key(group, name)]
            return None if number is None else rules.at(number)

        return cls(find, apart=apart, alone=alone)

    def link(self, extraction: Extraction) -> LinkedPaper:
        """Link the mentions and statements of a paper whose names are among those of the corpus.

        What names a thing that a person dropped is left out.

        Raises:
            KeyError: A name of the paper is not one of the corpus.
        """
        mentions = sorted(self._links(extraction), key=lambda m: (m.start, m.end))
        return LinkedPaper(
            paper=extraction.paper,
            mentions=tuple(mentions),
            evidence=paper_evidence(extraction.paper, extraction.relations, mentions),
        )

    def _links(self, extraction: Extraction) -> Iterator[LinkedMention]:
        for mention, form, node in thing_names(extraction, self._apart, self._alone):
            rules = self._find(*node)
            if rules is not None:
                yield rules.link(mention, form)


def save_rules(folder: Path, rules: RulesByName, *, apart: Set[Node], alone: Set[Node]) -> None:
    """Write the rules of a corpus into a folder, for ``LinkRules.open``.

    Args:
        folder: An empty folder.
        rules: The rules of each name.
        apart: Spellings that are not what their normal form says.
        alone: Names that are things of their own.

    Raises:
        OSError: The disk does not take them.
    """
    numbers: dict[int, int] = {}  # of rules that several names share
    with RecordWriter(folder / NAMES) as names, RecordWriter(folder / RULES) as written:
        for group in sorted(rules):
            for name, of_name in sorted(rules[group].items(), key=itemgetter(0)):
                number = None
                if of_name is not None:
                    number = numbers.setdefault(id(of_name), len(numbers))
                    if number == len(written):
                        written.write(_json({"id": f"{number:012d}", **_fields(of_name)}))
                names.write(_json({"id": _key(group, name), "rules": number}))
        names.finish()
        written.finish()
    said = {"apart": sorted(apart), "alone": sorted(alone)}
    (folder / APART).write_text(json.dumps(said), "utf-8")


def _key(group: str, name: str) -> str:
    return f"{group}:{name}"  # no group has a colon, or begins with all of another


def _json(fields: dict[str, Any]) -> str:
    return to_json(fields).decode()


def _fields(rules: EntityRules) -> dict[str, Any]:
    fields = {
        "entity_id": rules.entity_id,
        "form": rules.form,
        "shorts": sorted(rules.shorts),
        "aliases": sorted(rules.aliases),
        "fuzzy": rules.fuzzy,
        "made": rules.made,
        "brought": rules.brought,
    }
    return {name: value for name, value in fields.items() if value}


def _rules(line: bytes) -> EntityRules:
    fields = from_json(line)
    return EntityRules(
        entity_id=fields["entity_id"],
        form=fields.get("form", ""),
        shorts=frozenset(fields.get("shorts", ())),
        aliases=frozenset(fields.get("aliases", ())),
        fuzzy=fields.get("fuzzy", {}),
        made=fields.get("made", ""),
        brought=fields.get("brought", False),
    )


def _number(line: bytes) -> int | None:
    number = from_json(line)["rules"]
    return None if number is None else int(number)


def _node(said: list[str]) -> Node:
    group, form = said
    return group, form
