"""Addresses found in texts."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from kg.extractors.candidates import candidates
from kg.extractors.urls import FoundUrl, UrlFinder, find_urls
from tests import worst_cases

HREF = re.compile(r'^https?://[^\s<>"]+$')


def written(text: str) -> list[tuple[str, str]]:
    return [(text[u.start : u.end], u.href) for u in find_urls(text)]


@pytest.mark.parametrize(
    ("text", "span", "href"),
    [
        ("Code: https://github.com/ann/b.", "https://github.com/ann/b", None),
        ("Code: https://github.com/ann/b .", "https://github.com/ann/b", None),
        ("at https://github.com/ann/b, and more", "https://github.com/ann/b", None),
        ("at https://github.com/ann/b; more", "https://github.com/ann/b", None),
        ("at https://github.com/ann/b: more", "https://github.com/ann/b", None),
        ("Is it https://github.com/ann/b?!", "https://github.com/ann/b", None),
        ("(see https://github.com/ann/b).", "https://github.com/ann/b", None),
        ("[https://github.com/ann/b].", "https://github.com/ann/b", None),
        ("{https://github.com/ann/b}.", "https://github.com/ann/b", None),
        ("<https://github.com/ann/b>.", "https://github.com/ann/b", None),
        ("<a href='https://github.com/ann/b'>here</a>", "https://github.com/ann/b", None),
        ('<a href="https://github.com/ann/b">here</a>', "https://github.com/ann/b", None),
        ('"https://github.com/ann/b".', "https://github.com/ann/b", None),
        ("``https://github.com/ann/b''.", "https://github.com/ann/b", None),
        ("“https://github.com/ann/b”.", "https://github.com/ann/b", None),
        ("**https://github.com/ann/b**", "https://github.com/ann/b", None),
        ("&lt;https://github.com/ann/b&gt;", "https://github.com/ann/b", None),
        ("$https://github.com/ann/b$", "https://github.com/ann/b", None),
        ("[code](https://github.com/ann/b).", "https://github.com/ann/b", None),
        (r"\url{https://github.com/ann/b}", "https://github.com/ann/b", None),
        (r"\href{https://github.com/ann/b}{here}", "https://github.com/ann/b", None),
        (r"\texttt{https://github.com/ann/b}.", "https://github.com/ann/b", None),
        (r"\url{https://github.com/ann/my\_b}", r"https://github.com/ann/my\_b",
         "https://github.com/ann/my_b"),
        ("athttps://github.com/ann/b now", "https://github.com/ann/b", None),
        ("https://github.com/ann/b.We show", "https://github.com/ann/b", None),
        ("https://github.com/ann/b(accessed today)", "https://github.com/ann/b", None),
        ("https://github.com/ann/b¹", "https://github.com/ann/b", None),
        ("见https://github.com/ann/b。", "https://github.com/ann/b", None),
        ("https://github.com/ann/b- now", "https://github.com/ann/b-", None),
        ("https://github.com/ann/b.git.", "https://github.com/ann/b.git",
         "https://github.com/ann/b"),
        ("https://github.com/ann/b/.", "https://github.com/ann/b/", "https://github.com/ann/b"),
        ("https://en.example.org/wiki/Foo_(bar).", "https://en.example.org/wiki/Foo_(bar)", None),
        ("(https://en.example.org/wiki/Foo_(bar))", "https://en.example.org/wiki/Foo_(bar)", None),
        ("https://example.org/a?b=1&amp;c=2.", "https://example.org/a?b=1&amp;c=2",
         "https://example.org/a?b=1&c=2"),
        ("https://example.org/~ann/x#top.", "https://example.org/~ann/x#top", None),
        ("https://https://github.com/ann/b", "https://github.com/ann/b", None),
        ("https://web.example.org/2020/https://a.com/b", "https://web.example.org/2020/https://a.com/b",
         None),
        ("Page: https://ann.github.io .", "https://ann.github.io", "https://ann.github.io"),
        ("Page: https://ANN.video.", "https://ANN.video", "https://ann.video"),
        ("https: //github.com/ann/b.", "https: //github.com/ann/b", "https://github.com/ann/b"),
        ("https:/ /github.com/ann/b.", "https:/ /github.com/ann/b", "https://github.com/ann/b"),
        ("https://github. com/ann/b.", "https://github. com/ann/b", "https://github.com/ann/b"),
        ("https://github .com/ann/b.", "https://github .com/ann/b", "https://github.com/ann/b"),
        ("at github. com/ann/b.", "github. com/ann/b", "https://github.com/ann/b"),
        ("https://www.lab. ch/paper/x/", "https://www.lab. ch/paper/x/",
         "https://www.lab.ch/paper/x"),
        ("https://ann14. github.io/x/.", "https://ann14. github.io/x/",
         "https://ann14.github.io/x"),
        ("https://4d- ann.github.io/.", "https://4d- ann.github.io/", "https://4d-ann.github.io"),
        ("https://github.com/ann/ b2-x is", "https://github.com/ann/ b2-x",
         "https://github.com/ann/b2-x"),
        ("https://github.com/ann/ bench.", "https://github.com/ann/ bench",
         "https://github.com/ann/bench"),
        ("https://github.com/ann/b- nch2 is", "https://github.com/ann/b- nch2",
         "https://github.com/ann/b-nch2"),
        ("at github.com/ann/b.", "github.com/ann/b", "https://github.com/ann/b"),
        ("at www.github.com/ann/b.", "www.github.com/ann/b", "https://github.com/ann/b"),
        ("at huggingface.co/ann/m.", "huggingface.co/ann/m", "https://huggingface.co/ann/m"),
        ("visit ann.github.io.", "ann.github.io", "https://ann.github.io"),
        ("at www.grain-bench.com.", "www.grain-bench.com", "https://www.grain-bench.com"),
        ("It is available at grain-bench.org, free", "grain-bench.org",
         "https://grain-bench.org"),
        ("data on osf.io/vj5e.", "osf.io/vj5e", "https://osf.io/vj5e"),
        ("tool at lab.example.edu/tools/x.", "lab.example.edu/tools/x",
         "https://lab.example.edu/tools/x"),
        ("(doi:10.1145/12.AB).", "doi:10.1145/12.AB", "https://doi.org/10.1145/12.ab"),
        ("DOI: 10.1145/12.34 is", "DOI: 10.1145/12.34", "https://doi.org/10.1145/12.34"),
        ("doi.org/10.1145/12.34.", "doi.org/10.1145/12.34", "https://doi.org/10.1145/12.34"),
        ("on Zenodo (10.5281/zenodo.123).", "10.5281/zenodo.123",
         "https://doi.org/10.5281/zenodo.123"),
        ("see arXiv:2106.01345.", "arXiv:2106.01345", "https://arxiv.org/abs/2106.01345"),
        ("arXiv preprint 2106.01345v2,", "arXiv preprint 2106.01345v2",
         "https://arxiv.org/abs/2106.01345"),
        ("arXiv preprint arXiv:2106.01345", "arXiv preprint arXiv:2106.01345",
         "https://arxiv.org/abs/2106.01345"),
        ("(arXiv:hep-th/9901001)", "arXiv:hep-th/9901001", "https://arxiv.org/abs/hep-th/9901001"),
    ],
)  # fmt: skip
def test_one_address(text: str, span: str, href: str | None) -> None:
    assert written(text) == [(span, href or span)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No address here, e.g. none at all.",
        "We use Rev.ai, Comma.ai and FLUX-1.dev, and Node.js.",
        "Trials from ClinicalTrials.gov are hard.",
        "The code will be published at github.",
        "All of it is available at github.com.",
        "Write to ann.smith@lab.org or bob@uni.edu/x.",
        "javascript:alert(1) data:text/html,x file:///etc/passwd",
        "http://localhost:8080/a and http://127.0.0.1/b",
        "https://. and http:// and https://...",
        "The ratio 3.14/2.71 and the version v1.0.0/2.",
        "the http protocol: it is old",
        "By doing 10.5 km in 10.1145 s",
        "arXiv papers of 2106 and arXiv 2020",
        "This https URL",
    ],
)
def test_no_address(text: str) -> None:
    assert find_urls(text) == []


def test_several_addresses_of_a_sentence() -> None:
    text = (
        "We release the code: https://github.com/ann/b and dataset: https://huggingface.co/ann/d "
        "(demo: ann.github.io), all MIT. See [https://a.org/x](https://a.org/x)."
    )
    found = find_urls(text)
    assert [(u.href, u.kind) for u in found] == [
        ("https://github.com/ann/b", "code"),
        ("https://huggingface.co/ann/d", "dataset"),
        ("https://ann.github.io", "demo"),
        ("https://a.org/x", "project_page"),
        ("https://a.org/x", "project_page"),
    ]
    assert [u.score for u in found] == [1.0, 1.0, 0.7, 1.0, 1.0]


@pytest.mark.parametrize(
    "text",
    [
        "Both at https://github.com/ann/b/ and elsewhere.",
        "See https://ann.org/p/x/ for more videos.",
        "It is at https://github.com/ann/b- The rest follows.",
        "It is at https://github.com/ann/ The rest follows.",
        "It is at https://ann.github.io/x/ GPT-4 loses.",
        "It is at https://github.com/ann/b. v2-final is next.",
        "It is at https://github.com/ann/\n\nb2-x is next.",
    ],
)
def test_a_whole_address_takes_no_word_after_it(text: str) -> None:
    (found,) = find_urls(text)
    assert " " not in text[found.start : found.end]
    assert "\n" not in text[found.start : found.end]
    assert found.score == 1.0


def test_words_of_another_sentence_do_not_type_an_address() -> None:
    text = "Our dataset is large.\n\nThe corpus is new. More: https://github.com/ann/b."
    assert [u.kind for u in find_urls(text)] == ["code"]


def test_less_sure_of_broken_and_bare_addresses() -> None:
    assert find_urls("https://github.com/ann/b")[0].score == 1.0
    assert find_urls("github.com/ann/b")[0].score == 0.9
    assert find_urls("https: //github.com/ann/b")[0].score == 0.8
    assert find_urls("visit ann-b.org now")[0].score == 0.7


def test_component_appends_candidates_with_character_offsets() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_urls")
    doc = nlp("A title\n\nCode (https://github.com/ann/b), and data: doi:10.5281/zenodo.7.")
    first, second = candidates(doc)
    assert doc.text[first.start : first.end] == "https://github.com/ann/b"
    assert (first.kind, first.extractor, first.url_kind) == ("Url", "kg_urls", "code")
    assert first.href == "https://github.com/ann/b"
    assert (second.href, second.url_kind) == ("https://doi.org/10.5281/zenodo.7", "dataset")
    assert isinstance(nlp.get_pipe("kg_urls"), UrlFinder)


PARTS = [
    "https://", "http://", "https: //", "www.", "github.com/", "github. com/", "a/b",
    "ann.github.io", ".", "- ", "/ ", " ", "\n", "\n\n", "(", ")", "[", "](", "{", "}", "\\url{",
    "\\_", "'", '"', ",", "arXiv:2106.01345v2", "doi:10.1145/", "10.1145/x", "10.5281/zenodo.1",
    "b2-x", "Code", "The dataset at ", "&lt;", "&amp;", "$", "\u200b", "é", "中", "@", ":80",
    "available at x.org", "<", ">", "\u2028",
]  # fmt: skip
TEXTS = st.builds(
    "".join,
    st.lists(
        st.one_of(
            st.sampled_from(PARTS),
            st.text(max_size=5),
        ),
        max_size=25,
    ),
)


@given(TEXTS)
def test_find_urls_keeps_its_promises(text: str) -> None:
    last = 0
    for found in find_urls(text):
        assert isinstance(found, FoundUrl)
        assert last <= found.start < found.end <= len(text)
        last = found.end
        assert not text[found.start].isspace()
        assert not text[found.end - 1].isspace()
        assert text[found.end - 1] not in ".,;:!?\"'<>"
        assert HREF.match(found.href)
        assert urlsplit(found.href).hostname
        assert 0 < found.score <= 1


@pytest.mark.timeout(worst_cases.SECONDS)
@pytest.mark.parametrize(
    "unit",
    ["a.", "(((", ")))", "http://", "https://a", "http://x/", "https://a.b/(", "www.", "www.a.b(",
     "www.a.b ", "github.com/", "github. com/", "github.com/a/ ", "doi:", "doi 10.1234/", "arxiv",
     "arxiv:", "a-", "-", ".", "a@b.com", "\\_", "&lt;", "&amp;", ".git", "%", "[", "](",
     "https: //", "https://a-b. ", ". A", "\n\n", "h", "\u200b", "é"],
)  # fmt: skip
@pytest.mark.parametrize("start", ["", "https://x/", "https://github.com/a/b"])
def test_worst_cases_end(unit: str, start: str) -> None:
    text = start + unit * (worst_cases.CHARACTERS // len(unit))
    assert all(0 <= url.start < url.end <= len(text) for url in find_urls(text))
