#!/usr/bin/env python3
"""Build the gazetteer of `kg`: the five name lists in `kg/extractors/data`.

Two things go in:

* the curated lines: every line of the present TSV files whose source has the key `own`. They are
  kept as they are (name, aliases, kind, guard); edit them in the TSV files by hand.
* a folder of public name lists, one TSV file each with the columns `name`, `aliases`, `kind`,
  `source` (see `LISTS` below and the README beside the data). They are cleaned, filtered and
  guarded by the rules in this file; every line that comes from them alone is made anew.

The same input gives the same bytes. `--check` reads the data only and tells whether they are sound:

    python scripts/build_gazetteer.py path/to/names
    python scripts/build_gazetteer.py --check
"""

from __future__ import annotations

import argparse
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

HEADER = ("name", "aliases", "kind", "guard", "source")
FILES = {
    "Method": "methods.tsv",
    "Dataset": "datasets.tsv",
    "Benchmark": "benchmarks.tsv",
    "Task": "tasks.tsv",
    "Metric": "metrics.tsv",
}
GUARDS = ("none", "case", "context")
OWN = "own"

# File name -> (source key, kinds that give new names). Every list also adds its key to known names.
LISTS: dict[str, tuple[str, frozenset[str]]] = {
    "eval_harnesses.tsv": ("eval-harnesses", frozenset({"Benchmark"})),
    "ibm_nlp_tdms.tsv": ("ibm-nlp-tdms", frozenset({"Task"})),
    "orkg_tdm.tsv": ("orkg-tdm", frozenset({"Task"})),
    "pwc.tsv": ("pwc", frozenset({"Task"})),
    "pwc_datafinder.tsv": ("pwc-datafinder", frozenset({"Dataset"})),
    "sota_extractor.tsv": ("sota-extractor", frozenset({"Task"})),
    "transformers.tsv": ("transformers", frozenset({"Method"})),
}
SKIPPED_SOURCES = frozenset({"mteb"})  # CamelCase task ids that nobody writes in a text

MAX_WORDS = 6
MAX_CHARACTERS = 48
ODD = re.compile(r"[^\w\s.+'/&-]|_")
RUN_WORDS = frozenset(
    "how what why who which do does can is are i you my your it this that these not vs via using "
    "shot shots way test val dev train split label labels upscaling sigma noise samples zero few "
    "clique leaderboard random seed fold version small large sensors frames patches points classes "
    "level setting".split()
)
LANGUAGES = frozenset(
    "english german french romanian czech russian chinese spanish finnish turkish italian japanese "
    "korean arabic hindi vietnamese portuguese dutch polish greek thai swahili urdu "
    "kinyarwanda".split()
)
COLLECTION = re.compile(r"\s(?:datasets?|database|corpus|corpora|data|collection)$", re.IGNORECASE)
SUITE = re.compile(r" (?:benchmark|leaderboard|challenge)$", re.IGNORECASE)
MEASURING = re.compile(
    r"bench\b|benchmark|challenge|leaderboard|\beval|eval\b|arena|suite|\bgym|competition|"
    r"shared task",
    re.IGNORECASE,
)
CLASS_NAME = re.compile(
    r"For[A-Z]|[a-z](?:Audio|Backbone|Mo[eE]|Model|Text|Transformer|Video|Vision)$"
)
TASK_HEADS = frozenset(
    "alignment analysis anonymization answering anticipation assessment attribution "
    "augmentation calibration captioning classification clustering colorization completion "
    "composition compression conversion correction counting deblurring decoding defense "
    "dehazing denoising deraining design detection diagnosis diarization disambiguation "
    "discovery distillation editing enhancement estimation expansion extraction forecasting "
    "fusion generation geolocation grading grounding harmonization hashing identification "
    "imputation induction inference inpainting interpolation labeling linking localization "
    "manipulation mapping matching matting mining modeling monitoring navigation normalization "
    "odometry outpainting parsing planning prediction ranking re-identification reasoning "
    "recognition recommendation reconstruction registration reidentification relighting removal "
    "rendering repair resolution restoration retargeting retouching retrieval scoring search "
    "segmentation selection separation simplification spotting stabilization steganography "
    "stitching summarization super-resolution synthesis tagging tracking transcription transfer "
    "translation transliteration typing understanding unmixing verification".split()
)

