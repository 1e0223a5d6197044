"""Names found by the words around them: introduced, listed, spelt out, or described."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter

from spacy.language import Language
from spacy.tokens import Doc

from kg.extractors.candidates import (
    Abbreviation,
    Candidate,
    abbreviations,
    candidates,
    prepare_doc,
    text_of,
)
from kg.extractors.introductions import INTRODUCES, find_introduced, title_name
from kg.extractors.kinds import has_kind, kind_by_head, kind_by_words
from kg.extractors.lists import find_coined, find_listed, find_with_head
from kg.extractors.phrases import find_phrases
from kg.extractors.sentences import sentence_spans
from kg.extractors.words import read_sentence

__all__ = ["find_patterns"]


def find_patterns(
    text: str,
    sentences: Sequence[tuple[int, int]],
    shorts: Sequence[Abbreviation] = (),
    known: Sequence[Candidate] = (),
) -> list[Candidate]:
    """Find names by pattern.

    Args:
        text: Title, blank line, abstract.
        sentences: Character spans of its sentences; the first is the title.
        shorts: Abbreviations the text defines.
        known: What other components found: left alone, but a sign of what stands beside it.

    Returns:
        Candidates by place; they may overlap.
    """
    found: list[Candidate] = []
    read = [read_sentence(text, start, end) for start, end in sentences]
    for sentence in read:
        if sentence.start == 0:
            found.extend(title_name(text, sentence.end))
        else:
            found.extend(find_introduced(text, sentence))
        found.extend(find_with_head(text, sentence))
        found.extend(find_listed(text, sentence))
        found.extend(find_phrases(text, sentence))
    found.extend(_spelt_out(text, sentences, shorts))
    so_far = sorted({*found, *known})
    no_names = frozenset(
        text[a.short_start : a.short_end]
        for a in shorts
        if not has_kind(text[a.long_start : a.long_end])
    )
    for sentence in read:
        if sentence.start > 0:
            coined = find_coined(text, sentence, so_far)
            found.extend(c for c in coined if text[c.start : c.end] not in no_names)
    return sorted(set(found))


@Language.component("kg_patterns")
def match_patterns(doc: Doc) -> Doc:
    """Append what the patterns find to the candidates."""
    so_far = candidates(doc)
    so_far.extend(find_patterns(text_of(doc), sentence_spans(doc), abbreviations(doc), so_far))
    return doc


def _spelt_out(
    text: str, sentences: Sequence[tuple[int, int]], shorts: Sequence[Abbreviation]
) -> Iterator[Candidate]:
    """``Long Form (LF)``: the long form's last word tells the kind."""
    for pair in shorts:
        long_form = text[pair.long_start : pair.long_end]
        place = bisect_right(sentences, pair.long_start, key=itemgetter(0)) - 1
        start, end = sentences[max(place, 0)]
        low = min(pair.short_start, pair.long_start)
        introduced = any(low - cue.end() < 90 for cue in INTRODUCES.finditer(text, start, low))
        titled = long_form[:1].isupper() and sum(w[:1].isupper() for w in long_form.split()) > 1
        kind = kind_by_head(long_form)
        if introduced and titled and kind not in ("Dataset", "Benchmark"):
            kind = kind_by_words(
                text[pair.short_start : pair.short_end],
                after=text[max(pair.short_end, pair.long_end) : end][:80],
                before=text[start:low][-60:],
            )
        if kind is None and not (introduced and titled) and not has_kind(long_form):
            continue
        score = 0.85 if introduced and titled else 0.65 if titled else 0.55
        for span in ((pair.short_start, pair.short_end), (pair.long_start, pair.long_end)):
            yield Candidate(*span, kind or "Method", "kg_patterns", score)


prepare_doc()
