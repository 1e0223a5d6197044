"""OpenAlex works: one JSON object a line, or a page of the API's answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.errors import ReadError
from kg.model.paper import Paper
from kg.readers._json import Record, read_json
from kg.readers._limits import RECORD_BYTES, mebibytes
from kg.readers._reading import READERS
from kg.readers._records import make_paper, plain
from kg.readers._source import Source

__all__ = ["read_openalex", "restore_abstract"]


@READERS.register("openalex")
def read_openalex(source: Source) -> Iterator[Paper | ReadError]:
    """Read the works; a preprint's arXiv address at any location gives its id."""

    def make(work: Record, line: int) -> Paper | ReadError:
        locations = work.get("locations")
        places = [_mapping(work.get("primary_location")), _mapping(work.get("best_oa_location"))]
        places += map(_mapping, locations if isinstance(locations, list) else [])
        identifier = str(work.get("id") or "").rpartition("/")[2]
        authorships = work.get("authorships")
        try:
            abstract = restore_abstract(work.get("abstract_inverted_index"))
        except ValueError as err:
            return source.error(str(err), line=line, hint="take the work out, or get it again")
        fields = {
            "title": work.get("title") or work.get("display_name"),
            "abstract": work.get("abstract") or abstract,
            "year": work.get("publication_year") or work.get("publication_date") or "",
            "venue": _mapping(places[0].get("source")).get("display_name"),
            "authors": [
                _mapping(entry).get("author") or entry
                for entry in (authorships if isinstance(authorships, list) else [])
            ],
            "doi": work.get("doi"),
            "url": list(filter(None, (place.get("landing_page_url") for place in places))),
            "categories": work.get("topics") or work.get("concepts"),
            "openalex": identifier if identifier[:1] == "W" else "",
        }
        return make_paper(fields, source, reader="openalex", line=line)

    return read_json(source, make)


def restore_abstract(index: object) -> str:
    """The text of an inverted index: word -> positions.

    Raises:
        ValueError: The text is too long: a word may stand at any number of positions.

    >>> restore_abstract({"graphs": [1], "We": [0, 2]})
    'We graphs We'
    """
    words: dict[int, str] = {}
    size = 0
    for word, positions in _mapping(index).items():
        if isinstance(positions, list):
            size += (len(word) + 1) * len(positions)
            if size > RECORD_BYTES:
                limit = mebibytes(RECORD_BYTES)
                raise ValueError(f"abstract_inverted_index spells more than {limit}")
            words.update(dict.fromkeys((at for at in positions if isinstance(at, int)), word))
    return plain(" ".join(words[at] for at in sorted(words)))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