# Names of the public lists that are left out: they mislead more often than they help.
LEFT_OUT = frozenset(
    part.strip()
    for part in """
3D absolute human pose estimation; 3D canonical hand pose estimation; 3D car instance
understanding; 3D medical imaging segmentation; 3D shape modeling; abstract anaphora resolution;
action understanding; activeness detection; AG's; Agentic Misalignment; AIDS; An Amharic News
Text classification Dataset; AND Dataset; Animal-Pose; Arabic EXAMS; Arabic Leaderboard; Arabic
Leaderboard Light; Arabic Text Diacritization; AriaText; Arithmetic; ART Dataset; Arxiv Academic
Paper Dataset; arXiv Astro-Ph; Arxiv GR-QC; Aspects dataset; attention score prediction;
Automating Dynamic Consent; AyaVision; Bangla Benchmark Datasets; Bert Generation; BertJapanese;
BIG; BigBenchHard; Billion Word Benchmark; BlenderbotSmall; BLIP-2 QFormer; Book Cover Dataset;
breast tissue identification; breast tumour classification; Catastrophic Cyber Capabilities
Benchmark; cervical cancer biopsy identification; Cervix93 Cytology Dataset; Chinese Classifier;
Chinese Traditional Painting dataset; Cityscapes VIPriors subset; COCO Object Detection VIPriors
subset; Cohere2Vision; common sense reasoning; component classification; Controversial News
Topic Datasets; core set discovery; cross-document language modeling; Crowd Dataset; CSM;
Cumulo; DAC; Data2VecAudio; Data2VecText; Data2VecVision; Deep Fakes Dataset; DeepseekVL;
DeepseekVLHybrid; Definite Pronoun Resolution Dataset; defocus estimation; dense pixel
correspondence estimation; depiction invariant object recognition; DepthPro; DINOv2 with
Registers; DINOv3 ConvNext; DINOv3 ViT; Discovery Dataset; Discrim-Eval; disease trajectory
forecasting; displaced people recognition; DonutSwin; drone navigation; EdgeTamVideo; Encoder
decoder; event data classification; Event-Camera; Event-Stream; FairSeq Machine-Translation;
FastSpeech2Conformer; FastSpeech2ConformerWithHifiGan; Florence2; French Wikipedia; FSOD; FVI;
GamePad Environment; GDM Dangerous Capabilities; GEdit-Bench-EN; Gemma2; GenAIPABench-Dataset;
genre classification; George Washington; gesture-to-gesture translation; GLM4; Glm4MoE; GLM4V;
GLM4VMOE; GPT NeoX Japanese; GptOss; GPTSAN-japanese; GraniteMoeHybrid; GraniteMoeMoe;
GraniteMoeSharedMoe; GraniteSpeech; Hateful Memes Challenge; Headcam; Headlines dataset; highD
Dataseth; horizon line estimation; Houses Dataset; HunYuanDenseV1; HunYuanMoeV1;
Idefics3VisionTransformer; Image Memorability; ImageNet VIPriors subset; Immediacy Dataset;
Industrial Benchmark; InstructBlipVideo; InternVLVision; intubation support prediction; iris
segmentation; ISTD; Japanese Leaderboard; k-complex detection; Kitchen Scenes;
KyutaiSpeechToText; LAMBADA Cloze; Leaderboard evaluations; Learning to Rank Challenge; LFM2Vl;
lip password classification; Live Comment Dataset; Llama2; Llama3; Llama4; LWR classification;
Make Me Pay; MakeMeSay; Makeup Datasets; MaskFormerSwin; MD4K; memex question answering;
Meta-World Benchmark; MIMIC-III Report Summarization; Mistral3; Mixing Secrets; MLCD; MMD; MMMU
Benchmark; ModernBertDecoder; MovieGraphBenchmark; MRA; MRR-Benchmark; multi-object discovery;
Multi-species fruit flower detection datasets; multimodal text and image classification; music
modeling; negation scope resolution; Neural Code Search Evaluation Dataset; object discovery;
object proposal generation; OLMo2; Olmo3; OpenAI GPT; OpenAI GPT-2; OpeReid; outdoor light
source estimation; paper generation; person identification; Personality; Phi3; Phi4Multimodal;
Physics GRE; Pile-10k; poem meters classification; pose retrieval; Pre-Flight; Processed
Twitter; PromptDepthAnything; prosody prediction; Proto Summ; Putnam-AXIOM; PWC Leaderboards;
Qwen2Audio; Qwen2MoE; Qwen2VL; Qwen3MoE; Qwen3Next; Qwen3OmniMoE; Qwen3VL; Qwen3VLMoe; Real Blur
Dataset; Real Rain Dataset; REFUGE Challenge; relation prediction; relationship extraction;
replay grounding; results-A; Retinal Microsurgery; retinal OCT disease classification;
Retrieval-SfM; RGB-D Object dataset; RLLab Framework; Robbie Williams; RT-DETR-ResNet; safety
perception recognition; scene segmentation; scientific results extraction; SeedOss; semanticity
prediction; Shieldgemma2; Shiny dataset; Simple Cooccurrence Bias; SimpleQA/SimpleQA Verified;
single-object discovery; skills assessment; smile recognition; SmolVLMVisionTransformer;
Spaceship Dataset; speculation scope resolution; Speech Encoder decoder; Speech2Text;
Speech2Text2; spindle detection; sql parsing; Squad-completion; Stereo-liDAR fusion; Store
dataset; Street Dataset; superpixel image classification; SwitchTransformers; symmetry
detection; Synthetic Rain Datasets; Task-name; Tau2; text based person retrieval; TextNet;
Texygen Platform; The Art of Saying No; Time Series Transformer; TimmBackbone; trajectory
modeling; Translation Tasks; triple classification; Trivia QA; TVP; type prediction; UCF-101
VIPriors subset; Uganda Cultural and Cognitive Benchmark; UniSpeechSat; Unitxt; Unscramble;
value prediction; vehicle key-point and orientation estimation; video alignment; VideoLlava;
Vision Encoder decoder; ViT Hybrid; ViTPoseBackbone; Voxtral Encoder; weakly supervised
classification; Wikipedia Generation; Wikipedia Title; Wikitext; Workplace Sexual Harassment;
XTREME Benchmark
""".replace("\n", " ").split(";")
)

