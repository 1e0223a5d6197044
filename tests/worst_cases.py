"""How long the worst inputs are, and how long they may take before a test calls it hanging.

What is quadratic in 400,000 characters, or worse, does not end in that time; how time grows below
that is for ``benchmarks/worst_cases.py``, where machines can be compared.
"""

from __future__ import annotations

CHARACTERS = 400_000
SECONDS = 120
