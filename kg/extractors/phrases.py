"""Tasks and techniques that have no proper name: noun phrases told by their last word."""

from __future__ import annotations

from collections.abc import Iterator

from kg.extractors.candidates import Candidate
from kg.extractors.vocabulary import is_boundary
from kg.extractors.words import Sentence, Word, phrase_start
from kg.model import EntityKind

__all__ = ["find_phrases"]

_TASKS = frozenset(
    "animation answering assessment captioning classification colorization completion compositing "
    "customization deblurring dehazing detection diagnosis disambiguation driving editing "
    "entailment estimation following forecasting forgetting generation grounding ideation "
    "identification imputation inpainting insertion localization manipulation matting navigation "
    "outpainting parsing problem-solving proving qa recognition reconstruction registration "
    "reranking restoration retrieval seeking segmentation solving stitching stylization "
    "summarisation summarization synthesis tagging tracking translation visualization".split()
)
"""Heads of tasks, whatever stands before them."""
_LOOSE_TASKS = frozenset(
    "alignment analysis anticipation attribution comprehension compression control conversation "
    "denoising design discovery evaluation extraction forgetting ideation insertion interpretation "
    "matching mitigation modeling modelling perception personalization planning prediction "
    "problem-solving processing qa reasoning recommendation rendering retargeting simulation "
    "transfer understanding verification visualization".split()
)
"""Heads of tasks in a title, or after a word for what they work on."""
_METHODS = frozenset(
    "algorithm attention augmentation autoencoder autoencoders autoencoding boosting clustering "
    "cnns convolution cross-attention decoding descent diffusion distillation encoder fine-tuning "
    "finetuning forest gan gans learning masking module network networks normalization "
    "optimization optimizer perceptron pooling post-training pre-training pretraining prompting "
    "quantization regression regularization rnns sampling search self-attention splatting "
    "transformer transformers tuning".split()
)
_METRICS = frozenset("accuracy consumption distance error rate score similarity".split())
_MODEL = frozenset({"model", "models"})
_MODEL_SORTS = frozenset(
    "autoregressive critic diffusion embedding energy-based flow flow-based foundation generative "
    "guardrail hidden-markov language latent-variable mamba markov mixture-of-experts moe "
    "multimodal reasoning reward score-based state-space text-to-image text-to-video topic "
    "transformer-based vision-language vision-language-action world".split()
)
"""What makes ``X model`` a sort of model rather than any model."""
_MANY_MODELS = (["language"], ["generative"], ["multimodal"], ["embedding"], ["reasoning"])
"""Sorts too wide to be one thing."""
_MATTER = frozenset(
    "2d 3d 4d action activity anomaly arithmetic audio autonomous avatar bias biomedical body "
    "brain bug causal cell chart chemical circuit claim climate clinical cloud code common-sense "
    "commonsense conversation crop cross-lingual cross-modal data depth dialogue disease document "
    "driving drug egocentric embodied emotion entity event face facial fact financial fraud gene "
    "geometric geometry gesture graph gui hand hardware hate human image images instruction intent "
    "knowledge language legal lesion linguistic logical long-context long-video map material math "
    "mathematical medical metadata metamaterial micro-expression molecular molecule motion "
    "multi-hop multi-modal multi-step multilingual multimodal music narrative object occupancy "
    "physical physics point-cloud pose preference program prompt protein question relation "
    "remote-sensing reward risk robot robotic saliency satellite scene scientific sentiment "
    "software spatial spatio-temporal spatiotemporal speech story symbolic table temporal text "
    "text-to-image text-to-video textual time-series traffic trajectory tumor tumour user video "
    "videos vision visual vulnerability weather web world".split()
)
"""What a task works on."""
_VAGUE = frozenset(
    "adaptive agent aided aware box collaborative complementary concurrent contextual continuous "
    "cross-task custom data-driven dataset deep depth-aware distinct distinctive distributed dual "
    "dynamic element-level expert explicit expressive external feature few-shot frame frozen full "
    "global guided heavy hidden hierarchical high-level human human-verified hybrid implicit "
    "in-domain individual inference inference-time inherent inner input instance internal "
    "interpretable iterative joint large latent layer learning-based lengthy local long longer "
    "low-cost low-level low-rank model models multi-class multi-domain multi-level multi-scale "
    "multi-stage multi-step multi-task multiple n native network neural numerical open output "
    "parallel parameter passive pattern pixel-level policy potential pre-trained pretrained query "
    "query-based random recurrent redundant reference response self-generated semantic sentence "
    "sequential shared short shot simplified simplistic single-step static steep step step-by-step "
    "stepwise stochastic strategic structural structured student sub supervised system tailored "
    "task teacher term test-time token token-level trained training two-stage uncertain uniform "
    "unnecessary variable weighted zero-shot".split()
)
"""Modifiers that alone do not make a name of a general head."""
_STRIPPED = frozenset(
    "adaptive aided automated aware building custom data-hungry deep drift-free dynamic enhanced "
    "explicit expressive fine-tuning frozen general-purpose high-level human-verified implicit "
    "improved interpretable large largest learning learning-based lengthy longer low-cost "
    "low-level multi-faceted multiple potential pre-trained pretrained reading redundant scaling "
    "self-generated state step-by-step structured teaching training training-free "
    "understanding".split()
)
"""First words that belong to the sentence or to its praise rather than to the name of a task."""
_METHOD_LEADS = frozenset(
    "adapt benchmark building compact contemporary custom data-hungry dexterous discriminative "
    "distinct distinctive end-to-end energy-efficient existing fine-tuned frozen general-purpose "
    "heterogeneous imperfect informative learned massive minimal multiple n parameter-efficient "
    "potential pre-trained pre-training pretrained reading scaling separate teaching top-ranking "
    "trained training understanding".split()
)
_TECHNIQUES = frozenset(
    "chain-of-thought cot in-context inference-time long-cot retrieval-augmented speculative "
    "tool-integrated".split()
)
"""Modifiers that make a technique of what is a task otherwise."""
_AFTER = frozenset(
    "abilities ability agent agents application applications approach approaches benchmark "
    "benchmarks capabilities capability challenge challenges data dataset datasets framework "
    "frameworks method methods model models performance pipeline pipelines problem problems "
    "quality research skill skills system systems task tasks".split()
)
"""Nouns that may follow a name without being part of it."""