# Words of everyday or of every paper. A list name made of nothing else needs its context.
COMMON = frozenset(
    """
    abstract academic acoustic acronym across act action actions activities activity adam adapt
    adaptable admission advance advertisements advertising advice aerial aesthetic aesthetics
    affective affine affordance age agent agentic aging agricultural agriculture aid aids air
    aircraft airplane airport airs alaska alchemy align aligned alignment alt alternatives amuse
    analysis and anima animal animals annotated annual anomaly anonymized answerability
    answering antique applications apps apricot arc arch archive area arid arithmetic art
    aspects asset atlas atomic attack attribute attributes audio authorship automatic automating
    background balanced bank bar based basic basil battles beam bear beliefs benchmark bend bias
    big billion bin binarized binary biomedical biometrics bird birds blackbird blended block
    blood blue blur body book botswana boundary boxy brain break breakfast brush buff burst
    business cal call camera campus canine cap capabilities caption captioning captions capture
    car card cars case cases cat catastrophic cater cats cell center central centre centroids
    chairs challenge change chart chat checked chemical chernobyl child chocolate choice ciao
    circa cite city claims class classic classification classifier clean click climate clinical
    clique closed cloth clothing cloud cloze clue cluttered coarse code codec cognitive cohere
    coin collab collection collective college color colorectal colored com combinatorial comic
    command commands comment comments common commonsense company complete completion composable
    composed compound comprehension compression conan conceptual conditional conformer
    connections consent context contextual contour contract control controversial conversational
    conversations converse cookie cooking copal core coreference corpora corpus cough counter
    counting country couples cover coverage cpp creative crime cropping cross crossing crowd
    ctrl cultural culture curated curation cure curiosity cutting cyber cyclists daily dangerous
    dark darpa data database dataset datasets dawn day death decade decagon decision decoder
    deep deeply defect defender definite deformable delicious demand dengue dense dependencies
    dependency depth detected detecting detection diabetes diabetic dialog dialogue dialogues
    difference digit digital digits dips dis discourse discovery disease diseases
    disentanglement disguised django documents dog doge dogs domain double down drawing dream
    drive driving drone drop dynamic early earnings earthquake easy edge edit editing ego
    element elevator elicitation email encoder entailment entities entity environment
    environments enzymes epileptic era escape estimation ethics ethos evaluation evaluations
    event events evidence exact exam exams exp explainable expose extend extended extra
    extraction eye face faces facial fair fake fakes falcon fall false family fashion fat faust
    feelings field fight filtered final fine finer fire first fishing flame flight flood
    florence florentine flow flower fluent flying focused font food foot football for forest
    former fortress forum found framework free from front frontier fruit full funnel fused
    fusion future gallery gap gas gasp gaze gen gender gene general generation genome genre
    geolocation gesture gestures git global goldfinch grained grand granite graph grasp grid
    grocery groove grounded grounding guiding habitat hairstyle hand hands handwritten
    harassment hard hat hate hateful haystack haze hazy head headlines heads helen helium help
    hide hint home horae horizon house houses houston hub human humans hybrid hyperspectral ice
    icons identification iii image images imaging imbalanced impressions incidents include
    incremental indexed indoor industrial inertial inference infilling information inquisitive
    inspired instrument instruments intensity interaction interactions interpretable interview
    intra ipod isolated isolet jester jet journey kinetics kinship kite kumar lab labeled
    labeling lag land landmark landmarks landscape lane language lapse last latest layout
    leaderboard leaderboards leaf learning led legal lemma lens lesion less let letter letters
    light lighting limit linear linux lip literature live localization localized log logic long
    look lost low luna lyrics machine magnetic make makeup mall malware manga manipulator mantra
    map marian market mask mass master match materials math mathematics maven meaning media
    medical medium mega melody memes meta metaphorical metaphorics metric mid million mimic mind
    minimax minos misalignment mix mixing mizan mobile mocap mocha mod modal model moderate
    modern modified moments monocular moonshine moral morph moru motion mouse movie moving msu
    multi multilabel multilingual multimodal multiview music must mutual name names narratives
    nations natural needle negotiation network neural new news newspapers next night noisy
    normals notes nottingham noun novel number numeric numerical oasis object objects obstacle
    occluded occlusion offensive office omics omni one online open opinion opt optical
    optimization orchard out outdoor painting paired pairs pan pandora panoptic panoramic paper
    parade paragraph parallel paraphrase parent paris part partial parts pastel patch pattern
    pay pedestrian pedestrians people perception perceptual persimmon person persona personality
    persons phoneme photographic photography phrase physics piano picking pilot pinterest
    pitfall pizza places planar plant platform plausible play podcast poet point polish
    political pop pose poser poses post posts posture potus power pre predicate prediction
    preference pressure private prize procedural processed product products project promise
    pronoun proposal prosody prost prostate proteins proto prox pump quality quasar query
    question questions quotes race rad radar radiance radiate raider rain raindrop rank rare ray
    reach reactions read reading real realm recipe recipes recognition record records red
    registers relation relational relations relationship relative rendered rent repetition
    replay report reports repository request reside resolution restaurant restricted retail
    retinal retinopathy retrieval reviews rice ring rise rite river road roast robot robotic
    roll rooms rose rotated rotating round run runner runway salient salsa sara sarcasm sart
    scan scenario scene scenes schema schemas score screen scruples search seasons second
    seeking segmentation seizure semantic send sense sentence sentences sentiment sequential
    serial series set severity sexual shadow shape shapes shifts shop shopping short signal
    signature signs silent silhouettes sim similarity simple simply simulated simulator single
    size skeleton sketch skill sleep slim snap snapshot soba social solo something song sound
    space spam spatial speaker speakers species spectrogram specular speech spelling sphere
    spherical spider splash splinter spoken spoof sports spot sprites square squid stacked
    stacking standard standardized star state states station store stories story storytelling
    stream street streets string structured studio stylized subset suite sum summaries
    summarization sun superpixel superpoint supervised surface surreal surveillance swag
    sycophancy symbols symmetry synth synthesis synthetic table tables taco talk targeted task
    tasks tau tennis term terrains testbed text texts textual the therapy thermal thyroid tilde
    tilt time times tiny title top topic topical topology torque total tour tower track tracking
    tract traditional traffic trains trajectory transformer transient translation treebank
    tripod truth turbo type udacity unaligned universal university unrestricted unscramble
    unsupervised urban url use user validation variant vast vehicle venture verified verse
    vessel vice video videos view violence violin virtual vis vision visual viva vlog vocal
    voice voices volleyball wake walk walking wasabi waste watch web whole wide wider wild
    window winter wireframe wisdom with wizard word words workplace world wrists www yeast yesno
    yoso youtube zest zone
    """.split()
)


