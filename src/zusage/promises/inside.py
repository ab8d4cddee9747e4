"""Values inside documents: ``payload->sender->id`` is what lies in column ``payload`` under the names that follow. Pure.

Only objects are gone through; what has been found is a text: a text of the document, or a number as it stands there. Anything
else is no value, and neither is what lies in a text that is no JSON. Where a list says by its items whose a row is,
``payload->participants[]->id``, each item is one person's, and the row is of all of them. The list may be the document itself,
``payload[]->id``, lie in the items of another, ``payload->groups[]->members[]->id``, or be an array of the database, ``members[]``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

ARROW = "->"
#: names of objects; a number is a place in a list
Path = tuple[str | int, ...]
_NAME = r"->[A-Za-z_][A-Za-z0-9_-]*"
_COLUMN = r"(?:(?!->).)+"  # no arrow in it: whatever follows one stands in statements as it is
_BARE = r"(?:(?!->|\[\]).)+"
_INSIDE = re.compile(rf"{_COLUMN}(?:{_NAME})+", re.DOTALL)
_EVERY = "[]"
#: lists in one path at most: each is gone through once more for every item of the one around it
DEEPEST = 3
_LISTED = re.compile(rf"{_BARE}(?:{_NAME})*(?:\[\](?:{_NAME})*){{1,{DEEPEST}}}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a list in a document, and where in each it is said whose it is."""

    column: str
    #: to the list, and from an item of it on to the list in that, however deep; the items are those of the last
    ways: tuple[Path, ...]
    #: from an item on; empty: the item itself
    below: Path

    @property
    def path(self) -> Path:
        """To the outermost list."""
        return self.ways[0]

    @property
    def name(self) -> str:
        """As the manifest writes it, behind the column."""
        return _EVERY.join("".join(f"{ARROW}{one}" for one in path) for path in (*self.ways, self.below))

    @property
    def plain(self) -> bool:
        """The column itself is the list, and its items are the keys: so an array of a database is named."""
        return self.ways == ((),) and not self.below

    def keys(self, document: object) -> tuple[str, ...]:
        """Of each item whose it is, where one says so."""
        return tuple(key for _, key in self.owners(document) if key is not None)

    def owners(self, document: object) -> tuple[tuple[Path, str | None], ...]:
        """Each item by the path to it, and whose it is."""
        found: list[tuple[Path, Any]] = [((), _read(document))]
        for way in self.ways:
            lists = [((*at, *way), _at(one, way)) for at, one in found]
            found = [((*at, n), item) for at, items in lists if isinstance(items, list) for n, item in enumerate(items)]
        return tuple((at, _text_at(one, self.below)) for at, one in found)

    def only_of(self, key: str, document: Any) -> Any:
        """The document with no items in the list but those that are somebody's; what is no list there is nobody's.

        Of an item that has a list in it nothing is left but that, and nothing at all where nobody's items are left in it. None where
        nothing is left of the document.
        """
        return self._own(key, document, self.ways, outermost=True)

    def without(self, keys: Collection[str], document: object) -> object:
        """The document with every item but those of some people, written as it was."""
        gone = {at for at, key in self.owners(document) if key in keys}
        if not gone:
            return document
        left = _read(document, numbers_as_text=False)
        for at in sorted(gone, key=lambda path: path[len(path) - 1], reverse=True):  # from behind, so that no place moves
            del _at(left, at[:-1])[at[-1]]
        return json.dumps(left, ensure_ascii=False) if isinstance(document, str) else left

    def _own(self, key: str, found: Any, ways: Sequence[Path], *, outermost: bool = False) -> Any:
        if not ways:
            return found if _text_of(found, self.below) == key else None
        (way, *deeper) = ways
        if not way:
            mine = [own for one in found if (own := self._own(key, one, deeper)) is not None] if isinstance(found, list) else []
            return mine or ([] if outermost and isinstance(found, list) else None)
        if not isinstance(found, dict):
            return None
        if way[0] not in found:
            return found if outermost else None
        inner = self._own(key, found[way[0]], (way[1:], *deeper), outermost=outermost)
        if not outermost:
            return None if inner is None else {way[0]: inner}
        return {name: inner if name == way[0] else one for name, one in found.items() if name != way[0] or inner is not None}


@dataclass(frozen=True, slots=True)
class Whose:
    """The items of one person in a list."""

    items: Items
    key: str


def items_in(name: str) -> Items | None:
    """What a name means that goes through a list, ``payload->participants[]->id``; None where it is no such name."""
    if _LISTED.fullmatch(name) is None:
        return None
    around, *behind = name.split(_EVERY)
    column, path = split(around)
    ways = [tuple(one.split(ARROW)[1:]) for one in behind]
    return Items(column, (path, *ways[:-1]), ways[-1])


def removed(path: str) -> tuple[tuple[Path, ...], Path]:
    """What a rule removes, ``guests[].name``: the ways to the lists that are gone through, and what lies in each item of the last."""
    *ways, below = (tuple(one for one in part.split(".") if one) for part in path.split(_EVERY))
    return tuple(ways), below


