"""What a manifest says, whatever way it is written: a plan is for the meaning, evidence for the bytes.

The same are: other comments, blank lines, quotation marks around a text, anchors, line breaks within a text, another order of the keys of a
mapping, and the same parts in other files. Everything else is another meaning, the order of a list, a default that is written out and each
word of a text included: whether it matters for a plan is not guessed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: characters of a part's digest: parts only say where a difference is, the whole digest says whether there is one
_SHORT = 16


@dataclass(frozen=True, slots=True)
class Meaning:
    """A digest of what a manifest says, and one of each of its parts."""

    #: SHA-256 as hex, over all that it says
    digest: str
    #: section, or section and name such as ``activities.orders`` → the beginning of its digest
    parts: tuple[tuple[str, str], ...] = ()

    def differs(self, parts: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
        """The parts that are other, new or gone, beside those of another meaning."""
        mine, others = dict(self.parts), dict(parts)
        return tuple(sorted(name for name in mine.keys() | others.keys() if mine.get(name) != others.get(name)))


def meaning_of(values: Mapping[str, Any]) -> Meaning:
    """The meaning of what was read from a manifest's files."""
    parts: dict[str, str] = {}
    for section, said in values.items():
        named = isinstance(said, dict) and said and all(isinstance(one, dict) for one in said.values())
        inner = {f"{section}.{name}": one for name, one in said.items()} if named else {section: said}
        parts.update((name, _digest(one)[:_SHORT]) for name, one in inner.items())
    return Meaning(_digest(dict(values)), tuple(sorted(parts.items())))


def _digest(said: object) -> str:
    text = json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=_other)
    return hashlib.sha256(b"zusage manifest meaning 1\n" + text.encode()).hexdigest()


def _other(value: object) -> str:
    """What JSON has no word for, such as a day, behind a sign that no text of a manifest can hold."""
    return f"\0{type(value).__name__} {value}"
