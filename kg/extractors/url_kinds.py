"""What an address is: its one canonical spelling, and what it leads to."""

from __future__ import annotations

import re
import unicodedata
from ipaddress import ip_address
from urllib.parse import urlsplit

from kg.model import UrlKind

__all__ = ["URL_MARK", "canonical_href", "classify_url", "host_is", "is_code_host"]

URL_MARK = "\ufffc"
"""Stands for an address in the words handed to :func:`classify_url`."""

_CODE_HOSTS = frozenset((
    "github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com", "pypi.org",
    "anonymous.4open.science", "gist.github.com", "raw.githubusercontent.com", "codeocean.com",
    "git.sr.ht", "sourceforge.net", "openi.pcl.ac.cn", "openi.org.cn",
))  # fmt: skip
_DATA_HOSTS = frozenset((
    "zenodo.org", "kaggle.com", "dataverse.harvard.edu", "figshare.com", "data.mendeley.com",
    "physionet.org", "ieee-dataport.org", "openml.org", "universe.roboflow.com", "osf.io",
    "opendatalab.com", "datadryad.org", "rodare.hzdr.de", "archive.ics.uci.edu", "scidb.cn",
))  # fmt: skip
_PAPER_HOSTS = frozenset((
    "arxiv.org", "doi.org", "openreview.net", "aclanthology.org", "semanticscholar.org",
    "proceedings.mlr.press", "papers.nips.cc", "proceedings.neurips.cc", "openaccess.thecvf.com",
    "dl.acm.org", "ieeexplore.ieee.org", "link.springer.com", "biorxiv.org", "medrxiv.org",
    "chemrxiv.org", "ssrn.com", "hal.science", "ncbi.nlm.nih.gov", "jmlr.org", "hdl.handle.net",
))  # fmt: skip
_DEMO_HOSTS = frozenset((
    "colab.research.google.com", "hf.space", "replicate.com", "gradio.live", "streamlit.app",
))  # fmt: skip
_VIDEO_HOSTS = frozenset(("youtube.com", "youtu.be", "vimeo.com", "bilibili.com", "b23.tv"))
_MODEL_HOSTS = frozenset(("civitai.com", "ollama.com", "modelscope.cn", "tfhub.dev"))
_PLAIN_HOSTS = frozenset((
    *_CODE_HOSTS, *_DATA_HOSTS, *_PAPER_HOSTS, *_DEMO_HOSTS, *_VIDEO_HOSTS, *_MODEL_HOSTS,
    "huggingface.co", "github.io", "gitlab.io", "sites.google.com", "drive.google.com",
    "docs.google.com", "netlify.app", "vercel.app", "pages.dev", "web.app", "readthedocs.io",
    "wandb.ai", "paperswithcode.com",
))  # fmt: skip
"""Hosts that answer on https and without ``www.``."""

_ALIASES = {
    "hf.co": "huggingface.co", "dx.doi.org": "doi.org", "alphaxiv.org": "arxiv.org",
    "ar5iv.org": "arxiv.org", "xxx.lanl.gov": "arxiv.org", "xxx.itp.ac.cn": "arxiv.org",
    "raw.fastgit.org": "raw.githubusercontent.com",
    **dict.fromkeys(
        ("kkgithub.com", "bgithub.xyz", "githubfast.com", "hub.fastgit.org", "hub.fastgit.xyz",
         "hub.nuaa.cf", "hub.njuu.cf", "hub.yzuu.cf"), "github.com"),
}  # fmt: skip
_PREFIX_MIRRORS = re.compile(
    r"gitclone\.com|(?:\w+\.)?gh-?proxy\.\w+|ghfast\.top|github\.moeyy\.xyz"
)
"""GitHub mirrors that put the address, or its host and path, behind their own host."""

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\\\\]")
_SPELLINGS = str.maketrans({"\u2010": "-", "\u2011": "-", **{c: f"%{ord(c):02X}" for c in "|^`{}"}})
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")
_TLD = re.compile(r"xn--[a-z0-9-]+|[^\W\d_]{2,24}")
_RESERVED_TLDS = {"localhost", "local", "example", "invalid", "test", "internal"}
_PORT = re.compile(r":([0-9]{0,5})$")
_ARXIV_PATH = re.compile(
    r"/(?:abs|pdf|html|format|overview|src|e-print)/"
    r"((?:[a-z-]+(?:\.[a-z]{2})?/[0-9]{7}|[0-9]{4}\.[0-9]{4,5}))(?:v[0-9]+)?(?:\.pdf)?/?",
    re.IGNORECASE,
)
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid)(?:=|$)", re.IGNORECASE)


