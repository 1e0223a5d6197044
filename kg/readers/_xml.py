"""XML records one by one, with entities, DTDs and the network off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from lxml import etree

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._source import Source

__all__ = ["line_of", "read_xml", "text_of", "texts_of"]


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
        ReadError: The XML ends early or is broken, or is another kind of document.
    """
    parser = etree.iterparse(
        source,
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
    name = etree.QName(parser.root).localname
    if name != root:
        hint = f"this format has <{root}> as its outermost element; name another with --format"
        raise source.error(f"outermost element is <{name}>", hint=hint)


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