class GazetteerError(Exception):
    """The data contradict themselves or don't have the promised form."""


@dataclass
class Entry:
    """One line of a gazetteer file."""

    name: str
    kind: str
    guard: str
    aliases: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)

    def line(self) -> str:
        """Return the line of the file, without its end."""
        aliases = "|".join(sorted(self.aliases))
        return "\t".join(
            (self.name, aliases, self.kind, self.guard, "+".join(sorted(self.sources)))
        )


def fold(text: str) -> str:
    """Return what two spellings share that differ in case, hyphens, plural s and spacing only."""
    return form(text.casefold())


def form(text: str) -> str:
    """Return what two spellings share that differ in hyphens, plural s and spacing only."""
    return " ".join(map(singular, re.sub(r"[\s\u2010-\u2013-]+", " ", text).split()))


def singular(word: str) -> str:
    """Return a word without its plural s, the way the matcher does it."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


# ---------------------------------------------------------------------------- reading


def read_table(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Yield the rows of a TSV file; raise where the header is not the promised one."""
    lines = path.read_text(encoding="utf-8").split("\n")
    if tuple(lines[0].split("\t")) != columns:
        raise GazetteerError(f"{path}: the header must be {' '.join(columns)}")
    for number, line in enumerate(lines[1:], start=2):
        if line:
            cells = line.split("\t")
            if len(cells) != len(columns):
                raise GazetteerError(f"{path}:{number}: {len(cells)} cells, not {len(columns)}")
            yield dict(zip(columns, cells, strict=True))


