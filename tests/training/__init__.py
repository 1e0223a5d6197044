"""Tests of training."""

import kglite  # noqa: F401  # before LightGBM: after it, the loader has no room left for kglite
