"""What a person decided about names: ``curation.toml``, read, checked and edited as text.

Five sorts of entries, each a table of its own: ``[[same]]``, ``[[not-same]]``, ``[[rename]]``,
``[[kind]]`` and ``[[drop]]``. The file is edited by adding text at its end and by taking entries
out, so what a person wrote between them stays as it is.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import uuid4

from pydantic import AfterValidator, Field, ValidationError

from kg.errors import InputError, KnowledgeBaseError
from kg.model import ENTITY_KINDS, EntityKind
from kg.model.base import Record
from kg.record_files import sync, sync_folder

__all__ = [
    "FILE_NAME",
    "Action",
    "Curation",
    "Decision",
    "NameRef",
    "add_decision",
    "read_curation",
    "take_out",
    "write_curation",
]

FILE_NAME = "curation.toml"
Action = Literal["same", "not-same", "rename", "kind", "drop"]


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    if not text or not text.isprintable():
        raise ValueError("a name is one line of text, not empty")
    return text


_Name = Annotated[str, AfterValidator(_one_line)]


class _Same(Record):
    names: Annotated[tuple[_Name, ...], Field(min_length=2)]
    name: _Name | None = None


class _NotSame(Record):
    names: Annotated[tuple[_Name, ...], Field(min_length=2)]


class _Rename(Record):
    name: _Name
    to: _Name


class _Kind(Record):
    name: _Name
    to: Literal["Method", "Dataset", "Benchmark", "Task", "Metric"]


class _Drop(Record):
    name: _Name


_SHAPES: dict[Action, type[Record]] = {
    "same": _Same,
    "not-same": _NotSame,
    "rename": _Rename,
    "kind": _Kind,
    "drop": _Drop,
}
_KEYS = {
    "same": 'names = ["A", "B"], and name = "C" if you like',
    "not-same": 'names = ["A", "B"]',
    "rename": 'name = "A", to = "B"',
    "kind": 'name = "A", to = "Task"',
    "drop": 'name = "A"',
}
_HEADER = re.compile(rf"^\s*\[\[\s*\"?({'|'.join(_SHAPES)})\"?\s*\]\]\s*(#.*)?$")


@dataclass(frozen=True)
class NameRef:
    """A name as an entry gives it.

    Args:
        text: The name, without the kind before it.
        kind: The kind, where the entry gives one (``Task:Chess`` or ``task:chess``).
    """

    text: str
    kind: EntityKind | None = None

    @classmethod
    def parse(cls, text: str) -> NameRef:
        """Read ``Kind:name``, an entity's id, or a bare name.

        >>> NameRef.parse("Task:Chess"), NameRef.parse("a: b").kind
        (NameRef(text='Chess', kind='Task'), None)
        """
        head, colon, rest = text.partition(":")
        kind = next((k for k in ENTITY_KINDS if k.lower() == head.strip().lower()), None)
        if not colon or kind is None or not rest.strip():
            return cls(text)
        return cls(rest.strip(), kind)

    def __str__(self) -> str:
        return self.text if self.kind is None else f"{self.kind}:{self.text}"


@dataclass(frozen=True)
class Decision:
    """One entry.

    Args:
        action: What is decided.
        names: The names it is about, as written in the file.
        to: The name or kind it gives; None where it gives none.
        line: Line of the entry in the file, from 1; 0 where it is in no file.
        number: Number of the entry in the file, from 1; 0 where it is in no file.
    """

    action: Action
    names: tuple[str, ...]
    to: str | None = None
    line: int = field(default=0, compare=False)
    number: int = field(default=0, compare=False)

    @property
    def refs(self) -> tuple[NameRef, ...]:
        """The names, each with its kind if it has one."""
        return tuple(NameRef.parse(name) for name in self.names)

    @property
    def place(self) -> str:
        """Where the entry is, for messages."""
        return f"{FILE_NAME}:{self.line}" if self.line else "the new entry"

    @property
    def words(self) -> str:
        """The entry in one line, for messages."""
        said = ", ".join(f"'{name}'" for name in self.names)
        return f"{self.action} {said}" + ("" if self.to is None else f" -> '{self.to}'")

    def __str__(self) -> str:
        return f"{self.place} ({self.words})"


@dataclass(frozen=True)
class Curation:
    """All entries, in the order of the file. The order does not matter to linking."""

    decisions: tuple[Decision, ...] = ()

    @classmethod
    def parse(cls, text: str, *, written: int | None = None) -> Curation:
        """Read the text of a curation file.

        Args:
            text: The text.
            written: So many entries are in the file already, messages call the others new; all
                by default.

        Raises:
            InputError: It is not TOML, or an entry is not one of the five sorts; the message
                names the line.
        """
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as err:
            raise InputError(
                f"{FILE_NAME} is not TOML: {err}", hint="see docs/curation.md"
            ) from err
        for key, value in tables.items():
            if key not in _SHAPES:
                hint = f"entries are {', '.join(f'[[{a}]]' for a in _SHAPES)}"
                raise InputError(f"{FILE_NAME}: unknown entry '{key}'", hint=hint)
            if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
                raise InputError(
                    f"{FILE_NAME}: '{key}' is not a table of its own", hint=f"write [[{key}]]"
                )
        headers = _headers(text)
        found: dict[str, list[dict[str, Any]]] = {key: [*value] for key, value in tables.items()}
        decisions = []
        for number, (line, action) in enumerate(headers, start=1):
            if found.get(action):
                is_new = written is not None and number > written
                fields = found[action].pop(0)
                decisions.append(_decision(action, fields, line, number, is_new=is_new))
        if any(found.values()) or len(decisions) != len(headers):
            raise InputError(
                f"{FILE_NAME}: an entry does not begin with a line of its own",
                hint="begin each entry with a line such as [[same]]",
            )
        return cls(tuple(decisions))

    @property
    def key(self) -> str:
        """The content as one line, whatever the order, comments and repeats; empty for none."""
        said = sorted({(d.action, _unordered(d), d.to or "") for d in self.decisions})
        return json.dumps(said, ensure_ascii=False) if said else ""

    def __bool__(self) -> bool:
        return bool(self.decisions)


def read_curation(base: Path) -> tuple[str, Curation]:
    """The text of a knowledge base's curation file, and what it says; empty if there is none.

    Raises:
        InputError: The file cannot be read or does not fit.
    """
    try:
        text = (base / FILE_NAME).read_bytes().decode()
    except FileNotFoundError:
        return "", Curation()
    except (OSError, UnicodeDecodeError) as err:
        reason = err.strerror if isinstance(err, OSError) else "it is not UTF-8"
        raise InputError(f"cannot read '{base / FILE_NAME}': {reason}") from err
    return text, Curation.parse(text)


def write_curation(base: Path, text: str) -> None:
    """Replace the curation file by one rename; an empty one is removed.

    Args:
        base: The knowledge base directory.
        text: The new text.

    Raises:
        KnowledgeBaseError: The disk does not take it.
    """
    path = base / FILE_NAME
    scratch = base / f".{FILE_NAME}-{uuid4().hex[:12]}"
    try:
        if text.strip():
            with scratch.open("xb") as file:
                file.write(text.encode())
                sync(file)
            scratch.replace(path)
        else:
            path.unlink(missing_ok=True)
        sync_folder(base)
    except OSError as err:
        scratch.unlink(missing_ok=True)
        raise KnowledgeBaseError(f"cannot write '{path}': {err.strerror or err}") from err


def add_decision(text: str, decision: Decision) -> str:
    """The text with one more entry at its end.

    Raises:
        InputError: The entry does not fit.
    """
    import tomlkit

    table = tomlkit.table()
    for key, value in _fields(decision).items():
        table[key] = value
    entries = tomlkit.aot()
    entries.append(table)
    document = tomlkit.document()
    document[decision.action] = entries
    before = text if not text or text.endswith("\n") else f"{text}\n"
    whole = f"{before}{chr(10) if before else ''}{document.as_string().strip()}\n"
    Curation.parse(whole)
    return whole


def take_out(text: str, number: int | None = None) -> tuple[str, Decision]:
    """The text without one entry, and that entry; comments stay.

    Args:
        text: The text of a curation file.
        number: Number of the entry, from 1; None for the last.

    Raises:
        InputError: There is no such entry.
    """
    decisions = Curation.parse(text).decisions
    if not decisions:
        raise InputError("nothing to undo", hint="there are no entries in curation.toml")
    if number is not None and not 1 <= number <= len(decisions):
        raise InputError(
            f"no entry {number} in {FILE_NAME}", hint=f"it has entries 1 to {len(decisions)}"
        )
    gone = decisions[-1 if number is None else number - 1]
    lines = text.split("\n")
    begin = gone.line - 1
    after = decisions[gone.number].line - 1 if gone.number < len(decisions) else len(lines)
    while after > begin + 1 and _says_nothing(lines[after - 1]):
        after -= 1
    if begin and not lines[begin - 1].strip():  # the blank line before it goes with it
        begin -= 1
    rest = "\n".join((*lines[:begin], *lines[after:]))
    return rest if rest.endswith("\n") or not rest else f"{rest}\n", gone


def _headers(text: str) -> list[tuple[int, Action]]:
    found = ((n, _HEADER.match(line)) for n, line in enumerate(text.split("\n"), start=1))
    return [(number, match[1]) for number, match in found if match]  # type: ignore[misc]


def _says_nothing(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _decision(
    action: Action, fields: dict[str, Any], line: int, number: int, *, is_new: bool
) -> Decision:
    try:
        entry = _SHAPES[action].model_validate(fields)
    except ValidationError as err:
        first = err.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"{FILE_NAME}:{line}: [[{action}]] {where}: {first['msg'].lower()}",
            hint=f"[[{action}]] takes {_KEYS[action]}",
        ) from err
    match entry:
        case _Same():
            names, to = entry.names, entry.name
        case _NotSame():
            names, to = entry.names, None
        case _Rename() | _Kind():
            names, to = (entry.name,), entry.to
        case _Drop():
            names, to = (entry.name,), None
        case _:
            raise AssertionError(action)
    return Decision(action, names, to, 0 if is_new else line, 0 if is_new else number)


def _fields(decision: Decision) -> dict[str, str | list[str]]:
    match decision.action:
        case "same":
            chosen: dict[str, str | list[str]] = {"names": list(decision.names)}
            return chosen if decision.to is None else {**chosen, "name": decision.to}
        case "not-same":
            return {"names": list(decision.names)}
        case "drop":
            return {"name": decision.names[0]}
        case _:
            return {"name": decision.names[0], "to": decision.to or ""}


def _unordered(decision: Decision) -> tuple[str, ...]:
    """The names in a fixed order; the first of ``not-same`` is the one that stays."""
    if decision.action == "not-same":
        return (decision.names[0], *_sorted(decision.names[1:]))
    return _sorted(decision.names)


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))
