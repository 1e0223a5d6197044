"""Names that a text introduces or lists: found by the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from kg.extractors.candidates import Candidate, abbreviations, candidates, prepare_doc
from kg.extractors.sentences import sentence_spans
from kg.model import EntityKind
from kg.names import is_coined

__all__ = ["INTRODUCES", "find_patterns", "kind_by_head"]

_VERBS = (
    r"(?:propos|introduc|present|develop|describ|design|releas|creat|build|built|construct|"
    r"contribut|curat|collect|establish|unveil|devis|offer|provid|launch|formulat)"
)
INTRODUCES = re.compile(
    rf"\b(?:[Ww]e|I|(?:[Tt]his|[Oo]ur) (?:paper|work|article|study|report|thesis|survey))\s+"
    rf"(?:\w+\s+){{0,3}}?{_VERBS}\w*\b|\b(?:is|are|was|been)\s+{_VERBS}ed\b",
)
"""Words with which a paper presents something."""

_NAMING = re.compile(
    r"\b(?:called|named|dubbed|termed|coined|namely|denoted(?: as| by)?|titled|abbreviated as|"
    r"referred to as|which we (?:call|name|term|refer to as)|we (?:call|name|term)(?: it)?)"
    r"\s*:?\s+[\"'`\u201c\u2018(]{0,2}"
)
_NAME = re.compile(
    r"(?:[^\W\d_a-z]|\d+[A-Z])[\w+^*\-]*(?:\.\d[\w\-]*)?"
    r"(?:[ ](?:of|for|to|the|and|in|with|via|from|on)(?=[ ][A-Z]))?"
)
_NAME_RUN = re.compile(
    rf"{_NAME.pattern}(?:[ ](?:{_NAME.pattern}|\d+(?:\.\d+)?[A-Za-z]?(?![\w%]))){{0,7}}"
)
_TOKEN = re.compile(r"[^\W_][\w+^*\-]*(?:\.\d[\w\-]*)*")
_LIST_SEPARATOR = re.compile(r"\s*(?:,\s*(?:and|or)?|and|or|&|/)\s+(?:the\s+)?|\s*/\s*")

_KIND_HEADS: tuple[tuple[EntityKind, str], ...] = (
    ("Benchmark", "benchmark leaderboard challenge suite testbed arena gym exam bench"),
    ("Dataset", "dataset corpus corpora database collection treebank dataset"),
    (
        "Metric",
        "accuracy rate error score distance similarity divergence index precision recall "
        "perplexity measure metric coefficient ratio latency throughput entropy",
    ),
    (
        "Task",
        "recognition answering translation detection segmentation classification retrieval "
        "extraction prediction summarization grounding conversation recommendation "
        "identification captioning estimation localization forecasting parsing tracking "
        "verification editing completion planning navigation matching linking tagging labeling "
        "disambiguation resolution entailment inference understanding synthesis generation "
        "reconstruction registration restoration inpainting imputation diagnosis problem",
    ),
    (
        "Method",
        "optimization learning network model transformer attention search algorithm decoding "
        "encoder decoder autoencoder diffusion sampling gradient descent prompting tuning "
        "finetuning distillation adaptation framework approach method machine forest regression "
        "process regularization normalization architecture system agent policy pretraining "
        "alignment augmentation pruning quantization convolution embedding mixture experts gan "
        "clustering boosting unit adapter pipeline platform library toolkit mechanism module "
        "programming feedback thought game theory representation field splatting graph "
        "engine tokenizer estimator training strategy function loss filter flow",
    ),
)
_KIND_BY_HEAD: dict[str, EntityKind] = {
    word: kind for kind, words in _KIND_HEADS for word in words.split()
}
_HEAD_AFTER = re.compile(
    r"\s+(?:(?:\w+-)?\w+\s+)?(dataset|corpus|corpora|benchmark|leaderboard|challenge|suite|"
    r"testbed|test set|framework|algorithm|model|architecture|optimizer|network|toolkit|library)"
    r"s?\b",
    re.IGNORECASE,
)
_HEAD_BEFORE = re.compile(
    r"\b(dataset|corpus|corpora|benchmark|suite|baseline|model|method|algorithm|approache|"
    r"framework|system|LLM|MLLM|VLM|LVLM|metric|task|optimizer|architecture|encoder|environment)"
    r"e?s?\s*(?:,?\s*(?:such as|including|like|e\.g\.,?|namely)|:|\()\s*(?:the\s+)?",
)
_COMPARED = re.compile(
    r"\b(?:outperform\w*|surpass\w*|exceed\w*|beat\w*|compared (?:to|with|against)|"
    r"comparable (?:to|with)|competitive with|better than|superior to|on par with|"
    r"improv\w+ (?:over|upon)|relative to|baselines?)\s+(?:(?:the|state-of-the-art|strong|"
    r"existing|previous|prior|recent|both|even|all|models?|baselines?|methods?|like|such as)\s+)*"
)
_MEASURED = re.compile(
    r"\b(?:on|across|over|in|from|using)\s+(?:(?:the|both|all|two|three|four|five|six|several|"
    r"standard|popular|widely-used|challenging|public)\s+)*"
)
_EVALUATES = re.compile(
    r"\b(?:evaluat|experiment|result|achiev|perform|benchmark|test|outperform|accura|improv|"
    r"state-of-the-art|SOTA|surpass|validat|demonstrat|gain|score|scor|reach|obtain)\w*",
)
_NOT_NAMES = frozenset(
    "AI ML NLP CV RL LLM LLMs GPU GPUs CPU CPUs API APIs NN NNs DL SOTA SoTA IoT US USA UK EU "
    "PhD Q&A QA 2D 3D 4D 1D I II III IV V VI A B C D K M N X Y ID IDs OOD LM LMs VLM VLMs MLLM "
    "MLLMs PLM PLMs DNN DNNs TV PC RGB AGI FLOPs GitHub Github HuggingFace arXiv ArXiv OpenAI "
    "DeepMind YouTube Wikipedia Phase Part Section Table Figure Stage Step Level Type COVID-19 "
    "COVID".split()
)


def kind_by_head(name: str) -> EntityKind | None:
    """The kind that the last word of a long form speaks for, or None.

    >>> kind_by_head("Expressive Policy Optimization"), kind_by_head("word error rate")
    ('Method', 'Metric')
    """
    words = re.findall(r"[a-z]+", name.lower())
    for word in reversed(words[-1:]):
        for form in (word, word.removesuffix("s"), word.removesuffix("ing") + "ing"):
            if form in _KIND_BY_HEAD:
                return _KIND_BY_HEAD[form]
    return None


def find_patterns(
    text: str, sentences: list[tuple[int, int]], shorts: list[tuple[int, int, int, int]]
) -> list[Candidate]:
    """Find names by pattern.

    Args:
        text: Title, blank line, abstract.
        sentences: Character spans of its sentences; the first is the title.
        shorts: Abbreviations as (short start, short end, long start, long end).

    Returns:
        Candidates by place; they may overlap.
    """
    found: list[Candidate] = []
    found.extend(_title_name(text))
    for start, end in sentences:
        found.extend(_introduced(text, start, end))
        found.extend(_with_head(text, start, end))
        found.extend(_listed(text, start, end))
    found.extend(_spelt_out(text, sentences, shorts))
    return sorted(set(found))


@Language.component("kg_patterns")
def match_patterns(doc: Doc) -> Doc:
    """Append what the patterns find to the candidates."""
    shorts = [(a.short_start, a.short_end, a.long_start, a.long_end) for a in abbreviations(doc)]
    candidates(doc).extend(find_patterns(doc.text, sentence_spans(doc), shorts))
    return doc


def _candidate(start: int, end: int, kind: EntityKind, score: float) -> Candidate:
    return Candidate(start, end, kind, "kg_patterns", score)


def _is_name(text: str) -> bool:
    """One coined word, or several words of which one is coined or all are capitalised."""
    words = text.split()
    if not words or text in _NOT_NAMES or len(text) < 2:
        return False
    if len(words) == 1:
        return is_coined(text) and text.rstrip("s") not in _NOT_NAMES
    return any(is_coined(w) for w in words) or len(words) > 1


def _title_name(text: str) -> Iterator[Candidate]:
    """``NAME: what it is``; what follows the colon tells the kind."""
    title = text.partition("\n\n")[0]
    head, colon, rest = title.partition(": ")
    name = head.strip(" \"'`\u201c\u201d")
    if not colon or not 2 <= len(name) <= 40 or len(name.split()) > 3:
        return
    words = name.split()
    single = len(words) == 1 and (is_coined(name) or name[:1].isupper())
    if not single and not any(is_coined(w) for w in words):
        return
    start = title.index(name)
    yield _candidate(start, start + len(name), _kind_of_phrase(rest, name), 0.9)


def _kind_of_phrase(phrase: str, name: str) -> EntityKind:
    lowered = phrase.lower()
    if re.search(r"bench|arena|gym$|eval$", name, re.IGNORECASE):
        return "Benchmark"
    if re.search(r"\bbenchmark(?! for a)|\bleaderboard|\bevaluation (?:suite|platform)", lowered):
        return "Benchmark"
    if re.match(r"benchmarking|evaluating|a test", lowered):
        return "Benchmark"
    if re.search(r"\b(?:dataset|corpus|data set|treebank)\b", lowered):
        return "Dataset"
    return "Method"


def _introduced(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Names after ``we propose ...`` and ``... called``."""
    for cue in INTRODUCES.finditer(text, start, end):
        stop = _clause_end(text, cue.end(), end)
        for run in _NAME_RUN.finditer(text, cue.end(), stop):
            if _is_name(run[0]):
                kind = _kind_of_phrase(text[cue.end() : end][:160], run[0])
                coined = any(is_coined(w) for w in run[0].split())
                yield _candidate(run.start(), run.end(), kind, 0.85 if coined else 0.55)
                break
    for cue in _NAMING.finditer(text, start, end):
        named = _NAME_RUN.match(text, cue.end(), end)
        if named and named[0] not in _NOT_NAMES:
            kind = _kind_of_phrase(text[max(start, cue.start() - 80) : cue.start()], named[0])
            yield _candidate(named.start(), named.end(), kind, 0.85)


