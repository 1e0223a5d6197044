"""The tree of errors, and what each of them carries."""

from __future__ import annotations

import copy
import pickle
import re

import pytest

from kg import errors
from kg.errors import (
    ConfigError,
    ExtractionError,
    InputError,
    KgError,
    KnowledgeBaseError,
    MissingExtraError,
    QueryError,
    ReadError,
    StoreError,
    UnknownNameError,
)

ONE_OF_EACH: tuple[KgError, ...] = (
    KgError("it failed", hint="try again"),
    InputError("no such file 'a'", hint="look in 'b'"),
    ReadError("no title", source="papers.jsonl", line=3, hint="give it one"),
    UnknownNameError("unknown reader 'x'", hint="did you mean 'y'?"),
    ExtractionError("the component 'kg_x' failed on paper 'x:1'"),
    ConfigError("setting 'a.b': too small"),
    KnowledgeBaseError("no knowledge base at 'x'", hint="make one"),
    QueryError("unexpected ')'", place="RETURN )\n       ^", hint="remove it"),
    StoreError("connection refused", hint="start it"),
    MissingExtraError("neo4j", needed_for="a server address"),
)


def drawn_tree() -> dict[str, str]:
    """Error name -> name of its parent, as the module's docstring draws them."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"([│├└─ ]*)([A-Z]\w+Error)\b", line)
        if match:
            depth = len(match[1]) // 4
            path = [*path[:depth], match[2]]
            parents[match[2]] = path[depth - 1] if depth else "Exception"
    return parents


def test_the_docstring_draws_the_tree_that_the_classes_make() -> None:
    classes = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    assert drawn_tree() == {kind.__name__: kind.__bases__[0].__name__ for kind in classes}
    assert sorted(drawn_tree()) == sorted(errors.__all__)


def test_one_of_each_is_tested_here() -> None:
    assert sorted(type(e).__name__ for e in ONE_OF_EACH) == sorted(errors.__all__)


@pytest.mark.parametrize("error", ONE_OF_EACH, ids=lambda e: type(e).__name__)
def test_errors_survive_a_process_pool(error: KgError) -> None:
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is type(error)
        assert str(twin) == str(error) == error.message
        assert vars(twin) == vars(error)


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("a.jsonl", 7, "a.jsonl:7: broken"),
        ("a.bib", None, "a.bib: broken"),
        ("-", 1, "-:1: broken"),
        ("", None, "broken"),
    ],
)
def test_a_read_error_says_where(source: str, line: int | None, message: str) -> None:
    error = ReadError("broken", source=source, line=line)
    assert str(error) == message
    assert error.reason == "broken"


def test_a_missing_extra_names_the_line_that_installs_it() -> None:
    error = MissingExtraError("rdf", needed_for="the SHACL check")
    assert str(error) == "the SHACL check needs the extra 'rdf'"
    assert error.hint == "pip install 'kg[rdf]'"


def test_hints_are_empty_where_there_is_nothing_to_say() -> None:
    assert KgError("it failed").hint == ""
