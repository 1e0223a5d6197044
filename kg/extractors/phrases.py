"""Tasks and techniques that have no proper name: noun phrases told by their last word."""

from __future__ import annotations

from collections.abc import Iterator

from kg.extractors.candidates import Candidate
from kg.extractors.vocabulary import is_boundary
from kg.extractors.words import Sentence, Word, phrase_start
from kg.model import EntityKind

__all__ = ["find_phrases"]

_TASKS = frozenset(
    "animation answering assessment captioning classification colorization completion "
    "compositing customization deblurring dehazing detection diagnosis disambiguation driving "
    "editing entailment estimation forecasting generation grounding identification imputation "
    "inpainting localization manipulation matting navigation outpainting parsing proving "
    "recognition reconstruction registration reranking restoration retrieval segmentation "
    "seeking solving stitching summarisation summarization stylization synthesis tagging "
    "tracking translation following".split()
)
"""Heads of tasks, whatever stands before them."""
_LOOSE_TASKS = frozenset(
    "alignment analysis anticipation attribution compression control conversation design "
    "discovery evaluation extraction interpretation mitigation modeling modelling perception "
    "personalization planning prediction processing reasoning rendering retargeting simulation "
    "transfer understanding verification denoising matching comprehension recommendation".split()
)
"""Heads of tasks in a title, or after a word for what they work on."""
_METHODS = frozenset(
    "learning tuning fine-tuning finetuning distillation splatting sampling masking "
    "regularization regression decoding diffusion quantization attention self-attention "
    "cross-attention transformer transformers autoencoder autoencoders optimization descent "
    "pretraining pre-training post-training prompting convolution normalization perceptron "
    "rnns cnns gan gans pooling forest network networks augmentation clustering boosting "
    "autoencoding optimizer".split()
)
_MODEL = frozenset({"model", "models"})
_MODEL_SORTS = frozenset(
    "language diffusion vision-language reward foundation world generative reasoning flow "
    "flow-based state-space topic autoregressive embedding multimodal transformer-based "
    "vision-language-action text-to-image text-to-video critic guardrail mixture-of-experts "
    "moe mamba energy-based score-based latent-variable hidden-markov markov".split()
)
"""What makes ``X model`` a sort of model rather than any model."""
_MATTER = frozenset(
    "image images video videos visual vision text textual speech audio music language linguistic "
    "multilingual cross-lingual document dialogue conversation code program 3d 2d 4d object "
    "scene action activity motion human face facial hand body avatar gesture pose depth "
    "point-cloud cloud geometric geometry spatial temporal spatiotemporal spatio-temporal "
    "multimodal multi-modal cross-modal mathematical math arithmetic logical symbolic causal "
    "commonsense common-sense scientific medical clinical biomedical legal financial physical "
    "physics chemical molecular molecule protein drug gene cell brain tumour tumor lesion disease "
    "risk traffic trajectory weather climate crop time-series event entity relation knowledge "
    "graph table chart map gui web robot robotic embodied software hardware circuit emotion "
    "sentiment intent hate bias fact claim long-context long-video multi-hop multi-step "
    "egocentric remote-sensing satellite occupancy saliency anomaly fraud bug vulnerability "
    "material metamaterial narrative story reward world driving user preference prompt "
    "text-to-image text-to-video question micro-expression data metadata autonomous instruction".split()
)
"""What a task works on."""
_VAGUE = frozenset(
    "adaptive agent aware aided collaborative complementary concurrent contextual continuous "
    "custom cross-task dataset deep depth-aware distinct distinctive distributed dual dynamic "
    "expert explicit expressive external feature frozen full global guided heavy hidden "
    "hierarchical high-level human human-verified hybrid implicit in-domain inference inherent "
    "inner internal iterative joint large latent layer learning-based lengthy local long longer "
    "low-cost low-level low-rank model models multi-class multi-domain multi-level multi-scale "
    "multi-stage multi-step multi-task multiple n native network neural numerical open "
    "parallel parameter passive pattern pixel-level policy potential pre-trained pretrained "
    "query random recurrent redundant reference self-generated semantic shared short shot "
    "single-step static step step-by-step stepwise stochastic strategic structural structured "
    "student supervised system task teacher tailored term token token-level trained training "
    "two-stage uncertain uniform unnecessary variable weighted zero-shot few-shot test-time "
    "inference-time query-based data-driven instance sequential simplified simplistic steep "
    "individual interpretable sub output input response box frame sentence element-level".split()
)
"""Modifiers that alone do not make a name of a general head."""
_STRIPPED = frozenset(
    "deep large multiple custom high-level low-level low-cost explicit implicit longer lengthy "
    "potential interpretable redundant human-verified learning-based drift-free general-purpose "
    "frozen automated enhanced improved data-hungry adaptive dynamic expressive aware aided "
    "largest step-by-step training-free self-generated pre-trained pretrained structured "
    "understanding learning training fine-tuning scaling state building reading teaching "
    "multi-faceted".split()
)
"""First words that belong to the sentence or to its praise rather than to the name of a task."""
_METHOD_LEADS = frozenset(
    "understanding scaling training adapt pre-training multiple n custom data-hungry "
    "massive potential building reading teaching contemporary distinct distinctive pretrained pre-trained fine-tuned trained learned separate compact benchmark existing".split()
)
_TECHNIQUES = frozenset(
    "retrieval-augmented chain-of-thought long-cot cot tool-integrated in-context "
    "inference-time speculative".split()
)
"""Modifiers that make a technique of what is a task otherwise."""
_AFTER = frozenset(
    "task tasks problem problems challenge challenges capability capabilities performance "
    "ability abilities skill skills benchmark benchmarks dataset datasets data method methods "
    "approach approaches system systems framework frameworks model models agent agents "
    "application applications research quality pipeline pipelines datasets".split()
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
    if head in _MODEL and modifiers[-1] not in _MODEL_SORTS:
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
