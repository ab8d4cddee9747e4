"""One part of an answer as it was found: names of what was wanted and what was seen, never a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Names of purposes, classes, recipients, tables and kinds of value."""

    #: what must be in it, and what of that is not
    wanted: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()
    #: what may not be in it and was looked for, and what of that is there
    sought: frozenset[str] = frozenset()
    wrong: frozenset[str] = frozenset()
    #: what could not be looked at, each with the reason
    unread: tuple[str, ...] = ()


def seen(wanted: Iterable[str], there: Iterable[str]) -> Part:
    """A part in which some things must be."""
    names = frozenset(wanted)
    return Part(wanted=names, lacking=names - frozenset(there))


def joined(parts: Iterable[Part]) -> Part:
    """The same part of several answers."""
    found = list(parts)
    return Part(
        wanted=frozenset().union(*(one.wanted for one in found)),
        lacking=frozenset().union(*(one.lacking for one in found)),
        sought=frozenset().union(*(one.sought for one in found)),
        wrong=frozenset().union(*(one.wrong for one in found)),
        unread=tuple(dict.fromkeys(reason for one in found for reason in one.unread)),
    )
