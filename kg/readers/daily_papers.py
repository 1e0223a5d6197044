"""The text of a Hugging Face Daily Papers page: titles and abstracts among the page's furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._reading import READERS
from kg.readers._records import make_paper
from kg.readers._source import Source

__all__ = ["read_daily_papers"]

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_FURNITURE = re.compile(
    r"new|subscribe|(?:hugging face )?(?:daily|weekly|monthly|trending) papers|today|yesterday"
    r"|get trending papers .*|by\s?ak(?: and the research community)?|submitted by.*|upvote.*|share"
    rf"|(?:published on )?(?:[a-z]{{3,9}},? )?(?:{_MONTHS})[a-z]* \d{{1,2}}(?:, \d{{4}})?"
    r"|\d{4}-\d\d-\d\d|\d+ (?:days?|hours?|minutes?) ago|[+-]?\d+(?:[.,]\d+)*k?|\W+|page \d+"
    r"|\d+ (?:authors?|comments?|votes?|upvotes?|likes?|papers?)|load more|follow|company|website"
    r"|hugging face(?:'s logo)?|models|datasets|spaces|buckets|community|docs|enterprise|pricing"
    r"|log ?in|sign ?up|search|papers|daily|weekly|monthly|trending|previous|next|add to collection"
    r"|view (?:arxiv page|pdf|paper)|arxiv page|arxiv|pdf|github|code|project page|abstract|video"
    r"|ai-generated summary|tos|privacy|about|careers|system theme|terms of service",
    re.IGNORECASE,
)
_SUBMITTED = re.compile(r"submitted by\W*", re.IGNORECASE)
_TWO_SENTENCES = re.compile(r"[a-z)\]]\. +[A-Z]")
_LONG = 250
_MANY_WORDS = 28


@READERS.register("daily_papers", suffixes=(".txt",))
def read_daily_papers(source: Source) -> Iterator[Paper | ReadError]:
    """Read pairs of a title and the abstract below it, whole or cut off.

    Menus, dates, votes and names of submitters are passed over. A title with no abstract below it
    and an abstract with no title above it are errors.
    """
    title, title_line = "", 0
    for line, text in _blocks(source):
        if isinstance(text, ReadError):
            yield text
        elif title and (_is_long(text) or _is_prose(text)):
            record = {"title": title, "abstract": text}
            yield make_paper(record, source, reader="daily_papers", line=title_line)
            title = ""
        elif _is_long(text):
            hint = "put its title on a line of its own above it"
            yield source.error("text without a title above it", line=line, hint=hint)
        else:
            if title:
                yield _no_abstract(source, title, title_line)
            title, title_line = text, line
    if title:
        yield _no_abstract(source, title, title_line)


def _blocks(source: Source) -> Iterator[tuple[int, str | ReadError]]:
    """Titles and abstracts with the line where they start; wrapped lines are put together."""
    block: list[tuple[int, str]] = []
    size = 0
    after_submitted = False
    for number, raw, broken in source.lines():
        text = raw.strip()
        if broken is not None:
            yield number, broken
        elif text and after_submitted:
            after_submitted = False
        elif _FURNITURE.fullmatch(text):
            after_submitted = bool(_SUBMITTED.fullmatch(text))
            text = ""
        elif text:
            block.append((number, text))
            size += len(text)
            if size > source.max_line_bytes:
                hint = "put a blank line after each title and abstract"
                raise source.too_long("text without a blank line", block[0][0], hint)
            continue
        if not text or broken:
            yield from _joined(block)
            block, size = [], 0
    yield from _joined(block)


def _joined(block: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines one by one if one of them is a whole abstract, else all as one."""
    if len(block) < 2 or any(_is_long(text) for _, text in block):
        yield from block
    else:
        yield block[0][0], "\n".join(text for _, text in block)


def _is_long(text: str) -> bool:
    return len(text) >= _LONG


def _is_prose(text: str) -> bool:
    """Whether a short text below a title reads like a (cut-off) abstract, not like a title."""
    words = text.count(" ") + 1
    ends = text[-1] in ".\u2026" or _TWO_SENTENCES.search(text) is not None
    return words >= _MANY_WORDS or (words > 8 and ends)


def _no_abstract(source: Source, title: str, line: int) -> ReadError:
    shown = title if len(title) <= 60 else f"{title[:57]}..."
    hint = "put the abstract on the line below the title, or delete the title"
    return source.error(f"no abstract below '{shown}'", line=line, hint=hint)
