"""No regular expression of the package can be kept busy for long by any text."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from kg.stores import _query_errors
from tests.regular_expressions import PACKAGE, hard_texts, kept_patterns, modules, written_patterns

SHORT, LONG = 2_000, 20_000
"""Characters: a cubic expression does not end with the first, a slow quadratic with the second."""
SECONDS = 60
BOUNDED = {
    "kg.extractors.sentences._LAST_WORD": "searches 12 characters",
    "text.py:[\\w-]*$": "searches 59 characters",
}
"""Expressions that are quadratic, and why they never see a long text."""
FROM_TABLES = {
    ("stores/_query_errors.py", "item.pattern"): [
        item.pattern
        for value in vars(_query_errors).values()
        if isinstance(value, tuple)
        for item in value
        if hasattr(item, "pattern")
    ],
    ("stores/_query_errors.py", "noise"): list(_query_errors._NOISE),
    ("evaluation/sentences_in_view.py", "pattern"): [r"(?<!\w)(?:a b|a|\$\.\*)(?!\w)"],
}
"""Expressions that a call takes from a table or makes of escaped words."""


def collect() -> dict[str, tuple[re.Pattern[Any], str]]:
    found: dict[str, tuple[re.Pattern[Any], str]] = {}
    for place, pattern, use in kept_patterns():
        found.setdefault(f"{place} {pattern.pattern[:40]!r} {use}", (pattern, use))
    for place, code, known, use in written_patterns():
        file = place.partition(":")[0]
        texts = FROM_TABLES.get((file, code), [])
        for item in [known] if known is not None else map(re.compile, texts):
            found.setdefault(f"{file}:{item.pattern[:40]} {use}", (item, use))
    unique: dict[tuple[object, int, str], str] = {}
    for name, (pattern, use) in found.items():
        unique.setdefault((pattern.pattern, pattern.flags, use), name)
    return {name: found[name] for name in unique.values()}


PATTERNS = collect()


def test_every_expression_is_collected() -> None:
    assert len(PATTERNS) > 200
    missed = [
        (place, code)
        for place, code, known, _ in written_patterns()
        if known is None and not FROM_TABLES.get((place.partition(":")[0], code))
    ]
    assert missed == []
    imported = {module.__file__ for module in modules()}
    unseen = [p for p in PACKAGE.rglob("*.py") if str(p) not in imported]
    assert [p for p in unseen if re.search(r"^\s*import re\b|\bre import", p.read_text())] == []


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("name", PATTERNS)
def test_hard_texts_end(name: str) -> None:
    pattern, use = PATTERNS[name]
    worst = max(hard_texts(pattern, SHORT), key=lambda text: spent(pattern, use, text))
    if not any(name.startswith(bounded) for bounded in BOUNDED):
        unit = SHORT // 2
        spent(
            pattern, use, worst[:unit] + worst[unit // 2 : unit] * (2 * LONG // unit) + worst[unit:]
        )


def spent(pattern: re.Pattern[Any], use: str, text: str) -> float:
    data: Any = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
    began = time.process_time()
    if use == "search":
        sum(1 for _ in pattern.finditer(data))
    else:
        getattr(pattern, use)(data)
    return time.process_time() - began


@pytest.mark.parametrize("bad", [r"(a+)+$", r"(?:a|aa)+;", r"(?:a+b?)*;"])
def test_the_texts_are_hard_enough(bad: str) -> None:
    """An expression that is known to be catastrophic is found to be so."""
    pattern = re.compile(bad)
    small, large = (
        max(spent(pattern, "match", text) for text in hard_texts(pattern, size))
        for size in (10, 22)
    )
    assert large > 20 * small
