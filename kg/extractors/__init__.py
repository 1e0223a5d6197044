"""Extractors: papers in, mentions and relation mentions out; spaCy lives only here."""
