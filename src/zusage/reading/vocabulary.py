"""The words by which columns and tables are guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from zusage.yaml_text import own

#: what YAML reads as something else than text, in one of its versions
WORDS_OF_YAML = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z]+")


def words_of(name: str) -> str:
    """A name as small words: ``CustomerEmail2`` → ``customer email``."""
    parts = _BOUNDARY.sub(" ", name.translate(_UMLAUTS)).split()
    return " ".join(part.lower() for part in parts)


def singular(word: str) -> set[str]:
    """A noun, and what may be its singular: ``customers`` and ``customer``, ``categories`` and ``category``, ``Kunden`` and ``Kunde``."""
    return {word, re.sub(r"ies$", "y", word), re.sub(r"(es|s|n|en)$", "", word), re.sub(r"[sn]$", "", word)}


@dataclass(frozen=True, slots=True)
class DataClass:
    """A class of personal data and the names that speak for it."""

    name: str
    title: Mapping[str, str]
    note: str
    sure: re.Pattern[str]
    weak: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class EventKind:
    """What a time may stand for."""

    name: str
    says: Mapping[str, str]
    words: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words, compiled."""

    classes: tuple[DataClass, ...]
    details: Mapping[str, str]
    structure: re.Pattern[str]
    plain: re.Pattern[str]
    tables: Mapping[str, re.Pattern[str]]
    events: tuple[EventKind, ...]
    time_endings: frozenset[str]
    time_names: re.Pattern[str]

    def title(self, name: str) -> Mapping[str, str]:
        """The title of a class."""
        return next((c.title for c in self.classes if c.name == name), self.details)

    def table_kind(self, words: str) -> str | None:
        """What a table is by its name, or by the end of it: ``shop rechnung`` is a ``rechnung`` of some part of a program."""
        whole = self._kind(words)
        parts = words.split()
        ends = (self._kind(" ".join(parts[n:])) for n in range(1, len(parts)))
        return whole or next((kind for kind in ends if kind and kind != "bookkeeping"), None)

    def _kind(self, words: str) -> str | None:
        return next((kind for kind, pattern in self.tables.items() if pattern.fullmatch(words)), None)


@cache
def vocabulary() -> Vocabulary:
    """The words of ``vocabulary.yaml``."""
    read: Any = own(files("zusage.reading").joinpath("vocabulary.yaml"))
    classes = tuple(
        DataClass(name, c["title"], c.get("note", ""), _any(c["sure"]), _any(c.get("weak", ())))
        for name, c in read["classes"].items()
    )
    return Vocabulary(
        classes=classes,
        details=read["details"]["title"],
        structure=_any(read["structure"]),
        plain=_any(read["plain"]),
        tables={kind: _any(patterns) for kind, patterns in read["tables"].items()},
        events=tuple(EventKind(name, e["says"], _any(e["words"])) for name, e in read["events"].items()),
        time_endings=frozenset(read["time_endings"]),
        time_names=_any(read["time_names"]),
    )


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)")