def _with_head(text: str, start: int, end: int) -> Iterator[Candidate]:
    """``NAME dataset``, ``the NAME benchmark``, ``NAME algorithm``."""
    for run in _NAME_RUN.finditer(text, start, end):
        head = _HEAD_AFTER.match(text, run.end(), end)
        if head is None or not _is_name(run[0]) or " " in head[0].strip():
            continue
        name_start = run.start()
        if name_start == start and " " in run[0] and not is_coined(run[0].split()[0]):
            continue  # a sentence starts with a capital anyway
        kind = kind_by_head(head[1])
        if kind is not None and (kind != "Method" or any(is_coined(w) for w in run[0].split())):
            yield _candidate(name_start, run.end(), kind, 0.75)


def _listed(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Lists after ``benchmarks such as``, ``outperforms`` and ``evaluated on``."""
    for cue in _HEAD_BEFORE.finditer(text, start, end):
        kind = kind_by_head(cue[1].removesuffix("e")) or "Method"
        kind = "Benchmark" if cue[1] == "environment" else kind
        if kind != "Task":
            yield from _list_items(text, cue.end(), end, kind, 0.7)
    for cue in _COMPARED.finditer(text, start, end):
        yield from _list_items(text, cue.end(), end, "Method", 0.65)
    if _EVALUATES.search(text, start, end):
        for cue in _MEASURED.finditer(text, start, end):
            yield from _list_items(text, cue.end(), end, "Benchmark", 0.6)


def _list_items(
    text: str, start: int, end: int, kind: EntityKind, score: float
) -> Iterator[Candidate]:
    position = start
    for _ in range(12):
        token = _TOKEN.match(text, position, end)
        if token is None or not is_coined(token[0]) or token[0] in _NOT_NAMES:
            return
        run = _NAME_RUN.match(text, position, end)
        stop = max(token.end(), run.end() if run else 0)
        yield _candidate(position, stop, kind, score)
        separator = _LIST_SEPARATOR.match(text, stop, end)
        if separator is None:
            return
        position = separator.end()


def _spelt_out(
    text: str, sentences: list[tuple[int, int]], shorts: list[tuple[int, int, int, int]]
) -> Iterator[Candidate]:
    """``Long Form (LF)``: the long form's last word tells the kind."""
    for short_start, short_end, long_start, long_end in shorts:
        long_form = text[long_start:long_end]
        start, end = next(((s, e) for s, e in sentences if s <= long_start < e), (0, 0))
        low = min(short_start, long_start)
        introduced = any(low - cue.end() < 90 for cue in INTRODUCES.finditer(text, start, low))
        kind = kind_by_head(long_form)
        titled = long_form[:1].isupper() and sum(w[:1].isupper() for w in long_form.split()) > 1
        if introduced and titled:
            after = text[max(short_end, long_end) : end][:80]
            before = text[start:low][-60:]
            kind = (
                kind
                if kind in ("Dataset", "Benchmark")
                else _kind_of_phrase(before + " | " + after, text[short_start:short_end])
            )
        if kind is None and not titled:
            continue
        score = 0.85 if introduced and titled else 0.65 if titled else 0.55
        yield _candidate(short_start, short_end, kind or "Method", score)
        yield _candidate(long_start, long_end, kind or "Method", score)


def _clause_end(text: str, start: int, end: int) -> int:
    match = re.compile(r"[;:]\s|\b(?:that|which|to|for|by|using|with|where|whose)\s").search(
        text, start, end
    )
    return match.start() if match else end


prepare_doc()
