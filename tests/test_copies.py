"""Records of one paper under several ids."""

from __future__ import annotations

import random

from kg.copies import PaperHead, find_copies

TITLE = "A study of very many small things"


def head(
    paper_id: str, year: int | None = 2020, *, title: str = TITLE, abstract: bool = True
) -> PaperHead:
    return PaperHead(paper_id, title, year, abstract)


def test_the_better_id_stays() -> None:
    papers = [head("title:1"), head("doi:10.1/x", 2021), head("arxiv:2001.00001"), head("s2:9")]
    for seed in range(5):
        random.Random(seed).shuffle(papers)
        assert find_copies(papers) == {
            "doi:10.1/x": "arxiv:2001.00001",
            "s2:9": "arxiv:2001.00001",
            "title:1": "arxiv:2001.00001",
        }


def test_the_one_with_an_abstract_stays() -> None:
    papers = [head("arxiv:2001.00001", abstract=False), head("title:1")]
    assert find_copies(papers) == {"arxiv:2001.00001": "title:1"}


def test_case_and_punctuation_of_titles_are_ignored() -> None:
    other = head("doi:10.1/x", title="A Study of Very Many Small Things.")
    assert find_copies([head("arxiv:2001.00001"), other]) == {"doi:10.1/x": "arxiv:2001.00001"}


def test_other_titles_years_and_short_titles_stay_apart() -> None:
    assert find_copies([head("arxiv:1"), head("arxiv:2", title="Another study of things")]) == {}
    assert find_copies([head("arxiv:1", 2015), head("doi:10.1/x", 2020)]) == {}
    short = [head("doi:10.1/x", title="Introduction"), head("doi:10.1/y", title="Introduction")]
    assert find_copies(short) == {}
    short = [head("doi:10.1/x", title="Mask R-CNN"), head("title:1", None, title="Mask R-CNN")]
    assert find_copies(short) == {"title:1": "doi:10.1/x"}
