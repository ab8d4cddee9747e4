"""YAML 1.2 to nodes and plain values, by libyaml in a twentieth of the time that a parser in Python takes.

libyaml was written for YAML 1.1. What a word means (``no`` is a word here, and no *false*) is decided by the rules of 1.2 all the same.
A text with anything that the two versions read differently is not read by it, nor is one that it refuses: both go to the parser in
Python, which has the words for every mistake and its place.
"""

from __future__ import annotations

import re
from datetime import date
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from yaml.error import YAMLError
from yaml.nodes import ScalarNode
from yaml.resolver import BaseResolver

if TYPE_CHECKING:
    from yaml._yaml import CParser
else:
    try:
        from yaml.cyaml import CParser
    except ImportError:  # PyYAML was built without libyaml
        CParser = None

TAG = "tag:yaml.org,2002:"
MOST_BRACKETS = 200
_BRACKET = re.compile(r"[\[\]{}]")
#: directives and tags; tabs, which may stand in other places; what only 1.1 takes for the end of a line
_READ_IN_TWO_WAYS = re.compile("^%|(?:^|[ \\[{,:?-])![!<\\w]|[\t\x85\u2028\u2029\ufeff]", re.MULTILINE)
#: one name for two of them is a mistake of which only the other parser speaks
_ANCHOR = re.compile(r"&[^\s,\[\]{}]+")
#: libyaml goes down on the stack of C; a block is at most as deep as what stands before its first word is long
_DEEP = re.compile(r"^[ ?:-]{100}", re.MULTILINE)
#: how plain scalars are read, the first that fits, by their first characters
WORDS = (
    ("bool", "tTfF", r"true|True|TRUE|false|False|FALSE"),
    (
        "float",
        "-+0123456789.",
        r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
    ),
    ("int", "-+0123456789", r"[-+]?0b[0-1_]+|[-+]?0o?[0-7_]+|[-+]?[0-9_]+|[-+]?0x[0-9a-fA-F_]+"),
    ("merge", "<", r"<<"),
    ("null", "~nN", r"~|null|Null|NULL"),
    (
        "timestamp",
        "0123456789",
        r"\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?",
    ),
    ("value", "=", r"="),
)


def brackets(text: str) -> int:
    """How many brackets are open at once at most; the parser in Python takes a time that grows with their square."""
    most = depth = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
        most = max(most, depth)
    return most


def quickly(text: str) -> Any:
    """The nodes of a text with one document, None for an empty one; raises `Unclear` where only the other parser can say."""
    if CParser is None or _READ_IN_TWO_WAYS.search(text) or _DEEP.search(text) or brackets(text) > MOST_BRACKETS:
        raise Unclear
    anchors = _ANCHOR.findall(text)
    if len(anchors) > len(set(anchors)):
        raise Unclear
    try:
        return _Nodes(text).get_single_node()
    except YAMLError:
        raise Unclear from None


def carefully(text: str) -> Any:
    """As `quickly`, by the parser in Python, imported where it is needed; raises what ``ruamel.yaml`` raises."""
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).compose(text)


def own(file: Traversable) -> Any:
    """The plain values of a file that comes with the product: its texts and the data of the law."""
    text = file.read_text(encoding="utf-8")
    return _plain(_Nodes(text).get_single_node() if CParser is not None else carefully(text))


def scalar(kind: str, text: str) -> Any:
    """A scalar by its kind; what cannot be read as one stays text."""
    try:
        match kind:
            case "null":
                return None
            case "bool":
                return text.lower() in {"true", "yes", "on", "y"}
            case "int":
                digits = text.replace("_", "")
                return int(digits, 0) if re.match(r"[-+]?0[box]", digits) else int(digits)
            case "float":
                return float(re.sub(r"\.(inf|nan)", r"\1", text.replace("_", "").lower()))
            case "timestamp" if len(text) == 10:
                return date.fromisoformat(text)
    except ValueError:
        return text
    return text


def _plain(node: Any) -> Any:
    if node.id == "mapping":
        return {_plain(key): _plain(value) for key, value in node.value}
    if node.id == "sequence":
        return [_plain(item) for item in node.value]
    return scalar(str(node.tag).removeprefix(TAG), node.value)


class Unclear(YAMLError):
    """This is not for libyaml: it refuses the text, or reads it in another way or place."""


class _Words(BaseResolver):
    """Which kind a plain scalar is in YAML 1.2."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """The tag of a node; ``implicit`` says of a scalar whether it is written plainly."""
        if not value and kind is ScalarNode and implicit[0]:
            raise Unclear  # a value that is not written has another place there
        return super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]


for _kind, _first, _pattern in WORDS:
    _Words.add_implicit_resolver(f"{TAG}{_kind}", re.compile(rf"(?:{_pattern})\Z", re.ASCII), list(_first))

if CParser is not None:

    class _Nodes(CParser, _Words):
        """libyaml, with these words."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            _Words.__init__(self)
