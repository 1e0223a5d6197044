"""JSON records one by one: JSON Lines, one array, or an object that holds the array."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator, Mapping

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._limits import JSON_DEPTH
from kg.readers._source import CONVERT, Source
from kg.readers._streams import CHUNK

__all__ = ["Record", "read_json"]

Record = Mapping[str, object]

_DECODER = json.JSONDecoder(strict=False)  # control characters in texts are cleaned later
_LISTS = ("results", "data", "papers", "items", "records", "works")
_BLANK = re.compile(r"[\s,]*")
_OPEN_END = re.compile(rb"\{.*[\[{,:]\s*$|\{\s*$", re.DOTALL)
_HINT = "one JSON object per line is expected, or one JSON array of objects"
_TOKEN = 12
"""Characters that a cut-off word or number may lack."""
_LOST = "what came before was read; mend the file or get it again for the rest"


def read_json(
    source: Source, make: Callable[[Record, int], Paper | ReadError]
) -> Iterator[Paper | ReadError]:
    """Hand each record and its line to ``make``; a record that is no JSON object is an error.

    Args:
        source: Where the text comes from.
        make: Turns a record into a paper.

    Raises:
        ReadError: The text of an array ends early or is broken: the rest of it is lost.
    """
    first = source.peek_line()
    whole = first.startswith(b"[") or _OPEN_END.fullmatch(first)
    for line, value in _values(source) if whole else _line_values(source):
        for item in _items(value):
            if isinstance(item, ReadError):
                yield item
            elif isinstance(item, Mapping):
                yield make(item, line)
            else:
                yield source.error("the record is not a JSON object", line=line, hint=_HINT)


def _items(value: object) -> Iterator[object]:
    """The records in a value: itself, or what a page of an API's answer lists."""
    if isinstance(value, Mapping) and "title" not in value:
        for name in _LISTS:
            if isinstance(value.get(name), list):
                yield from value[name]
                return
    yield value


def _line_values(source: Source) -> Iterator[tuple[int, object]]:
    for line in source.lines():
        if line.error is not None:
            yield line.number, line.error
        elif line.text and not line.text.isspace():
            try:
                value = _DECODER.decode(line.text)
                if _is_too_deep(value, line.text, 0, len(line.text)):
                    raise RecursionError
                yield line.number, value
            except (ValueError, RecursionError) as err:
                reason = f"not valid JSON: {_reason(err)}"
                yield line.number, source.error(reason, line=line.number, hint=_HINT)


def _values(source: Source) -> Iterator[tuple[int, object]]:
    """The values of an array, or values that follow each other, over as many lines as they like."""
    chunks = _Chunks(source)
    text, at, line, in_array = "", 0, 1, False
    while True:
        blank = _BLANK.match(text, at)
        start = blank.end() if blank else at
        line, at = line + text.count("\n", at, start), start
        head = text[at : at + 1]
        if head == ("]" if in_array else "["):
            in_array, at = not in_array, at + 1
            continue
        reason = "the array does not end"
        flaw: Exception | None = None
        if head:
            try:
                value, end = _DECODER.raw_decode(text, at)
            except (ValueError, RecursionError) as err:
                reason, flaw = _reason(err), err
                if _is_broken(err, len(text) - _TOKEN):
                    raise source.error(f"not valid JSON: {reason}", line=line, hint=_LOST) from err
            else:
                if end - at > source.max_line_bytes:
                    value = source.too_long("record", line)
                elif _is_too_deep(value, text, at, end):
                    reason = f"not valid JSON: {_reason(RecursionError())}"
                    value = source.error(reason, line=line, hint=_HINT)
                yield line, value
                line, at = line + text.count("\n", at, end), end
                continue
        text, at = text[at:], 0
        more = chunks.more(len(text), line)
        if not more and not text and not in_array:
            return
        if not more:
            what = (
                "not valid JSON" if flaw and _is_broken(flaw, len(text)) else "the JSON is cut off"
            )
            raise source.error(f"{what}: {reason}", line=line, hint=_LOST)
        text += more


class _Chunks:
    """The text of a source in pieces that grow with what is still unread."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def more(self, waiting: int, line: int) -> str:
        """Some more text, empty at the end; ``waiting`` characters are there already."""
        if waiting > self._source.max_line_bytes:
            raise self._source.too_long("record", line)
        text = ""
        try:
            while not text and (data := self._source.read(max(CHUNK, waiting))):
                text = self._decoder.decode(data)
            return text or self._decoder.decode(b"", final=True)
        except UnicodeDecodeError as err:
            reason = "not valid UTF-8 after this line"
            raise self._source.error(reason, line=line, hint=CONVERT) from err


def _is_broken(error: Exception, size: int) -> bool:
    """Whether more text cannot mend it."""
    if not isinstance(error, json.JSONDecodeError):
        return True
    return error.pos < size and not error.msg.startswith("Unterminated string")


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return error.msg[0].lower() + error.msg[1:]
    if isinstance(error, RecursionError):
        return f"nested deeper than {JSON_DEPTH} levels"
    return "a number has too many digits" if "digits" in str(error) else str(error)


def _is_too_deep(value: object, text: str, start: int, end: int) -> bool:
    """Whether a value is nested too deep to be a record; most are seen not to be by counting."""
    if text.count("[", start, end) + text.count("{", start, end) <= JSON_DEPTH:
        return False
    level = [value]
    for _ in range(JSON_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, list | dict)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, list | dict)
        ]
        if not level:
            return False
    return True
