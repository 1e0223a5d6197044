"""XML records one by one, with entities, DTDs and the network off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from lxml import etree

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._limits import RAISE_LIMIT
from kg.readers._source import Source

__all__ = ["line_of", "local_name", "read_xml", "text_of", "texts_of"]


def read_xml(
    source: Source,
    make: Callable[[etree._Element], Paper | ReadError | None],
    *,
    root: str,
    tags: tuple[str, ...],
) -> Iterator[Paper | ReadError]:
    """Hand each element of these names to ``make`` and forget it; None is skipped.

    Args:
        source: Where the XML comes from.
        make: Turns an element into a paper.
        root: Local name that the document's root has to have.
        tags: Local names of the elements.

    Raises:
        ReadError: The XML ends early or is broken, has a DTD, or is another kind of document.
    """
    data = _Meter(source)
    parser = etree.iterparse(
        data,
        events=("end",),
        tag=[f"{{*}}{tag}" for tag in tags],
        encoding="utf-8" if source.recoded else None,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in parser:
            data.taken = 0
            _refuse_dtd(element, source)
            paper = make(element)
            if paper is not None:
                yield paper
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as err:
        hint = "what came before was read; mend the file or get it again for the rest"
        flaws = parser.error_log.filter_from_fatals()
        reason, line = (flaws[0].message, flaws[0].line) if flaws else (err.msg, err.lineno)
        raise source.error(f"broken XML: {reason}", line=line or None, hint=hint) from err
    _refuse_dtd(parser.root, source)
    name = local_name(parser.root)
    if name != root:
        hint = f"this format has <{root}> as its outermost element; name another with --format"
        raise source.error(f"outermost element is <{name}>", hint=hint)


class _Meter:
    """The bytes of a source for the parser, which holds all since the last record in memory."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.taken = 0

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes."""
        if self.taken > self._source.max_line_bytes:
            raise self._source.too_long("what is between two records", None, RAISE_LIMIT)
        data = self._source.read(size)
        self.taken += len(data)
        return data


def _refuse_dtd(element: etree._Element, source: Source) -> None:
    """A DTD can make text out of nothing and name other files; no format that is read has one."""
    if element.getroottree().docinfo.internalDTD is not None:
        hint = "delete the declaration <!DOCTYPE ...> at its beginning"
        raise source.error("the XML has a DTD, which is not read", hint=hint)


def local_name(element: etree._Element) -> str:
    """Name without its namespace, which may be any text."""
    return str(element.tag).rpartition("}")[2]


def line_of(element: etree._Element) -> int | None:
    """Line where an element starts, from 1."""
    return cast("int | None", element.sourceline)


def text_of(element: etree._Element | None, name: str = "") -> str:
    """All text inside an element, or inside its first child of that name; empty without it."""
    found = element.find(f"{{*}}{name}") if element is not None and name else element
    return "" if found is None else "".join(map(str, found.itertext()))


def texts_of(element: etree._Element, path: str) -> list[str]:
    """The text of all elements at a path of local names, such as ``author/name``."""
    steps = "/".join(f"{{*}}{step}" for step in path.split("/"))
    return [text_of(found) for found in element.iterfind(steps)]
