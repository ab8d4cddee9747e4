"""Questions that a draft left open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ..finding import Severity
from ..loading import Loaded
from ..source import KeyPath
from .rule import Spot, rule

#: how a draft begins the reason for a table that it took to be about nobody
GUESSED = "guessed:"
_NAMED = 5


@rule(
    "not-personal-guessed",
    Severity.WARNING,
    why="a table that is about people after all would be held without a purpose, and nobody would ever look at it",
    advice="look at each, and write in your own words why it is about nobody, or give it a purpose",
    source="Art. 5(1)(b), 5(2) GDPR",
)
def not_personal_guessed(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Tables that only a draft took to be about nobody."""
    for name, system in loaded.manifest.databases.items():
        found = [table for table, reason in system.not_personal.items() if reason.startswith(GUESSED)]
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        if found:
            what = f"that {', '.join(found[:_NAMED])}{more} of {name} hold nothing about people was only guessed from names"
            yield Spot(("systems", name, "not_personal"), what)


@rule(
    "unanswered",
    Severity.ERROR,
    why="a draft asks here for something that only you know; until it is answered nothing is published and nothing deleted",
    advice="write the answer in place of the question mark",
    source="Art. 5(2) GDPR",
)
def unanswered(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A question mark where an answer belongs."""
    for path in _questions(loaded.source.values, ()):
        yield Spot(path, f"{' '.join(map(str, path))} is still a question")


def _questions(value: Any, path: KeyPath) -> Iterator[KeyPath]:
    """Question marks; one text that is open in both languages is one question."""
    if value in ("?", {"de": "?", "en": "?"}):
        yield path
        return
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _questions(inner, (*path, key))