def find_phrases(text: str, sentence: Sentence) -> Iterator[Candidate]:
    """Find noun phrases that name a task or a technique.

    Args:
        text: The text.
        sentence: One of its sentences; the title, which starts at 0, is trusted more.
    """
    words = sentence.words
    for index, word in enumerate(words):
        found = _phrase(text, words, index, in_title=sentence.start == 0)
        if found is not None:
            first, kind, score = found
            yield Candidate(words[first].start, word.end, kind, "kg_patterns", score)


def _phrase(
    text: str, words: list[Word], index: int, *, in_title: bool
) -> tuple[int, EntityKind, float] | None:
    head = words[index].lower
    loose = head in _LOOSE_TASKS
    if head in _TASKS or loose:
        kind: EntityKind = "Task"
    elif head in _METHODS or head in _MODEL:
        kind = "Method"
    elif head in _METRICS:
        kind = "Metric"
    else:
        return None
    if not _ends_name(text, words, index, kind):
        return None
    first = phrase_start(text, words, index, titled=in_title)
    drop = _STRIPPED if kind == "Task" else _METHOD_LEADS
    while first < index and words[first].lower in drop:
        first += 1
    modifiers = [w.lower for w in words[first:index]]
    if not modifiers or all(m in _VAGUE for m in modifiers):
        return None
    if kind == "Task":
        if any(m in _TECHNIQUES for m in modifiers):
            return first, "Method", 0.55
        if loose and not in_title and not any(m in _MATTER for m in modifiers):
            return None
        return first, kind, 0.65 if in_title else 0.6
    if head in _MODEL and (modifiers[-1] not in _MODEL_SORTS or modifiers in _MANY_MODELS):
        return None
    return first, kind, 0.55


def _ends_name(text: str, words: list[Word], index: int, kind: EntityKind) -> bool:
    """Tell whether the name ends here: no noun follows that would be its head."""
    if index + 1 == len(words) or text[words[index].end : words[index + 1].start] != " ":
        return True
    after = words[index + 1]
    if kind == "Method" and after.lower in _METHODS | _MODEL:
        return False
    return after.lower in _AFTER or is_boundary(after.text) or after.text.isupper()
