"""Words that cannot stand inside a name: function words, verbs, praise. There is no tagger."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["FUNCTION_WORDS", "is_boundary"]

_FUNCTION = (
    "a about above across after against all along alongside already also although among amongst an "
    "and another any are around as at away be because become becomes been before behind being below "
    "besides between beyond both but by can cannot could despite did do does done due during each "
    "either else especially etc even every few for from further furthermore had has have having he "
    "hence here how however i ii iii if in indeed instead into is it its itself just least less like "
    "may meanwhile merely might more moreover most much must namely near neither no non none nor not "
    "now of off often on once e g one ones only onto or other others otherwise our ours out over own per "
    "quite rather really respectively same several shall she should since so some still such than "
    "that the their them themselves then there thereby therefore these they third this those though "
    "three through throughout thus to together too toward towards two under unless unlike until up "
    "upon us using versus via vs was we well were what when where whereas wherein whether which while "
    "who whom whose why will with within without would yet you your first second four five six seven "
    "eight nine ten many i.e e.g fig www http https com github.com always never again soon later"
)
_PLAIN = (
    "able absence academic accessible accuracy-efficiency accurate actionable additional advanced "
    "alternative ample appropriate available basic best better broad broader careful certain "
    "challenging classic classical clear coherent common comparable compelling competitive complete "
    "complex comprehensive concise consistent considerable conventional core correct cost-effective "
    "critical crucial current deeper desirable detailed different difficult diverse dominant "
    "early easy effective efficient empirical end enhanced entire essential exceptional existing "
    "expensive experimental extensive faithful familiar fast faster feasible final flexible following "
    "fully fundamental future general generic genuine good great greater growing hard high "
    "high-performance high-quality higher higher-quality holistic impactful impressive improved "
    "in-depth independent individual initial innovative intuitive inherent intermediate key known "
    "lack large-scale last latest leading lightweight limited little long-standing low lower main "
    "major meaningful modern modest much-needed mainstream naive natural-looking necessary new newer next notable noisy novel "
    "numerous ongoing open-source optimal original overall part particular past perfect pivotal plausible poor "
    "popular possible powerful practical precise preliminary present previous primary principled "
    "prior prohibitive promising proper proposed proprietary public qualitative quantitative rapid "
    "rare real real-time real-world realistic reasonable recent relative relevant reliable "
    "remarkable representative respective rich richer rigid rigorous robust safe scalable seamless "
    "severe short significant similar simple simpler simultaneous single slow small sota sophisticated sound "
    "special specific standard state state-of-the-art straightforward strong stronger subsequent "
    "substantial successful suboptimal substandard subtle sufficient suitable superior systematic target "
    "tedious theoretical thorough tiny top total traditional transparent tremendous true typical underlying "
    "undesirable unified unique universal unprecedented upcoming useful usual valid valuable various vast "
    "versatile very vivid weak well-established well-known well-studied whole wide widespread wrong overconfident "
    "next-generation human-like human-level expert-level accurate-yet downstream upstream multi-faceted "
    "off-the-shelf out-of-the-box plug-and-play de-facto underexplored under-explored long-term "
    "cutting-edge high-fidelity physically-plausible production-ready cost-efficient time-consuming "
    "labor-intensive compute-intensive arbitrary joint subpar inaccurate incorrect incomplete "
    "insufficient inadequate inefficient unreliable unseen unknown stable better-quality decent "
    "excellent outstanding decisive impactful fresh ultimate everyday simultaneous"
)
_VERBS = (
    "achieve add address adjust adopt advance aid aim align allow analyse analyze answer apply "
    "argue assess assign assume attain attempt attend avoid balance base beat begin believe benefit "
    "boost bridge bring broaden build bypass capture challenge choose collect combine come compare "
    "complement complicate compose compress compromise compute conclude conduct confirm connect "
    "conserve consider consist constrain construct contain contribute convert copy correct correlate "
    "cover decide decompose decouple define degrade deliver demand demonstrate depend deploy derive describe "
    "detect determine develop devise differ diminish discard discover discuss disentangle disrupt "
    "distill distinguish dominate drive elicit eliminate embed emphasize employ empower enable encode encompass encourage "
    "endow enforce enhance enrich ensure establish evade evaluate exceed excel execute exhibit exist expand "
    "expect experience explain explore expose extend extract facilitate fail fall feed find fix "
    "focus follow forget form formulate foster fuse gain generalize generate get give go grant "
    "ground grow guarantee guide hamper handle help highlight hinder identify ignore illustrate "
    "impact impede implement improve incorporate increase incur induce infer influence inform "
    "inherit inject inspire integrate interact introduce investigate involve isolate jeopardize join keep know "
    "launch lead learn leave leverage lie limit localize lose make maintain manage manipulate match "
    "maximize mean measure meet merge mimic minimize miss mitigate modify motivate necessitate need "
    "neglect obtain occur offer operate optimize outline outperform overcome overlook perceive perform permit pose "
    "position power predict prefer prepare preserve prevent prioritize probe produce promise "
    "promote propose prove provide publish pursue quantify raise reach read realize receive recast "
    "recognize reconstruct recover reduce refine reflect regard relate release rely remain remove render "
    "repair replace report represent reproduce require resolve restore restrict result rethink retain retrieve "
    "return reveal revisit revolutionize run sacrifice satisfy save see seek select serve show "
    "simulate solve speed start steer stem struggle study suffer suggest summarize suppress "
    "surpass survey synthesize tackle take target teach tend test thrive track train transfer transform translate "
    "treat trigger try turn understand undergo undermine underpin understand unify unleash unlock "
    "update use utilize validate vary verify view want work yield went made built found given "
    "shown seen taken gave led left met held kept known let lets got became began chosen done"
)
_BOUNDARY = frozenset((_FUNCTION + " " + _PLAIN + " " + _VERBS).split()) - frozenset(
    # nouns too, and as such part of many names
    "attempt answer study survey test track transfer view work copy form ground position power "
    "match target state train speed impact fuse feed".split()
)
FUNCTION_WORDS = frozenset(_FUNCTION.split())
_NOT_GERUND = frozenset(
    "coding computing counting crowdsourcing driving editing embedding engineering "
    "fine-tuning gaming hearing imaging grounding lighting living machining manufacturing "
    "marketing matching meaning mining modeling modelling mapping networking tuning parsing "
    "planning pricing processing programming ranking reading reasoning recording reinforcing "
    "rendering routing sampling scheduling sensing shopping speaking spoken streaming string "
    "surrounding teaching thinking tracking trading training tuning turning underwriting "
    "understanding walking wing writing hyperspectral learning building operating scaling "
    "forecasting answering captioning steering turn-taking clustering pretraining".split()
)
_PARTICIPLES = frozenset(
    "supervised unsupervised federated distributed embodied personalized personalised customized "
    "automated gated masked constrained unconstrained weighted grounded guided interleaved "
    "generalized hybrid conditioned distilled structured unstructured augmented layered named "
    "animated coordinated decentralized centralized articulated posed biased informed quantized "
    "regularized randomized amortized stratified normalized simplified linearized penalized "
    "nested directed undirected labeled unlabeled labelled paired unpaired speed seed embed need "
    "bed feed red reed weed breed creed exceed proceed succeed indeed fixed mixed shared "
    "distributed networked accelerated learned stacked dilated factorized discretized "
    "generalised crowdsourced prolonged connected edited tailed biomed med unmanned underspecified "
    "unified enhanced balanced imbalanced aided advanced pretrained trained finetuned".split()
)
_ATE_NOUNS = frozenset(
    "state climate private separate surrogate multivariate bivariate univariate template rate "
    "candidate intermediate estate plate gate certificate immediate approximate intimate substrate "
    "covariate alternate coordinate conjugate aggregate isolate delegate late date ultimate "
    "corporate predicate graduate undergraduate nitrate carbonate phosphate primate associate "
    "isoperimetric private climate".split()
)


@lru_cache(maxsize=1 << 16)
def is_boundary(word: str) -> bool:
    """Tell whether a word cannot modify a noun in a name: function words, verbs, praise."""
    lower = word.lower()
    if lower in _BOUNDARY or lower[0].isdigit() and not any(c.isalpha() for c in lower):
        return True
    if word.isupper() or "-" in lower:
        return lower.endswith(("'s", "\u2019s")) or lower.startswith("state-of")
    if lower.endswith(("ly", "'s", "\u2019s", "ize", "ise", "ify", "ble")) and lower not in (
        "family", "early", "assembly", "anomaly", "noise", "enterprise", "precise", "variable",
        "table", "multi-table", "exercise", "expertise", "size", "differentiable", "wearable",
        "explainable", "controllable", "deformable", "renewable", "verifiable", "ensemble",
        "learnable", "programmable", "relightable", "supply", "wearable",
    ):  # fmt: skip
        return True
    if lower.endswith("ate") and lower not in _ATE_NOUNS:
        return True
    if lower.endswith("ing") and lower not in _NOT_GERUND:
        return True
    if lower.endswith("ed") and lower not in _PARTICIPLES:
        return True
    # a plural or a verb: neither modifies a noun in a name, but for news, physics, analysis
    return (
        lower.endswith("s")
        and len(lower) > 3
        and not lower.endswith(("ss", "us", "is", "ics", "ous"))
        and not word[:-1].isupper()
    )
