"""What sort of thing a name is: told by its last word, or by the words around it."""

from __future__ import annotations

import re
from functools import lru_cache

from kg.model import EntityKind
from kg.names import is_coined

__all__ = ["is_name_word", "kind_by_head", "kind_by_words"]

_HEADS: tuple[tuple[EntityKind, str], ...] = (
    ("Benchmark", "benchmark leaderboard challenge suite testbed arena gym exam bench"),
    ("Dataset", "dataset corpus corpora database collection treebank"),
    (
        "Metric",
        "accuracy rate error score distance similarity divergence index precision recall "
        "perplexity measure metric coefficient ratio latency throughput operation",
    ),
    (
        "Task",
        "recognition answering translation detection segmentation classification retrieval "
        "extraction prediction summarization grounding conversation recommendation "
        "identification re-identification captioning estimation localization forecasting parsing "
        "tracking verification editing completion planning navigation matching linking tagging "
        "labeling disambiguation resolution entailment inference understanding synthesis "
        "generation reconstruction registration restoration inpainting imputation diagnosis "
        "problem assessment anticipation enhancement fingerprinting proving driving forgetting "
        "super-resolution text-to-image text-to-video text-to-speech image-to-image "
        "image-to-video vision processing reasoning question-answering deblurring denoising "
        "manipulation",
    ),
    (
        "Method",
        "optimization learning network model transformer attention search algorithm decoding "
        "encoder decoder autoencoder diffusion sampling gradient descent prompting tuning "
        "finetuning distillation adaptation framework approach method machine forest regression "
        "process regularization normalization architecture system agent policy pretraining "
        "alignment augmentation pruning quantization convolution embedding mixture experts gan "
        "clustering boosting unit adapter pipeline platform library toolkit mechanism module "
        "programming feedback thought game theory representation field splatting "
        "engine tokenizer estimator training strategy function loss filter flow perceptron",
    ),
)
_KIND_BY_HEAD: dict[str, EntityKind] = {
    word: kind for kind, words in _HEADS for word in words.split()
}
_NO_KIND = frozenset(
    "interface image vehicle disease record interaction datum data graph content interface motor "
    "case control factor interest event phase language state-of-the-art proof-of-concept surface "
    "user student domain description equation tomography radar slide cohort condition artifact "
    "region area object device server cell variable patient object volume scan video "
    "distribution out-of-distribution in-distribution intelligence information signal sensor "
    "point mode pair path value key-value token unit vision conference workshop society institute "
    "university hardware memory cluster wave gene protein collision interfaces nucleus".split()
)
"""Last words of long forms that name neither a method nor anything else a graph has a node for."""
_HEAD_WORDS: tuple[tuple[EntityKind, str], ...] = (
    ("Benchmark", r"benchmark(?:s|ing)?(?! dataset)|leaderboard|evaluation (?:suite|platform|"
     r"framework|set)|test ?suite|testbed|test set|challenge|shared task|competition"),
    ("Dataset", r"data ?sets?|corpus|corpora|treebank|collection of|repository of|database|"
     r"benchmark dataset"),
    ("Metric", r"metrics?|measure"),
    ("Task", r"task|problem"),
    ("Method", r"frameworks?|methods?|models?|algorithms?|approach|systems?|architectures?|"
     r"pipelines?|networks?|techniques?|modules?|agents?|strategy|mechanism|paradigm|toolkit|"
     r"library|tool|platform|optimizer|encoder|transformer|loss|family|suite of models|LLM|VLM|"
     r"MLLM|procedure|scheme|solution|plugin|package|software|simulator"),
)  # fmt: skip
_HEAD_WORD = re.compile(
    r"\b(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _HEAD_WORDS) + r")\b",
    re.IGNORECASE,
)
_BENCHMARK_NAME = re.compile(r"bench|arena|gym$|eval$|quest$", re.IGNORECASE)
_DATASET_NAME = re.compile(r"-\d+(?:\.\d+)?[KM]$|(?:data|dataset|corpus|DB|Set)$")
_TESTS = re.compile(r"\W*(?:benchmarking|evaluating|testing|can|do|are|how well|measuring)\b", re.I)

