"""Ready questions with named parameters: Cypher for every store, SPARQL for the triples."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

from kg.errors import InputError, UnknownNameError
from kg.resources import data_path

__all__ = ["Parameter", "Recipe", "bind", "recipe_named", "recipes"]


@dataclass(frozen=True)
class Parameter:
    """A value that a recipe needs.

    Args:
        name: Name, as in ``$name``.
        description: What it stands for.
        default: Its value where none is given; None where one must be given. A whole number
            as default means that the parameter takes whole numbers, anything else text.
    """

    name: str
    description: str
    default: str | int | None = None


@dataclass(frozen=True)
class Recipe:
    """A ready question.

    Args:
        name: Lower case, words joined by ``-``.
        question: The question in plain words.
        parameters: What it can be asked about.
        cypher: The query, in Cypher that Neo4j 5 and the embedded database both run.
        sparql: The same in SPARQL 1.1, with ``$name`` for parameters; None where that cannot say
            it. It gives the same columns and rows.
        lists: Columns that hold lists; in SPARQL texts with an item a line, in which ``%`` and
            line feeds are written ``%25`` and ``%0A``.
    """

    name: str
    question: str
    parameters: tuple[Parameter, ...]
    cypher: str
    sparql: str | None = None
    lists: tuple[str, ...] = ()

    def in_sparql(self) -> str:
        """The query in SPARQL.

        Raises:
            InputError: SPARQL cannot say it.
        """
        if self.sparql is None:
            raise InputError(
                f"the recipe '{self.name}' has no SPARQL form: SPARQL knows no shortest paths",
                hint="leave out --language: it is answered in Cypher",
            )
        return self.sparql


def recipes() -> Mapping[str, Recipe]:
    """Every recipe by name, in the order of the file.

    >>> "benchmark" in recipes()
    True
    """
    return _load()


def recipe_named(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        UnknownNameError: There is none; the hint names the nearest, or all of them.
    """
    known = recipes()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"one of: {', '.join(known)}"
        raise UnknownNameError(f"unknown recipe '{name}'", hint=hint)
    return known[name]


def bind(recipe: Recipe, values: Mapping[str, object]) -> dict[str, str | int]:
    """Complete the values for a recipe with its defaults.

    >>> bind(recipe_named("benchmark"), {"name": "D4RL"})
    {'name': 'D4RL', 'limit': 50}

    Args:
        recipe: The recipe.
        values: Values by parameter name; a number where text is wanted is taken as text, and
            the other way round.

    Returns:
        A value for each parameter of the recipe.

    Raises:
        InputError: A value is missing, belongs to no parameter, or is no whole number where
            one is wanted.
    """
    names = {parameter.name for parameter in recipe.parameters}
    unknown = sorted(set(values) - names)
    if unknown:
        raise InputError(
            f"the recipe '{recipe.name}' has no parameter '{unknown[0]}'",
            hint=f"it has: {_describe(recipe.parameters)}",
        )
    missing = [p for p in recipe.parameters if p.default is None and values.get(p.name) is None]
    if missing:
        listed = ", ".join(f"'{p.name}'" for p in missing)
        shown = " ".join(f"-p {p.name}=VALUE" for p in missing)
        raise InputError(
            f"the recipe '{recipe.name}' needs {listed}",
            hint=f"{shown} ({_describe(missing)})",
        )
    return {p.name: _value(recipe, p, values.get(p.name)) for p in recipe.parameters}


def _value(recipe: Recipe, parameter: Parameter, value: object) -> str | int:
    if value is None:
        assert parameter.default is not None
        return parameter.default
    if not isinstance(parameter.default, int):
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    try:
        number = int(str(value))
    except ValueError:
        number = -1
    if number < 0 or isinstance(value, bool):
        raise InputError(
            f"'{parameter.name}' of the recipe '{recipe.name}' is no whole number: '{value}'",
            hint=parameter.description,
        )
    return number


def _describe(parameters: tuple[Parameter, ...] | list[Parameter]) -> str:
    return "; ".join(f"{p.name}: {p.description.rstrip('.').lower()}" for p in parameters)


@cache
def _load() -> Mapping[str, Recipe]:
    path = data_path("data", "recipes.toml")
    folder = data_path("data", "recipes")
    loaded = {}
    for item in tomllib.loads(path.read_text("utf-8"))["recipe"]:
        parameters = tuple(Parameter(**p) for p in item.get("parameter", ()))
        file = folder / f"{item['name']}.rq"
        recipe = Recipe(
            name=item["name"],
            question=item["question"],
            parameters=parameters,
            cypher=item["cypher"].strip(),
            sparql=file.read_text("utf-8").strip() if file.is_file() else None,
            lists=tuple(item.get("lists", ())),
        )
        loaded[recipe.name] = recipe
    return MappingProxyType(loaded)
