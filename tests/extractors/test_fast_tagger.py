"""The fast tagger: words without a vocabulary, read the same whatever else is read."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.extractors.fast_tagger import WORD_TABLES, FastTagger, load_fast_tagger, read_words
from kg.extractors.ner import ROLE_LABELS, TAGS, TaggerOutput, decode_names
from tests.strategies import texts

TEXTS = (
    "FernNet: Plant Recognition\n\nWe propose FernNet for plant recognition. It beats ResNet-50.",
    "Nothing here\n\nClouds are white.",
    "Leaves\n\n" + "We propose FernNet. " * 1200,
    "\u4e91 \U0001f9ea\n\n",
)


def words(text: str) -> list[str]:
    _, starts, ends = read_words(text)
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def shown(output: TaggerOutput) -> tuple[bytes, ...]:
    return output.starts.tobytes(), output.tags.tobytes(), output.roles.tobytes()


def test_words_and_marks_stand_where_the_text_has_them() -> None:
    assert words("ZapNet: Fast\n\nAt 70.5% (of it).") == (
        "ZapNet : Fast At 70 . 5 % ( of it ) .".split(" ")
    )


@given(st.text(max_size=60) | texts, st.text(max_size=60) | texts)
@example("\u0130", "\ufb01 \u200d")
def test_every_word_is_in_the_text_once_and_in_order(title: str, abstract: str) -> None:
    text = f"{title}\n\n{abstract}"
    features, starts, ends = read_words(text)
    spans = list(zip(starts.tolist(), ends.tolist(), strict=True))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert features.shape == (len(spans), len(WORD_TABLES))
    assert (features >= 0).all()
    assert (features < list(WORD_TABLES.values())).all()


def test_a_word_has_its_features_wherever_it_stands_but_for_title_or_abstract() -> None:
    features, _, _ = read_words("Ferns grow\n\nFerns and ferns grow")
    segment = list(WORD_TABLES).index("segment")
    assert features[:, segment].tolist() == [0, 0, 1, 1, 1, 1]
    rest = np.delete(features, segment, axis=1)
    assert (rest[0] == rest[2]).all()
    assert (rest[1] == rest[5]).all()
    shape = list(WORD_TABLES).index("shape")
    assert (np.delete(rest[2], shape) == np.delete(rest[4], shape)).all()
    assert rest[2, shape] != rest[4, shape]


def test_a_text_reads_the_same_among_any_others() -> None:
    tagger = load_fast_tagger()
    alone = [shown(FastTagger().read(text)) for text in TEXTS]
    assert [shown(tagger.read(text)) for text in TEXTS] == alone
    assert [shown(tagger.read(text)) for text in reversed(TEXTS)] == alone[::-1]


@settings(max_examples=25)
@given(texts, texts)
@example("", "")
def test_what_it_says_are_probabilities_of_every_word(title: str, abstract: str) -> None:
    text = f"{title}\n\n{abstract}"
    output = load_fast_tagger().read(text)
    assert output.tags.shape == (len(words(text)), len(TAGS))
    assert output.roles.shape == (len(words(text)), len(ROLE_LABELS))
    for table in (output.tags, output.roles):
        assert table.sum(axis=1) == pytest.approx(np.ones(len(table)), abs=1e-4)
    assert all(text[c.start : c.end].strip() for c in decode_names(text, output))


def test_a_clear_name_is_read() -> None:
    text = TEXTS[0]
    found = {
        text[c.start : c.end]: c.kind for c in decode_names(text, load_fast_tagger().read(text))
    }
    assert found["FernNet"] == "Method"
    assert found["plant recognition"] == "Task"


@pytest.mark.parametrize("content", [None, b"", b"no model"])
def test_a_model_that_is_missing_or_damaged_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "fast_tagger.onnx").write_bytes(content)
    with pytest.raises(InputError, match=r"fast_tagger\.onnx") as caught:
        FastTagger(str(tmp_path))
    assert caught.value.hint
