"""Restriction of processing (Art. 18 GDPR): on which grounds, how long, and what must come before it ends. Rules without any system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

#: the letters of Art. 18(1) GDPR: accuracy contested, unlawful but not to be erased, needed for claims, objection not yet decided
Ground = Literal["a", "b", "c", "d"]
GROUNDS: tuple[Ground, ...] = get_args(Ground)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """One person's data, out of the application's reach until it is lifted. It names the person by a keyed code."""

    id: str
    code: str
    ground: Ground
    by: str
    since: datetime
    #: the suspension that keeps every deletion away from the data meanwhile
    suspension: str
    #: entries of the vault that were the person's before, for another reason, and stay there afterwards
    earlier: frozenset[str]
    #: when the person was told that it will be lifted (Art. 18(3))
    told_at: datetime | None = None
    lifted_at: datetime | None = None

    @property
    def may_be_lifted(self) -> bool:
        """Art. 18(3): only after the person was told."""
        return self.told_at is not None and self.lifted_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What is still within the application's reach of one table of a restricted person."""

    table: str
    #: rows that the application can read, and rows that it can change; None: nobody could look
    readable: int | None
    changeable: int | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A restriction and what a look through the application's eyes shows of it."""

    restriction: Restriction
    #: rows that it hides
    hidden: int
    reached: tuple[Reached, ...]

    @property
    def broken(self) -> bool:
        """Some row can be read or changed."""
        return any((one.readable or 0) + (one.changeable or 0) for one in self.reached)

    @property
    def shown(self) -> bool:
        """There is something to hide, all of it was looked for, and none was found."""
        return not self.broken and self.hidden > 0 and all(one.readable is not None for one in self.reached)
