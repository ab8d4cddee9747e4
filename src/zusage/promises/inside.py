"""Values inside documents: ``payload->sender->id`` is what lies in column ``payload`` under the names that follow. Pure.

Only objects are gone through, no lists; what has been found is a text: a text of the document, or a number as it stands there. Anything
else is no value, and neither is what lies in a text that is no JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

ARROW = "->"
Path = tuple[str, ...]
_INSIDE = re.compile(r".+?(?:->[A-Za-z_][A-Za-z0-9_-]*)+", re.DOTALL)


def is_inside(name: str) -> bool:
    """Whether a column's name leads into a document, by names of letters, digits, _ and - alone: they stand in statements as they are."""
    return _INSIDE.fullmatch(name) is not None


def split(name: str) -> tuple[str, Path]:
    """The column, and the names that lead on from it."""
    column, *path = name.split(ARROW)
    return column, tuple(path)


def value_at(document: object, path: Path) -> str | None:
    """The text or the number at a path; None where there is none."""
    found = _read(document)
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else None


def valued(row: Mapping[str, object], name: str) -> object:
    """The value of a column of a row, or what lies in one; None where the row has no such column."""
    if name in row or not is_inside(name):
        return row.get(name)
    column, path = split(name)
    return value_at(row.get(column), path)


def as_before(document: object, path: Path, text: str | None) -> str:
    """A new value as JSON, a number where one was and the new one is one too."""
    found = _read(document, numbers_as_text=False)
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
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

    def shows(self, path: Path) -> bool:
        """Whether all that lies at a path is shown."""
        within = self.only is None or any(path[: len(one)] == one for one in self.only)
        return within and not any(meet(path, one) for one in self.without)

    def of(self, document: object) -> object:
        """The document cut so, written as it was; None where it cannot be read, or nothing of it is left."""
        text = isinstance(document, str)
        found = _read(document, numbers_as_text=False)
        if not isinstance(found, dict):
            return None
        kept = found if self.only is None else _only(found, self.only)
        for path in self.without:
            kept = _without(kept, path)
        if not kept:
            return None
        return json.dumps(kept, ensure_ascii=False) if text else kept


def _read(document: object, *, numbers_as_text: bool = True) -> Any:
    """A document of a driver that reads JSON itself, or its text."""
    if isinstance(document, dict):
        document = json.dumps(document, default=str)
    if not isinstance(document, str):
        return None
    try:
        return json.loads(document, parse_int=str, parse_float=str) if numbers_as_text else json.loads(document)
    except (ValueError, RecursionError):
        return None


def _only(document: dict[str, Any], paths: Iterable[Path]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for path in paths:
        found, at = _lead(document, path[:-1]), made
        if path[-1] in found:
            for name in path[:-1]:
                at = at.setdefault(name, {})
            at[path[-1]] = found[path[-1]]
    return made


def _without(document: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    name, *rest = path
    if name not in document:
        return document
    if not rest or not isinstance(document[name], dict):
        # what is no object where one should be is not known to be the person's
        return {key: value for key, value in document.items() if key != name}
    return {key: _without(value, rest) if key == name else value for key, value in document.items()}


def _lead(document: dict[str, Any], path: Iterable[str]) -> dict[str, Any]:
    at: Any = document
    for name in path:
        at = at.get(name) if isinstance(at, dict) else None
    return at if isinstance(at, dict) else {}
