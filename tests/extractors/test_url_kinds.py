"""Canonical addresses and what they lead to."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.extractors.url_kinds import URL_MARK, canonical_href, classify_url, is_code_host
from kg.model import URL_KINDS
from tests import worst_cases

HREF = re.compile(r'^https?://[^\s<>"]+$')


@pytest.mark.parametrize(
    ("address", "href"),
    [
        ("https://github.com/ann/bench", "https://github.com/ann/bench"),
        ("http://www.github.com/ann/bench.git/", "https://github.com/ann/bench"),
        ("HTTPS://GitHub.com/Ann/Bench/", "https://github.com/Ann/Bench"),
        ("git@github.com:ann/bench.git", "https://github.com/ann/bench"),
        ("git+https://github.com/ann/bench", "https://github.com/ann/bench"),
        ("https://github.com//ann//bench", "https://github.com/ann/bench"),
        (
            "https://github.com/ann/bench/tree/main/a.b",
            "https://github.com/ann/bench/tree/main/a.b",
        ),
        ("https://github.com/ann/bench#readme", "https://github.com/ann/bench#readme"),
        ("https://github.com/ann/bench?utm_source=x&utm_id=2", "https://github.com/ann/bench"),
        ("https://a.org/p?utm_source=x&id=2&amp;b=%20c", "https://a.org/p?id=2&b=%20c"),
        ("github.com/ann/my\\_bench", "https://github.com/ann/my_bench"),
        ("https://github$.$com/ann/bench", "https://github.com/ann/bench"),
        ("https://Ann-Lab.GitHub.io", "https://ann-lab.github.io"),
        ("http://ann.github.io/Page/", "https://ann.github.io/Page"),
        ("http://tiny.cc/grain", "http://tiny.cc/grain"),
        ("http://example.net:80/a/", "http://example.net/a"),
        ("https://example.net:443", "https://example.net"),
        ("https://example.net:8443/a", "https://example.net:8443/a"),
        ("https://example.net:/a", "https://example.net/a"),
        ("https://www.example.net/", "https://www.example.net"),
        ("https://ann@example.net/a", "https://example.net/a"),
        ("https://hf-mirror.com/ann/m", "https://huggingface.co/ann/m"),
        (
            "https://hf-mirror.1234.workers.dev/datasets/ann/d",
            "https://huggingface.co/datasets/ann/d",
        ),
        ("hf.co/ann/m", "https://huggingface.co/ann/m"),
        ("https://kkgithub.com/ann/bench", "https://github.com/ann/bench"),
        ("https://hub.nuaa.cf/ann/bench", "https://github.com/ann/bench"),
        ("https://hub.fastgit.org/ann/bench", "https://github.com/ann/bench"),
        ("https://gitclone.com/github.com/ann/bench", "https://github.com/ann/bench"),
        ("https://ghproxy.com/https://github.com/ann/bench", "https://github.com/ann/bench"),
        ("https://mirror.ghproxy.com/https://github.com/ann/b", "https://github.com/ann/b"),
        ("http://arxiv.org/pdf/2106.01345v2.pdf", "https://arxiv.org/abs/2106.01345"),
        ("https://export.arxiv.org/abs/2106.01345", "https://arxiv.org/abs/2106.01345"),
        ("https://ar5iv.labs.arxiv.org/html/2106.01345", "https://arxiv.org/abs/2106.01345"),
        ("https://ar5iv.org/abs/2106.01345", "https://arxiv.org/abs/2106.01345"),
        ("https://www.alphaxiv.org/overview/2106.01345v3", "https://arxiv.org/abs/2106.01345"),
        ("https://arxiv.org/abs/hep-th/9901001v1", "https://arxiv.org/abs/hep-th/9901001"),
        ("https://arxiv.org/list/cs.CL/recent", "https://arxiv.org/list/cs.CL/recent"),
        ("http://dx.doi.org/10.1145/ABC.12", "https://doi.org/10.1145/abc.12"),
        ("https://bücher.de/Größe", "https://bücher.de/Größe"),
        ("https://xn--bcher-kva.de/a%2Fb", "https://xn--bcher-kva.de/a%2Fb"),
        ("http://93.184.216.34/demo", "http://93.184.216.34/demo"),
        ("https://github.com/ann/be\u2011nch\u200b", "https://github.com/ann/be-nch"),
        ("https://a.org/x|y^{z}", "https://a.org/x%7Cy%5E%7Bz%7D"),
    ],
)
def test_canonical_href(address: str, href: str) -> None:
    assert canonical_href(address) == href
    assert canonical_href(href) == href


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "javascript://a.com/%0aalert(1)",
        "data:text/html,hello",
        "file:///etc/passwd",
        "file://a.com/x",
        "ftp://a.com/x",
        "http://localhost/a",
        "http://localhost:8000",
        "http://my.localhost/a",
        "http://box.local/a",
        "http://127.0.0.1/a",
        "http://192.168.1.7/a",
        "http://10.0.0.1",
        "http://[::1]/a",
        "http://[bad",
        "https://word",
        "https://...",
        "https:///path",
        "https://a_b",
        "https://1.2",
        "https://v1.0.0",
        "https://-a.com",
        "https://a..com",
        "https://a.com:99999/",
        "https://a.com/b c",
        'https://a.com/"b',
        "https://a$b.github.io/c",
        "https://" + "a" * 70 + ".com",
        "https://a.com/" + "b" * 2000,
        "mailto:ann@a.com",
    ],
)
def test_canonical_href_refuses(address: str) -> None:
    assert canonical_href(address) is None


PARTS = [
    "https://", "http://", "www.", "github.com", "huggingface.co", "arxiv.org/abs/", "hf-mirror.",
    "ghproxy.com/", "a.b.com", ".", "/", ".git", "//", ":80", ":443", "?", "&", "#", "utm_a=1",
    "%2F", "%", "\\_", "$.$", "&amp;", "git@", ":", "@", "2106.01345v2", ".pdf", "doi.org/10.1/",
    "İ", "ﬁ", "é", "\u0301", "|", "\u200b", "[", "]", "。", " ", "\n",
]  # fmt: skip
ADDRESSES = st.builds(
    "".join,
    st.lists(
        st.one_of(
            st.sampled_from(PARTS),
            st.text(max_size=6),
        ),
        max_size=12,
    ),
)


@given(ADDRESSES)
@example("https://github.com/a.git/.git")
@example("https://a.com/%7C|&amp;amp;?&utm_x#")
def test_canonical_href_is_stable(address: str) -> None:
    href = canonical_href(address)
    if href is not None:
        assert HREF.match(href)
        assert urlsplit(href).hostname
        assert canonical_href(href) == href
        assert classify_url(href) in URL_KINDS


@pytest.mark.parametrize(
    ("href", "before", "kind"),
    [
        ("https://github.com/a/b", "", "code"),
        ("https://github.com/a/b", "Code and data are available at ", "code"),
        ("https://github.com/a/b", "The models and the dataset are at ", "code"),
        ("https://github.com/a/b", "The corpus can be downloaded from ", "dataset"),
        ("https://github.com/a/b", "Our project page: ", "code"),
        ("https://github.com/a/b", "A curated list of relevant papers is kept at ", "other"),
        ("https://github.com/", "", "other"),
        ("https://anonymous.4open.science/r/x-1", "", "code"),
        ("https://gitlab.example.edu/a/b", "", "code"),
        ("https://huggingface.co/datasets/a/b", "Code is at ", "dataset"),
        ("https://huggingface.co/spaces/a/b", "", "demo"),
        ("https://huggingface.co/papers/2106.01345", "", "paper"),
        ("https://huggingface.co/a/b", "", "model"),
        ("https://huggingface.co/a/b", "The dataset is released at ", "dataset"),
        ("https://huggingface.co/a/b", "The dataset and the trained model are at ", "model"),
        ("https://huggingface.co/a", "We publish all weights at ", "model"),
        ("https://huggingface.co/collections/a/b", "We share the corpora at ", "dataset"),
        ("https://huggingface.co/", "", "other"),
        ("https://kaggle.com/datasets/a/b", "Code: ", "dataset"),
        ("https://zenodo.org/records/1", "", "dataset"),
        ("https://zenodo.org/records/1", "The source code is archived at ", "code"),
        ("https://doi.org/10.5281/zenodo.1", "The scripts are archived at ", "code"),
        ("https://doi.org/10.5281/zenodo.1", "", "dataset"),
        ("https://doi.org/10.1145/1", "", "paper"),
        ("https://arxiv.org/abs/2106.01345", "The dataset of ", "paper"),
        ("https://openreview.net/forum?id=x", "", "paper"),
        ("https://aclanthology.org/2020.acl-main.1", "", "paper"),
        ("https://youtu.be/abc", "Code at ", "video"),
        ("https://vimeo.com/1", "", "video"),
        ("https://colab.research.google.com/drive/1", "", "demo"),
        ("https://ann-lab.hf.space/", "", "demo"),
        ("https://ann.github.io/page", "", "project_page"),
        ("https://ann.github.io/page", "Our code is available at ", "project_page"),
        ("https://ann.github.io/page", "Code and data: ", "project_page"),
        ("https://ann.github.io/page", "A demo can be tried at ", "demo"),
        ("https://ann.github.io/page", "The dataset is on ", "dataset"),
        ("https://ann.github.io/page", "Project page with the dataset: ", "project_page"),
        ("https://sites.google.com/view/x", "Videos: ", "project_page"),
        ("https://example.org/", "", "project_page"),
        ("https://example.org/c", "The corpus is open and stands at ", "dataset"),
        ("https://civitai.com/models/1", "", "model"),
    ],
)
def test_classify_url(href: str, before: str, kind: str) -> None:
    assert classify_url(href, before) == kind


def test_words_nearest_to_the_address_count() -> None:
    before = f"We release the code: {URL_MARK * 9} and the dataset: "
    assert classify_url("https://huggingface.co/a/b", before) == "dataset"
    before = f"The models are at {URL_MARK * 9} and "
    assert classify_url("https://huggingface.co/a/b", before) == "model"


def test_words_after_the_address_count_where_they_label_it() -> None:
    assert classify_url("https://huggingface.co/a", "code and ", " for the dataset") == "dataset"
    assert classify_url("https://github.com/a/b", "See ", " (dataset) and") == "dataset"


def test_is_code_host() -> None:
    assert is_code_host("github.com")
    assert is_code_host("gist.github.com")
    assert not is_code_host("ann.github.io")
    assert not is_code_host("notgithub.com")
    assert not is_code_host("")


@pytest.mark.timeout(worst_cases.SECONDS)
@pytest.mark.parametrize("unit", [".git", "/", "a.", "&amp;", "%", "@", ":", "?utm_a=&", "www."])
def test_long_addresses_end(unit: str) -> None:
    canonical_href("https://a.com" + unit * 200_000)
    canonical_href(("https://github.com/" + unit * 2000)[:1999])