def is_inside(name: str) -> bool:
    """Whether a column's name leads into a document, by names of letters, digits, _ and - alone: they stand in statements as they are."""
    return _INSIDE.fullmatch(name) is not None


def split(name: str) -> tuple[str, Path]:
    """The column, and the names that lead on from it."""
    column, *path = name.split(ARROW)
    return column, tuple(path)


def value_at(document: object, path: Path) -> str | None:
    """The text or the number at a path; None where there is none."""
    return _text_at(_read(document), path)


def valued(row: Mapping[str, object], name: str) -> object:
    """The value of a column of a row, or what lies in one; None where the row has no such column."""
    if name in row or not is_inside(name):
        return row.get(name)
    column, path = split(name)
    return value_at(row.get(column), path)


def as_before(document: object, path: Path, text: str | None) -> str:
    """A new value as JSON, a number where one was and the new one is one too."""
    found = _at(_read(document, numbers_as_text=False), path)
    if _is_number(found) and text is not None:
        with suppress(ValueError):
            if _is_number(json.loads(text, parse_constant=str)):  # NaN and Infinity are none
                return text
    return json.dumps(text, ensure_ascii=False)


def _is_number(found: object) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool)


def meet(one: Path, other: Path) -> bool:
    """Whether what lies at one path is, holds or lies in what lies at another."""
    return all(a == b for a, b in zip(one, other, strict=False))


@dataclass(frozen=True, slots=True)
class Cut:
    """What of a document is shown: only what lies at some paths, or all of it; and never what lies at others."""

    #: None: all of it
    only: tuple[Path, ...] | None
    without: tuple[Path, ...]
    #: the list of which each person is shown the own items alone
    mine: Items | None = None

    def shows(self, path: Path) -> bool:
        """Whether all that lies at a path is shown."""
        within = self.only is None or any(path[: len(one)] == one for one in self.only)
        if self.mine and meet(path, self.mine.path):
            return False
        return within and not any(meet(path, one) for one in self.without)

    def of(self, document: object, key: str | None = None) -> object:
        """The document cut so, for somebody by their key, written as it was; None where it cannot be read, or nothing of it is left."""
        text = isinstance(document, str)
        found = _read(document, numbers_as_text=False)
        if not isinstance(found, dict | list if self.mine else dict):
            return None
        kept = found if self.only is None else _only(found, self.only)
        if self.mine:
            kept = self.mine.only_of(key, kept) if key is not None else _without(kept, self.mine.path)
        for path in self.without:
            kept = _without(kept, path) if kept else kept
        if not kept:
            return None
        return json.dumps(kept, ensure_ascii=False) if text else kept


def _read(document: object, *, numbers_as_text: bool = True) -> Any:
    """A document of a driver that reads JSON itself, or its text."""
    if isinstance(document, dict | list):
        document = json.dumps(document, default=str)
    if not isinstance(document, str):
        return None
    try:
        return json.loads(document, parse_int=str, parse_float=str) if numbers_as_text else json.loads(document)
    except (ValueError, RecursionError):
        return None


def _step(found: Any, name: str | int) -> Any:
    if isinstance(name, int):
        return found[name] if isinstance(found, list) and name < len(found) else None
    return found.get(name) if isinstance(found, dict) else None


def _at(found: Any, path: Path) -> Any:
    for name in path:
        found = _step(found, name)
    return found


def _text_at(found: Any, path: Path) -> str | None:
    text = _at(found, path)
    return text if isinstance(text, str) else None


def _text_of(found: Any, path: Path) -> str | None:
    """As ``_text_at``, in a document that was read as it is."""
    return _text_at(json.loads(json.dumps(found, default=str), parse_int=str, parse_float=str), path)


def _only(document: Any, paths: Iterable[Path]) -> dict[str, Any]:
    made: dict[Any, Any] = {}
    for path in paths:
        found, at = _lead(document, path[:-1]), made
        if path[-1] in found:
            for name in path[:-1]:
                at = at.setdefault(name, {})
            at[path[-1]] = found[path[-1]]
    return made


def _without(document: Any, path: Sequence[str | int]) -> Any:
    if not path:
        return None
    name, *rest = path
    if isinstance(document, list):
        return [_without(one, rest) if at == name and rest else one for at, one in enumerate(document) if at != name or rest]
    if name not in document:
        return document
    if not rest or not isinstance(document[name], dict | list):
        # what is no object where one should be is not known to be the person's
        return {key: value for key, value in document.items() if key != name}
    return {key: _without(value, rest) if key == name else value for key, value in document.items()}


def _lead(document: Any, path: Iterable[str | int]) -> dict[Any, Any]:
    at: Any = document
    for name in path:
        at = at.get(name) if isinstance(at, dict) else None
    return at if isinstance(at, dict) else {}
