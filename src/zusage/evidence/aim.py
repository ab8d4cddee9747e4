"""Which system a promise is looked at in."""

from __future__ import annotations

from typing import assert_never

from zusage.promises.promise import (
    Accounted,
    AnyPromise,
    Attested,
    BackedUp,
    Blocked,
    CanaryFlown,
    ConsentRecords,
    CookieSeen,
    Encrypted,
    EveryRow,
    FilesOwned,
    KeptApart,
    KeptAtLeast,
    KeptAtMost,
    NoColumn,
    Objected,
    Protected,
    RecipientsTold,
    RequestCases,
    ShortLived,
    SiteSeen,
    SmallestGroup,
    Transported,
    Warned,
    Withdrawn,
)


def system_of(promise: AnyPromise) -> str | None:
    """The system whose Reader looks; None where no Reader does."""
    match promise:
        case KeptAtMost(rule=rule) | KeptAtLeast(rule=rule) | Blocked(rule=rule) | Warned(rule=rule):
            return rule.system
        case EveryRow(system=system) | NoColumn(system=system) | Accounted(system=system) | Encrypted(system=system):
            return system
        case Protected(system=system) | FilesOwned(system=system) | SmallestGroup(system=system):
            return system
        case KeptApart(people=system):
            return system
        case (
            Attested()
            | ShortLived()
            | ConsentRecords()
            | RequestCases()
            | RecipientsTold()
            | Objected()
            | BackedUp()
            | CanaryFlown()
            | Withdrawn()
            | SiteSeen()
            | CookieSeen()
            | Transported()
        ):
            return None
        case _:
            assert_never(promise)


def alone(promise: AnyPromise) -> bool:
    """Whether the Reader of one system answers it, and nothing of our own state that only one may ask at a time."""
    return isinstance(promise, KeptAtMost | EveryRow | NoColumn)
