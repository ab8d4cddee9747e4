"""YAML text to plain values with the place of each key and value.

The text is composed to nodes, which know where they stand, and not constructed: no tag makes an object, no alias is copied
without a limit, and a key that stands twice is seen.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from zusage.yaml_text import MOST_BRACKETS, TAG, Unclear, brackets, carefully, quickly, scalar

from .finding import Finding, ManifestError, Position, Severity

KeyPath = tuple[str | int, ...]
_MOST_NODES = 100_000
_DEEPEST = 40
_LONGEST_NUMBER = 400
#: where YAML ends a line
_LINE_END = re.compile("\r\n|[\r\n]")
_UNSPEAKABLE = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key and its value stand; the same for items of a list."""

    key: Position
    value: Position
    #: where the text begins and how many characters of it stand on that line; 0 where they cannot be counted
    text_column: int = 1
    text_length: int = 0

    def inside(self, offset: int) -> Position:
        """A character of the value's text, where it stands on one line."""
        if not self.text_length:
            return self.value
        return Position(self.value.file, self.value.line, self.text_column + min(offset, self.text_length - 1))


@dataclass(slots=True)
class Placed:
    """The plain content of one file."""

    values: dict[str, Any]
    places: dict[KeyPath, Place] = field(default_factory=dict)


def place_of(placed: Placed, path: KeyPath) -> Place:
    """The place of a path, or of the nearest part around it."""
    return next(placed.places[path[:n]] for n in range(len(path), -1, -1) if path[:n] in placed.places)


def parse(content: bytes, file: str) -> Placed:
    """Parse one YAML document whose content is a mapping; raises ManifestError with line and column of every mistake."""
    node = _composed(_decoded(content, file), file)
    if getattr(node, "id", None) != "mapping":
        place = Position(file) if node is None else _at(file, node.start_mark)
        raise _error("not-a-mapping", "a manifest is a mapping of sections", "begin with: zusage: 1", place)
    conversion = _Conversion(file)
    values = conversion.mapping(node, ())
    if conversion.findings:
        raise ManifestError(tuple(sorted(conversion.findings, key=lambda f: f.position)))
    begin = Position(file)
    conversion.places[()] = Place(begin, begin)
    return Placed(values, conversion.places)


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _behind(content[: error.start].decode("utf-8"), file)
        raise _error("encoding", "the file is not UTF-8", "save it as UTF-8", place) from None


def _composed(text: str, file: str) -> Any:
    if brackets(text) > MOST_BRACKETS:
        raise _error("too-deep", "more brackets are open here than anybody could close", "close them", Position(file))
    try:
        return _nodes(text)
    except Unclear:
        return _carefully(text, file)


def _carefully(text: str, file: str) -> Any:
    from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", ReusedAnchorWarning)
            return _careful_nodes(text)
    except ReusedAnchorWarning:
        raise _error("yaml", "an anchor (&…) of the same name stands twice", "give one another name", Position(file)) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"this is not YAML: {_spoken(error.problem or error.context or 'unreadable')}"
        raise _error("yaml", what, "mend the syntax at this place", _at(file, mark, text)) from None
    except ReaderError as error:
        place = _behind(text[: error.position], file)
        raise _error("yaml", f"the character {error.character!r} cannot stand in YAML", "remove it", place) from None
    except RecursionError:
        raise _error("too-deep", "the manifest is nested too deeply", "flatten it", Position(file)) from None
    except (YAMLError, ValueError, AttributeError, TypeError, LookupError, ArithmeticError, AssertionError) as error:
        # the parser lets some of its own mistakes through on malformed input; they are all the input's fault here
        what = f"this is not YAML that can be read ({type(error).__name__})"
        raise _error("yaml", what, "mend the syntax", Position(file)) from None


@lru_cache(maxsize=16)
def _nodes(text: str) -> Any:
    """The nodes of a text, which nobody changes: scanning takes by far the longest, and the same manifest is read again and again."""
    return quickly(text)


@lru_cache(maxsize=16)
def _careful_nodes(text: str) -> Any:
    return carefully(text)


def _spoken(text: object) -> str:
    return _UNSPEAKABLE.sub("?", str(text).split("\n")[0])


def _at(file: str, mark: Any, text: str = "") -> Position:
    """A mark as a position; one behind the last line counts as the end of that line."""
    if mark is None:
        return Position(file)
    lines = _LINE_END.split(text)[: None if not text.endswith(("\n", "\r")) else -1]
    if text and mark.line >= len(lines):
        return Position(file, len(lines), max(1, len(lines[-1])))
    return Position(file, mark.line + 1, mark.column + 1)


