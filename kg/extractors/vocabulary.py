"""Words that cannot stand inside a name: function words, verbs, praise. There is no tagger."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["FUNCTION_WORDS", "NOUNS_TOO", "is_boundary"]

_FUNCTION = (
    "a about above across after again against all along alongside already also although always "
    "among amongst an and another any are around as at away be because become becomes been before "
    "behind being below besides between beyond both but by can cannot com could despite did do "
    "does done due during e e.g each eight either else especially etc even every few fig first "
    "five for four from further furthermore g github.com had has have having he hence here how "
    "however http https i i.e if ii iii in indeed instead into is it its itself just later least "
    "less like many may meanwhile merely might more moreover most much must namely near neither "
    "never nine no non none nor not now of off often on once one ones only onto or other others "
    "otherwise our ours out over own per quite rather really respectively same second seven "
    "several shall she should since six so some soon still such ten than that the their them "
    "themselves then there thereby therefore these they third this those though three through "
    "throughout thus to together too toward towards two under unless unlike until up upon us using "
    "versus via vs was we well were what when where whereas wherein whether which while who whom "
    "whose why will with within without would www yet you your"
)
_PLAIN = (
    "able absence academic accessible accuracy-efficiency accurate accurate-yet actionable "
    "additional advanced alternative ample appropriate arbitrary available basic best better "
    "better-quality broad broader careful certain challenging classic classical clear coherent "
    "common comparable compelling competitive complete complex comprehensive compute-intensive "
    "concise considerable consistent conventional core correct cost-effective cost-efficient "
    "critical crucial current cutting-edge de-facto decent decisive deeper desirable detailed "
    "different difficult diverse dominant downstream early easy effective efficient empirical end "
    "enhanced entire essential everyday excellent exceptional existing expensive experimental "
    "expert-level extensive faithful familiar fast faster feasible final flexible following fresh "
    "fully fundamental future general generic genuine good great greater growing hard high "
    "high-fidelity high-performance high-quality higher higher-quality holistic human-level "
    "human-like impactful impressive improved in-depth inaccurate inadequate incomplete incorrect "
    "independent individual inefficient inherent initial innovative insufficient intermediate "
    "intuitive joint key known labor-intensive lack large-scale last latest leading lightweight "
    "limited little long-standing long-term low lower main mainstream major meaningful modern "
    "modest much-needed multi-faceted naive natural-looking necessary new newer next "
    "next-generation noisy notable novel numerous off-the-shelf ongoing open-source optimal "
    "original out-of-the-box outstanding overall overconfident part particular past perfect "
    "physically-plausible pivotal plausible plug-and-play poor popular possible powerful practical "
    "precise preliminary present previous primary principled prior production-ready prohibitive "
    "promising proper proposed proprietary public qualitative quantitative rapid rare real "
    "real-time real-world realistic reasonable recent relative relevant reliable remarkable "
    "representative respective rich richer rigid rigorous robust safe scalable seamless severe "
    "short significant similar simple simpler simultaneous single slow small sophisticated sota "
    "sound special specific stable standard state state-of-the-art straightforward strong stronger "
    "suboptimal subpar subsequent substandard substantial subtle successful sufficient suitable "
    "superior systematic target tedious theoretical thorough time-consuming tiny top total "
    "traditional transparent tremendous true typical ultimate under-explored underexplored "
    "underlying undesirable unified unique universal unknown unprecedented unreliable unseen "
    "upcoming upstream useful usual valid valuable various vast versatile very vivid weak "
    "well-established well-known well-studied whole wide widespread wrong"
)
_VERBS = (
    "achieve add address adjust adopt advance affect aid aim align allow analyse analyze answer "
    "apply argue assess assign assume attain attempt attend avoid balance base beat became began "
    "begin believe benefit boost bridge bring broaden build built bypass capture challenge choose "
    "chosen collect combine come compare complement complicate compose compress compromise compute "
    "conclude conduct confirm connect conserve consider consist constrain construct contain "
    "contribute convert copy correct correlate cover decide decompose decouple define degrade "
    "deliver demand demonstrate depend deploy derive describe detect determine develop devise "
    "differ diminish discard discover discuss disentangle disrupt distill distinguish dominate "
    "done drive elicit eliminate embed emerge emphasize employ empower enable encode encompass "
    "encourage endow enforce enhance enrich ensure establish evade evaluate exceed excel execute "
    "exhibit exist expand expect experience explain explore expose extend extract facilitate fail "
    "fall feed filter find fix focus follow forget form formulate foster found fuse gain gave "
    "generalize generate get give given go got grant ground grow guarantee guide hamper handle "
    "held help highlight hinder identify ignore illustrate impact impede implement improve "
    "incorporate increase incur induce infer influence inform inherit inject inside inspire "
    "integrate interact introduce investigate involve isolate jeopardize join keep kept know known "
    "launch lead learn leave led left let lets leverage lie limit localize lose made maintain make "
    "manage manipulate match maximize mean measure meet merge met mimic minimize mirror mislead "
    "miss mitigate modify motivate necessitate need neglect obtain occur offer operate optimize "
    "outline outperform overcome overlook perceive perform permit pose position power predict "
    "prefer prepare preserve prevent prioritize probe produce promise promote propose prove "
    "provide publish pursue quantify raise reach read realize recast receive recognize reconstruct "
    "recover reduce refine reflect reframe regard relate release rely remain remove render repair "
    "replace report represent reproduce require resolve restore restrict result retain rethink "
    "retrieve return reveal revisit revolutionize run sacrifice satisfy save see seek seen select "
    "serve show shown simulate solve speed start steer stem strengthen struggle study suffer "
    "suggest summarize support suppress surpass survey synthesize tackle take taken target teach "
    "tend test thrive track train transfer transform translate treat trigger try turn undergo "
    "undermine underpin understand unify unleash unlock update use utilize validate vary verify "
    "view want went work yield"
)
NOUNS_TOO = frozenset(
    "answer attempt copy feed form fuse ground impact match position power speed state study "
    "survey target test track train transfer view work".split()
)
"""Verbs that are nouns too, and as such part of many names."""
_BOUNDARY = frozenset((_FUNCTION + " " + _PLAIN + " " + _VERBS).split()) - NOUNS_TOO
FUNCTION_WORDS = frozenset(_FUNCTION.split())
_NOT_GERUND = frozenset(
    "answering building captioning clustering coding computing counting crowdsourcing driving "
    "editing embedding engineering fine-tuning forecasting gaming grounding hearing hyperspectral "
    "imaging learning lighting living machining manufacturing mapping marketing matching meaning "
    "mining modeling modelling networking operating parsing planning pretraining pricing "
    "processing programming ranking reading reasoning recording reinforcing rendering routing "
    "sampling scaling scheduling sensing shopping speaking spoken steering streaming string "
    "surrounding teaching thinking tracking trading training tuning turn-taking turning "
    "understanding underwriting walking wing writing".split()
)
_PARTICIPLES = frozenset(
    "accelerated advanced aided amortized animated articulated augmented automated balanced bed "
    "biased biomed breed centralized conditioned connected constrained coordinated creed "
    "crowdsourced customized decentralized dilated directed discretized distilled distributed "
    "edited embed embodied enhanced exceed factorized federated feed finetuned fixed gated "
    "generalised generalized grounded guided hybrid imbalanced indeed informed interleaved labeled "
    "labelled layered learned linearized masked med mixed named need nested networked normalized "
    "paired penalized personalised personalized posed pretrained proceed prolonged quantized "
    "randomized red reed regularized seed shared simplified speed stacked stratified structured "
    "succeed supervised tailed trained unconstrained underspecified undirected unified unlabeled "
    "unmanned unpaired unstructured unsupervised weed weighted".split()
)
_ATE_NOUNS = frozenset(
    "aggregate alternate approximate associate bivariate candidate carbonate certificate climate "
    "conjugate coordinate corporate covariate date delegate estate gate graduate immediate "
    "intermediate intimate isolate isoperimetric late multivariate nitrate phosphate plate "
    "predicate primate private rate separate state substrate surrogate template ultimate "
    "undergraduate univariate".split()
)


_ENDINGS = ("ly", "'s", "\u2019s", "ize", "ise", "ify", "ble")
_NOT_BY_ENDING = frozenset(
    "anomaly assembly controllable deformable differentiable ensemble enterprise exercise "
    "expertise explainable family learnable multi-table noise programmable relightable renewable "
    "size supply table trainable variable verifiable wearable".split()
)


@lru_cache(maxsize=1 << 16)
def is_boundary(word: str) -> bool:
    """Tell whether a word cannot modify a noun in a name: function words, verbs, praise."""
    lower = word.lower()
    if lower in _BOUNDARY or (lower[0].isdigit() and not any(c.isalpha() for c in lower)):
        return True
    if word.isupper() or "-" in lower:
        return lower.endswith(("'s", "\u2019s")) or lower.startswith("state-of")
    if lower.endswith(_ENDINGS) and lower not in _NOT_BY_ENDING:
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