def read_data(folder: Path) -> list[Entry]:
    """Return every entry of the five data files, in file order; a missing file has none."""
    entries = []
    for filename in FILES.values():
        path = folder / filename
        if path.exists():
            for row in read_table(path, HEADER):
                entries.append(
                    Entry(
                        name=row["name"],
                        kind=row["kind"],
                        guard=row["guard"],
                        aliases=set(filter(None, row["aliases"].split("|"))),
                        sources=set(row["source"].split("+")),
                    )
                )
    return entries


# ---------------------------------------------------------------------------- names of the lists


def clean(text: str) -> str:
    """Return a name without outer noise, or nothing where it can't be a name that people write."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    if ODD.search(text) or not 3 <= len(text) <= MAX_CHARACTERS:
        return ""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if len(text.split()) > MAX_WORDS or RUN_WORDS.intersection(words) or " et al" in text:
        return ""
    if " - " in text or text.count("+") > 2 or sum(word in LANGUAGES for word in words) > 1:
        return ""
    if sum(character.isalpha() for character in text) < 3 or not text[0].isalnum():
        return ""
    return "" if re.fullmatch(r"[0-9a-f]{8,}", text) else text


def names_of(row: dict[str, str]) -> list[str]:
    """Return the clean names of a list row, the main one first: `Long Name (LN)` gives two."""
    main = re.sub(r"\s+", " ", row["name"].replace("\u2019", "'")).strip()
    extra = [alias for alias in row["aliases"].split("|") if re.search(r"[A-Z0-9]", alias)]
    both = re.fullmatch(r"(.+?) \(([^()]+)\)", main)
    if both:
        main = both[1]
        if re.fullmatch(r"[A-Z][A-Za-z0-9-]{3,11}", both[2]):
            extra.append(both[2])
    short = COLLECTION.sub("", main)
    if short != main and is_marked(short) and len(short) > 3:
        main = short
    if not (name := clean(main)):
        return []
    return [name, *(alias for alias in map(clean, extra) if alias and len(alias) > 3)]


def is_marked(text: str) -> bool:
    """Tell whether one word looks like a name by its form alone: `CelebA`, `UCF101`, `D4RL`."""
    return " " not in text and bool(re.search(r"[a-z0-9].*[A-Z]|[A-Z].*[A-Z0-9]", text))


def guard_of(name: str) -> str:
    """Return the guard that a list name of kind Dataset, Benchmark or Method gets, or nothing."""
    words = re.findall(r"[^\W\d_]+", name)
    common = all(word.casefold() in COMMON or len(word) < 3 for word in words)
    if " " in name:
        if name == name.lower() or (common and not COLLECTION.search(name)):
            return ""
        return "case"
    if name.isalpha() and (len(name) < 4 or name.casefold() in COMMON):
        return "context" if name.isupper() and len(name) > 2 else ""
    if name.isalpha() and name.isupper() and len(name) < 6:
        return "context"  # too many papers call their own method by such an acronym
    if is_marked(name):
        return "context" if common and len(name) < 5 else "case"
    return "case" if name[0].isupper() and not common else ""


def good_alias(text: str) -> bool:
    """Tell whether a list's second name is safe to match."""
    return guard_of(text) == "case" and (is_marked(text) or " " in text)


