"""Every regular expression of the package, and texts that are hard for each of them.

A text is made from the expression itself: what leads to one of its repeats, then what the repeat
takes, over and over, then something that does not fit, so that a matcher which can read the same
characters in two ways has to try them all.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import MappingProxyType, ModuleType
from typing import Any

import kg

__all__ = ["hard_texts", "kept_patterns", "modules", "written_patterns"]

PACKAGE = Path(kg.__file__).parent
_NOT_INSTALLED = frozenset({"lightgbm", "safetensors", "sklearn", "torch", "transformers"})
"""What training alone needs; its modules are left out where these are missing."""
_CALLS = frozenset("compile search match fullmatch sub subn split findall finditer".split())
_SAMPLE = "aA1 .-/_(\n:,\"'\u00e9@\\<{[&$h=]})>"
"""One character of each sort, the most telling first."""
_ENDINGS = ("", "\x00", "!\n", "a b")


def modules() -> Iterator[ModuleType]:
    """Every module of the package."""
    for found in pkgutil.walk_packages([str(PACKAGE)], "kg."):
        if not found.name.endswith("__main__"):
            try:
                yield importlib.import_module(found.name)
            except ModuleNotFoundError as err:
                if err.name not in _NOT_INSTALLED:
                    raise


def kept_patterns() -> Iterator[tuple[str, re.Pattern[Any], str]]:
    """Expressions that modules and their classes keep, also in tables and as bound methods.

    Each with its place, and how it is used: ``search``, or ``match`` and ``fullmatch`` where
    nothing else is ever called on the name.
    """
    uses = _uses()
    for module in modules():
        for name, value in vars(module).items():
            own = isinstance(value, type) and value.__module__ == module.__name__
            for held in [*vars(value).values()] if own else [value]:
                for pattern in _patterns_in(held):
                    use = uses.get(name, "search") if held is pattern else "search"
                    yield f"{module.__name__}.{name}", pattern, use


def _uses() -> dict[str, str]:
    """Name -> the hardest method that is called on it anywhere in the package."""
    uses: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        asked = {
            id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                uses.setdefault(node.id, set()).add(asked.get(id(node), "search"))
            elif isinstance(node, ast.ImportFrom):
                for name in node.names:
                    uses.setdefault(name.asname or name.name, set())
    return {
        name: "fullmatch" if done == {"fullmatch"} else "match"
        for name, done in uses.items()
        if done and done <= {"match", "fullmatch"}
    }


def _patterns_in(value: object, depth: int = 4) -> Iterator[re.Pattern[Any]]:
    owner = getattr(value, "__self__", None)
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(owner, re.Pattern):
        yield owner
    elif depth and isinstance(value, dict | MappingProxyType):
        yield from _patterns_in([*value.keys(), *value.values()], depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _patterns_in(item, depth - 1)


def written_patterns() -> Iterator[tuple[str, str, re.Pattern[Any] | None, str]]:
    """Calls of ``re`` in functions: place, code of the pattern, the pattern if known, its use.

    What a call at the top of a module makes is kept there and found by ``kept_patterns``.
    """
    for module in modules():
        tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.Lambda):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and _is_re(call):
                        place = f"{Path(str(module.__file__)).relative_to(PACKAGE)}:{call.lineno}"
                        code = ast.unparse(call.args[0])
                        text = _evaluate(code, module)
                        pattern = None if text is None else re.compile(text, _flags(call))
                        yield place, code, pattern, _use(call)


def _is_re(call: ast.Call) -> bool:
    name = call.func
    return (
        isinstance(name, ast.Attribute)
        and name.attr in _CALLS
        and isinstance(name.value, ast.Name)
        and name.value.id == "re"
    )


def _use(call: ast.Call) -> str:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return name if name in ("match", "fullmatch") else "search"


def _flags(call: ast.Call) -> int:
    given = [*call.args[1:], *(k.value for k in call.keywords)]
    named = (n for item in given for n in ast.walk(item) if isinstance(n, ast.Attribute))
    return sum(
        {
            int(getattr(re, n.attr))
            for n in named
            if isinstance(n.value, ast.Name) and n.value.id == "re" and n.attr.isupper()
        }
    )


def _evaluate(code: str, module: ModuleType) -> str | None:
    try:
        value = eval(code, vars(module))
    except NameError:
        return None
    return value if isinstance(value, str) else None


def hard_texts(pattern: re.Pattern[Any], size: int) -> Iterator[str]:
    """Texts of about ``size`` characters that are hard for an expression, each once."""
    source = pattern.pattern
    text = source.decode("latin-1") if isinstance(source, bytes) else source
    tree = parser.parse(text, pattern.flags & ~(re.UNICODE if isinstance(source, bytes) else 0))
    seen: set[str] = set()
    units = [*_units(list(tree), "")]
    units += [("", unit) for unit in (*_SAMPLE, "aA", "a.", "a ", "1.", "a-", "( ", "a/", "/a.")]
    units += [("", _example(list(tree)))]
    for before, unit in units:
        if unit and unit + before not in seen:
            seen.add(unit + before)
            for ending in _ENDINGS:
                yield before + unit * (size // len(unit)) + ending


def _units(nodes: list[Any], before: str) -> Iterator[tuple[str, str]]:
    """For each repeat: what leads to it, and what it takes."""
    for at, (kind, value) in enumerate(nodes):
        lead = before + _example(nodes[:at])
        if kind in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            body = list(value[2])
            if value[1] > 8:
                yield from ((lead, unit) for unit in _samples(body))
            yield from _units(body, lead)
        else:
            for inner in _inside(kind, value):
                yield from _units(inner, lead)


def _inside(kind: Any, value: Any) -> Iterator[list[Any]]:
    if kind is codes.BRANCH:
        yield from map(list, value[1])
    elif kind is codes.SUBPATTERN:
        yield list(value[3])
    elif kind is codes.ATOMIC_GROUP:
        yield list(value)


def _samples(nodes: list[Any]) -> Iterator[str]:
    """Some texts that a sequence takes: with each sort of character its first class allows."""
    whole = _example(nodes)
    yield whole
    if len(nodes) == 1:
        kind, value = nodes[0]
        if kind in (codes.IN, codes.ANY, codes.NOT_LITERAL):
            yield from [c for c in _SAMPLE if _takes(kind, value, c)][:6]
        for inner in _inside(kind, value):
            yield from _samples(inner)
    for length in (2, 3):  # a repeat in a repeat: its own length varies
        yield from (_example(nodes, length),)


def _example(nodes: Iterable[Any], repeat: int = 1) -> str:
    """A text that a sequence takes, with so many turns of each repeat."""
    out = ""
    for kind, value in nodes:
        if kind is codes.LITERAL:
            out += chr(value)
        elif kind in (codes.IN, codes.ANY, codes.NOT_LITERAL):
            out += next((c for c in _SAMPLE if _takes(kind, value, c)), _first(kind, value))
        elif kind in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            out += _example(value[2], repeat) * min(max(value[0], repeat), value[1])
        elif inner := next(_inside(kind, value), None):
            out += _example(inner, repeat)
    return out


def _first(kind: Any, value: Any) -> str:
    """The first character that a class names."""
    for item, what in value if kind is codes.IN else ():
        if item is codes.LITERAL:
            return chr(what)
        if item is codes.RANGE:
            return chr(what[0])
    return "a"


def _takes(kind: Any, value: Any, character: str) -> bool:
    if kind is codes.ANY:
        return character != "\n"
    if kind is codes.NOT_LITERAL:
        return bool(ord(character) != value)
    negated, hit = False, False
    for item, what in value:
        if item is codes.NEGATE:
            negated = True
        elif item is codes.LITERAL:
            hit = hit or ord(character) == what
        elif item is codes.RANGE:
            hit = hit or what[0] <= ord(character) <= what[1]
        elif item is codes.CATEGORY:
            hit = hit or bool(re.fullmatch(_CATEGORIES[str(what)], character))
    return hit != negated


_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