def host_is(host: str, known: frozenset[str]) -> bool:
    """Whether a host is one of the known ones or below one of them."""
    host = host[:255]
    while host and host not in known:
        host = host.partition(".")[2]
    return bool(host)


def is_code_host(host: str) -> bool:
    """Whether repositories live on this host (not pages made from them)."""
    return host_is(host, _CODE_HOSTS) or host.startswith(("git.", "gitlab.", "github."))


def _canonical_host(netloc: str) -> tuple[str, str] | None:
    """Host and ``:port`` (empty or not), lower case and brought back from mirrors."""
    host = netloc.rpartition("@")[2].lower()
    port = ""
    if match := _PORT.search(host):
        host, port = host[: match.start()], match[1] and f":{int(match[1])}"
        if match[1] and int(match[1]) > 65535:
            return None
    host = host.rstrip(".")
    if host.startswith("hf-mirror"):
        return "huggingface.co", ""
    bare = re.sub(r"^(?:www\.)+", "", host)
    bare = "arxiv.org" if bare.endswith(".arxiv.org") else _ALIASES.get(bare, bare)
    if host_is(bare, _PLAIN_HOSTS):
        host, port = bare, ""
    labels = host.split(".")
    if len(labels) == 4 and all(label.isdigit() for label in labels):
        try:
            return (host, port) if ip_address(host).is_global else None
        except ValueError:
            return None
    stable = unicodedata.normalize("NFKC", host).lower() == host and len(host) <= 253
    known_end = _TLD.fullmatch(labels[-1]) and labels[-1] not in _RESERVED_TLDS
    whole = stable and known_end and len(labels) > 1 and all(map(_LABEL.fullmatch, labels))
    return (host, port) if whole else None


def _canonical_path(host: str, path: str) -> str:
    if host == "doi.org":
        path = path.lower() if path.isascii() else path
    elif is_code_host(host):
        path = re.sub(r"/{2,}", "/", path)
        path = re.sub(r"(?:\.git/*)+$", "", path)
    elif host == "arxiv.org" and (match := _ARXIV_PATH.fullmatch(path)):
        path = "/abs/" + match[1]
    return path