def task_name(text: str) -> str:
    """Return a task in the letter case of running text, or nothing where it is no task name."""
    words = text.replace("Semi Supervised", "Semi-Supervised").split()
    if not 2 <= len(words) <= 5 or "/" in text or LANGUAGES.intersection(text.casefold().split()):
        return ""
    plain = [w if re.search(r"[A-Z].*[A-Z]|\d", w) else w.lower() for w in words]
    plain = [re.sub(r"(?<=-)[A-Z](?=[a-z])", lambda m: m[0].lower(), w) for w in plain]
    plain = [
        w[0].lower() + w[1:] if re.fullmatch(r"[A-Z][a-z]+(?:-[a-z]+)+", w) else w for w in plain
    ]
    return " ".join(plain) if plain[-1].rsplit(" ", 1)[-1] in TASK_HEADS else ""


def candidates(folder: Path) -> Iterator[tuple[str, Entry]]:
    """Yield the usable names of all lists as entries, the list with the best names first."""
    order = ["pwc_datafinder.tsv", *sorted(LISTS.keys() - {"pwc_datafinder.tsv"})]
    for filename in order:
        key, kinds = LISTS[filename]
        for row in read_table(folder / filename, ("name", "aliases", "kind", "source")):
            if row["source"] in SKIPPED_SOURCES or not (found := names_of(row)):
                continue
            name, kind, aliases = found[0], row["kind"], set(found[1:])
            if kind in ("Dataset", "Benchmark"):
                kind = "Benchmark" if MEASURING.search(name) else kind
                guard = guard_of(name)
            elif kind == "Task":
                name, aliases = task_name(name), set()
                guard = "none" if name else ""
            else:
                guard = guard_of(name) if is_marked(name) or filename == "transformers.tsv" else ""
                if CLASS_NAME.search(name):
                    guard = ""
            new = row["kind"] in kinds and guard and fold(name) not in LEFT_OUT_FOLDED
            yield ("new" if new else "known"), Entry(name or found[0], kind, guard, aliases, {key})


LEFT_OUT_FOLDED = frozenset(map(fold, LEFT_OUT))


# ---------------------------------------------------------------------------- putting together


def spellings(name: str, curated: bool) -> set[str]:
    """Return spellings that the matcher wouldn't find by itself: `CIFAR10` for `CIFAR-10`."""
    found = set()
    number = re.fullmatch(r"(.*[A-Za-z]{2})([ -]?)(\d+(?:\.\d+)?[kKMB]?)((?:[ -].*)?)", name)
    if number and not re.search(r"\d", number[1]) and (curated or number[2]):
        found.add(number[1] + ("" if number[2] else "-") + number[3] + number[4])
    if re.search(r"[ -]Bench$", name):
        found.add(name[:-5] + "bench")
    if re.search(r"[ -]bench$", name):
        found.add(name[:-5] + "Bench")
    return found


