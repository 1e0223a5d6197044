"""How the time of reading text grows with its length, on texts made to be hard.

    python benchmarks/worst_cases.py

Each line gives a step, what the text repeats, the CPU seconds at a quarter of the length and at the
whole, and the exponent between them: 1 is linear, 2 is quadratic. The step named `str.split` is
there for comparison: it is linear, so what it shows beside 1 is the machine's noise.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable

from kg.extractors import build_nlp, extract_papers
from kg.extractors.abbreviations import find_abbreviations
from kg.extractors.patterns import find_patterns
from kg.extractors.sentences import split_sentences
from kg.extractors.urls import find_urls
from kg.model import Paper
from kg.text import clean_text

UNITS = ("A", "1", "(", ".", "a-", "GPT-4, ", "BERT and ", "long form (LF) ", "e.g. ",
         "https://github.com/a/b ", "\\textbf{x} ", "$x$ ", "\n", "\u0130\u00df")  # fmt: skip


def steps() -> dict[str, tuple[Callable[[str], object], int]]:
    """Step -> what it does with a text, and the characters it gets at the whole length."""
    nlp = build_nlp()

    def extract(text: str) -> object:
        return list(extract_papers([Paper(id="t:1", title="A title", abstract=text)], nlp=nlp))

    return {
        "str.split": (str.split, 4_000_000),
        "clean_text": (clean_text, 400_000),
        "find_urls": (find_urls, 400_000),
        "find_abbreviations": (find_abbreviations, 400_000),
        "find_patterns": (lambda text: find_patterns(text, split_sentences(text)), 400_000),
        "extract_papers": (extract, 40_000),
    }


def cpu_seconds(step: Callable[[str], object], text: str, runs: int) -> float:
    """The least of some runs."""
    least = math.inf
    for _ in range(runs):
        began = time.process_time()
        step(text)
        least = min(least, time.process_time() - began)
    return least


def main() -> None:
    """Print a line for each step and unit, and the worst exponent of each step."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=2, help="take the least of so many runs")
    runs = parser.parse_args().runs
    print(f"{'step':20} {'text of':26} {'quarter':>9} {'whole':>9} {'exponent':>9}")
    for name, (step, size) in steps().items():
        worst = -math.inf
        step("A")
        for unit in UNITS:
            text = (unit * (size // len(unit) + 1))[:size]
            part, whole = (cpu_seconds(step, text[:n], runs) for n in (size // 4, size))
            exponent = math.log(max(whole, 1e-4) / max(part, 1e-4), 4)
            worst = max(worst, exponent)
            print(f"{name:20} {unit!r:26} {part:8.3f}s {whole:8.3f}s {exponent:9.2f}")
        print(f"{name:20} {'worst':26} {'':9} {'':9} {worst:9.2f}")


if __name__ == "__main__":
    main()