def canonical_href(address: str) -> str | None:
    """The one spelling of a web address, or None where it is not one.

    The scheme is added where it lacks and made https on hosts that are known to have it; the host
    is lower case, without default port, user or ``www.`` (known hosts), and mirrors of Hugging
    Face, GitHub and arXiv become the original; tracking parameters, a final slash and
    ``.git`` go; a DOI is lower case and an arXiv
    paper is its abstract page without version. Percent-escapes and fragments stay as they are.
    Applying it again changes nothing.

    >>> canonical_href("http://www.github.com/openai/CLIP.git/")
    'https://github.com/openai/CLIP'
    >>> canonical_href("javascript:alert(1)") is None
    True
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", address.strip()))
    text = re.sub(r"&(?:amp;)+", "&", text).replace("$.$", ".").translate(_SPELLINGS)
    text = re.sub(r"^git@([\w.-]+):(?=\w)", r"https://\1/", text)
    if not re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE):
        text = "https://" + text if "@" not in text.partition("/")[0] else ""
    if len(text) > 2000 or re.search(r'[\s<>"\x00-\x1f\x7f-\x9f]', text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    scheme = parts.scheme.removeprefix("git+")
    if scheme not in ("http", "https") or not parts.netloc:
        return None
    host = parts.netloc.lower().removeprefix("www.")
    if _PREFIX_MIRRORS.fullmatch(host) and "github.com/" in parts.path:
        return canonical_href("https://github.com/" + text.partition("github.com/")[2])
    place = _canonical_host(parts.netloc)
    if place is None:
        return None
    host, port = place
    if host_is(host, _PLAIN_HOSTS):
        scheme = "https"
    if port == (":443" if scheme == "https" else ":80"):
        port = ""
    query = "&".join(p for p in parts.query.split("&") if p and not _TRACKING.match(p))
    path = _canonical_path(host, parts.path)
    path = (path or "/") if query else path.rstrip("/")
    tail = (f"?{query}" if query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    return f"{scheme}://{host}{port}{path}{tail}"


_CUE = re.compile(
    r"\b(?:(?P<code>code ?bases?|codes?|implementations?|scripts?|librar(?:y|ies)|packages?|"
    r"tool(?:kits?|box)|software)"
    r"|(?P<dataset>data ?sets?|data|corpus|corpora|annotations?)"
    r"|(?P<model>models?|weights?|checkpoints?)"
    r"|(?P<project_page>projects?|web ?(?:sites?|pages?)|home ?pages?|pages?|sites?|"
    r"leader ?boards?|platforms?)"
    r"|(?P<demo>demos?(?: videos?)?|demonstrations?|playground)"
    r"|(?P<video>videos?|recordings?)"
    r"|(?P<benchmark>benchmarks?)|(?P<repository>repo(?:sitor(?:y|ies)|s)?|git ?hub))\b",
    re.IGNORECASE,
)
_BY_FIRST_STEP: dict[str, UrlKind] = {"datasets": "dataset", "spaces": "demo", "papers": "paper"}
_NAMED_PAGES: dict[str, UrlKind] = {"dataset": "dataset", "demo": "demo"}
"""What a site of its own is where its sentence calls it that and nothing else."""
_LIST_OF_PAPERS = re.compile(
    r"(?:lists?|collections?) of (?:\w+ ){0,3}papers|paper (?:list|collection)s?|reading list",
    re.IGNORECASE,
)
_LABEL_AFTER = re.compile(r"\W{0,3}(?:for [^.;,)}]{0,40}|\([\w ]{1,30}\)|\{[\w ]{1,30}\})")
_DATA_DOI = re.compile(
    r"/10\.(?:5281/zenodo|7910/dvn|21227/|6084/m9\.figshare|17632/|5061/dryad|13026/|57967/|57760/)"
)


def _cues(before: str, after: str) -> list[str]:
    """Kinds that the words around an address name: those after it, if any, else those before."""
    label = _LABEL_AFTER.match(after)
    if label and (cue := _CUE.search(label[0])):
        return [str(cue.lastgroup)]
    nearest = before.rpartition(URL_MARK)[2]
    words = nearest if _CUE.search(nearest) else before
    return [str(match.lastgroup) for match in _CUE.finditer(words)]


def _kind_by_words(cues: list[str], usual: UrlKind, choices: tuple[UrlKind, ...]) -> UrlKind:
    """The last named of the choices, or the usual kind where the words name none of them."""
    named = [kind for kind in choices if kind in cues]
    return max(named, key=lambda kind: len(cues) - cues[::-1].index(kind)) if named else usual


def classify_url(href: str, before: str = "", after: str = "") -> UrlKind:
    """What an address leads to, by its host and path, then by the words of its sentence.

    Args:
        href: Canonical address, see :func:`canonical_href`.
        before: The sentence up to the address; earlier addresses in it stand as ``URL_MARK``.
        after: The rest of the sentence.

    >>> classify_url("https://huggingface.co/datasets/allenai/c4")
    'dataset'
    >>> classify_url("https://github.com/a/b", before="The dataset is available at ")
    'dataset'
    """
    parts = urlsplit(href)
    host, path = parts.netloc, parts.path
    first = path.strip("/").partition("/")[0]
    cues = _cues(before, after)
    if host_is(host, _VIDEO_HOSTS | _DEMO_HOSTS):
        return "video" if host_is(host, _VIDEO_HOSTS) else "demo"
    if host in ("huggingface.co", "kaggle.com", "modelscope.cn") and first in _BY_FIRST_STEP:
        return _BY_FIRST_STEP[first]
    if host == "huggingface.co":
        usual: UrlKind = "dataset" if "benchmark" in cues else "model"
        return _kind_by_words(cues, usual, ("model", "dataset")) if first else "other"
    if host_is(host, _DATA_HOSTS) or (host == "doi.org" and _DATA_DOI.match(path)):
        choices: tuple[UrlKind, ...] = ("dataset",) if "dataset" in cues else ("code", "model")
        return _kind_by_words(cues, "dataset", choices)
    if host_is(host, _PAPER_HOSTS):
        return "dataset" if host == "hdl.handle.net" and "dataset" in cues else "paper"
    if is_code_host(host):
        if not first or _LIST_OF_PAPERS.search(before):
            return "other"
        only_data = "dataset" in cues and not {"code", "model"} & set(cues)
        return "dataset" if only_data else "code"
    if host_is(host, _MODEL_HOSTS):
        return _kind_by_words(cues, "model", ("model", "dataset"))
    return _NAMED_PAGES.get(cues[0], "project_page") if len(set(cues)) == 1 else "project_page"