def build(own: Iterable[Entry], folder: Path) -> list[Entry]:
    """Merge the curated entries and the lists; a name belongs to the first entry that has it."""
    entries: list[Entry] = []
    holder: dict[str, Entry] = {}

    def claim(entry: Entry) -> None:
        entries.append(entry)
        for text in (entry.name, *entry.aliases):
            holder.setdefault(fold(text), entry)

    def spell(entry: Entry) -> None:
        for text in (entry.name, *sorted(entry.aliases)) if entry.guard == "case" else ():
            for other in sorted(spellings(text, OWN in entry.sources)):
                if holder.setdefault(fold(other), entry) is entry:
                    entry.aliases.add(other)

    for entry in own:
        claim(Entry(entry.name, entry.kind, entry.guard, set(entry.aliases), {OWN}))
    for entry in entries:
        spell(entry)
    found = list(candidates(folder))
    told: dict[str, set[str]] = {}
    for _, entry in found:
        told.setdefault(fold(entry.name), set()).update(entry.sources)
    for status, entry in found:
        if entry.kind == "Task" and len(told[fold(entry.name)]) < 2:
            status = "known"  # one list alone has too many that nobody else speaks of
        known = holder.get(fold(entry.name)) or holder.get(fold(SUITE.sub("", entry.name)))
        if known is not None:
            if known.kind == entry.kind or {known.kind, entry.kind} == {"Dataset", "Benchmark"}:
                known.sources |= entry.sources
            if known.kind == entry.kind and OWN not in known.sources:
                for alias in filter(good_alias, sorted(entry.aliases)):
                    if holder.setdefault(fold(alias), known) is known:
                        known.aliases.add(alias)
        elif status == "new":
            entry.aliases = {a for a in entry.aliases if fold(a) not in holder and good_alias(a)}
            claim(entry)
    for entry in entries:
        spell(entry)
        tidy(entry)
    return entries


def tidy(entry: Entry) -> None:
    """Drop the aliases that the matcher would find anyway."""
    same = fold if entry.guard == "none" else form
    seen = {same(entry.name)}
    kept = set()
    for alias in sorted(entry.aliases):
        if same(alias) not in seen:
            seen.add(same(alias))
            kept.add(alias)
    entry.aliases = kept


def check(entries: Iterable[Entry]) -> None:
    """Raise GazetteerError naming every fault of the finished data."""
    entries = list(entries)
    faults = []
    exact: dict[str, Entry] = {}
    loose: dict[str, Entry] = {}
    for entry in entries:
        if entry.guard == "none":
            for text in (entry.name, *sorted(entry.aliases)):
                loose.setdefault(fold(text), entry)
    for entry in entries:
        if entry.kind not in FILES or entry.guard not in GUARDS:
            faults.append(f"{entry.name}: kind {entry.kind!r}, guard {entry.guard!r}")
        if not all(re.fullmatch(r"[a-z][a-z0-9-]*", source) for source in entry.sources):
            faults.append(f"{entry.name}: source {sorted(entry.sources)}")
        for text in (entry.name, *sorted(entry.aliases)):
            if (
                not text
                or text != " ".join(text.split())
                or unicodedata.normalize("NFC", text) != text
            ):
                faults.append(f"{entry.name}: {text!r} is empty or not clean")
            for other in (exact.setdefault(form(text), entry), loose.get(fold(text), entry)):
                if other is not entry:
                    faults.append(
                        f"{text!r}: {other.name} ({other.kind}), {entry.name} ({entry.kind})"
                    )
    if faults:
        raise GazetteerError("\n".join(faults))


def render(entries: Iterable[Entry], kind: str) -> str:
    """Return the whole text of one data file."""
    chosen = sorted(
        (e for e in entries if e.kind == kind), key=lambda e: (e.name.casefold(), e.name)
    )
    return "\n".join(("\t".join(HEADER), *(entry.line() for entry in chosen))) + "\n"


# ---------------------------------------------------------------------------- command line


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description="Build or check the gazetteer data.")
    parser.add_argument("names", type=Path, nargs="?", help="folder of public name lists")
    parser.add_argument(
        "--data",
        type=Path,
        default=here.parent / "kg" / "extractors" / "data",
        help="folder of the data files, read and written (default: the package's)",
    )
    parser.add_argument(
        "--check", action="store_true", help="read the data files and check them only"
    )
    options = parser.parse_args(arguments)
    if options.check == (options.names is not None):
        parser.error("give either a folder of name lists or --check")
    try:
        entries = read_data(options.data)
        if options.names is not None:
            entries = build((e for e in entries if OWN in e.sources), options.names)
        check(entries)
        files = {FILES[kind]: render(entries, kind) for kind in FILES}
        for filename, text in files.items():
            if options.names is not None:
                (options.data / filename).write_text(text, encoding="utf-8", newline="\n")
            elif (options.data / filename).read_text(encoding="utf-8") != text:
                raise GazetteerError(f"{filename}: not sorted, or not as this script writes it")
    except (GazetteerError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for kind, filename in FILES.items():
        print(f"{filename}: {sum(entry.kind == kind for entry in entries)} names", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
