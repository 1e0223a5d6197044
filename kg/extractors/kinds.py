"""What sort of thing a name is: told by its last word, or by the words around it."""

from __future__ import annotations

import re
from functools import lru_cache

from kg.model import EntityKind
from kg.names import is_coined

__all__ = ["has_kind", "is_name_word", "kind_by_head", "kind_by_words"]

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
    "area artifact case cell cluster cohort collision condition conference content control data "
    "datum description device disease distribution domain equation event factor gene graph "
    "hardware image in-distribution information institute intelligence interaction interest "
    "interface interfaces key-value language memory mode motor nucleus object out-of-distribution "
    "pair path patient phase point proof-of-concept protein radar record region scan sensor server "
    "signal slide society state-of-the-art student surface token tomography unit university user "
    "value variable vehicle video vision volume wave workshop".split()
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
_TESTS = re.compile(
    r"\W*+(?:benchmarking|evaluating|testing|can|do|are|how well|measuring)\b", re.I
)

_NOT_NAMES = frozenset(
    "1D 2D 3D 4D 5G 6G A.I A100 A6000 A800 AAAI ACL ACM AGI AI AI-generated AIGC AMD API APIs AR "
    "ASCII ASIC ArXiv BEV BSc BibTeX BlueTooth Bluetooth CD CEO CHI CI CLI CLS COLING COVID "
    "COVID-19 CPU CPUs CSV CT CUDA CV CVPR CoRL DAG DAGs DL DNA DNN DNNs DOM DRAM DSL DSLs "
    "DeepMind E-Commerce EACL ECCV ECG EEG EHR EHRs EMG EMNLP EU EUR End-to-End FAQ FHD FLOPs FOV "
    "FPGA FPS FPV FullHD GB GDPR GFLOPs GHz GPU GPUs GUI GUIs GenAI GitHub Github H100 H200 H800 "
    "HCI HD HDR HIPAA HPC HTML HTTP HTTPS HuggingFace ICASSP ICCV ICLR ICML ICRA ICU ID IDE IDEs "
    "IDs IEEE II III IJCAI IMU IMUs INTERSPEECH IRB IROS IT IV Interspeech IoT JSON KDD KG KGs KV "
    "LLM LLMs LM LMM LMMs LMs LVLM LVLMs LaTeX LiDAR LiDARs MB MCQ MCQs MHz MICCAI MIT ML MLLM "
    "MLLMs MOOC MOOCs MR MRI MSc McNemar NAACL NLG NLP NLU NN NNs NPU NSFW NVIDIA NeurIPS OCT ODE "
    "ODEs OOD OS OpenAI PC PDE PDEs PDF PDFs PET PII PLM PLMs PhD PhDs Q&A Q-A QA QAs QK QKV QoE "
    "QoS R&D RAM RGB RGB-D RL RNA RTX SD SDE SDEs SDK SDR SIGIR SLA SLM SLMs SOTA SOTAs SQL SSD "
    "STEM SoTA State-of-the-Art TB TPU TPUs TV TikTok Top-1 Top-5 Top-K UAV UAVs UI UIs UK UN URL "
    "URLs US USA USD UTF UX V100 VFX VI VII VLA VLAs VLM VLMs VQAs VR VRAM WSI WSIs WWW Wi-Fi WiFi "
    "XML XR YAML YouTube arXiv dB fMRI i.i.d kHz kJ mJ mRNA mm".split()
)
"""Words with inner capitals that name no method, dataset or the like."""
_SIZE = re.compile(
    r"~?\d+(?:\.\d+)?(?:[KMBTkmxX]|[A-Z]{2}|[A-Z]?[a-z]{1,3})?(?:-|$)|\d+[DdGgKk]\b|[A-Z]{1,2}$"
)
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


def kind_by_words(name: str, after: str = "", before: str = "") -> EntityKind | None:
    """The kind of an introduced name: by its own shape, then by the noun nearest to it, or None.

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
    if _TESTS.match(after):
        return "Benchmark"
    first = _HEAD_WORD.search(after)
    if first is not None:
        return _group(first)
    last = max(_HEAD_WORD.finditer(before), key=lambda m: m.start(), default=None)
    return None if last is None else _group(last)


def _group(match: re.Match[str]) -> EntityKind:
    for kind, _ in _HEAD_WORDS:
        if match[kind] is not None:
            return kind
    return "Method"