_NOT_NAMES = frozenset(
    "AI AGI ML NLP CV RL LLM LLMs LM LMs VLM VLMs LVLM LVLMs MLLM MLLMs LMM LMMs PLM PLMs SLM "
    "SLMs VLA VLAs NN NNs DL DNN DNNs GPU GPUs CPU CPUs TPU TPUs NPU FPGA ASIC API APIs SDK SOTA SoTA "
    "SOTAs IoT US USA UK EU UN PhD Q&A QA OOD ID IDs TV PC RGB RGB-D FLOPs GFLOPs GitHub Github "
    "HuggingFace arXiv ArXiv OpenAI DeepMind YouTube COVID-19 COVID GUI GUIs UI UIs UX HCI MRI "
    "CT PET EEG ECG EMG fMRI IMU IMUs VR AR XR MR KV QK QKV CLS ODE ODEs SDE SDEs PDE PDEs DAG "
    "DAGs KG KGs VRAM RAM DRAM SSD FPS HTML XML JSON YAML CSV PDF PDFs URL URLs HTTP HTTPS CVPR "
    "ICCV ECCV ICLR ICML NeurIPS AAAI IJCAI ACL EMNLP NAACL EACL COLING ICASSP Interspeech "
    "INTERSPEECH MICCAI KDD SIGIR WWW CHI ICRA IROS CoRL IEEE ACM BibTeX LaTeX 5G 6G UAV UAVs "
    "LiDAR LiDARs STEM NSFW CEO PII EHR EHRs WSI WSIs DSL DSLs BEV FOV HD SD 2D 3D 4D 1D HDR SDR "
    "II III IV VI VII DNA RNA mRNA ICU CI CD IT HPC SQL CLI IDE IDEs OS DOM SLA QoS QoE NLG NLU "
    "ASCII UTF Wi-Fi WiFi BlueTooth Bluetooth E-Commerce End-to-End State-of-the-Art AI-generated "
    "AIGC TikTok McNemar IRB HIPAA GDPR PhDs MSc BSc MOOC MOOCs i.i.d GenAI MCQ MCQs QAs VQAs "
    "Q-A R&D FAQ A.I RTX H100 A100 H200 A6000 V100 H800 A800 CUDA NVIDIA AMD".split()
)
"""Words with inner capitals that name no method, dataset or the like."""
_SIZE = re.compile(r"~?\d+(?:\.\d+)?(?:[KMBTkmxX]|[A-Z]{2}|[A-Z]?[a-z]{1,3})?(?:-|$)|\d+[DdGgKk]\b|[A-Z]{1,2}$")
_COMPOUND = re.compile(
    r"^(?:multi|non|single|sub|inter|cross|pre|post|semi|co|anti|pan|per|large|small|high|low|"
    r"dual|full|human|student|post|mid|ultra|real|AI|LLM|student|text|image|video)-|"
    r"-(?:to|and|in|or|of|aware|aided|agnostic|aligned|assisted|augmented|based|centric|compatible|derived|"
    r"driven|enabled|enhanced|equipped|family|free|generated|guided|informed|inspired|integrated|"
    r"level|like|only|oriented|powered|related|series|simulated|specific|style|trained|tuned|type|"
    r"wise|accelerated|native|resolution|parameter|induced|focused|ready|friendly|speaking)(?:-|$)"
)


@lru_cache(maxsize=1 << 16)
def is_name_word(word: str) -> bool:
    """Tell whether a word alone looks like the name of something: coined, and no known other thing.

    >>> [is_name_word(w) for w in ("CLIP3R", "MLLMs", "7B", "LLM-based", "multi-GPU", "Learning")]
    [True, False, False, False, False, False]
    """
    return (
        len(word) > 1
        and is_coined(word)
        and word not in _NOT_NAMES
        and word.rstrip("s") not in _NOT_NAMES
        and not _SIZE.match(word)
        and not _COMPOUND.search(word)
    )


def kind_by_head(name: str) -> EntityKind | None:
    """The kind that the last word of a long form speaks for, or None.

    >>> kind_by_head("Expressive Policy Optimization"), kind_by_head("word error rate")
    ('Method', 'Metric')
    """
    words = re.findall(r"[A-Za-z][A-Za-z\-]*", name.lower())
    if not words:
        return None
    for word in (words[-1], words[-1].rpartition("-")[2]):
        for form in (word, word.removesuffix("s")):
            if form in _KIND_BY_HEAD:
                return _KIND_BY_HEAD[form]
    return None


def has_kind(name: str) -> bool:
    """Tell whether a long form may name something of ours at all, by its last word."""
    words = re.findall(r"[a-z][a-z\-]*", name.lower())
    return bool(words) and words[-1].removesuffix("s") not in _NO_KIND | {""}


def kind_by_words(name: str, after: str = "", before: str = "") -> EntityKind:
    """The kind of an introduced name: by its own shape, then by the noun nearest to it.

    Args:
        name: The name.
        after: Text that follows it and says what it is (", a benchmark for ...").
        before: Text before it that says what it is ("a new dataset called").

    >>> kind_by_words("WideSearch", after=": Benchmarking Agentic Search")
    'Benchmark'
    >>> kind_by_words("Foo", before="we build a large corpus called")
    'Dataset'
    """
    if _BENCHMARK_NAME.search(name):
        return "Benchmark"
    if _DATASET_NAME.search(name):
        return "Dataset"
    first = _HEAD_WORD.search(after)
    if first is not None:
        return _group(first)
    if _TESTS.match(after):
        return "Benchmark"
    last = None
    for last in _HEAD_WORD.finditer(before):
        pass
    return "Method" if last is None else _group(last)


def _group(match: re.Match[str]) -> EntityKind:
    for kind, _ in _HEAD_WORDS:
        if match[kind] is not None:
            return kind
    return "Method"
