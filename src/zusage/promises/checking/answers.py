"""Questions that a draft left open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ..finding import Severity
from ..loading import Loaded
from ..source import KeyPath
from .rule import Spot, rule


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