def _behind(text: str, file: str) -> Position:
    """The position of the character that follows a text."""
    lines = _LINE_END.split(text)
    return Position(file, len(lines), len(lines[-1]) + 1)


def _finding(code: str, what: str, advice: str, place: Position) -> Finding:
    why = "a manifest that is misread would keep the wrong promise"
    return Finding(code=code, severity=Severity.ERROR, what=what, why=why, advice=advice, position=place)


def _error(code: str, what: str, advice: str, place: Position) -> ManifestError:
    return ManifestError((_finding(code, what, advice, place),))


@dataclass(slots=True)
class _Conversion:
    """Nodes of one file to plain values; mistakes are collected."""

    file: str
    places: dict[KeyPath, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    budget: int = _MOST_NODES

    def value(self, node: Any, path: KeyPath) -> Any:
        """The plain value of a node."""
        self.budget -= 1
        if self.budget < 0 or len(path) > _DEEPEST:
            place = _at(self.file, node.start_mark)
            raise _error("too-deep", "the manifest is too deep or too large", "flatten it, and expand fewer aliases", place)
        if node.id == "mapping" and node.tag == f"{TAG}map":
            return self.mapping(node, path)
        if node.id == "sequence" and node.tag == f"{TAG}seq":
            return self._list(node, path)
        if node.id == "scalar":
            return self._scalar(node)
        return self._refuse("yaml-tag", f"the tag {_spoken(node.tag)!r} means nothing here", "remove it", node)

    def _list(self, node: Any, path: KeyPath) -> list[Any]:
        found = []
        for index, item in enumerate(node.value):
            self._note((*path, index), item, item)
            found.append(self.value(item, (*path, index)))
        return found

    def mapping(self, node: Any, path: KeyPath) -> dict[str, Any]:
        """The plain mapping of a node; what it merges stands behind what it says itself."""
        found: dict[str, Any] = {}
        merged: list[Any] = []
        for key, value in node.value:
            if key.id == "scalar" and key.tag == f"{TAG}merge":
                merged.extend(value.value if value.id == "sequence" else [value])
                continue
            name = self._key(key)
            if name is None:
                continue
            if name in found:
                self._refuse("said-twice", f"{name!r} is said twice here", "say it once", key)
                continue
            self._note((*path, name), key, value)
            found[name] = self.value(value, (*path, name))
        for other in merged:
            self._merge(found, other, path)
        return found

    def _merge(self, found: dict[str, Any], other: Any, path: KeyPath) -> None:
        if other.id != "mapping":
            self._refuse("yaml", "only a mapping can be merged with <<", "name an alias of a mapping", other)
            return
        self.budget -= 1
        inner = _Conversion(self.file, findings=self.findings, budget=self.budget)
        for key, value in inner.value(other, path).items() if len(path) < _DEEPEST else ():
            if key not in found:
                found[key] = value
                depth = len(path) + 1
                self.places.update({p: place for p, place in inner.places.items() if p[:depth] == (*path, key)})
        self.budget = inner.budget

    def _key(self, node: Any) -> str | None:
        plain = self._scalar(node) if node.id == "scalar" else None
        if isinstance(plain, str) or (isinstance(plain, int) and not isinstance(plain, bool)):
            return str(plain)
        self._refuse("yaml-key", "a key is a word", "put it in quotation marks, or write it without brackets", node)
        return None

    def _scalar(self, node: Any) -> Any:
        text = str(node.value)
        if _UNSPEAKABLE.search(text):
            return self._refuse("yaml", "this text has a character that cannot be shown", "remove it", node)
        kind = str(node.tag).removeprefix(TAG)
        if kind in {"int", "float"} and len(text) > _LONGEST_NUMBER:
            return self._refuse("yaml", "this number is too long", "write a shorter one", node)
        if kind not in {"null", "bool", "int", "float", "timestamp", "str", "merge", "value"}:
            return self._refuse("yaml-tag", f"the tag {_spoken(node.tag)!r} means nothing here", "remove it", node)
        return scalar(kind, text)

    def _refuse(self, code: str, what: str, advice: str, node: Any) -> None:
        self.findings.append(_finding(code, what, advice, _at(self.file, node.start_mark)))

    def _note(self, path: KeyPath, key: Any, value: Any) -> None:
        start, end = value.start_mark, value.end_mark
        column, length = start.column + 1, 0
        if value.id == "scalar" and start.line == end.line and value.style not in {"|", ">"}:
            quotes = 1 if value.style in {"'", '"'} else 0
            column, length = column + quotes, end.column - start.column - 2 * quotes
        self.places[path] = Place(_at(self.file, key.start_mark), _at(self.file, start), column, length)
