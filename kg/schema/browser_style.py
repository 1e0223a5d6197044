"""``neo4j.grass``: how Neo4j Browser draws the graph; labels and types come from the models.

The form is GraSS, the style sheet that Browser takes when a file is dropped on it. The colours are
those of the explorer page: the palette of Okabe and Ito (2008), told apart by colour-blind eyes.
"""

from __future__ import annotations

from kg.cypher import LABELS
from kg.model import RELATIONS, ROLE_PREDICATES

__all__ = ["COLOURS", "generate"]

COLOURS = {
    "Paper": "#8b8e92",
    "Method": "#0072b2",
    "Dataset": "#009e73",
    "Benchmark": "#e69f00",
    "Task": "#d55e00",
    "Metric": "#cc79a7",
    "Url": "#56b4e9",
}
"""Label -> fill; the explorer's style sheet has the same."""
_CAPTIONS = {"Paper": "title"}
_DIAMETERS = {"Paper": 40, "Method": 60, "Benchmark": 60, "Url": 30}
_WEAK = {*ROLE_PREDICATES["mentions"], "LINKS_TO"}


def generate() -> str:
    """Text of ``neo4j.grass``."""
    rules = [_rule("node", {"diameter": "50px", "font-size": "10px", "border-width": "1px"})]
    for label in LABELS:
        fill = COLOURS[label]
        style = {
            "color": fill,
            "border-color": _darker(fill),
            "text-color-internal": "#FFFFFF" if _is_dark(fill) else "#1B1C1E",
            "diameter": f"{_DIAMETERS.get(label, 50)}px",
            "caption": f"'{{{_CAPTIONS.get(label, 'name')}}}'",
        }
        rules.append(_rule(f"node.{label}", style))
    text = {"font-size": "8px", "padding": "3px", "text-color-external": "#4C4F54"}
    line = {"color": "#A7ABB0", "shaft-width": "1px", "caption": "'<type>'"}
    rules.append(_rule("relationship", line | text))
    for spec in RELATIONS.values():
        strong = {"color": "#4C4F54", "shaft-width": "2px"}
        weak = {"color": "#D5D7DA", "shaft-width": "1px"}
        style = weak if spec.name in _WEAK else {} if spec.domain == ("Paper",) else strong
        rules.append(_rule(f"relationship.{spec.name}", style | {"caption": "'<type>'"}))
    return "\n".join(rules)


def _rule(selector: str, style: dict[str, str]) -> str:
    lines = "".join(f"  {name}: {value};\n" for name, value in style.items())
    return f"{selector} {{\n{lines}}}\n"


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _darker(colour: str) -> str:
    return "#" + "".join(f"{channel * 3 // 4:02x}" for channel in _channels(colour))


def _is_dark(colour: str) -> bool:
    """Whether white words are easier to read on it than black ones."""
    red, green, blue = _channels(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140
