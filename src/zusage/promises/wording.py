"""What validation finds in a manifest, in words for people and with its place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import Any

from pydantic import ValidationError

from .finding import Finding, Position, Severity
from .manifest import Manifest
from .source import KeyPath, Source

_WHY = "a manifest that is misread would keep the wrong promise"
_ADVICE = {
    "extra_forbidden": "remove it, or correct its spelling",
    "missing": "add it",
    "literal_error": "write one of the words that the message names",
    "too_short": "name at least one",
}
_PATTERNS = {
    r"^[a-z][a-z0-9-]{0,60}$": "a name begins with a small letter and has only small letters, digits and hyphens",
    r"^[A-Z]{2}$": "a country is written with the two capital letters of ISO 3166, such as DE",
    r"^[a-z][a-z0-9-]*(\.[^\s.()]+( +[^\s.()]+)*){1,2}$": "a table is written system.table",
}
_OFFSET = re.compile(r" \[at (\d+)\]$")


def worded(error: ValidationError, source: Source) -> list[Finding]:
    """Each mistake once, at its place. Of the forms that a value may have, only the nearest is spoken of."""
    items = [_Item(raw, source) for raw in error.errors(include_url=False, include_input=False)]
    found: dict[tuple[Position, str], Finding] = {}
    for item in _nearest_forms(items):
        what, position, advice = _wording(item, source)
        path = ".".join(map(str, item.path))
        finding = Finding(
            code="manifest", severity=Severity.ERROR, what=what, why=_WHY, advice=advice, position=position, path=path
        )
        found.setdefault((position, what), finding)
    return list(found.values())


class _Item:
    """One mistake: its path in the manifest, and the form of a value that was tried when it showed, if there are several."""

    def __init__(self, raw: Any, source: Source) -> None:
        self.raw = raw
        self.kind: str = raw["type"]
        self.path: KeyPath = ()
        #: where the value stands that may have several forms, and the form
        self.choice: tuple[KeyPath, str] | None = None
        self._follow(raw["loc"], source.values)

    def _follow(self, loc: tuple[str | int, ...], value: Any) -> None:
        for number, part in enumerate(loc):
            if isinstance(value, dict) and part in value:
                value = value[str(part)]
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            elif part == "[key]":
                continue
            elif number == len(loc) - 1 and self.kind == "missing":
                pass
            else:
                self.choice = self.choice or (self.path, str(part))
                continue
            self.path = (*self.path, part)


def _nearest_forms(items: Iterable[_Item]) -> Iterator[_Item]:
    """Where a value may have several forms, the one with the fewest mistakes inside; a value of another kind counts last."""
    for choice, group in groupby(items, key=lambda item: item.choice and item.choice[0]):
        if choice is None:
            yield from group
            continue
        forms: dict[str, list[_Item]] = {}
        for item in group:
            forms.setdefault(item.choice[1] if item.choice else "", []).append(item)
        yield from min(forms.values(), key=lambda form: (any(_of_another_kind(item, choice) for item in form), len(form)))


def _of_another_kind(item: _Item, choice: KeyPath) -> bool:
    """The value as a whole does not fit; what our own checks say of a whole they say of one that fits."""
    return item.path == choice and item.kind != "value_error"


def _wording(item: _Item, source: Source) -> tuple[str, Position, str]:
    path, key = item.path, str(item.path[-1]) if item.path else "the manifest"
    advice = _ADVICE.get(item.kind, "correct it as the message says; `zusage schema` prints everything that may stand here")
    if item.kind == "extra_forbidden":
        if key in _known_keys():
            return f"the key {key!r} cannot stand here, but elsewhere in a manifest", source.key_position(path), advice
        near = difflib.get_close_matches(key, _known_keys(), n=1)
        return f"unknown key {key!r}" + (f"; did you mean {near[0]!r}?" if near else ""), source.key_position(path), advice
    if item.kind == "missing":
        return f"{key!r} is missing here", source.key_position(path[:-1]), advice
    message = re.sub(r"^(Value error|Assertion failed), ", "", str(item.raw["msg"]))
    if item.kind == "string_pattern_mismatch":
        message = _PATTERNS.get(str(item.raw["ctx"].get("pattern")), message)
    if "[key]" in item.raw["loc"]:
        return f"the key {key!r} cannot stand here: {message}", source.key_position(path), "write it so"
    offset = _OFFSET.search(message)
    if path and path[-1] in {"only", "unless", "condition"}:
        advice = "write a comparison of columns, such as: status = 'closed' AND closed_at IS NOT NULL"
    message = _OFFSET.sub("", message)
    position = source.position(path, int(offset[1]) if offset else 0)
    if message[1:2].islower():
        message = message[:1].lower() + message[1:]
    return f"{key}: {message}", position, advice


@cache
def _known_keys() -> tuple[str, ...]:
    keys: set[str] = {"import"}

    def collect(schema: Any) -> None:
        if isinstance(schema, dict):
            keys.update(schema.get("properties", {}))
            for value in schema.values():
                collect(value)

    collect(Manifest.model_json_schema())
    return tuple(sorted(keys))
